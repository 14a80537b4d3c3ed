import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialTailBits, lnFactorial, lnGamma, overdispersedTailBits, poissonTailBits } from './tails.ts';

/** log2 of a positive fraction of whole numbers, exact to a few units in the last place of the result. */
function log2Of(numerator: bigint, denominator: bigint): number {
  const log2 = (n: bigint) => {
    const digits = n.toString(2).length;
    const shift = Math.max(0, digits - 60);
    return Math.log2(Number(n >> BigInt(shift))) + shift;
  };
  return log2(numerator) - log2(denominator);
}

function factorial(n: number): bigint {
  let product = 1n;
  for (let i = 2; i <= n; i++) product *= BigInt(i);
  return product;
}

/** P(X >= k), X ~ Binomial(n, a / b), as a fraction: sum of C(n, j) a^j (b - a)^(n - j) over b^n. */
function exactBinomialBits(k: number, n: number, a: number, b: number): number {
  let sum = 0n;
  for (let j = k; j <= n; j++) {
    const choose = factorial(n) / (factorial(j) * factorial(n - j));
    sum += choose * BigInt(a) ** BigInt(j) * BigInt(b - a) ** BigInt(n - j);
  }
  return log2Of(sum, BigInt(b) ** BigInt(n));
}

/** P(X >= k), X ~ Poisson(a / b): the series in fixed point of 4000 binary digits, e^-mean by its own series. */
function exactPoissonBits(k: number, a: number, b: number): number {
  const ONE = 1n << 4000n;
  let term = ONE;
  let tail = 0n;
  let all = 0n;
  for (let j = 0; term > 0n; j++) {
    if (j >= k) tail += term;
    all += term;
    term = (term * BigInt(a)) / (BigInt(b) * BigInt(j + 1));
  }
  return log2Of(tail, all); // all = e^mean
}

/**
 * P(X >= k), X negative binomial with r = mean / (dispersion - 1) and p = 1 / dispersion, for whole r: X >= k failures
 * before the r-th success is the same as at most r - 1 successes among k + r - 1 trials.
 */
function exactNegativeBinomialBits(k: number, r: number, dispersion: number): number {
  const n = k + r - 1;
  let sum = 0n;
  for (let j = 0; j < r; j++) {
    const choose = factorial(n) / (factorial(j) * factorial(n - j));
    sum += choose * BigInt(dispersion - 1) ** BigInt(n - j);
  }
  return log2Of(sum, BigInt(dispersion) ** BigInt(n));
}

describe('the tail of a Poisson count', () => {
  it.each([
    [1, 1, 2],
    [3, 1, 10],
    [14, 1, 3],
    [20, 15, 1],
    [50, 2, 1],
    [130, 100, 1],
    [400, 7, 2],
  ])('P(X >= %i; %i/%i) is the exact sum', (k, a, b) => {
    expect(poissonTailBits(k, a / b)).toBeCloseTo(exactPoissonBits(k, a, b), 8);
  });

  it('shows the bits that 1 - cdf hides: P(X >= 51; 2)', () => {
    expect(poissonTailBits(51, 2)).toBeLessThan(-170);
    expect(poissonTailBits(51, 2)).toBeCloseTo(exactPoissonBits(51, 2, 1), 8);
  });

  it('is 0 where a count is not above its mean, and minus infinity where none may be', () => {
    expect(poissonTailBits(5, 5)).toBe(0);
    expect(poissonTailBits(0, 0)).toBe(0);
    expect(poissonTailBits(1, 0)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('never rises with the count, never falls with the mean, is never above 0', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.double({ min: 0.001, max: 300, noNaN: true }),
        (k, mean) => {
          const bits = poissonTailBits(k, mean);
          expect(bits).toBeLessThanOrEqual(0);
          expect(poissonTailBits(k + 1, mean)).toBeLessThanOrEqual(bits + 1e-9);
          expect(poissonTailBits(k, mean * 1.1)).toBeGreaterThanOrEqual(bits - 1e-9);
        },
      ),
    );
  });
});

describe('the tail of a binomial count', () => {
  it.each([
    [1, 10, 1, 100],
    [7, 10, 1, 2],
    [40, 42, 174, 1000],
    [60, 200, 1, 20],
    [300, 300, 1, 3],
  ])('P(X >= %i of %i; %i/%i) is the exact sum', (k, n, a, b) => {
    expect(binomialTailBits(k, n, a / b)).toBeCloseTo(exactBinomialBits(k, n, a, b), 7);
  });

  it('is minus infinity for more hits than there were draws', () => {
    expect(binomialTailBits(6, 5, 0.3)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('never rises with the count, never falls with the chance, is never above 0', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 0.9, noNaN: true }),
        (n, share, p) => {
          const k = Math.floor(share * n);
          const bits = binomialTailBits(k, n, p);
          expect(bits).toBeLessThanOrEqual(0);
          expect(binomialTailBits(k + 1, n, p)).toBeLessThanOrEqual(bits + 1e-9);
          expect(binomialTailBits(k, n, Math.min(0.99, p * 1.1))).toBeGreaterThanOrEqual(bits - 1e-9);
        },
      ),
    );
  });
});

describe('the tail of a count that varies more than chance', () => {
  it.each([
    [20, 4, 3],
    [60, 10, 2],
    [200, 12, 4],
    [33, 1, 5],
  ])('P(X >= %i; r %i, dispersion %i) is the exact sum', (k, r, dispersion) => {
    expect(overdispersedTailBits(k, r * (dispersion - 1), dispersion)).toBeCloseTo(
      exactNegativeBinomialBits(k, r, dispersion),
      7,
    );
  });

  it('is the Poisson tail at dispersion 1, and weaker evidence the more days differ', () => {
    expect(overdispersedTailBits(40, 10, 1)).toBe(poissonTailBits(40, 10));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 1.01, max: 10, noNaN: true }),
        (above, mean, dispersion) => {
          const k = Math.ceil(2 * mean) + above; // well above the mean: near it a wider law may have the lighter tail
          const bits = overdispersedTailBits(k, mean, dispersion);
          expect(bits).toBeLessThanOrEqual(0);
          expect(bits).toBeGreaterThanOrEqual(poissonTailBits(k, mean) - 1e-6);
          expect(overdispersedTailBits(k + 1, mean, dispersion)).toBeLessThanOrEqual(bits + 1e-9);
        },
      ),
    );
  });
});

describe('logarithms of factorials', () => {
  it('agree with the factorials themselves, in and beyond the table', () => {
    for (const n of [0, 1, 2, 10, 170, 1023, 1024, 1025, 1500]) {
      expect(lnFactorial(n)).toBeCloseTo(log2Of(factorial(n), 1n) * Math.LN2, 7);
      expect(lnGamma(n + 1)).toBeCloseTo(lnFactorial(n), 7);
    }
  });

  it('hold between whole numbers: gamma(1/2) is the root of pi, gamma(x + 1) = x gamma(x)', () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    for (const x of [0.01, 0.3, 1.7, 8.2, 55.5])
      expect(lnGamma(x + 1)).toBeCloseTo(Math.log(x) + lnGamma(x), 10);
  });
});
