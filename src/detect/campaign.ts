/** A finding to campaigns: who is named, which attempts are the campaign's, and what follows from them. */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import { countedOf } from '../model/counted.ts';
import type { Campaign, Participant } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import { collect } from './collect.ts';
import { evidenceOf, nameOrder } from './evidence.ts';
import { FEWEST_PARTICIPANTS, type Finding } from './finding.ts';
import { intruders } from './intrusion.ts';
import { isNearMiss } from './near-miss.ts';
import { walkOf } from './order.ts';
import { separate } from './separate.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** Nothing is certain: a doubt of one in a thousand stays (held-back logs show about as much). */
const SUREST = 0.999;
/** Confidence in a source of which only the success is known (see intrusion.ts: a coincidence in a hundred). */
const INTRUDER = 0.97;

/**
 * `placed` are the sources that belong to earlier campaigns: a source belongs to one only. The new campaigns' sources are
 * added to it.
 */
export function toCampaigns(
  table: AttemptTable,
  visitors: Visitors,
  finding: Finding,
  placed: Set<number>,
): readonly Campaign[] {
  const rows: number[] = [];
  for (const [source, probability] of finding.probability) {
    if (probability < finding.namedFrom || visitors.kind[source] === 'person' || placed.has(source)) continue;
    for (const row of rowsOf(visitors, source)) {
      const time = table.time[row]!;
      if (table.outcome[row] !== SUCCESS && time >= finding.from && time <= finding.to) rows.push(row);
    }
  }
  const all = withoutSlips(table, visitors, Uint32Array.from(rows).sort());
  if (all.length === 0) return [];
  const part = finding.whole ? new Map<number, number>() : separate(table, all);
  const together = new Map<number, number[]>();
  for (const row of all) {
    const p = part.get(table.source[row]!) ?? 0;
    const own = together.get(p);
    if (own) own.push(row);
    else together.set(p, [row]);
  }
  const parts = [...together.values()].flatMap((own) => (finding.whole ? [own] : apart(table, own)));
  const campaigns: Campaign[] = [];
  for (const own of parts) {
    const failures = Uint32Array.from(own);
    const participants = new Set(own.map((row) => table.source[row]!));
    if (participants.size < FEWEST_PARTICIPANTS) continue;
    for (const source of participants) placed.add(source);
    const intruding = intruders(table, visitors, failures, placed);
    for (const source of intruding) placed.add(source);
    campaigns.push(toCampaign(table, visitors, finding, failures, intruding));
  }
  return campaigns;
}

/** A rest of at least a day and this many usual gaps may lie between two campaigns. */
const REST_GAPS = 20;
/** After a rest of a week hardly any of whose sources come back, others are at work. */
const LONG_REST = 7 * DAY;
const RETURNING = 0.1;
/** A walk that rests for longer than this is another, wherever it goes on. */
const LONGEST_REST = 30 * DAY;
/** Nearly all attempts on one name, or hardly so. */
const ONE_NAME = 0.95;
const MANY_NAMES = 0.5;

/**
 * Rows of one part cut where, after a rest, other sources do another thing: a burst on root alone and a word list that
 * follow each other are two campaigns, though the rest between them is bridged. So are two lists with a long rest between
 * them, if their sources are others.
 */
function apart(table: AttemptTable, rows: readonly number[]): readonly (readonly number[])[] {
  const gap = Math.max(DAY, REST_GAPS * medianGap(table, Uint32Array.from(rows)));
  for (let i = 1; i < rows.length; i++) {
    if (table.time[rows[i]!]! - table.time[rows[i - 1]!]! < gap) continue;
    const [before, after] = [rows.slice(0, i), rows.slice(i)];
    const sources = new Set(before.map((row) => table.source[row]!));
    const later = new Set(after.map((row) => table.source[row]!));
    const both = [...later].filter((s) => sources.has(s)).length;
    const pause = table.time[rows[i]!]! - table.time[rows[i - 1]!]!;
    if (
      pause >= LONG_REST &&
      both <= RETURNING * Math.min(sources.size, later.size) &&
      (pause > LONGEST_REST || !goesOn(namesOf(table, before), namesOf(table, after)))
    )
      return [...apart(table, before), ...apart(table, after)];
    const [one, other] = [nameShare(table, before), nameShare(table, after)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    if (one > MANY_NAMES || other < ONE_NAME || both > 0) continue;
    return [...apart(table, before), ...apart(table, after)];
  }
  return [rows];
}

/** Share of the names that stand in the walk's order, on either side of the rest and across it, where one walk goes on. */
const GOES_ON = 0.8;

/** Whether both lists are walks through the alphabet, and the later takes it up where the earlier left it. */
function goesOn(before: readonly string[], after: readonly string[]): boolean {
  const [one, other, both] = [walkOf(before), walkOf(after), walkOf([...before, ...after])];
  const isWalk = ({ members, names, direction }: typeof both) =>
    members.size >= GOES_ON * names && direction === both.direction;
  return isWalk(one) && isWalk(other) && isWalk(both);
}

/** Names in the order of their first attempts. */
function namesOf(table: AttemptTable, rows: readonly number[]): readonly string[] {
  return [...new Set(rows.map((row) => table.users[table.user[row]!]!))];
}

/** Share of the rows that are on their most frequent name. */
function nameShare(table: AttemptTable, rows: readonly number[]): number {
  const counts = new Map<number, number>();
  let most = 0;
  for (const row of rows) {
    const n = (counts.get(table.user[row]!) ?? 0) + 1;
    counts.set(table.user[row]!, n);
    most = Math.max(most, n);
  }
  return most / rows.length;
}

/**
 * Without the sources that tried nothing but a slip of the finger for an account that logs in here, or such an account
 * itself, unless at least three participants are after that very name: a typo in the wrong hour is no participation.
 */
function withoutSlips(table: AttemptTable, visitors: Visitors, rows: Uint32Array): Uint32Array {
  const triedBy = new Map<number, Set<number>>();
  const names = new Map<number, Set<number>>();
  for (const row of rows) {
    collect(triedBy, table.user[row]!, table.source[row]!);
    collect(names, table.source[row]!, table.user[row]!);
  }
  const accounts: string[] = [];
  for (let u = 0; u < table.users.length && accounts.length < MOST_ACCOUNTS; u++) {
    if (visitors.userSuccessSources[u]! > 0 && table.users[u]!.length >= 4) accounts.push(table.users[u]!);
  }
  const slips = new Set<number>();
  for (const [source, own] of names) {
    if (own.size > 2) continue;
    const slip = [...own].every(
      (u) =>
        triedBy.get(u)!.size < FEWEST_PARTICIPANTS &&
        accounts.some((account) => isNearMiss(table.users[u]!, account)),
    );
    if (slip) slips.add(source);
  }
  return slips.size === 0 ? rows : rows.filter((row) => !slips.has(table.source[row]!));
}

/** So many accounts are compared with what was typed; a site with more has them in a directory, not in a log of hours. */
const MOST_ACCOUNTS = 2000;

function toCampaign(
  table: AttemptTable,
  visitors: Visitors,
  finding: Finding,
  failures: Uint32Array,
  intruding: readonly number[],
): Campaign {
  const sources = new Set([...failures].map((row) => table.source[row]!));
  for (const s of intruding) sources.add(s);
  // a guess that was right is an attempt of the campaign like the wrong ones
  const guesses = [...sources].flatMap((s) =>
    [...rowsOf(visitors, s)].filter((row) => table.outcome[row] === SUCCESS || intruding.includes(s)),
  );
  const rows = Uint32Array.from(new Set([...failures, ...guesses])).sort();
  const bySource = new Map<number, number[]>();
  for (const row of rows) {
    const own = bySource.get(table.source[row]!);
    if (own) own.push(row);
    else bySource.set(table.source[row]!, [row]);
  }
  const participants: Participant[] = [];
  const compromised: Campaign['compromised'][number][] = [];
  for (const [source, own] of bySource) {
    participants.push({
      source,
      attempts: own.length + countedOf(table, source),
      firstSeen: table.time[own[0]!]!,
      lastSeen: table.time[own.at(-1)!]!,
      confidence: Math.min(SUREST, finding.probability.get(source) ?? INTRUDER),
      loud: visitors.loud[source] === 1,
    });
    for (const row of rowsOf(visitors, source)) {
      if (table.outcome[row] !== SUCCESS) continue;
      compromised.push({
        source,
        user: table.user[row]!,
        time: table.time[row]!,
        sensor: table.sensor[row]!,
      });
    }
  }
  participants.sort(
    (a, b) => b.attempts - a.attempts || (table.sources[a.source]! < table.sources[b.source]! ? -1 : 1),
  );
  compromised.sort((a, b) => a.time - b.time || a.source - b.source);
  return {
    firstSeen: table.time[failures[0]!]!,
    lastSeen: table.time[failures.at(-1)!]!,
    rows,
    falseAlarm: finding.falseAlarm,
    order: nameOrder(table, failures),
    medianGapSeconds: medianGap(table, failures),
    participants,
    compromised,
    evidence: evidenceOf(table, visitors, finding, failures),
  };
}

function medianGap(table: AttemptTable, rows: Uint32Array): number {
  const gaps: number[] = [];
  for (let i = 1; i < rows.length; i++) gaps.push(table.time[rows[i]!]! - table.time[rows[i - 1]!]!);
  gaps.sort((a, b) => a - b);
  return gaps.length === 0 ? 0 : gaps[gaps.length >> 1]!;
}
