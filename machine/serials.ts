/**
 * Serial numbers of connections by three numbers that their lines have in common: the sensor and the process, or the
 * source, the sensor and the port. Open addressing with slots of 16 bytes. Nothing is taken out: whoever finds a serial
 * sees whether that connection still lives, and when the table is half full those that are over are dropped.
 */
import { isLiving, livingConnections } from './connection';
import { take } from './memory';

const SLOT: usize = 16; // u32, u32, u32, u32 serial (0: empty)

// @ts-ignore: decorator
@inline
function spread(a: u64): u32 {
  let h = a * 0x9ddfea08eb382d69;
  h ^= h >> 32;
  h *= 0xff51afd7ed558ccd;
  return <u32>(h >> 40);
}

export class Serials {
  slots: usize = 0;
  mask: u32 = 0;
  count: u32 = 0;
  /** The region before this one, for the next clean-up: two in turn. */
  spare: usize = 0;
  spareSize: u32 = 0;

  /** `size` slots, a power of two. */
  start(size: u32): void {
    this.slots = take(<usize>size * SLOT);
    this.mask = size - 1;
  }

  /** The serial; 0 where there is none. */
  // @ts-ignore: decorator
  @inline
  get(a: u32, b: u32, c: u32): u32 {
    return load<u32>(this.slot(a, b, c), 12);
  }

  set(a: u32, b: u32, c: u32, serial: u32): void {
    let slot = this.slot(a, b, c);
    if (load<u32>(slot, 12) == 0) {
      if (++this.count * 2 > this.mask) {
        this.clean();
        slot = this.slot(a, b, c);
        this.count++;
      }
      store<u32>(slot, a);
      store<u32>(slot, b, 4);
      store<u32>(slot, c, 8);
    }
    store<u32>(slot, serial, 12);
  }

  private slot(a: u32, b: u32, c: u32): usize {
    const key = ((<u64>b) << 32) | <u64>a;
    let i = spread((((<u64>a) << 32) | <u64>(b << 17)) ^ <u64>c ^ ((<u64>b) >> 15)) & this.mask;
    while (true) {
      const slot = this.slots + ((<usize>i) << 4);
      if (load<u32>(slot, 12) == 0 || (load<u64>(slot) == key && load<u32>(slot, 8) == c)) return slot;
      i = (i + 1) & this.mask;
    }
  }

  private clean(): void {
    const old = this.slots;
    const size = this.mask + 1;
    // nearly as many as there are connections stay
    const larger = livingConnections() * 4 > size ? size * 2 : size;
    this.slots = this.spare != 0 && this.spareSize == larger ? this.spare : take(<usize>larger * SLOT);
    memory.fill(this.slots, 0, <usize>larger * SLOT);
    this.spare = old;
    this.spareSize = size;
    this.mask = larger - 1;
    this.count = 0;
    for (let i: u32 = 0; i < size; i++) {
      const from = old + ((<usize>i) << 4);
      const serial = load<u32>(from, 12);
      if (serial == 0 || !isLiving(serial)) continue;
      v128.store(this.slot(load<u32>(from), load<u32>(from, 4), load<u32>(from, 8)), v128.load(from));
      this.count++;
    }
  }
}
