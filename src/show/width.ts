/**
 * How many columns of a terminal a text takes, after Unicode Standard Annex 11 (East Asian Width) and Markus Kuhn's
 * wcwidth: none for combining marks, two for wide and full-width characters and for emoji, one for the rest. Where
 * terminals disagree (emoji, regional indicators, Hangul letters) it counts the larger number, so that a line may
 * end early but never runs over.
 */
const MARK = /^[\p{Mn}\p{Me}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Ranges of East Asian Width W and F, from EastAsianWidth.txt, joined where only unassigned ones lie between. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4dc0, 0x4dff],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

const ASCII = /^[\x20-\x7e]*$/;

/** Columns of one code point. */
export function codePointWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  for (const [from, to] of WIDE) {
    if (code < from) break;
    if (code <= to) return 2;
  }
  return EMOJI.test(character) ? 2 : 1;
}

/** Columns of a text without control characters. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += codePointWidth(character);
  return width;
}

/** `text` in pieces of at most `width` columns (at least 2); marks stay with the letter they are on. */
export function pieces(text: string, width: number): string[] {
  const most = Math.max(2, width);
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of text) {
    const columns = codePointWidth(character);
    if (used + columns > most) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += columns;
  }
  if (part !== '') parts.push(part);
  return parts;
}
