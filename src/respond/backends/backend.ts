/**
 * What every firewall backend does. One holds entries of ours and nothing else: it never reads or changes what others
 * have put there. Calls come one after the other (applier.ts); each either did the whole of it or says `Trouble`
 * (`firewall-failed`, `no-rights`), after which the applier tells it the whole set again.
 *
 * Targets that come in are checked again by {@link checkedTarget}: what reaches an argument vector, a file or a program's
 * standard input is a canonical address or network: digits, letters to f, dots, colons and a slash.
 */
import type { FirewallChange, FirewallEntry } from '../../model/block.ts';
import { type Network, parseTarget } from '../network.ts';
import type { Abilities } from '../plan.ts';

export interface Backend extends Abilities {
  /** As the configuration calls it: `nftables`, `pf` ... */
  readonly name: string;
  /** Whether it really keeps anybody out; a dry run does not. */
  readonly isDry: boolean;
  /** Makes ready what it needs. Errors: `Trouble` with what to do when it cannot work here. */
  check(): Promise<void>;
  apply(change: FirewallChange): Promise<void>;
  /** What it holds, as far as it can say; left out: it cannot. */
  readonly list?: (() => Promise<readonly FirewallEntry[]>) | undefined;
  /** Leaves nothing of ours behind; also where there never was anything. */
  flush(): Promise<void>;
}

/** What a backend that has no bound of its own can do. */
export const UNBOUNDED: Abilities = {
  timed: true,
  mostSeconds: Number.POSITIVE_INFINITY,
  capacity: Number.POSITIVE_INFINITY,
};

/** `target`, which is how `networkText` writes it. Throws a plain error for what is no canonical target: that is a bug of ours. */
export function checkedTarget(target: string): string {
  checkedNetwork(target);
  return target;
}

/** As {@link checkedTarget}, in its parts. */
export function checkedNetwork(target: string): Network {
  const network = parseTarget(target);
  if (network === null) throw new Error(`not a canonical target: ${JSON.stringify(target)}`);
  return network;
}

/** Whole seconds from 1, or null. */
export function checkedSeconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.max(1, Math.ceil(seconds));
}
