/**
 * A share of the names weighed: how surprising each of their visits is, in the log and in surrogates. Names ask nothing
 * of each other but the clock, so shares can be weighed anywhere, in any number, and what comes out is the same: counts
 * and lists that are put together again by sorting. The very surprise of one log (links.ts), not another one like it.
 *
 * In a surrogate each source's whole visit is moved (surrogate.ts), by so many ticks as its key and the round say: every
 * worker moves it alike without asking. Moved visits are not numbered anew, so a tick may have several visits and another
 * none, which leaves a window's content as it is on the mean.
 */
import { type ByName, weighNames } from '../links.ts';
import { classOf, surrogateRounds } from '../segments.ts';
import { drawnFor } from './key.ts';
import { surprisesIn } from './merge.ts';
import { inOneOrder } from './named-surprises.ts';
import type { QuietClock } from './quiet-clock.ts';
import type { Visits } from './visits.ts';

/** Visits with a surprise, in the order of ticks, then classes, then names; class 0 is none and left out. */
export interface Surprises {
  readonly tick: Uint32Array;
  readonly class: Uint8Array;
}

export interface ShareWeights {
  readonly visits: number;
  readonly log: Surprises & {
    /** Place of each visit's name in {@link names}. */
    readonly name: Uint32Array;
  };
  /** One for each surrogate. */
  readonly chance: readonly Surprises[];
  /** Keys of the names that have a surprise in the log, ascending, and how many visits each has in all. */
  readonly names: Float64Array;
  readonly nameVisits: Uint32Array;
}

export const NO_WEIGHTS: ShareWeights = {
  visits: 0,
  log: { tick: new Uint32Array(), class: new Uint8Array(), name: new Uint32Array() },
  chance: [],
  names: new Float64Array(),
  nameVisits: new Uint32Array(),
};

/** Sources of one share; beyond it a tick and a source do not fit into one number of 53 bits. */
const MOST_SOURCES = 2 ** 22;

/** `visits` in whatever order; those of a name must all be there. */
export function weighShare(clock: QuietClock, visits: Visits): ShareWeights {
  const n = clock.ticks;
  const groups = grouped(clock, visits);
  const { byName, keys, sources } = groups;
  const bits = new Float32Array(byName.tick.length);
  weighNames(byName, sources.length, clock, bits);
  const log = {
    tick: new Uint32Array(bits.length),
    class: new Uint8Array(bits.length),
    name: new Uint32Array(bits.length),
  };
  let found = 0;
  const names: number[] = [];
  const nameVisits: number[] = [];
  for (let u = 0; u < keys.length; u++) {
    const before = found;
    for (let j = byName.start[u]!; j < byName.start[u + 1]!; j++) {
      const c = classOf(bits[j]!);
      if (c === 0) continue;
      log.tick[found] = byName.tick[j]!;
      log.class[found] = c;
      log.name[found++] = names.length;
    }
    if (found === before) continue;
    names.push(keys[u]!);
    nameVisits.push(byName.start[u + 1]! - byName.start[u]!);
  }
  return {
    visits: visits.time.length,
    log: inOneOrder({
      tick: log.tick.subarray(0, found),
      class: log.class.subarray(0, found),
      name: log.name.subarray(0, found),
    }),
    chance: Array.from({ length: n < 16 ? 0 : surrogateRounds(n) }, (_, round) =>
      surprisesOf(moved(byName, sources, round, n), sources.length, clock, bits),
    ),
    names: Float64Array.from(names),
    nameVisits: Uint32Array.from(nameVisits),
  };
}

interface Grouped {
  readonly byName: ByName;
  /** Key of each name, ascending. */
  readonly keys: Float64Array;
  /** Key of each source, in the order of numbers. */
  readonly sources: Float64Array;
}

/** Names that at least two sources tried, each with its visits in time, of equal times by source. */
function grouped(clock: QuietClock, visits: Visits): Grouped {
  const n = visits.time.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const { time, source, name } = visits;
  order.sort((a, b) => name[a]! - name[b]! || time[a]! - time[b]! || source[a]! - source[b]!);
  const start: number[] = [0];
  const keys: number[] = [];
  const tick = new Uint32Array(n);
  const by = new Uint32Array(n);
  const numbers = new Map<number, number>();
  const sources: number[] = [];
  let at = 0;
  for (let i = 0; i < n; ) {
    const key = name[order[i]!]!;
    const first = source[order[i]!]!;
    let end = i;
    let several = false;
    while (end < n && name[order[end]!]! === key) if (source[order[end++]!]! !== first) several = true;
    if (several) {
      for (let k = i; k < end; k++, at++) {
        const who = source[order[k]!]!;
        let number = numbers.get(who);
        if (number === undefined) {
          number = sources.push(who) - 1;
          numbers.set(who, number);
        }
        tick[at] = clock.tickAt(time[order[k]!]!);
        by[at] = number;
      }
      keys.push(key);
      start.push(at);
    }
    i = end;
  }
  if (sources.length >= MOST_SOURCES) throw new RangeError('too many sources in one share of the names');
  return {
    byName: { start: Uint32Array.from(start), tick: tick.slice(0, at), by: by.slice(0, at) },
    keys: Float64Array.from(keys),
    sources: Float64Array.from(sources),
  };
}

/** The same names with every source's visits moved, circularly, as far as its key says in that round. */
function moved({ start, tick, by }: ByName, sources: Float64Array, round: number, n: number): ByName {
  const shift = Uint32Array.from(sources, (key) => drawnFor(key, round, n));
  const both = new Float64Array(tick.length);
  for (let j = 0; j < tick.length; j++) {
    const sum = tick[j]! + shift[by[j]!]!;
    both[j] = (sum < n ? sum : sum - n) * MOST_SOURCES + by[j]!;
  }
  for (let u = 0; u + 1 < start.length; u++) sortStretch(both, start[u]!, start[u + 1]!);
  const ticks = new Uint32Array(both.length);
  const sourceOf = new Uint32Array(both.length);
  for (let j = 0; j < both.length; j++) {
    ticks[j] = Math.floor(both[j]! / MOST_SOURCES);
    sourceOf[j] = both[j]! - ticks[j]! * MOST_SOURCES;
  }
  return { start, tick: ticks, by: sourceOf };
}

/** Most names have a few visits only: those are put in order where they stand. */
function sortStretch(values: Float64Array, from: number, to: number): void {
  if (to - from > 24) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const x = values[i]!;
    let j = i - 1;
    for (; j >= from && values[j]! > x; j--) values[j + 1] = values[j]!;
    values[j + 1] = x;
  }
}

function surprisesOf(names: ByName, sources: number, clock: QuietClock, room: Float32Array): Surprises {
  weighNames(names, sources, clock, room);
  let count = 0;
  const both = new Float64Array(room.length);
  for (let j = 0; j < room.length; j++) {
    const c = classOf(room[j]!);
    if (c > 0) both[count++] = names.tick[j]! * 16 + c;
  }
  return surprisesIn(both.subarray(0, count).sort());
}
