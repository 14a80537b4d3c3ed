/** Strings as numbers: what a table keeps of its texts. */

/**
 * Strings to consecutive numbers, in the order of first sight. As long as only one caller gives strings, who gives each
 * once ({@link Interner.next}), none is looked up: 200,000 of them cost a quarter of a second and 30 MB.
 */
export class Interner {
  readonly strings: string[] = [];
  readonly #ids = new Map<string, number>();
  #isLookedUp = false;

  /** The number that `text` already has; undefined when it has none. */
  known(text: string): number | undefined {
    if (!this.#isLookedUp) this.#lookUp();
    return this.#ids.get(text);
  }

  id(text: string): number {
    let id = this.known(text);
    if (id === undefined) {
      id = this.strings.length;
      const own = ownCopy(text);
      this.strings.push(own);
      this.#ids.set(own, id);
    }
    return id;
  }

  /** As {@link id}, of a caller who gives no text twice. */
  next(text: string): number {
    return this.#isLookedUp ? this.id(text) : this.strings.push(ownCopy(text)) - 1;
  }

  #lookUp(): void {
    this.#isLookedUp = true;
    for (const [id, text] of this.strings.entries()) this.#ids.set(text, id);
  }
}

/**
 * A copy that does not keep the line, or the whole chunk of the file, alive that `text` was cut from: V8 makes a
 * substring of 13 characters or more a view of its parent.
 */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
