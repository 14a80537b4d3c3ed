/**
 * Rows as ClickHouse's Native format has them (https://clickhouse.com/docs/interfaces/formats/Native): a block of columns, each
 * with its name, its type and its values one after the other. A server takes such columns as they are, where it would have
 * to take rows of RowBinary apart value by value: half of its time for an insert. Numbers are little endian, as every
 * machine is that this runs on; a text is its length in 7-bit groups and its bytes.
 */
import { wellFormed } from '../texts.ts';

const TWO_32 = 0x1_0000_0000;
/** Texts up to so many UTF-16 units are written byte by byte while they are ASCII: cheaper than a call. */
const SHORT = 40;

/** A column that grows; its `bytes` are its own memory. */
export interface NativeColumn {
  readonly type: 'UInt8' | 'UInt32' | 'UInt64' | 'Int64' | 'String';
  bytes(): Uint8Array;
}

export class U8Column implements NativeColumn {
  readonly type = 'UInt8';
  #values: Uint8Array;
  #length = 0;

  constructor(room: number) {
    this.#values = new Uint8Array(Math.max(1, room));
  }

  add(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, Uint8Array);
    this.#values[this.#length++] = value;
  }

  bytes(): Uint8Array {
    return this.#values.subarray(0, this.#length);
  }
}

export class U32Column implements NativeColumn {
  readonly type = 'UInt32';
  #values: Uint32Array;
  #length = 0;

  constructor(room: number) {
    this.#values = new Uint32Array(Math.max(1, room));
  }

  add(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, Uint32Array);
    this.#values[this.#length++] = value;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#values.buffer, 0, this.#length * 4);
  }
}

/** Of safe integers; those of UInt64 and Int64 have the same bytes. */
export class I64Column implements NativeColumn {
  readonly type: 'UInt64' | 'Int64';
  #halves: Uint32Array;
  #length = 0;

  constructor(type: 'UInt64' | 'Int64', room: number) {
    this.type = type;
    this.#halves = new Uint32Array(2 * Math.max(1, room));
  }

  add(value: number): void {
    if (this.#length === this.#halves.length) this.#halves = grown(this.#halves, Uint32Array);
    const low = value >>> 0;
    this.#halves[this.#length++] = low;
    this.#halves[this.#length++] = (value - low) / TWO_32;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#halves.buffer, 0, this.#length * 4);
  }
}

export class TextColumn implements NativeColumn {
  readonly type = 'String';
  #bytes: Buffer;
  #at = 0;
  /** The text before, and where its bytes begin: most columns say the same again and again. */
  #last: string | null = null;
  #lastAt = 0;
  /** Whether any text but the empty one is in it. */
  hasText = false;

  /** `room`: bytes to begin with. */
  constructor(room: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(16, room));
  }

  add(text: string): void {
    if (text === this.#last) {
      const size = this.#at - this.#lastAt;
      this.#room(size);
      const bytes = this.#bytes;
      const from = this.#lastAt;
      const to = this.#at;
      this.#lastAt = to;
      this.#at = to + size;
      if (size > SHORT) bytes.copyWithin(to, from, to);
      else for (let i = 0; i < size; i++) bytes[to + i] = bytes[from + i]!;
      return;
    }
    this.#last = text;
    this.#lastAt = this.#at;
    const { length } = text;
    if (length > 0) this.hasText = true;
    if (length <= SHORT) {
      this.#room(SHORT + 1);
      const bytes = this.#bytes;
      const start = this.#at;
      let at = start + 1;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        bytes[at++] = unit;
      }
      if (i === length) {
        bytes[start] = length;
        this.#at = at;
        return;
      }
    }
    const safe = wellFormed(text);
    const size = Buffer.byteLength(safe);
    this.#room(size + 10);
    this.#at = putSize(this.#bytes, this.#at, size);
    this.#at += this.#bytes.write(safe, this.#at);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + size));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** One value for every row. */
export class ConstantColumn implements NativeColumn {
  readonly type: NativeColumn['type'];
  readonly #value: Uint8Array;
  readonly #rows: () => number;

  /** `one`: a column with the value in it once; `rows`: how many rows there are in the end. */
  constructor(one: NativeColumn, rows: () => number) {
    this.type = one.type;
    this.#value = one.bytes().slice();
    this.#rows = rows;
  }

  bytes(): Uint8Array {
    const size = this.#value.length;
    const all = Buffer.allocUnsafe(size * this.#rows());
    for (let at = 0; at < all.length; at += size) all.set(this.#value, at);
    return all;
  }
}

/** A block of so many rows. */
export function nativeBlock(
  rows: number,
  columns: readonly (readonly [name: string, column: NativeColumn])[],
): Buffer {
  const parts: Uint8Array[] = [];
  const head = Buffer.alloc(20);
  parts.push(head.subarray(0, putSize(head, putSize(head, 0, columns.length), rows)));
  for (const [name, column] of columns) {
    const told = Buffer.alloc(2 * name.length + 40);
    let at = putSize(told, 0, name.length);
    at += told.write(name, at, 'latin1');
    at = putSize(told, at, column.type.length);
    at += told.write(column.type, at, 'latin1');
    parts.push(told.subarray(0, at), column.bytes());
  }
  return Buffer.concat(parts);
}

/** Writes `size` in 7-bit groups; says where it ends. */
function putSize(bytes: Buffer, from: number, size: number): number {
  let at = from;
  let left = size;
  while (left > 0x7f) {
    bytes[at++] = (left & 0x7f) | 0x80;
    left = Math.floor(left / 128);
  }
  bytes[at++] = left;
  return at;
}

function grown<T extends Uint8Array | Uint32Array>(values: T, kind: new (length: number) => T): T {
  const larger = new kind(values.length * 2);
  larger.set(values);
  return larger;
}
