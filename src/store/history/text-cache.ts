/**
 * Numbers of texts that came lately, both ways, so that a busy site's commits ask the database for new ones only. An
 * attacker chooses user names, so neither their number nor their length may decide how much memory this takes.
 */

/** Texts a cache holds: the users and sources of a busy day. Twice as many cost 4 MB more, half as many more questions. */
const MOST_TEXTS = 20_000;
/** Longer texts are asked for each time: user names of people and word lists are far shorter. */
const LONGEST = 128;

export class TextCache {
  #ids = new Map<string, number>();
  #texts = new Map<number, string>();

  id(text: string): number | undefined {
    return this.#ids.get(text);
  }

  text(id: number): string | undefined {
    return this.#texts.get(id);
  }

  set(text: string, id: number): void {
    if (text.length > LONGEST) return;
    // all at once: what is needed again comes back with one question for each commit
    if (this.#ids.size >= MOST_TEXTS) this.clear();
    this.#ids.set(text, id);
    this.#texts.set(id, text);
  }

  clear(): void {
    this.#ids = new Map();
    this.#texts = new Map();
  }
}
