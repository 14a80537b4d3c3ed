/**
 * What is known of strangers' user names before a site has any history: what share of independent visitors' tries
 * goes to a name on an ordinary host on the internet, and how far sites differ in it. Without it everything is a
 * surprise on the first day. Learnt from public logs by scripts/popularity.mjs; docs/popularity.md has the figures,
 * their origin and how to learn one's own. The figures themselves are in data.ts.
 */
import { LEARNT, LISTED, SHARES } from './data.ts';
import { interpolateShape } from './dispersion.ts';

/** Expected share of visits on names that are not listed, taken together; between 0 and 1. */
export const TAIL_MASS: number = LEARNT.tailMass;

/**
 * Chance that the next visitor with whatever name comes with an unlisted name that one visitor has just tried: the
 * tail's mass times the chance that two unlisted names agree.
 */
export const UNLISTED_AGAIN: number = LEARNT.unlistedAgain;

/** Expected share of one particular name that is not listed and that nobody has tried: what the rarest listed one has. */
export const UNLISTED_SHARE: number = Math.min(...SHARES);

const shares: ReadonlyMap<string, number> = readShares();
const folded: ReadonlyMap<string, number> = foldedShares();

/** Whether the name is in the table as it is written. */
export function isListed(name: string): boolean {
  return shares.has(name);
}

/**
 * Expected share of visits by independent strangers that go to exactly this name, between 0 and 1; never 0. A name
 * that is listed only in another case (`POSTGRES`) has as small a part of that one's share as such names were seen to have.
 */
export function nameShare(name: string): number {
  const share = shares.get(name);
  if (share !== undefined) return share;
  const inOtherCase = folded.get(name.toLowerCase());
  if (inOtherCase === undefined) return UNLISTED_SHARE;
  return Math.max(UNLISTED_SHARE, inOtherCase * LEARNT.caseShare);
}

/**
 * Shape of a gamma distribution for a site's own share of this name: mean {@link nameShare}, variance
 * nameShare squared / shape; always above 0. Below 1: most sites see less of it than expected, and a few far more.
 */
export function nameShape(name: string): number {
  const share = nameShare(name);
  return share > UNLISTED_SHARE || shares.has(name)
    ? interpolateShape(LEARNT.shapes, share)
    : share / UNLISTED_AGAIN;
}

/** What is believed of a name before this site has seen it. See {@link namePrior}. */
export interface NamePrior {
  /** Tries' worth. Of an unlisted name between -1 and 0: a first try makes it less likely than each further one does. */
  readonly shape: number;
  /** Visits' worth, on whatever name; above 0. */
  readonly visits: number;
}

/**
 * The same as one formula: once `tries` (1 or more, by different sources) of the last `visits` visits at this site were
 * on the name, its expected share of the next is (shape + tries) / (prior.visits + visits), and shape + tries is the
 * shape of the gamma distribution of that share. Listed names: shape is {@link nameShape}, visits is shape / share.
 */
export function namePrior(name: string): NamePrior {
  const share = nameShare(name);
  if (share <= UNLISTED_SHARE && !shares.has(name)) return UNLISTED_PRIOR;
  const shape = interpolateShape(LEARNT.shapes, share);
  return { shape, visits: shape / share };
}

const UNLISTED_PRIOR: NamePrior = {
  shape: -LEARNT.unlistedDiscount,
  visits: (1 - LEARNT.unlistedDiscount) / UNLISTED_AGAIN,
};

/** A Beta distribution over sites: its mean, and its strength (the sum of its parameters: newcomers' worth). */
export interface SharePrior {
  readonly mean: number;
  readonly strength: number;
}

/** What new quiet sources come for, in all the time they are seen, as shares of them. */
export const NEWCOMERS: {
  /** root and nothing else (at sites whose logs tell of root). */
  readonly rootOnly: SharePrior;
  /** One listed name, not root, and nothing else. */
  readonly oneListedOnly: SharePrior;
  /** Unlisted names and nothing else. */
  readonly unlistedOnly: SharePrior;
} = LEARNT.newcomers;

/** How many new quiet sources come on a day. */
export const ARRIVALS: {
  /** A day, median over sites. */
  readonly median: number;
  /** Standard deviation of the natural logarithm of a site's newcomers a day, over sites. */
  readonly logDeviation: number;
  /** Gamma shape of a day's rate, its mean what the two weeks before let one expect: variance mean + mean^2 / shape. */
  readonly dailyShape: number;
} = LEARNT.arrivals;

/** The names listed, most popular first. */
export function listedNames(): readonly string[] {
  return [...shares.keys()];
}

/** Names are written as encodeURIComponent writes them; `%` alone is the empty name. */
function readShares(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const names = LISTED.split('\n');
  for (let i = 0; i < SHARES.length; i++)
    for (const text of names[i]!.split(' ')) {
      const name = text === '%' ? '' : decodeURIComponent(text);
      found.set(name, SHARES[i]!);
    }
  return found;
}

function foldedShares(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, share] of shares) {
    const key = name.toLowerCase();
    found.set(key, Math.max(share, found.get(key) ?? 0));
  }
  return found;
}
