/**
 * The clock of a fleet: how many quiet visits there were before each second. It is all that the surprise of a name asks
 * of other names, so it is small (a month is 10 MB) and every worker has it whole. Visits of one second share its middle
 * tick: whatever order they came in, a fleet's clocks could not tell.
 */
import type { TickClock } from '../links.ts';

/** More bins than this (half a year of seconds) are made longer instead. */
const MOST_BINS = 1 << 24;

/** Where the bins of a fleet's clock lie; `last` is the last second that is in one. */
export interface ClockGrid {
  readonly first: number;
  readonly last: number;
  readonly binSeconds: number;
}

export function clockGrid(first: number, last: number): ClockGrid {
  return { first, last, binSeconds: Math.max(1, Math.ceil((last - first + 1) / MOST_BINS)) };
}

export function binOf({ first, binSeconds }: ClockGrid, time: number): number {
  return Math.floor((time - first) / binSeconds);
}

/** Visits in each bin of a grid. */
export function countedBins(grid: ClockGrid, visits: Iterable<Uint32Array>): Uint32Array {
  const counts = new Uint32Array(binOf(grid, grid.last) + 1);
  for (const bins of visits) countBins(counts, bins);
  return counts;
}

/** Adds the visits of a share, each told by its bin, to `counts`. */
export function countBins(counts: Uint32Array, bins: Uint32Array): void {
  for (let i = 0; i < bins.length; i++) counts[bins[i]!]!++;
}

export class QuietClock implements TickClock {
  readonly grid: ClockGrid;
  readonly ticks: number;
  /** Visits before bin b, for each b, and of all bins at the end. */
  readonly #before: Uint32Array;

  /** `counts`: visits of each bin, of the whole fleet. */
  constructor(grid: ClockGrid, counts: Uint32Array) {
    this.grid = grid;
    const before = new Uint32Array(counts.length + 1);
    for (let b = 0; b < counts.length; b++) before[b + 1] = before[b]! + counts[b]!;
    this.#before = before;
    this.ticks = before[counts.length]!;
  }

  /** The tick of a visit at that time: the middle one of its bin. */
  tickAt(time: number): number {
    const bin = binOf(this.grid, time);
    const from = this.#before[bin]!;
    return from + ((Math.max(1, this.#before[bin + 1]! - from) - 1) >> 1);
  }

  timeAt(tick: number): number {
    const wanted = Math.max(0, Math.min(this.ticks - 1, Math.floor(tick)));
    let low = 0;
    let high = this.#before.length - 1;
    // the last bin that begins no later than the tick
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#before[middle]! <= wanted) low = middle;
      else high = middle - 1;
    }
    return this.grid.first + low * this.grid.binSeconds;
  }
}
