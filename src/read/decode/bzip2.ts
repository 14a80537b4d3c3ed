/**
 * bzip2: by bzip2(1) where it is installed, else here, after Julian Seward's program and the format's description by
 * Joe Tsai. The decoders on npm want the whole file in memory or take four seconds for 32 MB; this one takes a block
 * (900 kB) at a time. Several streams in a row are read.
 */
import { Damage } from './damage.ts';
import { Feed } from './feed.ts';
import { decodedByProgram, type Program } from './program.ts';

/** bzip2(1) at the path `command`. */
export function bzip2Program(command: string): Program {
  return { command, arguments: ['-d', '-c'], format: 'bzip2' };
}

/** The plain bytes, by bzip2(1) at the path `command`. Throws {@link Damage} after the last good byte. */
export function bzip2ByProgram(command: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return decodedByProgram(bzip2Program(command), chunks);
}

/**
 * Longest a block of the greatest size can be, compressed: 900,000 symbols of at most 20 bits would be 2.25 MB; bzip2(1)
 * itself makes 1.01 times the plain bytes and 600 of them.
 */
const LONGEST_BLOCK = 2_400_000;
const BLOCK_MAGIC = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const END_MAGIC = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

/** The plain bytes, decoded here, a block at a time. Throws {@link Damage} after the last good block. */
export async function* bzip2ByScript(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const feed = new Feed(chunks);
  const early = () => new Damage('bzip2', 'end-too-early');
  const decoder = new BlockDecoder();
  try {
    while (await feed.ensure(1)) {
      if (!(await feed.ensure(4))) throw early();
      const header = feed.take(4);
      const level = header[3]! - 48;
      if (header.toString('latin1', 0, 3) !== 'BZh' || level < 1 || level > 9) throw damaged('no header');
      let bit = 0; // of the first byte held
      let combined = 0;
      for (;;) {
        await feed.ensure(LONGEST_BLOCK);
        const bits = new Bits(feed.bytes, bit);
        const magic = [8, 8, 8, 8, 8, 8].map((width) => bits.read(width));
        const isEnd = END_MAGIC.every((byte, i) => byte === magic[i]);
        if (!isEnd && !BLOCK_MAGIC.every((byte, i) => byte === magic[i]))
          throw bits.isPast ? early() : damaged('no block');
        const checksum = ((bits.read(16) << 16) | bits.read(16)) >>> 0;
        if (bits.isPast) throw early();
        if (isEnd) {
          if (checksum !== combined) throw damaged('checksum');
          feed.take(bits.bytesUsed);
          break;
        }
        let plain: Buffer;
        try {
          plain = decoder.decode(bits, level * 100_000, checksum);
        } catch (error) {
          throw bits.isPast ? early() : error;
        }
        combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
        yield plain;
        feed.take(bits.wholeBytes);
        bit = bits.bitOfByte;
      }
    }
  } finally {
    await feed.close();
  }
}

function damaged(detail: string): Damage {
  return new Damage('bzip2', 'damaged', detail);
}

/** Bits of a buffer, the most significant first. Behind the end they are zero and {@link isPast} is true. */
class Bits {
  readonly #bytes: Buffer;
  /** Of the next bit. */
  #position: number;

  constructor(bytes: Buffer, bit: number) {
    this.#bytes = bytes;
    this.#position = bit;
  }

  get isPast(): boolean {
    return this.#position > this.#bytes.length * 8;
  }

  /** Bytes of which every bit was read. */
  get wholeBytes(): number {
    return this.#position >> 3;
  }

  get bitOfByte(): number {
    return this.#position & 7;
  }

  /** Bytes of which any bit was read. */
  get bytesUsed(): number {
    return (this.#position + 7) >> 3;
  }

  /** The next `width` bits, 24 at most. */
  read(width: number): number {
    const value = this.peek(width);
    this.#position += width;
    return value;
  }

  peek(width: number): number {
    const bytes = this.#bytes;
    const at = this.#position >> 3;
    const four =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
    return ((four << (this.#position & 7)) >>> 0) >>> (32 - width);
  }

  skip(width: number): void {
    this.#position += width;
  }
}

const LONGEST_CODE = 20;
const GROUP = 50;

/** Decodes blocks, one at a time, in 4.5 MB of its own. */
class BlockDecoder {
  readonly #links = new Uint32Array(900_000);
  readonly #counts = new Int32Array(256);

  decode(bits: Bits, mostSymbols: number, checksum: number): Buffer {
    if (bits.read(1) !== 0) throw damaged('randomised'); // only bzip2 0.9.0 of 1998 and before wrote it
    const origin = bits.read(24);
    const symbols = readSymbols(bits);
    const { tables, selectors } = readTables(bits, symbols.length + 2);
    const length = this.#readRuns(bits, symbols, tables, selectors, mostSymbols);
    if (origin >= length) throw damaged('origin');
    return this.#untransform(length, origin, checksum);
  }

  /** Huffman codes, run lengths, move to front. Fills the low bytes of the links and the counts. */
  #readRuns(
    bits: Bits,
    symbols: Uint8Array,
    tables: readonly Code[],
    selectors: Uint8Array,
    most: number,
  ): number {
    const links = this.#links;
    const counts = this.#counts.fill(0);
    const endSymbol = symbols.length + 1;
    const front = symbols;
    let length = 0;
    let run = 0;
    let runBit = 1;
    let selector = 0;
    let left = 0;
    let table = tables[0]!;
    for (;;) {
      if (left === 0) {
        if (selector >= selectors.length || bits.isPast) throw damaged('selectors');
        table = tables[selectors[selector++]!]!;
        left = GROUP;
      }
      left--;
      const symbol = table.read(bits);
      if (symbol < 2) {
        run += runBit << symbol;
        runBit <<= 1;
        if (run > most) throw damaged('run');
        continue;
      }
      if (run > 0) {
        if (length + run > most) throw damaged('block');
        const byte = front[0]!;
        counts[byte] = counts[byte]! + run;
        links.fill(byte, length, length + run);
        length += run;
        run = 0;
        runBit = 1;
      }
      if (symbol === endSymbol) return length;
      if (length >= most) throw damaged('block');
      const place = symbol - 1;
      const byte = front[place]!;
      front.copyWithin(1, 0, place);
      front[0] = byte;
      counts[byte] = counts[byte]! + 1;
      links[length++] = byte;
    }
  }

  /** The inverse of Burrows and Wheeler's transform, and of the runs that were taken out before it. */
  #untransform(length: number, origin: number, checksum: number): Buffer {
    const links = this.#links;
    const counts = this.#counts;
    let sum = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = counts[byte]!;
      counts[byte] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const byte = links[i]! & 0xff;
      const place = counts[byte]!;
      counts[byte] = place + 1;
      links[place] = links[place]! | (i << 8);
    }
    // a run of four equal bytes is followed by how many more there are: at most 255 for 5 bytes
    let plain = Buffer.allocUnsafe(length + 1024);
    let at = 0;
    let crc = 0xffffffff;
    let position = links[origin]! >>> 8;
    let previous = -1;
    let equal = 0;
    for (let i = 0; i < length; i++) {
      const entry = links[position]!;
      const byte = entry & 0xff;
      position = entry >>> 8;
      if (at + 256 > plain.length) plain = Buffer.concat([plain], plain.length * 2);
      if (equal === 4) {
        for (let more = 0; more < byte; more++) {
          plain[at++] = previous;
          crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ previous) & 0xff]!) | 0;
        }
        equal = 0;
        previous = -1;
        continue;
      }
      equal = byte === previous ? equal + 1 : 1;
      previous = byte;
      plain[at++] = byte;
      crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 0xff]!) | 0;
    }
    if (~crc >>> 0 !== checksum) throw damaged('checksum');
    return plain.subarray(0, at);
  }
}

function readSymbols(bits: Bits): Uint8Array {
  const groups = bits.read(16);
  const found: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const used = bits.read(16);
    for (let i = 0; i < 16; i++) if ((used & (0x8000 >> i)) !== 0) found.push(group * 16 + i);
  }
  if (found.length === 0) throw damaged('symbols');
  return Uint8Array.from(found);
}

function readTables(bits: Bits, alphabet: number) {
  const count = bits.read(3);
  const selectorCount = bits.read(15);
  if (count < 2 || count > 6 || selectorCount === 0) throw damaged('tables');
  const selectors = new Uint8Array(selectorCount);
  const front = [0, 1, 2, 3, 4, 5];
  for (let i = 0; i < selectorCount; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= count) throw damaged('selector');
    const [table = 0] = front.splice(place, 1);
    front.unshift(table);
    selectors[i] = table;
  }
  const tables: Code[] = [];
  for (let t = 0; t < count; t++) {
    const lengths = new Uint8Array(alphabet);
    let length = bits.read(5);
    for (let symbol = 0; symbol < alphabet; symbol++) {
      for (;;) {
        if (length < 1 || length > LONGEST_CODE || bits.isPast) throw damaged('code length');
        if (bits.read(1) === 0) break;
        length += bits.read(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    tables.push(new Code(lengths));
  }
  return { tables, selectors };
}

/** Bits looked up at once; longer codes are rare. */
const FAST = 10;

/** A canonical Huffman code. */
class Code {
  /** For the next {@link FAST} bits: symbol and length, or 0 for a longer code. */
  readonly #fast = new Uint16Array(1 << FAST);
  readonly #limits = new Int32Array(LONGEST_CODE + 2);
  readonly #bases = new Int32Array(LONGEST_CODE + 2);
  readonly #sorted: Uint16Array;

  constructor(lengths: Uint8Array) {
    this.#sorted = new Uint16Array(lengths.length);
    let next = 0;
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      this.#bases[length] = next - code;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.#sorted[next++] = symbol;
        if (length <= FAST) {
          const from = code << (FAST - length);
          this.#fast.fill((symbol << 5) | length, from, from + (1 << (FAST - length)));
        }
        code++;
      }
      this.#limits[length] = code;
      code <<= 1;
    }
  }

  read(bits: Bits): number {
    const fast = this.#fast[bits.peek(FAST)]!;
    if (fast !== 0) {
      bits.skip(fast & 31);
      return fast >> 5;
    }
    for (let length = FAST + 1; length <= LONGEST_CODE; length++) {
      const code = bits.peek(length);
      if (code < this.#limits[length]!) {
        bits.skip(length);
        const symbol = this.#sorted[code + this.#bases[length]!];
        if (symbol === undefined) break;
        return symbol;
      }
    }
    throw damaged('code');
  }
}

/** CRC-32 with the most significant bit first. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});
