/**
 * LZ4 frames (lz4_Frame_format.md of the lz4 project) and the blocks in them, as `lz4` and logrotate's `compresscmd
 * lz4` write them. Decoded here, at the speed of copying: a program would not be faster. Checksums are not compared. Several frames
 * in a row are read, skippable ones passed over.
 */
import { Damage } from './damage.ts';
import { Feed } from './feed.ts';

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
/** How far back a match reaches. */
const WINDOW = 65_536;

/** The plain bytes. Throws {@link Damage} after the last good block. */
export async function* lz4Decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const feed = new Feed(chunks);
  const need = async (count: number): Promise<void> => {
    if (!(await feed.ensure(count))) throw new Damage('lz4', 'end-too-early');
  };
  try {
    while (await feed.ensure(1)) {
      await need(8);
      const magic = feed.bytes.readUInt32LE(0);
      if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
        const length = feed.bytes.readUInt32LE(4);
        feed.take(8);
        if (!(await feed.skip(length))) throw new Damage('lz4', 'end-too-early');
        continue;
      }
      const flags = feed.bytes[4]!;
      if (magic !== MAGIC || flags >> 6 !== 1) throw new Damage('lz4', 'damaged', 'no frame');
      if ((flags & 1) !== 0) throw new Damage('lz4', 'not-supported', 'dictionary');
      const mostBytes = 2 ** (8 + 2 * ((feed.bytes[5]! >> 4) & 7));
      if (mostBytes < 65_536) throw new Damage('lz4', 'damaged', 'block size');
      const header = 7 + ((flags & 8) !== 0 ? 8 : 0);
      await need(header);
      feed.take(header);
      yield* frame(feed, need, mostBytes, flags);
    }
  } finally {
    await feed.close();
  }
}

async function* frame(
  feed: Feed,
  need: (count: number) => Promise<void>,
  mostBytes: number,
  flags: number,
): AsyncGenerator<Buffer> {
  const blockChecksum = (flags & 16) !== 0 ? 4 : 0;
  // the last 64 KiB, and behind them the block
  const plain = Buffer.allocUnsafeSlow(WINDOW + mostBytes);
  let history = 0;
  for (;;) {
    await need(4);
    const header = feed.take(4).readUInt32LE(0);
    if (header === 0) break;
    const length = header & 0x7fffffff;
    if (length > mostBytes) throw new Damage('lz4', 'damaged', 'block');
    await need(length + blockChecksum);
    const block = feed.take(length + blockChecksum).subarray(0, length);
    let end: number;
    if (header >>> 31 === 1) {
      block.copy(plain, WINDOW);
      end = WINDOW + length;
    } else end = decodeBlock(block, plain, WINDOW - history);
    yield Buffer.from(plain.subarray(WINDOW, end));
    history = Math.min(WINDOW, history + end - WINDOW);
    plain.copyWithin(WINDOW - history, end - history, end);
  }
  if ((flags & 4) !== 0) {
    await need(4);
    feed.take(4);
  }
}

/** Decodes into `plain` from {@link WINDOW} on; matches may reach back to `oldest`. Returns the end. */
function decodeBlock(block: Buffer, plain: Buffer, oldest: number): number {
  const bad = () => new Damage('lz4', 'damaged', 'block');
  let at = WINDOW;
  let i = 0;
  const n = block.length;
  while (i < n) {
    const token = block[i++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (i >= n) throw bad();
        more = block[i++]!;
        literals += more;
      } while (more === 255);
    }
    if (i + literals > n || at + literals > plain.length) throw bad();
    if (literals > 16) block.copy(plain, at, i, i + literals);
    else for (let k = 0; k < literals; k++) plain[at + k] = block[i + k]!;
    at += literals;
    i += literals;
    if (i >= n) return at;
    if (i + 2 > n) throw bad();
    const offset = block[i]! | (block[i + 1]! << 8);
    i += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number;
      do {
        if (i >= n) throw bad();
        more = block[i++]!;
        length += more;
      } while (more === 255);
    }
    const from = at - offset;
    if (offset === 0 || from < oldest || at + length > plain.length) throw bad();
    if (offset >= length && length > 24) plain.copyWithin(at, from, from + length);
    else for (let k = 0; k < length; k++) plain[at + k] = plain[from + k]!;
    at += length;
  }
  return at;
}
