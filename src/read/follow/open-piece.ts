/**
 * One piece of a log, opened: read from a given byte on, plain or through its decompressor. A plain one is held open, so it is
 * read to its end even when it has been renamed, compressed or deleted, and whether it was emptied under the reader (its
 * first bytes are others) is seen before anything read from it is believed.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Compression } from '../decode/decode.ts';
import type { ReadEffects } from '../effects.ts';
import { LineCursor } from './line-cursor.ts';
import { unpacked } from './pieces.ts';
import { fingerprint, HEAD_BYTES, isEqual, type PieceMark, TAIL_BYTES } from './position.ts';

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
  readonly cursor: LineCursor;
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
      if (!skipping && at > 0) cursor.tail = bytesBefore(descriptor, at);
      return new PlainPiece(path, descriptor, `${stats.dev}:${stats.ino}`, cursor, head.subarray(0, read));
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** The next bytes, good until the buffer is used again; null at the end. Throws what the system says. */
  read(buffer: Buffer): Buffer | null {
    const { readAt } = this.cursor;
    const read = readSync(this.#descriptor, buffer, 0, buffer.length, readAt);
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

  /** Whether the bytes before the place are those that the mark remembers. */
  hasTail(mark: PieceMark): boolean {
    const [bytes] = mark.tail;
    if (bytes === 0) return true;
    const there = Buffer.alloc(bytes);
    const read = readSync(this.#descriptor, there, 0, bytes, mark.at - bytes);
    return isEqual(fingerprint(there.subarray(0, read)), mark.tail);
  }

  mark(): PieceMark {
    return markOf(this, this.#head, this.changed);
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
  #head: Buffer = Buffer.alloc(0);
  readonly #chunks: AsyncGenerator<Buffer>;
  #passed = 0;

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

  /** The next bytes; null at the end. Throws `Damage` or `Trouble`. */
  async read(): Promise<Buffer | null> {
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      const chunk = next.value;
      if (this.#head.length < HEAD_BYTES)
        this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
      const start = this.#passed;
      this.#passed += chunk.length;
      if (this.#passed <= this.cursor.readAt) continue;
      return start >= this.cursor.readAt ? chunk : chunk.subarray(this.cursor.readAt - start);
    }
  }

  mark(): PieceMark {
    return markOf(this, this.#head, this.changed);
  }

  close(): void {
    this.#chunks.return(undefined).catch(() => {}); // its decompressor may have died already
  }
}

export type OpenPiece = PlainPiece | PackedPiece;

function markOf(
  { id, path, cursor }: { readonly id: string; readonly path: string; readonly cursor: LineCursor },
  head: Buffer,
  changed: number,
): PieceMark {
  const { at, skipping, tail } = cursor;
  const atLine = tail.length > 0 && !skipping;
  return {
    id,
    path,
    at,
    skipping,
    head: fingerprint(head.subarray(0, at)),
    tail: fingerprint(atLine ? tail : Buffer.alloc(0)),
    changed,
    ...(cursor.hasEnded ? { bytes: at } : {}),
  };
}

function bytesBefore(descriptor: number, at: number): Buffer {
  const bytes = Buffer.alloc(Math.min(at, TAIL_BYTES));
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, at - bytes.length));
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
    let end = fstatSync(descriptor).size;
    while (end > 0) {
      const start = Math.max(0, end - buffer.length);
      const read = readSync(descriptor, buffer, 0, end - start, start);
      const newline = buffer.subarray(0, read).lastIndexOf(10);
      if (newline >= 0) return start + newline + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(descriptor);
  }
}
