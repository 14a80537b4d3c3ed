/**
 * Surrogates: what this log would look like if its visitors were independent. Each source's whole visit is moved by
 * a random amount in operational time (circularly), so a source keeps its own names, its own order and its own
 * pauses, and every alignment *between* sources is destroyed. For a source with one attempt that is a shuffle of
 * names over ticks; for one that works through a public list it keeps the list together, which a plain shuffle would
 * not. (Circular-shift surrogates: Theiler et al., Physica D 58, 1992.)
 */
import type { Random } from '../model/random.ts';
import type { TickSequence } from './links.ts';

/** The columns of a surrogate, for the next one to be made in: those of a large log are tens of megabytes. */
export interface SurrogateRoom {
  readonly next: Uint32Array;
  readonly source: Uint32Array;
  readonly user: Uint32Array;
}

export function surrogateRoom(ticks: number): SurrogateRoom {
  return {
    next: new Uint32Array(ticks + 1),
    source: new Uint32Array(ticks),
    user: new Uint32Array(ticks),
  };
}

/** Made in `room`, whose columns are the surrogate's. */
export function surrogate(
  sequence: TickSequence,
  random: Random,
  room: SurrogateRoom = surrogateRoom(sequence.source.length),
): TickSequence {
  const { source: from, user: name } = sequence;
  const { next, source, user } = room;
  const n = from.length;
  const shift = new Uint32Array(sequence.sources);
  for (let s = 0; s < shift.length; s++) shift[s] = random.below(n);
  next.fill(0);
  for (let i = 0; i < n; i++) {
    const moved = i + shift[from[i]!]!;
    next[(moved < n ? moved : moved - n) + 1]!++;
  }
  for (let i = 0; i < n; i++) next[i + 1]! += next[i]!;
  for (let i = 0; i < n; i++) {
    const moved = i + shift[from[i]!]!;
    const at = next[moved < n ? moved : moved - n]!++;
    source[at] = from[i]!;
    user[at] = name[i]!;
  }
  return { time: sequence.time, source, user, sources: sequence.sources, users: sequence.users };
}
