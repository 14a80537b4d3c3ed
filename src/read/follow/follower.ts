/**
 * Following an input: lines as they are written, for ever, each exactly once, whatever happens to the file or to this
 * program. The contract that files, the journal, the syslog receiver and standard input keep alike.
 *
 * Pull, not push: whoever consumes asks for the next batch, and nothing beyond one batch is read before that. So memory is
 * bounded and a slow consumer slows reading down, not the machine. What cannot be read twice (a socket, a pipe) goes
 * through a spool on disk first, so that every input has positions.
 */
import type { ReadEffects } from '../effects.ts';
import { realReadEffects } from '../effects.ts';

/** Lines of one input, in order. Never empty. */
export interface Batch {
  /** The input, as it is named for ever: an absolute path, `journal`, `syslog`, `stdin`. */
  readonly input: string;
  readonly lines: readonly string[];
  /**
   * Number of the first of the lines, from 1, counted since the input was first read. The next batch goes on where this one
   * ends, but after a gap: then numbers are left out, and none is ever given twice.
   */
  readonly firstLine: number;
  /** Where to go on after the last of the lines: text that the follower of the same input understands, nobody else. */
  readonly position: string;
  /** The wall clock when they were read, seconds since 1970. */
  readonly arrived: number;
  /**
   * No line was written later than this, seconds since 1970: for a file, when it was last changed, which for an old piece is long
   * before it was read; by it a stamp without a year gets one.
   */
  readonly written: number;
}

/** Why lines may be missing. */
export type GapReason =
  /** The file was emptied, and no copy of it is there. */
  | 'emptied'
  /** The file that was being read, and where it went when it was rotated, cannot be found. */
  | 'vanished'
  /** A compressed piece, or a segment of the spool, is damaged. */
  | 'damaged'
  /** The file has other text than was read before: a loss of power took its end, or somebody wrote into it. */
  | 'changed'
  /** This user may not read a rotated piece. */
  | 'unreadable'
  /** The journal has dropped the entry that was read last. */
  | 'journal-dropped';

/** How many messages, by why: */
export interface DroppedMessages {
  /** The kernel had no room for them: they came faster than they were read. */
  readonly kernel: number;
  /** The spool had none: what reads it is behind, or the disk is. */
  readonly noRoom: number;
  /** A sender sent more than it may. */
  readonly tooMany: number;
  /** The sender is not allowed to send, or there were too many connections. */
  readonly refused: number;
}

export type FollowNotice =
  /** Lines may be missing behind line number `line`. `path`: the file that it happened to. */
  | {
      readonly kind: 'gap';
      readonly input: string;
      readonly why: GapReason;
      readonly path: string;
      readonly line: number;
    }
  /** The input goes on in another file. */
  | {
      readonly kind: 'turned';
      readonly input: string;
      readonly from: string;
      readonly to: string;
      readonly line: number;
    }
  /** Told once for each change, not for each attempt to read. */
  | { readonly kind: 'state'; readonly input: string; readonly state: FollowerState }
  /** Messages of a receiver that were not taken, since this was last told; none: none for a while. */
  | { readonly kind: 'dropped'; readonly input: string; readonly messages: DroppedMessages }
  /** Changes cannot be watched (a network file system, the limit of inotify): looked for once a second. */
  | { readonly kind: 'unwatched'; readonly input: string; readonly path: string; readonly code: string };

export type FollowerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'following' }
  /** There is no such file (or folder) now; it is waited for. */
  | { readonly kind: 'missing'; readonly path: string }
  /** This user may not read it; tried again. */
  | { readonly kind: 'no-rights'; readonly path: string }
  /** A folder, a pipe, a socket or a device is where a file should be; tried again. */
  | { readonly kind: 'not-a-file'; readonly path: string; readonly what: string }
  /** Reading, listening or spooling failed; tried again. `code`: of the system, e.g. `EMFILE`, or what the program said. */
  | { readonly kind: 'failed'; readonly path: string; readonly code: string }
  /** There is nothing more to come (standard input was closed), or it was stopped. */
  | { readonly kind: 'ended' };

export interface FollowerStatus {
  readonly input: string;
  readonly state: FollowerState;
  /** Bytes that are there and not read yet, as of the last look; null where that cannot be known. */
  readonly behindBytes: number | null;
  /** The wall clock when the last line was read, seconds since 1970; null: none yet. */
  readonly lastLine: number | null;
  /** Since this follower began. */
  readonly lines: number;
  readonly bytes: number;
  /** Lines longer than LONGEST_LINE, which lost their end. */
  readonly cutLines: number;
  /** How often the input went on in another file, and how often lines may be missing. */
  readonly turns: number;
  readonly gaps: number;
  /** Messages of a receiver that were not taken: too many, from a stranger, no room. */
  readonly dropped: number;
}

export interface Follower {
  readonly input: string;
  /** To be called once. Ends after {@link stop}, or when nothing more can come. Throws for bugs only. */
  batches(): AsyncIterable<Batch>;
  status(): FollowerStatus;
  /** Whether everything that was there at the last look was handed on. */
  caughtUp(): boolean;
  /** Whatever is before this position will never be asked for again. For what is spooled; nothing elsewhere. */
  release?(position: string): void;
  /** Reads again what it was told to use: certificates. Nothing elsewhere. */
  reload?(): void;
  /** Lets everything go: files, watches, sockets, child processes. */
  stop(): Promise<void>;
}

export interface FollowEffects extends ReadEffects {
  /** The wall clock, seconds since 1970. */
  now(): number;
  onNotice(notice: FollowNotice): void;
}

/** The real world; notices go nowhere. */
export function realFollowEffects(): FollowEffects {
  const read = realReadEffects();
  return {
    get stdin() {
      return read.stdin;
    },
    logFolder: read.logFolder,
    journal: read.journal,
    programPath: read.programPath,
    now: () => Date.now() / 1000,
    onNotice: () => {},
  };
}

const FOLLOWING: FollowerState = { kind: 'following' };

/** Counts and the state of one follower, with what must be told once. */
export class Tally {
  lines = 0;
  bytes = 0;
  cutLines = 0;
  turns = 0;
  gaps = 0;
  dropped = 0;
  lastLine: number | null = null;
  readonly #input: string;
  readonly #tell: (notice: FollowNotice) => void;
  #state: FollowerState = { kind: 'starting' };

  constructor(input: string, tell: (notice: FollowNotice) => void) {
    this.#input = input;
    this.#tell = tell;
  }

  get state(): FollowerState {
    return this.#state;
  }

  /** Tells a state that is another than before. */
  become(state: FollowerState): void {
    if (state === this.#state || JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#tell({ kind: 'state', input: this.#input, state });
  }

  /** So many lines were read. */
  has(lines: number, now: number): void {
    this.lines += lines;
    this.lastLine = now;
    this.become(FOLLOWING);
  }

  gap(why: GapReason, path: string, line: number): void {
    this.gaps++;
    this.#tell({ kind: 'gap', input: this.#input, why, path, line });
  }

  status(behindBytes: number | null): FollowerStatus {
    const { lines, bytes, cutLines, turns, gaps, dropped, lastLine } = this;
    return {
      input: this.#input,
      state: this.#state,
      behindBytes,
      lastLine,
      lines,
      bytes,
      cutLines,
      turns,
      gaps,
      dropped,
    };
  }
}
