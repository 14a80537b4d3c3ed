/**
 * A map that nearly always has one entry: an empty Map of V8 takes 200 bytes and more, and most sources fail on one
 * sensor and log in to one account. Entries keep the order in which they came.
 */
export class Few<K, V> {
  #key: K;
  #value: V;
  #others: Map<K, V> | null = null;

  constructor(key: K, value: V) {
    this.#key = key;
    this.#value = value;
  }

  get size(): number {
    return 1 + (this.#others?.size ?? 0);
  }

  /** undefined: there is no such key. */
  get(key: K): V | undefined {
    return key === this.#key ? this.#value : this.#others?.get(key);
  }

  set(key: K, value: V): void {
    if (key === this.#key) this.#value = value;
    else if (this.#others === null) this.#others = new Map([[key, value]]);
    else this.#others.set(key, value);
  }

  forEach(take: (key: K, value: V) => void): void {
    take(this.#key, this.#value);
    this.#others?.forEach((value, key) => {
      take(key, value);
    });
  }
}

/**
 * A copy of a list with one more at its end, and no room for others; of more than `most` the oldest go. (An array that is
 * pushed to takes room for 16 more, and nearly all of these lists stay at one or two.)
 */
export function appended<T>(list: readonly T[], item: T, most: number): T[] {
  const from = Math.max(0, list.length + 1 - most);
  const longer = new Array<T>(list.length + 1 - from);
  for (let i = from; i < list.length; i++) longer[i - from] = list[i]!;
  longer[list.length - from] = item;
  return longer;
}
