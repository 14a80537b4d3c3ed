import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNearMiss } from './near-miss.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'.split('');
const name = (min: number) =>
  fc.array(fc.constantFrom(...LETTERS), { minLength: min, maxLength: 12 }).map((a) => a.join(''));

/** One slip of the finger: a letter left out, added, replaced, or swapped with the next. */
function slipped(word: string, kind: number, at: number, letter: string): string {
  const i = at % word.length;
  if (kind === 0) return word.slice(0, i) + word.slice(i + 1);
  if (kind === 1) return word.slice(0, i) + letter + word.slice(i);
  if (kind === 2) return word.slice(0, i) + letter + word.slice(i + 1);
  const j = Math.min(i, word.length - 2);
  return word.slice(0, j) + word[j + 1] + word[j] + word.slice(j + 2);
}

describe('a near miss', () => {
  it.each([
    ['Peter', 'peter'],
    ['peter@host.example', 'peter'],
    ['petre', 'peter'],
    ['pter', 'peter'],
    ['peterr', 'peter'],
    ['ragnhlid', 'ragnhild'],
    ['ragnhil', 'ragnhild'],
    ['ragnhidl ', 'ragnhild'],
    ['rgnhidl', 'ragnhild'],
  ])('%j was meant to be %j', (typed, meant) => {
    expect(isNearMiss(typed, meant)).toBe(true);
  });

  it.each([
    ['root', 'peter'],
    ['admin', 'inger'],
    ['oracle', 'sverre'],
    ['petra1', 'peter'],
    ['ab', 'cd'],
    ['', 'ada'],
    ['', ''],
    ['a', 'b'],
  ])('%j was not meant to be %j', (typed, meant) => {
    expect(isNearMiss(typed, meant)).toBe(false);
  });

  it('is always one slip away from a name of three letters and more', () => {
    fc.assert(
      fc.property(name(3), fc.nat(3), fc.nat(), fc.constantFrom(...LETTERS), (word, kind, at, letter) => {
        expect(isNearMiss(slipped(word, kind, at, letter), word)).toBe(true);
      }),
    );
  });

  it('is two slips away from a name of six letters and more', () => {
    fc.assert(
      fc.property(
        name(6),
        fc.array(fc.tuple(fc.nat(2), fc.nat()), { minLength: 2, maxLength: 2 }),
        (word, slips) => {
          let typed = word;
          for (const [kind, at] of slips) typed = slipped(typed, kind, at, 'q');
          expect(isNearMiss(typed, word)).toBe(true);
        },
      ),
    );
  });

  it('goes both ways between names that are equally long', () => {
    fc.assert(
      fc.property(name(1), fc.nat(), fc.constantFrom(...LETTERS), fc.nat(), (word, at, letter, more) => {
        const other = slipped(slipped(word, 2, at, letter), 2, more, letter);
        expect(isNearMiss(word, other)).toBe(isNearMiss(other, word));
      }),
    );
  });

  it('is never a stretch: names that differ in three letters more of length are strangers', () => {
    fc.assert(
      fc.property(name(1), (word) => {
        expect(isNearMiss(`${word}xyz`, word)).toBe(false);
      }),
    );
  });

  it('does not spend its time on hostile names', () => {
    expect(isNearMiss('a'.repeat(100_000), 'a'.repeat(99_999))).toBe(false);
  });
});
