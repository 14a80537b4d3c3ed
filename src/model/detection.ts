/**
 * What the detector found in an {@link AttemptTable}: facts and numbers, no sentences (those are made in
 * `explain/`). Sources, users and sensors are indexes into the table's lists; times are seconds since 1970 UTC.
 */

/** How a campaign goes through its list of user names. */
export type NameOrder = 'alphabetical' | 'reverse-alphabetical' | 'one-name' | 'other';

/**
 * A measured fact that speaks for (bits > 0) or against (bits < 0) coordination. `bits` is log2 of how much more
 * likely the fact is in a campaign than among independent visitors, the number of tests accounted for.
 */
export type Evidence =
  /** Names are tried by several sources within a short stretch, then the next name. */
  | {
      readonly kind: 'names-in-turn';
      readonly bits: number;
      /** The most telling name, its attempts, their sources and the stretch they took. */
      readonly user: number;
      readonly userAttempts: number;
      readonly userSources: number;
      readonly userSeconds: number;
      /** How many sources chance alone would have sent to that name in that stretch. */
      readonly userSourcesExpected: number;
      /** How many names were taken in turn like this, each counted once. */
      readonly names: number;
    }
  /** More attempts, or new sources, than the rest of the log lets one expect. */
  | {
      readonly kind: 'rate-change';
      readonly bits: number;
      /** What rose: new quiet sources for one name (`user`), for names nobody else tries, or in all. */
      readonly of: 'one-name' | 'rare-names' | 'new-sources';
      readonly user: number | null;
      /** Sources a day that the log had not seen before. */
      readonly perDay: number;
      readonly perDayBefore: number;
    }
  /** Names come in alphabetical or reverse order, across sources. */
  | {
      readonly kind: 'order';
      readonly bits: number;
      readonly direction: 'alphabetical' | 'reverse-alphabetical';
      /** Length of the longest ordered run of names, of how many names, and what chance would make of them. */
      readonly inOrder: number;
      readonly names: number;
      readonly inOrderExpected: number;
    }
  /** The gaps from one source's attempt to the next source's are more regular than independent visitors make them. */
  | {
      readonly kind: 'pace';
      readonly bits: number;
      readonly medianGapSeconds: number;
      /** Half the interquartile range of the gaps, and the same for independent visitors at this rate. */
      readonly spreadSeconds: number;
      readonly spreadSecondsExpected: number;
    }
  /** Sources share the work: a fixed number of tries each, and none returns before long. */
  | {
      readonly kind: 'division-of-labour';
      readonly bits: number;
      readonly sources: number;
      /** Median number of attempts of one source. */
      readonly triesPerSource: number;
      /** Median hours until a source returns; null when hardly any did. */
      readonly returnHours: number | null;
      /** Share of the sources that make exactly the median number of tries, and the same among independent visitors. */
      readonly sameTries: number;
      readonly sameTriesExpected: number;
      /**
       * How often a source came back at all; how often before three others, on average, had had their turn; and how
       * often that would be if each attempt were any source's.
       */
      readonly returns: number;
      readonly soonReturns: number;
      readonly soonReturnsExpected: number;
    }
  /** A few patient sources share the ticks of one clock: they never come at the same time. */
  | {
      readonly kind: 'one-clock';
      readonly bits: number;
      readonly sources: number;
      /** Two attempts this close are called close: a share of the mean gap, the mean over the pairs of sources. */
      readonly closeSeconds: number;
      /** How often attempts of two sources were close, summed over the pairs, and the same after moving one by hours. */
      readonly closeTogether: number;
      readonly closeTogetherExpected: number;
    }
  /** Sources, each possibly loud, work through one list at the same time. */
  | {
      readonly kind: 'shared-list';
      readonly bits: number;
      readonly sources: number;
      readonly names: number;
      /** How far apart the sources started. */
      readonly startSpreadSeconds: number;
    }
  /** The addresses of one network in turn. */
  | {
      readonly kind: 'one-network';
      readonly bits: number;
      /** The network, e.g. `198.51.100.0/24`. */
      readonly network: string;
      readonly sources: number;
      /** How many of them chance would have brought within the same stretch of time. */
      readonly sourcesExpected: number;
    }
  /** Far more of those who were new here tried root and nothing else than do on other hosts. */
  | {
      readonly kind: 'root-share';
      readonly bits: number;
      readonly user: number;
      /** Newcomers that tried root alone, of how many. */
      readonly sources: number;
      readonly newcomers: number;
      /** Share of them on other hosts, mean. */
      readonly usualShare: number;
    }
  /** A name's attempts are spread over several sensors by different sources. */
  | {
      readonly kind: 'across-sensors';
      readonly bits: number;
      readonly sensors: number;
      readonly sources: number;
    };

export type EvidenceKind = Evidence['kind'];

export interface Participant {
  readonly source: number;
  /** Attempts of this source that belong to the campaign. */
  readonly attempts: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Probability that the source belongs to the campaign, in (0, 1). */
  readonly confidence: number;
  /** Whether a per-source threshold sees it all the same. */
  readonly loud: boolean;
}

export interface CompromisedAccount {
  readonly source: number;
  readonly user: number;
  readonly time: number;
  readonly sensor: number;
}

/** Why a campaign is held for the return of an earlier one. */
export interface CampaignReturn {
  /** Index of the earlier one in {@link Detection.campaigns}. */
  readonly campaign: number;
  /** Sources at work on both lists, each in its time, whichever campaign they are named in; and all of the later one. */
  readonly sharedSources: number;
  readonly sources: number;
  /** Names of the later one's list, and how many of them are on the earlier one's. */
  readonly sharedUsernames: number;
  readonly usernames: number;
  /** Other visitors in the time of the earlier one, and how many of them came in the time of the later one. */
  readonly outsiders: number;
  readonly outsidersAgain: number;
  /** Median gap between attempts on the list, seconds; now and then. */
  readonly medianGapSeconds: number;
  readonly medianGapSecondsBefore: number;
  /** How much more likely this is of one actor than of two. */
  readonly bits: number;
}

export interface Campaign {
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Rows of the attempt table, ascending: every attempt of a participant that belongs to the campaign. */
  readonly rows: Uint32Array;
  /** Chance that independent visitors of this very log would look like this. */
  readonly falseAlarm: number;
  readonly order: NameOrder;
  /** Median gap between consecutive attempts, seconds. */
  readonly medianGapSeconds: number;
  /** Most attempts first; equal ones by source text. */
  readonly participants: readonly Participant[];
  /** Successes by a participant, in time. */
  readonly compromised: readonly CompromisedAccount[];
  /** Strongest first. */
  readonly evidence: readonly Evidence[];
  /** The earlier campaign whose actor this is again; absent where none is known. */
  readonly returnOf?: CampaignReturn;
}

export interface LoudSource {
  readonly source: number;
  readonly attempts: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** Coordinated, but not an attack; and what else deserves a word. */
export type Notice =
  /** Known accounts, sources with earlier success, all failing at a steady pace since `since`: an expired password. */
  | {
      readonly kind: 'own-machines';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
      readonly since: number;
    }
  /** One source, one user, the same failure over and over: a broken job. */
  | {
      readonly kind: 'broken-job';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
      readonly everySeconds: number;
    }
  /** Many accounts log in from one address: an office, a gateway. */
  | {
      readonly kind: 'office';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
    }
  /** Many sources try the same few names for themselves, at all times: a worm or a public list. */
  | {
      readonly kind: 'shared-dictionary';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
    }
  /** A login that succeeded from a source which had been guessing, outside any campaign. */
  | {
      readonly kind: 'success-after-guessing';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
      readonly time: number;
    }
  /** Too few quiet attempts to tell coordination from chance. */
  | {
      readonly kind: 'too-little-to-tell';
      readonly sources: readonly number[];
      readonly users: readonly number[];
      readonly attempts: number;
    };

export interface Detection {
  /** By first attempt. */
  readonly campaigns: readonly Campaign[];
  /** Most attempts first. Participants of a campaign are not repeated here. */
  readonly loudSources: readonly LoudSource[];
  readonly notices: readonly Notice[];
  /** Failed attempts by sources that no per-source threshold sees. */
  readonly quietFailures: number;
  readonly quietSources: number;
  /** Sources that only people and their machines use: they are never participants. */
  readonly peopleSources: readonly number[];
}

export interface DetectOptions {
  /** Expected number of false campaigns in this log that the user accepts. */
  readonly falseCampaigns: number;
  /** A source is loud with this many failures ... */
  readonly loudFailures: number;
  /** ... within this many seconds, on one sensor. */
  readonly loudSeconds: number;
}

/**
 * `loudFailures` and `loudSeconds` are the defaults of fail2ban (jail.conf: maxretry 5, findtime 10m).
 * `falseCampaigns`: one log in a thousand without a campaign may show one (at 0.01, 2 of 700 simulated logs did). At ten
 * times that, the weakest findings are pairs of popular names; at a tenth of it, campaigns of two dozen attempts begin to
 * be missed.
 */
export const DEFAULT_DETECT_OPTIONS: DetectOptions = {
  falseCampaigns: 0.001,
  loudFailures: 5,
  loudSeconds: 600,
};
