/**
 * Bytes of a growing file to lines, knowing at each moment up to where whole lines were handed on. Splits and decodes by the
 * same {@link LineSplitter} as `scan`, so both see equal text, with one exception: NUL bytes before a line are left out. A loss of
 * power leaves them where text was to be, and so does `copytruncate` under a program that does not append; megabytes of
 * them, in front of the first line that is written after.
 */
import { LineSplitter, LONGEST_LINE } from '../split.ts';
import { TAIL_BYTES } from './position.ts';

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

  constructor(at: number, skipping: boolean) {
    this.at = at;
    this.readAt = at;
    this.skipping = skipping;
    this.#passing = skipping;
    this.#splitter = new LineSplitter((text) => {
      this.#lines.push(text.charCodeAt(0) === 0 ? text.replace(/^\0+/, '') : text);
    });
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
      from = chunk.indexOf(NEWLINE) + 1;
      if (from === 0) {
        this.at = this.readAt;
        return [];
      }
      this.#passing = false;
      this.#wholeUpTo(chunk, base, from);
    }
    if (this.#fed === 0) from = behindZeros(chunk, from);
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= from) {
      this.#splitter.push(chunk.subarray(from, last + 1));
      this.#wholeUpTo(chunk, base, last + 1);
      from = behindZeros(chunk, last + 1);
    }
    if (from < chunk.length) {
      this.#splitter.push(chunk.subarray(from));
      this.#fed += chunk.length - from;
    }
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
