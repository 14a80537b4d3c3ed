/**
 * Sure attempts of a source for which no PAM module of the same process spoke, and the addresses that a host name was
 * seen to stand for: the rules of src/parse/unpaired.ts, over a table of (sensor, source).
 *
 * Few logs ever ask for one: attempts wait in a queue, in the order of their times, and most are forgotten there. They
 * come into the table when one is asked for or the clock goes back, and as long as the table holds anything: who is
 * forgotten then would otherwise depend on when they came.
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
  /** No time is before or behind these. */
  earliest: f64;
  latest: f64;
  /** Addresses of this name, nodes with the address in `extra`. */
  addresses: usize;
  addressCount: u32;
}

const SIZE: usize = 56;

/** Attempts that wait: u32 sensor, u32 source, f64 time. A hundred a second for as long as they are remembered. */
const MOST_WAITING: u32 = 32_768;

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
  waiting: usize = 0;
  /** Numbers of the first that waits and of the one behind the last. */
  waitingFrom: u32 = 0;
  waitingTo: u32 = 0;
  /** Time of the last that waits. */
  waitingLatest: f64 = 0;

  start(): void {
    this.waiting = take(<usize>MOST_WAITING * 16);
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
  // @ts-ignore: decorator
  @inline
  add(sensor: u32, source: u32, time: f64): void {
    if (this.waitingTo == MOST_WAITING || (time < this.waitingLatest && this.waitingFrom < this.waitingTo)) this.makeRoom(time);
    const slot = this.waiting + ((<usize>(this.waitingTo++)) << 4);
    store<u32>(slot, sensor);
    store<u32>(slot, source, 4);
    store<f64>(slot, time, 8);
    this.waitingLatest = time;
  }

  /** Room for one more that waits, of `time`. */
  private makeRoom(time: f64): void {
    const count = this.waitingTo - this.waitingFrom;
    if (time < this.waitingLatest || count > MOST_WAITING / 2) {
      this.catchUp();
      return;
    }
    this.moveDown();
  }

  private moveDown(): void {
    const count = this.waitingTo - this.waitingFrom;
    memory.copy(this.waiting, this.waiting + ((<usize>this.waitingFrom) << 4), (<usize>count) << 4);
    this.waitingFrom = 0;
    this.waitingTo = count;
  }

  /** Puts those that wait into the table. */
  private catchUp(): void {
    for (let i = this.waitingFrom; i < this.waitingTo; i++) {
      const slot = this.waiting + ((<usize>i) << 4);
      this.put(load<u32>(slot), load<u32>(slot, 4), load<f64>(slot, 8));
    }
    this.waitingFrom = this.waitingTo = 0;
  }

  private put(sensor: u32, source: u32, time: f64): void {
    const pair = this.open(sensor, source);
    if (pair.count == MOST) {
      const node = pair.times;
      pair.times = load<u32>(node, 12);
      release(node);
      pair.count--;
    }
    const node = allot(time, 1, 0);
    if (pair.count == 0) {
      pair.times = node;
      pair.earliest = pair.latest = time;
    } else store<u32>(pair.timesEnd, <u32>node, 12);
    pair.timesEnd = node;
    pair.count++;
    if (time < pair.earliest) pair.earliest = time;
    if (time > pair.latest) pair.latest = time;
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
    this.catchUp();
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
        if (next == 0) pair.timesEnd = before;
        pair.count--;
        release(node);
        return true;
      }
      before = node;
    }
    return false;
  }

  /** Forgets what was more than `seconds` before or after `time`. */
  forget(time: f64, seconds: f64): void {
    if (this.waitingFrom < this.waitingTo) {
      if (this.activeCount > 0 || this.timeOf(this.waitingTo - 1) - time > seconds) this.catchUp();
      // the oldest only: of a busy source they are the ones that would have had to go first, see MOST
      while (this.waitingFrom < this.waitingTo && time - this.timeOf(this.waitingFrom) > seconds) this.waitingFrom++;
      // what few there are stay where the processor has them at hand
      if (this.waitingFrom > 1024 && this.waitingTo - this.waitingFrom < this.waitingFrom) this.moveDown();
    }
    for (let i: u32 = 0; i < this.activeCount; i++) {
      const pair = this.record(load<u32>(this.active + ((<usize>i) << 2)));
      if (pair.count > 0 && (abs<f64>(time - pair.earliest) > seconds || abs<f64>(time - pair.latest) > seconds))
        this.forgetOf(pair, time, seconds);
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

  // @ts-ignore: decorator
  @inline
  private timeOf(waiting: u32): f64 {
    return load<f64>(this.waiting + ((<usize>waiting) << 4), 8);
  }

  private forgetOf(pair: Pair, time: f64, seconds: f64): void {
    let before: usize = 0;
    let node = pair.times;
    pair.earliest = Infinity;
    pair.latest = -Infinity;
    while (node != 0) {
      const next = <usize>load<u32>(node, 12);
      const at = load<f64>(node);
      if (abs<f64>(at - time) > seconds) {
        if (before == 0) pair.times = next;
        else store<u32>(before, <u32>next, 12);
        release(node);
        pair.count--;
      } else {
        if (at < pair.earliest) pair.earliest = at;
        if (at > pair.latest) pair.latest = at;
        before = node;
      }
      node = next;
    }
    pair.timesEnd = before;
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
    this.waitingFrom = this.waitingTo = 0;
    for (let i: u32 = 0; i < this.activeCount; i++) {
      const pair = this.record(load<u32>(this.active + ((<usize>i) << 2)));
      this.empty(pair);
      if (pair.addresses != 0) this.unname(pair);
      pair.isActive = 0;
    }
    this.activeCount = 0;
  }
}
