/**
 * New quiet sources: how many a day come to one site or another, how much more their number varies from day to day
 * than a Poisson process does, and what they come for: root alone, one popular name alone, unlisted names alone, or
 * several. Each as a distribution over sites, so that a site without history can start from it.
 */
import { type Expected, fitShape } from './dispersion.ts';
import { ROOT, type SiteVisits } from './observe.ts';
import { weightedMedian } from './unlisted.ts';

/** A Beta distribution over sites: mean, and strength (the sum of its two parameters; visits' worth of belief). */
export interface SharePrior {
  readonly mean: number;
  readonly strength: number;
}

export interface NewcomerKinds {
  readonly rootOnly: SharePrior;
  readonly oneListedOnly: SharePrior;
  readonly unlistedOnly: SharePrior;
}

export interface Arrivals {
  /** Quiet newcomers a day: median over sites ... */
  readonly median: number;
  /** ... and standard deviation of the natural logarithm over sites. */
  readonly logDeviation: number;
  /** Shape of a gamma distribution of a day's rate around the mean of the days before: weighted median over sites. */
  readonly dailyShape: number;
  /** Lowest and highest daily shape of a site. */
  readonly dailyShapes: readonly [number, number];
  /** Sites the figures rest on. */
  readonly sites: number;
}

/** Sites with fewer newcomers tell nothing of what newcomers come for. */
const LEAST_NEWCOMERS = 10;
/** Sites with fewer whole days tell nothing of days. */
const LEAST_DAYS = 7;
/** The rate of a day is expected from so many covered days before it ... */
const DAYS_BEFORE = 14;
/** ... and from so many at least. */
const LEAST_DAYS_BEFORE = 5;

/** `listedFor` gives, per site, whether a table learnt without that site lists a name. */
export function newcomerKinds(
  sites: readonly SiteVisits[],
  listedFor: (site: SiteVisits) => (name: string) => boolean,
): NewcomerKinds {
  const root: [number, number][] = [];
  const one: [number, number][] = [];
  const unlisted: [number, number][] = [];
  for (const site of sites) {
    const named = site.newcomerNames.filter((names) => names.length > 0);
    if (named.length < LEAST_NEWCOMERS) continue;
    const listed = listedFor(site);
    const share = (matches: (names: readonly string[]) => boolean): [number, number] => [
      named.filter(matches).length,
      named.length,
    ];
    if (site.tellsRoot) root.push(share((names) => names.length === 1 && names[0] === ROOT));
    one.push(share((names) => names.length === 1 && names[0] !== ROOT && listed(names[0]!)));
    unlisted.push(share((names) => names.every((name) => name !== ROOT && !listed(name))));
  }
  return { rootOnly: fitBeta(root), oneListedOnly: fitBeta(one), unlistedOnly: fitBeta(unlisted) };
}

/** Likeliest Beta distribution of shares that gave `[hits, of]`; flat where there is nothing to fit. */
export function fitBeta(seen: readonly (readonly [number, number])[]): SharePrior {
  let best = { mean: 0.5, strength: 2, likelihood: Number.NEGATIVE_INFINITY };
  if (seen.length === 0) return { mean: best.mean, strength: best.strength };
  for (let m = 1; m < 200; m++) {
    for (let s = -4; s <= 28; s++) {
      const mean = m / 200;
      const strength = 2 ** (s / 4);
      let likelihood = 0;
      for (const [hits, of] of seen) {
        likelihood += rising(mean * strength, hits) + rising((1 - mean) * strength, of - hits);
        likelihood -= rising(strength, of);
      }
      if (likelihood > best.likelihood) best = { mean, strength, likelihood };
    }
  }
  return { mean: best.mean, strength: best.strength };
}

/** log of a (a + 1) ... (a + n - 1). */
function rising(a: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(a + i);
  return sum;
}

export function learnArrivals(sites: readonly SiteVisits[]): Arrivals {
  const rates: number[] = [];
  const shapes: { value: number; weight: number }[] = [];
  for (const site of sites) {
    const days = site.newcomers.filter((count) => count !== null);
    if (days.length < LEAST_DAYS) continue;
    // half a newcomer more: a site where nobody came in a month has a rate, too
    rates.push((days.reduce((sum, count) => sum + count, 0) + 0.5) / days.length);
    const counts = expectedFromBefore(site.newcomers);
    if (counts.length >= LEAST_DAYS)
      shapes.push({ value: fitShape(counts), weight: Math.sqrt(counts.length) });
  }
  const logs = rates.map(Math.log).sort((a, b) => a - b);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return {
    median: logs.length === 0 ? 1 : Math.exp(weightedMedian(logs.map((value) => ({ value, weight: 1 })))),
    logDeviation: logs.length < 2 ? 1 : Math.sqrt(squares / (logs.length - 1)),
    dailyShape: shapes.length === 0 ? 1 : weightedMedian(shapes),
    dailyShapes:
      shapes.length === 0
        ? [1, 1]
        : [Math.min(...shapes.map(({ value }) => value)), Math.max(...shapes.map(({ value }) => value))],
    sites: rates.length,
  };
}

/** Each covered day with the mean of the covered days before it, half a newcomer added so that no mean is 0. */
function expectedFromBefore(days: readonly (number | null)[]): readonly Expected[] {
  const out: Expected[] = [];
  const before: number[] = [];
  for (const count of days) {
    if (count === null) {
      before.length = 0; // a gap: what was before says little of what comes after
      continue;
    }
    if (before.length >= LEAST_DAYS_BEFORE) {
      const mean = (before.reduce((sum, day) => sum + day, 0) + 0.5) / before.length;
      out.push({ count, mean });
    }
    before.push(count);
    if (before.length > DAYS_BEFORE) before.shift();
  }
  return out;
}
