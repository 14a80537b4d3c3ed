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

/**
 * Consecutive numbers in the order of committing, from 1. Of the fractions of a second nothing is kept.
 *
 * Lines take far more room than attempts, so `text` is kept where somebody will ask for it: of every success, and of the
 * first {@link TEXTS_A_DAY} attempts of a source in a day of UTC (a participant never has more, and of a loud source
 * twenty are enough to see what it does). Of the others it is the empty string.
 */
export interface StoredAttempt extends StreamedAttempt {
  readonly seq: number;
}

/** Lines that are kept of one source in one day; a loud source of fail2ban's default has as many after forty minutes. */
export const TEXTS_A_DAY = 20;

/**
 * In ascending order of `seq`, then `nth`. One that is not beyond the last stored one is stored already, by an earlier
 * commit: it is passed over, so that detection may be replayed after a crash.
 */
export interface StoredEvent {
  /** The attempt that brought it about, and which event of it, from 0. */
  readonly seq: number;
  readonly nth: number;
  readonly event: LiveEvent;
}

/**
 * One transaction. Bugs of the caller are ordinary errors, and nothing of the commit is stored: an attempt whose `seq` is
 * not beyond the last one, or whose name is there already; a block that was added before, or a change of one that never was.
 */
export interface Commit {
  readonly attempts: readonly StoredAttempt[];
  /** Attempts that were committed before (or just now) of which more is known now; null tells nothing. */
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
  /** Attempts before this one (for paging, newest first). */
  readonly before?: number;
  /** Newest first; left out: oldest first, by `seq`. */
  readonly newestFirst?: boolean;
  /** At most so many of what is asked for: attempts, sources, users. */
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

/** A source that somebody logged in from. */
export interface Person {
  readonly source: string;
  readonly lastSuccess: number;
}

/** A source that was named for a campaign. */
export interface ParticipantHistory {
  readonly source: string;
  readonly confidence: number;
  readonly named: number;
  /** When it was found not to belong to it after all; null: it belongs to it. */
  readonly released: number | null;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Its failed attempts: what was known when it was named, and each since then while the campaign went on. */
  readonly attempts: number;
}

/**
 * What the events told of a campaign, brought up to date with every attempt. Of a campaign whose opening is not there
 * (the store was lost, detection was not) `by` is `not told` and `bits` 0.
 */
export interface CampaignHistory {
  readonly id: string;
  readonly opened: number;
  readonly by: string;
  readonly bits: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly ended: number | null;
  /** Failed attempts of its participants so far, without those that were released. */
  readonly attempts: number;
  readonly returnOf: readonly string[];
  /** In the order in which they were named first. */
  readonly participants: readonly ParticipantHistory[];
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
  /** Of these bytes, those that the engine will use again before it asks the disk for more. */
  readonly freeBytes: number;
  /** Time of the oldest attempt that is kept; null without any. */
  readonly oldest: number | null;
}

export interface Retention {
  /** Attempts older than so many days go; null: none does. Sources, campaigns and blocks stay. */
  readonly days: number | null;
  /**
   * The oldest attempts go until the store without its free bytes is below this; null: no bound. What is not attempts stays,
   * and DuckDB frees groups of 122,880 attempts: a small store may stay above it for a while.
   */
  readonly bytes: number | null;
}

/** What of its attempts was asked for; times of the first and last of them. */
export interface Tally {
  readonly failures: number;
  readonly successes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface SourceTally extends Tally {
  readonly source: string;
}

export interface UserTally extends Tally {
  /** null: no line told the name. */
  readonly user: string | null;
  /** How many sources tried it. */
  readonly sources: number;
}

/** Attempts to be drawn. */
export interface ColumnsQuery {
  readonly since?: number;
  readonly until?: number;
  /** Some more than this many at most: beyond it, all of {@link whole}, and every so many of the others. */
  readonly most: number;
  /** Sources of which none may be missing. */
  readonly whole: ReadonlySet<string>;
}

/** Attempts as columns, in order of time; indexes are into the lists of texts. */
export interface AttemptColumns {
  readonly length: number;
  /** Attempts there were in the interval. */
  readonly all: number;
  readonly seq: Float64Array;
  readonly time: Float64Array;
  readonly source: Uint32Array;
  /** 0xffffffff: no line told it. */
  readonly user: Uint32Array;
  readonly sensor: Uint16Array;
  /** 0 not told, 1 unknown user, 2 known. */
  readonly account: Uint8Array;
  readonly success: Uint8Array;
  readonly sources: readonly string[];
  readonly users: readonly string[];
  readonly sensors: readonly string[];
}

/** Errors: `Trouble` with `store-busy`, `store-corrupt`, `store-full`, `store-newer`, `store-away`, `not-writable`; see engines. */
export interface History {
  readonly engine: 'duckdb' | 'sqlite' | 'file' | 'memory' | 'clickhouse';
  /**
   * All of it or nothing; resolves when it would survive a loss of power. Commits are applied in the order of the calls.
   * After a `Trouble` the same object may be committed again; it is stored once, also where the trouble came too late.
   */
  commit(commit: Commit): Promise<void>;
  /** The greatest `seq` that was ever committed; 0 in an empty history. */
  lastSeq(): Promise<number>;
  /** What was last said under that name; null: nothing, or it was forgotten. */
  state(name: string): Promise<string | null>;
  attempts(query: AttemptQuery): AsyncIterable<StoredAttempt>;
  /** A million in a second, some forty bytes each (DuckDB). */
  columns(query: ColumnsQuery): Promise<AttemptColumns>;
  /** Those of `names` that several sources tried, or under which somebody has an account. */
  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>>;
  countAttempts(query: AttemptQuery): Promise<{ readonly failures: number; readonly successes: number }>;
  /** Names of the attempts of an input that were told of by line `from` or a later one, by line and nth. */
  names(input: string, from: number): Promise<readonly AttemptName[]>;
  /** By seq and nth. `after`: those of later attempts; `since`: not earlier than that second. */
  events(query: {
    readonly after?: number;
    readonly since?: number;
    readonly limit?: number;
  }): AsyncIterable<StoredEvent>;
  source(source: string): Promise<SourceHistory | null>;
  /** Sources that ever logged in, whether their attempts are still kept or not: the last login longest ago first, then by text. */
  people(): Promise<readonly Person[]>;
  /** Sources by what was asked of their attempts, the busiest first, then by text (code points). */
  sources(query: AttemptQuery): Promise<readonly SourceTally[]>;
  /** User names likewise; where no line told one comes before the empty text. */
  users(query: AttemptQuery): Promise<readonly UserTally[]>;
  /** The last opened first. `since`, `until`: those between whose first and last attempt some of that time lies. */
  campaigns(query: {
    readonly id?: string;
    readonly since?: number;
    readonly until?: number;
    readonly limit?: number;
  }): Promise<readonly CampaignHistory[]>;
  /** The last added first. */
  blocks(query: BlockQuery): Promise<readonly StoredBlock[]>;
  /** Forgets attempts that are older or beyond; says how many went. `now`: seconds since 1970 UTC. */
  retain(retention: Retention, now: number): Promise<number>;
  size(): Promise<HistorySize>;
  close(): Promise<void>;
}
