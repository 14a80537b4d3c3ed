/**
 * Shares of the names put together again. The sum of two is what one share of all their names would have said, whichever
 * is first: associative and commutative, so it may be made in any order, on any machine.
 */
import type { Classified } from '../segments.ts';
import type { ShareWeights, Surprises } from './weigh.ts';

/** Shares of different names of one clock. */
export function mergedWeights(shares: readonly ShareWeights[]): ShareWeights {
  const given = shares.filter((s) => s.visits > 0);
  const names = Float64Array.from(given.flatMap((s) => [...s.names])).sort();
  const places = new Map<number, number>();
  for (let i = 0; i < names.length; i++) places.set(names[i]!, i);
  const nameVisits = new Uint32Array(names.length);
  const total = given.reduce((n, s) => n + s.log.tick.length, 0);
  const tick = new Uint32Array(total);
  const classes = new Uint8Array(total);
  const name = new Uint32Array(total);
  let at = 0;
  for (const share of given) {
    share.names.forEach((key, i) => {
      nameVisits[places.get(key)!] = share.nameVisits[i]!;
    });
    for (let i = 0; i < share.log.tick.length; i++, at++) {
      tick[at] = share.log.tick[i]!;
      classes[at] = share.log.class[i]!;
      name[at] = places.get(share.names[share.log.name[i]!]!)!;
    }
  }
  const order = new Uint32Array(total);
  for (let i = 0; i < total; i++) order[i] = i;
  order.sort((a, b) => tick[a]! - tick[b]! || classes[a]! - classes[b]! || name[a]! - name[b]!);
  const rounds = Math.max(0, ...given.map((s) => s.chance.length));
  return {
    visits: given.reduce((n, s) => n + s.visits, 0),
    log: {
      tick: order.map((i) => tick[i]!),
      class: Uint8Array.from(order, (i) => classes[i]!),
      name: order.map((i) => name[i]!),
    },
    chance: Array.from({ length: rounds }, (_, round) => mergedSurprises(given.map((s) => s.chance[round]!))),
    names,
    nameVisits,
  };
}

function mergedSurprises(parts: readonly Surprises[]): Surprises {
  const both = new Float64Array(parts.reduce((n, p) => n + p.tick.length, 0));
  let at = 0;
  for (const part of parts)
    for (let i = 0; i < part.tick.length; i++) both[at++] = part.tick[i]! * 16 + part.class[i]!;
  both.sort();
  return {
    tick: Uint32Array.from(both, (x) => Math.floor(x / 16)),
    class: Uint8Array.from(both, (x) => x % 16),
  };
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
