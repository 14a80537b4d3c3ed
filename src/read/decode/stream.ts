/**
 * A decoder of node:zlib as a generator. Pieces go in one at a time, and what comes out is handed on at once: the
 * decoder works on the next chunk in its own thread while the reader works on this one. A damaged or truncated
 * input gives what could be read and then the error; the bytes before the damage are never held back, which is why the
 * end is told to the decoder by itself, after the last piece.
 */
import type { Transform } from 'node:stream';

/** Compressed bytes given at once: a bomb makes a thousand times as many of them (66 MB), logs twenty times. */
const PIECE_BYTES = 64 * 1024;
/** Plain bytes in a chunk. At damage zlib keeps the chunk it was filling: so much of the good part is lost at most. */
export const PLAIN_BYTES = 256 * 1024;

export interface Coder extends Transform {
  /** Compressed bytes that were used. */
  readonly bytesWritten: number;
}

/** The plain bytes of `coder`, fed with `chunks`. Throws zlib's own error after the last good byte. */
export async function* decodedByStream(coder: Coder, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let plain: Buffer[] = [];
  let damage: Error | null = null;
  let closed = false;
  let wake: () => void = () => {};
  coder.on('data', (bytes: Buffer) => {
    plain.push(bytes);
    wake();
  });
  coder.on('error', (error) => {
    damage = error;
    wake();
  });
  // where the data are damaged zlib closes the stream and never answers the write
  coder.once('close', () => {
    closed = true;
    wake();
  });
  const news = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  async function* plainWhile(busy: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const ready = plain;
      plain = [];
      yield* ready;
      if (plain.length > 0) continue;
      if (!busy()) return;
      await news();
    }
  }
  try {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length && damage === null && !closed; from += PIECE_BYTES) {
        let writing = true;
        coder.write(chunk.subarray(from, from + PIECE_BYTES), () => {
          writing = false;
          wake();
        });
        yield* plainWhile(() => writing && !closed);
      }
      if (damage !== null || closed) break;
    }
    if (damage === null && !closed) {
      coder.end();
      yield* plainWhile(() => !closed);
    }
    yield* plain;
    if (damage !== null) throw damage as Error;
  } finally {
    coder.destroy();
  }
}
