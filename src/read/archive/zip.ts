/**
 * zip (PKWARE's APPNOTE.TXT 6.3) read from its beginning by the headers before its members, so that it may come
 * through a pipe; stored and deflated members, also with the sizes behind them, and Zip64. What is encrypted or packed
 * otherwise is told and ends the archive, because where it ends is not sure then.
 */
import { createInflateRaw } from 'node:zlib';
import { Damage } from '../decode/damage.ts';
import { Feed } from '../decode/feed.ts';
import { zlibDamage } from '../decode/gzip.ts';
import { LONGEST_NAME, type Member, MOST_MEMBERS } from './member.ts';

const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const PIECE = 64 * 1024;

/** The files of a zip archive. Throws {@link Damage} where it ends too early or is packed in another way. */
export async function* zipMembers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const feed = new Feed(chunks);
  const need = async (count: number): Promise<void> => {
    if (!(await feed.ensure(count))) throw new Damage('zip', 'end-too-early');
  };
  let index = 0;
  try {
    for (;;) {
      await need(4);
      if (feed.bytes.readUInt32LE(0) !== LOCAL_HEADER) return; // the directory at the end
      await need(30);
      const header = feed.take(30);
      const flags = header.readUInt16LE(6);
      const method = header.readUInt16LE(8);
      const nameLength = header.readUInt16LE(26);
      const extraLength = header.readUInt16LE(28);
      await need(nameLength + extraLength);
      const name = feed.take(nameLength).toString('utf8').slice(0, LONGEST_NAME);
      const extra = feed.take(extraLength);
      const sizeBehind = (flags & 8) !== 0;
      const { packed, isZip64 } = sizes(header, extra);
      if ((flags & 1) !== 0) throw new Damage('zip', 'not-supported', 'encrypted');
      if ((method !== STORED && method !== DEFLATED) || (method === STORED && sizeBehind))
        throw new Damage('zip', 'not-supported', `method ${method}`);
      if (index >= MOST_MEMBERS) throw new Damage('zip', 'not-supported', 'members');
      const bytes =
        method === STORED
          ? stored(feed, packed)
          : inflated(feed, sizeBehind && packed === 0 ? Number.POSITIVE_INFINITY : packed);
      const isFolder = name.endsWith('/');
      if (!isFolder && name !== '')
        yield { name: name.replace(/^(?:\.\/+)+/, ''), index: index++, body: bytes };
      for await (const _ of bytes); // what the reader left
      if (sizeBehind) await descriptor(feed, need, isZip64);
    }
  } finally {
    await feed.close();
  }
}

/** The packed size, from the Zip64 field where the header has no room for it. */
function sizes(header: Buffer, extra: Buffer): { readonly packed: number; readonly isZip64: boolean } {
  const packed = header.readUInt32LE(18);
  const plain = header.readUInt32LE(22);
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const length = extra.readUInt16LE(at + 2);
    if (id === 1) {
      const packedAt = at + 4 + (plain === 0xffffffff ? 8 : 0);
      if (packed !== 0xffffffff || packedAt + 8 > extra.length) return { packed, isZip64: true };
      return { packed: Number(extra.readBigUInt64LE(packedAt)), isZip64: true };
    }
    at += 4 + length;
  }
  return { packed, isZip64: false };
}

async function* stored(feed: Feed, size: number): AsyncGenerator<Buffer> {
  for (let left = size; left > 0; ) {
    if (!(await feed.ensure(1))) throw new Damage('zip', 'end-too-early');
    const piece = feed.take(Math.min(left, feed.bytes.length));
    left -= piece.length;
    yield piece;
  }
}

/** Inflates until the data say that they end; `size` is not reached before in a good archive. */
async function* inflated(feed: Feed, size: number): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  let plain: Buffer[] = [];
  let failure: unknown = null;
  let ended = false;
  inflate.on('data', (bytes: Buffer) => plain.push(bytes));
  const closed = new Promise<void>((resolve) => inflate.once('close', resolve));
  inflate.once('end', () => {
    ended = true;
  });
  inflate.on('error', (error) => {
    failure = error;
  });
  let left = size;
  try {
    while (!ended && failure === null) {
      const used = inflate.bytesWritten;
      const more = left > 0 && (await feed.ensure(1));
      const piece = more ? feed.bytes.subarray(0, Math.min(PIECE, left)) : Buffer.alloc(0);
      if (more) {
        const written = new Promise<void>((resolve) => inflate.write(piece, () => resolve()));
        await Promise.race([written, closed]);
      } else {
        inflate.end();
        await closed;
      }
      const taken = Math.min(piece.length, inflate.bytesWritten - used);
      feed.take(taken);
      left -= taken;
      await new Promise(setImmediate); // the end is told a turn later
      const ready = plain;
      plain = [];
      yield* ready;
      if (!more && !ended)
        throw failure === null ? new Damage('zip', 'end-too-early') : zlibDamage('zip', failure);
      if (more && taken < piece.length) break; // the rest belongs to what follows
      if (size !== Number.POSITIVE_INFINITY && left === 0) break;
    }
    if (failure !== null) throw zlibDamage('zip', failure);
    yield* plain;
  } finally {
    inflate.destroy();
  }
}

/** Checksum and sizes behind a member, with or without a signature of its own. */
async function descriptor(
  feed: Feed,
  need: (count: number) => Promise<void>,
  isZip64: boolean,
): Promise<void> {
  await need(4);
  const signature = feed.bytes.readUInt32LE(0) === 0x08074b50 ? 4 : 0;
  const length = signature + 4 + (isZip64 ? 16 : 8);
  await need(length);
  feed.take(length);
}
