import { describe, expect, it } from 'vitest';
import { committed, NOTHING_YET, runsAfter, shown, versionOf, withFloor } from './standing.ts';

describe('the runs of a writer', () => {
  it('grow with its commits, and begin anew with each generation', () => {
    let standing = { ...NOTHING_YET, runs: runsAfter(NOTHING_YET, 1, 1) };
    standing = { ...standing, runs: runsAfter(standing, 1, 2) };
    expect(standing.runs).toEqual([{ generation: 1, first: 1, last: 2 }]);
    standing = { ...standing, runs: runsAfter(standing, 4, 3) };
    expect(committed(standing)).toBe(
      '(batch <= 0 OR generation = 1 AND batch >= 1 AND batch <= 2 OR generation = 4 AND batch >= 3 AND batch <= 3)',
    );
  });
});

describe('what retention puts away', () => {
  it('is so for batches before it', () => {
    const floors = withFloor([], { batch: 7, time: 1000 });
    expect(shown({ ...NOTHING_YET, clean: 9, floors, seqFloor: 3 })).toEqual([
      '(batch <= 9)',
      'seq > 3',
      '(batch > 7 OR time >= 1000)',
    ]);
  });

  it('stays so where later less was put away', () => {
    const floors = withFloor([{ batch: 7, time: 1000 }], { batch: 8, time: 900 });
    expect(floors).toHaveLength(2);
    expect(withFloor(floors, { batch: 9, time: 1000 })).toEqual([{ batch: 9, time: 1000 }]);
  });
});

describe('of two rows of the same thing', () => {
  it('the later batch holds, then the later generation', () => {
    expect(versionOf(3, 1) > versionOf(2, 9)).toBe(true);
    expect(versionOf(3, 2) > versionOf(3, 1)).toBe(true);
    expect(versionOf(2 ** 39, 0x100_0000) < 1n << 64n).toBe(true);
  });
});
