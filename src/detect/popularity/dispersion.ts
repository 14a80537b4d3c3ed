/**
 * How far sites differ, as the shape of a gamma distribution: a site's own share of a name is the expected one times
 * a factor of mean 1 and variance 1 / shape. Fitted as the likeliest shape of a gamma-Poisson (negative binomial)
 * mixture, where each site is expected what the other sites say of it, so the shape covers their error as well: it is
 * what a new site meets. Also fits the day-to-day variation of arrivals, which is the same question of days.
 */

/** One count with what was expected of it. */
export interface Expected {
  readonly count: number;
  /** Above 0. */
  readonly mean: number;
  /** Weight in the fit, 1 if absent. */
  readonly weight?: number;
}

/** Shapes are sought between these: below, a name is all or nothing; above, sites are alike for all that data can tell. */
const LEAST_SHAPE = 0.01;
const MOST_SHAPE = 1000;

/**
 * Before any count the logarithm of a shape is taken for normal around 0 with this deviation (nineteen of twenty lie
 * between 1/50 and 50): a dozen counts of 0 and 1 would otherwise say that all sites are exactly alike.
 */
const LOG_DEVIATION = 2;

/** Likeliest gamma shape, within 1 %, between 0.01 and 1000; 1 where there is nothing to fit. */
export function fitShape(counts: readonly Expected[]): number {
  if (counts.length === 0) return 1;
  let low = Math.log(LEAST_SHAPE);
  let high = Math.log(MOST_SHAPE);
  const golden = (Math.sqrt(5) - 1) / 2;
  let a = high - golden * (high - low);
  let b = low + golden * (high - low);
  const at = (log: number) => logLikelihood(counts, Math.exp(log)) - (log / LOG_DEVIATION) ** 2 / 2;
  let atA = at(a);
  let atB = at(b);
  while (high - low > 0.01) {
    if (atA > atB) {
      high = b;
      b = a;
      atB = atA;
      a = high - golden * (high - low);
      atA = at(a);
    } else {
      low = a;
      a = b;
      atA = atB;
      b = low + golden * (high - low);
      atB = at(b);
    }
  }
  return Math.exp((low + high) / 2);
}

/** Log likelihood of the counts, natural units, without what does not depend on the shape. */
export function logLikelihood(counts: readonly Expected[], shape: number): number {
  let sum = 0;
  for (const { count, mean, weight } of counts) {
    sum += (weight ?? 1) * (rising(shape, count) - (shape + count) * Math.log1p(mean / shape));
    sum += (weight ?? 1) * (count === 0 ? 0 : count * Math.log(mean / shape));
  }
  return sum;
}

/** log of shape (shape + 1) ... (shape + count - 1). */
function rising(shape: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.log(shape + i);
  return sum;
}

export interface ShapePoint {
  readonly share: number;
  readonly shape: number;
}

/**
 * Shape for a share, straight between the points (in falling order of share) on a logarithmic scale. Above the first
 * point it is that one's; below the last it falls with the share, so that a name, once tried, is tried again with the
 * same chance however rare it was thought to be.
 */
export function interpolateShape(points: readonly ShapePoint[], share: number): number {
  const next = points.findIndex((point) => point.share <= share);
  if (next === 0) return points[0]!.shape;
  if (next < 0) {
    const last = points.at(-1)!;
    return (last.shape * share) / last.share;
  }
  const [a, b] = [points[next - 1]!, points[next]!];
  const part = Math.log(share / b.share) / Math.log(a.share / b.share);
  return b.shape * (a.shape / b.shape) ** part;
}
