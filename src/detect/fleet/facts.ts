/**
 * What a share of the sources tells about names that judging the other shares' sources takes: from how many sources
 * somebody logged in under a name, and how many guessers are after it. Summed over the shares it is what one table says.
 */
import { type AttemptTable, FAILURE } from '../../model/attempt.ts';
import type { NameWitnesses, Visitors } from '../visitors.ts';
import { keyOf } from './key.ts';

/** By key of the name, ascending; what is 0 everywhere is left out. */
export interface ShareFacts {
  readonly name: Float64Array;
  readonly successSources: Uint32Array;
  readonly guessers: Uint32Array;
  readonly attempts: number;
  readonly failures: number;
  /** Seconds since 1970 of the first and the last attempt; Infinity and -Infinity without any. */
  readonly first: number;
  readonly last: number;
}

export const NO_FACTS: ShareFacts = {
  name: new Float64Array(),
  successSources: new Uint32Array(),
  guessers: new Uint32Array(),
  attempts: 0,
  failures: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};

/** Of a table that holds all attempts of its sources. */
export function factsOf(
  table: AttemptTable,
  { userSuccessSources, guessers }: Pick<Visitors, 'userSuccessSources' | 'guessers'>,
): ShareFacts {
  const found: [number, number, number][] = [];
  for (let u = 0; u < table.users.length; u++) {
    if (userSuccessSources[u] === 0 && guessers[u] === 0) continue;
    found.push([keyOf(table.users[u]!), userSuccessSources[u]!, guessers[u]!]);
  }
  found.sort((a, b) => a[0] - b[0]);
  let failures = 0;
  for (let i = 0; i < table.length; i++) if (table.outcome[i] === FAILURE) failures++;
  return {
    name: Float64Array.from(found, ([key]) => key),
    successSources: Uint32Array.from(found, ([, n]) => n),
    guessers: Uint32Array.from(found, ([, , n]) => n),
    attempts: table.length,
    failures,
    first: table.time[0] ?? Number.POSITIVE_INFINITY,
    last: table.time[table.length - 1] ?? Number.NEGATIVE_INFINITY,
  };
}

/** Both together; in whatever order they are added up, the sum is the same. */
export function addedFacts(a: ShareFacts, b: ShareFacts): ShareFacts {
  const room = a.name.length + b.name.length;
  const name = new Float64Array(room);
  const successSources = new Uint32Array(room);
  const guessers = new Uint32Array(room);
  let at = 0;
  for (let i = 0, j = 0; i < a.name.length || j < b.name.length; at++) {
    const x = i < a.name.length ? a.name[i]! : Number.POSITIVE_INFINITY;
    const y = j < b.name.length ? b.name[j]! : Number.POSITIVE_INFINITY;
    name[at] = Math.min(x, y);
    if (x <= y) {
      successSources[at]! += a.successSources[i]!;
      guessers[at]! += a.guessers[i++]!;
    }
    if (y <= x) {
      successSources[at]! += b.successSources[j]!;
      guessers[at]! += b.guessers[j++]!;
    }
  }
  return {
    name: name.slice(0, at),
    successSources: successSources.slice(0, at),
    guessers: guessers.slice(0, at),
    attempts: a.attempts + b.attempts,
    failures: a.failures + b.failures,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
  };
}

/** The sum of all, made in pairs: each fact is copied as often as shares can be halved, not once for each share. */
export function sumOfFacts(shares: readonly ShareFacts[]): ShareFacts {
  let level = shares;
  while (level.length > 1)
    level = level.flatMap((one, i) => (i % 2 === 1 ? [] : [addedFacts(one, level[i + 1] ?? NO_FACTS)]));
  return level[0] ?? NO_FACTS;
}

/** What the whole fleet says of the names of a table that holds some of its sources. */
export function witnessesOf(table: AttemptTable, facts: ShareFacts): NameWitnesses {
  const userSuccessSources = new Uint32Array(table.users.length);
  const guessers = new Uint32Array(table.users.length);
  for (let u = 0; u < table.users.length; u++) {
    const at = placeOf(facts.name, keyOf(table.users[u]!));
    if (at < 0) continue;
    userSuccessSources[u] = facts.successSources[at]!;
    guessers[u] = facts.guessers[at]!;
  }
  return { userSuccessSources, guessers };
}

/** Place of a key in a sorted list; -1 where it is not there. */
export function placeOf(sorted: Float64Array, key: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const there = sorted[middle]!;
    if (there === key) return middle;
    if (there < key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
