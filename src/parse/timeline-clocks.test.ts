// Clocks that are wrong for a while, and pieces of a log in the wrong order: what they do to their own times, and that
// they do nothing to anybody else's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import { DAY, HOUR, isoTime } from '../model/time.ts';
import { createLogParser } from './log-parser.ts';

const NOW = Date.UTC(2026, 10, 22, 12) / 1000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Options {
  readonly timezone?: string;
  readonly year?: number;
  readonly now?: number;
}

const iso = (seconds: number) => isoTime(seconds).replace('Z', '+00:00');
const syslog = (seconds: number) => {
  const date = new Date(seconds * 1000);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
};
const at = (text: string) => Date.parse(`${text}Z`) / 1000;

/** One attempt per stamp; the times read, in the order of the lines, and how many a wrong clock stamped. */
function read(stamps: readonly string[], options: Options = {}) {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(
    { timezone: options.timezone ?? 'UTC', year: options.year ?? null, reference: options.now ?? NOW },
    builder,
  );
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  // the source's number is the line's, so that the table, which is sorted, tells the order of the lines
  for (const [i, stamp] of stamps.entries())
    parser.line(
      `${stamp} host sshd[${100 + i}]: Failed password for root from 2001:db8::${(i + 1).toString(16)} port 40000 ssh2`,
    );
  const counts = parser.finish();
  const table = builder.finish();
  const times: number[] = [];
  table.source.forEach((source, row) => {
    times[Number.parseInt(table.sources[source]!.slice(10), 16) - 1] = table.time[row]!;
  });
  return { times, wrong: counts.wrongClockAttempts };
}

/** An attempt an hour. */
const hourly = (from: string, hours: number) => Array.from({ length: hours }, (_, i) => at(from) + i * HOUR);

/** The log with other times put in behind line `after`. */
const withLines = (log: readonly number[], after: number, lines: readonly number[]) => [
  ...log.slice(0, after),
  ...lines,
  ...log.slice(after),
];

describe.each([
  ['with years', iso],
  ['without years', syslog],
] as const)('a log %s', (kind, stamp) => {
  const LOG = hourly('2026-11-10T00:30:00', 240);
  const yearless = kind === 'without years';

  test.each([
    ['in the middle', 100],
    ['before the last line', 239],
    ['at the end', 240],
    ['at the beginning', 0],
  ])('one line of a clock that is %s weeks ahead counts where the log was', (_, after) => {
    for (const ahead of [50 * DAY, 150 * DAY, ...(yearless ? [] : [365 * DAY, 3000 * DAY])]) {
      const { times, wrong } = read(withLines(LOG, after, [LOG[0]! + ahead]).map(stamp));
      expect(times.filter((_time, i) => i !== after)).toEqual(LOG);
      expect(times[after]).toBe(LOG[Math.max(0, after - 1)]);
      expect(wrong).toBe(1);
    }
  });

  test('one wrong line in a log of half an hour, or of ten minutes', () => {
    for (const minutes of [30, 9]) {
      const log = Array.from({ length: minutes }, (_, i) => at('2026-11-19T10:01:11') + i * 60);
      for (const ahead of [67 * DAY, ...(yearless ? [] : [365 * DAY])]) {
        const { times, wrong } = read(withLines(log, 5, [log[0]! + ahead]).map(stamp));
        expect(times).toEqual(withLines(log, 5, [log[4]!]));
        expect(wrong).toBe(1);
      }
    }
  });

  test('a late line counts at its own time, whether it is late by hours or by months', () => {
    for (const late of [3 * HOUR, 20 * DAY, 60 * DAY, 150 * DAY]) {
      const { times, wrong } = read(withLines(LOG, 100, [LOG[100]! - late]).map(stamp));
      expect(times).toEqual(withLines(LOG, 100, [LOG[100]! - late]));
      expect(wrong).toBe(0);
    }
  });

  test('a forwarder that sends the last three days in between the present keeps every time', () => {
    const mixed = [...LOG.slice(0, 100)];
    for (let i = 0; i < 70; i++) mixed.push(LOG[100 + i]!, LOG[170]! + i * 60);
    mixed.push(...LOG.slice(172));
    expect(read(mixed.map(stamp)).times).toEqual(mixed);
  });

  test('a machine that wakes up on 1 January (1970, where it tells) and is set right a minute later', () => {
    const waking = Array.from({ length: 12 }, (_, i) => 5 + i * 3);
    const { times, wrong } = read(withLines(LOG, 100, waking).map(stamp));
    expect(times.slice(0, 100)).toEqual(LOG.slice(0, 100));
    expect(times.slice(112)).toEqual(LOG.slice(100));
    for (const time of times.slice(100, 112)) expect([LOG[99], LOG[100]]).toContain(time);
    expect(wrong).toBe(12);
  });

  test('the same after it was off for five weeks', () => {
    const log = [...LOG.slice(0, 100), ...LOG.slice(100).map((time) => time - 40 * DAY + 35 * DAY)];
    const before = log.slice(0, 100).map((time) => time - 40 * DAY);
    const all = [...before, 5, 8, ...log.slice(100)];
    const { times } = read(all.map(stamp));
    expect(times.filter((_time, i) => i !== 100 && i !== 101)).toEqual([...before, ...log.slice(100)]);
  });

  test('a clock that jumps back and forth by days keeps every time', () => {
    const jumping = LOG.map((time, i) => (i % 40 < 20 ? time : time - 9 * DAY));
    expect(read(jumping.map(stamp)).times).toEqual(jumping);
  });

  test('another host whose clock is always three weeks behind keeps its times', () => {
    const two = LOG.flatMap((time) => [time, time - 21 * DAY]);
    expect(read(two.map(stamp)).times).toEqual(two);
  });

  test('a season of silence is no wrong clock', () => {
    const log = [...hourly('2026-01-10T00:30:00', 100), ...hourly('2026-11-10T00:30:00', 100)];
    expect(read(log.map(stamp))).toEqual({ times: log, wrong: 0 });
  });

  test('a log that begins again with one line after months keeps that line', () => {
    const log = [...hourly('2026-01-10T00:30:00', 100), at('2026-11-20T08:00:00')];
    expect(read(log.map(stamp))).toEqual({ times: log, wrong: 0 });
  });

  test.each([
    ['newest first, by the week', 7],
    ['newest first, by the month', 30],
    ['newest first, by the season', 80],
  ])('pieces %s, are each in their time', (_, days) => {
    const log = hourly('2026-03-01T00:30:00', 24 * 260);
    const size = days * 24;
    const pieces: number[][] = [];
    for (let from = 0; from < log.length; from += size) pieces.push(log.slice(from, from + size));
    const all = pieces.reverse().flat();
    expect(read(all.map(stamp))).toEqual({ times: all, wrong: 0 });
  });

  test('pieces in the order of their names (.1, .10, .11, .2, .3) are each in their time, over the new year', () => {
    const log = hourly('2025-12-20T00:30:00', 24 * 7 * 12);
    const pieces = Array.from({ length: 12 }, (_, i) => log.slice((11 - i) * 168, (12 - i) * 168));
    const all = [0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((i) => pieces[i]!);
    const now = at('2026-03-14T12:00:00');
    expect(read(all.map(stamp), { now })).toEqual({ times: all, wrong: 0 });
  });

  test('lines in no order at all, within a month, keep their times', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(LOG, { minLength: 200 }), (shuffled) => {
        expect(read(shuffled.map(stamp)).times).toEqual(shuffled);
      }),
      { numRuns: 20 },
    );
  });

  test('wrong lines here and there never move another line by a second', () => {
    const one = fc.tuple(
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 40 * DAY, max: 300 * DAY }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { minLength: 1, maxLength: 6, selector: ([place]) => place }),
        (wrong) => {
          const lines = LOG.map((time) => ({ time, right: true }));
          for (const [place, by, isAhead] of wrong.sort(([a], [b]) => b - a))
            lines.splice(20 + place * 20, 0, { time: LOG[120]! + (isAhead ? by : -by), right: false });
          const { times } = read(lines.map(({ time }) => stamp(time)));
          lines.forEach(({ time, right }, i) => {
            if (right) expect(isoTime(times[i]!)).toBe(isoTime(time));
          });
          expect(Math.max(...times)).toBeLessThanOrEqual(LOG.at(-1)! + 31 * DAY);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a log of half an hour with years', () => {
  const log = Array.from({ length: 30 }, (_, i) => at('2026-11-19T10:01:11') + i * 60);

  test('that ends with a line a year ahead of the present', () => {
    expect(read([...log, log[0]! + 365 * DAY].map(iso))).toEqual({ times: [...log, log[29]], wrong: 1 });
  });

  test('that goes on a year later, in the past, is believed', () => {
    const old = log.map((time) => time - 1000 * DAY);
    const all = [...old, old[0]! + 365 * DAY];
    expect(read(all.map(iso))).toEqual({ times: all, wrong: 0 });
  });

  test('that is of the future all of it, as this machine sees it, is believed', () => {
    const future = log.map((time) => time + 365 * DAY);
    expect(read(future.map(iso))).toEqual({ times: future, wrong: 0 });
  });
});

describe('a log of several years without years', () => {
  test('every year from the last line backwards', () => {
    const log = Array.from({ length: 3 * 365 }, (_, i) => at('2023-11-20T08:00:00') + i * DAY);
    expect(read(log.map(syslog))).toEqual({ times: log, wrong: 0 });
  });

  test('two lines a month, with a gap of a season each year', () => {
    const log: number[] = [];
    for (let time = at('2022-02-01T08:00:00'); time < at('2026-11-01T00:00:00'); time += 15 * DAY)
      if (new Date(time * 1000).getUTCMonth() < 8) log.push(time);
    const now = at('2026-09-20T00:00:00');
    expect(read(log.map(syslog), { now }).times).toEqual(log);
  });

  test('one wrong line in each year moves nothing', () => {
    const log = Array.from({ length: 3 * 365 * 4 }, (_, i) => at('2023-11-20T08:00:00') + (i * DAY) / 4);
    let all = log;
    for (const after of [400, 1900, 3500]) all = withLines(all, after, [log[after]! + 100 * DAY]);
    const { times } = read(all.map(syslog));
    const positions = new Set(all.map((time, i) => (times[i] === time ? -1 : i)).filter((i) => i >= 0));
    expect(positions.size).toBeLessThanOrEqual(3);
  });
});

describe('a log that went over to stamps with years', () => {
  test('what came before it ends there', () => {
    const before = hourly('2019-11-01T00:30:00', 500);
    const after = hourly('2019-11-25T00:30:00', 100);
    const { times } = read([...before.map(syslog), ...after.map(iso)]);
    expect(times).toEqual([...before, ...after]);
  });

  test('both kinds in turn, as of two programs, are one time', () => {
    const log = hourly('2019-12-20T00:30:00', 500);
    const { times } = read(log.map((time, i) => (i % 2 === 0 ? iso(time) : syslog(time))));
    expect(times).toEqual(log);
  });
});
