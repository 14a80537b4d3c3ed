/**
 * One piece of a log, opened: read from a given byte on, plain or through its decompressor. A plain one is held open, so it is
 * read to its end even when it has been renamed, compressed or deleted, and whether it was emptied under the reader (its
 * first bytes are others) is seen before anything read from it is believed.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Compression } from '../decode/decode.ts';
import type { ReadEffects } from '../effects.ts';
import { utf16Of } from '../frames/utf16.ts';
import { LineCursor } from './line-cursor.ts';
import { unpacked } from './pieces.ts';
import {
  type Fingerprint,
  fingerprint,
  HEAD_BYTES,
  type PieceMark,
  type Step,
  withStep,
} from './position.ts';
import { WideText } from './wide-text.ts';

/** What is read at once: 1,300 lines. Less costs system calls, more is memory for each input. */
export const CHUNK_BYTES = 128 * 1024;

/** What is there is no file that a log could be in. `what`: a word for it. */
export class NotAFile extends Error {
  readonly what: string;
  constructor(what: string) {
    super(what);
    this.what = what;
  }
}

export class PlainPiece {
  readonly kind = 'plain';
  readonly path: string;
  readonly id: string;
  cursor: LineCursor;
  steps: readonly Step[] = [];
  readonly #start = new Start();
  /** As of the last look. */
  bytes = 0;
  changed = 0;
  /** The first bytes, as far as they were read, at most {@link HEAD_BYTES}. */
  #head: Buffer;
  readonly #descriptor: number;
  #isOpen = true;

  private constructor(path: string, descriptor: number, id: string, cursor: LineCursor, head: Buffer) {
    this.path = path;
    this.#descriptor = descriptor;
    this.id = id;
    this.cursor = cursor;
    this.#head = head;
    this.look();
  }

  /** Throws {@link NotAFile}, or what the system says. */
  static open(path: string, at: number, skipping: boolean): PlainPiece {
    // a pipe would wait for its writer without O_NONBLOCK
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) throw new NotAFile(kindOf(stats));
      const head = Buffer.alloc(Math.min(at, HEAD_BYTES));
      const read = head.length === 0 ? 0 : readSync(descriptor, head, 0, head.length, 0);
      const cursor = new LineCursor(at, skipping);
      const mark = Buffer.alloc(2);
      cursor.encoding = utf16Of(mark.subarray(0, readSync(descriptor, mark, 0, 2, 0)));
      return new PlainPiece(path, descriptor, `${stats.dev}:${stats.ino}`, cursor, head.subarray(0, read));
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** The next bytes, good until the buffer is used again; null at the end. Throws what the system says. */
  read(buffer: Buffer): Buffer | null {
    const { readAt } = this.cursor;
    const there = readSync(this.#descriptor, buffer, 0, buffer.length, readAt);
    // a file that was empty when it was opened
    if (readAt === 0 && there > 0) this.cursor.encoding = utf16Of(buffer.subarray(0, there));
    // the second byte of a character comes with the next look
    const read = there - (there % this.cursor.unit);
    if (read === 0) return null;
    const chunk = buffer.subarray(0, read);
    if (this.#head.length < HEAD_BYTES && this.#head.length === readAt)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    return chunk;
  }

  /** Looks at its size and time. */
  look(): void {
    const stats = fstatSync(this.#descriptor);
    this.bytes = stats.size;
    this.changed = stats.mtimeMs;
  }

  /** Whether it was emptied or written anew since it was opened: its first bytes are others, or it is shorter than what was read. */
  wasEmptied(): boolean {
    if (this.bytes < this.cursor.readAt) return true;
    if (this.#head.length === 0) return false;
    const now = Buffer.allocUnsafe(this.#head.length);
    const read = readSync(this.#descriptor, now, 0, now.length, 0);
    return !now.subarray(0, read).equals(this.#head);
  }

  /** It became shorter, and what is left is what was read: goes on at its new end. False where that is not what happened. */
  wasShortened(): boolean {
    const { bytes } = this;
    if (bytes === 0 || bytes >= this.cursor.readAt) return false;
    const head = this.#head.subarray(0, bytes);
    const now = Buffer.alloc(head.length);
    if (!now.subarray(0, readSync(this.#descriptor, now, 0, now.length, 0)).equals(head)) return false;
    this.#head = head;
    this.#goTo(bytes, false);
    return true;
  }

  /**
   * Holds what is before the place of the mark against what was there. Where it is not the same (a loss of power took the end of
   * the file, and it was written on since), goes back to the last place before which it is, and says false.
   */
  check(mark: PieceMark): boolean {
    this.steps = mark.steps;
    const [last] = mark.steps;
    if (this.bytes >= mark.at && (last === undefined || last[0] < mark.at || this.#has(last))) return true;
    const good = mark.steps.find((step) => step[0] <= this.bytes && this.#has(step));
    this.steps = good === undefined ? [] : mark.steps.slice(mark.steps.indexOf(good));
    if (good !== undefined) this.#goTo(good[0], false);
    // nothing is known of it but its head: what is new begins with the next line
    else this.#goTo(Math.min(mark.at, this.bytes), mark.at <= this.bytes);
    return false;
  }

  #has([at, bytes, hash]: Step): boolean {
    const there = Buffer.alloc(bytes);
    const read = readSync(this.#descriptor, there, 0, bytes, at - bytes);
    return fingerprint(there.subarray(0, read))[1] === hash;
  }

  get encoding(): ReturnType<typeof utf16Of> {
    const mark = Buffer.alloc(2);
    return utf16Of(mark.subarray(0, readSync(this.#descriptor, mark, 0, 2, 0)));
  }

  #goTo(at: number, skipping: boolean): void {
    const { encoding } = this;
    this.cursor = new LineCursor(at, skipping);
    this.cursor.encoding = encoding;
    this.steps = this.steps.filter((step) => step[0] <= at);
  }

  mark(): PieceMark {
    this.steps = stepsOf(this);
    return markOf(this, this.#start.fingerprint(this.#head, this.cursor.at), this.changed);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

export class PackedPiece {
  readonly kind = 'packed';
  readonly path: string;
  readonly id: string;
  readonly cursor: LineCursor;
  readonly changed: number;
  steps: readonly Step[] = [];
  readonly #start = new Start();
  #head: Buffer = Buffer.alloc(0);
  readonly #chunks: AsyncGenerator<Buffer>;
  #passed = 0;
  #odd: Buffer = Buffer.alloc(0);

  constructor(
    piece: { readonly path: string; readonly id: string; readonly changed: number },
    format: Compression,
    at: number,
    skipping: boolean,
    effects: ReadEffects,
  ) {
    this.path = piece.path;
    this.id = piece.id;
    this.changed = piece.changed;
    this.cursor = new LineCursor(at, skipping);
    this.#chunks = unpacked(piece.path, format, effects);
  }

  /** The next bytes, in a buffer of their own; null at the end. Throws `Damage` or `Trouble`. */
  async read(_buffer: Buffer): Promise<Buffer | null> {
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      const chunk = this.#whole(next.value);
      if (chunk.length === 0) continue;
      if (this.#head.length < HEAD_BYTES)
        this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
      const start = this.#passed;
      this.#passed += chunk.length;
      if (this.#passed <= this.cursor.readAt) continue;
      return start >= this.cursor.readAt ? chunk : chunk.subarray(this.cursor.readAt - start);
    }
  }

  /** Whole characters: of UTF-16 an odd byte waits for the next chunk. */
  #whole(chunk: Buffer): Buffer {
    if (this.#passed === 0 && this.#odd.length === 0) this.cursor.encoding = utf16Of(chunk);
    if (this.cursor.unit === 1) return chunk;
    const all = Buffer.concat([this.#odd, chunk]);
    const whole = all.length & ~1;
    this.#odd = Buffer.from(all.subarray(whole));
    return all.subarray(0, whole);
  }

  mark(): PieceMark {
    this.steps = stepsOf(this);
    return markOf(this, this.#start.fingerprint(this.#head, this.cursor.at), this.changed);
  }

  close(): void {
    this.#chunks.return(undefined).catch(() => {}); // its decompressor may have died already
  }
}

export type OpenPiece = PlainPiece | PackedPiece;

function stepsOf({ cursor, steps }: Pick<OpenPiece, 'cursor' | 'steps'>): readonly Step[] {
  return cursor.skipping ? steps : withStep(steps, cursor.wholeAt, cursor.tail);
}

/** The fingerprint of the first bytes, made once when they are all there. */
class Start {
  #whole: Fingerprint | null = null;

  fingerprint(head: Buffer, at: number): Fingerprint {
    if (this.#whole !== null) return this.#whole;
    const print = fingerprint(head.subarray(0, at));
    if (print[0] === HEAD_BYTES) this.#whole = print;
    return print;
  }
}

function markOf(
  { id, path, cursor, steps }: Pick<OpenPiece, 'id' | 'path' | 'cursor' | 'steps'>,
  head: Fingerprint,
  changed: number,
): PieceMark {
  const { at, skipping } = cursor;
  return {
    id,
    path,
    at,
    skipping,
    head,
    steps,
    changed,
    ...(cursor.hasEnded ? { bytes: at } : {}),
  };
}

function kindOf(stats: Pick<Stats, 'isDirectory' | 'isFIFO' | 'isSocket'>): string {
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
}

/** Bytes up to the end of the last whole line of the file at the path; 0 where there is none. */
export function endOfLines(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return 0; // gone since it was seen, or not to be read
  }
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const encoding = utf16Of(buffer.subarray(0, readSync(descriptor, buffer, 0, 2, 0)));
    const wide = encoding === null ? null : new WideText(encoding);
    let end = fstatSync(descriptor).size;
    if (wide !== null) end -= end % 2;
    while (end > 0) {
      const start = Math.max(0, end - buffer.length);
      const read = readSync(descriptor, buffer, 0, end - start, start);
      const chunk = buffer.subarray(0, read);
      const behind = wide === null ? chunk.lastIndexOf(10) + 1 : wide.behindLast(chunk);
      if (behind > 0) return start + behind;
      end = start;
    }
    return 0;
  } finally {
    closeSync(descriptor);
  }
}
