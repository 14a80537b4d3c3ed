import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forkedRandom } from './draws.ts';
import { nearMiss, POPULAR, personNames, TAIL, wordList } from './names.ts';

describe('names', () => {
  it('are all different, popular ones and tail together', () => {
    expect(POPULAR.length).toBeGreaterThan(400);
    expect(TAIL.length).toBe(20_000);
    expect(new Set([...POPULAR, ...TAIL]).size).toBe(POPULAR.length + TAIL.length);
    expect(POPULAR[0]).toBe('root');
  });

  it('of persons are all different, also in a large house, and not taken', () => {
    const names = personNames(forkedRandom(1, 'persons'), 5000, new Set(['ada']));
    expect(new Set(names).size).toBe(5000);
    expect(names).not.toContain('ada');
  });

  it('mistyped are never the same and never empty', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POPULAR, ...TAIL.slice(0, 300)), fc.integer(), (name, seed) => {
        const wrong = nearMiss(forkedRandom(seed, 'slip'), name);
        expect(wrong).not.toBe(name);
        expect(wrong).toMatch(/^\S+$/);
        expect(Math.abs(wrong.length - name.length)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('of a word list are as many as asked for, part of them popular', () => {
    const list = wordList(forkedRandom(2, 'list'), 300, 0.3, (name) => name !== 'root');
    expect(new Set(list).size).toBe(300);
    expect(list).not.toContain('root');
    expect(list.filter((name) => POPULAR.includes(name)).length).toBe(90);
  });
});
