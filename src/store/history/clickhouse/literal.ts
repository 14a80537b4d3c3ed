/**
 * Texts and names as they stand in a statement. ClickHouse 18.16 has no parameters of queries, and texts here come from
 * logs, so everything goes through these two. Between quotes ClickHouse reads a backslash and what follows it
 * (src/Parsers, readQuotedString): what it could take for the end of the text or of the query is written so. Everything
 * else, of whatever length, stands as it is, in UTF-8. Tried against real servers with hostile names (literal.test.ts).
 */
import { wellFormed } from '../texts.ts';

const SPECIAL = /[\0-\x1f\x7f'\\]/g;

/** `text` in quotes; lone surrogates become U+FFFD, as everywhere in a history. */
export function literal(text: string): string {
  return `'${wellFormed(text).replace(SPECIAL, escaped)}'`;
}

/** `'a', 'b'`. */
export function literals(texts: readonly string[]): string {
  return texts.map(literal).join(', ');
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Whether `name` can be that of a database or a cluster here: what needs no quotes anywhere. */
export function isIdentifier(name: string): boolean {
  return NAME.test(name);
}

function escaped(letter: string): string {
  if (letter === "'" || letter === '\\') return `\\${letter}`;
  return `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}
