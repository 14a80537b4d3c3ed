/**
 * Shares of the names put together again. The sum of two is what one share of all their names would have said, whichever
 * is first: associative and commutative, so it may be made in any order, on any machine.
 */
import type { Classified } from '../segments.ts';
import { placeOf } from './facts.ts';
import { inOneOrder } from './named-surprises.ts';
import type { ShareWeights, Surprises } from './weigh.ts';

/** Shares of different names of one clock. */
export function mergedWeights(shares: readonly ShareWeights[]): ShareWeights {
  const given = shares.filter((s) => s.visits > 0);
  const sum = (of: (share: ShareWeights) => number) => given.reduce((n, share) => n + of(share), 0);
  const names = new Float64Array(sum((s) => s.names.length));
  let room = 0;
  for (const share of given) {
    names.set(share.names, room);
    room += share.names.length;
  }
  names.sort();
  const nameVisits = new Uint32Array(names.length);
  const total = sum((s) => s.log.tick.length);
  const tick = new Uint32Array(total);
  const classes = new Uint8Array(total);
  const name = new Uint32Array(total);
  let at = 0;
  for (const share of given) {
    const places = new Uint32Array(share.names.length);
    for (let i = 0; i < places.length; i++) {
      places[i] = placeOf(names, share.names[i]!);
      nameVisits[places[i]!] = share.nameVisits[i]!;
    }
    tick.set(share.log.tick, at);
    classes.set(share.log.class, at);
    for (let i = 0; i < share.log.name.length; i++) name[at + i] = places[share.log.name[i]!]!;
    at += share.log.tick.length;
  }
  const rounds = Math.max(0, ...given.map((s) => s.chance.length));
  return {
    visits: sum((s) => s.visits),
    log: inOneOrder({ tick, class: classes, name }),
    chance: Array.from({ length: rounds }, (_, round) => mergedSurprises(given.map((s) => s.chance[round]!))),
    names,
    nameVisits,
  };
}

function mergedSurprises(parts: readonly Surprises[]): Surprises {
  const both = new Float64Array(parts.reduce((n, part) => n + part.tick.length, 0));
  let at = 0;
  for (const part of parts)
    for (let i = 0; i < part.tick.length; i++) both[at++] = part.tick[i]! * 16 + part.class[i]!;
  both.sort();
  return surprisesIn(both);
}

/** Of sorted numbers tick × 16 + class. Loops: TypedArray.from with a function makes a list of boxed numbers first. */
export function surprisesIn(both: Float64Array): Surprises {
  const tick = new Uint32Array(both.length);
  const classes = new Uint8Array(both.length);
  for (let i = 0; i < both.length; i++) {
    tick[i] = Math.floor(both[i]! / 16);
    classes[i] = both[i]! % 16;
  }
  return { tick, class: classes };
}

/**
 * The class of every tick. Where several visits have one tick, for the clock or a surrogate knows no better, each but
 * the first gets the next tick that is free.
 */
export function classified({ tick, class: classes }: Surprises, ticks: number): Classified {
  const all = new Uint8Array(ticks);
  const surprises = new Uint32Array(Math.min(ticks, tick.length));
  let next = 0;
  let count = 0;
  for (let i = 0; i < tick.length; i++) {
    const at = Math.max(next, tick[i]!);
    if (at >= ticks) break; // at the very end there may be none free
    all[at] = classes[i]!;
    surprises[count++] = at;
    next = at + 1;
  }
  return { classes: all, surprises: surprises.slice(0, count) };
}
