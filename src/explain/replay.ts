/**
 * A log as live detection would have seen it, as one document: what it said and when, and what blocking whoever it
 * named, at the moment of naming, would have prevented. Pure, and the same to the byte on every machine.
 *
 * The measure is the mission's: of a campaign's attempts each source's first must be seen before anybody can know the
 * source, so the limit of what can be prevented is attempts less sources, and `share` is of that.
 */
import { SUCCESS } from '../model/attempt.ts';
import type { EvidenceKind } from '../model/detection.ts';
import type { LiveEvent, LiveOptions } from '../model/live.ts';
import { buildInput, type ReportInput } from './report.ts';
import type { Report } from './schema.ts';
import { byText, decimals, reportConfidence, reportTime, significant, wellFormed } from './values.ts';

/** What happened in a replay; `Replay` of `detect/` is one. */
export interface Replayed {
  readonly events: readonly LiveEvent[];
  /** Row of the table at which each event came, parallel to {@link events}, ascending. */
  readonly rows: Uint32Array;
  /** Per row: 1 where its source was named before and not released. */
  readonly blocked: Uint8Array;
}

export interface ReplayCampaign {
  readonly id: string;
  readonly opened: string;
  readonly by: EvidenceKind;
  readonly bits: number;
  /** Attempts that its participants had made when it opened. */
  readonly attemptsWhenOpened: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** When live detection called it over; null where it did not. */
  readonly ended: string | null;
  /** The earlier campaign whose actor came back with this one, or null. */
  readonly returnOf: string | null;
  /** Sources named and not released. */
  readonly participants: number;
  readonly released: number;
  /** Attempts of the participants in the whole log, and those of them that came after the source was named. */
  readonly attempts: number;
  readonly prevented: number;
  /** Attempts less participants: no source can be blocked before it is seen. */
  readonly limit: number;
  /** {@link prevented} as a share of {@link limit}; null where the limit is 0. */
  readonly share: number | null;
}

/** A source that logged in at some time and was named at some time: a participant that got in, or a mistake. */
export interface NamedLogin {
  readonly source: string;
  readonly named: string;
  /** Null: it stayed named. */
  readonly released: string | null;
  /** Logins of the source in the whole log, and those that a block would have refused. */
  readonly logins: number;
  readonly refused: number;
  /** Whether a login of it was told of as a participant's. */
  readonly gotIn: boolean;
}

export interface ReplayCompromise {
  readonly time: string;
  readonly campaign: string;
  readonly source: string;
  readonly user: string;
  readonly sensor: string;
  /** Whether its source was named before, so that a block would have refused the login. */
  readonly refused: boolean;
}

export interface ReplayReport {
  readonly schema: 'slowbrute.replay/1';
  readonly input: Report['input'];
  readonly options: { readonly falseCampaignsPerYear: number; readonly closed: boolean };
  readonly campaigns: readonly ReplayCampaign[];
  /** All campaigns together. */
  readonly total: Pick<ReplayCampaign, 'participants' | 'attempts' | 'prevented' | 'limit' | 'share'>;
  readonly compromised: readonly ReplayCompromise[];
  readonly namedLogins: readonly NamedLogin[];
}

/** One event as a line of JSON has it: times in ISO 8601, texts well-formed, numbers rounded. */
export function eventReport(event: LiveEvent): object {
  const { kind, time, campaign } = event;
  const head = { kind, time: reportTime(time), campaign };
  switch (event.kind) {
    case 'campaign:opened':
      return {
        ...head,
        by: event.by,
        bits: decimals(event.bits, 1),
        attempts: event.attempts,
        firstSeen: reportTime(event.firstSeen),
      };
    case 'participant:named':
      return {
        ...head,
        source: wellFormed(event.source),
        confidence: reportConfidence(event.confidence),
        firstSeen: reportTime(event.firstSeen),
        attempts: event.attempts,
      };
    case 'participant:released':
      return { ...head, source: wellFormed(event.source) };
    case 'account:compromised':
      return compromise(event);
    case 'campaign:returned': {
      const { earlier, sharedSources, sources, sharedUsers, users, bits } = event;
      return { ...head, earlier, sharedSources, sources, sharedUsers, users, bits: decimals(bits, 1) };
    }
    case 'campaign:ended':
      return {
        ...head,
        lastSeen: reportTime(event.lastSeen),
        attempts: event.attempts,
        participants: event.participants,
      };
  }
}

function compromise(event: Extract<LiveEvent, { kind: 'account:compromised' }>) {
  return {
    kind: event.kind,
    time: reportTime(event.time),
    campaign: event.campaign,
    source: wellFormed(event.source),
    user: wellFormed(event.user),
    sensor: wellFormed(event.sensor),
  };
}

/** `replayed` must be of the table of `log`. */
export function buildReplayReport(
  log: ReportInput,
  replayed: Replayed,
  options: { readonly live: LiveOptions; readonly closed: boolean },
): ReplayReport {
  const campaigns = tally(log, replayed);
  const sum = (of: (one: ReplayCampaign) => number) => campaigns.reduce((total, one) => total + of(one), 0);
  const prevented = sum((one) => one.prevented);
  const limit = sum((one) => one.limit);
  return {
    schema: 'slowbrute.replay/1',
    input: buildInput(log),
    options: { falseCampaignsPerYear: options.live.falseCampaignsPerYear, closed: options.closed },
    campaigns,
    total: {
      participants: sum((one) => one.participants),
      attempts: sum((one) => one.attempts),
      prevented,
      limit,
      share: shareOfLimit(prevented, limit),
    },
    compromised: replayed.events.flatMap((event, i) => {
      if (event.kind !== 'account:compromised') return [];
      const { kind: _, ...one } = compromise(event);
      return [{ ...one, refused: replayed.blocked[replayed.rows[i]!] === 1 }];
    }),
    namedLogins: namedLogins(log, replayed),
  };
}

function shareOfLimit(prevented: number, limit: number): number | null {
  return limit === 0 ? null : significant(prevented / limit, 4);
}

interface Tally {
  readonly opened: Extract<LiveEvent, { kind: 'campaign:opened' }>;
  ended: string | null;
  returnOf: string | null;
  firstSeen: number;
  lastSeen: number;
  /** Sources: whether each stayed named. */
  readonly sources: Map<string, boolean>;
  attempts: number;
  prevented: number;
}

function tally({ table }: ReportInput, { events, rows, blocked }: Replayed): ReplayCampaign[] {
  const all = new Map<string, Tally>();
  /** Per source, by row: from which row on it belongs to which campaign. */
  const namings = new Map<string, { readonly row: number; readonly campaign: string }[]>();
  for (const [i, event] of events.entries()) {
    if (event.kind === 'campaign:opened') {
      all.set(event.campaign, {
        opened: event,
        ended: null,
        returnOf: null,
        firstSeen: event.firstSeen,
        lastSeen: event.time,
        sources: new Map(),
        attempts: 0,
        prevented: 0,
      });
      continue;
    }
    const one = all.get(event.campaign);
    if (one === undefined) continue;
    if (event.kind === 'campaign:ended') one.ended = reportTime(event.time);
    else if (event.kind === 'campaign:returned') one.returnOf = event.earlier;
    else if (event.kind === 'participant:released') one.sources.set(event.source, false);
    else if (event.kind === 'participant:named') {
      one.sources.set(event.source, true);
      const before = namings.get(event.source);
      const naming = { row: rows[i]!, campaign: event.campaign };
      if (before === undefined) namings.set(event.source, [naming]);
      else before.push(naming);
    }
  }
  for (let row = 0; row < table.length; row++) {
    const source = table.sources[table.source[row]!]!;
    const named = namings.get(source);
    if (named === undefined) continue;
    // what came before the first naming belongs to the campaign that named it first
    const naming = named.findLast((one) => one.row <= row) ?? named[0]!;
    const one = all.get(naming.campaign)!;
    if (one.sources.get(source) !== true) continue;
    one.attempts++;
    one.prevented += blocked[row]!;
    one.firstSeen = Math.min(one.firstSeen, table.time[row]!);
    one.lastSeen = Math.max(one.lastSeen, table.time[row]!);
  }
  return [...all.values()].map((one) => {
    // who was named for another campaign before was seen, and could have been blocked, from the first attempt on
    const fresh = [...one.sources].filter(
      ([source, stayed]) => stayed && namings.get(source)![0]!.campaign === one.opened.campaign,
    );
    return reported(one, fresh.length);
  });
}

/** `fresh`: participants that no earlier campaign had named; each of them must be seen once. */
function reported(one: Tally, fresh: number): ReplayCampaign {
  const { opened, attempts, prevented } = one;
  const participants = [...one.sources.values()].filter((stayed) => stayed).length;
  const limit = Math.max(0, attempts - fresh);
  return {
    id: opened.campaign,
    opened: reportTime(opened.time),
    by: opened.by,
    bits: decimals(opened.bits, 1),
    attemptsWhenOpened: opened.attempts,
    firstSeen: reportTime(one.firstSeen),
    lastSeen: reportTime(one.lastSeen),
    ended: one.ended,
    returnOf: one.returnOf,
    participants,
    released: one.sources.size - participants,
    attempts,
    prevented,
    limit,
    share: shareOfLimit(prevented, limit),
  };
}

/** By source. */
function namedLogins({ table }: ReportInput, { events, blocked }: Replayed): NamedLogin[] {
  const named = new Map<string, { readonly time: number; released: number | null }>();
  for (const event of events) {
    if (event.kind === 'participant:named') {
      const before = named.get(event.source);
      if (before === undefined) named.set(event.source, { time: event.time, released: null });
      else before.released = null;
    } else if (event.kind === 'participant:released') {
      const before = named.get(event.source);
      if (before !== undefined) before.released = event.time;
    }
  }
  const gotIn = new Set(
    events.flatMap((event) => (event.kind === 'account:compromised' ? [event.source] : [])),
  );
  const logins = new Map<string, { all: number; refused: number }>();
  for (let row = 0; row < table.length; row++) {
    if (table.outcome[row] !== SUCCESS) continue;
    const source = table.sources[table.source[row]!]!;
    if (!named.has(source)) continue;
    const one = logins.get(source) ?? { all: 0, refused: 0 };
    one.all++;
    one.refused += blocked[row]!;
    logins.set(source, one);
  }
  return [...logins]
    .sort(([a], [b]) => byText(a, b))
    .map(([source, { all, refused }]) => {
      const { time, released } = named.get(source)!;
      return {
        source: wellFormed(source),
        named: reportTime(time),
        released: released === null ? null : reportTime(released),
        logins: all,
        refused,
        gotIn: gotIn.has(source),
      };
    });
}
