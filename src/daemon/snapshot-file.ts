/**
 * A snapshot of the daemon's state as one file, from which it goes on after a crash. Either the file is whole or it is as
 * if there were none: it is written beside the old one, forced to disk, and put in its place in one step (rename(2),
 * and fsync(2) of the folder, without which the name may be lost with the power). What is read is believed only when its
 * checksum says that it is what was written: v8.deserialize is no parser for bytes of others.
 *
 * The layout, numbers little-endian:
 *
 *     0   8 bytes   `slowsnap`
 *     8  32 bytes   SHA-256 of what begins at byte 60, then of bytes 40 to 59
 *    40   4 bytes   format of the content, a number of the caller's
 *    44   4 bytes   1: the body is deflated (RFC 1951)
 *    48   4 bytes   length of the version
 *    52   8 bytes   length of the body
 *    60             version of the program that wrote it, UTF-8; then the body
 *
 * The body is one part after the other: its length, 8 bytes, and what v8.serialize makes of it. Parts, because the whole at once would
 * take its size three times over in memory, and the daemon's only thread for half a second.
 */
import { createHash } from 'node:crypto';
import * as realFiles from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { deserialize, serialize } from 'node:v8';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import { Trouble } from '../model/error.ts';

const MAGIC = Buffer.from('slowsnap', 'latin1');
const CHECKSUM_AT = MAGIC.length;
const FORMAT_AT = CHECKSUM_AT + 32;
const DEFLATED_AT = FORMAT_AT + 4;
const VERSION_LENGTH_AT = DEFLATED_AT + 4;
const BODY_LENGTH_AT = VERSION_LENGTH_AT + 4;
const VERSION_AT = BODY_LENGTH_AT + 8;
/** A version is some characters; more is no length that was ever written. */
const LONGEST_VERSION = 200;

/**
 * The fastest: a third of the bytes remains, so that a snapshot every few minutes writes three gigabytes a day and not
 * nine; it runs on a thread of its own. The default level takes three times as long for a tenth less.
 */
const LEVEL = 1;

export interface SnapshotHead {
  /** What the content is and means; another number is another form, which is not read. */
  readonly format: number;
  /** Version of the program, for the log. */
  readonly version: string;
}

export type SnapshotRead =
  | { readonly kind: 'read'; readonly version: string; readonly parts: readonly unknown[] }
  /** There is none: the first start. */
  | { readonly kind: 'missing' }
  /** Bytes of something else. */
  | { readonly kind: 'foreign' }
  /** It ends before its end. */
  | { readonly kind: 'cut' }
  /** It is not what was written. */
  | { readonly kind: 'damaged' }
  /** Another version wrote it, older or newer. */
  | { readonly kind: 'other-format'; readonly format: number; readonly version: string }
  /** The system does not let it be read; `why` is its code, such as `EACCES`. */
  | { readonly kind: 'not-readable'; readonly why: string };

/** What of the file system is used. */
export type SnapshotFiles = Pick<typeof realFiles, 'open' | 'readFile' | 'rename' | 'rm'>;

/** Bytes of what is deflated that are written at once. */
const CHUNK = 128 * 1024;
/** Of the number in front of each part. */
const LENGTH_BYTES = 8;

/**
 * Writes `parts` (each whatever v8.serialize takes) to `path`, readable by nobody else, in place of what is there; resolves
 * with the bytes written when it would survive a loss of power. Each part is taken when it is its turn, so nobody may change them
 * before: what is handed in is a copy of what lives on.
 *
 * Errors: `Trouble`, `store-full` or `not-writable`; what was there before is there still, and nothing is left beside it.
 * Two calls for one path must not overlap.
 */
export async function writeSnapshot(
  path: string,
  parts: readonly unknown[],
  head: SnapshotHead,
  files: SnapshotFiles = realFiles,
): Promise<number> {
  const version = Buffer.from(head.version).subarray(0, LONGEST_VERSION);
  const beside = `${path}.new`;
  try {
    // what a crash has left is none of ours any more; 'wx' follows no link that somebody has put there
    await files.rm(beside, { force: true });
    const file = await files.open(beside, 'wx', 0o600);
    let bodyLength = 0;
    try {
      // the head's place: what it says is known at the end
      await file.writeFile(Buffer.concat([Buffer.alloc(VERSION_AT), version]));
      const hash = createHash('sha256').update(version);
      for await (const chunk of deflated(parts)) {
        hash.update(chunk);
        bodyLength += chunk.length;
        await file.writeFile(chunk);
      }
      const start = startOf(head.format, version.length, bodyLength);
      hash.update(start.subarray(FORMAT_AT)).digest().copy(start, CHECKSUM_AT);
      await file.write(start, 0, start.length, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(beside, path);
    await syncFolder(dirname(path), files);
    return VERSION_AT + version.length + bodyLength;
  } catch (error) {
    await files.rm(beside, { force: true }).catch(() => {});
    throw troubleOf(path, error);
  }
}

/** All but the checksum. */
function startOf(format: number, versionLength: number, bodyLength: number): Buffer {
  const start = Buffer.alloc(VERSION_AT);
  MAGIC.copy(start);
  start.writeUInt32LE(format, FORMAT_AT);
  start.writeUInt32LE(1, DEFLATED_AT);
  start.writeUInt32LE(versionLength, VERSION_LENGTH_AT);
  start.writeBigUInt64LE(BigInt(bodyLength), BODY_LENGTH_AT);
  return start;
}

/** One part is there as bytes at a time, and other work is done between them. */
function deflated(parts: readonly unknown[]): AsyncIterable<Buffer> {
  const serialized = function* (): Generator<Buffer> {
    for (const part of parts) {
      const bytes = serialize(part);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeBigUInt64LE(BigInt(bytes.length));
      yield length;
      yield bytes;
    }
  };
  // a stream of bytes, so that it holds back after the first of what it is given
  const source = Readable.from(serialized(), { objectMode: false, highWaterMark: 1 });
  // whoever reads on hears of an error on the way
  return pipeline(source, createDeflateRaw({ level: LEVEL, chunkSize: CHUNK }), () => {});
}

/** What was written to `path`, if it is whole and of this format; never throws for what is in the file. */
export async function readSnapshot(
  path: string,
  format: number,
  files: SnapshotFiles = realFiles,
): Promise<SnapshotRead> {
  let bytes: Buffer;
  try {
    bytes = await files.readFile(path);
  } catch (error) {
    const why = codeOf(error);
    return why === 'ENOENT' ? { kind: 'missing' } : { kind: 'not-readable', why };
  }
  const magic = bytes.subarray(0, MAGIC.length);
  if (!magic.equals(MAGIC.subarray(0, magic.length))) return { kind: 'foreign' };
  if (bytes.length < VERSION_AT) return { kind: 'cut' };
  const versionLength = bytes.readUInt32LE(VERSION_LENGTH_AT);
  const length = VERSION_AT + versionLength + Number(bytes.readBigUInt64LE(BODY_LENGTH_AT));
  if (versionLength > LONGEST_VERSION) return { kind: 'damaged' };
  if (bytes.length < length) return { kind: 'cut' };
  if (bytes.length > length) return { kind: 'damaged' };
  const checksum = createHash('sha256')
    .update(bytes.subarray(VERSION_AT))
    .update(bytes.subarray(FORMAT_AT, VERSION_AT))
    .digest();
  if (!checksum.equals(bytes.subarray(CHECKSUM_AT, FORMAT_AT))) return { kind: 'damaged' };
  const bodyAt = VERSION_AT + versionLength;
  const version = bytes.toString('utf8', VERSION_AT, bodyAt);
  const written = bytes.readUInt32LE(FORMAT_AT);
  if (written !== format) return { kind: 'other-format', format: written, version };
  try {
    return { kind: 'read', version, parts: await inflatedParts(bytes.subarray(bodyAt)) };
  } catch {
    // whole, and of our format, but this engine does not know how the one that wrote it writes
    return { kind: 'other-format', format: written, version };
  }
}

/** Each part is read as soon as its last byte is there, so that the whole is never there as bytes. */
async function inflatedParts(body: Buffer): Promise<readonly unknown[]> {
  const parts: unknown[] = [];
  let waiting: Buffer[] = [];
  let length = 0;
  let needed: number | null = null;
  const whole = Readable.from([body], { objectMode: false });
  const chunks: AsyncIterable<Buffer> = pipeline(whole, createInflateRaw({ chunkSize: CHUNK }), () => {});
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    while (length >= (needed ?? LENGTH_BYTES)) {
      const bytes: Buffer = Buffer.concat(waiting);
      const end: number = needed ?? LENGTH_BYTES;
      if (needed === null) needed = Number(bytes.readBigUInt64LE());
      else {
        parts.push(deserialize(bytes.subarray(0, end)));
        needed = null;
      }
      waiting = [bytes.subarray(end)];
      length -= end;
    }
  }
  if (length > 0 || needed !== null) throw new Error('ends within a part');
  return parts;
}

/** Without it a loss of power may undo the renaming. Where a folder cannot be opened (Windows), there is no such thing. */
async function syncFolder(folder: string, files: SnapshotFiles): Promise<void> {
  let handle: realFiles.FileHandle;
  try {
    handle = await files.open(folder, 'r');
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error))) return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function troubleOf(path: string, error: unknown): Trouble {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new Trouble(
        'store-full',
        `${path}: no room for the snapshot`,
        'Make room on its disk; until then a restart reads more of the history.',
      )
    : new Trouble(
        'not-writable',
        `${path}: the snapshot cannot be written (${code})`,
        'Give the user that runs slowbrute the right to write to its folder.',
      );
}

/** The system's code of an error; a bug goes on. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}
