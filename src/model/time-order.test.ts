import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByTime } from './time-order.ts';

describe('rows in the order of time', () => {
  it('keep the order of equal times, in whole seconds and in parts of them, near and far', () => {
    const times = fc.oneof(
      fc.array(fc.integer({ min: 1_700_000_000, max: 1_700_000_009 })),
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
      fc.array(fc.maxSafeInteger()),
    );
    fc.assert(
      fc.property(times, (list) => {
        const time = Float64Array.from(list);
        const rows = Uint32Array.from(list.keys()).filter((row) => row % 5 !== 3);
        const expected = [...rows].sort((a, b) => time[a]! - time[b]! || a - b);
        sortByTime(rows, time);
        expect([...rows]).toEqual(expected);
      }),
    );
  });
});
