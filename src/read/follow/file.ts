/**
 * Following a log file through whatever happens to it: rotation by rename and by copytruncate, recreation, deletion, a link that
 * is switched, a path that is not there yet; and going on after a restart where it stopped, in whichever rotated or
 * compressed piece that is by now.
 *
 * One procedure for all of it. The log is a chain of pieces. The open one is read to its end; when it is no longer what the path
 * names, and quiet, the next younger piece is opened, from its start, and so on to the one that is written now. A file
 * that was emptied under the reader is a piece that moved: its copy is looked for and read on, then the emptied file
 * is the next one. A restart opens the piece of the position again, under whatever name, and goes on alike.
 *
 * Lines of one input have numbers, by which attempts are named, so they must come in the same order when they are read
 * again. Turns from one file to another are remembered with the number of the line at which they were made; after a
 * crash, `known` (the latest position that was stored) makes reading from an older position turn at the same lines.
 *
 * Why not a library: @logdna/tail-file follows a file as well, but a restart knows a byte offset only, to be applied to
 * whatever has the name by then; it has no end of whole lines, does not look for a truncated file's copy, and pushes.
 */
import type { Batch, FollowEffects, Follower, FollowerStatus } from './follower.ts';
import { Tally } from './follower.ts';
import { Trail } from './trail.ts';
import { Wake } from './wake.ts';

export interface FollowFileOptions {
  /** The name of the input; the path where it is left out. */
  readonly input?: string;
  /**
   * Where to begin without a position: at the `end` of what is there, at the `start` of the current file, or at the start of
   * the `oldest` rotated piece.
   */
  readonly from: 'oldest' | 'start' | 'end';
  /** The latest position that was stored, where `from` is an older one: what was read since is read again in the same order. */
  readonly known?: string | null;
  /** Folders, besides its own, where rotated pieces are (`olddir` of logrotate). */
  readonly rotatedIn?: readonly string[];
  /** Whether it ends when everything that is there has been read, a last line without its newline, too. */
  readonly once?: boolean;
  /** Seconds that a renamed file must have been quiet before its successor is read. */
  readonly quietSeconds?: number;
}

/**
 * Follows the log at `path`, which need not be there yet. `from`: a position that an earlier follower of it gave; null: see
 * {@link FollowFileOptions.from}.
 */
export function followFile(
  path: string,
  from: string | null,
  options: FollowFileOptions,
  effects: FollowEffects,
): Follower {
  return new FileFollower(path, from, options, effects);
}

/**
 * The position behind the last whole line that the log has at this moment, and how many bytes of the current file are before it (0:
 * there is none). What follows from there was not there yet.
 */
export async function endPosition(
  path: string,
  options: Pick<FollowFileOptions, 'input' | 'rotatedIn'>,
  effects: FollowEffects,
): Promise<{ readonly position: string; readonly bytes: number }> {
  return await new FileFollower(path, null, { ...options, from: 'end' }, effects).begin();
}

/**
 * The position at which a follower without one would begin. Whoever stores it before anything is read can read the same lines
 * again under the same numbers, whatever becomes of the oldest piece meanwhile.
 */
export async function beginPosition(
  path: string,
  options: Pick<FollowFileOptions, 'input' | 'rotatedIn' | 'from'>,
  effects: FollowEffects,
): Promise<string> {
  return (await new FileFollower(path, null, options, effects).begin()).position;
}

class FileFollower implements Follower {
  readonly input: string;
  readonly #from: string | null;
  readonly #options: FollowFileOptions;
  readonly #tally: Tally;
  readonly #wake: Wake;
  readonly #trail: Trail;
  #stopped = false;
  #isWorking = false;

  constructor(path: string, from: string | null, options: FollowFileOptions, effects: FollowEffects) {
    this.input = options.input ?? path;
    this.#from = from;
    this.#options = options;
    this.#tally = new Tally(this.input, (notice) => effects.onNotice(notice));
    this.#wake = new Wake(path, (folder, code) =>
      effects.onNotice({ kind: 'unwatched', input: this.input, path: folder, code }),
    );
    this.#trail = new Trail(this.input, path, options, effects, this.#tally, () => this.#wake.now());
  }

  async *batches(): AsyncGenerator<Batch> {
    this.#isWorking = true;
    try {
      await this.#trail.begin(this.#from);
      while (!this.#stopped) {
        const batch = await this.#trail.next();
        if (batch === null) {
          if (this.#options.once === true && this.#trail.isAtEnd) return;
          if (!this.#stopped) await this.#wake.wait(this.#trail.waitSeconds);
          continue;
        }
        this.#wake.read();
        this.#isWorking = false;
        yield batch;
        this.#isWorking = true;
      }
    } finally {
      this.#isWorking = false;
      this.#close();
    }
  }

  /** Where it stands before any batch, instead of batches. */
  async begin(): Promise<{ readonly position: string; readonly bytes: number }> {
    try {
      await this.#trail.begin(this.#from);
      return { position: this.#trail.position(), bytes: this.#trail.bytesBefore };
    } finally {
      this.#close();
    }
  }

  status(): FollowerStatus {
    return this.#tally.status(this.#trail.behindBytes);
  }

  caughtUp(): boolean {
    return this.#trail.isAtEnd;
  }

  // oxlint-disable-next-line require-await -- the contract of all followers
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#trail.stop();
    this.#wake.close();
    if (!this.#isWorking) this.#close();
  }

  #close(): void {
    this.#wake.close();
    this.#trail.close();
    this.#tally.become({ kind: 'ended' });
  }
}
