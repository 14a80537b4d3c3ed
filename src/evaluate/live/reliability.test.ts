import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poissonInterval, shareInterval } from './intervals.ts';
import {
  addReliability,
  BINS,
  binOf,
  NO_RELIABILITY,
  reliabilityOf,
  reliabilityPoints,
  shareFrom,
} from './reliability.ts';

describe('the interval of a count', () => {
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [10, 4.795, 18.39],
    [20, 12.217, 30.888],
    [100, 81.36, 121.63],
  ])('of %i events is that of the tables (Garwood 1936)', (count, low, high) => {
    const interval = poissonInterval(count);
    expect(interval.low).toBeCloseTo(low, 2);
    expect(interval.high).toBeCloseTo(high, 2);
  });

  it('of a share has the share in it, and is Wilson\u2019s', () => {
    expect(shareInterval(0, 0)).toBeNull();
    const known = shareInterval(81, 263)!; // Newcombe 1998, example
    expect(known.low).toBeCloseTo(0.2553, 3);
    expect(known.high).toBeCloseTo(0.3662, 3);
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (part, more) => {
        const whole = part + more;
        fc.pre(whole > 0);
        const { low, high } = shareInterval(part, whole)!;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low - 1e-12).toBeLessThanOrEqual(part / whole);
        expect(high + 1e-12).toBeGreaterThanOrEqual(part / whole);
      }),
    );
  });
});

describe('reliability', () => {
  const stated = fc.array(
    fc.record({
      source: fc.stringMatching(/^[a-z]{1,3}$/),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 50 },
  );

  it('puts each confidence into the bin whose ends it lies between', () => {
    expect([0, 0.49, 0.5, 0.9, 0.9499, 0.999, 1].map(binOf)).toEqual([0, 0, 1, 5, 5, 8, 8]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (confidence) => {
        const bin = binOf(confidence);
        expect(confidence).toBeGreaterThanOrEqual(BINS[bin]!);
        expect(confidence).toBeLessThan(BINS[bin + 1] ?? 1.1);
      }),
    );
  });

  it('counts every named source, and pools by adding', () => {
    fc.assert(
      fc.property(stated, stated, (a, b) => {
        const belong = new Set(['a', 'b', 'abc']);
        const one = reliabilityOf(a, [], belong);
        const other = reliabilityOf(b, ['zzzz'], belong);
        const both = addReliability(one, other);
        const all = reliabilityOf([...a, ...b], ['zzzz'], belong);
        expect(both.unnamed).toEqual(all.unnamed);
        both.bins.forEach((bin, i) => {
          expect(bin.sources).toBe(all.bins[i]!.sources);
          expect(bin.belong).toBe(all.bins[i]!.belong);
          expect(bin.stated).toBeCloseTo(all.bins[i]!.stated, 9);
        });
        expect(addReliability(one, NO_RELIABILITY)).toEqual(one);
      }),
    );
  });

  it('has a point for each bin with a source', () => {
    const one = reliabilityOf(
      [
        { source: 'a', confidence: 0.92 },
        { source: 'b', confidence: 0.94 },
        { source: 'c', confidence: 0.995 },
      ],
      [],
      new Set(['a', 'c']),
    );
    const points = reliabilityPoints(one);
    expect(points.map(({ from, to, sources, belong }) => [from, to, sources, belong])).toEqual([
      [0.9, 0.95, 2, 1],
      [0.99, 0.999, 1, 1],
    ]);
    expect(points[0]!.stated).toBeCloseTo(0.93);
    expect(shareFrom(one, 0.9)).toBeCloseTo(2 / 3);
    expect(shareFrom(one, 0.99)).toBe(1);
    expect(shareFrom(one, 0.999)).toBeNull();
  });
});
