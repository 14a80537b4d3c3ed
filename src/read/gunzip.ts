/**
 * gzip (RFC 1952) as it comes, several members in a row as logrotate and `cat a.gz b.gz` leave them. A damaged or
 * truncated file gives what could be read and then its error; the bytes before the damage are never held back,
 * which is why the end is told to zlib by itself, after the last piece.
 */
import { createGunzip } from 'node:zlib';

/** Compressed bytes decoded at once: gzip makes at most a thousand times as many of them, logs twenty times. */
const PIECE_BYTES = 64 * 1024;

/** The plain bytes, in order. Throws zlib's error after the last good byte, where the data are damaged. */
export async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let plain: Buffer[] = [];
  let damage: Error | null = null;
  gunzip.on('data', (bytes: Buffer) => plain.push(bytes));
  gunzip.on('error', (error) => {
    damage = error;
  });
  // where the data are damaged zlib closes the stream and never answers the write
  const closed = new Promise<void>((resolve) => gunzip.once('close', resolve));
  const write = (piece: Buffer) =>
    Promise.race([closed, new Promise<void>((resolve) => gunzip.write(piece, () => resolve()))]);
  try {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length && damage === null; from += PIECE_BYTES) {
        await write(chunk.subarray(from, from + PIECE_BYTES));
        const ready = plain;
        plain = [];
        yield* ready;
      }
      if (damage !== null) break;
    }
    if (damage === null) {
      gunzip.end();
      await closed;
    }
    yield* plain;
    if (damage !== null) throw damage as Error;
  } finally {
    gunzip.destroy();
  }
}
