/**
 * How near every moment of a log is to one source's tries, on a grid: counting how often another source comes close then
 * takes one look at the grid for each of its tries, where walking along both lists takes a guess at which of the two comes
 * next, and the processor guesses wrong every other time. Bounds, not the count: who needs that, counts.
 */

/** A distance is kept in so many steps of a cell. */
const STEPS = 16;
/** A distance that has no room. */
const FAR = 0xffff;
/** So many cells for a try: with two sources of as many tries, three tenths of their mean gap are some five cells. */
const CELLS_EACH = 32;
/** 64 KB: what is looked up stays in the processor's cache. */
const MOST_CELLS = 1 << 15;
/** What rounding may have moved, in steps. */
const ROUNDING = 2;

/** The time that some sources' tries take, in cells, and how near one of the sources is to each. */
export class NearnessGrid {
  readonly #from: number;
  readonly #cellSeconds: number;
  /** Of each cell's middle: steps to the next try, or FAR. */
  readonly #steps: Uint16Array;

  /** Over the times of all `tries`, each ascending, none of them empty. */
  constructor(tries: readonly Float64Array[]) {
    const from = tries.reduce((least, times) => Math.min(least, times[0]!), Number.POSITIVE_INFINITY);
    const to = tries.reduce((most, times) => Math.max(most, times.at(-1)!), from);
    const longest = tries.reduce((most, times) => Math.max(most, times.length), 1);
    const cells = Math.min(MOST_CELLS, CELLS_EACH * longest);
    this.#from = from;
    this.#cellSeconds = (to - from + 1) / cells;
    this.#steps = new Uint16Array(cells);
  }

  /** The cell of each try. */
  cellsOf(times: Float64Array): Uint16Array {
    const cells = new Uint16Array(times.length);
    for (let i = 0; i < cells.length; i++)
      cells[i] = Math.floor((times[i]! - this.#from) / this.#cellSeconds);
    return cells;
  }

  /** From now on, nearness is nearness to these. */
  look(times: Float64Array): void {
    const steps = this.#steps;
    const placeOf = (j: number) => Math.round(((times[j]! - this.#from) / this.#cellSeconds) * STEPS);
    let c = 0;
    let next = placeOf(0);
    for (let j = 0; j < times.length; j++) {
      const here = next;
      const isLast = j + 1 === times.length;
      if (!isLast) next = placeOf(j + 1);
      // the cells whose middles are nearer to this one than to the next
      const end = isLast ? steps.length : Math.ceil(((here + next) / 2 - STEPS / 2) / STEPS);
      for (let apart = c * STEPS + STEPS / 2 - here; c < end; c++, apart += STEPS)
        steps[c] = Math.min(FAR, Math.abs(apart));
    }
  }

  /** Whether surely more than `most` of the tries in `cells`, from the first to before the last, are within `seconds`. */
  isMore(most: number, cells: Uint16Array, first: number, last: number, seconds: number): boolean {
    // wherever a try is in its cell, the middle is half a cell away at most
    const beyond = Math.floor((seconds * STEPS) / this.#cellSeconds) - STEPS / 2 - 2 * ROUNDING + 1;
    if (beyond > FAR) return false;
    const steps = this.#steps;
    // the sign of a difference, for who comes next is as good as a coin
    let count = 0;
    for (let i = first; i < last; ) {
      for (const end = Math.min(last, i + 64); i < end; i++) count += (steps[cells[i]!]! - beyond) >>> 31;
      if (count > most) return true;
    }
    return false;
  }

  /** At least as many as there are of the tries in `cells` within `seconds` when all are moved by `shift` seconds. */
  most(cells: Uint16Array, seconds: number, shift: number): number {
    const steps = this.#steps;
    const moved = Math.floor(shift / this.#cellSeconds);
    // a moved try is in this cell or the next one, whose far end is a cell and a half away
    const beyond = Math.ceil((seconds * STEPS) / this.#cellSeconds) + 1.5 * STEPS + 2 * ROUNDING + 1;
    if (beyond > FAR) return cells.length;
    const first = Math.max(0, -moved);
    const last = steps.length - 1 - Math.max(0, moved);
    let count = 0;
    for (let i = 0; i < cells.length; i++) {
      const c = cells[i]!;
      // what has left the grid is not asked, and counts
      if (c < first || c > last) count++;
      else count += (steps[c + moved]! - beyond) >>> 31;
    }
    return count;
  }
}
