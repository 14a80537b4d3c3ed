/**
 * Names that are not in the table: how likely it is that a second visitor comes with the very one that a first has
 * just tried. Each site's unlisted names, by a table learnt from the other sites, are taken as drawn from a
 * Pitman-Yor process: after n visits on unlisted names, one that was tried c times is next with probability
 * (c - d) / (n + theta) (Pitman and Yor 1997, Annals of Probability 25; the likelihood is Pitman's sampling formula).
 * So, given one try, its share of the tail is (1 - d) / theta at first and grows with every try like a gamma
 * distribution of shape 1 - d.
 *
 * The figures are a weighted median over sites, no mean: where a botnet deals one list out to many sources that are
 * not known as a campaign, its names agree all the time, and that must not pass for what strangers do.
 */

export interface TailCounts {
  /** Of each unlisted name of one site, the number of quiet sources that tried it; each at least 1. */
  readonly counts: readonly number[];
  readonly weight: number;
}

export interface Tail {
  /** Between 0 and 1: how much rarer a name is than its count says. */
  readonly discount: number;
  /** Visits' worth of names nobody has tried yet; above 0. */
  readonly concentration: number;
}

/** Fewer unlisted visits than this say nothing: at an agreement of one in 500 they hold a pair in 100 visits' 4,950. */
const LEAST_VISITS = 100;
/** Tried for the discount: coarse, as it is hardly told by a few hundred visits. */
const DISCOUNTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Tried for the concentration, in steps of 2^(1/4). */
const CONCENTRATIONS = Array.from({ length: 61 }, (_, i) => 2 ** (i / 4));

/**
 * The tail that sites agree on: one discount for all (likeliest over all sites, each with its own concentration),
 * and the weighted median of the concentrations. Null where no site has enough unlisted visits.
 */
export function fitTail(sites: readonly TailCounts[]): Tail | null {
  const telling = sites.filter(({ counts }) => visitsOf(counts) >= LEAST_VISITS);
  if (telling.length === 0) return null;
  let best: { readonly likelihood: number; readonly tail: Tail } | null = null;
  for (const discount of DISCOUNTS) {
    let likelihood = 0;
    const found: { value: number; weight: number }[] = [];
    for (const { counts, weight } of telling) {
      const [value, own] = likeliestConcentration(counts, discount);
      // sites speak with their weight here as well, per visit, so that the largest does not decide alone
      likelihood += (own * weight) / visitsOf(counts);
      found.push({ value, weight });
    }
    if (best === null || likelihood > best.likelihood)
      best = { likelihood, tail: { discount, concentration: weightedMedian(found) } };
  }
  return best!.tail;
}

/** Log likelihood of the counts of one site, natural units (Pitman's sampling formula). */
export function tailLikelihood(counts: readonly number[], { discount, concentration }: Tail): number {
  let sum = 0;
  for (let k = 1; k < counts.length; k++) sum += Math.log(concentration + k * discount);
  const n = visitsOf(counts);
  for (let i = 1; i < n; i++) sum -= Math.log(concentration + i);
  for (const count of counts) for (let i = 1; i < count; i++) sum += Math.log(i - discount);
  return sum;
}

/** The value at which half of the weight is reached. */
export function weightedMedian(
  values: readonly { readonly value: number; readonly weight: number }[],
): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= half) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

function likeliestConcentration(counts: readonly number[], discount: number): readonly [number, number] {
  let best: readonly [number, number] = [1, Number.NEGATIVE_INFINITY];
  for (const concentration of CONCENTRATIONS) {
    const likelihood = tailLikelihood(counts, { discount, concentration });
    if (likelihood > best[1]) best = [concentration, likelihood];
  }
  return best;
}

function visitsOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
