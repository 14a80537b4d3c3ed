/** The lines of an input, whatever it is: sniffed, decompressed, split, handed over one by one as they come. */
import { readSync } from 'node:fs';
import { Trouble } from '../model/error.ts';
import { type OpenFile, type OpenPipe, readTrouble, shrunkTrouble } from './chunks.ts';
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
  readonly onBytes: (count: number) => void;
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
  /** The text is at its end. */
  end(): void;
  /** The text breaks off instead: what is left of an address in its last line may be another's, so that is no line. */
  breakOff(): void;
  /** Whether it can read on by itself now what of a file was not pushed: {@link readFile}. Left out: never. */
  readonly readsFiles?: boolean;
  /** Reads an open file from `position` to its end, without {@link end}; the code of the error that it ended with. */
  readFile?(file: OpenRest): string | null;
}

/** What is left of an open file, or of a pipe, which has no position. */
export interface OpenRest {
  readonly descriptor: number;
  readonly position: number | null;
  readonly onBytes: (count: number) => void;
  /** Reads from it; how many bytes, 0 at its end. Throws what the system says. */
  readonly read: (into: Uint8Array, position: number | null) => number;
}

/** Less than this of a file is as soon read as handed over. */
const LEAST_REST = 1024 * 1024;

/**
 * The bytes of plain text that was opened; `name` is for messages. `file`: the chunks are the bytes of this file, which the
 * sink may read by itself; `onBytes` is told of those that it does.
 */
export async function readInto(
  name: string,
  chunks: AsyncIterable<Buffer>,
  sink: ByteSink,
  file: OpenFile | OpenPipe | null = null,
  onBytes: (count: number) => void = () => {},
): Promise<ReadLines> {
  const done = (trouble: Trouble | null): ReadLines => ({
    bytes: sink.bytes,
    cutLines: sink.cutLines,
    trouble,
  });
  try {
    for await (const chunk of chunks) {
      sink.push(chunk);
      if (file === null || !isWorthwhile(file, sink)) continue;
      if (file.kind === 'file') {
        readRest(file, sink, onBytes);
        break;
      }
      readPipe(file, sink); // the chunks know how it ended, and have no more
    }
  } catch (error) {
    const trouble = troubleBehind(name, error, sink.bytes);
    if (trouble === null) throw error;
    sink.breakOff();
    return done(trouble);
  }
  sink.end();
  return done(null);
}

/** Whether the sink should read on by itself: nothing of the file is on its way. */
function isWorthwhile(file: OpenFile | OpenPipe, sink: ByteSink): boolean {
  const isLong = file.kind === 'pipe' || (file.size !== null && file.size - file.done >= LEAST_REST);
  return isLong && file.done === sink.bytes && sink.readsFiles === true;
}

function readPipe(pipe: OpenPipe, sink: ByteSink): void {
  const { descriptor, onBytes } = pipe;
  const read = (into: Uint8Array) => readSync(descriptor, into, 0, into.length, null);
  const error = sink.readFile!({ descriptor, position: null, onBytes, read });
  pipe.done = sink.bytes;
  if (error !== null) throw readTrouble(pipe.path, error);
}

function readRest(file: OpenFile, sink: ByteSink, onBytes: (count: number) => void): void {
  const { descriptor } = file;
  const read = (into: Uint8Array, position: number | null) =>
    readSync(descriptor, into, 0, into.length, position);
  const error = sink.readFile!({ descriptor, position: file.done, onBytes, read });
  file.done = sink.bytes;
  if (error !== null) throw readTrouble(file.path, error);
  const shrunk = shrunkTrouble(file);
  if (shrunk !== null) throw shrunk;
}
