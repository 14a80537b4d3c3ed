/**
 * What the detector says while attempts come in, one after the other: events, each at the moment of the attempt that
 * brought it about. Sources, users and sensors are texts here, as a stream has no table; times are seconds since 1970
 * UTC, of the log's own clock.
 */
import type { EvidenceKind } from './detection.ts';

export type LiveEvent =
  /** From here on there is a campaign. Its participants known so far are named by the events that follow at once. */
  | {
      readonly kind: 'campaign:opened';
      readonly time: number;
      /** `c1`, `c2` ... in the order of opening. */
      readonly campaign: string;
      readonly by: EvidenceKind;
      /** Evidence against chance at this moment, bits. */
      readonly bits: number;
      /** Attempts of its participants so far, and the time of the first. */
      readonly attempts: number;
      readonly firstSeen: number;
    }
  /** A source belongs to a campaign: whoever blocks would block it now. */
  | {
      readonly kind: 'participant:named';
      readonly time: number;
      readonly campaign: string;
      readonly source: string;
      /** Probability that it belongs to the campaign, by what was known at `time`. */
      readonly confidence: number;
      readonly firstSeen: number;
      /** Its failed attempts up to now. */
      readonly attempts: number;
    }
  /** A source that was named before turns out to be somebody else's: a block would be lifted now. */
  | {
      readonly kind: 'participant:released';
      readonly time: number;
      readonly campaign: string;
      readonly source: string;
    }
  /** A participant logged in. */
  | {
      readonly kind: 'account:compromised';
      readonly time: number;
      readonly campaign: string;
      readonly source: string;
      readonly user: string;
      readonly sensor: string;
    }
  /** The same actor again: a campaign that resembles an earlier, ended one. */
  | {
      readonly kind: 'campaign:returned';
      readonly time: number;
      readonly campaign: string;
      readonly earlier: string;
      /** Sources and user names of the new campaign that the earlier one had, and how many it has so far. */
      readonly sharedSources: number;
      readonly sources: number;
      readonly sharedUsers: number;
      readonly users: number;
      readonly bits: number;
    }
  /** Nothing has come from it for long. */
  | {
      readonly kind: 'campaign:ended';
      readonly time: number;
      readonly campaign: string;
      readonly lastSeen: number;
      readonly attempts: number;
      readonly participants: number;
    };

export interface LiveOptions {
  /** Expected number of false campaigns a year (of the log's own time) that the user accepts, for one site. */
  readonly falseCampaignsPerYear: number;
  /** A source is loud with this many failures within so many seconds, on one sensor (see DetectOptions). */
  readonly loudFailures: number;
  readonly loudSeconds: number;
  /** How much of the past is remembered at most: days, and attempts, so many logins and so many failures. */
  readonly memoryDays: number;
  readonly memoryAttempts: number;
}

/** One false campaign in two years; loudness as fail2ban has it; a quarter of a year of memory. */
export const DEFAULT_LIVE_OPTIONS: LiveOptions = {
  falseCampaignsPerYear: 0.5,
  loudFailures: 5,
  loudSeconds: 600,
  memoryDays: 90,
  memoryAttempts: 200_000,
};
