/**
 * The files that `slowbrute simulate` reads and writes, as a value that tests replace. Whatever the system refuses
 * becomes a Trouble that names the path.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Trouble } from '../model/error.ts';
import type { Output } from './effects.ts';

export interface SimulateFiles {
  /** The text of a file; Trouble `no-such-path` or `not-readable`. */
  read(path: string): Promise<string>;
  isFolder(path: string): Promise<boolean>;
  /** Writes a whole file, gzip if its name ends in .gz, its folder made; Trouble `not-writable`, nothing left behind. */
  write(path: string, text: Iterable<string>): Promise<void>;
  /** Writes to a stream as fast as it takes it; ends early, in peace, when the reader has gone. */
  pour(text: Iterable<string>, output: Output): Promise<void>;
}

export const realSimulateFiles: SimulateFiles = {
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      const missing = codeOf(error) === 'ENOENT';
      throw new Trouble(
        missing ? 'no-such-path' : 'not-readable',
        `${path}: ${missing ? 'no such file' : reasonOf(error)}`,
        'Give a file that holds a scenario as JSON.',
      );
    }
  },
  isFolder: async (path) => {
    try {
      return (await stat(path)).isDirectory();
    } catch {
      return false;
    }
  },
  write: async (path, text) => {
    // written beside and renamed, so that nobody finds half a log; a pipe or device is written as it is
    const special = await isSpecial(path);
    const beside = special ? path : `${path}.${process.pid}.part`;
    try {
      await makeFolder(dirname(path));
      const target = createWriteStream(beside);
      // gzip without a time stamp, as node:zlib makes it: the same text gives the same bytes
      if (path.endsWith('.gz')) await pipeline(Readable.from(text), createGzip({ level: 9 }), target);
      else await pipeline(Readable.from(text), target);
      if (!special) await rename(beside, path);
    } catch (error) {
      if (!special) await rm(beside, { force: true }).catch(() => {}); // the first error is the one that tells
      throw new Trouble(
        'not-writable',
        `${path}: cannot be written: ${reasonOf(error)}`,
        'Choose a path in a folder you may write to, with room for the log.',
      );
    }
  },
  pour: async (text, output) => {
    for (const block of text) {
      if (output.write(block) !== false || !isEmitter(output)) continue;
      try {
        await once(output, 'drain');
      } catch (error) {
        if (codeOf(error) === 'EPIPE') return; // the reader has seen enough
        throw error;
      }
    }
  },
};

/**
 * Makes one folder where there is none; a missing parent is the caller's mistake. Not `recursive`, which never
 * returns for a path below /proc (Node 20).
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((await stat(path)).isDirectory()) return;
    throw error;
  }
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

function isEmitter(output: Output): output is Output & NodeJS.EventEmitter {
  return 'once' in output && 'on' in output;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The system's words without the path, which the message has already. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^[A-Z0-9]+: /, '').replace(/, \w+( '.*')?$/, '');
}
