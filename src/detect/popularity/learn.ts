/**
 * The whole prior from what several sites tell: shares (shares.ts), how far sites differ, by class of popularity
 * (dispersion.ts), names not listed (unlisted.ts), and newcomers (newcomers.ts). Whatever speaks of a new site is
 * measured by leaving one site out: the table comes from the others, the counts from it.
 */
import { type Expected, fitShape, type ShapePoint } from './dispersion.ts';
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
  /** Gamma shape of a site's share for names of this share, in falling order; between them, see interpolate. */
  readonly shapes: readonly ShapePoint[];
  /** Expected share of all visits for an unlisted name, once one visitor has tried it. */
  readonly unlistedAgain: number;
  readonly unlisted: Tail;
  /** Share of a name that is listed in another case only, over the listed one's. */
  readonly caseShare: number;
  readonly kinds: NewcomerKinds;
  readonly arrivals: Arrivals;
  /** How what was expected of a site compares with what it saw, by class of expected share. */
  readonly calibration: readonly Calibration[];
}

export interface Calibration {
  readonly from: number;
  /** Pairs of a listed name and a site that had no part in the table. */
  readonly cells: number;
  /** Share of such a site's visits on the class, expected and found; sites weighted as in shares.ts. */
  readonly expected: number;
  readonly found: number;
  /** Chance that a second visitor comes with the name that a first has just tried, by the fitted shape and as found. */
  readonly again: number;
  readonly foundAgain: number;
}

/** Classes of popularity, by share: a factor of three wide, and open at both ends. root is in the first. */
const CLASSES = [0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00003, 0] as const;
/** Sites with fewer quiet visits say too little of any name. */
const LEAST_VISITS = 15;
/** What the tail is taken for where nothing can be measured (a log or two): one name in a thousand, any shape. */
const UNKNOWN_TAIL: Tail = { discount: 0, concentration: 1000 };

/** However few logs there are, somebody's shift key is stuck: never nothing, and of no weight otherwise. */
const LEAST_CASE_SHARE = 0.001;

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
  const cells = cellsOf(heldOut, shares.rho);
  const unlisted = tailOf(heldOut, shares.rho);
  const unlistedAgain = (shares.tail * (1 - unlisted.discount)) / unlisted.concentration;
  const listedFor = new Map(heldOut.map(({ site, shares: own }) => [site, own.names]));
  return {
    shares,
    shapes: shapePoints(cells, unlistedAgain),
    unlistedAgain,
    unlisted,
    caseShare: caseShare(heldOut, shares.rho),
    kinds: newcomerKinds(sites, (site) => (name) => listedFor.get(site)!.has(name)),
    arrivals: learnArrivals(allSites),
    calibration: calibrate(cells),
  };
}

/** The count of one listed name at one site that had no part in the table. */
interface Cell extends Expected {
  /** Expected share of all visits there, and the visits. */
  readonly share: number;
  readonly visits: number;
  readonly siteWeight: number;
}

/** By class of share. */
function cellsOf(heldOut: readonly HeldOut[], rho: number): readonly Cell[][] {
  const classes: Cell[][] = CLASSES.map(() => []);
  for (const { site, shares } of heldOut) {
    let all = 0;
    for (const count of site.quiet.values()) all += count;
    if (all < LEAST_VISITS) continue;
    const add = (name: string, share: number, visits: number) => {
      if (share <= 0) return;
      const count = site.quiet.get(name) ?? 0;
      const cell = { count, mean: visits * share, share, visits, siteWeight: siteWeight(all, rho) };
      classes[CLASSES.findIndex((from) => share >= from)]!.push(cell);
    };
    // where root is not told of, the rest is all there is to see
    const visits = site.tellsRoot ? all : all / (1 - shares.root);
    if (site.tellsRoot) add(ROOT, shares.root, visits);
    for (const [name, share] of shares.names) if (!site.accounts.has(name)) add(name, share, visits);
  }
  return classes;
}

/**
 * The fitted shapes. share / shape is what one try adds to the expected share of the next: never less than what it adds
 * to an unlisted name's, which is measured directly, and never more than for more popular names.
 */
function shapePoints(classes: readonly Cell[][], unlistedAgain: number): readonly ShapePoint[] {
  const points: ShapePoint[] = [];
  let most = Number.POSITIVE_INFINITY;
  for (const cells of classes) {
    if (cells.length === 0) continue;
    const share = meanShare(cells);
    most = Math.min(most, Math.max(unlistedAgain, share / fitShape(cells)));
    points.push({ share, shape: share / most });
  }
  return points;
}

function meanShare(cells: readonly Cell[]): number {
  return cells.reduce((sum, { share }) => sum + share, 0) / cells.length;
}

function calibrate(classes: readonly Cell[][]): readonly Calibration[] {
  const weights = new Map<number, number>();
  for (const cells of classes)
    for (const { visits, siteWeight: weight } of cells) weights.set(visits, weight);
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return classes.map((cells, c) => {
    const shape = fitShape(cells);
    const sum = (of: (cell: Cell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
    const tries = sum(({ count, visits }) => count * (visits - 1));
    return {
      from: CLASSES[c]!,
      cells: cells.length,
      expected: sum(({ share, siteWeight: weight }) => weight * share) / all,
      found: sum(({ count, visits, siteWeight: weight }) => (weight * count) / visits) / all,
      again: cells.length === 0 ? 0 : meanShare(cells) * (1 + 1 / shape),
      foundAgain: tries === 0 ? 0 : sum(({ count }) => count * (count - 1)) / tries,
    };
  });
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

/**
 * Visits on names that are listed in another case only, over visits on listed names, root aside; at sites that had no
 * part in the table, weighted as in shares.ts.
 */
function caseShare(heldOut: readonly HeldOut[], rho: number): number {
  let variants = 0;
  let listed = 0;
  for (const { site, shares } of heldOut) {
    let all = 0;
    let ofSite = 0;
    let listedOfSite = 0;
    for (const [name, count] of site.quiet) {
      if (name === ROOT) continue;
      all += count;
      const lower = name.toLowerCase();
      if (shares.names.has(name)) listedOfSite += count;
      else if (name !== lower && (lower === ROOT || shares.names.has(lower))) ofSite += count;
    }
    if (all < LEAST_VISITS) continue;
    const weight = siteWeight(all, rho) / all;
    variants += weight * ofSite;
    listed += weight * listedOfSite;
  }
  return listed === 0 ? LEAST_CASE_SHARE : Math.max(LEAST_CASE_SHARE, variants / listed);
}
