/**
 * tar as it comes through a pipe: POSIX ustar and pax (IEEE Std 1003.1, pax), GNU's long names and large numbers, and what was
 * before them. Regular files are handed on; folders, links, devices and pipes are passed over, for a log is none of
 * them, and so are sparse files, whose holes would have to be told from the log. Nothing is written anywhere, so a
 * member named `../../etc/passwd` is a member of that name and no more.
 *
 * Written here in 150 lines and not taken from npm, because the bytes must come by asking (a member of 20 GB is read
 * in pieces of a megabyte), headers are hostile, and the packages bring streams of their own along.
 */
import { Damage } from '../decode/damage.ts';
import { Feed } from '../decode/feed.ts';
import { LONGEST_NAME, type Member, MOST_MEMBERS } from './member.ts';

const BLOCK = 512;
/** pax headers are some hundred bytes; a megabyte is what star(1) and libarchive accept. */
const LONGEST_EXTENSION = 1024 * 1024;
const BODY_PIECE = 1024 * 1024;

/** Whether 512 bytes are a header: its checksum is right. */
export function isTarHeader(block: Buffer): boolean {
  const told = readNumber(block, 148, 8);
  if (told === null || block[0] === 0) return false;
  let unsigned = 0;
  let signed = 0; // some old programs added signed characters
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : block[i]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === unsigned || told === signed;
}

/** The files of a tar archive. Throws {@link Damage} where it ends too early or a header is none. */
export async function* tarMembers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const feed = new Feed(chunks);
  const early = () => new Damage('tar', 'end-too-early');
  let extended: Extension = {};
  let index = 0;
  try {
    for (;;) {
      if (!(await feed.ensure(BLOCK))) {
        // an archive ends with two blocks of zeros, but many writers leave one or none
        if (feed.bytes.every((byte) => byte === 0)) return;
        throw early();
      }
      const header = feed.take(BLOCK);
      if (header.every((byte) => byte === 0)) {
        // two archives in a row (`cat a.tar b.tar`): as tar -i, go on behind the zeros
        continue;
      }
      if (!isTarHeader(header)) throw new Damage('tar', 'damaged', 'header');
      const size = extended.size ?? readNumber(header, 124, 12);
      if (size === null || size < 0 || !Number.isSafeInteger(size))
        throw new Damage('tar', 'damaged', 'size');
      const padded = Math.ceil(size / BLOCK) * BLOCK;
      const type = String.fromCharCode(header[156]!);
      if (type === 'x' || type === 'L') {
        if (size > LONGEST_EXTENSION) throw new Damage('tar', 'damaged', 'extended header');
        if (!(await feed.ensure(padded))) throw early();
        const text = feed.take(padded).subarray(0, size);
        extended = { ...extended, ...(type === 'x' ? paxExtension(text) : { name: cString(text) }) };
        continue;
      }
      const isFile = type === '0' || type === '\0' || type === '7';
      const name = (extended.name ?? headerName(header)).replace(/^(?:\.\/+)+/, '').slice(0, LONGEST_NAME);
      const sparse = extended.sparse === true;
      extended = {};
      if (!isFile || sparse || name === '' || name.endsWith('/')) {
        // links and folders have no bytes even where the header tells a size (pax)
        if (!'1234'.includes(type) && type !== '5' && type !== '6' && !(await feed.skip(padded)))
          throw early();
        continue;
      }
      if (index >= MOST_MEMBERS) throw new Damage('tar', 'not-supported', 'members');
      let left = size;
      const body = async function* (): AsyncGenerator<Buffer> {
        while (left > 0) {
          if (!(await feed.ensure(1))) throw early();
          const piece = feed.take(Math.min(left, feed.bytes.length, BODY_PIECE));
          left -= piece.length;
          yield piece;
        }
      };
      yield { name, index: index++, body: body() };
      if (!(await feed.skip(left + padded - size))) {
        // the padding of the last member may be missing
        if (left > 0) throw early();
        return;
      }
    }
  } finally {
    await feed.close();
  }
}

interface Extension {
  readonly name?: string;
  readonly size?: number;
  readonly sparse?: boolean;
}

/** pax: records `LENGTH KEYWORD=VALUE\n`. */
function paxExtension(text: Buffer): Extension {
  let extension: Extension = {};
  let at = 0;
  while (at < text.length) {
    const blank = text.indexOf(32, at);
    const length = blank < 0 ? Number.NaN : Number(text.toString('latin1', at, blank));
    if (!Number.isSafeInteger(length) || length < 5 || at + length > text.length) break;
    const record = text.toString('utf8', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    const keyword = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (keyword === 'path') extension = { ...extension, name: value.replace(/\0.*$/s, '') };
    else if (keyword === 'size' && /^\d{1,15}$/.test(value))
      extension = { ...extension, size: Number(value) };
    else if (keyword.startsWith('GNU.sparse.')) extension = { ...extension, sparse: true };
    at += length;
  }
  return extension;
}

function headerName(header: Buffer): string {
  const name = cString(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0'; // GNU's `ustar  ` has other fields there
  const prefix = isUstar ? cString(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** Octal digits, or GNU's big-endian number where the first bit is set; null where it is neither. */
function readNumber(header: Buffer, at: number, length: number): number | null {
  const field = header.subarray(at, at + length);
  if ((field[0]! & 0x80) !== 0) {
    let value = field[0]! & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const text = field.toString('latin1').replace(/\0.*$/s, '').trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : null;
}
