/**
 * Rows as ClickHouse's RowBinary has them (https://clickhouse.com/docs/interfaces/formats/RowBinary): columns one after the
 * other, integers little endian, a text as its length in 7-bit groups and its bytes. No quoting, so nothing in a text can be
 * taken for anything else, and half the time of JSON on either side.
 */
import { wellFormed } from '../texts.ts';

const TWO_32 = 0x1_0000_0000;
/** Texts up to so many UTF-16 units are written byte by byte while they are ASCII: cheaper than a call. */
const SHORT = 40;

export class RowWriter {
  #bytes: Buffer;
  #at = 0;

  /** `room`: bytes to begin with. */
  constructor(room = 65_536) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  get length(): number {
    return this.#at;
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  u32(value: number): void {
    this.#room(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  /** UInt64 or Int64 of a safe integer: the bytes are the same. */
  i64(value: number): void {
    this.#room(8);
    const high = Math.floor(value / TWO_32);
    this.#at = this.#bytes.writeUInt32LE(value - high * TWO_32, this.#at);
    this.#at = this.#bytes.writeInt32LE(high, this.#at);
  }

  u64(value: bigint): void {
    this.#room(8);
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at);
  }

  text(text: string): void {
    const { length } = text;
    if (length <= SHORT) {
      this.#room(3 * SHORT + 1);
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
    let left = size;
    while (left > 0x7f) {
      this.#bytes[this.#at++] = (left & 0x7f) | 0x80;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#at++] = left;
    this.#at += this.#bytes.write(safe, this.#at);
  }

  /** Bytes that another writer wrote. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** What was written; it is the writer's own memory. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + size));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Types that are asked for; a question casts what it selects to one of these. */
export type ColumnType = 'UInt8' | 'UInt32' | 'UInt64' | 'Int64' | 'String';
export type RowValue = string | number;
export type Row = readonly RowValue[];

/** Rows of columns of these types. Error: a bug, or an answer that was cut off. Numbers beyond 2^53 are not exact. */
export function readRows(bytes: Buffer, types: readonly ColumnType[]): Row[] {
  const rows: Row[] = [];
  let at = 0;
  const text = (): string => {
    let size = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw cutOff();
      size += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 128;
    }
    if (at + size > bytes.length) throw cutOff();
    const start = at;
    at += size;
    return bytes.toString('utf8', start, at);
  };
  while (at < bytes.length) {
    const row: RowValue[] = [];
    for (const type of types) {
      if (type === 'String') {
        row.push(text());
        continue;
      }
      const size = type === 'UInt8' ? 1 : type === 'UInt32' ? 4 : 8;
      if (at + size > bytes.length) throw cutOff();
      if (size === 1) row.push(bytes[at]!);
      else if (size === 4) row.push(bytes.readUInt32LE(at));
      else {
        const high = type === 'Int64' ? bytes.readInt32LE(at + 4) : bytes.readUInt32LE(at + 4);
        row.push(high * TWO_32 + bytes.readUInt32LE(at));
      }
      at += size;
    }
    rows.push(row);
  }
  return rows;
}

function cutOff(): Error {
  return new Error('the answer of ClickHouse was cut off');
}
