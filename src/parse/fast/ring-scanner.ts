/**
 * The scanning side of a ring (ring.ts): blocks to events, in a thread of its own. It knows the forms, but nothing of
 * time zones, connections or the table; all that it keeps of the lines before is the window of the clock and its numbers.
 */
import { shipped } from '../services.ts';
import { BlockFeed, type BlockTaker, type Place } from './block-feed.ts';
import { ByteMachine, type MachineMemory, type MachineModule } from './machine.ts';
import { programClass } from './programs.ts';
import {
  AS_IT_COMES,
  AT_END,
  BROKEN,
  COUNTS,
  CUT_LINES,
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
  type Ring,
  SCANNED,
  STOPPED,
  slotWord,
  TO,
  TO_BE_READ,
  TURN,
} from './ring.ts';

export interface RingScannerOptions {
  readonly module: MachineModule;
  readonly memory: MachineMemory;
  readonly ring: Ring;
  readonly seed: readonly [bigint, bigint];
  /** Reads from an open file into `into`; how many bytes, 0 at its end. */
  read(descriptor: number, into: Uint8Array, position: number | null): number;
  /** Returns when the word is, or may be, another than `value`. */
  wait(word: number, value: number): void;
}

export class RingScanner implements BlockTaker {
  readonly #machine: ByteMachine;
  readonly #options: RingScannerOptions;
  readonly #words: Int32Array;
  readonly #slots: number;
  #slot = 0;
  /** Of the file being read: not told yet. */
  #heads = -1;
  #longLines = 0;
  #bytes = 0;
  #cutLines = 0;

  /** The forms are those that come with the program. */
  constructor(options: RingScannerOptions) {
    const services = shipped();
    this.#options = options;
    this.#words = options.ring.words;
    this.#machine = new ByteMachine(options.module, {
      memory: options.memory,
      forms: services.sshd.forms,
      programClass: (name) => programClass(name, services),
      seed: options.seed,
    });
    this.#slots = this.#machine.exports.slots();
  }

  /** Waits until there is something to do, and does it: one block, or a whole file. */
  step(): void {
    const turn = this.#waitWhile(FREE, SCANNED);
    if (turn === FILLED) {
      const at = slotWord(this.#slot);
      this.#heads = this.#words[at + HEADS]!;
      this.#longLines = this.#words[at + LONG_LINES]!;
      this.take(this.#words[at + FROM]!, this.#words[at + TO]!);
    } else this.#readFile();
  }

  /** What the turn of this slot is when it is neither of two. */
  #waitWhile(one: number, other: number): number {
    const word = slotWord(this.#slot) + TURN;
    for (;;) {
      const turn = Atomics.load(this.#words, word);
      if (turn !== one && turn !== other) return turn;
      this.#options.wait(word, turn);
    }
  }

  #readFile(): void {
    const at = slotWord(this.#slot);
    const words = this.#words;
    const descriptor = words[at + FROM]!;
    const isPipe = words[at + POSITION]! === AS_IT_COMES;
    let position = isPipe ? null : words[at + POSITION]! * 2 ** 30 + words[at + TO]!;
    this.#heads = words[at + HEADS]!;
    this.#longLines = words[at + LONG_LINES]!;
    this.#bytes = 0;
    this.#cutLines = 0;
    const feed = new BlockFeed(this);
    const begun = this.#options.ring.longLine.slice(0, words[at + REST]!);
    feed.push(begun);
    let failure: unknown = null;
    for (;;) {
      const room = feed.room();
      let read = 0;
      try {
        read = this.#options.read(descriptor, room, position);
      } catch (error) {
        failure = error;
      }
      this.#bytes += read;
      if (read === 0) break;
      if (position !== null) position += read;
      feed.filled(read);
      this.#cutLines = feed.cutLines;
    }
    this.#end(failure, feed.takeRest());
  }

  #end(failure: unknown, rest: Uint8Array): void {
    this.#waitFree();
    const at = slotWord(this.#slot);
    const words = this.#words;
    words[at + FROM] = words[at + TO] = words[at + STOPPED] = 0;
    words[at + EVENTS] = 0;
    words[at + HEADS] = this.#heads;
    words[at + LONG_LINES] = this.#longLines;
    words[at + REST] = rest.length;
    this.#options.ring.longLine.set(rest);
    this.#publish(failure === null ? AT_END : BROKEN);
    if (failure !== null) {
      const { code, message } = failure as NodeJS.ErrnoException;
      this.#options.ring.errorText.fill(0).set(Buffer.from(code ?? message).subarray(0, 255));
    }
    this.#next();
  }

  /** A slot that was to be read is the first that the file is read into. */
  #waitFree(): void {
    const word = slotWord(this.#slot) + TURN;
    for (;;) {
      const turn = Atomics.load(this.#words, word);
      if (turn === FREE || turn === TO_BE_READ) return;
      this.#options.wait(word, turn);
    }
  }

  #next(): void {
    const word = slotWord(this.#slot) + TURN;
    this.#slot = (this.#slot + 1) % this.#slots;
    Atomics.store(this.#words, word, SCANNED);
    Atomics.notify(this.#words, word);
  }

  /** What is told with a slot of a file. */
  #publish(state: number): void {
    const at = slotWord(this.#slot);
    this.#words[at + READ_BYTES] = this.#bytes;
    this.#words[at + READ_STATE] = state;
    this.#words[at + CUT_LINES] = this.#cutLines;
    this.#bytes = 0;
  }

  // ---- takes the blocks of the file it reads

  place(): Place {
    this.#waitFree();
    const { exports, bytes, blockSize } = this.#machine;
    return { bytes, at: exports.blockOf(this.#slot), size: blockSize };
  }

  take(from: number, to: number): void {
    const words = this.#words;
    const at = slotWord(this.#slot);
    const { exports } = this.#machine;
    if (this.#heads >= 0) exports.beginFile(this.#heads);
    for (; this.#longLines > 0; this.#longLines--) exports.afterLong();
    this.#heads = -1;
    words[at + TO] = to;
    let start = from;
    for (;;) {
      words[at + FROM] = start;
      exports.useSlot(this.#slot);
      words[at + EVENTS] = exports.scan(start, to);
      start = exports.scannedTo();
      words[at + STOPPED] = start;
      this.#tellNumbers(at);
      if (start === to) break;
      Atomics.store(words, at + TURN, SCANNED);
      Atomics.notify(words, at + TURN);
      this.#waitWhile(SCANNED, SCANNED); // the events are told of
    }
    this.#publish(GOES_ON);
    this.#next();
  }

  takeLong(line: Uint8Array): void {
    this.#waitFree();
    const at = slotWord(this.#slot);
    this.#options.ring.longLine.set(line);
    this.#words[at + EVENTS] = LONG_LINE;
    this.#words[at + STOPPED] = line.length;
    this.#publish(GOES_ON);
    const word = at + TURN;
    this.#next();
    // the line is told of before another may stand in its place
    for (;;) {
      const turn = Atomics.load(this.#words, word);
      if (turn !== SCANNED) break;
      this.#options.wait(word, turn);
    }
    this.#longLines++;
  }

  settle(): void {}

  /** How many numbers there are, and where they say what they stand for. */
  #tellNumbers(at: number): void {
    const { exports } = this.#machine;
    const words = this.#words;
    words[at + COUNTS] = exports.userCount();
    words[at + COUNTS + 1] = exports.sensorCount();
    words[at + COUNTS + 2] = exports.moduleCount();
    words[at + COUNTS + 3] = exports.sourceTextCount();
    words[at + COUNTS + 4] = exports.addressCount();
    words[at + LISTS] = exports.userList();
    words[at + LISTS + 1] = exports.sensorList();
    words[at + LISTS + 2] = exports.moduleList();
    words[at + LISTS + 3] = exports.sourceTextList();
    words[at + LISTS + 4] = exports.addressList();
  }
}
