/**
 * What a person looks at: one site in a few plain objects, whether it is a history that grows or a log that is finished. The page,
 * the report to hand on, the API, the feed, the exports and `slowbrute top` are all made from this and from nothing else.
 *
 * Times are seconds since 1970 UTC. Texts are as the log has them and hostile; whoever shows one makes it printable first
 * (src/explain/values.ts for text, text nodes in a page). Everything here is fit for JSON but {@link Picture}, which has a form of
 * its own on the wire (picture.ts).
 */

import type { AdviceReport, CampaignReport, NoticeReport } from '../explain/schema.ts';
import type { Block, BlockReason } from '../model/block.ts';
import type { Place } from '../model/place.ts';

export type { Place };

/** From `since` on and before `until`; left out: from the first attempt, to the last. */
export interface Interval {
  readonly since?: number;
  readonly until?: number;
}

/** Is anything going on, since when, did anyone get in. */
export interface Overview {
  readonly site: {
    /** `history`: it grows; `log`: it is finished. */
    readonly kind: 'history' | 'log';
    /** The files of a log, or the folder of a history: for a heading. */
    readonly name: string;
    readonly sensors: readonly string[];
    /** The moment that `state` speaks of: now of a history, the last attempt of a log. */
    readonly now: number;
    readonly firstSeen: number | null;
    readonly lastSeen: number | null;
    readonly version: string;
    /** Words that must stand where places of addresses are shown. */
    readonly attributions: readonly string[];
  };
  /** The worst that is so: a participant got in; a campaign goes on; there was one; none was found. */
  readonly state: 'compromised' | 'ongoing' | 'over' | 'quiet';
  /** The same in a sentence or three, plain text. */
  readonly says: readonly string[];
  /** What does not work now (of a history with a daemon). */
  readonly problems: readonly { readonly message: string; readonly remedy: string }[];
  readonly totals: {
    readonly attempts: number;
    readonly failures: number;
    readonly successes: number;
    readonly sources: number;
    readonly users: number;
    readonly participants: number;
    readonly loudSources: number;
  };
  /** The last opened first. */
  readonly campaigns: readonly CampaignRow[];
  /** Successes by participants, the newest first. */
  readonly compromised: readonly Compromise[];
  readonly blocks: BlockSummary;
  readonly series: Series;
  readonly notices: readonly NoticeReport[];
  readonly advice: readonly AdviceReport[];
}

export interface BlockSummary {
  readonly standing: number;
  readonly isDryRun: boolean;
  /**
   * Attempts that blocks stopped, or (dry run, finished log) would have stopped: those of participants after they were named.
   * A firewall that drops counts nothing, so of blocks that stand it is what came before times how long they stand: `isEstimate`.
   */
  readonly prevented: number;
  readonly isEstimate: boolean;
  /** The limit: every source must be seen once. */
  readonly limit: number;
}

export interface Compromise {
  readonly campaign: string;
  readonly source: string;
  readonly user: string;
  readonly sensor: string;
  readonly time: number;
}

/** Failed attempts over time, by what they belong to; every list has one number for each step. */
export interface Series {
  readonly from: number;
  /** Seconds of one step. */
  readonly step: number;
  /** Quiet failures that belong to no campaign. */
  readonly quiet: readonly number[];
  readonly loud: readonly number[];
  readonly successes: readonly number[];
  readonly campaigns: readonly { readonly id: string; readonly counts: readonly number[] }[];
}

export interface CampaignRow {
  readonly id: string;
  readonly title: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** When it was found out; null in a log read as a whole. */
  readonly opened: number | null;
  readonly isOngoing: boolean;
  readonly attempts: number;
  readonly participants: number;
  readonly users: number;
  readonly compromised: number;
  readonly returnOf: readonly string[];
}

/** One campaign with its evidence. */
export interface CampaignView {
  readonly row: CampaignRow;
  /** Its evidence as a report on its weeks has it; null where they are too few, or not kept any more. */
  readonly report: CampaignReport | null;
  readonly participants: readonly ParticipantView[];
  readonly compromised: readonly Compromise[];
  readonly chance: Chance | null;
  readonly series: Series;
}

export interface ParticipantView {
  readonly source: string;
  readonly confidence: number;
  readonly attempts: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly isLoud: boolean;
  /** When it was found not to belong after all; null: it belongs. */
  readonly released: number | null;
  /** Whether a block of it stands. */
  readonly isBlocked: boolean;
  readonly place: Place | null;
}

/**
 * The evidence that chance can be asked about: how often independent visitors show as much. `shuffled` are the values of the
 * surrogates, `seen` the campaign's own; both as `what` says.
 */
export interface Chance {
  readonly what: string;
  readonly seen: number;
  readonly shuffled: readonly number[];
}

/** Everything known of one source. */
export interface SourceView {
  readonly source: string;
  readonly place: Place | null;
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  readonly failures: number;
  readonly unknownUserFailures: number;
  readonly successes: number;
  readonly successUsers: readonly string[];
  readonly isLoud: boolean;
  readonly memberships: readonly {
    readonly campaign: string;
    readonly confidence: number;
    readonly named: number | null;
    readonly released: number | null;
    readonly names: readonly {
      readonly user: string;
      readonly time: number;
      readonly others: number;
      readonly before: { readonly source: string; readonly seconds: number } | null;
    }[];
  }[];
  readonly block: Block | null;
  /** Why it is blocked or is not, a sentence. */
  readonly why: string;
  readonly pastBlocks: readonly {
    readonly block: Block;
    readonly ended: number | null;
    readonly why: string | null;
  }[];
  /** What people did about it, the newest first. */
  readonly actions: readonly Action[];
}

/** One attempt as a person reads it. */
export interface AttemptRow {
  /** Names it for ever, and orders: later ones are greater. */
  readonly seq: number;
  readonly time: number;
  readonly sensor: string;
  readonly service: string;
  readonly source: string;
  readonly user: string | null;
  readonly known: boolean | null;
  readonly success: boolean;
  readonly method: string | null;
  readonly campaign: string | null;
  /** The line that told of it, and where it is; empty where it is not kept. */
  readonly text: string;
  readonly input: string;
  readonly line: number;
}

export interface AttemptFilter extends Interval {
  readonly source?: string;
  readonly network?: string;
  readonly user?: string;
  readonly campaign?: string;
  readonly sensor?: string;
  readonly service?: string;
  readonly outcome?: 'failure' | 'success';
  /** Attempts after this one, or with `newestFirst` those before it. */
  readonly after?: number;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** What somebody did by hand: who, when, to what, why. */
export interface Action {
  readonly time: number;
  /** The name of a token, or of a user of this machine. */
  readonly by: string;
  readonly does:
    | 'block'
    | 'unblock'
    | 'allow'
    | 'disallow'
    | 'flush'
    | 'token-made'
    | 'token-revoked'
    | 'session-begun';
  readonly target: string;
  readonly why: string;
}

/** What a growing site tells as it happens. */
export type Happened =
  | { readonly kind: 'attempts'; readonly attempts: readonly AttemptRow[]; readonly skipped: number }
  | {
      readonly kind: 'event';
      readonly seq: number;
      readonly nth: number;
      readonly event: import('../model/live.ts').LiveEvent;
    };

/**
 * Attempts as columns, to draw: a million in some twenty megabytes. In order of time. Indexes are into the lists of texts, which
 * are in order of first appearance.
 */
export interface Picture {
  readonly length: number;
  /** Whether there were more than were asked for, and those of no campaign were thinned out evenly. */
  readonly isThinned: boolean;
  /** All there were in the interval. */
  readonly all: number;
  /** `time` counts seconds from here. */
  readonly from: number;
  readonly time: Uint32Array;
  /** {@link NO_INDEX} where no line told a name. */
  readonly user: Uint32Array;
  readonly source: Uint32Array;
  readonly sensor: Uint16Array;
  /** 0: none; n: `campaigns[n - 1]`. */
  readonly campaign: Uint16Array;
  /** Of {@link IS_SUCCESS}, {@link IS_KNOWN}, {@link IS_UNKNOWN}, {@link IS_LOUD}. */
  readonly flags: Uint8Array;
  /** As {@link AttemptRow.seq}. */
  readonly seq: Float64Array;
  readonly users: readonly string[];
  readonly sources: readonly string[];
  readonly sensors: readonly string[];
  readonly campaigns: readonly string[];
}

export const NO_INDEX = 0xffff_ffff;
export const IS_SUCCESS = 1;
export const IS_KNOWN = 2;
export const IS_UNKNOWN = 4;
export const IS_LOUD = 8;

/** Errors of all: `Trouble`, as those of a history (src/store/history.ts); null or empty where there is no such thing. */
export interface Site {
  overview(interval: Interval): Promise<Overview>;
  /** Those of which some attempt may lie in the interval, the last opened first. */
  campaigns(interval: Interval): Promise<readonly CampaignRow[]>;
  /** At most `limit` attempts: those of campaigns before the others. */
  picture(interval: Interval & { readonly limit: number; readonly campaign?: string }): Promise<Picture>;
  campaign(id: string): Promise<CampaignView | null>;
  source(source: string): Promise<SourceView | null>;
  attempts(filter: AttemptFilter): AsyncIterable<AttemptRow>;
  attempt(seq: number): Promise<AttemptRow | null>;
  /** Participants that belong to a campaign now or did since `since`, for firewalls of others; the surest first. */
  participants(query: {
    readonly since?: number;
    readonly confidence?: number;
  }): Promise<readonly (ParticipantView & { readonly campaign: string })[]>;
  standingBlocks(): Promise<readonly { readonly block: Block; readonly reason: BlockReason }[]>;
  actions(limit: number): Promise<readonly Action[]>;
  /**
   * Those of `names` that more than one source tried, or that the server has: what is left may be a password that somebody typed in
   * the wrong place (redact.ts).
   */
  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>>;
  /** What detection told, by seq and nth; `after`: of later attempts. */
  events(query: {
    readonly after?: number;
    readonly since?: number;
    readonly limit?: number;
  }): AsyncIterable<Extract<Happened, { kind: 'event' }>>;
  /** What comes after `seq`, at most some thousands at once; resolves at once, empty where nothing came. */
  news(after: { readonly seq: number; readonly nth: number }): Promise<readonly Happened[]>;
}
