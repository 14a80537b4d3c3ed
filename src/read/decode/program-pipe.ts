/**
 * A whole file decompressed by the program that made it, straight into a named pipe that is read without waiting for
 * events: what Node itself puts between a program and its reader, a socket, copies each byte twice more and wakes the main
 * thread for every 64 KiB; 1 GB took 3 processor seconds longer that way. Whoever can may read the pipe on by itself, in
 * another thread.
 *
 * The program gets the open file as its standard input, no path; the pipe stands in a folder of its own that nobody else may
 * enter, and is out of it again before the first byte.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenFile, OpenPipe } from '../chunks.ts';
import { Damage } from './damage.ts';
import { commandIn, type Program, reasonOf } from './program.ts';

/**
 * Compressed bytes from which on the pipe is worth making: mkfifo(1) takes some 5 ms, what it saves about 25 ms for
 * each megabyte of a log.
 */
const WORTHWHILE_BYTES = 1024 * 1024;
/** What a pipe holds. */
const PIECE_BYTES = 64 * 1024;
/** Plain bytes after which it is looked how far the program is: a hundredth of a second of work. */
const LOOK_BYTES = 16 * 1024 * 1024;

export interface PipedProgram {
  /** The plain bytes; a chunk is good until the next one. Throws {@link Damage} after the last good byte. */
  readonly chunks: AsyncGenerator<Buffer>;
  readonly pipe: OpenPipe;
}

/**
 * Starts the program on a file that is open. `onBytes` is told of compressed bytes beyond those that `file` has had read.
 * Null where it is not worthwhile, where there is no such pipe to be had, or the file's path is another file's by now.
 */
export function pipedProgram(
  program: Program,
  file: OpenFile,
  programPath: string | undefined,
  onBytes: (count: number) => void,
): PipedProgram | null {
  const mkfifo = commandIn(programPath, 'mkfifo');
  const input = mkfifo === null ? null : openedAgain(file);
  if (mkfifo === null || input === null) return null;
  let folder: string | null = null;
  const open: number[] = [input];
  try {
    folder = mkdtempSync(join(tmpdir(), 'slowbrute-'));
    const path = join(folder, 'plain');
    if (spawnSync(mkfifo, ['-m', '600', path]).status !== 0) throw new Error('mkfifo has failed');
    // open for both, so that neither end waits for the other
    const writeEnd = openSync(path, constants.O_RDWR);
    open.push(writeEnd);
    const readEnd = openSync(path, constants.O_RDONLY);
    open.push(readEnd);
    const said = openSync(join(folder, 'said'), 'wx+');
    open.push(said);
    const child = spawn(program.command, program.arguments, {
      stdio: [input, writeEnd, said],
      env: { LC_ALL: 'C' },
    });
    closeSync(writeEnd); // the program's is the only one now: the pipe ends with it
    return running(program, child, { input, readEnd, said }, file, onBytes);
  } catch {
    for (const descriptor of open) closeSync(descriptor);
    return null;
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

function running(
  program: Program,
  child: ReturnType<typeof spawn>,
  { input, readEnd, said }: { readonly input: number; readonly readEnd: number; readonly said: number },
  file: OpenFile,
  onBytes: (count: number) => void,
): PipedProgram {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status));
  });
  ended.catch(() => {}); // told when it is awaited
  let told = file.done;
  let unseen = 0;
  const tellUpTo = (position: number) => {
    if (position > told) onBytes(position - told);
    told = Math.max(told, position);
  };
  const pipe: OpenPipe = {
    kind: 'pipe',
    path: file.path,
    descriptor: readEnd,
    done: 0,
    onBytes: (count) => {
      unseen += count;
      if (unseen < LOOK_BYTES) return;
      unseen = 0;
      tellUpTo(positionOf(input));
    },
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
      for (;;) {
        const count = readSync(readEnd, buffer, 0, buffer.length, null);
        if (count === 0) break;
        pipe.done += count;
        pipe.onBytes(count);
        yield buffer.subarray(0, count);
      }
      if ((await ended) !== 0) {
        const text = textOf(said);
        throw new Damage(program.format, reasonOf(text), text.trim().split('\n')[0]);
      }
      tellUpTo(file.size ?? 0);
    } finally {
      child.kill();
      pipe.descriptor = -1;
      for (const descriptor of [readEnd, input, said]) closeSync(descriptor);
    }
  }
  return { chunks: chunks(), pipe };
}

/** The same file from its beginning; null where its path is another's by now. */
function openedAgain({ path, descriptor, size }: OpenFile): number | null {
  if (size === null || size < WORTHWHILE_BYTES || descriptor < 0) return null;
  let again: number;
  try {
    again = openSync(path, 'r');
  } catch {
    return null;
  }
  const [one, other] = [fstatSync(descriptor), fstatSync(again)];
  if (one.ino === other.ino && one.dev === other.dev) return again;
  closeSync(again);
  return null;
}

/** How far an open file was read by whoever shares its position; 0 where the system does not say. */
function positionOf(descriptor: number): number {
  try {
    return Number(/^pos:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function textOf(descriptor: number): string {
  const bytes = Buffer.alloc(2000);
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}
