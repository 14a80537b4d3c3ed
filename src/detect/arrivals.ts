/**
 * Arrivals: each source once, when it is first seen failing, by class of what it tries. A count of arrivals cannot be moved
 * by one busy source.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { ExposedClock } from './exposure.ts';
import type { Visitors } from './visitors.ts';

/** One source's first appearance, and what kind of visitor it turned out to be. */
export interface Arrival {
  readonly source: number;
  /** Bin (see {@link exposedClock}) and time of the first failed attempt. */
  readonly bin: number;
  readonly time: number;
  readonly last: number;
  /** What it tries: one popular name only (`n<user>`), only rare names (`rare`), or several (`mixed`); loud ones `!`. */
  readonly what: string;
}

/** A name is popular, and a class of its own, when at least this many sources (and 1 in 200) try it. */
const POPULAR_SOURCES = 12;

/** Those of everybody, which several finders ask for. */
const everybody = new WeakMap<Visitors, readonly Arrival[]>();

/** Arrivals in time of all but sources of the house and people; `clock` is that of the table. */
export function everyArrival(
  table: AttemptTable,
  visitors: Visitors,
  clock: ExposedClock,
): readonly Arrival[] {
  let arrivals = everybody.get(visitors);
  if (arrivals === undefined) {
    arrivals = arrivalsOf(table, visitors, clock, () => false);
    everybody.set(visitors, arrivals);
  }
  return arrivals;
}

/** Arrivals in time, without sources of the house, people, and whom `exclude` names. */
export function arrivalsOf(
  table: AttemptTable,
  visitors: Visitors,
  clock: ExposedClock,
  exclude: (source: number) => boolean,
): Arrival[] {
  const triedBy = sourcesPerUser(table, visitors);
  const sources = visitors.kind.length;
  const popular = Math.max(POPULAR_SOURCES, sources / 200);
  const { time, user, outcome } = visitors.columns;
  const arrivals: Arrival[] = [];
  const kinds = new Kinds();
  const users = table.users.length;
  const isRare = new Uint8Array(users);
  for (let u = 0; u < users; u++) isRare[u] = triedBy[u]! < popular ? 1 : 0;
  for (let s = 0; s < sources; s++) {
    const kind = visitors.kind[s]!;
    if ((kind !== 'quiet' && kind !== 'loud') || visitors.house[s] || exclude(s)) continue;
    const to = visitors.start[s + 1]!;
    let j = visitors.start[s]!;
    while (j < to && outcome[j] === SUCCESS) j++;
    if (j === to) continue;
    const first = time[j]!;
    const name = user[j]!;
    let last = first;
    let isOne = true;
    let allRare = true;
    let personal = false;
    for (; j < to; j++) {
      if (outcome[j] === SUCCESS) continue;
      last = time[j]!;
      const one = user[j]!;
      if (one !== name) isOne = false;
      if (isRare[one] === 0) allRare = false;
      // somebody's own account, nothing that guessers are after: by rate alone a person may not be named
      else if (visitors.userSuccessSources[one]! > 0) personal = true;
      if (one === NO_USER) personal = true;
    }
    if (personal) continue;
    const what = kinds.of(isOne && !allRare ? name : allRare ? RARE : MIXED, visitors.loud[s] === 1);
    arrivals.push({ source: s, bin: clock.binOf(first), time: first, last, what });
  }
  return arrivals.sort((a, b) => a.time - b.time || a.source - b.source);
}

const RARE = -1;
const MIXED = -2;

/** Texts of classes, each made once: hundreds of thousands of equal ones would have to be compared letter by letter. */
class Kinds {
  readonly #quiet = new Map<number, string>();
  readonly #loud = new Map<number, string>();

  of(name: number, isLoud: boolean): string {
    const texts = isLoud ? this.#loud : this.#quiet;
    let text = texts.get(name);
    if (text === undefined) {
      text = `${name === RARE ? 'rare' : name === MIXED ? 'mixed' : `n${name}`}${isLoud ? '!' : ''}`;
      texts.set(name, text);
    }
    return text;
  }
}

function sourcesPerUser(table: AttemptTable, { kind, start, columns }: Visitors): Uint32Array {
  const { user, outcome } = columns;
  const counts = new Uint32Array(table.users.length);
  // one more than the last place of each name: of another source where that is before the source's own places
  const last = new Uint32Array(table.users.length);
  for (let s = 0; s < kind.length; s++) {
    const from = start[s]!;
    const to = start[s + 1]!;
    for (let j = from; j < to; j++) {
      if (outcome[j] === SUCCESS) continue;
      const name = user[j]!;
      if (last[name]! <= from) counts[name]!++;
      last[name] = j + 1;
    }
  }
  return counts;
}
