/**
 * Who takes the blocks of a log: one thread that scans each and tells of it before the next, or two, of which another scans
 * while this one tells of what is scanned. Both tell the same reader the same events in the same order.
 */

import type { BlockTaker, Place } from './block-feed.ts';
import type { BlockReader } from './block-reader.ts';
import { type ByteMachine, EVENT_BYTES } from './machine.ts';
import {
  AS_IT_COMES,
  BROKEN,
  COUNTS,
  CUT_LINES,
  type Elsewhere,
  EVENTS,
  FILLED,
  FREE,
  FROM,
  GOES_ON,
  HEADS,
  LISTS,
  LONG_LINE,
  LONG_LINES,
  POSITION,
  READ_BYTES,
  READ_STATE,
  REST,
  STOPPED,
  slotWord,
  TO,
  TO_BE_READ,
  TURN,
} from './ring.ts';

/** A file of plain text that is open, or a pipe. */
export interface OpenText {
  readonly descriptor: number;
  /** Where the first byte is that is wanted; null: it is a pipe, read as it comes. */
  readonly position: number | null;
  /** Told of bytes as they are read. */
  readonly onBytes: (count: number) => void;
  /** Reads from it in this thread; how many bytes, 0 at its end. Throws what the system says. */
  readonly read: (into: Uint8Array, position: number | null) => number;
}

/** What a file came to that another thread has read. */
export interface ReadThrough {
  readonly bytes: number;
  readonly cutLines: number;
  /** Code of the error that it ended with; null: it was read to its end. */
  readonly error: string | null;
  /** What there was of a line behind the last newline. */
  readonly rest: Uint8Array;
}

/** What another thread is to read: behind `begun`, the beginning of a line, the rest of a file. */
export interface ToBeRead extends Omit<OpenText, 'read'> {
  readonly begun: Uint8Array;
}

/** The last of the lists of numbers; those before are of texts: users, sensors, modules, source texts. */
const ADDRESSES = 4;
const NOTHING = new Uint8Array(0);
/** A block is scanned in a thousandth of a second: whoever is silent for a minute has died. */
const MOST_SECONDS = 60;

/** A taker to which files begin. */
export interface FileTaker extends BlockTaker {
  /** Another text begins, or goes on, of which so many lines from here on may be the header of a table. */
  beginFile(heads: number): void;
}

/** Scans here, a block at a time. */
export class HereTaker implements FileTaker {
  readonly #machine: ByteMachine;
  readonly #reader: BlockReader;

  constructor(machine: ByteMachine, reader: BlockReader) {
    this.#machine = machine;
    this.#reader = reader;
  }

  beginFile(heads: number): void {
    this.#machine.exports.beginFile(heads);
  }

  place(): Place {
    const { bytes, blockAt, blockSize } = this.#machine;
    return { bytes, at: blockAt, size: blockSize };
  }

  take(from: number, to: number): void {
    const { exports, bytes } = this.#machine;
    const reader = this.#reader;
    reader.show(bytes, from, to);
    let start = from;
    while (start < to && reader.isPlain) {
      const count = exports.scan(start, to);
      const end = exports.scannedTo();
      reader.apply(bytes, start, end, count);
      start = end;
    }
    if (start < to) reader.readLines(bytes, start, to);
  }

  takeLong(line: Uint8Array): void {
    this.#reader.readLong(line);
    this.#machine.exports.afterLong();
  }

  settle(): void {}
}

/** Hands blocks to a thread that scans them, and tells of those that it has scanned. */
export class RingTaker implements FileTaker {
  readonly #machine: ByteMachine;
  readonly #reader: BlockReader;
  readonly #other: Elsewhere;
  readonly #slots: number;
  /** The other machine's memory, by bytes and by numbers. */
  #bytes: Uint8Array;
  #numbers: Uint32Array;
  /** The slot to fill next, and how many before it are not free. */
  #next = 0;
  #busy = 0;
  #heads = -1;
  #longLines = 0;
  /** Numbers of the other machine that this one has. */
  readonly #adopted = new Uint32Array(5);

  constructor(machine: ByteMachine, reader: BlockReader, other: Elsewhere) {
    this.#machine = machine;
    this.#reader = reader;
    this.#other = other;
    this.#slots = machine.exports.slots();
    this.#bytes = new Uint8Array(other.memory.buffer);
    this.#numbers = new Uint32Array(this.#bytes.buffer);
  }

  beginFile(heads: number): void {
    this.#heads = heads;
    this.#longLines = 0;
  }

  /** A place; one slot stays free, so that the scanner has work while this thread tells of the oldest. */
  place(): Place {
    while (this.#busy >= this.#slots - 1) this.#tellOldest();
    // the other machine's blocks stand where this one's do
    const at = this.#machine.exports.blockOf(this.#next);
    return { bytes: this.#bytes, at, size: this.#machine.blockSize };
  }

  take(from: number, to: number): void {
    const { words } = this.#other;
    const at = slotWord(this.#next);
    words[at + FROM] = from;
    words[at + TO] = to;
    this.#begin(at, FILLED);
    this.#next = (this.#next + 1) % this.#slots;
    this.#busy++;
  }

  takeLong(line: Uint8Array): void {
    this.settle();
    this.#reader.readLong(line);
    this.#longLines++;
  }

  settle(): void {
    while (this.#busy > 0) this.#tellOldest();
  }

  /** Has the other thread read a file, and tells of it. */
  readFile({ descriptor, position, begun, onBytes }: ToBeRead): ReadThrough {
    this.settle();
    const { words, longLine } = this.#other;
    const first = slotWord(this.#next);
    words[first + FROM] = descriptor;
    words[first + TO] = (position ?? 0) % 2 ** 30;
    words[first + POSITION] = position === null ? AS_IT_COMES : Math.floor(position / 2 ** 30);
    words[first + REST] = begun.length;
    longLine.set(begun);
    this.#begin(first, TO_BE_READ);
    let bytes = 0;
    for (let turn = TO_BE_READ; ; turn = FREE) {
      const at = slotWord(this.#next);
      this.#waitWhile(at, turn, Number.POSITIVE_INFINITY); // for the disk, as long as it takes
      if (words[at + EVENTS] === LONG_LINE) this.#reader.readLong(longLine.slice(0, words[at + STOPPED]!));
      else if (words[at + EVENTS]! > 0) this.#tell(this.#next);
      const count = words[at + READ_BYTES]!;
      const state = words[at + READ_STATE]!;
      const rest = state === GOES_ON ? NOTHING : longLine.slice(0, words[at + REST]!);
      if (state !== GOES_ON) {
        // what the scanner has not told its machine is told with the next block
        this.#heads = words[at + HEADS]!;
        this.#longLines = words[at + LONG_LINES]!;
      }
      bytes += count;
      onBytes(count);
      this.#turn(at, FREE);
      this.#next = (this.#next + 1) % this.#slots;
      if (state === GOES_ON) continue;
      return {
        bytes,
        cutLines: words[at + CUT_LINES]!,
        error: state === BROKEN ? this.#errorText() : null,
        rest,
      };
    }
  }

  #errorText(): string {
    return Buffer.from(this.#other.errorText).toString('utf8').replace(/\0+$/, '');
  }

  #begin(at: number, turn: number): void {
    const { words } = this.#other;
    words[at + HEADS] = this.#heads;
    words[at + LONG_LINES] = this.#longLines;
    this.#heads = -1;
    this.#longLines = 0;
    this.#turn(at, turn);
  }

  #turn(at: number, turn: number): void {
    Atomics.store(this.#other.words, at + TURN, turn);
    this.#other.notify(at + TURN);
  }

  #waitWhile(at: number, turn: number, seconds: number): void {
    while (Atomics.load(this.#other.words, at + TURN) === turn) this.#other.wait(at + TURN, turn, seconds);
  }

  /** Tells of the block that was filled first, when it is scanned. */
  #tellOldest(): void {
    const slot = (this.#next + this.#slots - this.#busy) % this.#slots;
    const at = slotWord(slot);
    this.#waitWhile(at, FILLED, MOST_SECONDS);
    this.#tell(slot);
    this.#turn(at, FREE);
    this.#busy--;
  }

  /** Tells of a block that is scanned, in as many turns as it takes. */
  #tell(slot: number): void {
    const { words } = this.#other;
    const reader = this.#reader;
    const at = slotWord(slot);
    reader.show(this.#bytes, words[at + FROM]!, words[at + TO]!);
    for (;;) {
      const from = words[at + FROM]!;
      const stopped = words[at + STOPPED]!;
      if (reader.isPlain) {
        this.#adoptEvents(slot, words[at + EVENTS]!);
        reader.apply(this.#bytes, from, stopped, words[at + EVENTS]!);
      } else reader.readLines(this.#bytes, from, stopped);
      if (stopped === words[at + TO]!) return;
      this.#turn(at, FILLED);
      this.#waitWhile(at, FILLED, MOST_SECONDS);
    }
  }

  /** The events of a slot into this machine's own, with its own numbers. */
  #adoptEvents(slot: number, count: number): void {
    const { exports } = this.#machine;
    const { words } = this.#other;
    const at = slotWord(slot);
    for (let kind = 0; kind < this.#adopted.length; kind++)
      this.#adopt(kind, words[at + COUNTS + kind]!, words[at + LISTS + kind]! >>> 0);
    this.#machine.refresh();
    const events = exports.eventsOf(slot);
    this.#machine.bytes.set(
      this.#bytes.subarray(events, events + count * EVENT_BYTES),
      this.#machine.eventsAt,
    );
    exports.adopt(count);
  }

  /** What the numbers stand for that the other machine has given since the last time. */
  #adopt(kind: number, count: number, list: number): void {
    const from = this.#adopted[kind]! + 1;
    if (count < from) return;
    this.#adopted[kind] = count;
    const machine = this.#machine;
    const { exports } = machine;
    const first = list >>> 2;
    this.#see(list + 8 * (count + 1));
    if (kind === ADDRESSES) {
      for (let number = from; number <= count; number++) exports.adoptAddress(this.#numbers[first + number]!);
      return;
    }
    for (let number = from; number <= count; number++) {
      const at = this.#numbers[first + 2 * number]!;
      const length = this.#numbers[first + 2 * number + 1]!;
      this.#see(at + length);
      machine.putBytes(this.#bytes, at, length);
      if (kind === 0) exports.adoptUser(length);
      else if (kind === 1) exports.adoptSensor(length);
      else if (kind === 2) exports.adoptModule(length);
      else exports.adoptSourceText(length);
    }
  }

  /** Sees the other machine's memory up to `end`, at least: it may have grown. */
  #see(end: number): void {
    while (this.#bytes.length < end) this.#bytes = new Uint8Array(this.#other.memory.buffer);
    if (this.#numbers.buffer !== this.#bytes.buffer) this.#numbers = new Uint32Array(this.#bytes.buffer);
  }
}
