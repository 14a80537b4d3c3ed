/**
 * Surrogates: what this log would look like if its visitors were independent. Each source's whole visit is moved by
 * a random amount in operational time (circularly), so a source keeps its own names, its own order and its own
 * pauses, and every alignment *between* sources is destroyed. For a source with one attempt that is a shuffle of
 * names over ticks; for one that works through a public list it keeps the list together, which a plain shuffle would
 * not. (Circular-shift surrogates: Theiler et al., Physica D 58, 1992.)
 */
import type { Random } from '../model/random.ts';
import type { TickSequence } from './links.ts';

export function surrogate(sequence: TickSequence, random: Random): TickSequence {
  const { source: from, user: name } = sequence;
  const n = from.length;
  const shift = new Uint32Array(sequence.sources);
  for (let s = 0; s < shift.length; s++) shift[s] = random.below(n);
  const place = new Uint32Array(n);
  const next = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) {
    const moved = i + shift[from[i]!]!;
    const to = moved < n ? moved : moved - n;
    place[i] = to;
    next[to + 1]!++;
  }
  for (let i = 0; i < n; i++) next[i + 1]! += next[i]!;
  const source = new Uint32Array(n);
  const user = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const at = next[place[i]!]!++;
    source[at] = from[i]!;
    user[at] = name[i]!;
  }
  return { time: sequence.time, source, user, sources: sequence.sources, users: sequence.users };
}
