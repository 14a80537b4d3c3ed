/**
 * xz (the format of XZ Utils, xz-file-format.txt): by xz(1) where it is installed, else by xz-decompress, which is Lasse Collin's
 * XZ Embedded as WebAssembly. Several streams in a row are read by both, and neither grants a dictionary of more than
 * 128 MiB (`xz -9` has 64).
 */
import { ReadableStream } from 'node:stream/web';
import { Damage, MOST_WINDOW_BYTES } from './damage.ts';
import { Feed } from './feed.ts';
import { decodedByProgram, type Program } from './program.ts';

/** xz(1) at the path `command`; its decoder needs a little more memory than the dictionary. */
export function xzProgram(command: string): Program {
  return { command, arguments: ['-d', '-c', '-q', '--memlimit-decompress=140MiB'], format: 'xz' };
}

/** The plain bytes, by xz(1) at the path `command`. Throws {@link Damage} after the last good byte. */
export function xzByProgram(command: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return decodedByProgram(xzProgram(command), chunks);
}

interface XzDecompress {
  readonly XzReadableStream: new (compressed: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;
}

/** Compressed bytes handed over at once. */
const PIECE_BYTES = 64 * 1024;
const STREAM_HEADER = 12;

/** The plain bytes, by XZ Embedded. Throws {@link Damage} after the last good byte. */
export async function* xzByScript(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // a module of CommonJS, whose exports Node cannot name
  const { default: xz } = (await import('xz-decompress')) as unknown as { readonly default: XzDecompress };
  const { XzReadableStream } = xz;
  const feed = new Feed(chunks);
  try {
    // 2 is the least length of a block's header with one filter, 255 * 4 + 4 the greatest
    await feed.ensure(STREAM_HEADER + 1024);
    checkDictionary(feed.bytes);
    let failure: unknown = null;
    const compressed = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            if (await feed.ensure(1)) {
              controller.enqueue(new Uint8Array(feed.take(PIECE_BYTES)));
              return;
            }
          } catch (error) {
            failure = error;
          }
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const reader = new XzReadableStream(compressed).getReader();
    for (;;) {
      const next = await readNext(reader, () => failure);
      if (next === null) break;
      yield next;
    }
    if (failure !== null) throw failure;
  } finally {
    await feed.close();
  }
}

async function readNext(
  reader: { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> },
  failure: () => unknown,
): Promise<Buffer | null> {
  try {
    const { done, value } = await reader.read();
    if (done || value === undefined) return null;
    return Buffer.from(value); // the WebAssembly memory is used again
  } catch (error) {
    if (failure() !== null) throw failure();
    const said = String(error);
    const early = said.endsWith('code 8'); // XZ_BUF_ERROR of xz.h
    throw new Damage('xz', early ? 'end-too-early' : 'damaged', said);
  }
}

/** The size of the dictionary stands in the header of the first block (section 3.1.5, and 5.3.1 of LZMA2). */
function checkDictionary(head: Buffer): void {
  const flags = head[STREAM_HEADER + 1];
  if (flags === undefined || head[STREAM_HEADER] === 0) return; // no block
  let at = STREAM_HEADER + 2;
  const skipNumber = () => {
    while ((head[at] ?? 0) >= 128) at++;
    at++;
  };
  if ((flags & 64) !== 0) skipNumber(); // compressed size
  if ((flags & 128) !== 0) skipNumber(); // plain size
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = head[at++];
    const length = head[at++] ?? 0;
    const code = head[at] ?? 0;
    if (id === 0x21 && length === 1) {
      const bytes = code === 40 ? 2 ** 32 : (2 | (code & 1)) * 2 ** ((code >> 1) + 11);
      if (bytes > MOST_WINDOW_BYTES) throw new Damage('xz', 'too-much-memory', `${bytes} bytes`);
    }
    at += length;
  }
}
