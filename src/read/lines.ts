/** The lines of an input, whatever it is: sniffed, decompressed, split, handed over one by one as they come. */
import { Trouble } from '../model/error.ts';
import type { ReadEffects } from './effects.ts';
import type { Input } from './inputs.ts';
import { LineSplitter } from './split.ts';
import { openText, troubleBehind } from './text.ts';

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

/** Reads the whole input. Throws {@link Trouble} where none of it can be read: not there, not a log, an archive. */
export async function readLines(
  input: Input,
  receiver: LineReceiver,
  effects: ReadEffects,
): Promise<ReadLines> {
  const opened = await openText(input, effects, (count) => receiver.onBytes(count));
  if (opened.kind === 'archive')
    throw new Trouble(
      'not-a-log',
      `${input.path}: is a ${opened.format} archive`,
      'Unpack it, or name it to: slowbrute scan.',
    );
  return readOpened(input.path, opened.chunks, receiver);
}

/** The lines of plain text that was opened; `name` is for messages. */
export async function readOpened(
  name: string,
  chunks: AsyncIterable<Buffer>,
  receiver: Pick<LineReceiver, 'onBegin' | 'onLine'>,
): Promise<ReadLines> {
  const splitter = new LineSplitter((text) => receiver.onLine(text));
  receiver.onBegin();
  return await readInto(name, chunks, splitter);
}

/** What takes the bytes of a text: {@link LineSplitter}, or the fast path of the parser. */
export interface ByteSink {
  /** Bytes taken so far, and lines that were too long and lost their end. */
  readonly bytes: number;
  readonly cutLines: number;
  /** The chunk may be overwritten afterwards. */
  push(chunk: Buffer): void;
  /** The text is at its end; not called where it breaks off. */
  end(): void;
}

/** The bytes of plain text that was opened; `name` is for messages. */
export async function readInto(
  name: string,
  chunks: AsyncIterable<Buffer>,
  sink: ByteSink,
): Promise<ReadLines> {
  const done = (trouble: Trouble | null): ReadLines => ({
    bytes: sink.bytes,
    cutLines: sink.cutLines,
    trouble,
  });
  try {
    for await (const chunk of chunks) sink.push(chunk);
  } catch (error) {
    const trouble = troubleBehind(name, error, sink.bytes);
    if (trouble === null) throw error;
    // the line at the damage is not handed on: what is left of its address may be another's
    return done(trouble);
  }
  sink.end();
  return done(null);
}
