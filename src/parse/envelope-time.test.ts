/** Times as fields of records have them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoTime } from '../model/time.ts';
import { readTime } from './envelope-time.ts';
import { NO_STAMP, STAMP_IMPOSSIBLE, STAMP_YEARLESS, Stamp } from './stamp.ts';
import { Timeline } from './timeline.ts';
import { zoneOf } from './zone.ts';

function read(...values: unknown[]): string | number {
  const stamp = new Stamp();
  const order = { dayFirst: false };
  for (const value of values) readTime(value, stamp, order);
  if (stamp.kind === NO_STAMP || stamp.kind === STAMP_IMPOSSIBLE || stamp.kind === STAMP_YEARLESS)
    return stamp.kind;
  return isoTime(new Timeline(zoneOf('UTC')).time(stamp));
}

describe('the same second', () => {
  test.each([
    [1_795_330_862],
    [1_795_330_862.75],
    [1_795_330_862_123],
    [1_795_330_862_123_456],
    [Number('1795330862123456789')],
    ['1795330862'],
    ['1795330862.123456'],
    ['1795330862123'],
    ['1795330862123456'],
    ['1795330862123456789'],
    ['2026-11-22T07:01:02Z'],
    ['2026-11-22T07:01:02.1234567Z'],
    ['2026-11-22t07:01:02.123456789+00:00'],
    ['2026-11-22T08:01:02,123+0100'],
    ['2026-11-22 07:01:02'],
    ['2026-11-22 07:01:02.123 UTC'],
    ['2026-11-22 02:01:02.123 -05'],
    ['2026/11/22 07:01:02'],
    ['22/Nov/2026:08:01:02 +0100'],
    ['Sun Nov 22 07:01:02.123456 2026'],
    ['Nov 22, 2026 @ 07:01:02.123'],
    ['November 22, 2026 7:01:02 AM'],
    ['11/22/2026 7:01:02 AM'],
    ['11/22/2026, 07:01:02'],
    ['22/11/2026 07:01:02'],
    ['22.11.2026 07:01:02'],
    ['/Date(1795330862123)/'],
    ['Sun, 22 Nov 2026 08:01:02 +0100'],
    [' 2026-11-22T07:01:02Z '],
  ])('%s', (value) => {
    expect(read(value)).toBe('2026-11-22T07:01:02Z');
  });
});

describe('what is no time', () => {
  test.each([
    ['', NO_STAMP],
    ['-', NO_STAMP],
    [null, NO_STAMP],
    [{}, NO_STAMP],
    ['yesterday', NO_STAMP],
    ['XXXXXXXXXX.XXXXXX', NO_STAMP],
    [12, STAMP_IMPOSSIBLE],
    [-1, STAMP_IMPOSSIBLE],
    [Number.NaN, STAMP_IMPOSSIBLE],
    ['2026-02-30T07:01:02Z', STAMP_IMPOSSIBLE],
    ['2026-11-22T25:01:02Z', STAMP_IMPOSSIBLE],
    ['13/13/2026 07:01:02', STAMP_IMPOSSIBLE],
  ])('%s', (value, kind) => {
    expect(read(value)).toBe(kind);
  });
});

test('a date shows whether days come first, for the dates behind it', () => {
  expect(read('3/4/2026 07:01:02')).toBe('2026-03-04T07:01:02Z');
  expect(read('22/11/2026 07:01:02', '3/4/2026 07:01:02')).toBe('2026-04-03T07:01:02Z');
  expect(read('22/11/2026 07:01:02', '11/22/2026 07:01:02', '3/4/2026 07:01:02')).toBe(
    '2026-03-04T07:01:02Z',
  );
});

test('noon and midnight', () => {
  expect(read('11/22/2026 12:00:00 AM')).toBe('2026-11-22T00:00:00Z');
  expect(read('11/22/2026 12:00:00 PM')).toBe('2026-11-22T12:00:00Z');
});

test('any second, as ISO 8601 and as a number in any unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100_000_000, max: 4_000_000_000 }), (seconds) => {
      const iso = isoTime(seconds);
      for (const value of [iso, seconds, seconds * 1e3, seconds * 1e6, `${seconds}000000000`])
        expect({ value, time: read(value) }).toEqual({ value, time: iso });
    }),
  );
});

test('any text is read without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      read(text);
    }),
  );
});
