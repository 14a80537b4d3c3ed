/**
 * What to block for a source: an IPv4 address; of IPv6 the network that one customer has, since whoever has a /64 has
 * 2^64 addresses; the single address where neighbours are strangers, or where something in the network may not be
 * blocked.
 */
import { isAddress, type Network, parseNetwork, Ranges, WIDTH, widened } from './network.ts';
import type { Never, NeverReason } from './never.ts';
import type { People } from './people.ts';
import type { BlockPolicy } from './policy.ts';

export type Aim = { readonly target: Network } | { readonly refused: NeverReason | 'person' | 'host-name' };

export class Aiming {
  readonly #never: Never;
  readonly #prefix: number;
  readonly #single: Ranges;

  constructor(policy: BlockPolicy, never: Never) {
    this.#never = never;
    this.#prefix = policy.ipv6Prefix;
    this.#single = new Ranges(policy.ipv6Single.map(parseNetwork).filter((network) => network !== null));
  }

  /** What to block for `address`, or why it cannot be blocked. */
  at(address: string, people: People): Aim {
    const single = parseNetwork(address);
    if (single === null || !isAddress(single)) return { refused: 'host-name' };
    const never = this.#never.why(single);
    if (never !== null) return { refused: never };
    if (people.anyIn(single)) return { refused: 'person' };
    if (single.family === 4 || this.#single.overlaps(single)) return { target: single };
    const wide = widened(single, Math.min(this.#prefix, WIDTH[6]));
    const isOpen = this.#never.why(wide) === null && !people.anyIn(wide) && !this.#single.overlaps(wide);
    return { target: isOpen ? wide : single };
  }
}
