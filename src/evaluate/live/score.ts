/**
 * How well live detection did on a labelled log. Pure: what happened in, counts out, so that logs are pooled by adding.
 *
 * **The alarm** of a true campaign is the first moment, not before its first attempt, at which a campaign of the
 * detector is open of whose named participants more than half belong to it. An opening without names, or with
 * strangers' names, is no alarm: nobody could act on it.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { EvidenceKind } from '../../model/detection.ts';
import type { LiveEvent } from '../../model/live.ts';
import { DAY, HOUR } from '../../model/time.ts';
import type { TrueCampaign, Truth } from '../../model/truth.ts';
import { mostShared, type NamedScore, scoreNamed, shared } from '../score.ts';
import { type Reliability, reliabilityOf, type Stated } from './reliability.ts';

/** What happened in a replay; `Replay` of `detect/` is one. */
export interface Replayed {
  readonly events: readonly LiveEvent[];
  /** Row of the table at which each event came, ascending. */
  readonly rows: Uint32Array;
  /** Per row: 1 where a block would have stopped it. */
  readonly blocked: Uint8Array;
}

export interface Alarm {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  /** Attempts of the true campaign up to the alarm, the one that brought it about included. */
  readonly attempts: number;
  /** Hours since the first of them. */
  readonly hours: number;
}

export interface TrueCampaignLive {
  readonly name: string;
  /** Attempts in the log, and the sources that made them. */
  readonly attempts: number;
  readonly sources: number;
  /** Null: it was missed. */
  readonly alarm: Alarm | null;
  /** Attempts that a block would have stopped. */
  readonly prevented: number;
  /** Most of its sources that one live campaign names. */
  readonly inOne: number;
}

export interface LiveCampaignScore {
  readonly opened: number;
  readonly by: EvidenceKind;
  /** Sources named and not released. */
  readonly participants: number;
  /** The true campaign that most of them belong to, and how many do; null where none does. */
  readonly best: string | null;
  readonly bestShared: number;
  /** Half of the participants or more belong to no true campaign, or it has none. */
  readonly isFalse: boolean;
  /** The true campaign that the earlier one fits best which it was said to return from; null: nothing was said. */
  readonly returnOf: { readonly best: string | null } | null;
}

export interface LiveScore {
  readonly attempts: number;
  /** Days from the first to the last attempt of the log. */
  readonly days: number;
  /** Midnight UTC of the first attempt's day, seconds since 1970. */
  readonly firstDay: number;
  readonly trueCampaigns: readonly TrueCampaignLive[];
  readonly campaigns: readonly LiveCampaignScore[];
  /** Sources named and not released. */
  readonly named: NamedScore;
  /** Sources named at any time: whoever was blocked, be it for an hour. */
  readonly ever: NamedScore;
  /** Attempts of people, right passwords and wrong ones, that a block would have refused. */
  readonly peopleRefused: number;
  /** Accounts that a participant got into, told of or not; and told of where there was none. */
  readonly compromises: { readonly found: number; readonly missed: number; readonly false: number };
  /** Confidence of each source when it was first named. */
  readonly reliability: Reliability;
}

export function scoreReplay(table: AttemptTable, truth: Truth, replayed: Replayed): LiveScore {
  const { events } = replayed;
  const attack = attackRows(table, truth);
  const alarms = findAlarms(table, truth, attack, replayed);
  const members = membersAtTheEnd(events);
  const trueSets = truth.campaigns.map((campaign) => new Set(campaign.sources));
  const participants = new Set(truth.campaigns.flatMap((campaign) => campaign.sources));
  const first = new Map<string, Stated>();
  for (const event of events)
    if (event.kind === 'participant:named' && !first.has(event.source)) first.set(event.source, event);
  const people = new Set(truth.people);
  const stayed = new Set([...members.values()].flatMap((set) => [...set]));
  return {
    attempts: table.length,
    days: table.length === 0 ? 0 : (table.time[table.length - 1]! - table.time[0]!) / DAY,
    firstDay: Math.floor((table.time[0] ?? 0) / DAY) * DAY,
    trueCampaigns: truth.campaigns.map((campaign, k) => ({
      name: campaign.name,
      attempts: attack.attempts[k]!,
      sources: attack.sources[k]!.size,
      alarm: alarms[k]!,
      prevented: preventedOf(k, attack, replayed.blocked),
      inOne: mostShared(trueSets[k]!, [...members.values()])?.shared ?? 0,
    })),
    campaigns: scoreCampaigns(truth, trueSets, participants, members, events),
    named: scoreNamed(truth, stayed),
    ever: scoreNamed(truth, first.keys()),
    peopleRefused: count(
      table.length,
      (row) => replayed.blocked[row] === 1 && people.has(sourceAt(table, row)),
    ),
    compromises: scoreCompromises(truth, events),
    reliability: reliabilityOf(
      [...first.values()],
      table.sources.filter((source) => !people.has(source)),
      participants,
    ),
  };
}

function sourceAt(table: AttemptTable, row: number): string {
  return table.sources[table.source[row]!]!;
}

function count(length: number, holds: (i: number) => boolean): number {
  let n = 0;
  for (let i = 0; i < length; i++) if (holds(i)) n++;
  return n;
}

interface AttackRows {
  /** Per row: 1 + the index of the true campaign it belongs to, or 0. */
  readonly of: Uint16Array;
  /** Per true campaign: attempts, sources that made them, and the first row (-1: none). */
  readonly attempts: readonly number[];
  readonly sources: readonly ReadonlySet<number>[];
  readonly firstRow: readonly number[];
}

/** A source that is in two campaigns belongs to the one whose interval its attempt is in, the earlier of two. */
function attackRows(table: AttemptTable, truth: Truth): AttackRows {
  const spans = truth.campaigns.map(({ firstSeen, lastSeen }) => ({
    from: Date.parse(firstSeen) / 1000,
    to: Date.parse(lastSeen) / 1000,
  }));
  const campaignsOf = new Map<string, number[]>();
  for (const [k, campaign] of truth.campaigns.entries()) {
    for (const source of campaign.sources) {
      const known = campaignsOf.get(source);
      if (known === undefined) campaignsOf.set(source, [k]);
      else known.push(k);
    }
  }
  const bySource = table.sources.map((source) => campaignsOf.get(source) ?? []);
  const of = new Uint16Array(table.length);
  const attempts = truth.campaigns.map(() => 0);
  const sources = truth.campaigns.map(() => new Set<number>());
  const firstRow = truth.campaigns.map(() => -1);
  for (let row = 0; row < table.length; row++) {
    const source = table.source[row]!;
    const candidates = bySource[source]!;
    if (candidates.length === 0) continue;
    const time = table.time[row]!;
    const within = candidates.find((k) => time >= spans[k]!.from && time <= spans[k]!.to);
    const k = within ?? candidates[0]!;
    of[row] = k + 1;
    attempts[k]!++;
    sources[k]!.add(source);
    if (firstRow[k] === -1) firstRow[k] = row;
  }
  return { of, attempts, sources, firstRow };
}

function preventedOf(k: number, attack: AttackRows, blocked: Uint8Array): number {
  return count(blocked.length, (row) => blocked[row] === 1 && attack.of[row] === k + 1);
}

function findAlarms(
  table: AttemptTable,
  truth: Truth,
  attack: AttackRows,
  { events, rows, blocked }: Replayed,
): (Alarm | null)[] {
  const rowOf = truth.campaigns.map(() => -1);
  const memberships = new Map<string, number[]>();
  for (const [k, campaign] of truth.campaigns.entries()) {
    for (const source of campaign.sources) {
      const known = memberships.get(source);
      if (known === undefined) memberships.set(source, [k]);
      else known.push(k);
    }
  }
  const sets = new Map<string, { readonly members: Set<string>; readonly of: number[] }>();
  for (let i = 0; i < events.length; ) {
    const row = rows[i]!;
    const touched = new Set<string>();
    // the namings that come with an opening count for it
    for (; i < events.length && rows[i] === row; i++) {
      const event = events[i]!;
      if (event.kind !== 'participant:named' && event.kind !== 'participant:released') continue;
      let set = sets.get(event.campaign);
      if (set === undefined) {
        set = { members: new Set(), of: truth.campaigns.map(() => 0) };
        sets.set(event.campaign, set);
      }
      const isNamed = event.kind === 'participant:named';
      if (set.members.has(event.source) === isNamed) continue;
      if (isNamed) set.members.add(event.source);
      else set.members.delete(event.source);
      for (const k of memberships.get(event.source) ?? []) set.of[k]! += isNamed ? 1 : -1;
      touched.add(event.campaign);
    }
    for (const campaign of touched) {
      const { members, of } = sets.get(campaign)!;
      for (let k = 0; k < of.length; k++) {
        const first = attack.firstRow[k]!;
        if (rowOf[k] === -1 && first !== -1 && row >= first && of[k]! * 2 > members.size) rowOf[k] = row;
      }
    }
  }
  // an actor who comes back with sources that are blocked already is known from that attempt on
  for (let row = 0; row < table.length; row++) {
    const k = attack.of[row]! - 1;
    if (k < 0 || blocked[row] !== 1 || (rowOf[k] !== -1 && rowOf[k]! <= row)) continue;
    if (memberships.get(sourceAt(table, row))!.length > 1) rowOf[k] = row;
  }
  return rowOf.map((row, k) => {
    if (row === -1) return null;
    return {
      time: table.time[row]!,
      attempts: count(row + 1, (i) => attack.of[i] === k + 1),
      hours: (table.time[row]! - table.time[attack.firstRow[k]!]!) / HOUR,
    };
  });
}

/** Per live campaign, in the order of opening: who is named and was not released. */
function membersAtTheEnd(events: readonly LiveEvent[]): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind === 'campaign:opened') members.set(event.campaign, new Set());
    else if (event.kind === 'participant:named') members.get(event.campaign)?.add(event.source);
    else if (event.kind === 'participant:released') members.get(event.campaign)?.delete(event.source);
  }
  return members;
}

function scoreCampaigns(
  truth: Truth,
  trueSets: readonly ReadonlySet<string>[],
  participants: ReadonlySet<string>,
  members: ReadonlyMap<string, ReadonlySet<string>>,
  events: readonly LiveEvent[],
): LiveCampaignScore[] {
  const bestOf = (campaign: string) => {
    const set = members.get(campaign);
    const best = set === undefined ? null : mostShared(set, trueSets);
    return { name: best === null ? null : truth.campaigns[best.index]!.name, shared: best?.shared ?? 0 };
  };
  const returns = new Map<string, string>();
  for (const event of events)
    if (event.kind === 'campaign:returned') returns.set(event.campaign, event.earlier);
  return events.flatMap((event) => {
    if (event.kind !== 'campaign:opened') return [];
    const set = members.get(event.campaign)!;
    const best = bestOf(event.campaign);
    const earlier = returns.get(event.campaign);
    return [
      {
        opened: event.time,
        by: event.by,
        participants: set.size,
        best: best.name,
        bestShared: best.shared,
        isFalse: shared(set, participants) * 2 <= set.size,
        returnOf: earlier === undefined ? null : { best: bestOf(earlier).name },
      },
    ];
  });
}

function scoreCompromises(truth: Truth, events: readonly LiveEvent[]): LiveScore['compromises'] {
  // an account is compromised once, however often the intruder comes back
  const key = (source: string, user: string, sensor: string) => JSON.stringify([source, user, sensor]);
  const real = new Set(
    truth.campaigns.flatMap(({ compromised }: TrueCampaign) =>
      compromised.map(({ source, user, sensor }) => key(source, user, sensor)),
    ),
  );
  const told = new Set<string>();
  for (const event of events)
    if (event.kind === 'account:compromised') told.add(key(event.source, event.user, event.sensor));
  const found = shared(told, real);
  return { found, missed: real.size - found, false: told.size - found };
}
