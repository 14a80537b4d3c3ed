/**
 * The beta-binomial distribution, and the average run length of a CUSUM over it, as GFI-CUSUM needs them.
 *
 * The number of failures among n logins varies more than binomially, because people differ and days differ: the
 * chance of a failure is itself drawn from a beta distribution (Javed & Paxson, CCS 2013, section 4).
 */

export interface BetaBinomial {
  /** Trials. */
  readonly n: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * Least intra-class correlation that a fit returns. Below it the distribution is binomial for every purpose here
 * (variance larger by 1 part in 1e4 at n = 100) and alpha, beta would grow without bound.
 */
const LEAST_CORRELATION = 1e-6;
/** Most: a fit of a bimodal sample would otherwise put its mass on 0 and n alone. */
const MOST_CORRELATION = 0.5;

/** Fit by moments. `counts` must not be empty; each is in 0..n. */
export function fitBetaBinomial(counts: readonly number[], n: number): BetaBinomial {
  let sum = 0;
  for (const count of counts) sum += count;
  const mean = sum / counts.length;
  let squares = 0;
  for (const count of counts) squares += (count - mean) ** 2;
  const variance = counts.length > 1 ? squares / (counts.length - 1) : 0;
  // a sample without any failure (or success) still has to leave room for one: add half of one, as Jeffreys does
  const p = (sum + 0.5) / (counts.length * n + 1);
  const excess = (variance / (n * p * (1 - p)) - 1) / (n - 1);
  const rho = Math.min(MOST_CORRELATION, Math.max(LEAST_CORRELATION, excess));
  return { n, alpha: p * (1 / rho - 1), beta: (1 - p) * (1 / rho - 1) };
}

/** Mean of the number of successes of the distribution. */
export function betaBinomialMean({ n, alpha, beta }: BetaBinomial): number {
  return (n * alpha) / (alpha + beta);
}

export function betaBinomialDeviation({ n, alpha, beta }: BetaBinomial): number {
  const sum = alpha + beta;
  return Math.sqrt((n * alpha * beta * (sum + n)) / (sum * sum * (sum + 1)));
}

/** Probabilities of 0..n. */
export function betaBinomialMass({ n, alpha, beta }: BetaBinomial): Float64Array {
  const mass = new Float64Array(n + 1);
  // by the ratio of neighbours from the mode outwards would do; in logs from lgamma it is one line and exact enough
  const base =
    logGamma(n + 1) - logGamma(n + alpha + beta) + logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    const log = base + logGamma(k + alpha) - logGamma(k + 1) + logGamma(n - k + beta) - logGamma(n - k + 1);
    mass[k] = Math.exp(log);
    sum += mass[k]!;
  }
  // alpha + beta of a million cancels to about 1e-9 relative: normalise
  for (let k = 0; k <= n; k++) mass[k]! /= sum;
  return mass;
}

/**
 * Average run length of the upward CUSUM S = max(0, S + X - reference), alarm at S > limit, started at 0, by the
 * Markov chain of Brook & Evans (Biometrika 1972). `reference` and `limit` are whole numbers, X has `mass`.
 */
export function averageRunLength(mass: Float64Array, reference: number, limit: number): number {
  const size = limit + 1;
  // (I - R) L = 1, R the transitions among the states 0..limit
  const rows: Float64Array[] = [];
  for (let i = 0; i < size; i++) {
    const row = new Float64Array(size + 1);
    for (let x = 0; x < mass.length; x++) {
      const to = Math.max(0, i + x - reference);
      if (to <= limit) row[to]! -= mass[x]!;
    }
    row[i]! += 1;
    row[size] = 1;
    rows.push(row);
  }
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    const top = rows[pivot]!;
    rows[pivot] = rows[column]!;
    rows[column] = top;
    if (Math.abs(top[column]!) < 1e-300) return Number.POSITIVE_INFINITY;
    for (let i = column + 1; i < size; i++) {
      const row = rows[i]!;
      const factor = row[column]! / top[column]!;
      if (factor === 0) continue;
      for (let j = column; j <= size; j++) row[j]! -= factor * top[j]!;
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = rows[i]!;
    for (let j = i + 1; j < size; j++) row[size]! -= row[j]! * rows[j]![size]!;
    row[size]! /= row[i]!;
  }
  const length = rows[0]![size]!;
  // run lengths beyond what doubles can invert come out negative or absurd: they are long
  return length > 0 && Number.isFinite(length) ? length : Number.POSITIVE_INFINITY;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for x > 0: Lanczos, g = 7, nine terms (Numerical Recipes, 3rd ed., 6.1); 1e-13. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = 0.99999999999980993;
  for (let i = 0; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i + 1);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
