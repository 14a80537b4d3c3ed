/**
 * Who belongs: a two-component mixture over the sources seen during a segment. The campaign's attempts take their
 * names from what its other participants are trying just now (its turn), from its whole list, or from nowhere seen
 * before; everybody else draws from the names that the rest of the log makes popular. A source's odds are the prior
 * share of the campaign times the likelihood ratios of all its attempts, so ten weak hints make one strong one and an
 * attempt on a name that is none of the campaign's business counts against. Fitted by expectation-maximisation
 * (Dempster, Laird & Rubin 1977), leaving a source's own attempts out of what it is judged by.
 */
import { HABITS } from './habit.ts';
import { type ByName, FASHION, groupByName, type TickSequence, windowSizes } from './links.ts';
import { backgroundOf, type Pairs, pairsOf, type Span, voices, type Weights, weightsOf } from './weights.ts';

export interface Membership {
  /** Per dense source: probability of belonging to the campaign; 0 for sources not seen in the segment. */
  readonly probability: Float64Array;
  /** Log likelihood ratio of each source in bits, without the prior share. */
  readonly bits: Float64Array;
  /** Ticks to either side within which the campaign's names are in turn. */
  readonly halfWindow: number;
  readonly model: Model;
}

/** What a fit has learnt, enough to judge an attempt that comes after it. */
export interface Model {
  /** Shares of the campaign's attempts on names in turn, from its list, and from nowhere seen before. */
  readonly mix: { readonly turn: number; readonly list: number; readonly fresh: number };
  /** Prior odds of a source, bits. */
  readonly prior: number;
  readonly halfWindow: number;
  /** Share of everybody else's attempts on names that nobody else tries. */
  readonly rareShare: number;
}

/**
 * Likelihood ratio of one attempt in bits, campaign against everybody else. `inTurn` and `inList` are the shares of the
 * campaign's other attempts, nearby and in all, that are on its name; `usual` is the share of everybody else's.
 */
export function attemptBits(
  { mix, rareShare }: Pick<Model, 'mix' | 'rareShare'>,
  inTurn: number,
  inList: number,
  usual: number,
): number {
  const campaign = mix.turn * inTurn + mix.list * inList + mix.fresh / RARE_NAMES;
  return Math.min(CEILING, Math.max(FLOOR, Math.log2(campaign / othersShare(usual, rareShare))));
}

/** Share of everybody else's attempts that go to a name: FASHION times as popular as usual, but not more than all. */
function othersShare(usual: number, rareShare: number): number {
  return (FASHION * usual) / (1 + (FASHION - 1) * usual) + rareShare / RARE_NAMES;
}

const ROUNDS = 8;
/** One attempt may not decide alone against a source with many others (bits). */
const FLOOR = -5;
const CEILING = 16;
/** An attempt outside the campaign's interval: participants make few of them, others make no difference. */
const OUTSIDE_BITS = -2;
const OUTSIDE_LIMIT = -10;
/**
 * Two independent visitors choose the same rare name once in so many pairs. Public lists hold some 10^4 rare names;
 * with ten times fewer, a single shared rare name is 3.3 bits less.
 */
const RARE_NAMES = 10_000;

/**
 * `habit` is each source's class of manner (see habit.ts); `startProbability` is where the fit begins. `classBits` gives, where the rate of arrivals says something about a
 * source's class, the prior odds in bits; undefined leaves the prior to the fit: the campaign's share of the sources.
 */
export function membership(
  sequence: TickSequence,
  span: Span,
  habit: Uint8Array,
  startProbability: (source: number) => number,
  classBits: (source: number) => number | undefined = () => undefined,
): Membership {
  const { source, user, sources } = sequence;
  const byName = groupByName(sequence);
  const ticksOf = new Uint32Array(sources);
  for (let i = span.from; i <= span.to; i++) ticksOf[source[i]!]!++;
  let probability: Float64Array = new Float64Array(sources);
  for (let s = 0; s < sources; s++) if (ticksOf[s]! > 0) probability[s] = startProbability(s);
  const outside = new Float64Array(sources);
  for (let i = 0; i < source.length; i++) {
    if (i >= span.from && i <= span.to) continue;
    const s = source[i]!;
    outside[s] = Math.max(OUTSIDE_LIMIT, outside[s]! + OUTSIDE_BITS);
  }
  const pairs = pairsOf(sequence, byName);
  const repetition = repetitions(pairs, span);
  let mix = { turn: 0.6, list: 0.25, fresh: 0.15 };
  let bits: Float64Array = new Float64Array(sources);
  let prior = 0;
  let rareShare = 0;
  let halfWindow = chooseHalfWindow(sequence, span, byName, pairs, probability, ticksOf);
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 2 || round === 5)
      halfWindow = chooseHalfWindow(sequence, span, byName, pairs, probability, ticksOf);
    const weights = weightsOf(sequence, span, pairs, probability, voices(ticksOf, probability));
    bits = outside.slice();
    const manner = habitBits(habit, probability, ticksOf);
    for (let s = 0; s < sources; s++) bits[s]! += manner[habit[s]!]!;
    let turn = 2;
    let list = 1;
    let fresh = 1;
    const near = new TurnCounter(sequence, span, byName, weights, halfWindow);
    const background = backgroundOf(sequence, weights);
    rareShare = background.rareShare;
    for (let i = span.from; i <= span.to; i++) {
      const s = source[i]!;
      const u = user[i]!;
      const inTurn = near.share(i);
      const pair = pairs.of[i]!;
      const inList =
        (weights.name[u]! - weights.pair[pair]!) / Math.max(1, weights.total - weights.bySource[s]!);
      const a = mix.turn * inTurn;
      const b = mix.list * Math.max(0, inList);
      const c = mix.fresh / RARE_NAMES;
      const campaign = a + b + c;
      const usual = background.usual(u, weights.backgroundPair[pair]!, weights.backgroundBySource[s]!);
      const ratio = attemptBits({ mix, rareShare }, inTurn, Math.max(0, inList), usual);
      bits[s]! += ratio / repetition[i - span.from]!;
      const w = weights.tick(i);
      turn += (w * a) / campaign;
      list += (w * b) / campaign;
      fresh += (w * c) / campaign;
    }
    const sum = turn + list + fresh;
    mix = { turn: turn / sum, list: list / sum, fresh: fresh / sum };
    let members = 0.5;
    let seen = 1;
    for (let s = 0; s < sources; s++) {
      if (ticksOf[s] === 0) continue;
      members += probability[s]!;
      seen++;
    }
    prior = Math.log2(members / Math.max(0.5, seen - members));
    const next = new Float64Array(sources);
    for (let s = 0; s < sources; s++) {
      if (ticksOf[s]! > 0) {
        const odds = (classBits(s) ?? prior) + bits[s]!;
        next[s] = 1 / (1 + 2 ** -Math.max(-60, Math.min(60, odds)));
      }
    }
    probability = next;
  }
  return { probability, bits, halfWindow, model: { mix, prior, halfWindow, rareShare } };
}

/**
 * How often the tick's source has been on the tick's name before, counting from 1: the n-th time says 1/n of what the
 * first did, as a visitor who comes back is no new witness.
 */
function repetitions(pairs: Pairs, span: Span): Uint32Array {
  const seen = new Uint32Array(pairs.count);
  const repetition = new Uint32Array(span.to - span.from + 1);
  for (let i = span.from; i <= span.to; i++) repetition[i - span.from] = ++seen[pairs.of[i]!]!;
  return repetition;
}

/** A manner that nobody has shown yet is worth this many sources, spread over all manners. */
const HABIT_PRIOR = 6;
/** The manner of a source alone may not decide (bits). */
const HABIT_LIMIT = 5;

/** Log likelihood ratio of each manner, campaign against everybody else, in bits. */
function habitBits(habit: Uint8Array, probability: Float64Array, ticksOf: Uint32Array): Float64Array {
  const campaign = new Float64Array(HABITS);
  const others = new Float64Array(HABITS);
  const all = new Float64Array(HABITS);
  let members = 0;
  let rest = 0;
  for (let s = 0; s < habit.length; s++) {
    const p = ticksOf[s]! > 0 ? probability[s]! : 0;
    campaign[habit[s]!]! += p;
    others[habit[s]!]! += 1 - p;
    all[habit[s]!]! += 1;
    members += p;
    rest += 1 - p;
  }
  const bits = new Float64Array(HABITS);
  for (let h = 0; h < HABITS; h++) {
    // both are drawn towards what all sources together do
    const typical = (all[h]! + 0.2) / (habit.length + 0.2 * HABITS);
    const ratio =
      (campaign[h]! + HABIT_PRIOR * typical) /
      (members + HABIT_PRIOR) /
      ((others[h]! + HABIT_PRIOR * typical) / (rest + HABIT_PRIOR));
    bits[h] = Math.max(-HABIT_LIMIT, Math.min(HABIT_LIMIT, Math.log2(ratio)));
  }
  return bits;
}

/** Share of the campaign's ticks around a tick that are on the tick's own name, its own source left out. */
class TurnCounter {
  readonly #sequence: TickSequence;
  readonly #span: Span;
  readonly #byName: ByName;
  readonly #weights: Weights;
  readonly #half: number;
  readonly #cumulated: Float64Array;
  #long: LongWindows | null = null;

  constructor(sequence: TickSequence, span: Span, byName: ByName, weights: Weights, half: number) {
    this.#sequence = sequence;
    this.#span = span;
    this.#byName = byName;
    this.#weights = weights;
    this.#half = half;
    this.#cumulated = new Float64Array(span.to - span.from + 2);
    for (let i = span.from; i <= span.to; i++) {
      this.#cumulated[i - span.from + 1] = this.#cumulated[i - span.from]! + weights.tick(i);
    }
  }

  share(tick: number): number {
    const { source, user } = this.#sequence;
    const from = Math.max(this.#span.from, tick - this.#half);
    const to = Math.min(this.#span.to, tick + this.#half);
    const own = source[tick]!;
    const { start, tick: ticks } = this.#byName;
    let j = start[user[tick]!]!;
    const end = start[user[tick]! + 1]!;
    j = lowerBound(ticks, j, end, from);
    let same = 0;
    if (j + LONG < end && ticks[j + LONG]! <= to) {
      this.#long ??= new LongWindows(this.#byName, this.#weights);
      same = this.#long.othersWithin(j, lowerBound(ticks, j, end, to + 1), tick, from, to);
    } else
      for (; j < end && ticks[j]! <= to; j++) {
        if (source[ticks[j]!] !== own) same += this.#weights.tick(ticks[j]!);
      }
    const all = this.#cumulated[to - this.#span.from + 1]! - this.#cumulated[from - this.#span.from]!;
    return same / Math.max(1, all - this.#weights.tick(tick));
  }
}

/**
 * A window with more visits to a name than this is summed from sums that were made before: of a fleet, a name has thousands
 * of visits in one, and to add them up for each visit anew takes most of the fit's time.
 */
const LONG = 256;

class LongWindows {
  readonly #weights: Weights;
  /** Of the places of a {@link ByName}: weight of all before. */
  readonly #before: Float64Array;
  /** Ticks of each pair of source and name, ascending: those of pair p from `start[p]` on. */
  readonly #start: Uint32Array;
  readonly #ticks: Uint32Array;

  constructor({ tick }: ByName, weights: Weights) {
    const { of, count } = weights.pairs;
    this.#weights = weights;
    this.#before = new Float64Array(tick.length + 1);
    for (let j = 0; j < tick.length; j++) this.#before[j + 1] = this.#before[j]! + weights.tick(tick[j]!);
    this.#start = new Uint32Array(count + 1);
    for (let i = 0; i < of.length; i++) this.#start[of[i]! + 1]!++;
    for (let p = 0; p < count; p++) this.#start[p + 1]! += this.#start[p]!;
    const fill = this.#start.slice(0, count);
    this.#ticks = new Uint32Array(of.length);
    for (let i = 0; i < of.length; i++) this.#ticks[fill[of[i]!]!++] = i;
  }

  /** Weight of the places `j` to `end`, which are the ticks `from` to `to`, but for those of the source of `tick`. */
  othersWithin(j: number, end: number, tick: number, from: number, to: number): number {
    const pair = this.#weights.pairs.of[tick]!;
    const [first, last] = [this.#start[pair]!, this.#start[pair + 1]!];
    const own = lowerBound(this.#ticks, first, last, to + 1) - lowerBound(this.#ticks, first, last, from);
    // within the span all visits of a source weigh the same
    return Math.max(0, this.#before[end]! - this.#before[j]! - own * this.#weights.tick(tick));
  }
}

function lowerBound(values: Uint32Array, from: number, to: number, least: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The window in which the campaign's own names are most predictable. */
function chooseHalfWindow(
  sequence: TickSequence,
  span: Span,
  byName: ByName,
  pairs: Pairs,
  probability: Float64Array,
  ticksOf: Uint32Array,
): number {
  const weights = weightsOf(sequence, span, pairs, probability, voices(ticksOf, probability));
  let best = 8;
  let bestGain = Number.NEGATIVE_INFINITY;
  for (const size of windowSizes(span.to - span.from + 1)) {
    const half = Math.max(4, size / 2);
    const near = new TurnCounter(sequence, span, byName, weights, half);
    let gain = 0;
    const step = Math.max(1, Math.floor((span.to - span.from) / 20_000));
    for (let i = span.from; i <= span.to; i += step) {
      const w = weights.tick(i);
      if (w > 0.01) gain += w * Math.log(0.6 * near.share(i) + 0.4 / RARE_NAMES);
    }
    if (gain > bestGain) {
      bestGain = gain;
      best = half;
    }
  }
  return best;
}
