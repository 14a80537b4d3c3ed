import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../model/random.ts';
import { walkOf } from './order.ts';

/** Length of the longest strictly increasing subsequence, by trying all of them. */
function longestByTrying(names: readonly string[]): number {
  let longest = 0;
  for (let mask = 0; mask < 1 << names.length; mask++) {
    const chosen = names.filter((_, i) => mask & (1 << i));
    if (chosen.length > longest && chosen.every((name, i) => i === 0 || chosen[i - 1]! < name))
      longest = chosen.length;
  }
  return longest;
}

function shuffledNames(n: number, seed: number): string[] {
  const random = seededRandom(seed);
  const names = Array.from({ length: n }, (_, i) => `n${String(i).padStart(5, '0')}`);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [names[i], names[j]] = [names[j]!, names[i]!];
  }
  return names;
}

describe('a walk through the names', () => {
  it('is the longest run, upwards or downwards, that leaves out names', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 8 }), (names) => {
        const walk = walkOf(names);
        const up = longestByTrying(names);
        const down = longestByTrying([...names].reverse());
        expect(walk.members.size).toBe(Math.max(up, down));
        expect(walk.direction).toBe(up >= down ? 'alphabetical' : 'reverse-alphabetical');
      }),
      { numRuns: 300 },
    );
  });

  it('has members that are in order', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 80 }), (names) => {
        const walk = walkOf(names);
        const run = [...walk.members].sort((a, b) => a - b).map((i) => names[i]!.toLowerCase());
        const ordered = [...run].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(run).toEqual(walk.direction === 'alphabetical' ? ordered : ordered.reverse());
        // a name that comes again is no step of a walk
        expect(new Set(run).size).toBe(run.length);
      }),
    );
  });

  it.each([
    [['alias', 'amanda', 'amavis', 'apache', 'at'], 'alphabetical', 5],
    [['Heaven', 'heba', 'hector', 'HEDDA'], 'alphabetical', 4],
    [['zoe', 'root', 'yves', 'xena', 'walter'], 'reverse-alphabetical', 4],
    [['one'], 'alphabetical', 1],
    [['root', 'root', 'Root', 'root'], 'alphabetical', 1],
    [['anna', 'anna', 'bert', 'bert', 'carl'], 'alphabetical', 3],
    [[], 'alphabetical', 0],
  ] as const)('through %j is %s, %i long', (names, direction, length) => {
    const walk = walkOf(names);
    expect(walk.direction).toBe(direction);
    expect(walk.members.size).toBe(length);
  });

  it('is as long as theory says where the order is random: 2 sqrt(n) - 1.77 n^(1/6)', () => {
    let sum = 0;
    for (let seed = 0; seed < 60; seed++) sum += walkOf(shuffledNames(400, seed)).members.size;
    // the longer of two directions is a little longer than one
    expect(sum / 60).toBeGreaterThan(walkOf(shuffledNames(400, 0)).expected - 1);
    expect(sum / 60).toBeLessThan(walkOf(shuffledNames(400, 0)).expected + 3);
  });
});

describe('the bits of a walk', () => {
  it('never say more than chance does: b bits at most once in 2^b random orders', () => {
    const rounds = 20_000;
    for (const n of [10, 25]) {
      const counts = new Map<number, number>();
      for (let seed = 0; seed < rounds; seed++) {
        const { bits } = walkOf(shuffledNames(n, seed * 31 + n));
        if (bits > 0) counts.set(bits, (counts.get(bits) ?? 0) + 1);
      }
      for (const at of counts.keys()) {
        let seen = 0;
        for (const [bits, count] of counts) if (bits >= at) seen += count;
        const allowed = rounds * 2 ** -at;
        expect(seen).toBeLessThanOrEqual(allowed + 4 * Math.sqrt(allowed) + 4);
      }
    }
  });

  it('are many where the walk is true', () => {
    const names = shuffledNames(100, 1).sort();
    expect(walkOf(names).bits).toBeGreaterThan(500);
    expect(walkOf(names.reverse()).bits).toBeGreaterThan(500);
    expect(walkOf(shuffledNames(100, 2)).bits).toBeLessThan(5);
  });

  it('are none where few names come again and again, in whatever order: that is no walk', () => {
    const random = seededRandom(8);
    const names = Array.from({ length: 400 }, () => ['admin', 'guest', 'root', 'test'][random.below(4)]!);
    expect(walkOf(names).bits).toBe(0);
    expect(walkOf([...names].sort()).bits).toBe(0);
  });
});
