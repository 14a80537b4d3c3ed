/**
 * The fast path: the byte machine reads blocks of a log, and the readable path (log-parser.ts) every line that the machine
 * is not sure of, in its place. Both tell the same connections, which the machine keeps, so that the rows, the
 * counts and the samples are those of the readable path alone.
 *
 *     bytes -> block-feed.ts -> takers.ts: scanned here or in another thread -> block-reader.ts -> machine-rows.ts
 */
import type { AttemptTableBuilder } from '../../model/table.ts';
import { GroupParser, type LogParser, type ParseCounts, type ParseOptions } from '../log-parser.ts';
import { type Services, shipped } from '../services.ts';
import { BlockFeed, type BlockTaker, type Place } from './block-feed.ts';
import { BlockReader, type TextOptions } from './block-reader.ts';
import { ByteMachine, type MachineModule } from './machine.ts';
import { MachineRows } from './machine-rows.ts';
import { programClass } from './programs.ts';
import type { Elsewhere } from './ring.ts';
import { type FileTaker, HereTaker, type OpenText, RingTaker } from './takers.ts';

/** Lines of a file that may be the header of a table (records/reader.ts). */
const HEADER_LINES = 3;

/** What the machine takes off a message by itself, see machine/lines.ts. */
const PREFIXES = ['error: ', 'fatal: ', 'monitor fatal: ', 'info: ', 'Critical: '];
const SUFFIXES = [' [preauth]', ' [postauth]'];

/** Another thread that scans, for logs of some size. It knows the forms that come with the program only. */
export interface SecondThread {
  /** Bytes from which on it is worth what it costs to start. */
  readonly fromBytes: number;
  /** Asked for with each block from then on: null until the thread is ready. */
  ready(module: MachineModule): Elsewhere | null;
  /** No more is to be scanned. */
  stop(): void;
}

export interface FastOptions extends ParseOptions, TextOptions {
  readonly module: MachineModule;
  readonly seed?: readonly [bigint, bigint];
  /** Left out or null: everything is done in this thread. */
  readonly second?: SecondThread | null;
}

/** Takes bytes instead of lines; otherwise as {@link LogParser}. */
export class FastParser implements Omit<LogParser, 'line'> {
  readonly #module: MachineModule;
  readonly #machine: ByteMachine;
  readonly #parser: GroupParser;
  readonly #reader: BlockReader;
  readonly #feed: BlockFeed;
  readonly #second: SecondThread | null;
  #taker: FileTaker;
  #isAlone = true;
  /** Bytes of the files before this one. */
  #bytesBefore = 0;

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
    const services = options.services ?? shipped();
    if (!FastParser.reads(services)) throw new Error('the byte machine is not made for these forms');
    const machine = new ByteMachine(options.module, {
      forms: services.sshd.forms,
      programClass: (name) => programClass(name, services),
      onRows: () => rows.take(),
      seed: options.seed ?? [0n, 0n],
    });
    const rows = new MachineRows(machine, builder);
    this.#module = options.module;
    this.#machine = machine;
    this.#parser = new GroupParser({ ...options, services }, builder, {
      tell: (sensor, pid, time, reading) => {
        machine.tell(sensor, pid, time, reading);
        rows.take();
      },
      finish: () => {
        machine.exports.finish();
        rows.take();
      },
      get replayedLines() {
        return machine.exports.replayed();
      },
    });
    this.#reader = new BlockReader(machine, this.#parser, rows, options);
    this.#taker = new HereTaker(machine, this.#reader);
    this.#second = services === shipped() ? (options.second ?? null) : null;
    const current: BlockTaker = {
      place: () => this.#place(),
      take: (from, to) => this.#taker.take(from, to),
      takeLong: (line) => this.#taker.takeLong(line),
      settle: () => this.#taker.settle(),
    };
    this.#feed = new BlockFeed(current);
  }

  /** Bytes of the file so far. */
  get bytes(): number {
    return this.#feed.bytes;
  }

  /** Lines of the file that were longer than 1 MiB and lost their end. */
  get cutLines(): number {
    return this.#feed.cutLines;
  }

  /** Lines of the file, after {@link end} or {@link breakOff}. */
  get lines(): number {
    return this.#reader.lines;
  }

  /** Lines that were left to the readable path. */
  get left(): number {
    return this.#reader.left;
  }

  beginFile(file: { readonly name: string; readonly group: string }): void {
    this.#bytesBefore += this.#feed.bytes;
    this.#parser.beginFile(file);
    this.#reader.beginFile();
    this.#feed.begin();
    this.#taker.beginFile(HEADER_LINES);
  }

  /** Takes the next bytes of the file; they may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
  }

  /**
   * Whether the rest of the file, if it is open, is better read by {@link readFile}: by another thread, or, where none will
   * ever come, by this one, straight to where it is scanned.
   */
  get readsFiles(): boolean {
    return !this.#feed.isInLong && (this.#second === null || !this.#isAlone || this.#readySecond() !== null);
  }

  /**
   * Reads the rest of the file, of which all before `position` was pushed, or has another thread do so. Returns the code of
   * the error that it ended with, null at the end of the file; then {@link end} or {@link breakOff} is to be called, which
   * says whether its last line, if it has no newline, is one.
   */
  readFile(file: OpenText): string | null {
    if (this.#second === null) return this.#readHere(file);
    const begun = this.#feed.takeRest();
    if (this.#isAlone) this.#use(this.#second.ready(this.#module));
    if (!(this.#taker instanceof RingTaker)) throw new Error('there is no thread to read a file');
    const onBytes = (count: number) => file.onBytes(count);
    const { descriptor, position } = file;
    const { bytes, cutLines, error, rest } = this.#taker.readFile({ descriptor, position, begun, onBytes });
    this.#feed.bytes += bytes - rest.length;
    this.#feed.cutLines += cutLines;
    this.#feed.push(rest);
    return error;
  }

  #readHere({ position, onBytes, read }: OpenText): string | null {
    for (let at = position; ; ) {
      let count: number;
      try {
        count = read(this.#feed.room(), at);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
      if (count === 0) return null;
      if (at !== null) at += count;
      onBytes(count);
      this.#feed.filled(count);
    }
  }

  /** The file is at its end: a last line that has no newline is one all the same. */
  end(): void {
    this.#feed.end();
  }

  /** The file breaks off: what is there of its last line is dropped. */
  breakOff(): void {
    this.#feed.breakOff();
  }

  /** As of the last {@link end} or {@link breakOff}. */
  get serviceLines(): number {
    return this.#parser.serviceLines;
  }

  endGroup(): void {
    this.#parser.endGroup();
  }

  finish(): ParseCounts {
    this.close();
    return this.#parser.finish();
  }

  /** Lets go of the other thread; to be called also where the reading was given up. */
  close(): void {
    if (!this.#isAlone) this.#taker = new HereTaker(this.#machine, this.#reader);
    this.#isAlone = true;
    this.#second?.stop();
  }

  /** The next block's. */
  #place(): Place {
    if (this.#isAlone) this.#lookForSecond();
    return this.#taker.place();
  }

  /** The other thread, once there are bytes enough for one and it is ready. */
  #readySecond(): Elsewhere | null {
    if (this.#second === null || this.#bytesBefore + this.#feed.bytes < this.#second.fromBytes) return null;
    return this.#second.ready(this.#module);
  }

  /** From now on blocks are the other thread's, if there is one and it is ready. Between two blocks only. */
  #lookForSecond(): void {
    this.#use(this.#readySecond());
  }

  #use(other: Elsewhere | null): void {
    if (other === null) return;
    this.#isAlone = false;
    this.#taker = new RingTaker(this.#machine, this.#reader, other);
    this.#taker.beginFile(Math.max(0, HEADER_LINES - this.#reader.lines));
  }
}
