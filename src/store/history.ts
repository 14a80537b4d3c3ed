/**
 * What a watching daemon remembers beyond its memory, as a contract that several engines keep: attempts, sources,
 * campaigns, blocks, and how far each input was read. Everything of one {@link Commit} is there after it, or nothing is:
 * after kill -9, power loss or a full disk nothing is lost that was committed, and nothing is there twice.
 *
 * Every engine gives the same answers, in the same order, to the byte. Texts come from a log and are hostile: any
 * string that JavaScript can hold goes in and comes out unchanged (lone surrogates become U+FFFD, as in UTF-8).
 * Times are seconds since 1970 UTC.
 */
import type { Block, BlockChange, BlockEnd } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { AttemptName, StreamedAttempt } from '../model/stream.ts';

/** Consecutive numbers in the order of committing, from 1. */
export interface StoredAttempt extends StreamedAttempt {
  readonly seq: number;
}

export interface StoredEvent {
  /** The attempt that brought it about, and which event of it, from 0. */
  readonly seq: number;
  readonly nth: number;
  readonly event: LiveEvent;
}

/** One transaction. */
export interface Commit {
  readonly attempts: readonly StoredAttempt[];
  /** Attempts that were committed before and of which more is known now. */
  readonly amended: readonly {
    readonly name: AttemptName;
    readonly user: string | null;
    readonly known: boolean | null;
    readonly method: string | null;
  }[];
  readonly events: readonly StoredEvent[];
  readonly blocks: readonly BlockChange[];
  /** Small states of the caller by name (positions, what was told to whom): text, replaced whole. null forgets one. */
  readonly states: Readonly<Record<string, string | null>>;
}

export interface AttemptQuery {
  readonly source?: string;
  /** An address range, `203.0.113.0/24` or `2001:db8::/32`; sources that are names match none. */
  readonly network?: string;
  readonly user?: string;
  /** Attempts of its participants while it was going on. */
  readonly campaign?: string;
  readonly sensor?: string;
  readonly service?: string;
  readonly outcome?: 'failure' | 'success';
  /** First second, and the first second that is not meant any more. */
  readonly since?: number;
  readonly until?: number;
  /** Attempts after this one (for paging, and for reading again what a snapshot does not know). */
  readonly after?: number;
  /** Newest first; left out: oldest first, by `seq`. */
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** What is known of one source beyond the retention of its attempts. */
export interface SourceHistory {
  readonly source: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly failures: number;
  readonly unknownUserFailures: number;
  readonly successes: number;
  readonly lastSuccess: number | null;
  /** Users it logged in as, at most 8, in the order of their first login. */
  readonly successUsers: readonly string[];
}

export interface CampaignHistory {
  readonly id: string;
  readonly opened: number;
  readonly by: string;
  readonly bits: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly ended: number | null;
  /** Failed attempts of its participants so far. */
  readonly attempts: number;
  readonly returnOf: readonly string[];
  readonly participants: readonly {
    readonly source: string;
    readonly confidence: number;
    readonly named: number;
    readonly released: number | null;
  }[];
  readonly compromised: readonly {
    readonly source: string;
    readonly user: string;
    readonly sensor: string;
    readonly time: number;
  }[];
}

export interface StoredBlock extends Block {
  readonly ended: number | null;
  readonly why: BlockEnd | null;
}

export interface BlockQuery {
  /** Only those that have not ended. */
  readonly standing?: boolean;
  readonly target?: string;
  readonly source?: string;
  readonly campaign?: string;
  readonly limit?: number;
}

export interface HistorySize {
  readonly attempts: number;
  readonly sources: number;
  readonly campaigns: number;
  readonly blocks: number;
  /** On disk, with whatever the engine keeps beside its file; 0 in memory. */
  readonly bytes: number;
  /** Time of the oldest attempt that is kept; null without any. */
  readonly oldest: number | null;
}

export interface Retention {
  /** Attempts older than so many days go; null: none does. Sources, campaigns and blocks stay. */
  readonly days: number | null;
  /** The oldest attempts go until the store is below this, bytes; null: no bound. */
  readonly bytes: number | null;
}

/** Errors: `Trouble` with `store-busy`, `store-corrupt`, `store-full`, `store-newer`, `not-writable`; see engines. */
export interface History {
  readonly engine: 'duckdb' | 'sqlite' | 'file' | 'memory';
  /** All of it or nothing; resolves when it would survive a loss of power. Commits are applied in the order of the calls. */
  commit(commit: Commit): Promise<void>;
  /** The greatest `seq` that was ever committed; 0 in an empty history. */
  lastSeq(): Promise<number>;
  state(name: string): Promise<string | null>;
  attempts(query: AttemptQuery): AsyncIterable<StoredAttempt>;
  countAttempts(query: AttemptQuery): Promise<{ readonly failures: number; readonly successes: number }>;
  /** Names of the attempts of an input that were told of by line `from` or a later one. */
  names(input: string, from: number): Promise<readonly AttemptName[]>;
  events(query: {
    readonly after?: number;
    readonly since?: number;
    readonly limit?: number;
  }): AsyncIterable<StoredEvent>;
  source(source: string): Promise<SourceHistory | null>;
  /** Sources by what was asked of their attempts, the busiest first, then by text. */
  sources(
    query: AttemptQuery,
  ): Promise<
    readonly { source: string; failures: number; successes: number; firstSeen: number; lastSeen: number }[]
  >;
  campaigns(query: {
    readonly id?: string;
    readonly since?: number;
    readonly until?: number;
    readonly limit?: number;
  }): Promise<readonly CampaignHistory[]>;
  blocks(query: BlockQuery): Promise<readonly StoredBlock[]>;
  /** Forgets what is older or beyond; says how many attempts went. */
  retain(retention: Retention, now: number): Promise<number>;
  size(): Promise<HistorySize>;
  close(): Promise<void>;
}
