import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Groups } from './groups.ts';

const pairs = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 40 });
const numbers = Array.from({ length: 31 }, (_, i) => i);

/** By walking from one to the next until nothing new is reached. */
const reached = (all: readonly (readonly [number, number])[], from: number): readonly number[] => {
  const seen = new Set([from]);
  for (const one of seen)
    for (const [a, b] of all) {
      if (a === one) seen.add(b);
      if (b === one) seen.add(a);
    }
  return [...seen].sort((a, b) => a - b);
};

describe('groups', () => {
  it('hold whoever a chain of pairs joins, and nobody else', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const groups = new Groups<number>();
        for (const [a, b] of all) groups.join(a, b);
        for (const [at, members] of groups.all(numbers)) {
          expect(members).toContain(at);
          expect([...members]).toEqual(reached(all, at));
        }
        const joined = new Set(all.flat());
        expect([...groups.all(numbers).values()].flat().sort((a, b) => a - b)).toEqual(
          [...joined].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('are of one where nothing was joined', () => {
    expect(new Groups<string>().of('a')).toBe('a');
    expect(new Groups<string>().all(['a']).size).toBe(0);
  });

  it('do not grow slow along a long chain', () => {
    const groups = new Groups<number>();
    for (let i = 0; i < 100_000; i++) groups.join(i + 1, i);
    expect(groups.all([0, 50_000, 100_000]).size).toBe(1);
  });
});
