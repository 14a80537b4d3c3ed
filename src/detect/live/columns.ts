/**
 * Columns of numbers, as they are saved: each as narrow as its values let it be, and no number changes by a bit. Loops,
 * not iterators: they run over hundreds of thousands of values while nothing else can.
 */

/** Whole numbers from 0 to 2^32 - 1 take 4 bytes, all others 8. */
export type Column = Float64Array | Uint32Array;

export function column<T>(all: readonly T[], of: (one: T) => number): Float64Array {
  const values = new Float64Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!);
  return values;
}

/** Of what is a whole number below 2^32 in any case. */
export function numbered<T>(all: readonly T[], of: (one: T) => number): Uint32Array {
  const values = new Uint32Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!);
  return values;
}

export function bits<T>(all: readonly T[], of: (one: T) => boolean): Uint8Array {
  const values = new Uint8Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!) ? 1 : 0;
  return values;
}

export function total<T>(all: readonly T[], of: (one: T) => number): number {
  let sum = 0;
  for (let i = 0; i < all.length; i++) sum += of(all[i]!);
  return sum;
}

/** Lists one behind the other. */
export function flat(lists: readonly (readonly number[])[]): Float64Array {
  const values = new Float64Array(total(lists, ({ length }) => length));
  let at = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) values[at++] = list[i]!;
  return values;
}

/** The same numbers in half the room, where each of them is whole and small enough. */
export function smallest(values: Float64Array): Column {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >>> 0 !== value || Object.is(value, -0)) return values;
  }
  return Uint32Array.from(values);
}

/** The same number, in the form that V8 keeps without an object of its own where it is a small whole one. */
export function small(value: number): number {
  const whole = value | 0;
  return Object.is(whole, value) ? whole : value;
}
