/**
 * The report as one JSON document (docs/report.md, schema/report.schema.json). Numbers were rounded when the report
 * was built, keys stand in the order in which they are made there, and lone surrogates are gone: the same report
 * gives the same bytes everywhere. Control characters of hostile names are escaped by JSON itself; U+2028, U+2029,
 * C1 controls and bidirectional overrides, which JSON lets through, are escaped as well, so that the document is
 * safe to look at on a terminal, too.
 */
import type { Report } from '../explain/schema.ts';

/** But for the newline, of which a long report has a hundred thousand. */
const UNSAFE_IN_TERMINAL = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Two spaces a level, a newline at the end. */
export function renderJson(report: Report | object): string {
  return rendered(report, 2);
}

/** Any value of a document on one line, a newline at the end: for documents of one object a line. */
export function jsonLine(value: object): string {
  return rendered(value, 0);
}

function rendered(value: object, indent: number): string {
  const text = JSON.stringify(value, null, indent);
  return `${text.replace(UNSAFE_IN_TERMINAL, escaped)}\n`;
}

/** `\u202e`; a character outside the basic plane as its two halves, as JSON wants it. */
function escaped(character: string): string {
  let out = '';
  for (let i = 0; i < character.length; i++) {
    out += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return out;
}
