/**
 * The link between *when* and *which name*: for each attempt, how surprising it is that so many other sources tried
 * the same name nearby, measured in operational time (one tick per quiet attempt, so that day and night, busy and
 * idle hours no longer matter).
 */
import { lnFactorial, poissonTailBits } from './tails.ts';

/** Attempts as parallel arrays; the position in the arrays is the tick. Ids are dense, from 0. */
export interface TickSequence {
  /** Seconds since 1970 of each tick, ascending. */
  readonly time: Float64Array;
  readonly source: Uint32Array;
  readonly user: Uint32Array;
  readonly sources: number;
  readonly users: number;
}

/**
 * How many attempts on a name nobody else tries one should expect elsewhere, before seeing any: half of one
 * (Jeffreys' prior for a Poisson rate). Twice that makes a pair on a rare name one bit weaker, half of it one bit
 * stronger; surrogates are scored alike, so the threshold moves with it.
 */
const PRIOR_ATTEMPTS = 0.5;

/** Window sizes in ticks: powers of four from 4, none larger than a quarter of the log. */
export function windowSizes(ticks: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = 4; size <= ticks / 4; size *= 4) sizes.push(size);
  return sizes.length > 0 ? sizes : [Math.max(2, Math.floor(ticks / 4))];
}

/**
 * A name's popularity may rise by this factor without any surprise: real names come and go with the tools of the day
 * (on logs of many months the daily rate of one worm's name varies two- to threefold). A pair on a rare name loses 1.6
 * bits by it. At 1.5 worms show up as campaigns on real logs; at 6 a turn of three hosts is lost.
 */
export const FASHION = 3;

/** The neighbourhood reaches this many half-windows to either side: eight windows in which the rate is learnt for one. */
const NEIGHBOURHOOD = 9;

/** Positions of each name's attempts, grouped: `start[u]..start[u+1]` in `tick`, with the sources of those ticks. */
export interface ByName {
  readonly start: Uint32Array;
  readonly tick: Uint32Array;
  readonly by: Uint32Array;
}

/** The columns of {@link ByName}, for the next sequence of as many ticks. */
export type NameRoom = Pick<ByName, 'tick' | 'by'>;

export function nameRoom(ticks: number): NameRoom {
  return { tick: new Uint32Array(ticks), by: new Uint32Array(ticks) };
}

export function groupByName(sequence: TickSequence, room: NameRoom = nameRoom(sequence.user.length)): ByName {
  const { source, user, users } = sequence;
  const start = new Uint32Array(users + 1);
  for (let i = 0; i < user.length; i++) start[user[i]! + 1]!++;
  for (let u = 0; u < users; u++) start[u + 1]! += start[u]!;
  const fill = start.slice(0, users);
  const { tick, by } = room;
  for (let i = 0; i < user.length; i++) {
    const at = fill[user[i]!]!++;
    tick[at] = i;
    by[at] = source[i]!;
  }
  return { start, tick, by };
}

/** Which second a tick fell into: all that the surprise of a name asks of everybody else's attempts. */
export interface TickClock {
  /** How many ticks there are. */
  readonly ticks: number;
  /** Seconds since 1970 of a tick; of the first or last for one before or beyond. Never falling. */
  timeAt(tick: number): number;
}

export function clockOf(time: Float64Array): TickClock {
  const last = time.length - 1;
  return {
    ticks: time.length,
    timeAt: (tick) => time[tick < 0 ? 0 : tick > last ? last : tick]!,
  };
}

/**
 * Surprise of each attempt in bits, by tick: see {@link weighNames}. `room` and `bits` are written over: those of the
 * sequence before, of as many ticks.
 */
export function linkBits(
  sequence: TickSequence,
  room?: NameRoom,
  bits: Float32Array = new Float32Array(sequence.time.length),
): Float32Array {
  const names = groupByName(sequence, room);
  return weighNames(names, sequence.sources, clockOf(sequence.time), bits, names.tick);
}

/**
 * Surprise of each attempt in bits, >= 0: -log2 P(X >= k), X ~ Poisson(mu), at the best window size, less log2 of how
 * many sizes were tried. k counts *other* sources that tried the name within half a window to either side; mu is what
 * the rest of the log lets one expect there: (other sources' attempts on the name outside the window + a prior) x
 * window / (ticks outside). 'The rest' is the whole log and the neighbourhood only, in ticks and in seconds: the
 * largest of the four expectations counts. The neighbourhood keeps fashions out: a name that rises for weeks (a new
 * worm, a new public list) is as frequent around the window as in it. The second clock keeps changes of company out:
 * where other visitors stay away, a worm's share of the ticks rises while its rate in time is what it always was.
 *
 * Nothing but the name's own attempts and the clock is asked, so that names can be dealt to any number of machines. Ticks
 * of a name ascend; two may be equal where the clock is coarse. What place j of `names` has goes to `place[j]` of `bits`,
 * to j itself where no `place` is given.
 */
export function weighNames(
  names: ByName,
  sources: number,
  clock: TickClock,
  bits: Float32Array,
  place: Uint32Array | null = null,
): Float32Array {
  const n = clock.ticks;
  bits.fill(0);
  if (n < 8) return bits;
  const sizes = windowSizes(n);
  const penalty = Math.log2(sizes.length);
  const { start, tick, by } = names;
  const secondsOf = (from: number, to: number) => clock.timeAt(to) - clock.timeAt(from);
  const span = secondsOf(0, n - 1) + 1;
  const numbers = new NumbersOfName(sources, longestOf(start));
  const { of, ticks: ticksOf, inWindow } = numbers;
  const best = new Float32Array(of.length);
  for (let u = 0; u + 1 < start.length; u++) {
    const from = start[u]!;
    const to = start[u + 1]!;
    const count = to - from;
    if (count < 2) continue;
    const most = numbers.number(by, from, to);
    if (most === count) continue;
    const closest = closestOf(tick, from, to);
    let found = false;
    for (const size of sizes) {
      const half = size / 2;
      const far = half * NEIGHBOURHOOD;
      // others > FASHION * inTicks takes so many ticks in the window at least, by whomever; few names ever have them
      const least = (FASHION * size) / (n - size);
      const enough = Math.floor((1 + least * (count - most + PRIOR_ATTEMPTS)) / (1 + least)) + 1;
      const beyond = Math.max(2, enough) - 1;
      if (beyond * closest > size || isTooEven(tick, from, to, beyond, size)) continue;
      let left = from;
      let right = from;
      let farLeft = from;
      let farRight = from;
      let present = 0;
      // so many ticks lie within `size` somewhere: from there on, every tick of theirs is looked at
      let until = from;
      const lastFirst = to - beyond;
      for (let j = from; j < to; j++) {
        if (j < lastFirst && tick[j + beyond]! - tick[j]! <= size) until = j + beyond + 1;
        if (j >= until) continue;
        const here = tick[j]!;
        while (left < right && tick[left]! < here - half)
          if (--inWindow[of[left++ - from]!]! === 0) present--;
        if (left === right) {
          // what lies between two stretches need not come in to go out again
          while (tick[right]! < here - half) right++;
          left = right;
        }
        while (right < to && tick[right]! <= here + half)
          if (inWindow[of[right++ - from]!]!++ === 0) present++;
        const inside = right - left;
        if (inside <= beyond) continue;
        const own = of[j - from]!;
        const distinct = present - 1;
        if (distinct === 0) continue;
        const outside = count - ticksOf[own]! - (inside - inWindow[own]!);
        const usual = ((outside + PRIOR_ATTEMPTS) * size) / (n - size);
        if (distinct <= FASHION * usual) continue;
        while (farRight < to && tick[farRight]! <= here + far) farRight++;
        while (tick[farLeft]! < here - far) farLeft++;
        const around = farRight - farLeft - inside;
        const reach = Math.min(n, here + far) - Math.max(0, here - far) - size;
        const inTicks = Math.max(usual, reach > 0 ? (around * size) / reach : 0);
        if (distinct <= FASHION * inTicks) continue; // no surprise by one clock is none by both
        // the tail is no smaller than its first term, and the other clock can only make it larger
        if (mostTermBits(distinct, FASHION * inTicks) < best[j - from]! + penalty) continue;
        const seconds = secondsOf(here - half, here + half);
        const reachSeconds = secondsOf(here - far, here + far) - seconds;
        const mean = Math.max(
          inTicks,
          ((outside + PRIOR_ATTEMPTS) * seconds) / Math.max(1, span - seconds),
          reachSeconds > 0 ? (around * seconds) / reachSeconds : 0,
        );
        const surprise = -poissonTailBits(distinct, FASHION * mean) - penalty;
        if (surprise > best[j - from]!) {
          best[j - from] = surprise;
          found = true;
        }
      }
      for (let i = left; i < right; i++) inWindow[of[i - from]!] = 0;
    }
    if (!found) continue;
    for (let j = from; j < to; j++) {
      if (best[j - from] === 0) continue;
      bits[place === null ? j : place[j]!] = best[j - from]!;
      best[j - from] = 0;
    }
  }
  return bits;
}

/**
 * The sources of one name at a time, numbered from 0 in the order of their first ticks: a name has few, whose counts stay
 * in the processor's cache where those of all sources do not.
 */
class NumbersOfName {
  /** Of each tick of the name: its source's number. */
  readonly of: Uint32Array;
  /** Of each number: how many ticks of the name are its own ... */
  readonly ticks: Uint32Array;
  /** ... and how many of them lie in the window at hand; all zero between two sizes. */
  readonly inWindow: Uint32Array;
  /** Of each source: one more than the place of the number that it got; smaller than that of any later name. */
  readonly #last: Uint32Array;

  constructor(sources: number, longest: number) {
    this.of = new Uint32Array(longest);
    this.ticks = new Uint32Array(Math.min(longest, sources));
    this.inWindow = new Uint32Array(Math.min(longest, sources));
    this.#last = new Uint32Array(sources);
  }

  /** Numbers the ticks of places `from` to `to`, names in their order; returns how many the busiest source has. */
  number(by: Uint32Array, from: number, to: number): number {
    const last = this.#last;
    const { of, ticks } = this;
    let size = 0;
    let most = 1;
    for (let j = from; j < to; j++) {
      const source = by[j]!;
      const number = last[source]! - 1 - from;
      if (number >= 0) {
        of[j - from] = number;
        const seen = ++ticks[number]!;
        if (seen > most) most = seen;
      } else {
        of[j - from] = size;
        ticks[size++] = 1;
        last[source] = from + size;
      }
    }
    return most;
  }
}

function longestOf(start: Uint32Array): number {
  let longest = 0;
  for (let u = 0; u + 1 < start.length; u++) longest = Math.max(longest, start[u + 1]! - start[u]!);
  return longest;
}

/** The least number of ticks between two of a name that follow each other. */
function closestOf(tick: Uint32Array, from: number, to: number): number {
  let closest = Number.POSITIVE_INFINITY;
  for (let j = from + 1; j < to; j++) {
    const apart = tick[j]! - tick[j - 1]!;
    if (apart < closest) closest = apart;
  }
  return closest;
}

/** Leading bits of a number's fraction by which its logarithm is looked up. */
const FRACTION_BITS = 11;
/** Numbers are rounded to 24 bits before: no logarithm is smaller than the one looked up. */
const ROUNDING = 2 ** -22;
const leastLogs = Float64Array.from(
  { length: 1 << FRACTION_BITS },
  (_, fraction) => Math.log2(1 + fraction / (1 << FRACTION_BITS)) - ROUNDING,
);
const asNumber = new Float32Array(1);
const asBits = new Int32Array(asNumber.buffer);

/** At least -log2 P(X = k), X ~ Poisson(mean), by k / 1400 bits at most: a logarithm for each attempt takes long. */
function mostTermBits(k: number, mean: number): number {
  asNumber[0] = mean;
  const bits = asBits[0]!;
  const log2 = (bits >> 23) - 127 + leastLogs[(bits >> (23 - FRACTION_BITS)) & ((1 << FRACTION_BITS) - 1)]!;
  return (mean + lnFactorial(k)) / Math.LN2 - k * log2;
}

/**
 * Whether no `beyond` + 1 ticks of a name lie within `size`: among any such, one of every few holds half as many behind it.
 */
function isTooEven(tick: Uint32Array, from: number, to: number, beyond: number, size: number): boolean {
  if (to - from <= beyond) return true;
  const step = beyond >> 1;
  if (step < 2) return false;
  for (let j = from; j + step < to; j += step) if (tick[j + step]! - tick[j]! <= size) return false;
  return true;
}
