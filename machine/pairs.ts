/**
 * Sure attempts of a source for which no PAM module of the same process spoke, and the addresses that a host name was
 * seen to stand for: the rules of src/parse/unpaired.ts, over a table of (sensor, source).
 */
import { take } from './memory';
import { allot, release } from './nodes';

const SAME_GUESS_SECONDS: f64 = 60;
const MOST: u32 = 256;
const MOST_ADDRESSES: u32 = 8;

@unmanaged
class Pair {
  sensor: u32;
  source: u32;
  count: u32;
  isActive: u32;
  times: usize;
  timesEnd: usize;
  last: f64;
  /** Addresses of this name, nodes with the address in `extra`. */
  addresses: usize;
  addressCount: u32;
}

const SIZE: usize = 48;

export class Pairs {
  records: usize = 0;
  recordCapacity: u32 = 0;
  recordCount: u32 = 0;
  table: usize = 0;
  mask: u32 = 0;
  /** Numbers of the records that hold anything. */
  active: usize = 0;
  activeCount: u32 = 0;
  activeCapacity: u32 = 0;
  aliasCount: u32 = 0;

  start(): void {
    this.recordCapacity = 8192;
    this.records = take(<usize>this.recordCapacity * SIZE);
    this.mask = 16383;
    this.table = take(16384 * 4);
    this.activeCapacity = 1024;
    this.active = take(1024 * 4);
  }

  // @ts-ignore: decorator
  @inline
  record(number: u32): Pair {
    return changetype<Pair>(this.records + <usize>(number - 1) * SIZE);
  }

  // @ts-ignore: decorator
  @inline
  hash(sensor: u32, source: u32): u32 {
    let h = (((<u64>source) << 32) ^ <u64>sensor) * 0x9ddfea08eb382d69;
    h ^= h >> 32;
    h *= 0xff51afd7ed558ccd;
    return <u32>(h >> 40) & this.mask;
  }

  /** The number of the record; 0 where there is none. */
  find(sensor: u32, source: u32): u32 {
    let i = this.hash(sensor, source);
    while (true) {
      const number = load<u32>(this.table + ((<usize>i) << 2));
      if (number == 0) return 0;
      const pair = this.record(number);
      if (pair.source == source && pair.sensor == sensor) return number;
      i = (i + 1) & this.mask;
    }
  }

  /** The record, made if need be, and among the active ones. */
  private open(sensor: u32, source: u32): Pair {
    let number = this.find(sensor, source);
    if (number == 0) {
      if (this.recordCount == this.recordCapacity) this.clean();
      number = ++this.recordCount;
      const pair = this.record(number);
      memory.fill(changetype<usize>(pair), 0, SIZE);
      pair.sensor = sensor;
      pair.source = source;
      this.place(number);
    }
    const pair = this.record(number);
    if (pair.isActive == 0) {
      pair.isActive = 1;
      if (this.activeCount == this.activeCapacity) {
        const larger = take(<usize>this.activeCapacity * 8);
        memory.copy(larger, this.active, <usize>this.activeCapacity * 4);
        this.active = larger;
        this.activeCapacity *= 2;
      }
      store<u32>(this.active + ((<usize>(this.activeCount++)) << 2), number);
    }
    return pair;
  }

  private place(number: u32): void {
    const pair = this.record(number);
    let i = this.hash(pair.sensor, pair.source);
    while (load<u32>(this.table + ((<usize>i) << 2)) != 0) i = (i + 1) & this.mask;
    store<u32>(this.table + ((<usize>i) << 2), number);
  }

  /** Only active records stay; more room where they are more than half of all. */
  private clean(): void {
    const old = this.records;
    let kept: u32 = 0;
    if (this.activeCount * 2 > this.recordCapacity) {
      this.recordCapacity *= 2;
      this.records = take(<usize>this.recordCapacity * SIZE);
      this.mask = this.recordCapacity * 2 - 1;
      this.table = take(<usize>(this.mask + 1) * 4);
    } else memory.fill(this.table, 0, <usize>(this.mask + 1) * 4);
    this.activeCount = 0;
    for (let i: u32 = 0; i < this.recordCount; i++) {
      const from = changetype<Pair>(old + <usize>i * SIZE);
      if (from.isActive == 0) continue;
      kept++;
      memory.copy(changetype<usize>(this.record(kept)), changetype<usize>(from), SIZE);
      store<u32>(this.active + ((<usize>(this.activeCount++)) << 2), kept);
      this.place(kept);
    }
    this.recordCount = kept;
  }

  /** A sure attempt of `source` at `time`. */
  add(sensor: u32, source: u32, time: f64): void {
    const pair = this.open(sensor, source);
    if (pair.count >= MOST) {
      for (let i: u32 = 0; i < MOST / 2; i++) {
        const node = pair.times;
        pair.times = load<u32>(node, 12);
        release(node);
      }
      pair.count -= MOST / 2;
    }
    const node = allot(time, 1, 0);
    if (pair.count == 0) pair.times = node;
    else store<u32>(pair.timesEnd, <u32>node, 12);
    pair.timesEnd = node;
    pair.count++;
    pair.last = time;
  }

  /** The host name `name` stands for `address`. */
  alias(sensor: u32, name: u32, address: u32): void {
    const pair = this.open(sensor, name);
    let last: usize = 0;
    for (let node = pair.addresses; node != 0; node = load<u32>(node, 12)) {
      if (load<u32>(node, 16) == address) return;
      last = node;
    }
    const node = allot(0, 0, address);
    if (last == 0) {
      pair.addresses = node;
      this.aliasCount++;
    } else store<u32>(last, <u32>node, 12);
    if (++pair.addressCount > MOST_ADDRESSES) {
      const oldest = pair.addresses;
      pair.addresses = load<u32>(oldest, 12);
      release(oldest);
      pair.addressCount--;
    }
  }

  /** Whether there is one of `source`, or of an address that it stands for, within a minute; it is used up. */
  take(sensor: u32, source: u32, time: f64): bool {
    const number = this.find(sensor, source);
    if (number == 0) return false;
    const pair = this.record(number);
    if (this.takeOf(pair, time)) return true;
    for (let node = pair.addresses; node != 0; node = load<u32>(node, 12)) {
      const other = this.find(sensor, load<u32>(node, 16));
      if (other != 0 && this.takeOf(this.record(other), time)) return true;
    }
    return false;
  }

  private takeOf(pair: Pair, time: f64): bool {
    let before: usize = 0;
    for (let node = pair.count == 0 ? <usize>0 : pair.times; node != 0; node = load<u32>(node, 12)) {
      if (abs<f64>(load<f64>(node) - time) <= SAME_GUESS_SECONDS) {
        const next = load<u32>(node, 12);
        if (before == 0) pair.times = next;
        else store<u32>(before, next, 12);
        if (next == 0) {
          pair.timesEnd = before;
          if (before != 0) pair.last = load<f64>(before);
        }
        pair.count--;
        release(node);
        return true;
      }
      before = node;
    }
    return false;
  }

  /** Forgets sources that did nothing within `seconds` of `time`. */
  forget(time: f64, seconds: f64): void {
    for (let i: u32 = 0; i < this.activeCount; i++) {
      const pair = this.record(load<u32>(this.active + ((<usize>i) << 2)));
      if (pair.count > 0 && abs<f64>(time - pair.last) > seconds) this.empty(pair);
    }
    if (this.aliasCount > 0) {
      for (let i: u32 = 0; i < this.activeCount; i++) {
        const pair = this.record(load<u32>(this.active + ((<usize>i) << 2)));
        if (pair.addresses == 0) continue;
        let holds = false;
        for (let node = pair.addresses; node != 0; node = load<u32>(node, 12)) {
          const other = this.find(pair.sensor, load<u32>(node, 16));
          if (other != 0 && this.record(other).count > 0) holds = true;
        }
        if (!holds) this.unname(pair);
      }
    }
    let kept: u32 = 0;
    for (let i: u32 = 0; i < this.activeCount; i++) {
      const number = load<u32>(this.active + ((<usize>i) << 2));
      const pair = this.record(number);
      if (pair.count > 0 || pair.addresses != 0) store<u32>(this.active + ((<usize>(kept++)) << 2), number);
      else pair.isActive = 0;
    }
    this.activeCount = kept;
  }

  private empty(pair: Pair): void {
    let node = pair.times;
    while (node != 0) {
      const next = load<u32>(node, 12);
      release(node);
      node = next;
    }
    pair.times = pair.timesEnd = 0;
    pair.count = 0;
  }

  private unname(pair: Pair): void {
    let node = pair.addresses;
    while (node != 0) {
      const next = load<u32>(node, 12);
      release(node);
      node = next;
    }
    pair.addresses = 0;
    pair.addressCount = 0;
    this.aliasCount--;
  }

  /** Everything is forgotten. */
  clear(): void {
    for (let i: u32 = 0; i < this.activeCount; i++) {
      const pair = this.record(load<u32>(this.active + ((<usize>i) << 2)));
      this.empty(pair);
      if (pair.addresses != 0) this.unname(pair);
      pair.isActive = 0;
    }
    this.activeCount = 0;
  }
}
