/**
 * Attempts as dots, time to the right and names downwards in the order of their first appearance, in signs of braille: each is two
 * dots wide and four high (Unicode 4, U+2800 to U+28FF). A list that is worked through is a diagonal, root alone a line, a flood a
 * block. Without braille two rows of dots make one of ASCII.
 *
 * Dots only say that there was an attempt, not how many; the sparkline above says that.
 */

export interface Dots {
  /** Seconds of each attempt, from any beginning; in any order. */
  readonly time: readonly number[];
  /** Of each attempt the number of its name, from 0. */
  readonly name: readonly number[];
  /** How many names there are. */
  readonly names: number;
}

export interface PlotSize {
  /** Columns and lines of the drawing itself. */
  readonly columns: number;
  readonly lines: number;
  /** Whether the terminal has braille. */
  readonly unicode: boolean;
}

const BRAILLE = 0x2800;
/** Which bit each dot is, by column and row: the numbering of the Unicode chart. */
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
/** Upper dot, lower dot, both: ASCII has no more in one place. */
const ASCII = [' ', "'", '.', ':'] as const;

/** Lines of `columns` signs, `lines` of them at most; empty where there is nothing to draw. */
export function plot(dots: Dots, size: PlotSize): string[] {
  const columns = Math.max(1, Math.floor(size.columns));
  const lines = Math.max(1, Math.floor(size.lines));
  if (dots.time.length === 0 || dots.names === 0) return [];
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const time of dots.time) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  const across = size.unicode ? 2 : 1;
  const down = size.unicode ? 4 : 2;
  const width = columns * across;
  // no more rows than names: one name is one row of dots
  const height = Math.min(lines * down, dots.names);
  const cells = new Uint8Array(columns * Math.ceil(height / down));
  for (let i = 0; i < dots.time.length; i++) {
    const share = to > from ? (dots.time[i]! - from) / (to - from) : 0;
    const x = Math.min(width - 1, Math.floor(share * width));
    const y = Math.min(height - 1, Math.floor((dots.name[i]! / dots.names) * height));
    const at = Math.floor(y / down) * columns + Math.floor(x / across);
    cells[at]! |= size.unicode ? BITS[x % 2 === 0 ? 0 : 1][(y % 4) as 0 | 1 | 2 | 3] : 1 << (y % 2);
  }
  const drawn: string[] = [];
  for (let line = 0; line * columns < cells.length; line++) {
    let text = '';
    for (const cell of cells.subarray(line * columns, (line + 1) * columns))
      text += size.unicode ? (cell === 0 ? ' ' : String.fromCharCode(BRAILLE + cell)) : ASCII[cell & 3]!;
    drawn.push(text.trimEnd());
  }
  return drawn;
}
