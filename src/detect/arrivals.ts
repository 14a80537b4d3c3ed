/**
 * Arrivals: each source once, when it is first seen failing, by class of what it tries. A count of arrivals cannot be moved
 * by one busy source.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { ExposedClock } from './exposure.ts';
import { Marks } from './marks.ts';
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
  const users = new Marks(table.users.length);
  for (let s = 0; s < sources; s++) {
    const kind = visitors.kind[s]!;
    if ((kind !== 'quiet' && kind !== 'loud') || visitors.house[s] || exclude(s)) continue;
    users.clear();
    let first = Number.NaN;
    let last = 0;
    let personal = false;
    for (let j = visitors.start[s]!; j < visitors.start[s + 1]!; j++) {
      if (outcome[j] === SUCCESS) continue;
      if (Number.isNaN(first)) first = time[j]!;
      last = time[j]!;
      const name = user[j]!;
      if (!users.add(name)) continue;
      // somebody's own account, nothing that guessers are after: by rate alone a person may not be named
      if (visitors.userSuccessSources[name]! > 0 && triedBy[name]! < popular) personal = true;
    }
    if (personal || users.has(NO_USER)) continue;
    let allRare = true;
    for (let i = 0; i < users.size && allRare; i++) allRare = triedBy[users.at(i)]! < popular;
    const what = `${users.size === 1 && !allRare ? `n${users.at(0)}` : allRare ? 'rare' : 'mixed'}${visitors.loud[s] ? '!' : ''}`;
    arrivals.push({
      source: s,
      bin: clock.binOf(first),
      time: first,
      last,
      what,
    });
  }
  return arrivals.sort((a, b) => a.time - b.time || a.source - b.source);
}

function sourcesPerUser(table: AttemptTable, { kind, start, columns }: Visitors): Uint32Array {
  const { user, outcome } = columns;
  const counts = new Uint32Array(table.users.length);
  const seen = new Marks(table.users.length);
  for (let s = 0; s < kind.length; s++) {
    seen.clear();
    for (let j = start[s]!; j < start[s + 1]!; j++) {
      if (outcome[j] !== SUCCESS && seen.add(user[j]!)) counts[user[j]!]!++;
    }
  }
  return counts;
}
