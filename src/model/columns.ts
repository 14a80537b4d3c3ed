/**
 * Columns of numbers, as they are saved: each as narrow as its values let it be, and no number changes by a bit. Loops,
 * not iterators: they run over hundreds of thousands of values while nothing else can.
 */

/** Whole numbers from 0 to 2^32 - 1 take 4 bytes, all others 8. */
export type Column = Float64Array | Uint32Array;

/** Lists one behind the other: list i has `length[i]` items. */
export interface Lists {
  readonly length: Column;
  readonly items: Column;
}

/** A column, added one number at a time; it takes 4 bytes a number until one comes that needs 8. */
export class ColumnBuilder {
  #values: Column;
  #wide = false;
  #added = 0;

  /** `capacity`: how many there will be; more of them find room, too. */
  constructor(capacity: number) {
    this.#values = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#added;
  }

  add(value: number): void {
    if (!this.#wide && (value >>> 0 !== value || Object.is(value, -0))) {
      this.#values = new Float64Array(this.#values);
      this.#wide = true;
    }
    if (this.#added === this.#values.length) this.#grow();
    this.#values[this.#added++] = value;
  }

  column(): Column {
    return this.#added === this.#values.length ? this.#values : this.#values.slice(0, this.#added);
  }

  #grow(): void {
    const capacity = 16 + 2 * this.#added;
    const longer = this.#wide ? new Float64Array(capacity) : new Uint32Array(capacity);
    longer.set(this.#values);
    this.#values = longer;
  }
}

/** Lists of numbers, added one item at a time. */
export class ListsBuilder {
  readonly #lengths: ColumnBuilder;
  readonly #items: ColumnBuilder;
  #begun = 0;

  /** `lists` and `items`: how many there will be; more of them find room, too. */
  constructor(lists: number, items: number) {
    this.#lengths = new ColumnBuilder(lists);
    this.#items = new ColumnBuilder(items);
  }

  add(item: number): void {
    this.#items.add(item);
  }

  /** The list is over; the next item is the first of the next one. */
  end(): void {
    this.#lengths.add(this.#items.length - this.#begun);
    this.#begun = this.#items.length;
  }

  lists(): Lists {
    return { length: this.#lengths.column(), items: this.#items.column() };
  }
}

/** A number of each, a whole one below 2^32. */
export function numbered<T>(all: readonly T[], of: (one: T) => number): Uint32Array {
  const values = new Uint32Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!);
  return values;
}

export function sum<T>(all: readonly T[], of: (one: T) => number): number {
  let whole = 0;
  for (let i = 0; i < all.length; i++) whole += of(all[i]!);
  return whole;
}

/** The same number, in the form that V8 keeps without an object of its own where it is a small whole one. */
export function small(value: number): number {
  const whole = value | 0;
  return Object.is(whole, value) ? whole : value;
}
