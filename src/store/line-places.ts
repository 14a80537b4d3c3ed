/**
 * Where lines stand in a text that was read, every mebibyte or so: whoever wants the line of an attempt later goes there and reads on,
 * instead of from the beginning.
 */
import { LONGEST_LINE } from '../read/split.ts';

/** A place: `lines` lines of the text stand before byte `offset` of it. */
export interface LinePlace {
  readonly offset: number;
  readonly lines: number;
}

/** A text that was read, to be read again. */
export interface ReadText {
  readonly path: string;
  /** Lines of the texts before it. */
  readonly before: number;
  readonly lines: number;
  /** Bytes at its beginning that were passed over, because another text has them, too. */
  readonly skipped: number;
  /** Ascending. */
  readonly places: readonly LinePlace[];
  /** Whether its bytes are those of the file at `path`, so that one can begin anywhere. */
  readonly isPlain: boolean;
  /** Its bytes again, decompressed, from the beginning; null: it can be read once only (a pipe, the journal). */
  readonly reopen: () => Promise<AsyncIterable<Buffer> | null>;
}

/** Bytes between two places: read in a millisecond. At half of it there are twice as many places for nothing. */
const APART = 1024 * 1024;
const NEWLINE = 10;

export class LinePlaces {
  readonly list: LinePlace[] = [];
  #offset: number;
  /** Where the last line that was seen begins. */
  #lineStart: number;
  #isLost = false;

  /** `from`: byte that the first line begins at. */
  constructor(from: number) {
    this.#offset = from;
    this.#lineStart = from;
  }

  /** The same chunks; `lines` says how many lines were taken of those handed on so far. */
  async *watched(chunks: AsyncIterable<Buffer>, lines: () => number): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#see(chunk, lines());
      yield chunk;
    }
  }

  #see(chunk: Buffer, lines: number): void {
    const newline = chunk.indexOf(NEWLINE);
    const start = this.#offset;
    this.#offset += chunk.length;
    if (newline < 0) return;
    const end = start + newline + 1;
    // a line that is cut is taken before it ends, so that from here on the count would be off by one
    if (end - this.#lineStart > LONGEST_LINE) this.#isLost = true;
    this.#lineStart = start + chunk.lastIndexOf(NEWLINE) + 1;
    if (this.#isLost || end - (this.list.at(-1)?.offset ?? 0) < APART) return;
    this.list.push({ offset: end, lines: lines + 1 });
  }
}
