import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { surrogate } from './surrogate.ts';

const arbitrarySequence = fc
  .tuple(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 15 }),
    fc.integer({ min: 1, max: 20 }),
    fc.nat(),
  )
  .map(([n, sources, users, seed]) => {
    const random = seededRandom(seed);
    return sequenceOf(Array.from({ length: n }, () => [random.below(sources), random.below(users)] as const));
  });

const namesOf = (sequence: ReturnType<typeof surrogate>, s: number) =>
  [...sequence.user].filter((_, i) => sequence.source[i] === s);

describe('a surrogate', () => {
  it('has the same attempts: each source as often on each name', () => {
    fc.assert(
      fc.property(arbitrarySequence, fc.nat(), (sequence, seed) => {
        const shifted = surrogate(sequence, seededRandom(seed));
        const pairs = (of: typeof shifted) =>
          [...of.source].map((s, i) => s * 1000 + of.user[i]!).sort((a, b) => a - b);
        expect(pairs(shifted)).toEqual(pairs(sequence));
      }),
    );
  });

  it('keeps each source’s own order, as on a circle', () => {
    fc.assert(
      fc.property(arbitrarySequence, fc.nat(), (sequence, seed) => {
        const shifted = surrogate(sequence, seededRandom(seed));
        for (let s = 0; s < sequence.sources; s++) {
          const before = namesOf(sequence, s);
          const after = namesOf(shifted, s).join(' ');
          const turned = before.map((_, k) => [...before.slice(k), ...before.slice(0, k)].join(' '));
          if (before.length > 0) expect(turned).toContain(after);
        }
      }),
    );
  });

  it('keeps a source’s own gaps, to what others come between by chance', () => {
    const random = seededRandom(5);
    const n = 4000;
    // one source comes every 100 ticks, the others once each
    const sequence = sequenceOf(
      Array.from({ length: n }, (_, i): readonly [number, number] => (i % 100 === 0 ? [0, 0] : [1 + i, 1])),
    );
    for (let round = 0; round < 20; round++) {
      const shifted = surrogate(sequence, random);
      const places = [...shifted.source].flatMap((s, i) => (s === 0 ? [i] : []));
      expect(places).toHaveLength(40);
      for (let i = 1; i < places.length; i++) {
        // 100 others at random places: their number between two places is 100 within four standard deviations
        expect(Math.abs(places[i]! - places[i - 1]! - 100)).toBeLessThan(60);
      }
    }
  });

  it('moves one source alone round the circle and nothing else', () => {
    const sequence = sequenceOf([
      [0, 3],
      [0, 1],
      [0, 2],
      [0, 0],
    ]);
    const after = [...surrogate(sequence, seededRandom(9)).user].join('');
    expect(['3120', '1203', '2031', '0312']).toContain(after);
  });

  it('leaves the clock where it is, and the original too', () => {
    const sequence = sequenceOf([
      [0, 0],
      [1, 1],
      [2, 0],
    ]);
    const shifted = surrogate(sequence, seededRandom(1));
    expect(shifted.time).toBe(sequence.time);
    expect([...sequence.source]).toEqual([0, 1, 2]);
  });

  it('destroys what was between sources: names in turn become scattered', () => {
    // forty names of ten sources each, one name after the other
    const sequence = sequenceOf(Array.from({ length: 400 }, (_, i) => [i, Math.floor(i / 10)] as const));
    const same = (of: typeof shifted) => [...of.user].filter((u, i) => i > 0 && of.user[i - 1] === u).length;
    const shifted = surrogate(sequence, seededRandom(3));
    expect(same(sequence)).toBe(360);
    expect(same(shifted)).toBeLessThan(30);
  });
});
