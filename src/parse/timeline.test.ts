import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import { isoTime } from '../model/time.ts';
import { createLogParser } from './log-parser.ts';
import { dateInName } from './timeline.ts';
import { zoneOf } from './zone.ts';

interface Options {
  readonly timezone?: string;
  readonly year?: number;
  readonly reference?: string;
  readonly name?: string;
}

/** Times of the attempts whose lines are stamped so, in the order of the log. */
function times(stamps: readonly string[], options: Options = {}): string[] {
  return filesTimes([[options.name ?? 'auth.log', stamps]], options);
}

function filesTimes(
  files: readonly (readonly [string, readonly string[]])[],
  options: Options = {},
): string[] {
  const builder = new AttemptTableBuilder();
  const reference = Date.parse(options.reference ?? '2026-11-22T00:00:00Z') / 1000;
  const parser = createLogParser(
    { timezone: options.timezone ?? 'UTC', year: options.year ?? null, reference },
    builder,
  );
  let port = 1024;
  for (const [name, stamps] of files) {
    parser.beginFile({ name, group: 'auth.log' });
    for (const stamp of stamps) {
      port++;
      parser.line(`${stamp} h sshd[${port}]: Failed password for root from 192.0.2.1 port ${port} ssh2`);
    }
  }
  const counts = parser.finish();
  expect(counts.unreadLines + builder.length).toBe(counts.lines);
  const table = builder.finish();
  const order = Array.from(table.time, isoTime);
  return order.map((time) => time.replace('T', ' ').slice(0, 16));
}

describe('a log without a year gets the one that keeps its last line from the future', () => {
  test('the present year', () => {
    expect(times(['Nov 19 15:04:22'])).toEqual(['2026-11-19 15:04']);
  });
  test('the year before, when the day is still to come', () => {
    expect(times(['Nov 29 15:04:22'])).toEqual(['2025-11-29 15:04']);
  });
  test('a day of slack for zones', () => {
    expect(times(['Nov 22 23:00:00'])).toEqual(['2026-11-22 23:00']);
  });
  test('over the new year', () => {
    expect(times(['Dec 30 01:00:00', 'Dec 31 23:59:00', 'Jan 1 00:01:00', 'Feb 3 00:00:00'])).toEqual([
      '2025-12-30 01:00',
      '2025-12-31 23:59',
      '2026-01-01 00:01',
      '2026-02-03 00:00',
    ]);
  });
  test('over three new years', () => {
    expect(
      times([
        'Nov 1 00:00:00',
        'May 1 00:00:00',
        'Dec 1 00:00:00',
        'Jan 2 00:00:00',
        'Mar 1 00:00:00',
        'Jan 2 00:00:00',
      ]),
    ).toEqual([
      '2023-11-01 00:00',
      '2024-05-01 00:00',
      '2024-12-01 00:00',
      '2025-01-02 00:00',
      '2025-03-01 00:00',
      '2026-01-02 00:00',
    ]);
  });
  test('a late line of the old year', () => {
    expect(times(['Dec 31 23:59:50', 'Jan 1 00:00:01', 'Dec 31 23:59:58', 'Jan 1 00:00:05'])).toEqual([
      '2025-12-31 23:59',
      '2025-12-31 23:59',
      '2026-01-01 00:00',
      '2026-01-01 00:00',
    ]);
  });
  test('lines out of order keep their own time', () => {
    expect(times(['Nov 3 10:00:00', 'Nov 1 10:00:00', 'Nov 4 10:00:00'])).toEqual([
      '2026-11-01 10:00',
      '2026-11-03 10:00',
      '2026-11-04 10:00',
    ]);
  });
  test('29 February is in a leap year', () => {
    expect(times(['Feb 28 10:00:00', 'Feb 29 10:00:00', 'Mar 1 10:00:00'])).toEqual([
      '2024-02-28 10:00',
      '2024-02-29 10:00',
      '2024-03-01 10:00',
    ]);
  });
  test('29 February fixes the years around it', () => {
    expect(times(['Dec 1 10:00:00', 'Feb 29 10:00:00', 'Jan 1 10:00:00', 'Mar 1 10:00:00'])).toEqual([
      '2023-12-01 10:00',
      '2024-02-29 10:00',
      '2025-01-01 10:00',
      '2025-03-01 10:00',
    ]);
  });
  test('a clock without a battery that wakes up on 1 January does not make it a year', () => {
    expect(times(['Nov 10 10:00:00', 'Jan 1 00:00:12', 'Nov 10 10:05:00', 'Nov 11 10:05:00'])).toContain(
      '2026-11-10 10:00',
    );
  });
});

describe('what says the year', () => {
  test('--year is that of the first line', () => {
    expect(times(['Nov 19 15:04:22', 'Jan 3 00:00:00'], { year: 2008 })).toEqual([
      '2008-11-19 15:04',
      '2009-01-03 00:00',
    ]);
  });
  test("the date in a file's name, of its first day or its last", () => {
    expect(times(['Aug 15 00:00:01', 'Aug 21 00:00:01'], { name: 'auth.log.2021-08-15.gz' })).toEqual([
      '2021-08-15 00:00',
      '2021-08-21 00:00',
    ]);
    expect(times(['Dec 28 00:00:01', 'Jan 3 00:00:01'], { name: 'secure-20210103' })).toEqual([
      '2020-12-28 00:00',
      '2021-01-03 00:00',
    ]);
  });
  test('a dated file dates what came before it', () => {
    expect(
      filesTimes([
        ['auth.log.1', ['Dec 20 00:00:00']],
        ['auth.log-20200105', ['Dec 30 00:00:00', 'Jan 4 00:00:00']],
      ]),
    ).toEqual(['2019-12-20 00:00', '2019-12-30 00:00', '2020-01-04 00:00']);
  });
  test('a stamp with a year dates the ones around it, and is stronger than a name', () => {
    expect(
      times(['Dec 31 23:00:00', '2019-01-01T00:30:00Z', 'Jan 1 01:00:00'], { name: 'auth.log' }),
    ).toEqual(['2018-12-31 23:00', '2019-01-01 00:30', '2019-01-01 01:00']);
  });
  test('29 February of a year that has none is no date', () => {
    expect(times(['Feb 28 10:00:00', 'Feb 29 10:00:00'], { year: 2021 })).toEqual(['2021-02-28 10:00']);
  });
  test.each([
    ['auth.log.2021-08-15.gz', '2021-08-15'],
    ['/x/2019-01-01/secure-20210815', '2021-08-15'],
    ['auth.log.1', null],
    ['auth-202108151.log', null],
    ['auth-20211315.log', null],
  ])('the date in %s', (name, date) => {
    const seconds = dateInName(name);
    expect(seconds === null ? null : isoTime(seconds).slice(0, 10)).toBe(date);
  });
});

describe('local time', () => {
  const OSLO = { timezone: 'Europe/Oslo' };
  test('summer and winter', () => {
    expect(times(['Jan 15 12:00:00', 'Jul 15 12:00:00'], OSLO)).toEqual([
      '2026-01-15 11:00',
      '2026-07-15 10:00',
    ]);
  });
  test('the hour that comes twice: log order decides', () => {
    expect(
      times(
        [
          'Oct 25 01:30:00',
          'Oct 25 02:10:00',
          'Oct 25 02:50:00',
          'Oct 25 02:05:00',
          'Oct 25 02:55:00',
          'Oct 25 03:10:00',
        ],
        OSLO,
      ),
    ).toEqual([
      '2026-10-24 23:30',
      '2026-10-25 00:10',
      '2026-10-25 00:50',
      '2026-10-25 01:05',
      '2026-10-25 01:55',
      '2026-10-25 02:10',
    ]);
  });
  test('the hour that there is not: the clock had not been set yet', () => {
    expect(times(['Mar 29 02:30:00'], OSLO)).toEqual(['2026-03-29 01:30']);
  });
  test('the same with years in the stamps', () => {
    expect(times(['2026-10-25 02:50:00', '2026-10-25 02:05:00'], OSLO)).toEqual([
      '2026-10-25 00:50',
      '2026-10-25 01:05',
    ]);
  });
  test('a fixed offset, a zone that shifts by half an hour', () => {
    expect(times(['Jan 15 12:00:00'], { timezone: '+05:30' })).toEqual(['2026-01-15 06:30']);
    expect(times(['Apr 5 01:58:00', 'Apr 5 01:32:00'], { timezone: 'Australia/Lord_Howe' })).toEqual(
      ['2026-04-04 14:58', '2026-04-04 15:02'].sort(),
    );
  });
  test('an unknown zone is the operator’s trouble', () => {
    expect(() => zoneOf('Europe/Nowhere')).toThrow(/no time zone/);
  });
  test('within a day of UTC, and never apart from its neighbours, whatever the wall says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Europe/Oslo',
          'America/New_York',
          'Australia/Lord_Howe',
          'Asia/Kathmandu',
          'Pacific/Apia',
        ),
        fc.integer({ min: 0, max: 1_900_000_000 }),
        (name, wall) => {
          const zone = zoneOf(name);
          const first = zone.toUtc(wall, false);
          expect(Math.abs(first - wall)).toBeLessThanOrEqual(86_400);
          expect(zone.toUtc(wall, true)).toBeGreaterThanOrEqual(first);
        },
      ),
    );
  });
});
