import { describe, expect, it } from 'vitest';
import {
  clock,
  counted,
  duration,
  figure,
  hostText,
  interval,
  listed,
  oneIn,
  percent,
  shareOf,
  thousands,
  userText,
} from './wording.ts';

describe('numbers as a person reads them', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [16_727, '16,727'],
    [1_234_567, '1,234,567'],
  ])('%d is %s', (value, text) => expect(thousands(value)).toBe(text));

  it('knows one from many', () => {
    expect(counted(1, 'source')).toBe('1 source');
    expect(counted(0, 'source')).toBe('0 sources');
    expect(counted(2000, 'try', 'tries')).toBe('2,000 tries');
  });

  it.each([
    [683.2, '683'],
    [9.96, '10'],
    [3.14, '3.1'],
    [3, '3'],
    [0.3, '0.3'],
    [0.02, '0.02'],
    [1e-7, 'next to none'],
    [0, 'none'],
  ])('a measured %d is %s', (value, text) => expect(figure(value)).toBe(text));

  it.each([
    [0.71, '71 %'],
    [0, '0 %'],
    [0.004, 'less than 1 %'],
    [0.996, 'more than 99 %'],
    [1, '100 %'],
  ])('a share of %d is %s', (value, text) => expect(percent(value)).toBe(text));

  it.each([
    [0.0042, 'one in 240'],
    [1e-6, 'one in a million'],
    [3.2e-9, 'one in 310 million'],
    [1e-9, 'one in a billion'],
    [2e-12, 'one in 500 billion'],
    [1e-12, 'less than one in a million million'],
    [1e-300, 'less than one in a million million'],
    [1, 'more than one in two'],
  ])('a chance of %d is %s', (value, text) => expect(oneIn(value)).toBe(text));
});

describe('a part of a number of things', () => {
  it.each([
    [1, 1, 'the source'],
    [2, 2, 'both sources'],
    [3, 3, 'all 3 sources'],
    [0, 671, 'none of 671 sources'],
    [670, 671, '670 of 671 sources'],
    [0, 0, 'none of 0 sources'],
  ])('%d of %d is %s', (part, whole, text) => expect(shareOf(part, whole, 'source')).toBe(text));
});

describe('time in words', () => {
  it.each([
    [0, 'less than a second'],
    [119, '119 s'],
    [182, '3 min'],
    [39 * 3600, '39 h'],
    [322 * 3600, '13 days'],
    [42 * 86_400, '6 weeks'],
    [1000 * 86_400, '3 years'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    ['2008-12-02T12:19:48Z', 'from 2008-11-19 15:04 to 2008-12-02 12:19 UTC'],
    ['2009-01-02T00:10:00Z', 'from 2008-11-19 15:04 to 2009-01-02 00:10 UTC'],
    ['2008-11-19T15:31:00Z', 'on 2008-11-19 from 15:04 to 15:31 UTC'],
    ['2008-11-19T15:04:59Z', 'on 2008-11-19 15:04 UTC'],
  ])('up to %s is %s', (to, text) => expect(interval('2008-11-19T15:04:22Z', to)).toBe(text));

  it('shows a moment to the minute and names the zone', () => {
    expect(clock('2008-11-19T15:04:22Z')).toBe('2008-11-19 15:04 UTC');
  });
});

describe('names in a sentence', () => {
  it('leaves plain ones alone', () => {
    expect(userText('alias')).toBe('alias');
    expect(hostText('2001:db8::1')).toBe('2001:db8::1');
    expect(hostText('198.51.100.0/24')).toBe('198.51.100.0/24');
  });
  it('quotes what could be taken for the sentence itself', () => {
    expect(userText('root from 192.0.2.1 port 22')).toBe('"root from 192.0.2.1 port 22"');
    expect(userText('')).toBe('""');
  });
  it('lets no name end its own quotes', () => {
    expect(userText('a" logged in as "b')).toBe(String.raw`"a\" logged in as \"b"`);
    expect(userText(String.raw`a\" b`)).toBe(String.raw`"a\\\" b"`);
  });
  it('cuts a long one', () => {
    expect(userText('x'.repeat(100_000)).length).toBeLessThan(50);
  });
  it('lists a few and counts the rest', () => {
    expect(listed([], 3)).toBe('');
    expect(listed(['a'], 3)).toBe('a');
    expect(listed(['a', 'b', 'c'], 3)).toBe('a, b and c');
    expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
    expect(listed(['a', 'b', 'c'], 2, 198), 'of a sample').toBe('a, b and 196 more');
  });
});
