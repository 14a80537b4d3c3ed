/**
 * The same actor again: whether a campaign is the return of an earlier one, by its sources, its list and its pace. A
 * botnet keeps most of its hosts for months; strangers come and go. So what counts is how many of the earlier campaign's
 * sources are in the later one, against how many of all other visitors of that time came back at all.
 *
 * A shared list is weaker evidence: lists are traded and published, so it can decide only together with the pace.
 */
import { binomialTailBits } from './tails.ts';

export interface Actor {
  readonly sources: ReadonlySet<string>;
  /** The list: names that hardly anybody else tries. Everybody's names (root) say nothing and are best left out. */
  readonly users: ReadonlySet<string>;
  /** Median gap between consecutive attempts, seconds. */
  readonly medianGapSeconds: number;
}

/** What independent visitors did: everybody who failed, but for the two campaigns. */
export interface Outsiders {
  /** Sources seen in the time of the earlier campaign ... */
  readonly sources: number;
  /** ... and of these, how many were seen in the time of the later one, too. */
  readonly again: number;
  /** Distinct names that outsiders tried in the time of the later campaign ... */
  readonly users: number;
  /** ... and of these, how many are on the earlier campaign's list. */
  readonly usersOnList: number;
}

export interface Return {
  readonly sharedSources: number;
  readonly sharedUsernames: number;
  /** How much more likely all this is of one actor than of two, bits; the parts that make it up. */
  readonly bits: number;
  readonly sourceBits: number;
  readonly usernameBits: number;
  readonly samePace: boolean;
}

/** Bits from which it is called the same actor: pairs of campaigns are few, one mistake in 65,000 of them is accepted. */
const ENOUGH_BITS = 16;
/** A list may have been traded: however much of it is shared, it says no more than this. */
const MOST_BY_LIST = 14;
/** Half of the shorter list is the same list; less are names that lists have in common. */
const SAME_LIST = 0.5;
/** Gaps within this factor are one pace; of two campaigns between 10 s and a day apart one pair in 20 has it by accident. */
const SAME_PACE = 1.25;
const PACE_BITS = 4;

/** Whether the later campaign is the earlier one's actor again; null where that may be chance, or cannot be told. */
export function returnOf(earlier: Actor, later: Actor, outsiders: Outsiders): Return | null {
  const sharedSources = shared(earlier.sources, later.sources);
  const sharedUsernames = shared(earlier.users, later.users);
  const comesBack = (outsiders.again + 0.5) / (outsiders.sources + 1);
  const onList = (outsiders.usersOnList + 0.5) / (outsiders.users + 1);
  const smaller = Math.min(earlier.sources.size, later.sources.size);
  const sourceBits = -binomialTailBits(sharedSources, smaller, Math.min(1, comesBack));
  const list = Math.min(earlier.users.size, later.users.size);
  const usernameBits =
    sharedUsernames < SAME_LIST * list
      ? 0
      : Math.min(MOST_BY_LIST, -binomialTailBits(sharedUsernames, list, Math.min(1, onList)));
  const gaps = later.medianGapSeconds / earlier.medianGapSeconds;
  const samePace = gaps <= SAME_PACE && gaps >= 1 / SAME_PACE;
  const bits = sourceBits + usernameBits + (samePace ? PACE_BITS : 0);
  if (bits < ENOUGH_BITS) return null;
  return { sharedSources, sharedUsernames, bits, sourceBits, usernameBits, samePace };
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let count = 0;
  for (const one of few) if (many.has(one)) count++;
  return count;
}
