/**
 * Rate change: stretches in which far more new sources come than the rest of the log lets one expect. This is what
 * speaks where names cannot: root alone, names that are never tried twice. Each source counts once, when it is first
 * seen, by class of what it tries: a count that one busy source cannot move.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import { DAY, HOUR } from '../model/time.ts';
import { FASHION } from './links.ts';
import { overdispersedTailBits, poissonTailBits } from './tails.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** One source's first appearance, and what kind of visitor it turned out to be. */
interface Arrival {
  readonly source: number;
  /** Exposed hour (see {@link exposedHours}) and time of the first failed attempt. */
  readonly hour: number;
  readonly time: number;
  readonly last: number;
  /** What it tries: one popular name only (`n<user>`), only rare names (`rare`), or several (`mixed`); loud ones `!`. */
  readonly what: string;
}

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
}

/** A name is popular, and a class of its own, when at least this many sources (and 1 in 200) try it. */
const POPULAR_SOURCES = 12;
/** An onset of fewer new sources than this is left to the evidence of names and networks. */
const FEWEST_SOURCES = 20;
/** The rate must rise by this factor at least: twice of what fashions do (see FASHION). */
const LEAST_RISE = 2 * FASHION;
/** An onset fills at most this share of the log: the rest must show what came before or after. */
const LONGEST = 0.75;
/**
 * At the beginning of a log everybody is new, so an onset must have a 'before': as many hours of log as it is long
 * itself, a day at most (by then most of those who come every day have been seen).
 */
const HOURS_BEFORE = 24;
/** A log with a hole longer than this many times its mean gap (and two days) was not written in the meantime. */
const HOLE = 50;
/** After a hole of this many days the world is another: what came before it is no base rate. */
const ERA_DAYS = 14;

export function findOnsets(
  table: AttemptTable,
  visitors: Visitors,
  exclude: (source: number) => boolean,
  accept: number,
): readonly Onset[] {
  const clock = exposedHours(table);
  const everybody = arrivalsOf(table, visitors, clock, exclude);
  const onsets: Onset[] = [];
  for (const era of clock.eras) {
    let arrivals = everybody
      .filter((a) => a.hour >= era.from && a.hour <= era.to)
      .map((a) => ({ ...a, hour: a.hour - era.from }));
    for (let round = 0; round < MOST_ONSETS && arrivals.length >= FEWEST_SOURCES; round++) {
      const onset = strongestOnset(arrivals, era.to - era.from + 1, accept);
      if (onset === null) break;
      onsets.push(onset);
      arrivals = arrivals.filter((a) => !(a.time >= onset.from && a.time <= onset.to));
    }
  }
  return onsets.sort((a, b) => b.bits - a.bits);
}

const MOST_ONSETS = 8;

interface ExposedClock {
  hourOf(time: number): number;
  /** Stretches of hours, ends included, without a hole of ERA_DAYS. */
  readonly eras: readonly { readonly from: number; readonly to: number }[];
}

/** Hours during which the log was being written, numbered without holes. */
function exposedHours(table: AttemptTable): ExposedClock {
  const n = table.length;
  if (n === 0) return { hourOf: () => 0, eras: [] };
  const first = table.time[0]!;
  const hole = Math.max(2 * DAY, (HOLE * (table.time[n - 1]! - first)) / n);
  const starts: number[] = [first];
  const skipped: number[] = [0];
  const begins: number[] = [first];
  for (let i = 1; i < n; i++) {
    const gap = table.time[i]! - table.time[i - 1]!;
    if (gap <= hole) continue;
    starts.push(table.time[i]!);
    skipped.push(skipped.at(-1)! + gap - HOUR);
    if (gap > ERA_DAYS * DAY) begins.push(table.time[i]!);
  }
  const hourOf = (time: number) => {
    let piece = starts.length - 1;
    while (piece > 0 && starts[piece]! > time) piece--;
    return Math.floor((time - first - skipped[piece]!) / HOUR);
  };
  const eras = begins.map((time, i) => ({
    from: hourOf(time),
    to: i + 1 < begins.length ? hourOf(begins[i + 1]!) - 1 : hourOf(table.time[n - 1]!),
  }));
  return { hourOf, eras };
}

function arrivalsOf(
  table: AttemptTable,
  visitors: Visitors,
  clock: ExposedClock,
  exclude: (source: number) => boolean,
): Arrival[] {
  const triedBy = sourcesPerUser(table, visitors);
  const sources = visitors.kind.length;
  const popular = Math.max(POPULAR_SOURCES, sources / 200);
  const arrivals: Arrival[] = [];
  for (let s = 0; s < sources; s++) {
    const kind = visitors.kind[s]!;
    if ((kind !== 'quiet' && kind !== 'loud') || exclude(s)) continue;
    const users = new Set<number>();
    let first = Number.NaN;
    let last = 0;
    let personal = false;
    for (const row of rowsOf(visitors, s)) {
      if (table.outcome[row] === SUCCESS) continue;
      if (Number.isNaN(first)) first = table.time[row]!;
      last = table.time[row]!;
      const user = table.user[row]!;
      users.add(user);
      // somebody's own account, nothing that guessers are after: by rate alone a person may not be named
      if (visitors.userSuccessSources[user]! > 0 && triedBy[user]! < popular) personal = true;
    }
    if (personal || users.has(NO_USER)) continue;
    const [only] = users;
    const allRare = [...users].every((u) => triedBy[u]! < popular);
    const what = `${users.size === 1 && !allRare ? `n${only}` : allRare ? 'rare' : 'mixed'}${visitors.loud[s] ? '!' : ''}`;
    arrivals.push({
      source: s,
      hour: clock.hourOf(first),
      time: first,
      last,
      what,
    });
  }
  return arrivals.sort((a, b) => a.time - b.time || a.source - b.source);
}

function sourcesPerUser(table: AttemptTable, visitors: Visitors): Uint32Array {
  const counts = new Uint32Array(table.users.length);
  const seen = new Set<number>();
  for (let s = 0; s < visitors.kind.length; s++) {
    seen.clear();
    for (const row of rowsOf(visitors, s)) if (table.outcome[row] !== SUCCESS) seen.add(table.user[row]!);
    for (const user of seen) counts[user]!++;
  }
  return counts;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  readonly count: number;
  readonly base: number;
}

function strongestOnset(arrivals: readonly Arrival[], hours: number, accept: number): Onset | null {
  const quiet = arrivals.filter((a) => !a.what.endsWith('!'));
  const classes = new Map<string, Arrival[]>([['all', quiet]]);
  for (const a of quiet) {
    const list = classes.get(a.what);
    if (list) list.push(a);
    else classes.set(a.what, [a]);
  }
  let best: (Stretch & { what: string }) | null = null;
  let tests = 0;
  for (const [what, members] of classes) {
    if (members.length < FEWEST_SOURCES) continue;
    const found = bestStretch(members, hours);
    tests += found.tests;
    if (found.best !== null && (best === null || found.best.bits > best.bits)) best = { ...found.best, what };
  }
  if (best === null) return null;
  const bits = best.bits - Math.log2(tests);
  if (2 ** -bits > accept) return null;
  const inside = arrivals.filter((a) => a.hour >= best.from && a.hour <= best.to);
  const risen = best.what === 'all' ? inside : inside.filter((a) => a.what === best.what);
  return {
    from: risen[0]!.time,
    to: inside.reduce((latest, a) => Math.max(latest, a.time), 0),
    bits,
    what: best.what,
    perDay: (best.count * 24) / (best.to - best.from + 1),
    perDayBefore: best.base * 24,
    probability: excess(arrivals, inside, best, hours),
  };
}

/** Scans windows of 1, 2, 4 ... hours up to a third of the log; the base rate is that of the rest, or of its surroundings. */
function bestStretch(members: readonly Arrival[], hours: number): { best: Stretch | null; tests: number } {
  const cumulated = new Float64Array(hours + 1);
  for (const a of members) cumulated[a.hour + 1]!++;
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
      if (inside < FEWEST_SOURCES || from < Math.min(HOURS_BEFORE, length)) continue;
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
      const dispersion = dispersionOf(count, from, to, hours, length);
      const bits = -overdispersedTailBits(inside, FASHION * base * length, dispersion);
      if (best === null || bits > best.bits) best = { from, to, bits, count: inside, base };
    }
  }
  // a window that does not match the onset leaves part of it in the rest; fitted ends show the true rise
  const fitted = best === null ? null : fittedEnds(best, count, hours, total);
  const length = fitted === null ? 0 : fitted.to - fitted.from + 1;
  const risen =
    fitted !== null && fitted.count >= LEAST_RISE * fitted.base * length && length <= LONGEST * hours;
  return { best: risen ? fitted : null, tests: Math.max(1, tests) };
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

/** Variance over mean of counts in blocks of the window's length (a day at most) outside it; never below 1. */
function dispersionOf(
  count: (from: number, to: number) => number,
  from: number,
  to: number,
  hours: number,
  length: number,
): number {
  const block = Math.max(1, Math.min(24, length));
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let h = 0; h + block <= hours; h += block) {
    if (h + block - 1 >= from - block && h <= to + block) continue;
    const c = count(h, h + block - 1);
    n++;
    sum += c;
    squares += c * c;
  }
  if (n < 4 || sum === 0) return 2; // too little to fit: what a typical site shows
  const mean = sum / n;
  return Math.max(1, (squares / n - mean * mean) / mean);
}

/** Per source first seen inside: 1 - expected / observed of its class, by the class's rate in the rest of the log. */
function excess(
  arrivals: readonly Arrival[],
  inside: readonly Arrival[],
  stretch: Stretch,
  hours: number,
): ReadonlyMap<number, number> {
  const length = stretch.to - stretch.from + 1;
  const share = length / Math.max(1, hours - length);
  const seen = new Map<string, number>();
  const elsewhere = new Map<string, number>();
  for (const a of inside) seen.set(a.what, (seen.get(a.what) ?? 0) + 1);
  for (const a of arrivals) {
    if (a.hour < stretch.from || a.hour > stretch.to) elsewhere.set(a.what, (elsewhere.get(a.what) ?? 0) + 1);
  }
  const probability = new Map<number, number>();
  for (const a of inside) {
    const expected = ((elsewhere.get(a.what) ?? 0) + 1) * share;
    probability.set(a.source, Math.max(0.002, Math.min(0.998, 1 - expected / (seen.get(a.what)! + 1))));
  }
  return probability;
}
