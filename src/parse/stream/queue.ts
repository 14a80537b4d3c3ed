/** First in, first out; each item has a number that never changes, from 0. `shift` of an array moves all the rest. */
export class Queue<Item> {
  /** The number of the first item that is there, and of the next that comes. */
  first: number;
  end: number;
  #items: Item[] = [];
  /** Where the first one is in {@link #items}. */
  #head = 0;

  /** `first`: the number of the first item that comes. */
  constructor(first = 0) {
    this.first = this.end = first;
  }

  get size(): number {
    return this.end - this.first;
  }

  push(item: Item): number {
    this.#items.push(item);
    return this.end++;
  }

  /** The item with this number; undefined where it is not there (any more). */
  at(number: number): Item | undefined {
    return number < this.first ? undefined : this.#items[this.#head + number - this.first];
  }

  get head(): Item | undefined {
    return this.at(this.first);
  }

  /** Takes the first one out. */
  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head++];
    this.first++;
    if (this.#head >= 32 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** What is there, the first one first. */
  list(): Item[] {
    return this.#items.slice(this.#head);
  }
}
