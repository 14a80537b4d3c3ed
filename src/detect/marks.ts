/**
 * A set of small whole numbers that is emptied in no time: each number carries the round in which it was put in. Where a
 * Set is made for every source of a log with millions of attempts, making and filling it is most of the work.
 */
export class Marks {
  readonly #round: Uint32Array;
  readonly #list: Uint32Array;
  #now = 1;
  #size = 0;

  /** For numbers in [0, limit). */
  constructor(limit: number) {
    this.#round = new Uint32Array(limit);
    this.#list = new Uint32Array(limit);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#now++;
    this.#size = 0;
  }

  has(x: number): boolean {
    return this.#round[x] === this.#now;
  }

  /** Says whether it is new. */
  add(x: number): boolean {
    if (this.#round[x] === this.#now) return false;
    this.#round[x] = this.#now;
    this.#list[this.#size++] = x;
    return true;
  }

  /** The one that came as number `i`, from 0. Many short sets are read faster so than by a view of each. */
  at(i: number): number {
    return this.#list[i]!;
  }

  /** What is in it, in the order of coming; valid until the next change. */
  values(): Uint32Array {
    return this.#list.subarray(0, this.#size);
  }
}
