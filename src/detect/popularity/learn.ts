/**
 * The whole prior from what several sites tell: shares (shares.ts), how far sites differ, by class of popularity
 * (dispersion.ts), names not listed (unlisted.ts), and newcomers (newcomers.ts). Whatever speaks of a new site is
 * measured by leaving one site out: the table comes from the others, the counts from it.
 */
import { type Expected, fitShape } from './dispersion.ts';
import { type Arrivals, learnArrivals, type NewcomerKinds, newcomerKinds } from './newcomers.ts';
import { ROOT, type SiteVisits } from './observe.ts';
import {
  DEFAULT_SHARE_OPTIONS,
  type LearntShares,
  learnShares,
  type ShareOptions,
  siteWeight,
} from './shares.ts';
import { fitTail, type Tail } from './unlisted.ts';

export interface Prior {
  readonly shares: LearntShares;
  /** Gamma shape of a site's share, for names with a share from `from` on; in falling order of `from`. */
  readonly shapes: readonly { readonly from: number; readonly shape: number }[];
  /** Expected share of all visits for one unlisted name that somebody has just tried. */
  readonly unlistedShare: number;
  /** Shape of that share's gamma distribution. */
  readonly unlistedShape: number;
  readonly unlisted: Tail;
  /** Share of a name that is listed in another case only, over that one's. */
  readonly caseShare: number;
  readonly kinds: NewcomerKinds;
  readonly arrivals: Arrivals;
  /** How what was expected of a site compares with what it saw, by class of expected share. */
  readonly calibration: readonly Calibration[];
}

export interface Calibration {
  readonly from: number;
  readonly names: number;
  /** Sum over sites and names of quiet visits expected, and seen. */
  readonly expected: number;
  readonly seen: number;
}

/** Classes of popularity, by share: root and whatever rivals it, the first dozen, the first hundred, the rest. */
const CLASSES = [0.1, 0.01, 0.001, 0] as const;
/** Sites with fewer quiet visits say too little of any name. */
const LEAST_VISITS = 15;
/** What the tail is taken for where nothing can be measured (a log or two): one name in a thousand, any shape. */
const UNKNOWN_TAIL: Tail = { discount: 0, concentration: 1000 };

interface HeldOut {
  readonly site: SiteVisits;
  readonly shares: LearntShares;
}

/**
 * Learns from at least three sites whose logs tell names (two must be left when one is held out); arrivals are learnt
 * from the others as well.
 */
export function learnPrior(
  allSites: readonly SiteVisits[],
  options: ShareOptions = DEFAULT_SHARE_OPTIONS,
): Prior {
  const sites = allSites.filter(({ tellsNames }) => tellsNames);
  if (sites.length < 3) throw new Error('a prior is learnt from three sites at least');
  const shares = learnShares(sites, options);
  const heldOut: HeldOut[] = sites.map((site) => ({
    site,
    shares: learnShares(
      sites.filter((other) => other !== site),
      options,
    ),
  }));
  const expected = expectations(heldOut);
  const unlisted = tailOf(heldOut, shares.rho);
  const listedFor = new Map(heldOut.map(({ site, shares: own }) => [site, own.names]));
  return {
    shares,
    shapes: CLASSES.map((from, c) => ({ from, shape: fitShape(expected[c]!) })),
    unlistedShare: (shares.tail * (1 - unlisted.discount)) / unlisted.concentration,
    unlistedShape: 1 - unlisted.discount,
    unlisted,
    caseShare: caseShare(sites),
    kinds: newcomerKinds(sites, (site) => (name) => listedFor.get(site)!.has(name)),
    arrivals: learnArrivals(allSites),
    calibration: CLASSES.map((from, c) => ({
      from,
      names: expected[c]!.length,
      expected: expected[c]!.reduce((sum, { mean }) => sum + mean, 0),
      seen: expected[c]!.reduce((sum, { count }) => sum + count, 0),
    })),
  };
}

/** Counts of quiet sources per listed name and site beside what the other sites let one expect, by class. */
function expectations(heldOut: readonly HeldOut[]): readonly Expected[][] {
  const classes: Expected[][] = CLASSES.map(() => []);
  const add = (share: number, count: number, mean: number) => {
    if (mean > 0) classes[CLASSES.findIndex((from) => share >= from)]!.push({ count, mean });
  };
  for (const { site, shares } of heldOut) {
    let n = 0;
    for (const count of site.quiet.values()) n += count;
    if (n < LEAST_VISITS) continue;
    if (site.tellsRoot) add(shares.root, site.quiet.get(ROOT) ?? 0, n * shares.root);
    const rest = n - (site.quiet.get(ROOT) ?? 0);
    for (const [name, share] of shares.names) {
      if (site.accounts.has(name)) continue;
      add(share, site.quiet.get(name) ?? 0, (rest * share) / (1 - shares.root));
    }
  }
  return classes;
}

function tailOf(heldOut: readonly HeldOut[], rho: number): Tail {
  const found = fitTail(
    heldOut.map(({ site, shares }) => {
      const counts = [...site.quiet]
        .filter(([name]) => name !== ROOT && !shares.names.has(name))
        .map(([, count]) => count);
      return {
        counts,
        weight: siteWeight(
          counts.reduce((sum, count) => sum + count, 0),
          rho,
        ),
      };
    }),
  );
  return found ?? UNKNOWN_TAIL;
}

/** Support of names with capital letters over that of the same names in small letters, where sites saw both. */
function caseShare(sites: readonly SiteVisits[]): number {
  let capital = 0.5;
  let small = 1;
  for (const { support } of sites) {
    for (const [name, count] of support) {
      const lower = name.toLowerCase();
      if (name !== lower && support.has(lower)) {
        capital += count;
        small += support.get(lower)!;
      }
    }
  }
  return Math.min(1, capital / small);
}
