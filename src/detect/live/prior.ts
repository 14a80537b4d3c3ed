/**
 * What is believed of a name before this site has seen it: a gamma distribution of its share of strangers' visits, learnt
 * over sites (popularity/). Remembered for the names that are asked for again and again.
 */
import { namePrior, nameShare } from '../popularity/popularity.ts';

/** After `n` visits, `k` of them to the name, its share has mean `(shape + k) / (visits + n)` and shape `shape + k`. */
export interface NamePrior {
  readonly shape: number;
  readonly visits: number;
  /** The expected share, for those who ask before anything has been seen. */
  readonly share: number;
}

const MOST_KNOWN = 20_000;
const known = new Map<string, NamePrior>();

export function priorOf(name: string): NamePrior {
  let prior = known.get(name);
  if (prior === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    prior = { ...namePrior(name), share: nameShare(name) };
    known.set(name, prior);
  }
  return prior;
}
