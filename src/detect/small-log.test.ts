import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { SMALL_LOG, smallLogSegment } from './small-log.ts';

/** How many of the shuffles are as strong as what was seen. */
const asStrong = (found: NonNullable<ReturnType<typeof smallLogSegment>>) =>
  found.chance.filter((bits) => bits >= found.bits).length;

describe('a log of a few dozen attempts', () => {
  it('shows names in turn: eight names in 43 attempts, as published in 2008', () => {
    const hosts = [14, 12, 4, 5, 3, 2, 2, 1];
    const ticks = hosts
      .flatMap((n, name) => Array.from({ length: n }, () => name))
      .map((u, i) => [i, u] as const);
    const found = smallLogSegment(sequenceOf(ticks))!;
    expect(asStrong(found)).toBe(0);
    expect(found.from).toBe(0);
    expect(found.to).toBeGreaterThan(30);
  });

  it('shows nothing where the same names come in any order', () => {
    let strong = 0;
    for (let seed = 0; seed < 30; seed++) {
      const random = seededRandom(seed);
      const ticks = Array.from({ length: 60 }, (_, i) => [i, random.below(8)] as const);
      if (asStrong(smallLogSegment(sequenceOf(ticks))!) < 2) strong++;
    }
    // a hundredth of the shuffles is what one log in a hundred reaches by chance
    expect(strong).toBeLessThanOrEqual(2);
  });

  it('does not count one source that repeats itself', () => {
    const ticks = Array.from({ length: 40 }, (_, i) => [Math.floor(i / 5), Math.floor(i / 5)] as const);
    expect(smallLogSegment(sequenceOf(ticks))!.bits).toBe(0);
  });

  it('finds the stretch among other visitors', () => {
    const random = seededRandom(2);
    const nameAt = (i: number) => (i >= 100 && i < 130 ? 50 + Math.floor((i - 100) / 6) : random.below(40));
    const ticks = Array.from({ length: 200 }, (_, i) => [i, nameAt(i)] as const);
    const found = smallLogSegment(sequenceOf(ticks))!;
    expect(Math.abs(found.from - 100)).toBeLessThan(5);
    expect(Math.abs(found.to - 129)).toBeLessThan(5);
  });

  it('says nothing of one name alone, of seven attempts, or of a log that is not small', () => {
    expect(smallLogSegment(sequenceOf(Array.from({ length: 40 }, (_, i) => [i, 0] as const)))).toBeNull();
    expect(smallLogSegment(sequenceOf(Array.from({ length: 7 }, (_, i) => [i, i >> 1] as const)))).toBeNull();
    const long = Array.from({ length: SMALL_LOG + 1 }, (_, i) => [i, i >> 2] as const);
    expect(smallLogSegment(sequenceOf(long))).toBeNull();
  });
});
