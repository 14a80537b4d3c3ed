/**
 * What others keep out (a collector, a trusted site), as this machine may carry it out. Others know who attacks; who works here, and what
 * must never be shut, only this machine knows. So what is told is narrower than what a hand may do: sure enough, no wider than a
 * network of neighbours, for no longer than a block of one's own may last, and never whom nobody may block.
 */
import { isAddress, type Network, parseNetwork } from './network.ts';
import type { Never, NeverReason } from './never.ts';
import type { People } from './people.ts';
import type { BlockPolicy } from './policy.ts';

/** A wish. `until`: by this machine's clock, seconds since 1970; null: until it is taken back. */
export interface Heard {
  readonly target: string;
  readonly until: number | null;
  /** 0 to 1. */
  readonly confidence: number;
}

/** No wider than what 'networks' may block (policy.ts): a collector that lies, or a slip there, must not shut the house. */
const WIDEST = { 4: 24, 6: 48 } as const;

export type HeardRefusal = NeverReason | 'person' | 'unsure' | 'over' | 'too-wide' | 'no-address';

export type HeardAim =
  | { readonly target: Network; readonly source: string | null; readonly until: number }
  | { readonly refused: HeardRefusal };

/** What of a wish may be done now. Nothing where participants are not blocked at all. */
export function aimOf(
  heard: Heard,
  policy: BlockPolicy,
  never: Never,
  people: People,
  now: number,
): HeardAim {
  const { participants } = policy;
  const target = parseNetwork(heard.target);
  if (target === null) return { refused: 'no-address' };
  if (participants === null || !(heard.confidence >= participants.leastConfidence))
    return { refused: 'unsure' };
  if (target.prefix < WIDEST[target.family]) return { refused: 'too-wide' };
  const why = never.why(target);
  if (why !== null) return { refused: why };
  if (people.anyIn(target)) return { refused: 'person' };
  const longest = now + Math.max(participants.seconds, participants.mostSeconds);
  const until = Math.min(heard.until ?? longest, longest);
  if (!(until > now)) return { refused: 'over' };
  return { target, source: isAddress(target) ? heard.target : null, until };
}
