import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import {
  averageRunLength,
  betaBinomialDeviation,
  betaBinomialMass,
  betaBinomialMean,
  fitBetaBinomial,
  logGamma,
} from './beta-binomial.ts';

const parameters = fc.record({
  n: fc.integer({ min: 1, max: 100 }),
  alpha: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  beta: fc.double({ min: 0.1, max: 1000, noNaN: true }),
});

describe('the beta-binomial distribution', () => {
  it('has a mass that sums to one, and the mean and deviation that its formulas say', () => {
    fc.assert(
      fc.property(parameters, (distribution) => {
        const mass = betaBinomialMass(distribution);
        const mean = mass.reduce((sum, p, k) => sum + p * k, 0);
        const variance = mass.reduce((sum, p, k) => sum + p * (k - mean) ** 2, 0);
        expect(mass.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        expect(mean).toBeCloseTo(betaBinomialMean(distribution), 6);
        expect(Math.sqrt(variance)).toBeCloseTo(betaBinomialDeviation(distribution), 6);
      }),
    );
  });

  it('is uniform for alpha = beta = 1', () => {
    for (const p of betaBinomialMass({ n: 9, alpha: 1, beta: 1 })) expect(p).toBeCloseTo(0.1, 12);
  });

  it('is fitted back from its own moments', () => {
    const random = seededRandom(7);
    const mass = betaBinomialMass({ n: 100, alpha: 7, beta: 93 });
    const draw = () => {
      let u = random.next();
      let k = 0;
      while (k < 100 && u > mass[k]!) u -= mass[k++]!;
      return k;
    };
    const fitted = fitBetaBinomial(Array.from({ length: 4000 }, draw), 100);
    expect(betaBinomialMean(fitted)).toBeCloseTo(7, 0);
    expect(Math.abs(fitted.alpha - 7)).toBeLessThan(1);
  });

  it('is fitted to counts without any failure, and to all failures, without breaking', () => {
    for (const count of [0, 100]) {
      const fitted = fitBetaBinomial([count, count, count], 100);
      expect(fitted.alpha).toBeGreaterThan(0);
      expect(fitted.beta).toBeGreaterThan(0);
      expect(betaBinomialMass(fitted).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  });
});

describe('the average run length of a CUSUM', () => {
  it('is that of a coin where a single step crosses the limit', () => {
    // X is 0 or 10, each half the time; reference 5, limit 4: the first 10 raises the alarm
    const mass = new Float64Array(11);
    mass[0] = 0.5;
    mass[10] = 0.5;
    expect(averageRunLength(mass, 5, 4)).toBeCloseTo(2, 9);
  });

  it('agrees with running it', () => {
    const mass = betaBinomialMass({ n: 100, alpha: 7, beta: 93 });
    const exact = averageRunLength(mass, 9, 10);
    const random = seededRandom(11);
    let total = 0;
    const runs = 4000;
    for (let run = 0; run < runs; run++) {
      let s = 0;
      do {
        let u = random.next();
        let k = 0;
        while (k < 100 && u > mass[k]!) u -= mass[k++]!;
        s = Math.max(0, s + k - 9);
        total++;
      } while (s <= 10);
    }
    expect(Math.abs(total / runs / exact - 1)).toBeLessThan(0.06);
  });

  it('grows with the limit', () => {
    const mass = betaBinomialMass({ n: 100, alpha: 7, beta: 93 });
    const lengths = [5, 10, 20, 40].map((limit) => averageRunLength(mass, 12, limit));
    expect([...lengths].sort((a, b) => a - b)).toEqual(lengths);
  });
});

describe('ln of the gamma function', () => {
  it('is that of the factorials', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 9);
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });
});
