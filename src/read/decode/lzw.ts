/**
 * compress(1), `.Z`: LZW with codes of 9 to 16 bits, the least significant bit first, as compress 4.0 writes it and
 * newsyslog(8) once did. Codes come in groups of eight; when their width changes, the rest of the group is padding.
 */
import { Damage } from './damage.ts';
import { Feed } from './feed.ts';

const CLEAR = 256;
const LEAST_BITS = 9;
const PIECE_BYTES = 64 * 1024;

/** The plain bytes. Throws {@link Damage} after the last good one. */
export async function* lzwDecoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const feed = new Feed(chunks);
  try {
    if (!(await feed.ensure(3))) throw new Damage('compress', 'end-too-early');
    const flags = feed.take(3)[2]!;
    const mostBits = flags & 31;
    if (mostBits < LEAST_BITS || mostBits > 16) throw new Damage('compress', 'damaged', 'header');
    const codes = new Codes(mostBits, (flags & 128) !== 0);
    // a group of codes is as many bytes as a code has bits
    while (await feed.ensure(1)) {
      const group = Math.min(codes.width, (await feed.ensure(codes.width)) ? codes.width : feed.bytes.length);
      const plain = codes.decode(feed.take(group));
      if (plain !== null) yield plain;
    }
    const last = codes.flush();
    if (last !== null) yield last;
    if (codes.isBad) throw new Damage('compress', 'damaged', 'code');
  } finally {
    await feed.close();
  }
}

class Codes {
  /** Bits of the next code. */
  width = LEAST_BITS;
  isBad = false;
  readonly #most: number;
  readonly #first: number;
  readonly #clears: boolean;
  readonly #prefix = new Uint16Array(65_536);
  readonly #suffix = new Uint8Array(65_536);
  readonly #stack = Buffer.allocUnsafeSlow(65_536);
  #out = Buffer.allocUnsafeSlow(PIECE_BYTES + 65_536);
  #at = 0;
  #free: number;
  #previous = -1;
  #firstByte = 0;

  constructor(mostBits: number, clears: boolean) {
    this.#most = mostBits;
    this.#clears = clears;
    this.#first = clears ? 257 : 256;
    this.#free = this.#first;
  }

  /** Decodes a group of up to eight codes of one width; the plain bytes once there are enough to hand on. */
  decode(group: Buffer): Buffer | null {
    const width = this.width;
    const codes = Math.floor((group.length * 8) / width);
    for (let i = 0; i < codes && !this.isBad; i++) {
      const bit = i * width;
      const at = bit >> 3;
      const three = group[at]! | ((group[at + 1] ?? 0) << 8) | ((group[at + 2] ?? 0) << 16);
      const cleared = this.#code((three >> (bit & 7)) & ((1 << width) - 1));
      if (cleared || this.width !== width) break; // the rest is padding
    }
    return this.#at >= PIECE_BYTES ? this.flush() : null;
  }

  flush(): Buffer | null {
    if (this.#at === 0) return null;
    const plain = Buffer.from(this.#out.subarray(0, this.#at));
    this.#at = 0;
    return plain;
  }

  /** Takes one code; true where it was the one that clears the table. */
  #code(code: number): boolean {
    if (code === CLEAR && this.#clears) {
      this.#free = this.#first;
      this.width = LEAST_BITS;
      this.#previous = -1;
      return true;
    }
    if (this.#previous < 0) {
      if (code > 255) this.isBad = true;
      else this.#put(code);
      this.#firstByte = code;
      this.#previous = code;
      return false;
    }
    if (code > this.#free || (code === this.#free && this.#free >= 1 << this.#most)) {
      this.isBad = true;
      return false;
    }
    const stack = this.#stack;
    let depth = 0;
    let walk = code;
    if (code === this.#free) {
      stack[depth++] = this.#firstByte;
      walk = this.#previous;
    }
    while (walk > 255) {
      stack[depth++] = this.#suffix[walk]!;
      walk = this.#prefix[walk]!;
    }
    this.#firstByte = walk;
    this.#put(walk);
    while (depth > 0) this.#put(stack[--depth]!);
    if (this.#free < 1 << this.#most) {
      this.#prefix[this.#free] = this.#previous;
      this.#suffix[this.#free] = this.#firstByte;
      this.#free++;
      if (this.#free === 1 << this.width && this.width < this.#most) this.width++;
    }
    this.#previous = code;
    return false;
  }

  #put(byte: number): void {
    if (this.#at === this.#out.length) this.#out = Buffer.concat([this.#out], this.#out.length * 2);
    this.#out[this.#at++] = byte;
  }
}
