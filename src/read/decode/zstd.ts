/**
 * Zstandard (RFC 8878): by node:zlib where it has it (from 22.15 on), else by zstd(1) where it is installed, else by
 * fzstd, in JavaScript at a third of the speed. All three read several frames in a row, with skippable ones between,
 * and none grants more than 128 MiB of window.
 */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Damage } from './damage.ts';
import { zlibDamage } from './gzip.ts';
import { decodedByProgram, type Program } from './program.ts';
import { type Coder, decodedByStream, PLAIN_BYTES } from './stream.ts';
import { ZstdFrames } from './zstd-frames.ts';

type CreateDecompress = (options: { readonly chunkSize: number }) => Transform;

/** node:zlib's decoder; null in a Node that has none. */
export const zstdOfZlib: CreateDecompress | null =
  (zlib as { createZstdDecompress?: CreateDecompress }).createZstdDecompress ?? null;

/** The plain bytes, by node:zlib, a decoder for each frame. Throws {@link Damage} after the last good byte. */
export async function* zstdByZlib(
  create: CreateDecompress,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const cut = cutFrames(chunks);
  for (;;) {
    const frame = await cut.nextFrame();
    if (frame === null) return;
    try {
      yield* decodedByStream(create({ chunkSize: PLAIN_BYTES }) as Coder, frame);
    } catch (error) {
      throw cut.damage ?? zlibDamage('zstd', error);
    }
    if (cut.damage !== null) throw cut.damage;
  }
}

/** zstd(1) at the path `command`; --memory in MiB is the limit of the window, which is the program's own default, too. */
export function zstdProgram(command: string): Program {
  return { command, arguments: ['-d', '-c', '-q', '--no-progress', '--memory=128MB'], format: 'zstd' };
}

/** The plain bytes, by zstd(1) at the path `command`. Throws {@link Damage} after the last good byte. */
export function zstdByProgram(command: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return decodedByProgram(zstdProgram(command), chunks);
}

interface Fzstd {
  readonly Decompress: new (
    ondata: (bytes: Uint8Array) => void,
  ) => {
    push(chunk: Uint8Array, final?: boolean): void;
  };
}

/** The plain bytes, by fzstd. Throws {@link Damage} after the last good byte. */
export async function* zstdByScript(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = (await import('fzstd')) as Fzstd;
  const frames = new ZstdFrames();
  let plain: Buffer[] = [];
  const begin = () =>
    // fzstd uses its buffer again
    new Decompress((bytes) => void (bytes.length > 0 && plain.push(Buffer.from(bytes))));
  let decoder = begin();
  const ready = () => {
    const all = plain;
    plain = [];
    return all;
  };
  for await (const chunk of chunks) {
    // a bomb: a block of 4 bytes is 128 KiB at most, so a piece of 2 KiB makes 64 MiB at most
    for (let from = 0; from < chunk.length; from += 2048) {
      try {
        // fzstd keeps pieces of headers that it is given, and the chunk is only good until the next one
        for (const { bytes, ends } of frames.push(Buffer.from(chunk.subarray(from, from + 2048)))) {
          decoder.push(bytes, ends);
          if (ends) decoder = begin();
        }
      } catch (error) {
        yield* ready();
        throw error instanceof Damage ? error : new Damage('zstd', 'damaged', String(error));
      }
      yield* ready();
    }
  }
  if (!frames.isBetween) throw new Damage('zstd', 'end-too-early');
}

/** The frames of the chunks, one after the other, each as chunks of its own. */
function cutFrames(chunks: AsyncIterable<Buffer>) {
  const frames = new ZstdFrames();
  const pieces = (async function* () {
    for await (const chunk of chunks) yield* frames.push(chunk);
  })();
  let first: { readonly bytes: Buffer; readonly ends: boolean } | null = null;
  const state = {
    damage: null as unknown,
    /** The next frame; null at the end. The one before must have been read to its end. */
    async nextFrame(): Promise<AsyncGenerator<Buffer> | null> {
      const next = await pieces.next();
      if (next.done === true) {
        if (!frames.isBetween) throw new Damage('zstd', 'end-too-early');
        return null;
      }
      first = next.value;
      return frame();
    },
  };
  async function* frame(): AsyncGenerator<Buffer> {
    let piece = first!;
    for (;;) {
      yield piece.bytes;
      if (piece.ends) return;
      try {
        const next = await pieces.next();
        if (next.done === true) {
          state.damage = new Damage('zstd', 'end-too-early');
          return;
        }
        piece = next.value;
      } catch (error) {
        state.damage = error; // told after what was decoded before it
        return;
      }
    }
  }
  return state;
}
