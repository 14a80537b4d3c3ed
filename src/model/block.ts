/**
 * Keeping a source out. Three steps that never mix: what is wanted and why (a {@link Block}), what would change in a
 * firewall (a {@link FirewallChange}), and doing it. Times are seconds since 1970 UTC.
 */

/** Why a source is kept out. */
export type BlockReason =
  | { readonly kind: 'participant'; readonly campaign: string; readonly confidence: number }
  /** It failed on a user that does not exist. */
  | { readonly kind: 'unknown-user' }
  /** A per-source threshold sees it. */
  | { readonly kind: 'loud' }
  /** So many blocked sources of one network that the network is blocked. */
  | { readonly kind: 'network'; readonly sources: number; readonly campaign: string | null }
  /** Another sensor or a trusted site told of it. */
  | { readonly kind: 'told'; readonly by: string; readonly confidence: number }
  | { readonly kind: 'by-hand'; readonly by: string; readonly why: string };

export interface Block {
  /** Consecutive, from 1; for ever the same block. */
  readonly id: number;
  /** Canonical: an IPv4 address, or a network such as `2001:db8:1:2::/64` or `203.0.113.0/24`. */
  readonly target: string;
  /** The source whose attempt brought it about, as the log has it; null for a network or by hand. */
  readonly source: string | null;
  readonly reason: BlockReason;
  readonly from: number;
  /** When it ends by itself; null: never (by hand only). */
  readonly until: number | null;
  /** How many blocks of this target there were before, in memory: the time grows with it. */
  readonly repetition: number;
  /** How sure it is, 0 to 1: where there are too many, the least sure leave first. */
  readonly weight: number;
}

export type BlockEnd =
  /** Its time was over. */
  | 'expired'
  /** The source was released by the detector, or turned out to be somebody who works there. */
  | 'released'
  /** There were too many, and this was the weakest. */
  | 'displaced'
  /** A better founded block of the same target took its place. */
  | 'superseded'
  /** `slowbrute block --flush`, `--remove`, or a change of the configuration. */
  | 'by-hand'
  | 'allow-listed';

/** What of blocks is kept in the history, in order. */
export type BlockChange =
  | { readonly kind: 'block:added'; readonly time: number; readonly block: Block }
  | {
      readonly kind: 'block:extended';
      readonly time: number;
      readonly id: number;
      readonly until: number | null;
    }
  | { readonly kind: 'block:ended'; readonly time: number; readonly id: number; readonly why: BlockEnd };

/** What would change in a firewall. Targets are canonical, as in {@link Block.target}. */
export type FirewallChange =
  /** The whole set is this: restores after a start, and heals whatever was done behind our back. */
  | { readonly kind: 'replace'; readonly entries: readonly FirewallEntry[] }
  | {
      readonly kind: 'update';
      /** An entry that is there already gets the new end. */
      readonly add: readonly FirewallEntry[];
      readonly remove: readonly string[];
    };

export interface FirewallEntry {
  readonly target: string;
  /** Seconds from now on after which the firewall drops it by itself; null: never. */
  readonly seconds: number | null;
}
