/**
 * A peer is a tool or a rule that decides, while a log goes by, which sources to keep out and for how long. All of
 * them get the same log and are scored alike (score.ts): programs of others as Debian ships them, rules of papers as
 * re-implemented, and slowbrute's own live detection.
 */

import type { AttemptTable } from '../../model/attempt.ts';
import type { Truth } from '../../model/truth.ts';

/** One line of the log, with what the simulator knows about it. */
export interface PeerLine {
  /** Seconds since 1970 UTC, as the line itself says. */
  readonly time: number;
  /** The source whose doing the line tells of; null for a line of another program. */
  readonly source: string | null;
  /** As in Debian 12's auth.log, without a line end: ISO 8601 time, host, program, message. */
  readonly text: string;
}

export interface PeerLog {
  /** In order of time. */
  readonly lines: readonly PeerLine[];
  /** What really happened, for the score; and for the one rule whose authors cleaned their history by hand. */
  readonly table: AttemptTable;
  readonly truth: Truth;
}

/** A source is kept out in this time: attempts after `from`, up to and with `until`; seconds since 1970. */
export interface Block {
  readonly from: number;
  /** Infinity: for good. */
  readonly until: number;
}

/** Source to its blocks, in order of time, without overlap. A source that was never blocked has no entry. */
export type Blocks = ReadonlyMap<string, readonly Block[]>;

export type PeerRun =
  | {
      readonly kind: 'ran';
      readonly blocks: Blocks;
      /** Processor time, user and system, seconds; start of the program left out. */
      readonly cpuSeconds: number;
    }
  /** It is not here, or it did not run to its end: one sentence why. */
  | { readonly kind: 'absent'; readonly reason: string };

export interface Peer {
  /** Key in the JSON output. */
  readonly name: string;
  /** In tables and pictures, at most 13 characters. */
  readonly title: string;
  /** Version and settings, one sentence. */
  readonly describes: string;
  /** Never throws for what a program does: that is an `absent` run. */
  readonly run: (log: PeerLog) => Promise<PeerRun>;
}
