/**
 * Shares of names from what several sites tell. Sites differ far more than chance among their visitors makes them
 * (a botnet that comes to one and not to the next), so a site of ten thousand visitors is not worth a hundred times
 * one of a hundred: each site counts n / (1 + (n - 1) rho), the weight of the beta-binomial model (Kleinman 1973,
 * Proportions with extraneous variance, JASA 68), with rho the share of a name's variance that lies between sites.
 *
 * root is learnt by itself from the sites whose logs tell of it; everything else as a share of what is not root, from
 * all sites. A name is listed only when it was seen at two sites at least: a password typed in the wrong place is seen
 * at one, and so are a site's own names and the list of a botnet that came to one site. What sites show of listed names
 * is put on the scale of what a further site has of them (held-out.ts), which also says how much goes to the tail.
 */
import { type Curve, type HeldOutShare, heldOutCurve } from './held-out.ts';
import { ROOT, type SiteVisits } from './observe.ts';

export interface ShareOptions {
  /** A name seen at so many sites is listed ... */
  readonly leastSites: number;
  /** ... or from so many sources in all. */
  readonly leastSources: number;
  /** Names that others have published as tried at their hosts: each was seen at one site more. */
  readonly published: ReadonlySet<string>;
}

/**
 * Two sites, however many sources at one: with names of one site from five sources or more listed as well, the tail
 * that a further site has falls by one or two points only (docs/popularity.md), and they are what nobody should ship.
 */
export const DEFAULT_SHARE_OPTIONS: ShareOptions = {
  leastSites: 2,
  leastSources: Number.POSITIVE_INFINITY,
  published: new Set(),
};

/** Taken for the tail where it cannot be measured: what the logs that the shipped figures come from have. */
const UNMEASURED_TAIL = 0.25;
/** However the logs look, the next site has some of it: of root, of what is listed, and of what none of them has. */
const LEAST_PART = 0.01;
const MOST_PART = 0.95;

export interface LearntShares {
  /** Share of root among all visits. */
  readonly root: number;
  /** Share of each listed name but root among all visits, in falling order. */
  readonly names: ReadonlyMap<string, number>;
  /** Share of visits that go to names not listed: the rest, as leaving one site out measures it. */
  readonly tail: number;
  /** Share of a name's variance that lies between sites (0: they are all alike). */
  readonly rho: number;
}

interface Raw {
  readonly root: number;
  /** Weighted mean share among what is not root, listed names only, as the sites show it. */
  readonly names: ReadonlyMap<string, number>;
  readonly rho: number;
}

/** What may be listed: printable ASCII, no longer than useradd(8) lets a name be. Whatever else comes is the tail. */
const PLAIN = /^[ -~]{0,32}$/;

/** Learns shares from at least two sites. */
export function learnShares(
  sites: readonly SiteVisits[],
  options: ShareOptions = DEFAULT_SHARE_OPTIONS,
): LearntShares {
  if (sites.length < 2) throw new Error('shares are learnt from two sites at least');
  const raw = rawShares(sites, options);
  const measured = heldOut(sites, options, raw.rho);
  const names = expectedShares(raw, measured);
  const rest = 1 - raw.root;
  return {
    root: raw.root,
    names: new Map([...names].map(([name, share]) => [name, share * rest])),
    tail: measured.tail * rest,
    rho: raw.rho,
  };
}

/** Weight of a site with `n` voices. */
export function siteWeight(n: number, rho: number): number {
  return n === 0 ? 0 : n / (1 + (n - 1) * rho);
}

function total(counts: ReadonlyMap<string, number>, withRoot: boolean): number {
  let sum = 0;
  for (const [name, count] of counts) if (withRoot || name !== ROOT) sum += count;
  return sum;
}

function rawShares(sites: readonly SiteVisits[], options: ShareOptions): Raw {
  const size = sites.map((site) => total(site.voices, false));
  const all = new Map<string, { sites: number; sources: number }>();
  for (const { support } of sites) {
    for (const [name, sources] of support) {
      if (name === ROOT) continue;
      const before = all.get(name) ?? { sites: 0, sources: 0 };
      all.set(name, { sites: before.sites + 1, sources: before.sources + sources });
    }
  }
  const listed = [...all].filter(
    ([name, seen]) =>
      PLAIN.test(name) &&
      (seen.sites + (options.published.has(name) ? 1 : 0) >= options.leastSites ||
        seen.sources >= options.leastSources),
  );
  const mean = (name: string, rho: number): number => {
    let sum = 0;
    let weight = 0;
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i]!;
      if (site.accounts.has(name) || size[i] === 0) continue;
      const w = siteWeight(size[i]!, rho);
      weight += w;
      sum += (w * (site.voices.get(name) ?? 0)) / size[i]!;
    }
    return weight === 0 ? 0 : sum / weight;
  };
  // two rounds: the weights need rho, rho needs the means
  let rho = 0.05;
  for (let round = 0; round < 2; round++) {
    const shares = listed.map(([name]) => [name, mean(name, rho)] as const);
    rho = between(sites, size, shares);
  }
  const names = listed
    .map(([name]) => [name, mean(name, rho)] as const)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return {
    root: rootShare(sites, rho),
    names: new Map(names),
    rho,
  };
}

function rootShare(sites: readonly SiteVisits[], rho: number): number {
  let sum = 0;
  let weight = 0;
  for (const site of sites) {
    const n = total(site.voices, true);
    if (!site.tellsRoot || n === 0) continue;
    const w = siteWeight(n, rho);
    weight += w;
    sum += (w * (site.voices.get(ROOT) ?? 0)) / n;
  }
  return Math.min(MOST_PART, Math.max(LEAST_PART, weight === 0 ? 0 : sum / weight));
}

/** Names above this share tell how far sites differ: of rarer ones most sites have seen none. */
const TELLING_SHARE = 0.005;

/** Variance between sites beyond what chance among visitors makes, over the most that it could be. */
function between(
  sites: readonly SiteVisits[],
  size: readonly number[],
  shares: readonly (readonly [string, number])[],
): number {
  let variance = 0;
  let most = 0;
  for (const [name, p] of shares) {
    if (p < TELLING_SHARE) continue;
    let squares = 0;
    let count = 0;
    for (let i = 0; i < sites.length; i++) {
      const n = size[i]!;
      if (n < 10 || sites[i]!.accounts.has(name)) continue;
      const share = (sites[i]!.voices.get(name) ?? 0) / n;
      squares += (share - p) ** 2 - (p * (1 - p)) / n;
      count++;
    }
    if (count < 2) continue;
    variance += squares / (count - 1);
    most += p * (1 - p);
  }
  return most === 0 ? 0.05 : Math.min(0.5, Math.max(0.001, variance / most));
}

/** Sites with fewer quiet visits, root aside, say nothing of what goes on elsewhere. */
const LEAST_VISITS = 15;

interface HeldOut {
  readonly curve: Curve;
  /** Share of a site's quiet visits, root aside, on names that the others do not list: a weighted mean over sites. */
  readonly tail: number;
}

function heldOut(sites: readonly SiteVisits[], options: ShareOptions, rho: number): HeldOut {
  const shares: HeldOutShare[] = [];
  let outside = 0;
  let all = 0;
  for (const site of sites) {
    const n = total(site.quiet, false);
    if (n < LEAST_VISITS) continue;
    const weight = siteWeight(n, rho);
    const { names } = rawShares(
      sites.filter((other) => other !== site),
      options,
    );
    let listed = 0;
    for (const [name, shown] of names) {
      if (site.accounts.has(name)) continue;
      const count = site.quiet.get(name) ?? 0;
      listed += count;
      shares.push({ shown, found: count / n, weight });
    }
    outside += (weight * (n - listed)) / n;
    all += weight;
  }
  const tail = all === 0 ? UNMEASURED_TAIL : Math.min(MOST_PART, Math.max(LEAST_PART, outside / all));
  return { curve: heldOutCurve(shares), tail };
}

/** Expected shares among what is not root, their sum 1 less the tail. */
function expectedShares(raw: Raw, { curve, tail }: HeldOut): ReadonlyMap<string, number> {
  let sum = 0;
  const curved = [...raw.names].map(([name, share]) => {
    const expected = curve(share);
    sum += expected;
    return [name, expected] as const;
  });
  return new Map(curved.map(([name, share]) => [name, (share * (1 - tail)) / sum]));
}
