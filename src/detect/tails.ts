/**
 * Tail probabilities in log space. `1 - cdf` is 0 for Poisson P(X > 50; 2); the detector needs the 60 bits that
 * are hidden there. All results are in bits, log2 of a probability, never above 0.
 */

const LN2 = Math.LN2;
const LOG_FACTORIAL_TABLE = (() => {
  const table = new Float64Array(1025);
  for (let i = 2; i < table.length; i++) table[i] = table[i - 1]! + Math.log(i);
  return table;
})();

/** ln Γ(x) for x > 0 (Stirling's series with shift; Abramowitz & Stegun 6.1.41), relative error below 1e-13. */
export function lnGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += Math.log(z);
    z += 1;
  }
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.9189385332046728 + series - shift;
}

/** ln n! for a whole number n >= 0. */
export function lnFactorial(n: number): number {
  return n < LOG_FACTORIAL_TABLE.length ? LOG_FACTORIAL_TABLE[n]! : lnGamma(n + 1);
}

/** log2 P(X >= k) for X ~ Poisson(mean). 0 where k is not above the mean: nothing surprising. */
export function poissonTailBits(k: number, mean: number): number {
  if (k <= mean || k <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  let term = 1;
  let sum = 1;
  for (let j = k + 1; term > sum * 1e-12; j++) {
    term *= mean / j;
    sum += term;
  }
  return Math.min(0, (k * Math.log(mean) - mean - lnFactorial(k) + Math.log(sum)) / LN2);
}

/**
 * log2 P(X >= k) for a negative binomial of the given mean and dispersion (variance / mean, 1 = Poisson). Used where
 * counts vary more than chance does from day to day. 0 where k is not above the mean.
 */
export function overdispersedTailBits(k: number, mean: number, dispersion: number): number {
  if (dispersion <= 1.001) return poissonTailBits(k, mean);
  if (k <= mean || k <= 0) return 0;
  const r = mean / (dispersion - 1);
  const p = 1 / dispersion; // success probability; variance / mean = 1 / p
  const lnTerm = lnGamma(k + r) - lnGamma(r) - lnFactorial(k) + r * Math.log(p) + k * Math.log(1 - p);
  let term = 1;
  let sum = 1;
  for (let j = k; term > sum * 1e-12 && j < k + 100_000; j++) {
    term *= ((j + r) / (j + 1)) * (1 - p);
    sum += term;
  }
  return Math.min(0, (lnTerm + Math.log(sum)) / LN2);
}

/** log2 P(X >= k) for X ~ Binomial(n, p). 0 where k is not above the mean. */
export function binomialTailBits(k: number, n: number, p: number): number {
  if (k <= n * p || k <= 0) return 0;
  if (k > n) return Number.NEGATIVE_INFINITY;
  const lnTerm =
    lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  const odds = p / (1 - p);
  let term = 1;
  let sum = 1;
  for (let j = k; j < n && term > sum * 1e-12; j++) {
    term *= ((n - j) / (j + 1)) * odds;
    sum += term;
  }
  return Math.min(0, (lnTerm + Math.log(sum)) / LN2);
}

/** log2 P(X >= k) for X ~ beta-binomial(n, a, b): a binomial whose p is a Beta(a, b) variable. */
export function betaBinomialTailBits(k: number, n: number, a: number, b: number): number {
  const lnBeta = (x: number, y: number) => lnGamma(x) + lnGamma(y) - lnGamma(x + y);
  let sum = 0;
  for (let x = k; x <= n; x++)
    sum += Math.exp(
      lnGamma(n + 1) - lnGamma(x + 1) - lnGamma(n - x + 1) + lnBeta(x + a, n - x + b) - lnBeta(a, b),
    );
  return Math.log2(Math.min(1, sum));
}
