/**
 * Bytes as they come to blocks of whole lines, each in the place that whoever takes it gives. A line that no block holds
 * is handed over by itself, cut where read/split.ts cuts. Blocks are full but for the last of a text, whatever the size of
 * the pieces that come in: a pipe's 64 KiB cost no more than a file's 256.
 */

import { withoutNuls } from '../../read/split.ts';

/** A longer line loses its end; as read/split.ts keeps of a line. */
export const LONGEST_LINE = 1024 * 1024;
const NEWLINE = 10;

/** Where a block may be put: `size` bytes from `at`, and one more for a newline. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly size: number;
}

export interface BlockTaker {
  /** Room for the next block; what was given before and not taken is given up. */
  place(): Place;
  /** Takes whole lines of the last place: from an address to behind the last newline. */
  take(from: number, to: number): void;
  /** Takes a line without its newline, between the block before and the block after it. */
  takeLong(line: Uint8Array): void;
  /** Everything that was taken is told when this returns. */
  settle(): void;
}

export class BlockFeed {
  /** Bytes seen since the text began, and lines that were longer than {@link LONGEST_LINE} and lost their end. */
  bytes = 0;
  cutLines = 0;
  readonly #taker: BlockTaker;
  #place: Place | null = null;
  /** Bytes in the place. */
  #held = 0;
  /** The pieces of a line longer than a block. */
  #long: Uint8Array[] = [];
  #longBytes = 0;
  #isLong = false;

  constructor(taker: BlockTaker) {
    this.#taker = taker;
  }

  /** Another text begins. */
  begin(): void {
    this.bytes = 0;
    this.cutLines = 0;
    this.#dropRest();
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.filled(part.length);
      at += part.length;
    }
  }

  /** Where the next bytes may be put, at least one; {@link filled} says how many they are. */
  room(): Uint8Array {
    this.#place ??= this.#taker.place();
    const { bytes, at, size } = this.#place;
    return bytes.subarray(at + this.#held, at + size);
  }

  /** So many bytes were put into {@link room}. */
  filled(count: number): void {
    this.bytes += count;
    this.#held += count;
    if (this.#isLong) this.#findEnd();
    if (this.#held === this.#place?.size) this.#hand();
  }

  /** Whether a line has begun that no block holds. */
  get isInLong(): boolean {
    return this.#isLong;
  }

  /**
   * Hands over the whole lines and gives what there is of the next one, at most {@link LONGEST_LINE}, for whoever goes on
   * from there: to be pushed to its feed.
   */
  takeRest(): Uint8Array {
    let rest: Uint8Array = new Uint8Array(0);
    if (this.#isLong) rest = Buffer.concat(this.#long);
    else if (this.#held > 0) {
      const { bytes, at } = this.#place!;
      const end = at + this.#held;
      const stop = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
      rest = bytes.slice(Math.max(stop, at), end);
      if (stop > at) this.#taker.take(at, stop);
    }
    this.#dropRest();
    return rest;
  }

  /** The text is at its end: a last line that has no newline is one all the same. */
  end(): void {
    if (this.#isLong) this.#endLong();
    else if (this.#held > 0) {
      const { bytes, at } = this.#place!;
      if (bytes[at + this.#held - 1] !== NEWLINE) bytes[at + this.#held++] = NEWLINE;
      this.#hand();
    }
    this.#dropRest();
    this.#taker.settle();
  }

  /** The text breaks off: what is there of its last line is dropped. */
  breakOff(): void {
    if (!this.#isLong && this.#held > 0) this.#hand();
    this.#dropRest();
    this.#taker.settle();
  }

  /** Hands the block over and begins the next one with the line that has no end yet. */
  #hand(): void {
    const { bytes, at, size } = this.#place!;
    const end = at + this.#held;
    const stop = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    const rest = bytes.slice(Math.max(stop, at), end);
    this.#held = 0;
    this.#place = null;
    if (stop > at) this.#taker.take(at, stop);
    if (rest.length === 0) return;
    if (rest.length > size / 2) {
      this.#isLong = true;
      this.#keepLong(rest);
      return;
    }
    this.#place = this.#taker.place();
    this.#place.bytes.set(rest, this.#place.at);
    this.#held = rest.length;
  }

  #dropRest(): void {
    this.#held = 0;
    this.#place = null;
    this.#isLong = false;
    this.#long = [];
    this.#longBytes = 0;
  }

  // ---- lines longer than a block

  /** Looks for the end of the line in what was put into the place; what is behind it stays there. */
  #findEnd(): void {
    const { bytes, at } = this.#place!;
    const end = at + this.#held;
    const newline = bytes.subarray(0, end).indexOf(NEWLINE, at);
    this.#keepLong(bytes.slice(at, newline < 0 ? end : newline));
    this.#held = 0;
    if (newline < 0) return;
    const rest = bytes.slice(newline + 1, end);
    this.#endLong();
    if (rest.length === 0) return;
    this.#place = this.#taker.place();
    this.#place.bytes.set(rest, this.#place.at);
    this.#held = rest.length;
  }

  #keepLong(bytes: Uint8Array): void {
    const piece = this.#longBytes <= 1 ? withoutNuls(bytes, this.#long[0]) : bytes;
    const room = LONGEST_LINE - this.#longBytes;
    if (room < 0) return;
    this.#long.push(piece.subarray(0, room));
    this.#longBytes += piece.length;
    if (piece.length <= room) return;
    this.cutLines++;
    this.#longBytes = LONGEST_LINE + 1;
  }

  #endLong(): void {
    const line = Buffer.concat(this.#long);
    this.#dropRest();
    this.#taker.takeLong(line);
  }
}
