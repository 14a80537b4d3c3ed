/**
 * Standard input, for ever or to its end (`ssh host tail -F /var/log/auth.log | slowbrute watch -`). It can be read once only, so it
 * goes through a spool; while that is full nothing is read, and whoever writes waits. A line is spooled when its newline
 * has come, the last one also when standard input is closed.
 */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LONGEST_LINE } from '../split.ts';
import type { FollowEffects, Follower, Tally } from './follower.ts';
import type { Spool } from './spool.ts';
import { SpoolFollower, type SpoolSource } from './spool-follower.ts';

export interface FollowStdinOptions {
  /** The folder under which spools are. */
  readonly spoolFolder: string;
  /** The latest position that was stored: lines are numbered behind it where the spool itself is gone. */
  readonly known?: string | null;
  /** Bytes of the spool at most. */
  readonly mostBytes?: number;
}

const NEWLINE = 10;

/** Ends when standard input has ended and everything was handed on. `from`: a position of an earlier run, whose rest is read first. */
export function followStdin(
  from: string | null,
  options: FollowStdinOptions,
  effects: FollowEffects,
): Follower {
  const { known = null, mostBytes } = options;
  const limits = { known, ...(mostBytes === undefined ? {} : { mostBytes }) };
  let wake = (): void => {};
  const source = new StreamSource(
    'stdin',
    () => effects.stdin,
    () => wake(),
  );
  const follower = new SpoolFollower(
    'stdin',
    join(options.spoolFolder, 'stdin'),
    from,
    source,
    limits,
    effects,
  );
  wake = () => follower.look();
  return follower;
}

class StreamSource implements SpoolSource {
  hasEnded = false;
  readonly #path: string;
  readonly #open: () => Readable;
  readonly #onEnd: () => void;
  #stream: Readable | null = null;

  constructor(path: string, open: () => Readable, onEnd: () => void) {
    this.#path = path;
    this.#open = open;
    this.#onEnd = onEnd;
  }

  start(spool: Spool, tally: Tally): void {
    this.#stream = this.#open();
    void this.#pump(this.#stream, spool, tally);
  }

  // oxlint-disable-next-line require-await -- the contract of sources
  async stop(): Promise<void> {
    this.hasEnded = true;
    this.#stream?.destroy();
  }

  async #pump(stream: Readable, spool: Spool, tally: Tally): Promise<void> {
    try {
      await spoolLines(stream, spool, () => this.hasEnded);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined) throw error;
      if (!this.hasEnded) tally.become({ kind: 'failed', path: this.#path, code });
    }
    await spool.settled();
    this.hasEnded = true;
    this.#onEnd();
  }
}

/**
 * Reads a stream to its end into a spool, whole lines at a time; while that is full nothing is read, and whoever writes waits.
 * Rejects with what the stream fails with.
 */
export async function spoolLines(stream: Readable, spool: Spool, hasStopped: () => boolean): Promise<void> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  const spoolIt = async (bytes: Buffer): Promise<void> => {
    while (!spool.append(bytes)) {
      await spool.room();
      if (hasStopped()) return;
    }
  };
  for await (const piece of stream as AsyncIterable<Buffer | string>) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      await spoolIt(Buffer.concat([...rest, chunk.subarray(0, end)]));
      rest = [];
      restBytes = 0;
    }
    // beyond the longest line one byte is enough to know that it is too long
    const kept = chunk.subarray(end, end + Math.max(0, LONGEST_LINE + 1 - restBytes));
    if (kept.length > 0) rest.push(Buffer.from(kept));
    restBytes += kept.length;
  }
  if (restBytes > 0) await spoolIt(Buffer.concat([...rest, Buffer.from('\n')]));
}
