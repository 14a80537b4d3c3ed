import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { type AttemptRow, AttemptTableBuilder } from '../../model/table.ts';
import { DAY, HOUR, MINUTE } from '../../model/time.ts';
import type { BaselineResult } from './baseline.ts';
import { dictionaryBlocking } from './dictionary-blocking.ts';
import { firstUnknownUser } from './first-unknown-user.ts';
import { gfiCusum } from './gfi-cusum.ts';
import { perSourceThreshold } from './per-source-threshold.ts';

const START = Date.UTC(2024, 0, 1) / 1000;

type Row = Pick<AttemptRow, 'time' | 'source'> & Partial<AttemptRow>;

function tableOf(rows: readonly Row[]) {
  const builder = new AttemptTableBuilder();
  for (const row of rows) {
    builder.append({
      user: 'nobody',
      sensor: 'host.example',
      success: false,
      known: false,
      method: 'password',
      ...row,
    });
  }
  return builder.finish();
}

function names(rows: readonly Row[], rule: (table: ReturnType<typeof tableOf>) => BaselineResult): string[] {
  const table = tableOf(rows);
  return [...rule(table).named.keys()].map((source) => table.sources[source]!).sort();
}

function every(seconds: number, count: number, over: Omit<Row, 'time'>): Row[] {
  return Array.from({ length: count }, (_, i) => ({ ...over, time: START + i * seconds }));
}

describe("fail2ban's default rule", () => {
  it('sees five failures in ten minutes', () => {
    expect(names(every(150, 5, { source: '192.0.2.1' }), perSourceThreshold)).toEqual(['192.0.2.1']);
  });

  it('does not see four, nor five in more than ten minutes', () => {
    expect(names(every(1, 4, { source: '192.0.2.1' }), perSourceThreshold)).toEqual([]);
    expect(names(every(151, 500, { source: '192.0.2.1' }), perSourceThreshold)).toEqual([]);
  });

  it('counts each host for itself, and no success', () => {
    const spread = every(10, 8, { source: '192.0.2.1' }).map((row, i) => ({
      ...row,
      sensor: i % 2 === 0 ? 'host.example' : 'mail.example',
    }));
    expect(names(spread, perSourceThreshold)).toEqual([]);
    expect(names(every(1, 50, { source: '192.0.2.1', success: true }), perSourceThreshold)).toEqual([]);
  });

  it('names at the attempt that crosses the line', () => {
    const { named } = perSourceThreshold(tableOf(every(10, 9, { source: '192.0.2.1' })));
    expect(named.get(0)).toBe(START + 40);
  });

  it('agrees with counting every window by hand', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 40 }), (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        const byHand = sorted.some((from) => sorted.filter((t) => t >= from && t <= from + 600).length >= 5);
        const rows = times.map((time) => ({ time: START + time, source: '192.0.2.1' }));
        expect(names(rows, perSourceThreshold).length === 1).toBe(byHand);
      }),
    );
  });
});

describe('blocking at the first unknown user', () => {
  it('names strangers and mistyped names alike, and is blind to root', () => {
    const rows: Row[] = [
      { time: START, source: '192.0.2.1', user: 'oracle' },
      { time: START + 1, source: '192.0.2.2', user: 'root', known: true },
      { time: START + 2, source: '198.51.100.7', user: 'annna' },
      { time: START + 9, source: '198.51.100.7', user: 'anna', known: true, success: true },
      { time: START + 10, source: '192.0.2.3', user: 'admin', known: null },
    ];
    expect(names(rows, firstUnknownUser)).toEqual(['192.0.2.1', '198.51.100.7']);
  });
});

describe('dictionary blocking', () => {
  const lesson: Row[] = ['192.0.2.1', '192.0.2.2'].flatMap((source, i) =>
    ['oracle', 'nagios', 'tomcat'].map((user, j) => ({ time: START + HOUR * i + MINUTE * j, source, user })),
  );

  it('learns a list from two sources and blocks a third at its first use, the day after', () => {
    const rows = [...lesson, { time: START + DAY, source: '192.0.2.3', user: 'nagios' }];
    expect(names(rows, dictionaryBlocking)).toEqual(['192.0.2.3']);
  });

  it('knows nothing on the first day', () => {
    expect(names(lesson, dictionaryBlocking)).toEqual([]);
  });

  it('blocks the teachers when they come back', () => {
    const rows = [...lesson, { time: START + DAY, source: '192.0.2.2', user: 'tomcat' }];
    expect(names(rows, dictionaryBlocking)).toEqual(['192.0.2.2']);
  });

  it('takes a single shared name for chance', () => {
    const rows: Row[] = [
      { time: START, source: '192.0.2.1', user: 'oracle' },
      { time: START + 1, source: '192.0.2.1', user: 'nagios' },
      { time: START + 2, source: '192.0.2.2', user: 'oracle' },
      { time: START + 3, source: '192.0.2.2', user: 'tomcat' },
      { time: START + DAY, source: '192.0.2.3', user: 'oracle' },
    ];
    expect(names(rows, dictionaryBlocking)).toEqual([]);
  });

  it('learns over days, also when the second source finishes its set later', () => {
    const rows: Row[] = [
      { time: START, source: '192.0.2.1', user: 'oracle' },
      { time: START + 1, source: '192.0.2.1', user: 'nagios' },
      { time: START + DAY, source: '192.0.2.2', user: 'oracle' },
      { time: START + 3 * DAY, source: '192.0.2.2', user: 'nagios' },
      { time: START + 4 * DAY, source: '192.0.2.3', user: 'oracle' },
    ];
    expect(names(rows, dictionaryBlocking)).toEqual(['192.0.2.3']);
  });

  it('never lists a name under which somebody logs in, or that is an account', () => {
    const real: Row[] = [
      { time: START + 2 * HOUR, source: '198.51.100.7', user: 'nagios', success: true, known: true },
      { time: START + 2 * HOUR + 1, source: '198.51.100.8', user: 'tomcat', known: true },
    ];
    const later = ['nagios', 'tomcat'].map((user, i) => ({
      time: START + DAY + i,
      source: '192.0.2.3',
      user,
    }));
    expect(names([...lesson, ...real, ...later], dictionaryBlocking)).toEqual([]);
  });

  it('does not learn from those who have logged in', () => {
    const rows: Row[] = [
      ...lesson,
      { time: START + 3 * HOUR, source: '192.0.2.1', user: 'anna', known: true, success: true },
      { time: START + DAY, source: '192.0.2.3', user: 'nagios' },
    ];
    expect(names(rows, dictionaryBlocking)).toEqual([]);
  });
});

describe('GFI-CUSUM', () => {
  /** `days` of 500 logins each, 7 in 100 failing, by forty people. */
  function peopleDays(days: number, seed: number): Row[] {
    const random = seededRandom(seed);
    const rows: Row[] = [];
    for (let i = 0; i < days * 500; i++) {
      const person = random.below(40);
      rows.push({
        time: START + Math.floor(((i + random.next()) * DAY) / 500),
        source: `198.51.100.${person}`,
        user: `person${person}`,
        known: true,
        success: random.next() > 0.07,
      });
    }
    return rows;
  }

  const days = (from: number, to: number) => ({ from: START + from * DAY, to: START + to * DAY });

  /** Quiet guessing of `perDay` attempts, each source four times in all, names in turn over five sources. */
  function attack(fromDay: number, days: number, perDay: number): Row[] {
    return Array.from({ length: days * perDay }, (_, i) => ({
      time: START + fromDay * DAY + Math.floor((i * DAY) / perDay),
      source: `203.0.113.${i % 200}`,
      user: `name${Math.floor(i / 5)}`,
    }));
  }

  it('is silent on a site without an attack', () => {
    for (const seed of [1, 2, 3]) {
      expect(gfiCusum(tableOf(peopleDays(30, seed)), [])).toEqual({ named: new Map(), alarms: [] });
    }
  });

  it('brackets an attack of 200 a day and names its sources, none of the people', () => {
    const table = tableOf([...peopleDays(30, 4), ...attack(15, 4, 200)]);
    const { named, alarms } = gfiCusum(table, [days(15, 19)]);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toBeGreaterThan(START + 15 * DAY);
    expect(alarms[0]).toBeLessThan(START + 17 * DAY);
    const texts = [...named.keys()].map((source) => table.sources[source]!);
    expect(texts.filter((source) => source.startsWith('203.0.113.')).length).toBeGreaterThanOrEqual(196);
    expect(texts.filter((source) => source.startsWith('198.51.100.'))).toEqual([]);
  });

  it('as it happens, names at the end of an event and never sooner than it would with hindsight', () => {
    const table = tableOf([...peopleDays(30, 4), ...attack(15, 4, 200)]);
    const after = gfiCusum(table, [days(15, 19)]);
    const live = gfiCusum(table, [days(15, 19)], true);
    expect(live.alarms).toEqual(after.alarms);
    expect(live.named.size).toBeGreaterThan(100);
    for (const [source, time] of live.named) {
      expect(time).toBeGreaterThanOrEqual(after.alarms[0]!);
      expect(time).toBeGreaterThanOrEqual(after.named.get(source) ?? 0);
    }
    expect(new Set(live.named.values()).size).toBeLessThan(30);
  });

  it('is blind below its base, as its authors say: 8 attempts a day', () => {
    const table = tableOf([...peopleDays(30, 5), ...attack(15, 10, 8)]);
    expect(gfiCusum(table, [days(15, 25)]).alarms).toEqual([]);
  });

  it('has no base, and says nothing, where the attack is all there is', () => {
    expect(gfiCusum(tableOf(attack(0, 1, 1500)), [days(0, 1)])).toEqual({ named: new Map(), alarms: [] });
  });

  it('takes loud sources out first', () => {
    const loud = every(2, 3000, { source: '192.0.2.1' }).map((row) => ({
      ...row,
      time: row.time + 10 * DAY,
    }));
    expect(gfiCusum(tableOf([...peopleDays(30, 6), ...loud]), []).alarms).toEqual([]);
  });
});
