import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInput } from '../explain/report.ts';
import { type AttemptTable, SUCCESS } from './attempt.ts';
import { COUNTING_LIMITS, type CountingLimits, countedOf } from './counted.ts';
import { type AttemptRow, AttemptTableBuilder } from './table.ts';

const SMALL: CountingLimits = {
  keepAll: 20,
  keptOfOne: [
    { rows: 60, kept: 8 },
    { rows: Number.POSITIVE_INFINITY, kept: 4 },
  ],
};

const attempts = fc.array(
  fc.record({
    source: fc.integer({ min: 0, max: 5 }).map((i) => `192.0.2.${i}`),
    user: fc.option(fc.constantFrom('root', 'amanda', 'böse'), { nil: null }),
    success: fc.integer({ min: 0, max: 9 }).map((i) => i === 0),
    known: fc.option(fc.boolean(), { nil: null }),
    sensor: fc.constantFrom('a.example', 'b.example'),
    service: fc.constantFrom('sshd', 'dovecot'),
  }),
  { maxLength: 400 },
);

const tableOf = (rows: readonly Omit<AttemptRow, 'time' | 'method'>[], count: CountingLimits | null) => {
  const builder = new AttemptTableBuilder({ count });
  rows.forEach((row, i) => {
    builder.append({ ...row, time: 1_700_000_000 + i, method: 'password' });
  });
  return builder.finish();
};

const NOTHING_READ = {
  paths: [],
  bytes: 0,
  lines: 0,
  unreadLines: 0,
  unreadByReason: {},
  unreadSamples: [],
  otherLines: 0,
};
const summary = (table: AttemptTable) => buildInput({ table, input: NOTHING_READ });

describe('a table that counts', () => {
  it('sums up to what the whole table does', () => {
    fc.assert(
      fc.property(attempts, (rows) => {
        expect(summary(tableOf(rows, SMALL))).toEqual(summary(tableOf(rows, null)));
      }),
    );
  });

  it('keeps every login, every source’s first failures, and counts each other failure once', () => {
    fc.assert(
      fc.property(attempts, (rows) => {
        const [whole, table] = [tableOf(rows, null), tableOf(rows, SMALL)];
        const of = (one: AttemptTable, source: number, success: boolean) =>
          [...one.source.keys()].filter(
            (i) => one.source[i] === source && (one.outcome[i] === SUCCESS) === success,
          ).length;
        expect(table.sources).toEqual(whole.sources);
        for (let s = 0; s < whole.sources.length; s++) {
          expect(of(table, s, true)).toBe(of(whole, s, true));
          expect(of(table, s, false) + countedOf(table, s)).toBe(of(whole, s, false));
          expect(of(table, s, false)).toBeGreaterThanOrEqual(Math.min(4, of(whole, s, false)));
        }
      }),
    );
  });

  it('numbers rows as if all were kept: what comes later about one changes that one, or nothing', () => {
    fc.assert(
      fc.property(attempts, fc.nat(), (rows, at) => {
        fc.pre(rows.length > 0);
        const [whole, counting] = [null, SMALL].map((count) => new AttemptTableBuilder({ count }));
        const row = at % rows.length;
        for (const builder of [whole!, counting!]) {
          rows.forEach((one, i) => {
            expect(builder.append({ ...one, time: 1_700_000_000 + i, method: null })).toBe(i);
          });
          builder.amend(row, builder.userId('late'), 2, 1);
          builder.retime(row, (time) => time + 1000);
        }
        const expected = whole!.finish();
        const table = counting!.finish();
        const text = (one: AttemptTable, i: number) =>
          `${one.time[i]} ${one.source[i]} ${one.users[one.user[i]!]} ${one.outcome[i]} ${one.account[i]} ${one.method[i]}`;
        const all = new Set([...expected.time.keys()].map((i) => text(expected, i)));
        for (const i of table.time.keys()) expect(all).toContain(text(table, i));
        for (let s = 0; s < table.sources.length; s++) {
          if (countedOf(table, s) === 0) continue;
          expect([...expected.time.keys()].some((i) => expected.time[i] === table.counted!.last[s])).toBe(
            true,
          );
        }
      }),
    );
  });

  it('keeps everything up to a million rows, and of a clockwork the gaps it had', () => {
    const builder = new AttemptTableBuilder({ count: COUNTING_LIMITS });
    const user = builder.userId('root');
    const source = builder.sources.id('192.0.2.1');
    for (let i = 0; i < 1_010_000; i++) builder.appendCodes(i * 60, source, user, 0, 0, 0, 1);
    const table = builder.finish();
    expect(countedOf(table, source)).toBe(1_010_000 - table.length);
    expect(table.length).toBe(1_000_000);
    const clock = new AttemptTableBuilder({ count: { ...COUNTING_LIMITS, keepAll: 0 } });
    for (let i = 0; i < 100_000; i++) clock.appendCodes(i * 60, source, user, 0, 0, 0, 1);
    const kept = clock.finish();
    expect(kept.length).toBe(256 + 8 * 128 + 128);
    const gaps = [...kept.time].slice(1).map((time, i) => time - kept.time[i]!);
    expect(gaps.filter((gap) => gap === 60).length).toBeGreaterThan(0.98 * gaps.length);
  });
});

describe('times that move alike', () => {
  it('need not be asked for one by one', () => {
    const second = fc.integer({ min: 0, max: 8_000 }).map((half) => half / 2);
    fc.assert(
      fc.property(fc.array(second), (times) => {
        // by how much a whole second moves depends on its quarter of an hour; a third quarter has no shift of its own
        const shift = (time: number) => {
          const quarter = Math.floor(time / 900);
          return time % 1 !== 0 || quarter === 2 ? Number.NaN : 1_000 * quarter;
        };
        const move = (time: number) => (Number.isNaN(shift(time)) ? 7 * time : time + shift(time));
        const [one, other] = [new AttemptTableBuilder(), new AttemptTableBuilder()];
        for (const time of times)
          for (const builder of [one, other])
            builder.append({
              time,
              source: '192.0.2.1',
              user: 'root',
              sensor: 'a.example',
              success: false,
              known: null,
              method: null,
            });
        one.retime(0, move);
        other.retime(0, move, { seconds: 900, shift });
        expect(other.finish()).toEqual(one.finish());
      }),
    );
  });
});
