/**
 * User names and host names in a log are an attacker's text. `printable` makes any text safe to put on a terminal
 * line: control characters, line and paragraph separators, bidirectional overrides, zero-width, other format and
 * default-ignorable characters (a Hangul filler is a letter that nobody sees), lone surrogates and unassigned code
 * points become visible escapes (`\x1b`, `\u{202e}`), a backslash becomes two, and a run of more than two combining
 * marks is cut, so that no name moves the cursor, changes its neighbours or hides.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{DI}\\]|(?<=\p{M}{2})\p{M}/gu;

/** `text` with everything that could act on a terminal made visible, at most `limit` characters long. */
export function printable(text: string, limit = 64): string {
  const head = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
  const safe = head.replace(UNSAFE, escaped);
  const points = Array.from(safe);
  if (points.length <= limit && head.length === text.length) return safe;
  return `${points.slice(0, Math.max(1, limit - 1)).join('')}…`;
}

function escaped(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
