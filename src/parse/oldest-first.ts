/**
 * What is live, oldest first. A `Set` keeps the order too, but in V8 the way to its first entry leads past all that were deleted
 * before it: where the oldest of 100,000 has to go for each new one, that is most of the time there is.
 */

/** What is no longer live is in a state that says so; see {@link OldestFirst.drop}. */
export interface Mortal {
  readonly isOver: boolean;
}

export class OldestFirst<Item extends Mortal> {
  /** Live ones. */
  size = 0;
  #items: Item[] = [];
  #head = 0;

  add(item: Item): void {
    this.#items.push(item);
    this.size++;
  }

  /** One of the items is over now. */
  drop(): void {
    this.size--;
    if (this.#items.length > 2 * this.size + 64) {
      this.#items = this.list();
      this.#head = 0;
    }
  }

  get oldest(): Item | undefined {
    while (this.#items[this.#head]?.isOver === true) this.#head++;
    return this.#items[this.#head];
  }

  /** The live ones, oldest first. */
  list(): Item[] {
    return this.#items.filter((item) => !item.isOver);
  }
}
