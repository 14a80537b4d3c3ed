/**
 * The lines of an input, whatever it is: sniffed, decompressed, split, handed over one by one as they come. What
 * can be read is read: damage in the middle of a file ends that file, not the run.
 */
import { Trouble } from '../model/error.ts';
import { chunksOf } from './chunks.ts';
import type { ReadEffects } from './effects.ts';
import { gunzipped } from './gunzip.ts';
import type { Input } from './inputs.ts';
import { HEAD_BYTES, refusal, sniff } from './sniff.ts';
import { LineSplitter } from './split.ts';

export interface ReadLines {
  /** Bytes of text, after decompression. */
  readonly bytes: number;
  /** Lines that were too long and lost their end. */
  readonly cutLines: number;
  /** Why the end is missing (`truncated`, or `not-readable` half way); null where the input was read whole. */
  readonly trouble: Trouble | null;
}

export interface LineReceiver {
  /** Called once, before the first line, when the input has turned out to be text. */
  onBegin(): void;
  onLine(text: string): void;
  /** Bytes of the input consumed since the last call (compressed ones, where it is compressed). */
  onBytes(count: number): void;
}

/** Reads the whole input. Throws {@link Trouble} where none of it can be read: not there, not a log. */
export async function readLines(
  input: Input,
  receiver: LineReceiver,
  effects: ReadEffects,
): Promise<ReadLines> {
  const splitter = new LineSplitter((text) => receiver.onLine(text));
  const done = (trouble: Trouble | null): ReadLines => ({
    bytes: splitter.bytes,
    cutLines: splitter.cutLines,
    trouble,
  });
  let begun = false;
  try {
    const chunks = await plainText(input, counted(chunksOf(input, effects), receiver));
    receiver.onBegin();
    begun = true;
    for await (const chunk of chunks) splitter.push(chunk);
  } catch (error) {
    const trouble = damaged(input, error, splitter.bytes);
    if (trouble === null || !begun) throw trouble ?? error;
    // the line at the damage is not handed on: what is left of its address may be another's
    return done(trouble);
  }
  splitter.end();
  return done(null);
}

async function* counted(chunks: AsyncIterable<Buffer>, receiver: LineReceiver): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    receiver.onBytes(chunk.length);
    yield chunk;
  }
}

/** The text behind the chunks, decompressed where it must be. Throws {@link Trouble} where there is none. */
async function plainText(input: Input, chunks: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  let { head, all } = await withHead(chunks);
  let kind = sniff(head);
  if (kind.kind === 'gzip') {
    ({ head, all } = await withHead(gunzipped(all)));
    kind = sniff(head);
  }
  if (kind.kind === 'log') return all;
  throw refusal(
    input.path,
    kind.kind === 'refused'
      ? kind
      : {
          kind: 'refused',
          what: 'is compressed twice',
          remedy: () => 'Run: zcat FILE | zcat | slowbrute scan -',
        },
  );
}

/** Most NUL bytes at the start that are looked past for something to judge, 4 MiB. */
const BLANK_BYTES = 4 * 1024 * 1024;

/**
 * Reads ahead until there is something to judge by: 4 KiB, not counting a block of NUL bytes at the start, as a
 * crash leaves in the file that was being written. An error on the way is kept for whoever reads `all`, so that
 * what was read before it is not lost.
 */
async function withHead(
  chunks: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let from = 0;
  let bytes = 0;
  let failure: { error: unknown } | null = null;
  try {
    while (bytes - from < HEAD_BYTES && bytes < BLANK_BYTES) {
      const next = await iterator.next();
      if (next.done === true) break;
      if (from === bytes) from += blankBytes(next.value);
      bytes += next.value.length;
      held.push(Buffer.from(next.value)); // the chunk is only good until the next one
    }
  } catch (error) {
    if (bytes === 0) throw error;
    failure = { error };
  }
  const head = Buffer.concat(held).subarray(from, from + HEAD_BYTES);
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* held;
      if (failure !== null) throw failure.error;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

function blankBytes(chunk: Buffer): number {
  let count = 0;
  while (count < chunk.length && chunk[count] === 0) count++;
  return count;
}

/** The trouble behind an error of reading; null where it is none of the operator's, but a bug. */
function damaged(input: Input, error: unknown, bytes: number): Trouble | null {
  if (error instanceof Trouble) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return null;
  const name = input.path === '-' ? 'standard input' : input.path;
  if (code.startsWith('Z_'))
    return new Trouble(
      'truncated',
      `${name}: the gzip data ${code === 'Z_BUF_ERROR' ? 'end too early' : 'are damaged'}; ${bytes} bytes of log before that were read`,
      'Compare it with the original; what was read is in the report.',
    );
  return new Trouble('not-readable', `${name}: reading failed (${code})`, 'Check the disk and the file.');
}
