import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../model/random.ts';
import { tracksOf } from './tracks.ts';

/** Ranks of a walk of `length` names from `begin` on, in which neighbours are swapped now and then. */
function walk(random: Random, begin: number, length: number): number[] {
  const ranks = Array.from({ length }, (_, i) => begin + i);
  for (let i = 1; i < length; i++) {
    if (random.next() < 0.2) [ranks[i - 1], ranks[i]] = [ranks[i]!, ranks[i - 1]!];
  }
  return ranks;
}

/** Two lists taken in turns at random. */
function interleaved(random: Random, a: readonly number[], b: readonly number[]) {
  const rest: readonly [number[], number[]] = [[...a], [...b]];
  const ranks: number[] = [];
  const from: number[] = [];
  while (rest[0].length + rest[1].length > 0) {
    const which = random.next() * (rest[0].length + rest[1].length) < rest[0].length ? 0 : 1;
    ranks.push(rest[which].shift()!);
    from.push(which);
  }
  return { ranks, from };
}

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];

describe('tracks', () => {
  it('are one for one walk', () => {
    for (const seed of SEEDS)
      expect(new Set(tracksOf(walk(seededRandom(seed), 0, 300), 300, 30))).toEqual(new Set([0]));
  });

  it('are two for two walks at different places, each name on its own', () => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const { ranks, from } = interleaved(random, walk(random, 0, 300), walk(random, 500, 300));
      const track = tracksOf(ranks, 800, 60);
      const same = ranks.filter((_, t) => track[t] === from[t]).length;
      const other = ranks.filter((_, t) => track[t] === 1 - from[t]!).length;
      expect(Math.max(same, other)).toBeGreaterThan(0.98 * ranks.length);
    }
  });

  it('are numbered by size, and none shorter than asked for', () => {
    const random = seededRandom(1);
    const { ranks } = interleaved(random, walk(random, 0, 300), walk(random, 500, 100));
    const count = (list: Int32Array, k: number) => list.filter((one) => one === k).length;
    const track = tracksOf(ranks, 600, 60);
    expect(count(track, 0)).toBeGreaterThan(count(track, 1));
    expect(count(tracksOf(ranks, 600, 150), 1)).toBe(0);
    expect(count(tracksOf(ranks, 600, 150), -1)).toBeGreaterThan(90);
  });

  it('are none worth the name where the order is random', () => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const ranks = Array.from({ length: 400 }, () => random.below(400));
      expect(tracksOf(ranks, 400, 200).filter((k) => k >= 0).length).toBeLessThan(320);
    }
  });

  it('are nothing in an empty list', () => {
    expect(tracksOf([], 0, 10)).toHaveLength(0);
  });
});
