/**
 * The outside of the byte machine (machine/, compiled to machine.wasm): its memory as typed arrays, its texts as strings.
 * Whoever loads the file hands in the compiled module, so that nothing here touches the world.
 */
import type { CompiledForm } from '../form.ts';
import { mannerOf } from '../manner.ts';
import type { MessageReading } from '../message.ts';
import { FormsProgram, isOpening, machineTells } from './program.ts';

/** What the module exports; numbers are addresses in its memory, or numbers of texts. */
interface Exports {
  begin(seed0: bigint, seed1: bigint): void;
  slots(): number;
  blockOf(slot: number): number;
  blockSize(): number;
  eventsOf(slot: number): number;
  useSlot(slot: number): void;
  exchangeAt(): number;
  formsAt(): number;
  formsSize(): number;
  rowsAt(): number;
  mostRows(): number;
  rowsReady(): number;
  amendsAt(): number;
  amendsReady(): number;
  rowsTaken(): void;
  scan(from: number, to: number): number;
  scannedTo(): number;
  beginFile(unsureLines: number): void;
  afterLong(): void;
  setBase(seconds: number): void;
  apply(from: number): number;
  tellExchange(time: number): void;
  finish(): void;
  replayed(): number;
  userNumber(length: number): number;
  opaqueUser(): number;
  sensorNumber(length: number): number;
  opaqueSensor(): number;
  moduleNumber(length: number): number;
  sourceText(length: number, isAddress: number): number;
  sourceAddress(address: number): number;
  addressOf(number: number): number;
  userEntry(number: number): number;
  sensorEntry(number: number): number;
  sourceEntry(number: number): number;
  userCount(): number;
  sensorCount(): number;
  moduleCount(): number;
  sourceTextCount(): number;
  addressCount(): number;
  userList(): number;
  sensorList(): number;
  moduleList(): number;
  sourceTextList(): number;
  addressList(): number;
  adoptUser(length: number): void;
  adoptSensor(length: number): void;
  adoptModule(length: number): void;
  adoptSourceText(length: number): void;
  adoptAddress(address: number): void;
  adopt(count: number): void;
}

/** A compiled module, as `WebAssembly.Module` is. */
export type MachineModule = object;

/** Its memory, as a shared `WebAssembly.Memory` is: it only grows, and what was seen of it stays good. */
export interface MachineMemory {
  readonly buffer: SharedArrayBuffer;
}

export interface MachineOptions {
  /** Left out: a new one. One that a thread hands to another is the memory of a machine in only one of them. */
  readonly memory?: MachineMemory;
  readonly forms: readonly CompiledForm[];
  /** Class of a program's name: 0 none of a login service, 1 sshd with {@link forms}, 2 neither surely. */
  programClass(name: string): number;
  /** Called when rows are full; see machine-rows.ts; left out: nobody tells it anything. */
  onRows?(): void;
  /** Chance for the hash of texts, so that nobody can make them collide. The rows do not depend on it. */
  readonly seed: readonly [bigint, bigint];
}

/** Bytes of an event. */
export const EVENT_BYTES = 32;

export const EVENT_WINDOW = 2;
export const EVENT_UNSURE = 3;
export const EVENT_END = 4;

/** Pages of 64 KiB that the module asks for (scripts/machine.mjs), and all that 32 bits can address. */
const PAGES = { initial: 256, maximum: 65_536, shared: true };
const LONGEST_TEXT = 255;
const IN_EXCHANGE = 64;

/** What `WebAssembly` has that is used here; the language's own types come with those of browsers only. */
interface WebAssemblyApi {
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => MachineMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Memory for a machine; takes no room before it is used. Throws where the system grants none. */
export function machineMemory(): MachineMemory {
  const { Memory } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  return new Memory(PAGES);
}

export class ByteMachine {
  readonly exports: Exports;
  readonly memory: MachineMemory;
  /** The first slot's block and events. */
  readonly blockAt: number;
  readonly blockSize: number;
  readonly eventsAt: number;
  readonly rowsAt: number;
  readonly amendsAt: number;
  readonly mostRows: number;
  readonly #exchangeAt: number;
  readonly #formsAt: number;
  readonly #program: FormsProgram;
  #seen: SharedArrayBuffer;
  /** Views of the memory, made anew when it has grown: ask {@link refresh}. */
  bytes: Uint8Array;
  view: DataView;
  readonly #users = new Map<string, number>();
  readonly #opaqueUsers = new Map<number, string>();
  readonly #sensors = new Map<string, number>();
  readonly #opaqueSensors = new Map<number, string>();
  readonly #modules = new Map<string, number>();

  /** Throws where the module is not the machine, or the processor has no SIMD. */
  constructor(module: MachineModule, options: MachineOptions) {
    const { Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    const text = (at: number, length: number) => {
      this.refresh();
      return latin1(this.bytes.subarray(at, at + length));
    };
    this.memory = options.memory ?? machineMemory();
    const instance = new Instance(module, {
      env: { memory: this.memory },
      outside: {
        program: (at: number, length: number) => options.programClass(text(at, length)),
        method: (at: number, length: number) => mannerOf(text(at, length)),
        rows: () => options.onRows?.(),
        forms: (ofModule: number, at: number, length: number) =>
          this.#formsFor(text(at, length), ofModule === 1),
      },
    });
    this.exports = instance.exports as Exports;
    const { exports } = this;
    exports.begin(options.seed[0], options.seed[1]);
    this.blockAt = exports.blockOf(0);
    this.blockSize = exports.blockSize();
    this.eventsAt = exports.eventsOf(0);
    this.rowsAt = exports.rowsAt();
    this.amendsAt = exports.amendsAt();
    this.mostRows = exports.mostRows();
    this.#exchangeAt = exports.exchangeAt();
    this.#seen = this.memory.buffer;
    this.bytes = new Uint8Array(this.#seen);
    this.view = new DataView(this.#seen);
    this.#formsAt = exports.formsAt();
    this.#program = new FormsProgram(options.forms, exports.formsSize(), (user) => this.userNumber(user));
  }

  /** Writes the forms for a first word when it is first met; where they are, 0 for none. */
  #formsFor(word: string, ofModule: boolean): number {
    const made = this.#program.forWord(word, ofModule);
    if (made === null) return 0;
    this.refresh();
    this.bytes.set(made.bytes, this.#formsAt + made.at);
    return made.first;
  }

  /** Makes {@link bytes} and {@link view} anew if the memory has grown. */
  refresh(): void {
    const { buffer } = this.memory;
    if (buffer === this.#seen) return;
    this.#seen = buffer;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Puts a text of at most 255 bytes where {@link exports} expect one. */
  putBytes(bytes: Uint8Array, at: number, length: number): void {
    const own = this.bytes;
    const to = this.#exchangeAt + IN_EXCHANGE;
    // a name has a dozen bytes: what `set` takes to begin is more than this
    for (let i = 0; i < length; i++) own[to + i] = bytes[at + i]!;
  }

  /** Whether the machine could have found this text in a line, and so has it by its bytes. */
  #put(text: string): boolean {
    if (text.length > LONGEST_TEXT || !/^[!-~]*$/.test(text)) return false;
    this.refresh();
    const at = this.#exchangeAt + IN_EXCHANGE;
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text.charCodeAt(i);
    return true;
  }

  userNumber(user: string): number {
    if (this.#put(user)) return this.exports.userNumber(user.length);
    let number = this.#users.get(user);
    if (number === undefined) {
      number = this.exports.opaqueUser();
      this.#users.set(user, number);
      this.#opaqueUsers.set(number, user);
    }
    return number;
  }

  sensorNumber(sensor: string): number {
    if (this.#put(sensor)) return this.exports.sensorNumber(sensor.length);
    let number = this.#sensors.get(sensor);
    if (number === undefined) {
      number = this.exports.opaqueSensor();
      this.#sensors.set(sensor, number);
      this.#opaqueSensors.set(number, sensor);
    }
    return number;
  }

  #moduleNumber(module: string): number {
    let number = this.#modules.get(module);
    if (number === undefined) {
      if (!this.#put(module)) return 0;
      number = this.exports.moduleNumber(module.length);
      this.#modules.set(module, number);
    }
    return number;
  }

  /** Code of a canonical source. */
  sourceCode(text: string, isAddress: boolean): number {
    if (isAddress && !text.includes(':')) {
      const [a, b, c, d] = text.split('.').map(Number);
      return this.exports.sourceAddress(((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0) >>> 0;
    }
    if (!this.#put(text)) throw new Error(`a source is no canonical text: ${JSON.stringify(text)}`);
    return this.exports.sourceText(text.length, isAddress ? 1 : 0) >>> 0;
  }

  userText(number: number): string {
    return this.#opaqueUsers.get(number) ?? this.#entryText(this.exports.userEntry(number));
  }

  sensorText(number: number): string {
    return this.#opaqueSensors.get(number) ?? this.#entryText(this.exports.sensorEntry(number));
  }

  /** Text of a source's code. */
  sourceTextOf(code: number): string {
    if ((code & 2) !== 0) return this.#entryText(this.exports.sourceEntry(code >>> 2));
    const address = this.exports.addressOf(code >>> 2);
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }

  #entryText(entry: number): string {
    this.refresh();
    const at = this.view.getUint32(entry, true);
    return Buffer.from(this.#seen, at, this.view.getUint32(entry + 4, true)).toString('latin1');
  }

  /** Tells the connections what a line told that the readable path has read. */
  tell(sensor: string, pid: number, time: number, reading: MessageReading): void {
    const tells = machineTells(reading.tells);
    if (tells === undefined) throw new Error(`the machine knows no ${reading.tells}`);
    if (tells === 0) return;
    const sensorNumber = this.sensorNumber(sensor);
    const source =
      reading.source === null ? 0 : this.sourceCode(reading.source.text, reading.source.isAddress);
    const user = reading.user === null ? 0 : this.userNumber(reading.user);
    const module = reading.module === null ? 0 : this.#moduleNumber(reading.module);
    const method = mannerOf(reading.method);
    this.refresh();
    const { view } = this;
    const at = this.#exchangeAt;
    view.setUint8(at + 1, tells);
    view.setUint32(at + 4, Math.max(pid, 0), true);
    view.setUint32(at + 8, sensorNumber, true);
    view.setUint32(at + 12, source, true);
    view.setUint32(at + 16, user, true);
    view.setUint32(at + 20, reading.port === null ? 0 : reading.port + 1, true);
    view.setUint32(at + 24, Math.min(reading.count, 0xffff), true);
    view.setUint8(at + 26, reading.known === null ? 0 : reading.known ? 2 : 1);
    view.setUint8(at + 27, (pid >= 0 ? 1 : 0) | (isOpening(reading.form) ? 2 : 0) | ((method >> 2) & 12));
    view.setUint8(at + 28, method & 15);
    view.setUint16(at + 30, module, true);
    this.exports.tellExchange(time);
  }
}

/** Bytes as characters of the same number. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
