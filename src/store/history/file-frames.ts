/**
 * The log of commits of the plain-file engine: frames of a length, a checksum and JSON, one after the other. A commit is
 * one frame that is synchronised before the next one begins, so only the last can be torn, by a crash in the middle of it;
 * whoever wrote it was never told that it is stored, and it is cut off. A frame that is wrong with a good one behind it
 * is damage.
 */
import { corrupt } from './store-trouble.ts';

const HEAD = 8;

/** Length and CRC-32 of the payload, little-endian, and the payload. */
export function frameOf(payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([head, payload]);
}

/**
 * Payloads of the whole frames in `bytes`, and where the last of them ends. Error: `Trouble` with `store-corrupt` where a
 * frame in the middle is damaged; `path` is for its message.
 */
export function readFrames(
  bytes: Buffer,
  path: string,
): { readonly payloads: readonly Buffer[]; readonly end: number } {
  const payloads: Buffer[] = [];
  let end = 0;
  for (;;) {
    const payload = frameAt(bytes, end);
    if (payload === null) break;
    payloads.push(payload);
    end += HEAD + payload.length;
  }
  if (bytes.length - end > HEAD) {
    const next = end + HEAD + bytes.readUInt32LE(end);
    if (next < bytes.length && frameAt(bytes, next) !== null)
      throw corrupt(path, `a commit at byte ${end} does not match its checksum`);
  }
  return { payloads, end };
}

function frameAt(bytes: Buffer, at: number): Buffer | null {
  if (at + HEAD > bytes.length) return null;
  const length = bytes.readUInt32LE(at);
  if (length === 0 || at + HEAD + length > bytes.length) return null;
  const payload = bytes.subarray(at + HEAD, at + HEAD + length);
  return crc32(payload) === bytes.readUInt32LE(at + 4) ? payload : null;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 as in ISO 3309 and zlib, whose own function is not in every Node 20. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
