/**
 * Rate change: stretches in which far more new sources come than the rest of the log lets one expect. This is what
 * speaks where names cannot: root alone, names that are never tried twice. Each source counts once, when it is first
 * seen, by class of what it tries: a count that one busy source cannot move.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { DAY } from '../model/time.ts';
import { type Arrival, everyArrival } from './arrivals.ts';
import { type ExposedClock, exposedClock } from './exposure.ts';
import { FASHION } from './links.ts';
import { type CountBins, isSwitchedOn } from './switched-on.ts';
import { overdispersedTailBits, poissonTailBits } from './tails.ts';
import type { Visitors } from './visitors.ts';

export interface Onset {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  /** `what` class that rose most (`n<user>`, `rare`), or `all`. */
  readonly what: string;
  readonly perDay: number;
  readonly perDayBefore: number;
  /** Probability, by excess over the base rate of its class, that a source first seen in the interval belongs to it. */
  readonly probability: ReadonlyMap<number, number>;
  /** Class of each source first seen in the interval, and how many of each class the rest of the log lets one expect. */
  readonly whatOf: ReadonlyMap<number, string>;
  readonly expected: ReadonlyMap<string, number>;
}

/** An onset of fewer new sources than this is left to the evidence of names and networks. */
const FEWEST_SOURCES = 20;
/** The rate must rise by this factor at least: twice of what fashions do (see FASHION). */
const LEAST_RISE = 2 * FASHION;
/** An onset fills at most this share of the log: the rest must show what came before or after. */
const LONGEST = 0.75;
/* At the beginning of a log everybody is new, so an onset must have a 'before': as much log as it is long itself, a day
 * at most (by then most of those who come every day have been seen). */

/** An interval that an earlier finding explains for a class of arrivals: neither they nor its time count any more. */
export interface Explained {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

export function findOnsets(
  table: AttemptTable,
  visitors: Visitors,
  exclude: (source: number) => boolean,
  accept: number,
  before: readonly Explained[] = [],
): readonly Onset[] {
  const clock = exposedClock(table);
  const everybody = everyArrival(table, visitors, clock);
  const onsets: Onset[] = [];
  for (const era of clock.eras) {
    const all = everybody.filter((a) => a.bin >= era.from && a.bin <= era.to);
    const arrivals = all.filter((a) => !exclude(a.source));
    const explained: Explained[] = [...before];
    for (let round = 0; round < MOST_ONSETS; round++) {
      const onset = strongestOnset(arrivals, all, clock, era, explained, accept);
      if (onset === null) break;
      onsets.push(onset);
      explained.push({ from: onset.from, to: onset.to, what: onset.what });
    }
  }
  return onsets.sort((a, b) => b.bits - a.bits);
}

const MOST_ONSETS = 8;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  readonly count: number;
  readonly base: number;
}

/** `all` are the arrivals with those that are explained: what an earlier finding explains has come all the same. */
function strongestOnset(
  arrivals: readonly Arrival[],
  all: readonly Arrival[],
  clock: ExposedClock,
  era: { readonly from: number; readonly to: number },
  explained: readonly Explained[],
  accept: number,
): Onset | null {
  const quiet: Arrival[] = [];
  const classes = new Map<string, Arrival[]>([['all', quiet]]);
  for (const a of arrivals) {
    let list = classes.get(a.what);
    if (list === undefined) {
      list = [];
      classes.set(a.what, list);
    }
    list.push(a);
    if (!a.what.endsWith('!')) quiet.push(a);
  }
  for (const what of classes.keys()) if (what.endsWith('!')) classes.delete(what);
  let best: (Stretch & { what: string; axis: Axis }) | null = null;
  let tests = 0;
  for (const [what, members] of classes) {
    if (members.length < FEWEST_SOURCES) continue;
    const axis = axisOf(what, clock, era, explained);
    const open = new Uint32Array(members.length);
    let count = 0;
    for (const { bin } of members) {
      const place = axis.place[bin - era.from]!;
      if (place >= 0) open[count++] = place;
    }
    if (count < FEWEST_SOURCES) continue;
    const found = bestStretch(open.subarray(0, count), axis.bins, clock.binSeconds);
    tests += found.tests;
    if (found.best === null || (best !== null && found.best.bits <= best.bits)) continue;
    const from = axis.place.indexOf(found.best.from);
    const to = axis.place.indexOf(found.best.to);
    const day = Math.max(1, Math.round(DAY / clock.binSeconds));
    if (isSwitchedOn(countOf(all, what, era), from, to, day, found.best.base))
      best = { ...found.best, what, axis };
  }
  if (best === null) return null;
  const bits = best.bits - Math.log2(tests);
  if (2 ** -bits > accept) return null;
  const { axis, what, from, to } = best;
  const at = (a: Arrival) => axis.place[a.bin - era.from]!;
  const inside = arrivals.filter((a) => at(a) >= from && at(a) <= to);
  const risen =
    what === 'all' ? inside.filter((a) => !a.what.endsWith('!')) : inside.filter((a) => a.what === what);
  const elsewhere = arrivals.filter((a) => at(a) >= 0 && (at(a) < from || at(a) > to));
  const length = to - from + 1;
  return {
    from: risen[0]!.time,
    to: risen.reduce((latest, a) => Math.max(latest, a.time), 0),
    bits,
    what,
    perDay: (best.count * DAY) / clock.binSeconds / length,
    perDayBefore: (best.base * DAY) / clock.binSeconds,
    ...excess(elsewhere, inside, length / Math.max(1, axis.bins - length)),
  };
}

/** Arrivals of a class in the bins of an era, cumulated. */
function countOf(
  all: readonly Arrival[],
  what: string,
  era: { readonly from: number; readonly to: number },
): CountBins {
  const bins = era.to - era.from + 1;
  const cumulated = new Float64Array(bins + 1);
  for (const a of all) {
    if (what === 'all' ? a.what.endsWith('!') : a.what !== what) continue;
    cumulated[a.bin - era.from + 1]!++;
  }
  for (let i = 0; i < bins; i++) cumulated[i + 1]! += cumulated[i]!;
  return (from, to) => cumulated[Math.min(bins, to + 1)]! - cumulated[Math.max(0, from)]!;
}

/** The bins of an era that earlier findings leave to a class, numbered anew: `place[bin]` is -1 where they do not. */
interface Axis {
  readonly bins: number;
  readonly place: Int32Array;
}

function axisOf(
  what: string,
  clock: ExposedClock,
  era: { readonly from: number; readonly to: number },
  explained: readonly Explained[],
): Axis {
  const place = new Int32Array(era.to - era.from + 1);
  for (const one of explained) {
    if (what !== 'all' && one.what !== 'all' && one.what !== what) continue;
    const to = Math.min(era.to, clock.binOf(one.to));
    for (let bin = Math.max(era.from, clock.binOf(one.from)); bin <= to; bin++) place[bin - era.from] = -1;
  }
  let bins = 0;
  for (let i = 0; i < place.length; i++) if (place[i]! >= 0) place[i] = bins++;
  return { bins, place };
}

/** Scans windows of 1, 2, 4 ... hours up to a third of the log; the base rate is that of the rest, or of its surroundings. */
function bestStretch(
  members: Uint32Array,
  hours: number,
  binSeconds: number,
): { best: Stretch | null; tests: number } {
  const cumulated = new Float64Array(hours + 1);
  for (const bin of members) cumulated[bin + 1]!++;
  const day = Math.max(1, Math.round(DAY / binSeconds));
  for (let h = 0; h < hours; h++) cumulated[h + 1]! += cumulated[h]!;
  const count = (from: number, to: number) =>
    cumulated[Math.min(hours, to + 1)]! - cumulated[Math.max(0, from)]!;
  const total = cumulated[hours]!;
  let best: Stretch | null = null;
  let tests = 0;
  for (let exact = 1; exact <= LONGEST * hours; exact *= Math.SQRT2) {
    const length = Math.round(exact);
    const step = Math.max(1, length >> 4);
    for (let from = 0; from + length <= hours; from += step) {
      tests++;
      const to = from + length - 1;
      const inside = count(from, to);
      if (inside < FEWEST_SOURCES || from < Math.min(day, length)) continue;
      if (inside / length < (LEAST_RISE / 2) * (count(0, from - 1) / from)) continue;
      const around = count(from - 4 * length, to + 4 * length) - inside;
      const aroundHours = Math.min(hours, to + 4 * length + 1) - Math.max(0, from - 4 * length) - length;
      // the surroundings may hold part of the same onset: half of their rate is a fair base where the rest is calmer
      const base = Math.max(
        (total - inside + 0.5) / (hours - length),
        (0.5 * around) / Math.max(1, aroundHours),
      );
      if (inside < LEAST_RISE * base * length) continue;
      // varying more than chance can only weaken it
      if (best !== null && -poissonTailBits(inside, FASHION * base * length) <= best.bits) continue;
      const dispersion = dispersionOf(count, from, to, hours, day, FASHION * base);
      const bits = -overdispersedTailBits(inside, FASHION * base * length, dispersion);
      if (best === null || bits > best.bits) best = { from, to, bits, count: inside, base };
    }
  }
  // a window that does not match the onset leaves part of it in the rest; fitted ends show the true rise
  const fitted = best === null ? null : fittedEnds(best, count, hours, total);
  const length = fitted === null ? 0 : fitted.to - fitted.from + 1;
  const risen =
    fitted !== null &&
    length <= LONGEST * hours &&
    fitted.count >= LEAST_RISE * fitted.base * length &&
    hasBefore(fitted, count, day);
  return { best: risen ? fitted : null, tests: Math.max(1, tests) };
}

/**
 * Whether the stretch rises above what came before it. Where many sources return, newcomers thin out from the first hour
 * of the log on, and any early stretch stands above the rest.
 */
function hasBefore(stretch: Stretch, count: (from: number, to: number) => number, day: number): boolean {
  const { from, to } = stretch;
  const length = to - from + 1;
  if (from < Math.min(day, length)) return false;
  const rate = stretch.count / length;
  return rate >= (LEAST_RISE / 2) * (count(0, from - 1) / from);
}

/**
 * The interval that makes the arrivals most likely, given its rate and the base rate: the maximal-sum stretch of each
 * hour's Poisson log likelihood ratio, c ln(r / b) - (r - b), with r and b fitted again twice.
 */
function fittedEnds(
  stretch: Stretch,
  count: (from: number, to: number) => number,
  hours: number,
  total: number,
): Stretch {
  let { from, to } = stretch;
  let inside = stretch.count;
  for (let round = 0; round < 3; round++) {
    const length = to - from + 1;
    const base = Math.max(stretch.base, (total - inside + 0.5) / Math.max(1, hours - length));
    const rate = Math.max(inside / length, 2 * base);
    const gain = Math.log(rate / base);
    const cost = rate - base;
    let best = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let start = 0;
    let bestFrom = from;
    let bestTo = to;
    for (let h = 0; h < hours; h++) {
      if (sum <= 0) {
        sum = 0;
        start = h;
      }
      sum += count(h, h) * gain - cost;
      if (sum > best) {
        best = sum;
        bestFrom = start;
        bestTo = h;
      }
    }
    from = bestFrom;
    to = bestTo;
    inside = count(from, to);
  }
  const base = (total - inside + 0.5) / Math.max(1, hours - (to - from + 1));
  return { ...stretch, from, to, count: inside, base };
}

/**
 * Variance over mean of the count in a window, from the days outside it: rates that vary from day to day like a gamma of
 * shape r make the variance of a day's count m + m^2 / r, so a window of D days at `rate` a bin has dispersion
 * 1 + rate x day / r (below a day: 1 + rate x length / r). With fewer than four days outside, r = 2 is assumed: rates
 * that vary by 70 %, more than the logs with people show.
 */
function dispersionOf(
  count: (from: number, to: number) => number,
  from: number,
  to: number,
  hours: number,
  day: number,
  rate: number,
): number {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let h = 0; h + day <= hours; h += day) {
    if (h + day - 1 >= from - day && h <= to + day) continue;
    const c = count(h, h + day - 1);
    n++;
    sum += c;
    squares += c * c;
  }
  const mean = n === 0 ? 0 : sum / n;
  let inverseShape = 0.5;
  if (n >= 4 && mean > 0) {
    const variance = (squares - n * mean * mean) / (n - 1);
    // drawn towards 0.5 with the weight of two days
    inverseShape = (Math.max(0, (variance - mean) / (mean * mean)) * n + 1) / (n + 2);
  }
  return 1 + rate * Math.min(day, to - from + 1) * inverseShape;
}

/** Per source first seen inside: 1 - expected / observed of its class, by the class's rate in the rest of the log. */
function excess(
  elsewhere: readonly Arrival[],
  inside: readonly Arrival[],
  share: number,
): Pick<Onset, 'probability' | 'whatOf' | 'expected'> {
  const seen = new Map<string, number>();
  for (const a of inside) seen.set(a.what, (seen.get(a.what) ?? 0) + 1);
  const expected = new Map<string, number>();
  for (const what of seen.keys()) expected.set(what, share);
  for (const a of elsewhere) {
    if (expected.has(a.what)) expected.set(a.what, expected.get(a.what)! + share);
  }
  const probability = new Map<number, number>();
  const whatOf = new Map<number, string>();
  for (const a of inside) {
    const chance = 1 - expected.get(a.what)! / (seen.get(a.what)! + 1);
    probability.set(a.source, Math.max(0.002, Math.min(0.998, chance)));
    whatOf.set(a.source, a.what);
  }
  return { probability, whatOf, expected };
}
