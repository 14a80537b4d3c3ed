/**
 * Serial numbers of connections by three numbers that their lines have in common: the sensor and the process, or the
 * source, the sensor and the port. A bucket is one line of cache: tags (32 bits of a keyed hash) and serials of eight
 * places, compared side by side, so that a look-up which finds nothing, as that of every new connection does, touches
 * that line and guesses no branch. Nothing is taken out: a place whose connection began before the oldest living one is
 * free again. Where all eight are taken the table doubles, or, if few are taken in all, is built anew with another key.
 */
import { isLiving, livingConnections, oldestSerial } from './connection';
import { hashKey } from './dictionary';
import { take } from './memory';

/** u32 tag × 8, u32 serial × 8. */
const BUCKET: usize = 64;
const PLACES: usize = 8;
/** u32 × 3 and one free. */
const KEY: usize = 16;

export class Serials {
  buckets: usize = 0;
  keys: usize = 0;
  mask: u32 = 0;
  salt: u64 = 0;
  /** The region before this one, for the next time: two in turn. */
  spare: usize = 0;
  spareCount: u32 = 0;
  /** The tag that {@link place} looked for last. */
  tag: u32 = 0;

  /** `count` buckets, a power of two. */
  start(count: u32): void {
    this.use(take(<usize>count * (BUCKET + PLACES * KEY)), count);
  }

  private use(region: usize, count: u32): void {
    this.buckets = region;
    this.keys = region + <usize>count * BUCKET;
    this.mask = count - 1;
    const over = i32x4.splat(oldestSerial() - 1);
    const none = i64x2.splat(0);
    for (let i: usize = 0; i <= <usize>this.mask; i++) {
      const bucket = this.buckets + i * BUCKET;
      v128.store(bucket, none);
      v128.store(bucket, none, 16);
      v128.store(bucket, over, 32);
      v128.store(bucket, over, 48);
    }
  }

  // @ts-ignore: decorator
  @inline
  private tagOf(a: u32, b: u32, c: u32): u32 {
    let h = ((((<u64>a) << 32) | <u64>(b << 17)) ^ <u64>c ^ ((<u64>b) >> 15) ^ this.salt) * 0x9ddfea08eb382d69;
    h ^= h >> 32;
    h *= 0xff51afd7ed558ccd;
    return <u32>(h >> 32) | 1;
  }

  /** Where the serial of three numbers is; 0 where there is none. */
  // @ts-ignore: decorator
  @inline
  place(a: u32, b: u32, c: u32): usize {
    const tag = this.tagOf(a, b, c);
    this.tag = tag;
    const bucket = this.buckets + <usize>((tag >> 8) & this.mask) * BUCKET;
    const wanted = i32x4.splat(tag);
    let same =
      i32x4.bitmask(i32x4.eq(v128.load(bucket), wanted)) | (i32x4.bitmask(i32x4.eq(v128.load(bucket, 16), wanted)) << 4);
    while (same != 0) {
      const i = <usize>ctz(same);
      if (this.isKey(bucket, i, a, b, c)) return bucket + 32 + (i << 2);
      same &= same - 1;
    }
    return 0;
  }

  private isKey(bucket: usize, i: usize, a: u32, b: u32, c: u32): bool {
    const key = this.keys + ((bucket - this.buckets) << 1) + i * KEY;
    return load<u32>(key) == a && load<u32>(key, 4) == b && load<u32>(key, 8) == c;
  }

  /** The serial; 0 where there is none. */
  get(a: u32, b: u32, c: u32): u32 {
    const place = this.place(a, b, c);
    return place == 0 ? 0 : load<u32>(place);
  }

  set(a: u32, b: u32, c: u32, serial: u32): void {
    const place = this.place(a, b, c);
    if (place != 0) store<u32>(place, serial);
    else this.add(this.tag, a, b, c, serial);
  }

  /** For three numbers that have no place; `tag` is what {@link place} left behind. */
  add(tag: u32, a: u32, b: u32, c: u32, serial: u32): void {
    while (true) {
      const bucket = this.buckets + <usize>((tag >> 8) & this.mask) * BUCKET;
      const oldest = i32x4.splat(oldestSerial());
      const free =
        i32x4.bitmask(i32x4.sub(v128.load(bucket, 32), oldest)) |
        (i32x4.bitmask(i32x4.sub(v128.load(bucket, 48), oldest)) << 4);
      if (free != 0) {
        const i = <usize>ctz(free);
        store<u32>(bucket + (i << 2), tag);
        store<u32>(bucket + (i << 2), serial, 32);
        const key = this.keys + ((bucket - this.buckets) << 1) + i * KEY;
        store<u32>(key, a);
        store<u32>(key, b, 4);
        store<u32>(key, c, 8);
        return;
      }
      this.rebuild();
      tag = this.tagOf(a, b, c);
    }
  }

  /** Only those that live stay. */
  private rebuild(): void {
    const old = this.buckets;
    const oldKeys = this.keys;
    const count = this.mask + 1;
    // with one in a bucket, on the average, one of a million has no room
    const larger = livingConnections() > count ? count * 2 : count;
    this.salt = hashKey(this.salt);
    if (this.spareCount == larger) this.use(this.spare, larger);
    else this.start(larger);
    // not before all is out of it, should a bucket be full once more
    this.spareCount = 0;
    for (let i: usize = 0; i < <usize>count * PLACES; i++) {
      const serial = load<u32>(old + (i >> 3) * BUCKET + ((i & 7) << 2), 32);
      if (load<u32>(old + (i >> 3) * BUCKET + ((i & 7) << 2)) == 0 || !isLiving(serial)) continue;
      const key = oldKeys + i * KEY;
      this.set(load<u32>(key), load<u32>(key, 4), load<u32>(key, 8), serial);
    }
    this.spare = old;
    this.spareCount = count;
  }
}
