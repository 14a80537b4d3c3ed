/**
 * How much each visit weighs in a fit of who belongs: with its source's probability in what the campaign tries, with the
 * rest of it in what everybody else does, summed by name, by source, and by both, so that a source's own visits can be
 * left out of what it is judged by.
 */
import type { ByName, TickSequence } from './links.ts';

/** Ticks of a sequence, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A number for each pair of source and name, in the order of ticks: `of[i]` in [0, count). */
export interface Pairs {
  readonly of: Uint32Array;
  readonly count: number;
}

export function pairsOf(sequence: TickSequence, byName: ByName): Pairs {
  const of = new Uint32Array(sequence.source.length);
  const last = new Uint32Array(sequence.sources);
  const lastUser = new Int32Array(sequence.sources).fill(-1);
  let count = 0;
  for (let u = 0; u + 1 < byName.start.length; u++) {
    for (let j = byName.start[u]!; j < byName.start[u + 1]!; j++) {
      const i = byName.tick[j]!;
      const s = sequence.source[i]!;
      if (lastUser[s] !== u) {
        lastUser[s] = u;
        last[s] = count++;
      }
      of[i] = last[s]!;
    }
  }
  return { of, count };
}

export interface Weights {
  readonly name: Float64Array;
  readonly total: number;
  readonly bySource: Float64Array;
  readonly backgroundName: Float64Array;
  readonly backgroundTotal: number;
  readonly backgroundBySource: Float64Array;
  /** The same sums for the pair of source and name that a tick belongs to. */
  readonly pair: Float64Array;
  readonly backgroundPair: Float64Array;
  readonly pairs: Pairs;
  /** How far the tick is the campaign's, by its source's probability and voice ... */
  tick(i: number): number;
  /** ... and how far everybody else's. */
  backgroundTick(i: number): number;
}

/** A member speaks for as many visits as this, or three times as many as members usually make. */
const LEAST_VOICE = 4;
const VOICE = 3;

/**
 * Weight of a visit of each source in what the campaign tries: who comes far more often than members usually do, may
 * repeat what others try, and speaks for few.
 */
export function voices(ticksOf: Uint32Array, probability: Float64Array): Float64Array {
  const usual = ticksOf.filter((_, s) => probability[s]! > 0.5).sort();
  const most = Math.max(LEAST_VOICE, VOICE * (usual[usual.length >> 1] ?? 0));
  return Float64Array.from(ticksOf, (ticks) => Math.min(1, most / Math.max(1, ticks)));
}

/** Each tick's probability of being the campaign's, summed by name and by source. */
export function weightsOf(
  sequence: TickSequence,
  span: Span,
  pairs: Pairs,
  probability: Float64Array,
  voice: Float64Array,
): Weights {
  const { source, user } = sequence;
  const name = new Float64Array(sequence.users);
  const backgroundName = new Float64Array(sequence.users);
  const bySource = new Float64Array(sequence.sources);
  const backgroundBySource = new Float64Array(sequence.sources);
  const pair = new Float64Array(pairs.count);
  const backgroundPair = new Float64Array(pairs.count);
  const tick = (i: number) =>
    i >= span.from && i <= span.to ? probability[source[i]!]! * voice[source[i]!]! : 0;
  let total = 0;
  let others = 0;
  for (let i = 0; i < source.length; i++) {
    const p = i >= span.from && i <= span.to ? probability[source[i]!]! : 0;
    const w = tick(i);
    const s = source[i]!;
    const u = user[i]!;
    name[u]! += w;
    bySource[s]! += w;
    total += w;
    others += 1 - p;
    backgroundName[u]! += 1 - p;
    backgroundBySource[s]! += 1 - p;
    pair[pairs.of[i]!]! += w;
    backgroundPair[pairs.of[i]!]! += 1 - p;
  }
  return {
    name,
    total,
    bySource,
    backgroundName,
    backgroundTotal: others,
    backgroundBySource,
    pair,
    backgroundPair,
    pairs,
    tick,
    backgroundTick: (i) => 1 - (i >= span.from && i <= span.to ? probability[source[i]!]! : 0),
  };
}

/** How popular each name is with everybody else; what nobody else has tried shares the mass of rare names. */
export function backgroundOf(sequence: TickSequence, weights: Weights) {
  let rare = 0;
  for (let i = 0; i < sequence.source.length; i++) {
    const u = sequence.user[i]!;
    const others = weights.backgroundName[u]! - weights.backgroundPair[weights.pairs.of[i]!]!;
    if (others < 0.5) rare += weights.backgroundTick(i);
  }
  // before any sighting: four visitors in ten try a name that nobody else does
  const rareShare = (rare + 2) / (weights.backgroundTotal + 5);
  return {
    rareShare,
    usual(user: number, own: number, ownTotal: number): number {
      const others = Math.max(0, weights.backgroundName[user]! - own);
      const total = Math.max(1, weights.backgroundTotal - ownTotal);
      return ((1 - rareShare) * others) / total;
    },
  };
}
