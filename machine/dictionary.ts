/**
 * Texts to consecutive numbers from 1, in the order of first sight. A slot holds the first 16 bytes of its text, so that
 * most look-ups touch one line of cache; the rest of a longer text is compared where it is kept.
 *
 * Texts come from strangers: the hash is keyed, and a chain longer than `LONGEST_CHAIN` has the table built anew with
 * another key, so that nobody can make it slow. Numbers depend on neither.
 */
import { lowBytes, take } from './memory';

const SLOT: usize = 32; // lo u64, hi u64, length u32, number u32, text u32, hash u32
const LONGEST_CHAIN: u32 = 64;

let key0: u64 = 0x9e3779b97f4a7c15;
let key1: u64 = 0xc2b2ae3d27d4eb4f;

/** The outside's chance, so that no log can be made to collide. */
export function seedHash(a: u64, b: u64): void {
  key0 ^= a;
  key1 ^= b;
}

/** A key for another table; the next one after `key`. */
export function hashKey(key: u64): u64 {
  return (key ^ key0) * 0x9ddfea08eb382d69 + key1;
}

// @ts-ignore: decorator
@inline
function mix(a: u64, b: u64, n: u32, salt: u64): u32 {
  let h = (a ^ key0 ^ salt) * 0x9ddfea08eb382d69;
  h ^= h >> 32;
  h = (h + (b ^ key1) + n) * 0xff51afd7ed558ccd;
  h ^= h >> 29;
  h *= 0xc4ceb9fe1a85ec53;
  return <u32>(h >> 32);
}

export class Dictionary {
  slots: usize = 0;
  mask: u32 = 0;
  count: u32 = 0;
  salt: u64 = 0;
  /** For each number: where the text is u32, its length u32. */
  entries: usize = 0;
  capacity: u32 = 0;
  text: usize = 0;
  textEnd: usize = 0;

  start(size: u32): void {
    this.slots = take(<usize>size * SLOT);
    this.mask = size - 1;
    this.capacity = size;
    this.entries = take(<usize>size * 8);
  }

  /** The number of `length` bytes at `at`, given anew if need be. 16 bytes at `at` must be readable. */
  number(at: usize, length: u32): u32 {
    const v = v128.and(v128.load(at), lowBytes(length < 16 ? length : 16));
    const lo = i64x2.extract_lane(v, 0);
    const hi = i64x2.extract_lane(v, 1);
    const h = length <= 16 ? mix(lo, hi, length, this.salt) : this.hashLong(at, length);
    let i = h & this.mask;
    let chain: u32 = 0;
    while (true) {
      const slot = this.slots + <usize>i * SLOT;
      const number = load<u32>(slot, 20);
      if (number == 0) break;
      if (
        load<u64>(slot) == lo &&
        load<u64>(slot, 8) == hi &&
        load<u32>(slot, 16) == length &&
        (length <= 16 || memory.compare(load<u32>(slot, 24), at, length) == 0)
      )
        return number;
      i = (i + 1) & this.mask;
      chain++;
    }
    return this.add(at, length, h, chain);
  }

  /** Fetches the slot at which the look-up of a text of at most 16 bytes begins; something that came from there. */
  // @ts-ignore: decorator
  @inline
  touch(at: usize, length: u32): u32 {
    if (length > 16) return 0;
    const v = v128.and(v128.load(at), lowBytes(length));
    const h = mix(i64x2.extract_lane(v, 0), i64x2.extract_lane(v, 1), length, this.salt);
    return load<u32>(this.slots + <usize>(h & this.mask) * SLOT, 20);
  }

  /** A number for a text that is kept elsewhere. */
  opaque(): u32 {
    this.grow();
    const number = ++this.count;
    store<u32>(this.entries + <usize>number * 8, 0, 0);
    store<u32>(this.entries + <usize>number * 8, 0xffffffff, 4);
    return number;
  }

  private hashLong(at: usize, length: u32): u32 {
    let h = mix(load<u64>(at), load<u64>(at, 8), length, this.salt);
    let i: u32 = 16;
    for (; i + 8 <= length; i += 8) h = mix(load<u64>(at + i), h, length, this.salt);
    let rest: u64 = 0;
    for (; i < length; i++) rest = (rest << 8) | load<u8>(at + i);
    return mix(rest, h, length, this.salt);
  }

  private add(at: usize, length: u32, h: u32, chain: u32): u32 {
    if (chain > LONGEST_CHAIN && this.count > 64) {
      this.salt = this.salt * 0x9ddfea08eb382d69 + 0x632be59bd9b4e019 + key1;
      this.rebuild(this.mask + 1);
      return this.number(at, length);
    }
    if (this.count * 2 >= this.mask) {
      this.rebuild((this.mask + 1) * 2);
      return this.number(at, length);
    }
    this.grow();
    const number = ++this.count;
    const kept = this.keep(at, length);
    store<u32>(this.entries + <usize>number * 8, <u32>kept);
    store<u32>(this.entries + <usize>number * 8, length, 4);
    this.place(kept, length, number, h);
    return number;
  }

  private place(kept: usize, length: u32, number: u32, h: u32): void {
    let i = h & this.mask;
    while (load<u32>(this.slots + <usize>i * SLOT, 20) != 0) i = (i + 1) & this.mask;
    const slot = this.slots + <usize>i * SLOT;
    v128.store(slot, v128.and(v128.load(kept), lowBytes(length < 16 ? length : 16)));
    store<u32>(slot, length, 16);
    store<u32>(slot, number, 20);
    store<u32>(slot, <u32>kept, 24);
  }

  private rebuild(size: u32): void {
    if (size != this.mask + 1) {
      this.slots = take(<usize>size * SLOT);
      this.mask = size - 1;
    } else memory.fill(this.slots, 0, <usize>size * SLOT);
    for (let number: u32 = 1; number <= this.count; number++) {
      const kept = load<u32>(this.entries + <usize>number * 8);
      const length = load<u32>(this.entries + <usize>number * 8, 4);
      if (length == 0xffffffff) continue;
      const v = v128.and(v128.load(kept), lowBytes(length < 16 ? length : 16));
      const h =
        length <= 16
          ? mix(i64x2.extract_lane(v, 0), i64x2.extract_lane(v, 1), length, this.salt)
          : this.hashLong(kept, length);
      this.place(kept, length, number, h);
    }
  }

  private grow(): void {
    if (this.count + 1 < this.capacity) return;
    const larger = take(<usize>this.capacity * 16);
    memory.copy(larger, this.entries, <usize>this.capacity * 8);
    this.entries = larger;
    this.capacity *= 2;
  }

  private keep(at: usize, length: u32): usize {
    // 16 bytes behind the text must be readable
    if (this.text + length + 16 > this.textEnd) {
      const size: usize = length + 32 > 65536 ? <usize>(length + 32) : 65536;
      this.text = take(size);
      this.textEnd = this.text + size;
    }
    const kept = this.text;
    memory.copy(kept, at, length);
    this.text += length;
    return kept;
  }
}

/** IPv4 addresses as numbers: 8 bytes a slot, so that 200,000 of them take 4 MB. */
export class AddressTable {
  slots: usize = 0;
  mask: u32 = 0;
  count: u32 = 0;
  salt: u64 = 0;

  start(size: u32): void {
    this.slots = take(<usize>size * 8);
    this.mask = size - 1;
  }

  // @ts-ignore: decorator
  @inline
  hash(address: u32): u32 {
    let h = (<u64>address ^ key0 ^ this.salt) * 0x9ddfea08eb382d69;
    h ^= h >> 32;
    h *= key1 | 1;
    return <u32>(h >> 32);
  }

  /** Fetches the slot at which the look-up of an address begins; something that came from there. */
  // @ts-ignore: decorator
  @inline
  touch(address: u32): u32 {
    return load<u32>(this.slots + ((<usize>(this.hash(address) & this.mask)) << 3));
  }

  /** The slot of `address`: its number is at offset 4, 0 where it has none yet. */
  slot(address: u32): usize {
    let i = this.hash(address) & this.mask;
    let chain: u32 = 0;
    while (true) {
      const slot = this.slots + ((<usize>i) << 3);
      const number = load<u32>(slot, 4);
      if (number == 0) {
        if (chain > LONGEST_CHAIN && this.count > 64) {
          this.salt = this.salt * 0x9ddfea08eb382d69 + 0x632be59bd9b4e019 + key0;
          this.rebuild(this.mask + 1);
          return this.slot(address);
        }
        if (this.count * 2 >= this.mask) {
          this.rebuild((this.mask + 1) * 2);
          return this.slot(address);
        }
        this.count++;
        store<u32>(slot, address);
        return slot;
      }
      if (load<u32>(slot) == address) return slot;
      i = (i + 1) & this.mask;
      chain++;
    }
  }

  private rebuild(size: u32): void {
    const old = this.slots;
    const oldSize = this.mask + 1;
    this.slots = take(<usize>size * 8);
    this.mask = size - 1;
    for (let j: u32 = 0; j < oldSize; j++) {
      const entry = load<u64>(old + ((<usize>j) << 3));
      if (entry >> 32 == 0) continue;
      let i = this.hash(<u32>entry) & this.mask;
      while (load<u32>(this.slots + ((<usize>i) << 3), 4) != 0) i = (i + 1) & this.mask;
      store<u64>(this.slots + ((<usize>i) << 3), entry);
    }
  }
}
