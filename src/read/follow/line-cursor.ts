/**
 * Bytes of a growing file to lines, knowing at each moment up to where whole lines were handed on. Splits and decodes by the
 * same {@link LineSplitter} as `scan`, so both see equal text, with one exception: NUL bytes before a line are left out. A loss of
 * power leaves them where text was to be, and so does `copytruncate` under a program that does not append; megabytes of
 * them, in front of the first line that is written after.
 */
import { LineSplitter, LONGEST_LINE } from '../split.ts';
import { TAIL_BYTES } from './position.ts';
import { WideText } from './wide-text.ts';

const NEWLINE = 10;

export class LineCursor {
  /** Behind the last whole line that was handed on (or, {@link skipping}, in the middle of one). */
  at: number;
  /** Behind the last byte taken. */
  readAt: number;
  /** The beginning of a line that is too long was handed on, its end has not come. */
  skipping: boolean;
  /** Behind the last newline. */
  wholeAt = 0;
  /** The bytes right before {@link wholeAt}, at most {@link TAIL_BYTES}; fewer where a piece of a line came alone. */
  tail: Buffer = Buffer.alloc(0);
  readonly #splitter: LineSplitter;
  #lines: string[] = [];
  /** Bytes of the unfinished line that the splitter has. */
  #fed = 0;
  /** {@link end} was called, and nothing came after it. */
  hasEnded = false;
  /** Going on behind a line whose beginning was handed on before this cursor was made. */
  #passing: boolean;
  /** How text of two bytes a character is read; null: it is UTF-8. */
  #wide: WideText | null = null;

  constructor(at: number, skipping: boolean) {
    this.at = at;
    this.readAt = at;
    this.skipping = skipping;
    this.#passing = skipping;
    this.#splitter = new LineSplitter((text) => {
      this.#lines.push(text.charCodeAt(0) === 0 ? text.replace(/^\0+/, '') : text);
    });
  }

  /** The file is UTF-16: to be said before anything is pushed. From then on only whole characters may be pushed, an even number of bytes. */
  set encoding(encoding: 'utf-16le' | 'utf-16be' | null) {
    this.#wide = encoding === null ? null : new WideText(encoding);
  }

  /** Bytes of a character at least: what is pushed is a multiple of it. */
  get unit(): 1 | 2 {
    return this.#wide === null ? 1 : 2;
  }

  /** Lines that were longer than {@link LONGEST_LINE} and lost their end. */
  get cutLines(): number {
    return this.#splitter.cutLines;
  }

  /** The lines that the bytes complete. The chunk may be overwritten afterwards. */
  push(chunk: Buffer): string[] {
    const base = this.readAt;
    this.hasEnded = false;
    this.readAt += chunk.length;
    let from = 0;
    if (this.#passing) {
      from = this.#behindNewline(chunk, 0);
      if (from === 0) {
        this.at = this.readAt;
        return [];
      }
      this.#passing = false;
      this.#wholeUpTo(chunk, base, from);
    }
    if (this.#fed === 0) from = this.#behindZeros(chunk, from);
    const end = this.#behindLastNewline(chunk, from);
    if (end > from) {
      this.#feed(chunk.subarray(from, end));
      this.#wholeUpTo(chunk, base, end);
      from = this.#behindZeros(chunk, end);
    }
    if (from < chunk.length) this.#fed += this.#feed(chunk.subarray(from));
    this.skipping = this.#fed > LONGEST_LINE;
    if (this.skipping) this.at = this.readAt;
    return this.#take();
  }

  /** The file is at its end for good: a last line without a newline is one. */
  end(): string[] {
    this.#splitter.end();
    this.hasEnded = true;
    this.at = this.readAt;
    this.#fed = 0;
    this.skipping = false;
    this.#passing = false;
    return this.#take();
  }

  /** Gives the splitter UTF-8; says how many bytes of it. */
  #feed(bytes: Buffer): number {
    const text = this.#wide === null ? bytes : this.#wide.utf8(bytes);
    if (text.length > 0) this.#splitter.push(text);
    return text.length;
  }

  /** Behind the first newline; 0 where there is none. */
  #behindNewline(chunk: Buffer, from: number): number {
    return this.#wide === null ? chunk.indexOf(NEWLINE, from) + 1 : this.#wide.behindNewline(chunk, from);
  }

  /** Behind the last newline; `from` where there is none. */
  #behindLastNewline(chunk: Buffer, from: number): number {
    const end = this.#wide === null ? chunk.lastIndexOf(NEWLINE) + 1 : this.#wide.behindLast(chunk);
    return Math.max(from, end);
  }

  #behindZeros(chunk: Buffer, from: number): number {
    return this.#wide === null ? behindZeros(chunk, from) : from;
  }

  #wholeUpTo(chunk: Buffer, base: number, end: number): void {
    this.at = this.wholeAt = base + end;
    this.#fed = 0;
    this.tail = Buffer.from(chunk.subarray(Math.max(0, end - TAIL_BYTES), end));
  }

  #take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}

function behindZeros(chunk: Buffer, from: number): number {
  let i = from;
  while (i < chunk.length && chunk[i] === 0) i++;
  return i;
}
