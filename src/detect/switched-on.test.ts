import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CountBins, isSwitchedOn } from './switched-on.ts';

const DAY = 24;

/** A count of arrivals by hour from their number on each day. */
function hours(days: readonly number[]): CountBins {
  const rate = (hour: number) => (days[Math.floor(hour / DAY)] ?? 0) / DAY;
  return (from, to) => {
    let sum = 0;
    for (let hour = Math.max(0, from); hour <= to; hour++) sum += rate(hour);
    return sum;
  };
}

const usual = (days: number, perDay = 2) => Array.from({ length: days }, () => perDay);
const rise = (days: readonly number[], from: number, to: number, base = 2 / DAY) =>
  isSwitchedOn(hours(days), from * DAY, to * DAY - 1, DAY, base);

describe('a rise', () => {
  it('is switched on where it starts within a day, as on the 16th of February 2022', () => {
    const counts = [66, 13, 50, 31, 35, 85, 13, 70, 28, 13, 32, 13, 48, 28, 30, 337, 2006, 1906, 1608, 2113];
    expect(rise([...counts, 2207, 2424, 1978, 2976, 3044, 2071, 992], 16, 27, 38 / DAY)).toBe(true);
  });

  it('may grow for two fifths of its length', () => {
    const ramp = Array.from({ length: 20 }, (_, i) => 100 * Math.min(1, (i + 0.5) / 8));
    expect(rise([...usual(15), ...ramp, ...usual(15)], 16, 35)).toBe(true);
  });

  it('swells where its like came for half as long before', () => {
    const worm = Array.from({ length: 40 }, (_, i) => 100 * 2 ** (Math.min(0, i - 25) / 5));
    expect(rise([...usual(5), ...worm], 22, 45)).toBe(false);
  });

  it('swells where it goes on rising from its own beginning', () => {
    const worm = Array.from({ length: 30 }, (_, i) => 2 ** (i / 6));
    expect(rise([...usual(20, 0.1), ...worm], 20, 50, 0.1 / DAY)).toBe(false);
  });

  it('is not held to its shape where it is over in a day', () => {
    const burst: CountBins = (from, to) => (to >= 60 && from <= 60 ? 45 : 0);
    expect(isSwitchedOn(burst, 59, 60, DAY, 0.01)).toBe(true);
  });

  it('is switched on where as many came before as ever: that is the base rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 6, max: 40 }), (base, times) => {
        const log = [...usual(30, base), ...usual(8, base * times), ...usual(20, base)];
        expect(rise(log, 30, 38, base / DAY)).toBe(true);
      }),
    );
  });

  it('may begin with the log', () => {
    expect(rise([...usual(8, 100), ...usual(20)], 0, 8)).toBe(true);
  });
});
