import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEARNT } from './data.ts';
import {
  ARRIVALS,
  isListed,
  listedNames,
  NEWCOMERS,
  namePrior,
  nameShape,
  nameShare,
  TAIL_MASS,
  UNLISTED_AGAIN,
  UNLISTED_SHARE,
} from './popularity.ts';

describe('the shipped prior', () => {
  const names = listedNames();

  it('shares out what strangers try among the listed names and the tail, no more than there is', () => {
    const sum = names.reduce((total, name) => total + nameShare(name), TAIL_MASS);
    expect(sum).toBeLessThanOrEqual(1);
    expect(sum).toBeGreaterThan(0.95);
  });

  it('lists names in falling order of share, root first, none of them twice', () => {
    expect(names[0]).toBe('root');
    for (let i = 1; i < names.length; i++)
      expect(nameShare(names[i]!)).toBeLessThanOrEqual(nameShare(names[i - 1]!));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['', 'admin', 'Administrator', 'www-data', 'test1']));
  });

  it('gives every name a share above 0, any name at all', () => {
    const strings = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...names, '__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(strings, (name) => {
        expect(nameShare(name)).toBeGreaterThan(0);
        expect(nameShape(name)).toBeGreaterThan(0);
        const { shape, visits } = namePrior(name);
        expect(shape + 1).toBeGreaterThan(0);
        expect(visits).toBeGreaterThan(0);
      }),
    );
  });

  it('takes a name in another case for a rare form of the listed one', () => {
    expect(isListed('POSTGRES')).toBe(false);
    expect(nameShare('POSTGRES')).toBeLessThan(nameShare('postgres'));
    expect(nameShare('POSTGRES')).toBeGreaterThan(UNLISTED_SHARE);
    expect(nameShare('QZWXVK')).toBe(UNLISTED_SHARE);
  });

  it('expects a name that was tried the more again the more popular it is, and an unlisted one the least', () => {
    const again = (name: string) => {
      const { shape, visits } = namePrior(name);
      return (shape + 1) / visits;
    };
    for (let i = 1; i < names.length; i++)
      expect(again(names[i]!)).toBeLessThanOrEqual(again(names[i - 1]!) * 1.01);
    expect(again('qzwxvk')).toBeCloseTo(UNLISTED_AGAIN, 12);
    expect(again('qzwxvk')).toBeLessThan(again(names.at(-1)!) * 1.01);
  });

  it('says how far sites differ: the rarer a name, the more', () => {
    expect(nameShape('root')).toBeGreaterThan(nameShape('test1'));
    expect(nameShape('test1')).toBeGreaterThan(nameShape(names.at(-1)!));
  });

  it('says what newcomers come for and how many they are', () => {
    for (const { mean, strength } of Object.values(NEWCOMERS)) {
      expect(mean).toBeGreaterThan(0);
      expect(mean).toBeLessThan(1);
      expect(strength).toBeGreaterThan(0);
    }
    expect(ARRIVALS.median).toBeGreaterThan(0);
    expect(ARRIVALS.logDeviation).toBeGreaterThan(0);
    expect(ARRIVALS.dailyShape).toBeGreaterThan(0);
  });

  it('holds nothing but short printable names: no pseudonym, address or mail address', () => {
    for (const name of names) {
      expect(name).toMatch(/^[ -~]{0,32}$/);
      expect(name).not.toMatch(/^person\d|^sensor\d|^X+$|@|^\d+\.\d+\.\d+\.\d+$/);
    }
  });

  it('takes less than 60 kB', () => {
    expect(readFileSync(new URL('./data.ts', import.meta.url)).length).toBeLessThan(60_000);
    expect(LEARNT.sites).toBeGreaterThanOrEqual(3);
  });
});
