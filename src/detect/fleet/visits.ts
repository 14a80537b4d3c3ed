/**
 * The quiet visits of a share of the sources, as columns of numbers, dealt by name: all that is left to be weighed after
 * loud sources, people, jobs and the machines of the house are out. Sixteen of a hundred attempts are, or fewer.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import { quietSequence } from '../sequence.ts';
import type { Visitors } from '../visitors.ts';
import { keyOf, shareOf } from './key.ts';

/** Attempts that no order is told of; position i of each column is one visit. */
export interface Visits {
  /** Seconds since 1970. */
  readonly time: Float64Array;
  /** Keys (key.ts) of source and name. */
  readonly source: Float64Array;
  readonly name: Float64Array;
}

export const NO_VISITS: Visits = {
  time: new Float64Array(),
  source: new Float64Array(),
  name: new Float64Array(),
};

/** Whether what a source fails on is evidence: it is quiet, and no machine or person of the house. */
export function isWitness(visitors: Visitors, source: number): boolean {
  return visitors.kind[source] === 'quiet' && visitors.house[source] === 0;
}

/** The visits of a table that holds all attempts of its sources, as so many shares of the names. */
export function visitsOf(
  table: AttemptTable,
  visitors: Visitors,
  shares: number,
  without: ReadonlySet<number> = new Set(),
): readonly Visits[] {
  const sourceKeys = Float64Array.from(table.sources, keyOf);
  const quiet = quietSequence(table, visitors, (s) => isWitness(visitors, s) && !without.has(sourceKeys[s]!));
  const nameKeys = Float64Array.from(quiet.userOf, (u) => keyOf(table.users[u]!));
  const room = new Uint32Array(shares);
  for (let i = 0; i < quiet.user.length; i++) room[shareOf(nameKeys[quiet.user[i]!]!, shares)]!++;
  const dealt = Array.from(room, (n) => ({
    time: new Float64Array(n),
    source: new Float64Array(n),
    name: new Float64Array(n),
  }));
  room.fill(0);
  for (let i = 0; i < quiet.user.length; i++) {
    const name = nameKeys[quiet.user[i]!]!;
    const share = shareOf(name, shares);
    const at = room[share]!++;
    const to = dealt[share]!;
    to.time[at] = quiet.time[i]!;
    to.source[at] = sourceKeys[quiet.sourceOf[quiet.source[i]!]!]!;
    to.name[at] = name;
  }
  return dealt;
}

/** Several shares of sources, or parts of one, as one. */
export function joinedVisits(parts: readonly Visits[]): Visits {
  return {
    time: joined(parts.map((p) => p.time)),
    source: joined(parts.map((p) => p.source)),
    name: joined(parts.map((p) => p.name)),
  };
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
