/**
 * The plain text behind an input, whatever it is: sniffed, decompressed, handed over in chunks. What can be read is
 * read: damage in the middle of a file ends that file, not the run.
 */
import { Trouble } from '../model/error.ts';
import { chunksOf, type OpenFile, type OpenPipe, openFileOf } from './chunks.ts';
import { Damage, sayDamage } from './decode/damage.ts';
import { decoded, programFor } from './decode/decode.ts';
import { pipedProgram } from './decode/program-pipe.ts';
import type { ReadEffects } from './effects.ts';
import { framed } from './frames/frame.ts';
import { utf8Of, utf16Of } from './frames/utf16.ts';
import type { Input } from './inputs.ts';
import { HEAD_BYTES, type Head, refusal, sniff } from './sniff.ts';

/** Compression in compression: a .gz that was packed again. Deeper is no log but a trap. */
const DEEPEST = 2;

export type Opened =
  /**
   * Plain text, a record a line (frames/). Reading it may throw: see {@link troubleBehind}. `file`: the chunks are the
   * bytes of this file as they stand in it, or come through this pipe; null: they are made of something else.
   */
  | {
      readonly kind: 'text';
      readonly chunks: AsyncIterable<Buffer>;
      readonly file: OpenFile | OpenPipe | null;
    }
  /** An archive; `chunks` are its bytes, decompressed. */
  | { readonly kind: 'archive'; readonly format: 'tar' | 'zip'; readonly chunks: AsyncIterable<Buffer> };

/**
 * Opens an input and looks at its beginning. `onBytes` is told of bytes of the input consumed (compressed ones, where
 * it is compressed). Throws {@link Trouble} where none of it can be read: not there, not a log.
 */
export async function openText(
  input: Input,
  effects: ReadEffects,
  onBytes: (count: number) => void = () => {},
): Promise<Opened> {
  const file = openFileOf(input);
  return openChunks(input.path, counted(chunksOf(input, effects, file), onBytes), effects, file, onBytes);
}

/** The same of bytes that are there already, for a member of an archive; `name` is for messages. */
export async function openChunks(
  name: string,
  chunks: AsyncIterable<Buffer>,
  effects: ReadEffects,
  file: OpenFile | null = null,
  onBytes: (count: number) => void = () => {},
): Promise<Opened> {
  try {
    let { head, all } = await withHead(chunks);
    let asRead: { readonly chunks: AsyncIterable<Buffer>; readonly from: OpenFile | OpenPipe | null } = {
      chunks: all,
      from: file,
    };
    let kind = sniff(head);
    for (let depth = 0; kind.kind === 'compressed' && depth < DEEPEST; depth++) {
      const program = depth > 0 || file === null ? null : programFor(kind.format, effects.programPath);
      const piped = program === null ? null : pipedProgram(program, file!, effects.programPath, onBytes);
      if (piped !== null) await close(all);
      ({ head, all } = await withHead(piped?.chunks ?? decoded(kind.format, all, effects.programPath)));
      asRead = { chunks: all, from: piped?.pipe ?? null };
      kind = sniff(head);
    }
    const utf16 = kind.kind === 'refused' ? utf16Of(head) : null;
    if (utf16 !== null) {
      ({ head, all } = await withHead(utf8Of(all, utf16)));
      kind = sniff(head);
    }
    if (kind.kind === 'log') {
      const lines = framed(head, all);
      return { kind: 'text', chunks: lines, file: lines === asRead.chunks ? asRead.from : null };
    }
    if (kind.kind === 'archive') return { kind: 'archive', format: kind.format, chunks: all };
    throw refusal(name, kind.kind === 'compressed' ? TOO_DEEP : kind);
  } catch (error) {
    throw troubleBehind(name, error, 0) ?? error;
  }
}

/** Lets go of chunks of which nothing was asked yet: a generator that has not begun would close nothing. */
async function close(chunks: AsyncIterable<Buffer>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return?.();
}

const TOO_DEEP: Extract<Head, { kind: 'refused' }> = {
  kind: 'refused',
  what: 'is compressed three times',
  remedy: () => 'Decompress it and name what comes out.',
};

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
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

/**
 * The trouble behind an error of reading, `bytes` of text having been read before it; null where it is none of the
 * operator's, but a bug.
 */
export function troubleBehind(path: string, error: unknown, bytes: number): Trouble | null {
  if (error instanceof Trouble) return error;
  const name = path === '-' ? 'standard input' : path;
  if (error instanceof Damage) {
    const before =
      bytes === 0 ? 'nothing of it could be read' : `${bytes} bytes of log before that were read`;
    return new Trouble(
      'truncated',
      `${name}: ${sayDamage(error)}; ${before}`,
      error.reason === 'too-much-memory' || error.reason === 'not-supported'
        ? 'Decompress it yourself, if you trust where it comes from, and name what comes out.'
        : 'Compare it with the original; what was read is in the report.',
    );
  }
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return null;
  return new Trouble('not-readable', `${name}: reading failed (${code})`, 'Check the disk and the file.');
}
