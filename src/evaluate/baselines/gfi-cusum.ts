/**
 * A plain GFI-CUSUM after Javed & Paxson, "Detecting Stealthy, Distributed SSH Brute-Forcing", CCS 2013: first the
 * Aggregate Site Analyzer brackets an attack in time by a change in the global factor indicator, the number of
 * failures in an event of n = 100 consecutive logins; then the Attack Participants Classifier decides by rules
 * which of the sources seen in the bracket belong to it.
 *
 * As in the paper: sources that a per-source rule sees are taken out first; the indicator is beta-binomial; the
 * CUSUM's limit is set for an in-control run length; participants have no successful login before, are not one
 * forgetful user, and must have something in common with another participant.
 *
 * Simplified, in the baseline's favour unless said:
 * - The base is fitted on all events outside the campaigns, which it is told: the authors cleaned their history by
 *   hand, and this is the hand. A log with fewer than {@link LEAST_EVENTS} clean events gives no base: blind.
 * - The CUSUM is capped at twice its limit, so that a bracket ends soon after the attack does.
 * - Every sensor's logins form one series (the paper's site has one monitor too).
 * - The paper's rules on forgetful users look at the likeness of names and at what happened later; here: only known
 *   names, each tried by two sources at most in the bracket (a person at home and at work). Its glue (same targets, same names, alphabetical walk, same client) is here a user name that another
 *   candidate tried in the bracket, or, where no line tells names, the same sensor. *Against* the baseline: a
 *   participant with only names of its own is missed; the paper might have had it by the client's banner.
 */
import { ACCOUNT_KNOWN, type AttemptTable, FAILURE, NO_USER, SUCCESS } from '../../model/attempt.ts';
import type { Baseline, BaselineResult, Interval } from './baseline.ts';
import {
  averageRunLength,
  betaBinomialDeviation,
  betaBinomialMass,
  betaBinomialMean,
  fitBetaBinomial,
} from './beta-binomial.ts';
import { perSourceThreshold } from './per-source-threshold.ts';

/** Logins an event: the paper's n. */
const EVENT_LOGINS = 100;
/**
 * Half of the smallest shift to be detected: the paper tunes for ten more failures per hundred logins. Where the
 * base varies more than that, half a standard deviation, the textbook choice (Montgomery, Statistical Quality
 * Control, 9.1): with less, limits and delays grow out of use.
 */
const HALF_SHIFT = 5;
/** Events between false alarms: the in-control run length of the paper's working point (about two years there). */
const RUN_LENGTH = 3720;
/** Fewest clean events for a fit of two parameters; with fewer the variance is anybody's guess. */
const LEAST_EVENTS = 5;
/** A person who has forgotten a password tries from home and from work. Three sources is company. */
const FORGETFUL_SOURCES = 2;

/** A stretch of events, both ends included. */
interface Bracket {
  readonly from: number;
  readonly to: number;
  /** The event at which the limit was crossed. */
  readonly alarm: number;
}

/**
 * `attacks` are the stretches cut out of the history that the base is fitted on. The classifier looks at a whole
 * bracket, when it is over, and names each source from its first failure after the alarm on: what it finds, but not
 * what it could have stopped. With `asItHappens` it looks at the end of every event from the alarm on at what the
 * bracket holds so far, and names a source then.
 */
export function gfiCusum(
  table: AttemptTable,
  attacks: readonly Interval[],
  asItHappens = false,
): BaselineResult {
  const loud = perSourceThreshold(table).named;
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) if (!loud.has(table.source[row]!)) rows.push(row);
  const counts: number[] = [];
  const clean: number[] = [];
  for (let start = 0; start + EVENT_LOGINS <= rows.length; start += EVENT_LOGINS) {
    let failures = 0;
    for (let i = start; i < start + EVENT_LOGINS; i++) {
      if (table.outcome[rows[i]!] === FAILURE) failures++;
    }
    counts.push(failures);
    const first = table.time[rows[start]!]!;
    const last = table.time[rows[start + EVENT_LOGINS - 1]!]!;
    if (!attacks.some(({ from, to }) => first <= to && last >= from)) clean.push(failures);
  }
  const named = new Map<number, number>();
  const alarms: number[] = [];
  if (clean.length < LEAST_EVENTS) return { named, alarms };
  for (const { from, to, alarm } of cusum(counts, clean)) {
    const endOf = (event: number) => table.time[rows[(event + 1) * EVENT_LOGINS - 1]!]!;
    const time = endOf(alarm);
    alarms.push(time);
    if (asItHappens) {
      for (let event = alarm; event <= to; event++) {
        const soFar = rows.slice(from * EVENT_LOGINS, (event + 1) * EVENT_LOGINS);
        for (const source of participants(table, soFar).keys())
          if (!named.has(source)) named.set(source, endOf(event));
      }
      continue;
    }
    const inside = rows.slice(from * EVENT_LOGINS, (to + 1) * EVENT_LOGINS);
    for (const [source, first] of participants(table, inside)) {
      // nobody is named before the alarm
      if (!named.has(source)) named.set(source, Math.max(first, time));
    }
  }
  return { named, alarms };
}

function cusum(counts: readonly number[], clean: readonly number[]): readonly Bracket[] {
  const base = fitBetaBinomial(clean, EVENT_LOGINS);
  const mean = betaBinomialMean(base);
  // where failures are nearly all there is, the shift cannot exceed what is left
  const half = Math.min(Math.max(HALF_SHIFT, betaBinomialDeviation(base) / 2), (EVENT_LOGINS - mean) / 2);
  const reference = Math.round(mean + half);
  const limit = limitFor(betaBinomialMass(base), reference);
  const brackets: Bracket[] = [];
  let s = 0;
  let from = 0;
  let to = 0;
  let alarm: number | null = null;
  const close = () => {
    if (alarm !== null) brackets.push({ from, to, alarm });
    alarm = null;
  };
  counts.forEach((count, event) => {
    if (s === 0) from = event;
    s = Math.min(2 * limit, Math.max(0, s + count - reference));
    if (count > reference) to = event;
    if (s > limit && alarm === null) alarm = event;
    if (s === 0) close();
  });
  close();
  return brackets;
}

/** Smallest limit whose in-control run length is at least {@link RUN_LENGTH} events. */
function limitFor(mass: Float64Array, reference: number): number {
  let low = 1;
  // ten events' worth of logins: no fit of two parameters with k of half a deviation needs more
  let high = 3 * EVENT_LOGINS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (averageRunLength(mass, reference, middle) >= RUN_LENGTH) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The rules of the classifier over the rows of one bracket: source to its first failure in it. */
function participants(table: AttemptTable, rows: readonly number[]): ReadonlyMap<number, number> {
  const last = rows[rows.length - 1]!;
  const succeeded = new Set<number>();
  for (let row = 0; row <= last; row++) {
    if (table.outcome[row] === SUCCESS) succeeded.add(table.source[row]!);
  }
  interface Candidate {
    readonly first: number;
    readonly users: Set<number>;
    readonly sensors: Set<number>;
    known: boolean;
  }
  const candidates = new Map<number, Candidate>();
  for (const row of rows) {
    const source = table.source[row]!;
    if (table.outcome[row] !== FAILURE || succeeded.has(source)) continue;
    let candidate = candidates.get(source);
    if (candidate === undefined) {
      candidate = { first: table.time[row]!, users: new Set(), sensors: new Set(), known: true };
      candidates.set(source, candidate);
    }
    candidate.users.add(table.user[row]!);
    candidate.sensors.add(table.sensor[row]!);
    if (table.account[row] !== ACCOUNT_KNOWN) candidate.known = false;
  }
  const triedBy = tally([...candidates.values()].map(({ users }) => users));
  const aimedAtBy = tally([...candidates.values()].map(({ sensors }) => sensors));
  const named = new Map<number, number>();
  for (const [source, { first, users, sensors, known }] of candidates) {
    if (known && [...users].every((user) => triedBy.get(user)! <= FORGETFUL_SOURCES)) continue;
    const together = [...users].some((user) => user !== NO_USER && triedBy.get(user)! > 1);
    const nameless = users.size === 1 && users.has(NO_USER);
    if (together || (nameless && [...sensors].some((sensor) => aimedAtBy.get(sensor)! > 1))) {
      named.set(source, first);
    }
  }
  return named;
}

function tally(sets: readonly ReadonlySet<number>[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const set of sets) for (const item of set) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

export const GFI_CUSUM: Baseline = {
  name: 'gfi-cusum',
  title: 'GFI-CUSUM',
  run: (table, attacks) => gfiCusum(table, attacks),
};
