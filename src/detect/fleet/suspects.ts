/**
 * Which names a fleet's campaigns are about, by the weights of all shares: the stretches of the fleet's time in which
 * surprises are denser than in surrogates (segments.ts), and the names of those surprises. What is looked at closely after
 * that, by one process, is what these names' sources did, a small part of all.
 */
import { type Chance, type Classified, chanceOf, type Segment, SHARES, segmentsAmong } from '../segments.ts';
import { classified, surprisesIn } from './merge.ts';
import type { ShareWeights, Surprises } from './weigh.ts';

/**
 * A fleet's campaign may be one visit in a hundred thousand of its time: further shares are tried, each 0.4 of the one
 * before, as long as a segment that is the whole log would still hold this many of its visits.
 */
const FEWEST_VISITS = 50;

/** The shares of a segment's ticks that are tried in a fleet with so many. Up to 2,500 ticks those of a single log. */
export function fleetShares(ticks: number): readonly number[] {
  const lower: number[] = [];
  for (let share = SHARES[0] * 0.4; share * ticks >= FEWEST_VISITS; share *= 0.4) lower.unshift(share);
  return [...lower, ...SHARES];
}

/** So many bits for a campaign make a visit a linked one, as in hub.ts. */
const LINKED_BITS = 3;

/**
 * A name with more than this share of all the visits that are looked at closely is everybody's, unless a quarter of them are
 * linked: whoever belongs to a campaign is known by its other names. At an eighth, twenty popular names brought in three
 * strangers of four.
 */
const LARGEST_NAME = 1 / 64;
const LINKED_SHARE = 0.25;

export interface Suspects {
  readonly segments: readonly Segment[];
  readonly shares: readonly number[];
  readonly chance: Chance;
  /** Keys of the names, ascending. */
  readonly names: Float64Array;
  /** Surprises on all other names. */
  readonly rest: Surprises;
}

/** `mostVisits`: names are taken, the most telling first, until they have so many visits. */
export function suspectsOf(
  weights: ShareWeights,
  ticks: number,
  accept: number,
  mostVisits: number,
): Suspects {
  const shares = fleetShares(ticks);
  const chance = chanceOf(
    weights.chance.map((one) => classified(one, ticks)),
    shares,
  );
  const { table, segments } = segmentsAmong(classified(weights.log, ticks), chance, accept, shares);
  const scores = new Float64Array(weights.names.length);
  const linked = new Uint32Array(weights.names.length);
  const { tick, class: classes, name } = weights.log;
  for (const segment of segments) {
    const gains = gainsOf(table, segment.share);
    for (let i = firstFrom(tick, segment.from); i < tick.length && tick[i]! <= segment.to; i++) {
      if (table[classes[i]!]! < LINKED_BITS) continue;
      scores[name[i]!]! += gains[classes[i]!]!;
      linked[name[i]!]!++;
    }
  }
  const order: number[] = [];
  for (let i = 0; i < scores.length; i++) if (scores[i]! > 0) order.push(i);
  order.sort((a, b) => scores[b]! - scores[a]! || weights.names[a]! - weights.names[b]!);
  const chosen = new Uint8Array(scores.length);
  let visits = 0;
  for (const i of order) {
    const own = weights.nameVisits[i]!;
    if (own > LARGEST_NAME * mostVisits && linked[i]! < LINKED_SHARE * own) continue;
    if (visits + own > mostVisits) continue;
    visits += own;
    chosen[i] = 1;
  }
  return {
    segments,
    shares,
    chance,
    names: weights.names.filter((_, i) => chosen[i] === 1),
    rest: surprisesOnOthers(weights, chosen),
  };
}

function surprisesOnOthers(
  { log: { tick, class: classes, name } }: ShareWeights,
  chosen: Uint8Array,
): Surprises {
  let count = 0;
  for (let i = 0; i < tick.length; i++) if (chosen[name[i]!] === 0) count++;
  const rest = { tick: new Uint32Array(count), class: new Uint8Array(count) };
  for (let i = 0, at = 0; at < count; i++) {
    if (chosen[name[i]!] === 1) continue;
    rest.tick[at] = tick[i]!;
    rest.class[at++] = classes[i]!;
  }
  return rest;
}

/** What a tick of each class adds to a segment with that share, above one without any surprise. */
function gainsOf(table: Float64Array, share: number): Float64Array {
  const gain = (ratio: number) => Math.log2(1 - share + share * 2 ** ratio);
  return table.map((ratio) => Math.max(0, gain(ratio) - gain(table[0]!)));
}

/** Place of the first tick that is not before `least`. */
export function firstFrom(sorted: Uint32Array, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rest's surprises with those of the suspects' names as they are now. */
export function withSurprises(rest: Surprises, own: Surprises, ticks: number): Classified {
  const both = new Float64Array(rest.tick.length + own.tick.length);
  for (let i = 0; i < rest.tick.length; i++) both[i] = rest.tick[i]! * 16 + rest.class[i]!;
  for (let i = 0; i < own.tick.length; i++) both[rest.tick.length + i] = own.tick[i]! * 16 + own.class[i]!;
  both.sort();
  return classified(surprisesIn(both), ticks);
}
