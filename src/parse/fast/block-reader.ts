/**
 * The events of a block told to the connections, in their order, and every line that the machine left to the readable
 * path read by that, in its place. The events may be of this thread's machine or have come from another's: the numbers in
 * them are this one's, the bytes stand where the scan has seen them.
 */
import type { GroupParser } from '../log-parser.ts';
import { type ByteMachine, EVENT_BYTES, EVENT_END, EVENT_UNSURE, EVENT_WINDOW } from './machine.ts';
import type { MachineRows } from './machine-rows.ts';

/** Of a line that the next one may repeat. */
const LONGEST_RECALLED = 64 * 1024;
const QUARTER = 15 * 60;
const NEWLINE = 10;

export interface TextOptions {
  /** Called with each of the first `textLines` lines of each file. */
  readonly onText?: (text: string) => void;
  readonly textLines?: number;
}

export class BlockReader {
  /** Lines since the file began. */
  lines = 0;
  /** Lines that were left to the readable path, of all files. */
  left = 0;
  readonly #machine: ByteMachine;
  readonly #parser: GroupParser;
  readonly #rows: MachineRows;
  readonly #onText: ((text: string) => void) | null;
  readonly #textLines: number;
  #textLeft = 0;
  #isPlain = true;
  /** Whether the lines of the window are counted from its beginning; else each is read by itself. */
  #isSteady = false;
  #secondOfDay = 0;
  #sensor = 0;
  #sensorName: string | null = null;
  /** Whether the last line was read by the machine, and what it was, if it is not in the block any more. */
  #wasMachine = false;
  #tail: Uint8Array = new Uint8Array(0);

  constructor(machine: ByteMachine, parser: GroupParser, rows: MachineRows, texts: TextOptions) {
    this.#machine = machine;
    this.#parser = parser;
    this.#rows = rows;
    this.#onText = texts.onText ?? null;
    this.#textLines = texts.textLines ?? 0;
  }

  beginFile(): void {
    this.lines = 0;
    this.#textLeft = this.#textLines;
    this.#isPlain = true;
    this.#isSteady = false;
    this.#wasMachine = false;
    this.#tail = new Uint8Array(0);
  }

  /** Whether lines stand for themselves, so that events count; behind the header of a table they do not. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** A block begins: its first lines are shown to whoever looks at the first lines of a file. */
  show(bytes: Uint8Array, from: number, to: number): void {
    let start = from;
    while (start < to && this.#textLeft > 0) {
      const end = bytes.indexOf(NEWLINE, start);
      this.#textLeft--;
      this.#onText?.(decoded(bytes, start, Math.min(end, start + LONGEST_RECALLED)));
      start = end + 1;
    }
  }

  /** Goes through the events of one scan of `origin` to `end`, `count` of them in the machine's first slot. */
  apply(bytes: Uint8Array, origin: number, end: number, count: number): void {
    const machine = this.#machine;
    const { exports } = machine;
    // where lines that are read one by one begin; -1 while the machine's events count
    let from = this.#isSteady || !this.#isPlain ? -1 : origin;
    for (let i = 0; ; i++) {
      if (from < 0) i = exports.apply(i);
      machine.refresh();
      const { view } = machine;
      const at = machine.eventsAt + i * EVENT_BYTES;
      const kind = view.getUint8(at);
      if (kind !== EVENT_WINDOW && kind !== EVENT_UNSURE && kind !== EVENT_END) continue;
      const offset = view.getUint32(at + 8, true);
      if (from >= 0) {
        if (kind === EVENT_UNSURE) continue;
        this.readLines(bytes, from, origin + offset);
        from = -1;
        if (kind === EVENT_END) break;
        if (!this.#isPlain) {
          this.readLines(bytes, origin + offset, end);
          break;
        }
      } else this.#catchUp(at);
      if (kind === EVENT_END) {
        this.#keepTail(bytes, view.getInt32(at + 28, true), origin, end);
        break;
      }
      const length = view.getUint32(at + 12, true);
      if (kind === EVENT_WINDOW) {
        if (!this.#beginWindow(bytes, origin + offset, length)) from = origin + offset;
      } else {
        const before = view.getInt32(at + 28, true);
        this.#readLine(bytes, origin + offset, length, before < 0 ? -1 : origin + before);
        if (!this.#isPlain) {
          this.readLines(bytes, origin + offset + length + 1, end);
          break;
        }
      }
      if (i >= count) throw new Error('the events of a block have no end');
    }
  }

  /** Every line between two addresses by the readable path. */
  readLines(bytes: Uint8Array, from: number, to: number): void {
    this.#rows.take();
    const lines = decoded(bytes, from, to);
    let start = 0;
    while (start < lines.length) {
      const end = lines.indexOf('\n', start);
      const stop = end < 0 ? lines.length : end;
      this.#wasMachine = false;
      this.#tell(lines.slice(start, stop));
      start = stop + 1;
    }
  }

  /** A line that no block holds. */
  readLong(line: Uint8Array): void {
    const text = decoded(line, 0, line.length);
    this.#rows.take();
    this.#wasMachine = false;
    if (this.#textLeft > 0) {
      this.#textLeft--;
      this.#onText?.(text.slice(0, LONGEST_RECALLED));
    }
    this.#tell(text);
    // its stamp may be of another window
    this.#isSteady = false;
  }

  /** What the machine has read up to an event: counts, and where the clock stands. */
  #catchUp(at: number): void {
    const { view } = this.#machine;
    const lines = view.getUint32(at + 16, true);
    const sensor = view.getUint32(at + 24, true);
    if (sensor !== 0 && sensor !== this.#sensor) {
      this.#sensor = sensor;
      this.#sensorName = this.#machine.sensorText(sensor);
    }
    if (lines > 0) {
      this.lines += lines;
      this.#wasMachine = true;
    }
    this.#parser.passOver(lines, view.getUint32(at + 20, true), sensor === 0 ? null : this.#sensorName);
    const greatest = view.getInt16(at + 2, true);
    const latest = view.getInt16(at + 4, true);
    if (greatest < 0) return;
    if (greatest !== latest) this.#parser.seeSecond(this.#secondOfDay + greatest);
    this.#parser.seeSecond(this.#secondOfDay + latest);
  }

  /** Whether the machine can count the times of a window from its first line, at `at`. */
  #beginWindow(bytes: Uint8Array, at: number, stampLength: number): boolean {
    // the stamp, and a host and a tag of ours: no more of the line is needed
    const stamp = Buffer.from(bytes.buffer, bytes.byteOffset + at, stampLength).toString('latin1');
    const window = this.#parser.beginWindow(`${stamp} h p[1]: m`, stampLength);
    this.#isSteady = !Number.isNaN(window.time);
    if (!this.#isSteady) return false;
    const intoWindow = window.second % QUARTER;
    this.#secondOfDay = window.second - intoWindow;
    this.#machine.exports.setBase(window.time - intoWindow);
    return true;
  }

  /** One line that the machine left to the readable path. */
  #readLine(bytes: Uint8Array, at: number, length: number, before: number): void {
    const text = decoded(bytes, at, at + length);
    if (this.#wasMachine && text.includes('last message repeated ')) {
      if (before >= 0) this.#parser.recall(decoded(bytes, before, at - 1));
      else if (this.#tail.length > 0) this.#parser.recall(decoded(this.#tail, 0, this.#tail.length));
    }
    this.#wasMachine = false;
    this.#rows.take(); // those of the lines before it come first
    this.#tell(text);
  }

  #tell(text: string): void {
    this.lines++;
    this.left++;
    this.#parser.line(text.endsWith('\r') ? text.slice(0, -1) : text);
    this.#isPlain = this.#parser.isPlain;
  }

  #keepTail(bytes: Uint8Array, before: number, origin: number, end: number): void {
    if (!this.#wasMachine || before < 0) return;
    const from = origin + before;
    this.#tail = end - from > LONGEST_RECALLED ? new Uint8Array(0) : bytes.slice(from, end - 1);
  }
}

/** As read/split.ts decodes: what is not UTF-8 becomes U+FFFD. */
function decoded(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}
