// Licences of what others wrote: of every package that is installed with this one, not only of those that are joined into the one
// file, which the build itself checks.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const { isAllowed, noticesText } = (await import(`${root}/scripts/notices.mjs`)) as {
  readonly isAllowed: (licence: unknown) => boolean;
  readonly noticesText: (packages: readonly object[], what: string) => string;
};

describe('the licence', () => {
  it('of every package that this one needs is on the list', () => {
    const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as {
      readonly packages: Readonly<
        Record<string, { readonly license?: string; readonly dev?: boolean; readonly version?: string }>
      >;
    };
    const needed = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    expect(needed.length).toBeGreaterThan(40);
    const foreign = needed.filter(([, { license }]) => !isAllowed(license));
    expect(foreign.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it('may be a choice, or several at once', () => {
    expect(isAllowed('(GPL-2.0-only OR MIT)')).toBe(true);
    expect(isAllowed('MIT AND ISC')).toBe(true);
    expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false);
    for (const unknown of ['GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN LICENSE', '', undefined, {}])
      expect(isAllowed(unknown)).toBe(false);
  });
});

describe('the notices', () => {
  it('name each package in order, and give the same words once', () => {
    const text = noticesText(
      [
        { name: 'b', version: '2', licence: 'MIT', text: 'the words' },
        { name: 'a', version: '1', licence: 'MIT', text: 'the words' },
        { name: 'c', version: '3', licence: 'ISC', text: 'other words' },
      ],
      'This file',
    );
    expect(text).toMatch(/a 1: MIT\n {2}b 2: MIT\n {2}c 3: ISC/);
    expect(text.match(/the words/g)).toHaveLength(1);
    expect(text).toContain('a, b\n\nthe words');
  });
});
