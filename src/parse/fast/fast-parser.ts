/**
 * The fast path: the byte machine reads blocks of a log, and the readable path (log-parser.ts) every line that the machine
 * is not sure of, in its place. Both tell the same connections, which the machine keeps, so that the rows, the
 * counts and the samples are those of the readable path alone.
 *
 * Text comes in as bytes, into the machine's own memory where the caller can ({@link FastParser.room}).
 */
import type { AttemptTableBuilder } from '../../model/table.ts';
import { Envelope } from '../envelope.ts';
import { GroupParser, type LogParser, type ParseCounts, type ParseOptions } from '../log-parser.ts';
import { mayHoldRecord } from '../records/programs.ts';
import { isNameless, isSshd } from '../service.ts';
import { type Services, shipped } from '../services.ts';
import {
  ByteMachine,
  EVENT_BYTES,
  EVENT_END,
  EVENT_UNSURE,
  EVENT_WINDOW,
  type MachineModule,
} from './machine.ts';

/** A longer line is kept by itself until its end comes; as read/split.ts keeps of a line. */
const LONGEST_LINE = 1024 * 1024;
/** Of a line that the next one may repeat. */
const LONGEST_RECALLED = 64 * 1024;
/** Lines of a file that may be the header of a table (records/reader.ts). */
const HEADER_LINES = 3;
const QUARTER = 15 * 60;
const NEWLINE = 10;

/** What the machine takes off a message by itself, see machine/lines.ts. */
const PREFIXES = ['error: ', 'fatal: ', 'monitor fatal: ', 'info: ', 'Critical: '];
const SUFFIXES = [' [preauth]', ' [postauth]'];

export interface FastOptions extends ParseOptions {
  readonly module: MachineModule;
  readonly seed?: readonly [bigint, bigint];
  /** Called with each of the first `textLines` lines of each file. */
  readonly onText?: (text: string) => void;
  readonly textLines?: number;
}

/** Takes bytes instead of lines; otherwise as {@link LogParser}. */
export class FastParser implements Omit<LogParser, 'line'> {
  /** Bytes seen so far, and lines that were longer than 1 MiB and lost their end, since the file began. */
  bytes = 0;
  cutLines = 0;
  lines = 0;
  /** Lines that were left to the readable path. */
  left = 0;
  readonly #builder: AttemptTableBuilder;
  readonly #machine: ByteMachine;
  readonly #parser: GroupParser;
  readonly #onText: ((text: string) => void) | null;
  readonly #textLines: number;
  #textLeft = 0;
  /** Bytes in the block: those of a line that has no end yet. */
  #held = 0;
  #isPlain = true;
  /** Whether the lines of the window are counted from its beginning; else each is read by itself. */
  #isSteady = false;
  #secondOfDay = 0;
  #sensor = 0;
  #sensorName: string | null = null;
  /** Whether the last line was read by the machine, and what it was, if it is not in the block any more. */
  #wasMachine = false;
  #tail: Uint8Array = new Uint8Array(0);
  /** The pieces of a line longer than the block. */
  #long: Uint8Array[] = [];
  #longBytes = 0;
  #isLong = false;
  // numbers of the builder by the machine's; 0: none yet
  #users: Uint32Array = new Uint32Array(1024);
  #addresses: Uint32Array = new Uint32Array(1024);
  #sourceTexts: Uint32Array = new Uint32Array(1024);
  #sensors: Uint32Array = new Uint32Array(64);
  /** Rows of the builder by the machine's: the machine's from `from` on are `by` further on. */
  readonly #shifts: { readonly from: number; readonly by: number }[] = [];
  #machineRows = 0;

  /** Whether the machine is made for these services: see machine/lines.ts for what it takes for granted. */
  static reads(services: Services = shipped()): boolean {
    const { prefixes, suffixes } = services.sshd;
    const pam = services.all.find(({ name }) => name === 'pam');
    return (
      prefixes.join('|') === PREFIXES.join('|') &&
      suffixes.join('|') === SUFFIXES.join('|') &&
      (pam?.forms ?? []).every(
        ({ compiled }) =>
          !compiled.ofModule || /^<pam[^>]*> (?:authentication failure|<count> more )/.test(compiled.text),
      )
    );
  }

  /** Throws where the module does not run here, or is not made for the services: ask {@link reads}. */
  constructor(options: FastOptions, builder: AttemptTableBuilder) {
    this.#builder = builder;
    const services = options.services ?? shipped();
    if (!FastParser.reads(services)) throw new Error('the byte machine is not made for these forms');
    this.#machine = new ByteMachine(options.module, {
      forms: services.sshd.forms,
      programClass: (name) => programClass(name, services),
      onRows: () => this.#takeRows(),
      seed: options.seed ?? [0n, 0n],
    });
    const machine = this.#machine;
    this.#parser = new GroupParser({ ...options, services }, builder, {
      tell: (sensor, pid, time, reading) => {
        machine.tell(sensor, pid, time, reading);
        this.#takeRows();
      },
      finish: () => {
        machine.exports.finish();
        this.#takeRows();
      },
      get replayedLines() {
        return machine.exports.replayed();
      },
    });
    this.#onText = options.onText ?? null;
    this.#textLines = options.textLines ?? 0;
  }

  beginFile(file: { readonly name: string; readonly group: string }): void {
    this.#parser.beginFile(file);
    this.#machine.exports.beginFile(HEADER_LINES);
    this.#textLeft = this.#textLines;
    this.#held = 0;
    this.#isPlain = true;
    this.#isSteady = false;
    this.#wasMachine = false;
    this.#tail = new Uint8Array(0);
    this.#isLong = false;
    this.#dropLong();
    this.bytes = 0;
    this.cutLines = 0;
    this.lines = 0;
  }

  /** Where the next bytes may be put, at least one; {@link filled} says how many they are. */
  room(): Uint8Array {
    const machine = this.#machine;
    machine.refresh();
    return machine.bytes.subarray(machine.blockAt + this.#held, machine.blockAt + machine.blockSize);
  }

  /** So many bytes were put into {@link room}. */
  filled(count: number): void {
    this.bytes += count;
    const machine = this.#machine;
    machine.refresh();
    const { bytes, blockAt } = machine;
    let start = blockAt;
    const end = blockAt + this.#held + count;
    if (this.#isLong) {
      const newline = bytes.indexOf(NEWLINE, start);
      const isOver = newline >= 0 && newline < end;
      this.#keepLong(bytes.subarray(start, isOver ? newline : end));
      if (!isOver) {
        this.#held = 0;
        return;
      }
      this.#endLong();
      start = newline + 1;
    }
    const last = bytes.lastIndexOf(NEWLINE, end - 1);
    if (last >= start) {
      this.#block(start, last + 1);
      machine.refresh();
      start = last + 1;
    }
    this.#held = end - start;
    if (this.#held === machine.blockSize || (start > blockAt && this.#held > machine.blockSize / 2)) {
      this.#isLong = true;
      this.#keepLong(machine.bytes.subarray(start, end));
      this.#held = 0;
    } else if (start > blockAt && this.#held > 0) machine.bytes.copyWithin(blockAt, start, end);
  }

  /** Takes bytes that stand elsewhere. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.filled(part.length);
      at += part.length;
    }
  }

  /** The file is at its end: a last line that has no newline is one all the same. */
  end(): void {
    if (this.#isLong) {
      this.#endLong();
      return;
    }
    if (this.#held === 0) return;
    const machine = this.#machine;
    machine.refresh();
    machine.bytes[machine.blockAt + this.#held] = NEWLINE;
    const end = machine.blockAt + this.#held + 1;
    this.#held = 0;
    this.#block(machine.blockAt, end);
  }

  get serviceLines(): number {
    return this.#parser.serviceLines;
  }

  endGroup(): void {
    this.#parser.endGroup();
  }

  finish(): ParseCounts {
    return this.#parser.finish();
  }

  /** Whole lines, from an address to behind the last newline. */
  #block(from: number, to: number): void {
    const machine = this.#machine;
    if (this.#textLeft > 0) this.#tellText(from, to);
    let start = from;
    while (start < to) {
      if (!this.#isPlain) {
        this.#readLines(start, to);
        return;
      }
      const count = machine.exports.scan(start, to);
      machine.refresh();
      const end = machine.exports.scannedTo();
      this.#apply(start, end, count);
      start = end;
    }
  }

  /** Goes through the events of one scan. */
  #apply(origin: number, end: number, count: number): void {
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
        this.#readLines(from, origin + offset);
        from = -1;
        if (kind === EVENT_END) break;
        if (!this.#isPlain) {
          this.#readLines(origin + offset, end);
          break;
        }
      } else this.#catchUp(at);
      if (kind === EVENT_END) {
        this.#keepTail(view.getInt32(at + 28, true), origin, end);
        break;
      }
      const length = view.getUint32(at + 12, true);
      if (kind === EVENT_WINDOW) {
        if (!this.#beginWindow(origin + offset, length)) from = origin + offset;
      } else {
        const before = view.getInt32(at + 28, true);
        this.#readLine(origin + offset, length, before < 0 ? -1 : origin + before);
        if (!this.#isPlain) {
          this.#readLines(origin + offset + length + 1, end);
          break;
        }
      }
      if (i >= count) throw new Error('the events of a block have no end');
    }
    this.#takeRows();
  }

  /** What the machine has read up to an event: rows, counts, and where the clock stands. */
  #catchUp(at: number): void {
    this.#takeRows();
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
  #beginWindow(at: number, stampLength: number): boolean {
    const machine = this.#machine;
    const { bytes } = machine;
    // the stamp, and a host and a tag of ours: no more of the line is needed
    const stamp = latin1Of(bytes.subarray(at, at + stampLength));
    const window = this.#parser.beginWindow(`${stamp} h p[1]: m`, stampLength);
    this.#isSteady = !Number.isNaN(window.time);
    if (!this.#isSteady) return false;
    const intoWindow = window.second % QUARTER;
    this.#secondOfDay = window.second - intoWindow;
    machine.exports.setBase(window.time - intoWindow);
    return true;
  }

  /** One line that the machine left to the readable path. */
  #readLine(at: number, length: number, before: number): void {
    const text = this.#textOf(at, at + length);
    if (this.#wasMachine && text.includes('last message repeated ')) {
      if (before >= 0) this.#parser.recall(this.#textOf(before, at - 1));
      else if (this.#tail.length > 0) this.#parser.recall(decoded(this.#tail));
    }
    this.#wasMachine = false;
    this.#tell(text);
  }

  /** Every line between two addresses by the readable path. */
  #readLines(from: number, to: number): void {
    this.#takeRows();
    // the memory may move while lines are read
    const lines = decoded(this.#machine.bytes.slice(from, to));
    let start = 0;
    while (start < lines.length) {
      const end = lines.indexOf('\n', start);
      const stop = end < 0 ? lines.length : end;
      this.#wasMachine = false;
      this.#tell(lines.slice(start, stop));
      start = stop + 1;
    }
  }

  #tell(text: string): void {
    this.lines++;
    this.left++;
    this.#parser.line(text.endsWith('\r') ? text.slice(0, -1) : text);
    this.#isPlain = this.#parser.isPlain;
  }

  #textOf(from: number, to: number): string {
    return decoded(this.#machine.bytes.subarray(from, to));
  }

  #keepTail(before: number, origin: number, end: number): void {
    if (!this.#wasMachine || before < 0) return;
    const from = origin + before;
    this.#tail = end - from > LONGEST_RECALLED ? new Uint8Array(0) : this.#machine.bytes.slice(from, end - 1);
  }

  #tellText(from: number, to: number): void {
    const { bytes } = this.#machine;
    let start = from;
    while (start < to && this.#textLeft > 0) {
      const end = bytes.indexOf(NEWLINE, start);
      this.#textLeft--;
      this.#onText?.(this.#textOf(start, Math.min(end, start + LONGEST_RECALLED)));
      start = end + 1;
    }
  }

  // ---- lines longer than the block

  #keepLong(piece: Uint8Array): void {
    const room = LONGEST_LINE - this.#longBytes;
    if (this.#longBytes <= LONGEST_LINE && piece.length > 0) {
      if (room > 0) this.#long.push(piece.slice(0, room));
      this.#longBytes += piece.length;
    }
  }

  #endLong(): void {
    this.#isLong = false;
    const isCut = this.#longBytes > LONGEST_LINE;
    if (isCut) this.cutLines++;
    const text = decoded(Buffer.concat(this.#long));
    this.#dropLong();
    this.#takeRows();
    this.#wasMachine = false;
    if (this.#textLeft > 0) {
      this.#textLeft--;
      this.#onText?.(text.slice(0, LONGEST_RECALLED));
    }
    this.#tell(text);
    // its stamp may be of another window
    this.#machine.exports.beginFile(Math.max(0, HEADER_LINES - this.lines));
    this.#isSteady = false;
  }

  #dropLong(): void {
    this.#long = [];
    this.#longBytes = 0;
  }

  // ---- rows

  /** Rows of the machine, and changes of rows, into the builder, in the order in which they were told. */
  #takeRows(): void {
    const machine = this.#machine;
    const count = machine.exports.rowsReady();
    const amends = machine.exports.amendsReady();
    if (count === 0 && amends === 0) return;
    machine.refresh();
    const { buffer } = machine.bytes;
    let done = 0;
    if (amends > 0) {
      const records = new Uint32Array(buffer, machine.amendsAt, amends * 4);
      for (let i = 0; i < amends * 4; i += 4) {
        this.#append(done, records[i + 3]!);
        done = records[i + 3]!;
        const codes = records[i + 2]!;
        const user = this.#userOf(records[i + 1]!);
        this.#builder.amend(this.#rowOf(records[i]!), user, (codes >>> 8) & 255, (codes >>> 16) & 255);
      }
    }
    this.#append(done, count);
    machine.exports.rowsTaken();
  }

  /** Rows of the machine's columns, as the builder numbers what they say. */
  #append(from: number, to: number): void {
    const count = to - from;
    if (count === 0) return;
    const { rowsAt, mostRows, bytes } = this.#machine;
    const column = (i: number) =>
      new Uint32Array(bytes.buffer, rowsAt + mostRows * (8 + 4 * i) + 4 * from, count);
    const time = new Float64Array(bytes.buffer, rowsAt + 8 * from, count);
    const source = column(0);
    const user = column(1);
    const sensor = column(2);
    const users = this.#users;
    const addresses = this.#addresses;
    for (let i = 0; i < count; i++) {
      const code = source[i]!;
      const number = code >>> 2;
      const known = (code & 2) === 0 && number < addresses.length ? addresses[number]! : 0;
      source[i] = known !== 0 ? known - 1 : this.#sourceOf(code);
      const name = user[i]!;
      const id = name < users.length ? users[name]! : 0;
      user[i] = id !== 0 ? id : this.#userOf(name);
      sensor[i] = this.#sensorOf(sensor[i]!);
    }
    const by = this.#builder.length - this.#machineRows;
    if (this.#shifts.at(-1)?.by !== by) this.#shifts.push({ from: this.#machineRows, by });
    this.#machineRows += count;
    this.#builder.appendColumns(time, source, user, sensor, column(3));
  }

  /** The builder's row for one of the machine's. */
  #rowOf(row: number): number {
    const shifts = this.#shifts;
    let low = 0;
    let high = shifts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (shifts[middle]!.from <= row) low = middle;
      else high = middle - 1;
    }
    return row + shifts[low]!.by;
  }

  #userOf(number: number): number {
    if (number === 0) return 0;
    if (number >= this.#users.length) this.#users = doubled(this.#users, number);
    const known = this.#users[number]!;
    if (known !== 0) return known;
    const id = this.#builder.userId(this.#machine.userText(number));
    this.#users[number] = id;
    return id;
  }

  #sourceOf(code: number): number {
    const number = code >>> 2;
    const isText = (code & 2) !== 0;
    let ids = isText ? this.#sourceTexts : this.#addresses;
    if (number >= ids.length) {
      ids = doubled(ids, number);
      if (isText) this.#sourceTexts = ids;
      else this.#addresses = ids;
    }
    const known = ids[number]!;
    if (known !== 0) return known - 1;
    const id = this.#builder.sources.id(this.#machine.sourceTextOf(code));
    ids[number] = id + 1;
    return id;
  }

  #sensorOf(number: number): number {
    if (number >= this.#sensors.length) this.#sensors = doubled(this.#sensors, number);
    const known = this.#sensors[number]!;
    if (known !== 0) return known - 1;
    const id = this.#builder.sensorId(this.#machine.sensorText(number));
    this.#sensors[number] = id + 1;
    return id;
  }
}

function doubled(numbers: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.max(numbers.length * 2, least + 1));
  larger.set(numbers);
  return larger;
}

/** As read/split.ts decodes: what is not UTF-8 becomes U+FFFD. */
function decoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** What lines of a program are for the machine: 0 of no service but PAM, 1 sshd's, 2 to be read by the other path. */
function programClass(name: string, services: Services): number {
  const envelope = new Envelope();
  envelope.read(`Nov 11 11:11:11 h ${name}[1]: m`);
  if (envelope.text.slice(envelope.programStart, envelope.programEnd) !== name) return 2;
  if (isSshd(envelope)) return 1;
  if (isNameless(envelope) || mayHoldRecord(envelope) || services.isProgram(name)) return 2;
  return 0;
}
