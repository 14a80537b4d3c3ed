import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  forkedRandom,
  gamma,
  geometric,
  logUniform,
  overdispersed,
  poisson,
  sharedOut,
  zipf,
} from './draws.ts';

const DRAWS = 20_000;

/** Mean and variance of many draws from a fixed seed. */
function moments(draw: (random: ReturnType<typeof forkedRandom>) => number) {
  const random = forkedRandom(1, 'moments');
  const values = Array.from({ length: DRAWS }, () => draw(random));
  const mean = values.reduce((a, b) => a + b, 0) / DRAWS;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / DRAWS };
}

describe('draws', () => {
  it.each([0.3, 4, 35, 180])('poisson of mean %d has that mean and that variance', (mean) => {
    const found = moments((random) => poisson(random, mean));
    expect(found.mean / mean).toBeCloseTo(1, 1);
    expect(found.variance / mean).toBeCloseTo(1, 1);
  });

  it.each([0.4, 1, 7])('gamma of shape %d has mean shape x scale', (shape) => {
    const found = moments((random) => gamma(random, shape, 3));
    expect(found.mean / (shape * 3)).toBeCloseTo(1, 1);
    expect(found.variance / (shape * 9) - 1).toBeLessThan(0.1);
  });

  it('an overdispersed count has variance mean + dispersion x mean squared', () => {
    const found = moments((random) => overdispersed(random, 50, 0.2));
    expect(found.mean / 50).toBeCloseTo(1, 1);
    expect(found.variance / (50 + 0.2 * 2500)).toBeCloseTo(1, 0);
  });

  it('geometric begins at one and has its mean', () => {
    expect(moments((random) => geometric(random, 2.5)).mean).toBeCloseTo(2.5, 1);
    expect(moments((random) => geometric(random, 1)).variance).toBe(0);
  });

  it('log-uniform stays between its ends', () => {
    const random = forkedRandom(2, 'ends');
    for (let i = 0; i < 1000; i++) {
      const value = logUniform(random, 50, 2000);
      expect(value >= 50 && value < 2000).toBe(true);
    }
  });

  it('zipf prefers the head and reaches the tail', () => {
    const draw = zipf(100, 1);
    const random = forkedRandom(3, 'zipf');
    const seen = new Array<number>(100).fill(0);
    for (let i = 0; i < DRAWS; i++) seen[draw(random)]!++;
    expect(seen[0]! / seen[9]!).toBeGreaterThan(7);
    expect(Math.min(...seen)).toBeGreaterThan(0);
  });

  it('shares out exactly, at least one each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.nat(2000),
        (weights, more) => {
          const total = weights.length + more;
          const out = sharedOut(forkedRandom(4, 'share'), weights, total);
          expect(out.reduce((a, b) => a + b, 0)).toBe(total);
          expect(Math.min(...out)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  it('fits draws to a sum, and leaves them alone where they have it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 50 }),
        fc.nat(100),
        (draws, more) => {
          const sum = draws.reduce((a, b) => a + b, 0);
          expect(fitted(forkedRandom(4, 'fit'), draws, sum)).toEqual(draws);
          const total = draws.length + more;
          const out = fitted(forkedRandom(4, 'fit'), draws, total);
          expect(out.reduce((a, b) => a + b, 0)).toBe(total);
          expect(Math.min(...out)).toBeGreaterThanOrEqual(1);
          expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...draws, Math.ceil(total / draws.length)));
        },
      ),
    );
  });

  it('gives every actor a generator of its own', () => {
    const heads = ['a', 'b', 'c'].flatMap((label) => [1, 2].map((seed) => forkedRandom(seed, label).next()));
    expect(new Set(heads).size).toBe(6);
  });
});
