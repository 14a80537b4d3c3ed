import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NearnessGrid } from './nearness.ts';

const times = fc
  .array(fc.integer({ min: 0, max: 20 * 86_400 }), { minLength: 1, maxLength: 60 })
  .map((list) => Float64Array.from(list).sort());

/** How many of `b`, moved, are within `seconds` of one of `a`. */
function closeOnes(a: Float64Array, b: Float64Array, seconds: number, shift: number): number {
  return b.filter((time) => a.some((other) => Math.abs(time + shift - other) <= seconds)).length;
}

describe('a grid of how near one source is', () => {
  it('never claims more close tries than there are', () => {
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 90_000 }), (a, b, seconds) => {
        const grid = new NearnessGrid([a, b]);
        grid.look(a);
        const found = closeOnes(a, b, seconds, 0);
        expect(grid.isMore(found, grid.cellsOf(b), 0, b.length, seconds)).toBe(false);
      }),
    );
  });

  it('never claims that fewer are close when moved than there are', () => {
    const shifts = fc.double({ min: -20_000, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 90_000 }), shifts, (a, b, seconds, shift) => {
        const grid = new NearnessGrid([a, b]);
        grid.look(a);
        const found = closeOnes(a, b, seconds, shift);
        expect(grid.most(grid.cellsOf(b), seconds, shift)).toBeGreaterThanOrEqual(found);
      }),
    );
  });

  it('is near to the truth where cells are small beside what is close', () => {
    const hours = (n: number, offset: number) =>
      Float64Array.from({ length: n }, (_, i) => i * 3600 + offset);
    const [a, b] = [hours(200, 0), hours(200, 300)];
    const grid = new NearnessGrid([a, b]);
    grid.look(a);
    expect(grid.isMore(199, grid.cellsOf(b), 0, b.length, 600)).toBe(true);
    // the last one has left the grid
    expect(grid.most(grid.cellsOf(b), 600, 1500)).toBeLessThanOrEqual(1);
  });
});
