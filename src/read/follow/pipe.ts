/**
 * Following a named pipe (mkfifo(1)), as rsyslog's ompipe and `|/path` of sysklogd write to. What comes through it can be read once
 * only, so it goes through a spool, as standard input does.
 *
 * It is opened for reading and writing, so that it has a writer always: otherwise opening would wait for one, and the pipe would
 * end with each program that closes it (fifo(7); POSIX leaves it undefined, Linux and the BSDs allow it). It is written to by
 * nobody here. A pipe that was made anew under the same name is opened again.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowEffects, Follower, Tally } from './follower.ts';
import { NotAFile } from './open-piece.ts';
import { idAt, stateOf } from './path-state.ts';
import type { Spool } from './spool.ts';
import { SpoolFollower, type SpoolSource } from './spool-follower.ts';
import { type FollowStdinOptions, spoolLines } from './stdin.ts';

/** Seconds between looks whether the path is still this pipe, and until one that is not there is tried again. */
const LOOK_SECONDS = 2;

/** `from`: a position of an earlier run, whose rest is read first. */
export function followPipe(
  path: string,
  from: string | null,
  options: FollowStdinOptions,
  effects: FollowEffects,
): Follower {
  const { known = null, mostBytes } = options;
  const limits = { known, ...(mostBytes === undefined ? {} : { mostBytes }) };
  const folder = `pipe-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  const source = new PipeSource(path);
  return new SpoolFollower(`pipe ${path}`, join(options.spoolFolder, folder), from, source, limits, effects);
}

class PipeSource implements SpoolSource {
  readonly hasEnded = false;
  readonly #path: string;
  #stream: Socket | null = null;
  readonly #stopping = new AbortController();
  #working: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  start(spool: Spool, tally: Tally): void {
    this.#working = this.#work(spool, tally);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stream?.destroy();
    await this.#working;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #work(spool: Spool, tally: Tally): Promise<void> {
    while (!this.#isStopped) {
      try {
        const { stream, id } = openPipe(this.#path);
        this.#stream = stream;
        tally.become({ kind: 'following' });
        const looks = setInterval(() => {
          if (idAt(this.#path) !== id) stream.destroy();
        }, LOOK_SECONDS * 1000);
        looks.unref();
        try {
          await spoolLines(stream, spool, () => this.#isStopped);
        } finally {
          clearInterval(looks);
        }
      } catch (error) {
        // destroyed by us: stopped, or to be opened anew
        if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') continue;
        tally.become(stateOf(error, this.#path));
        await this.#pause();
      }
    }
    await spool.settled();
  }

  async #pause(): Promise<void> {
    await sleep(LOOK_SECONDS * 1000, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/** Throws what the system says, or that there is something else. */
function openPipe(path: string): { readonly stream: Socket; readonly id: string } {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const stats = fstatSync(descriptor, { bigint: true });
  if (!stats.isFIFO()) {
    closeSync(descriptor);
    throw new NotAFile('no named pipe any more');
  }
  return {
    stream: new Socket({ fd: descriptor, readable: true, writable: false }),
    id: `${stats.dev}:${stats.ino}`,
  };
}
