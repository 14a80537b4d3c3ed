/**
 * The shape of a message: the same text for messages that one format string wrote, as far as that can be seen from
 * outside. What differs from line to line becomes a sign: `#` for a number, `@` for an address, `%` for a hexadecimal
 * number or another word with digits in it, `*` for what stands in quotes or angle brackets. Used to group unread
 * lines, never to read one.
 */

/** Words behind which a name stands. */
const NAMED = /\b(user|user=|for user|login|account|ruser=|login as)( ?)("[^"]*"|'[^']*'|[^\s,;:)\]]+)/gi;

/** The shape of `message`, of which no more than 400 characters are looked at. */
export function shapeOf(message: string): string {
  return message
    .slice(0, 400)
    .replace(/"[^"]*"/g, '"*"')
    .replace(/'[^']*'/g, "'*'")
    .replace(/<[^<>\s]*>/g, '<*>')
    .replace(/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?/g, '@')
    .replace(/(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi, '@')
    .replace(NAMED, (_, word: string, blank: string) => `${word}${blank}*`)
    .replace(/\b(?=[\w.-]*\d)(?=[\w.-]*[a-z])[\w.-]+/gi, '%')
    .replace(/\d+/g, '#');
}

export interface ShapeGroup {
  readonly program: string;
  readonly shape: string;
  readonly reason: string;
  count: number;
  /** The first line of it, and its number. */
  readonly example: string;
  readonly line: number;
}

/** So many shapes are told apart; a log of more is written by somebody who wants to fill the memory. */
const MOST_SHAPES = 5000;

/** Groups of messages by program, shape and reason, in bounded memory. */
export class Shapes {
  readonly #groups = new Map<string, ShapeGroup>();
  /** Messages of shapes for which there was no room. */
  others = 0;

  add(program: string, message: string, reason: string, example: string, line: number): void {
    const shape = shapeOf(message);
    const key = `${program}\n${reason}\n${shape}`;
    const group = this.#groups.get(key);
    if (group !== undefined) group.count++;
    else if (this.#groups.size >= MOST_SHAPES) this.others++;
    else
      this.#groups.set(key, {
        program,
        shape,
        reason,
        count: 1,
        example: ` ${example.slice(0, 400)}`.slice(1),
        line,
      });
  }

  /** The most frequent first, then as they came. */
  sorted(): readonly ShapeGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count || a.line - b.line);
  }
}
