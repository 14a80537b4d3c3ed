import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTicks, timeTicks } from './ticks.ts';

const at = (iso: string) => Date.parse(iso) / 1000;

test('weeks begin on Monday, and the year is said once', () => {
  const ticks = timeTicks(at('2008-11-19T15:04:22Z'), at('2008-12-30T11:09:00Z'), 7);
  expect(ticks.map(({ says }) => says)).toEqual([
    '24 Nov 2008',
    '1 Dec',
    '8 Dec',
    '15 Dec',
    '22 Dec',
    '29 Dec',
  ]);
});

test('within a day the day is said once', () => {
  const ticks = timeTicks(at('2008-11-19T22:10:00Z'), at('2008-11-20T01:10:00Z'), 4);
  expect(ticks.map(({ says }) => says)).toEqual(['19 Nov 23:00', '20 Nov', '01:00']);
});

test('over years months are counted', () => {
  const ticks = timeTicks(at('2008-11-19T00:00:00Z'), at('2012-04-06T00:00:00Z'), 5);
  expect(ticks.map(({ says }) => says)).toEqual(['Jan 2009', 'Jan 2010', 'Jan 2011', 'Jan 2012']);
});

test('marks are within the time, ascending, and not many more than there is room for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e9 }),
      fc.integer({ min: 1, max: 2e9 }),
      fc.integer({ min: 1, max: 12 }),
      (from, span, most) => {
        const ticks = timeTicks(from, from + span, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 2);
        for (const [i, tick] of ticks.entries()) {
          expect(tick.at).toBeGreaterThanOrEqual(from);
          expect(tick.at).toBeLessThanOrEqual(from + span);
          if (i > 0) expect(tick.at).toBeGreaterThan(ticks[i - 1]!.at);
        }
      },
    ),
  );
});

test('counts have round marks that reach what is counted', () => {
  expect(countTicks(83, 3)).toEqual([0, 50, 100]);
  expect(countTicks(1, 3)).toEqual([0, 1]);
  expect(countTicks(0, 3)).toEqual([0]);
});
