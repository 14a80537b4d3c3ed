/**
 * Where in the sequence names are taken in turn: the intervals in which linked attempts are denser than in
 * surrogates, found as maximal-sum segments of a likelihood ratio, and how often chance alone makes one as strong.
 */
import { seededRandom } from '../model/random.ts';
import { fashionsOf, hubsOf, withoutTicks } from './hub.ts';
import { linkBits, type NameRoom, nameRoom, type TickSequence } from './links.ts';
import { smallLogSegment } from './small-log.ts';
import { surrogate, surrogateRoom } from './surrogate.ts';

/** Upper ends of the classes of surprise, in bits; the last class is open. */
export const CLASS_ENDS = [0.01, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30] as const;
export const CLASSES = CLASS_ENDS.length + 1;

/**
 * How surprise is spread among a campaign's own attempts, before this log has been seen: a third unlinked (root, names
 * tried once), the rest spread evenly over the classes above three bits. Re-estimated from the first segment found.
 */
const CAMPAIGN_UNLINKED = 0.35;

/** Shares of the ticks in a segment that may belong to the campaign. */
export const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95] as const;

export interface Segment {
  /** Ticks, both ends included. */
  readonly from: number;
  readonly to: number;
  /** Log likelihood ratio against chance, bits. */
  readonly bits: number;
  /** Estimated share of the ticks in the segment that belong to the campaign. */
  readonly share: number;
  /** Chance that surrogates of this log hold a segment as strong. */
  readonly falseAlarm: number;
}

export interface LinkedSequence {
  readonly bits: Float32Array;
  /** log2 likelihood ratio, campaign against chance, of each tick's surprise. */
  readonly ratio: Float32Array;
  readonly segments: readonly Segment[];
}

/** How the segments of a sequence are found; of sources and names the numbers stay when some are left out. */
export type SegmentFinder = (sequence: TickSequence, accept: number) => LinkedSequence;

/** Names in fashion are sought so often: one may hide another. */
const MOST_FASHIONS = 4;

/** The segments of the sequence without some sources, and without the visits on some names. */
function segmentsWithout(
  sequence: TickSequence,
  sources: ReadonlySet<number>,
  users: ReadonlySet<number>,
  accept: number,
  before: LinkedSequence,
  find: SegmentFinder,
): LinkedSequence {
  const rest = withoutTicks(sequence, sources, users);
  const again = find(rest.sequence, accept);
  const bits = before.bits.slice();
  const ratio = before.ratio.map((r, i) => (users.has(sequence.user[i]!) ? Math.min(0, r) : r));
  rest.tick.forEach((i, k) => {
    bits[i] = again.bits[k]!;
    ratio[i] = again.ratio[k]!;
  });
  const segments = again.segments.map((s) => ({ ...s, from: rest.tick[s.from]!, to: rest.tick[s.to]! }));
  return { bits, ratio, segments };
}

/**
 * Segments that stand without any one source. Whoever repeats, minutes later, each rare name that others try makes
 * strangers look coordinated; without it there is nothing left. A campaign hangs on none of its sources.
 */
export function findSegments(
  sequence: TickSequence,
  accept: number,
  find: SegmentFinder = segmentsOf,
): LinkedSequence {
  let found = find(sequence, accept);
  const hubs = hubsOf(sequence, found);
  const fashions = new Set<number>();
  for (let round = 0; round < MOST_FASHIONS; round++) {
    const more = fashionsOf(sequence, found);
    if (more.size === 0 && (round > 0 || hubs.size === 0)) break;
    for (const user of more) fashions.add(user);
    found = segmentsWithout(sequence, hubs, fashions, accept, found, find);
  }
  return found;
}

function segmentsOf(sequence: TickSequence, accept: number): LinkedSequence {
  const linked = linkedSegments(sequence, accept);
  const small = smallLogSegment(sequence);
  if (small === null) return linked;
  const falseAlarm = tailOf(small.chance)(small.bits);
  if (falseAlarm > accept) return linked;
  // in a small log the order of the names sees more than windows do; what they see besides stays
  const segment: Segment = { from: small.from, to: small.to, bits: small.bits, share: 0.95, falseAlarm };
  const ratio = linked.ratio.map((r, i) => (i >= small.from && i <= small.to ? Math.max(r, 3) : r));
  const outside = linked.segments.filter((s) => s.to < small.from || s.from > small.to);
  return { bits: linked.bits, ratio, segments: [...outside, segment].sort((a, b) => a.from - b.from) };
}

/** A segment may hide anywhere in a large surrogate: its parts are as good as several surrogates. */
const PART_TICKS = 100_000;

function linkedSegments(sequence: TickSequence, accept: number): LinkedSequence {
  const names = nameRoom(sequence.user.length);
  const bits = linkBits(sequence, names);
  const n = bits.length;
  if (n < 16) return { bits, ratio: new Float32Array(n), segments: [] };
  const classes = classesOf(bits);
  const { table, segments } = segmentsAmong(classes, chanceOf(surrogateClasses(sequence, n, names)), accept);
  return { bits, ratio: ratiosOf(classes.classes, table), segments };
}

/** What surrogates of a log of so many ticks show. */
export interface Chance {
  /** Share of the ticks in each class. */
  readonly share: Float64Array;
  /** Chance that independent visitors make a segment of so many bits. */
  tail(bits: number): number;
}

/** `shares` of a segment's ticks are tried, ascending; the log must be searched with the same. */
export function chanceOf(surrogates: readonly Classified[], shares: readonly number[] = SHARES): Chance {
  const share = classShares(surrogates);
  const n = surrogates[0]!.classes.length;
  const parts = Math.max(1, Math.round(n / PART_TICKS));
  const maxima: number[] = [];
  for (const one of surrogates) {
    for (let p = 0; p < parts; p++) {
      const from = Math.floor((p * n) / parts);
      const to = Math.floor(((p + 1) * n) / parts) - 1;
      // a surrogate is fitted to its own best segment, as the log is to its own
      const own = fittedTable(one, share, from, to, shares);
      maxima.push(bestSegment(one, own, from, to, shares)?.bits ?? 0);
    }
  }
  const partTail = tailOf(maxima);
  return { share, tail: (bits) => Math.min(1, parts * partTail(bits)) };
}

/** Segments of a log whose surprises are those, and each class's likelihood ratio. */
export function segmentsAmong(
  classes: Classified,
  chance: Chance,
  accept: number,
  shares: readonly number[] = SHARES,
): { readonly table: Float64Array; readonly segments: readonly Segment[] } {
  const n = classes.classes.length;
  const table = fittedTable(classes, chance.share, 0, n - 1, shares);
  const segments: Segment[] = [];
  const search = (from: number, to: number, depth: number) => {
    if (to - from < 3 || depth > 12) return;
    const best = bestSegment(classes, table, from, to, shares);
    if (best === null) return;
    const falseAlarm = chance.tail(best.bits);
    if (falseAlarm > accept) return;
    segments.push({ ...best, falseAlarm });
    search(from, best.from - 1, depth + 1);
    search(best.to + 1, to, depth + 1);
  };
  search(0, n - 1, 0);
  segments.sort((a, b) => a.from - b.from);
  return { table, segments };
}

/** So many surrogates: 24 for a small log, fewer for a larger one, whose parts of PART_TICKS then stand for as many. */
export function surrogateRounds(n: number): number {
  return Math.max(1, Math.min(24, Math.round((24 * PART_TICKS) / n)));
}

function surrogateClasses(sequence: TickSequence, n: number, names: NameRoom): readonly Classified[] {
  const rounds = surrogateRounds(n);
  const random = seededRandom(0x51_0b ^ n);
  // of a large log these are tens of megabytes: what is free holds what comes next
  const room = surrogateRoom(n, names.tick);
  const bits = new Float32Array(room.user.buffer, 0, n);
  return Array.from({ length: rounds }, () =>
    classesOf(linkBits(surrogate(sequence, random, room), names, bits)),
  );
}

/** Likelihood ratios of the classes, the campaign's shares drawn from presumption towards what the best segment shows. */
function fittedTable(
  classes: Classified,
  chance: Float64Array,
  from: number,
  to: number,
  shares: readonly number[],
): Float64Array {
  const presumed = presumedShares();
  const table = ratioTable(presumed, chance);
  const first = bestSegment(classes, table, from, to, shares);
  if (first === null || first.bits <= REFIT_BITS) return table;
  return ratioTable(sharesInSegment(classes.classes, first, chance, presumed), chance);
}

/** A segment weaker than this (one in a thousand) says nothing about how campaigns look here. */
const REFIT_BITS = 10;

export function classOf(bits: number): number {
  let c = 0;
  while (c < CLASS_ENDS.length && bits > CLASS_ENDS[c]!) c++;
  return c;
}

/** The class of each tick's surprise, and the ticks of any class but that of none. */
export interface Classified {
  readonly classes: Uint8Array;
  readonly surprises: Uint32Array;
}

// loops, not TypedArray.from with a function: that collects all values in a list of boxed numbers first
function classesOf(bits: Float32Array): Classified {
  const classes = new Uint8Array(bits.length);
  let count = 0;
  for (let i = 0; i < bits.length; i++) {
    const c = classOf(bits[i]!);
    classes[i] = c;
    if (c > 0) count++;
  }
  const surprises = new Uint32Array(count);
  for (let i = 0, at = 0; at < count; i++) if (classes[i]! > 0) surprises[at++] = i;
  return { classes, surprises };
}

function ratiosOf(classes: Uint8Array, table: Float64Array): Float32Array {
  const ratio = new Float32Array(classes.length);
  for (let i = 0; i < classes.length; i++) ratio[i] = table[classes[i]!]!;
  return ratio;
}

function classShares(samples: readonly Classified[]): Float64Array {
  const counts = new Float64Array(CLASSES);
  let total = 0;
  for (const { classes } of samples) {
    for (const c of classes) counts[c]!++;
    total += classes.length;
  }
  // an unseen class gets what half a sighting would; classes thin out by at least half from one to the next
  for (let c = 0; c < CLASSES; c++) counts[c] = (counts[c]! + 0.5) / (total + 0.5 * CLASSES);
  return counts;
}

function presumedShares(): Float64Array {
  const shares = new Float64Array(CLASSES);
  shares[0] = CAMPAIGN_UNLINKED;
  shares[1] = 0.03;
  shares[2] = 0.04;
  shares[3] = 0.05;
  const rest = (1 - CAMPAIGN_UNLINKED - 0.12) / (CLASSES - 4);
  for (let c = 4; c < CLASSES; c++) shares[c] = rest;
  return shares;
}

/** What the segment's classes are once the share that chance explains is taken away, drawn towards `prior`. */
function sharesInSegment(
  classes: Uint8Array,
  segment: { from: number; to: number; share: number },
  chance: Float64Array,
  prior: Float64Array,
): Float64Array {
  const counts = new Float64Array(CLASSES);
  const n = segment.to - segment.from + 1;
  for (let i = segment.from; i <= segment.to; i++) counts[classes[i]!]!++;
  const PRIOR_WEIGHT = 30;
  let total = 0;
  const shares = new Float64Array(CLASSES);
  for (let c = 0; c < CLASSES; c++) {
    const own = Math.max(0, counts[c]! - (1 - segment.share) * n * chance[c]!);
    shares[c] = own + PRIOR_WEIGHT * prior[c]!;
    total += shares[c]!;
  }
  for (let c = 0; c < CLASSES; c++) shares[c]! /= total;
  return shares;
}

function ratioTable(campaign: Float64Array, chance: Float64Array): Float64Array {
  const table = new Float64Array(CLASSES);
  for (let c = 0; c < CLASSES; c++) table[c] = Math.log2(campaign[c]! / chance[c]!);
  // more surprise is never less evidence
  for (let c = 1; c < CLASSES; c++) table[c] = Math.max(table[c]!, table[c - 1]!);
  return table;
}

/**
 * How far a segment's sum may fall below its peak before it ends, bits (the X-drop of sequence alignment: Altschul et
 * al., J. Mol. Biol. 215, 1990). Without it one very strong cluster pays for the idle weeks to the next. At half of it a
 * campaign with pauses falls into pieces (which are put together again later), at twice of it neighbours grow into one.
 */
const DROP_BITS = 30;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  readonly share: number;
}

/**
 * The segment with the largest likelihood ratio, over all shares (Kadane's scan with X-drop, one for each share). Most
 * ticks are of the class of no surprise, which lowers the sum: once it is no longer above zero, the rest of a run of
 * those is passed over.
 */
function bestSegment(
  { classes, surprises }: Classified,
  table: Float64Array,
  from: number,
  to: number,
  shares: readonly number[],
): Stretch | null {
  let bits = 0;
  let bestFrom = -1;
  let bestTo = -1;
  let bestShare = 0;
  const firstSurprise = placeFrom(surprises, from);
  for (const share of shares) {
    const gains = table.map((r) => Math.log2(1 - share + share * 2 ** r));
    const usual = gains[0]!;
    let surprise = firstSurprise;
    let sum = 0;
    let start = from;
    let peak = 0;
    for (let i = from; i <= to; i++) {
      const c = classes[i]!;
      const gain = gains[c]!;
      if (sum <= 0 || sum < peak - DROP_BITS) {
        if (c === 0 && usual <= 0) {
          // each tick of the run begins anew, and none of them is a gain
          while (surprise < surprises.length && surprises[surprise]! < i) surprise++;
          i = Math.min(to, surprise < surprises.length ? surprises[surprise]! - 1 : to);
        }
        sum = gain;
        start = i;
        peak = gain;
      } else sum += gain;
      if (sum > peak) peak = sum;
      if (sum > bits) {
        bits = sum;
        bestFrom = start;
        bestTo = i;
        bestShare = share;
      }
    }
  }
  return bestFrom < 0 ? null : { from: bestFrom, to: bestTo, bits, share: bestShare };
}

/** The first place in `sorted` whose number is not below `least`. */
function placeFrom(sorted: Uint32Array, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** P(maximum >= x) from a few surrogate maxima: an extreme-value (Gumbel) tail fitted by moments. */
function tailOf(maxima: readonly number[]): (x: number) => number {
  const n = maxima.length;
  const mean = maxima.reduce((a, b) => a + b, 0) / n;
  const variance = maxima.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1);
  // a scale of at least 1.5 bits: a handful of surrogates may by luck agree too well
  const scale = Math.max(1.5, (Math.sqrt(6 * variance) / Math.PI) * 1.2);
  const mode = mean - 0.5772 * scale;
  return (x) => Math.max(1e-300, -Math.expm1(-Math.exp(-(x - mode) / scale)));
}
