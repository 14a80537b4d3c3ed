/**
 * What is kept out, and for how long. Every number here can be set in the configuration; docs/blocking.md says what
 * each costs.
 *
 * **Two weeks for a participant, doubling up to 90 days.** Hosts of the eight campaigns on record came back after 39,
 * 12, 38, 192, 322, 10, 28 and 0.6 hours in the mean (docs/blocking.md), so the ten minutes of a per-source tool end
 * before the second visit. 336 hours is the first whole week beyond the slowest of them: with waiting times spread
 * exponentially around their mean it outlasts 65 of 100 returns of the slowest campaign and 83 of the next; 24 hours
 * would outlast 7 and 12. At twice, an address that its provider hands on to somebody else stays shut a month for what
 * another did. 90 days is what live detection remembers.
 */
import type { BlockReason } from '../model/block.ts';

export interface BlockTime {
  /** Seconds of the first block of a target. */
  readonly seconds: number;
  /** Each block of the same target takes twice the time of the one before, up to so many seconds. */
  readonly mostSeconds: number;
}

export interface BlockPolicy {
  /** Participants of a campaign, from so sure on (0 to 1); null: not blocked. */
  readonly participants: (BlockTime & { readonly leastConfidence: number }) | null;
  /** Whoever fails on a user that does not exist, at the first time; null: not blocked. Hits honest typos: cost.ts. */
  readonly unknownUser: BlockTime | null;
  /** Whoever fails so often within so many seconds; null: not blocked. */
  readonly loud: (BlockTime & { readonly failures: number; readonly withinSeconds: number }) | null;
  /**
   * A whole /24 (IPv6: /48), where so many blocked participants are in it and nobody was ever seen logging in from
   * there; null: never.
   */
  readonly networks: (BlockTime & { readonly participants: number }) | null;
  /** Bits of an IPv6 prefix that count as one source: 64, as one customer has at least (RFC 6177, RIPE-690). */
  readonly ipv6Prefix: number;
  /** IPv6 networks in which neighbours are strangers (NAT64, Teredo): blocked by the single address. */
  readonly ipv6Single: readonly string[];
  /** So many blocks at most; the least sure leave first, of these the oldest. */
  readonly mostBlocks: number;
  /** How long a block that ended counts as a repetition, seconds. */
  readonly repetitionSeconds: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Participants only, as the rest costs people. */
export const DEFAULT_BLOCK_POLICY: BlockPolicy = {
  // 0.9 is what detection itself calls a participant (NAMED_BY_CLASS and SURE of docs/live.md)
  participants: { seconds: 14 * DAY, mostSeconds: 90 * DAY, leastConfidence: 0.9 },
  unknownUser: null,
  loud: null,
  networks: null,
  ipv6Prefix: 64,
  // RFC 6052 and 8215 (NAT64: all of IPv4 lies in one /64), RFC 4380 (Teredo: all clients of a server do)
  ipv6Single: ['64:ff9b::/96', '64:ff9b:1::/48', '2001::/32'],
  // the largest campaign on record had 5,568 hosts: three such at once; nft's sets of so many take 2 MB
  mostBlocks: 20_000,
  // a campaign's sources are remembered for 400 days too (REMEMBERED_DAYS of past-campaigns.ts)
  repetitionSeconds: 400 * DAY,
};

/** What the policies that are off by default start from when they are switched on. */
export const USUAL_POLICIES = {
  // short, because one in so many of them is a person who mistyped a name; cost.ts counts them
  unknownUser: { seconds: HOUR, mostSeconds: 14 * DAY },
  // fail2ban's threshold; its ten minutes would let the same source in again 144 times a day
  loud: { seconds: DAY, mostSeconds: 14 * DAY, failures: 5, withinSeconds: 600 },
  // two more than make a finding of one network (FEWEST_SOURCES of detect/network.ts)
  networks: { seconds: 14 * DAY, mostSeconds: 90 * DAY, participants: 8 },
} as const;

/** Seconds that a block takes which has had `repetition` before it. */
export function blockSeconds(time: BlockTime, repetition: number): number {
  return Math.min(time.seconds * 2 ** Math.min(repetition, 30), Math.max(time.mostSeconds, time.seconds));
}

/** The time of a reason under this policy; null where the policy is off or a hand sets the time. */
export function timeOf(policy: BlockPolicy, kind: BlockReason['kind']): BlockTime | null {
  switch (kind) {
    case 'participant':
    case 'told':
      return policy.participants;
    case 'unknown-user':
      return policy.unknownUser;
    case 'loud':
      return policy.loud;
    case 'network':
      return policy.networks;
    case 'by-hand':
      return null;
  }
}

/**
 * How sure a block is, 0 to 1: by hand most of all, then a participant by its confidence. A loud source is seen by
 * others too, and is worth half; a single wrong name is as likely a person's.
 */
export function weightOf(reason: BlockReason): number {
  switch (reason.kind) {
    case 'by-hand':
    case 'network':
      return 1;
    case 'participant':
    case 'told':
      return reason.confidence;
    case 'loud':
      return 0.5;
    case 'unknown-user':
      return 0.2;
  }
}
