/**
 * One slow clock: a few sources that come for days or weeks, a try at a time, and never at the same time. Independent
 * visitors fall close to each other now and then; sources that are dealt the ticks of one clock cannot.
 */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { FEWEST_PARTICIPANTS, type Finding } from './finding.ts';
import { Groups } from './groups.ts';
import { NearnessGrid } from './nearness.ts';
import { lnFactorial } from './tails.ts';
import type { Visitors } from './visitors.ts';

/** Fewer tries than this do not show a clock, nor does less than two days. */
const LEAST_TRIES = 30;
const LEAST_SECONDS = 2 * DAY;
/** Pairs are tried among so many of the most patient sources at most. */
const MOST_SOURCES = 300;
const SHIFTS = 24;
/** Within this share of the mean gap two tries are close; one clock with jitter of a tenth never gets there. */
const CLOSE = 0.3;
/** Whose first tries are close to another's as often as chance has it does not keep clear of it: half of all pairs. */
const FIRST_TRIES = 128;
/** So many patient sources make so many pairs that a grid of one's tries pays. */
const MANY_SOURCES = 30;
/** Work limit: pairs of sources times tries compared. Real logs have a few dozen sources so patient, this allows 300. */
const MOST_COMPARISONS = 4e7;

interface Patient {
  readonly source: number;
  readonly times: Float64Array;
  readonly periodic: boolean;
}

export function findSlowClocks(
  _table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
  options: DetectOptions,
): readonly Finding[] {
  const patient = patientSources(visitors, taken);
  const pairs: (Avoidance & { a: number; b: number })[] = [];
  const tests = 1 + (patient.length * (patient.length - 1)) / 2;
  const least = Math.log2(tests) - Math.log2(options.falseCampaigns);
  const grid = patient.length < MANY_SOURCES ? null : new NearnessGrid(patient.map((one) => one.times));
  const cells = patient.map((one) => grid?.cellsOf(one.times) ?? null);
  for (let a = 0; a < patient.length; a++) {
    grid?.look(patient[a]!.times);
    for (let b = a + 1; b < patient.length; b++) {
      const [x, y] = [patient[a]!, patient[b]!];
      if (x.periodic !== y.periodic || (x.periodic && !driftTogether(x.times, y.times))) continue;
      const near = grid === null ? null : { grid, cells: cells[b]! };
      const avoidance = avoidanceOf(x.times, y.times, least, near);
      if (avoidance !== null) pairs.push({ a, b, ...avoidance });
    }
  }
  const joined = new Groups<number>();
  for (const pair of pairs) joined.join(pair.a, pair.b);
  const groups = joined.all(new Set(pairs.flatMap((pair) => [pair.a, pair.b])));
  const findings: Finding[] = [];
  for (const group of groups.values()) {
    if (group.length < FEWEST_PARTICIPANTS) continue;
    const inside = pairs.filter((pair) => group.includes(pair.a) && group.includes(pair.b));
    // everybody with everybody: a chain of accidents is no clock
    if (inside.length < (group.length * (group.length - 1)) / 4) continue;
    const bits = inside.reduce((sum, pair) => sum + pair.bits, 0) - least;
    findings.push({
      from: Math.min(...group.map((i) => patient[i]!.times[0]!)),
      to: Math.max(...group.map((i) => patient[i]!.times.at(-1)!)),
      probability: new Map(group.map((i) => [patient[i]!.source, 0.99])),
      namedFrom: 0.9,
      falseAlarm: Math.max(1e-300, Math.min(1, 2 ** -bits)),
      onset: null,
      turnBits: 0,
      whole: true,
      evidence: [
        {
          kind: 'one-clock',
          bits,
          sources: group.length,
          closeSeconds: inside.reduce((sum, pair) => sum + pair.close, 0) / inside.length,
          closeTogether: inside.reduce((sum, pair) => sum + pair.seen, 0),
          closeTogetherExpected: inside.reduce((sum, pair) => sum + pair.mean, 0),
        },
      ],
    });
  }
  return findings;
}

/** Spread over mean of a source's own gaps, below which it has a clock of its own. */
const OWN_CLOCK = 0.3;

/**
 * A source with a clock of its own stays clear of another one's for ever, by the accident of where both began: that is one
 * fact, not hundreds. Sources that are dealt the ticks of one clock have irregular gaps, each by itself.
 */
function isPeriodic(times: Float64Array): boolean {
  let sum = 0;
  let squares = 0;
  for (let i = 1; i < times.length; i++) {
    const gap = times[i]! - times[i - 1]!;
    sum += gap;
    squares += gap * gap;
  }
  const n = times.length - 1;
  const mean = sum / n;
  return Math.sqrt(Math.max(0, squares / n - mean * mean)) < OWN_CLOCK * mean;
}

/** Beats lost (sd) in spread by which a clock that wanders is told from one that is set by the hour. */
const WANDERS = 3;
/** A clock that keeps to the minute over weeks is set by the hour. */
const LEAST_WANDERING = MINUTE;
/** Two sources of one wandering clock stay together to this share of how far it wanders. */
const TOGETHER = 0.3;

/**
 * Whether two periodic sources are beats of one clock: their periods are equal, the clock wanders (its errors add up, as
 * they do in a program that sleeps between tries and not in one that cron starts), and it wanders for both alike.
 */
function driftTogether(a: Float64Array, b: Float64Array): boolean {
  const x = wanderings(a);
  const y = wanderings(b);
  if (
    Math.min(x.spread, y.spread) < LEAST_WANDERING ||
    Math.abs(x.period / y.period - 1) > 0.02 ||
    x.spread < WANDERS * x.jitter ||
    y.spread < WANDERS * y.jitter
  ) {
    return false;
  }
  const apart: number[] = [];
  let j = 0;
  for (let i = 0; i < b.length; i++) {
    while (j < a.length - 1 && a[j + 1]! <= b[i]!) j++;
    if (a[j]! <= b[i]! && b[i]! - a[j]! < 1.5 * x.period) apart.push(b[i]! - a[j]!);
  }
  return apart.length >= LEAST_TRIES && spreadOf(apart) <= TOGETHER * Math.min(x.spread, y.spread);
}

/** Period of a periodic source, the spread of its single gaps, and how far it wanders from a line through its beats. */
function wanderings(times: Float64Array): { period: number; jitter: number; spread: number } {
  const gaps = times.subarray(1).map((t, i) => t - times[i]!);
  const usual = gaps.toSorted()[gaps.length >> 1]!;
  let beat = 0;
  const beats = [0];
  for (const gap of gaps) {
    beat += Math.max(1, Math.round(gap / usual));
    beats.push(beat);
  }
  const n = beats.length;
  const meanBeat = beats.reduce((sum, k) => sum + k, 0) / n;
  const meanTime = times.reduce((sum, t) => sum + t, 0) / n;
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    covariance += (beats[i]! - meanBeat) * (times[i]! - meanTime);
    variance += (beats[i]! - meanBeat) ** 2;
  }
  const period = covariance / variance;
  return {
    period,
    jitter: spreadOf([...gaps].filter((gap) => gap < 1.5 * usual)),
    spread: spreadOf(beats.map((k, i) => times[i]! - meanTime - period * (k - meanBeat))),
  };
}

function spreadOf(values: readonly number[]): number {
  const n = Math.max(1, values.length);
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
}

/** Quiet sources with many single tries over days. */
function patientSources(visitors: Visitors, taken: ReadonlySet<number>): readonly Patient[] {
  const { start } = visitors;
  const { time, outcome } = visitors.columns;
  const patient: { readonly source: number; readonly tries: number }[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    if (visitors.kind[s] !== 'quiet' || visitors.house[s] || taken.has(s)) continue;
    if (visitors.failures[s]! < LEAST_TRIES) continue;
    let first = start[s]!;
    let last = start[s + 1]! - 1;
    while (first < last && outcome[first] === SUCCESS) first++;
    while (last > first && outcome[last] === SUCCESS) last--;
    const tries = start[s + 1]! - start[s]! - visitors.successes[s]!;
    if (tries === 0 || time[last]! - time[first]! < LEAST_SECONDS) continue;
    patient.push({ source: s, tries });
  }
  patient.sort((a, b) => b.tries - a.tries || a.source - b.source);
  let tries = 0;
  let keep = 0;
  while (keep < Math.min(patient.length, MOST_SOURCES) && tries * keep < MOST_COMPARISONS)
    tries += patient[keep++]!.tries;
  return patient.slice(0, keep).map(({ source, tries }) => {
    const times = new Float64Array(tries);
    for (let j = start[source]!, at = 0; at < tries; j++) if (outcome[j] !== SUCCESS) times[at++] = time[j]!;
    return { source, times, periodic: isPeriodic(times) };
  });
}

/** How two sources keep clear of each other: `close` in seconds, how often they were so, and how often when moved. */
interface Avoidance {
  readonly bits: number;
  readonly close: number;
  readonly seen: number;
  readonly mean: number;
}

/**
 * How much less often a try of b falls close to one of a than when b's tries are moved by hours (so that day and night
 * stay where they are, nearly): -log2 P(X <= seen), X ~ Poisson(mean over the moves). 'Close' is CLOSE of the mean
 * gap of both together. Null where they do not keep clear by `least` bits, or it cannot be told. `near`: the grid looking at a,
 * and the cells of b's tries; null where there is none.
 */
function avoidanceOf(
  a: Float64Array,
  b: Float64Array,
  least: number,
  near: { readonly grid: NearnessGrid; readonly cells: Uint16Array } | null,
): Avoidance | null {
  const [aLast, bLast] = [a[a.length - 1]!, b[b.length - 1]!];
  const from = Math.max(a[0]!, b[0]!);
  const to = Math.min(aLast, bLast);
  if (to - from < LEAST_SECONDS) return null;
  const both = a.length + b.length;
  if (both < 2 * LEAST_TRIES) return null;
  const close = (CLOSE * (Math.max(aLast, bLast) - Math.min(a[0]!, b[0]!))) / both;
  // cheap first: had b come at any time, so many of its tries would be close to one of a
  const chance = -Math.expm1((-2 * close * a.length) / (to - from));
  const most = 0.7 * b.length * chance;
  const [first, end] = [placeFrom(b, from), placeFrom(b, to)];
  if (near?.grid.isMore(most, near.cells, first, end, close)) return null;
  const some = b.subarray(0, FIRST_TRIES);
  if (closePairs(a, some, close, 0, from, to, chance * inside(some, from, to)) === null) return null;
  const seen = closePairs(a, b, close, 0, from, to, most);
  if (seen === null) return null;
  if (near !== null) {
    const random = shiftsOf(a, b);
    let sum = 0;
    for (let i = 0; i < SHIFTS; i++) sum += near.grid.most(near.cells, close, random());
    // the more are close when moved, the more it says that fewer are
    if (avoidanceBits(seen, sum / SHIFTS) < least) return null;
  }
  const random = shiftsOf(a, b);
  let sum = 0;
  for (let i = 0; i < SHIFTS; i++)
    sum += closePairs(a, b, close, random(), from, to, Number.POSITIVE_INFINITY) ?? 0;
  const mean = sum / SHIFTS;
  if (seen >= mean || mean < 5) return null;
  const bits = avoidanceBits(seen, mean);
  return bits < least ? null : { bits, close, seen, mean };
}

/** -log2 P(X <= seen), X ~ Poisson(mean). */
function avoidanceBits(seen: number, mean: number): number {
  let tail = 0;
  for (let k = 0; k <= seen; k++) tail += Math.exp(k * Math.log(mean) - mean - lnFactorial(k));
  return tail > 0 ? -Math.log2(tail) : mean / Math.LN2;
}

/** Seconds to move b by, half an hour to four and a half to either side: for the same two sources the same ones. */
function shiftsOf(a: Float64Array, b: Float64Array): () => number {
  const random = seededRandom(a.length * 7919 + b.length);
  return () => (random.next() < 0.5 ? -1 : 1) * (HOUR / 2 + random.next() * 4 * HOUR);
}

/** The place of the first time that is not before `least`. */
function placeFrom(times: Float64Array, least: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inside(times: Float64Array, from: number, to: number): number {
  let n = 0;
  for (let i = 0; i < times.length; i++) if (times[i]! >= from && times[i]! <= to) n++;
  return n;
}

/** How many tries of b, moved by `shift`, fall close to one of a; null where they are more than `most`. */
function closePairs(
  a: Float64Array,
  b: Float64Array,
  close: number,
  shift: number,
  from: number,
  to: number,
  most: number,
): number | null {
  let pairs = 0;
  let j = 0;
  for (let i = 0; i < b.length; i++) {
    const moved = b[i]! + shift;
    if (moved < from) continue;
    if (moved > to) break;
    while (j < a.length && a[j]! < moved - close) j++;
    if (j < a.length && a[j]! <= moved + close && ++pairs > most) return null;
  }
  return pairs;
}
