import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { fitShape, interpolateShape, logLikelihood } from './dispersion.ts';
import { heldOutCurve } from './held-out.ts';
import { fitBeta } from './newcomers.ts';
import { fitTail, tailLikelihood, weightedMedian } from './unlisted.ts';

/** Poisson by Knuth's product; small means only. */
function poisson(next: () => number, mean: number): number {
  let count = 0;
  for (let product = next(); product > Math.exp(-mean); product *= next()) count++;
  return count;
}

describe('the shape of a gamma-Poisson mixture', () => {
  it('is found from counts: an exponential rate has shape 1', () => {
    const random = seededRandom(1);
    const counts = Array.from({ length: 3000 }, () => ({
      count: poisson(() => random.next(), -8 * Math.log(1 - random.next())),
      mean: 8,
    }));
    expect(fitShape(counts)).toBeGreaterThan(0.9);
    expect(fitShape(counts)).toBeLessThan(1.1);
  });

  it('is large where counts vary no more than a Poisson does', () => {
    const random = seededRandom(2);
    const counts = Array.from({ length: 1000 }, () => ({ count: poisson(() => random.next(), 5), mean: 5 }));
    expect(fitShape(counts)).toBeGreaterThan(20);
  });

  it('is not taken for large because a few counts are small', () => {
    const counts = [0, 1, 0, 0, 0, 0].map((count) => ({ count, mean: 0.2 }));
    expect(fitShape(counts)).toBeLessThan(3);
  });

  it('is nearly the likeliest there is where the counts tell', () => {
    const counts = Array.from({ length: 40 }, () => [0, 0, 9, 1, 0, 4, 0, 0, 2])
      .flat()
      .map((count) => ({ count, mean: 2 }));
    const best = fitShape(counts);
    for (const factor of [0.5, 0.9, 1.1, 2])
      expect(logLikelihood(counts, best)).toBeGreaterThan(logLikelihood(counts, best * factor));
  });

  it('lies between the points where it is asked for between them, and falls with the share below the last', () => {
    const points = [
      { share: 0.1, shape: 1 },
      { share: 0.001, shape: 0.01 },
    ];
    expect(interpolateShape(points, 0.5)).toBe(1);
    expect(interpolateShape(points, 0.01)).toBeCloseTo(0.1, 12);
    expect(interpolateShape(points, 0.001)).toBeCloseTo(0.01, 12);
    expect(interpolateShape(points, 0.0001)).toBeCloseTo(0.001, 12);
  });
});

describe('the held-out curve', () => {
  it('is what held-out sites have of names like that', () => {
    const curve = heldOutCurve([
      { shown: 0.1, found: 0.05, weight: 1 },
      { shown: 0.0001, found: 0.0002, weight: 3 },
    ]);
    expect(curve(0.1)).toBeCloseTo(0.05, 12);
    expect(curve(0.0001)).toBeCloseTo(0.0002, 12);
    expect(curve(0.00001)).toBeCloseTo(0.00002, 12);
  });

  it('never falls', () => {
    const share = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
    const found = fc.oneof(fc.constant(0), share);
    fc.assert(
      fc.property(
        fc.array(fc.record({ shown: share, found, weight: fc.double({ min: 0.1, max: 20, noNaN: true }) })),
        share,
        share,
        (shares, a, b) => {
          const curve = heldOutCurve(shares);
          expect(curve(Math.min(a, b))).toBeLessThanOrEqual(curve(Math.max(a, b)) * (1 + 1e-9));
          expect(curve(a)).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('the tail of unlisted names', () => {
  /** A Chinese restaurant: `visits` draws, a new name with probability theta / (n + theta). */
  function restaurant(seed: number, visits: number, theta: number): number[] {
    const random = seededRandom(seed);
    const drawn: number[] = [];
    const counts: number[] = [];
    for (let n = 0; n < visits; n++) {
      const old = random.next() * (n + theta) < n;
      const name = old ? drawn[random.below(n)]! : counts.push(0) - 1;
      counts[name]!++;
      drawn.push(name);
    }
    return counts;
  }

  it('is found from how often unlisted names agree', () => {
    const sites = [1, 2, 3].map((seed) => ({ counts: restaurant(seed, 1500, 400), weight: 1 }));
    const { discount, concentration } = fitTail(sites)!;
    const again = (1 - discount) / concentration;
    expect(again).toBeGreaterThan(1 / 600);
    expect(again).toBeLessThan(1 / 270);
  });

  it('is not taken from one site where one list is dealt out', () => {
    const strangers = [1, 2, 3].map((seed) => ({ counts: restaurant(seed, 1500, 400), weight: 1 }));
    const dealt = { counts: new Array(20).fill(30), weight: 1 };
    const with1 = fitTail([...strangers, dealt])!;
    expect((1 - with1.discount) / with1.concentration).toBeLessThan(1 / 100);
  });

  it('is not guessed from a few visits', () => {
    expect(fitTail([{ counts: [1, 1, 2], weight: 1 }])).toBeNull();
  });

  it('has the likelihood of Pitman: all partitions of three visits together are certain', () => {
    const tail = { discount: 0.3, concentration: 2 };
    // one name; two names in three ways; three names
    const sum = [[3], [2, 1], [2, 1], [2, 1], [1, 1, 1]].reduce(
      (total, counts) => total + Math.exp(tailLikelihood(counts, tail)),
      0,
    );
    expect(sum).toBeCloseTo(1, 12);
  });

  it('weighs sites by the median', () => {
    expect(
      weightedMedian([
        { value: 9, weight: 1 },
        { value: 1, weight: 1 },
        { value: 5, weight: 3 },
      ]),
    ).toBe(5);
  });
});

describe('a Beta distribution over sites', () => {
  it('has the mean of sites that are alike, and much strength', () => {
    const { mean, strength } = fitBeta(Array.from({ length: 10 }, () => [30, 100] as const));
    expect(mean).toBeCloseTo(0.3, 2);
    expect(strength).toBeGreaterThan(60);
  });

  it('has little strength where sites differ', () => {
    const { mean, strength } = fitBeta([
      [2, 100],
      [90, 100],
      [50, 100],
      [5, 100],
    ]);
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.6);
    expect(strength).toBeLessThan(5);
  });
});
