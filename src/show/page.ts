/**
 * Lines for a terminal: words wrapped to its width, columns lined up, tones coloured at the very end. Nothing that
 * comes from a log reaches the terminal but through {@link inert}, so that even a text that nobody made printable
 * before cannot move the cursor.
 */
import { styleText } from 'node:util';
import { displayWidth, pieces } from './width.ts';

export interface Look {
  /** Columns of the terminal; fewer than 40 count as 40. */
  readonly width: number;
  readonly colour: boolean;
  /** Everything, where the default shows the most important. */
  readonly all: boolean;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
}

export type Tone = 'plain' | 'heading' | 'alarm' | 'faint' | 'finding';

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

const STYLES = {
  plain: [],
  heading: ['bold'],
  alarm: ['bold', 'red'],
  faint: ['dim'],
  finding: ['bold', 'yellow'],
} as const satisfies Record<Tone, readonly string[]>;

/** Narrower than this a table of participants cannot be read, and lines are let run over. */
export const LEAST_WIDTH = 40;
/** Prose in longer lines than this is hard to read; tables may use the whole terminal. */
const PROSE_WIDTH = 100;

export function pageWidth(look: Look): number {
  return Number.isFinite(look.width) ? Math.max(LEAST_WIDTH, Math.floor(look.width)) : LEAST_WIDTH;
}

const ACTS_ON_TERMINAL = /[\p{C}\p{Zl}\p{Zp}\p{DI}]|(?<=\p{M}{2})\p{M}/gu;
const NOT_ASCII = /[^\x20-\x7e]/gu;

/** `text` with whatever could act on the terminal written as an escape; without `unicode`, all that is not ASCII. */
export function inert(text: string, unicode: boolean): string {
  if (unicode) return text.replace(ACTS_ON_TERMINAL, codePoint);
  return text.replace(/…/g, '...').replace(NOT_ASCII, codePoint);
}

function codePoint(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

export const BLANK: Line = { text: '', tone: 'plain' };

export interface Placing {
  /** Columns before the first line and before the others; `hang` is `indent` where it is left out. */
  readonly indent?: number;
  readonly hang?: number;
  readonly tone?: Tone;
}

/** `text` as lines of words no wider than the page; a word that is wider is broken. */
export function paragraph(text: string, look: Look, placing: Placing = {}): Line[] {
  const { indent = 0, hang = indent, tone = 'plain' } = placing;
  const width = Math.min(pageWidth(look), PROSE_WIDTH);
  const lines: Line[] = [];
  let line = ' '.repeat(indent);
  let used = indent;
  let empty = true;
  const end = () => {
    lines.push({ text: line.trimEnd(), tone });
    line = ' '.repeat(hang);
    used = hang;
    empty = true;
  };
  for (const word of inert(text, look.unicode).split(' ')) {
    const columns = displayWidth(word);
    if (!empty && used + 1 + columns > width) end();
    if (!empty) {
      line += ' ';
      used++;
    }
    if (used + columns <= width) {
      line += word;
      used += columns;
      empty = false;
      continue;
    }
    const parts = pieces(word, width - hang);
    for (const [i, part] of parts.entries()) {
      if (i > 0) end();
      line += part;
      used += displayWidth(part);
      empty = false;
    }
  }
  if (!empty) end();
  return lines;
}

/** A list item: the mark hangs out before the text. */
export function item(mark: string, text: string, look: Look, placing: Placing = {}): Line[] {
  const { indent = 0 } = placing;
  return paragraph(`${mark} ${text}`, look, { ...placing, hang: indent + displayWidth(mark) + 1 });
}

/** `text` with spaces behind it (or before it) to `width` columns. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + spaces : spaces + text;
}

const LEAST_NAME = 8;

/**
 * Rows of a name and its figures, which are lined up to the right; an empty row is a blank line. A name too wide for its column has a line of its
 * own (as df does it), so that it can still be copied in one piece; one wider than the page is broken.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  look: Look,
  indent: number,
): Line[] {
  const figures = [head, ...rows];
  const room = pageWidth(look) - indent;
  const widths = head
    .slice(1)
    .map((_, i) => Math.max(...figures.map((row) => displayWidth(row[i + 1] ?? ''))));
  const wide = () => widths.reduce((sum, width) => sum + width + 2, 0);
  while (room - wide() < LEAST_NAME) widths.pop(); // a page too narrow for all figures shows the first of them
  const figureWidth = wide();
  const names = figures.map((row) => inert(row[0] ?? '', look.unicode));
  const widest = Math.max(...names.map(displayWidth));
  const nameWidth = Math.max(LEAST_NAME, Math.min(widest, room - figureWidth));
  const space = ' '.repeat(indent);
  return figures.flatMap((row, i): Line[] => {
    if (row.length === 0) return [BLANK];
    const tone = i === 0 ? 'faint' : 'plain';
    const name = names[i]!;
    const cells = widths.map((width, c) => `  ${padded(row[c + 1] ?? '', width, 'right')}`).join('');
    if (displayWidth(name) <= nameWidth)
      return [{ text: `${space}${padded(name, nameWidth)}${cells}`, tone }];
    return [
      ...pieces(name, room).map((part): Line => ({ text: space + part, tone })),
      { text: `${space}${' '.repeat(nameWidth)}${cells}`, tone },
    ];
  });
}

/** Texts in as many columns as fit, read downwards as `ls` has them. */
export function columns(texts: readonly string[], look: Look, indent: number): Line[] {
  const room = pageWidth(look) - indent;
  const shown = texts.flatMap((text) => pieces(inert(text, look.unicode), room));
  const widest = shown.reduce((most, text) => Math.max(most, displayWidth(text)), 1);
  const across = Math.max(1, Math.floor((room + 2) / (widest + 2)));
  const down = Math.ceil(shown.length / across);
  return Array.from({ length: down }, (_, row): Line => {
    const cells: string[] = [];
    for (let at = row; at < shown.length; at += down) cells.push(padded(shown[at]!, widest));
    return { text: (' '.repeat(indent) + cells.join('  ')).trimEnd(), tone: 'plain' };
  });
}

/** The lines as one text with a newline after each, coloured where the look says so. */
export function printed(lines: readonly Line[], look: Look): string {
  let out = '';
  for (const { text, tone } of lines) {
    const safe = inert(text, look.unicode);
    const styles = STYLES[tone];
    const styled = look.colour && styles.length > 0 && safe !== '' ? coloured(safe, styles) : safe;
    out += `${styled}\n`;
  }
  return out;
}

function coloured(text: string, styles: readonly Parameters<typeof styleText>[0][]): string {
  // whether the terminal wants colour was decided by the caller: NO_COLOR and the like are not asked again here
  return styleText([...styles] as Parameters<typeof styleText>[0], text, { validateStream: false });
}
