import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, MONDAY, type Try, tableOf } from '../../../tests/detect/attempts.ts';
import { type AttemptTable, NO_USER } from '../../model/attempt.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveOptions } from '../../model/live.ts';
import { DAY, HOUR, MINUTE } from '../../model/time.ts';
import { Memory } from './memory.ts';

const memoryOf = (options: Partial<LiveOptions> = {}) => new Memory({ ...DEFAULT_LIVE_OPTIONS, ...options });

const taken = (memory: Memory, one: Try) =>
  memory.take({
    time: one.time,
    source: one.source,
    user: one.user,
    sensor: one.sensor ?? 'host.example',
    success: one.success ?? false,
    known: one.known ?? null,
    method: one.method ?? 'password',
  });

/** Each row as texts, so that tables with different numbering can be compared. */
const rowsOf = (table: AttemptTable) =>
  Array.from({ length: table.length }, (_, i) => [
    table.time[i],
    table.sources[table.source[i]!],
    table.user[i] === NO_USER ? null : table.users[table.user[i]!],
    table.sensors[table.sensor[i]!],
    table.outcome[i],
    table.account[i],
    table.method[i],
  ]);

const tries: fc.Arbitrary<Try[]> = fc
  .array(
    fc.record({
      gap: fc.nat(2 * HOUR),
      source: fc.nat(30),
      user: fc.option(fc.constantFrom('', 'root', 'amanda', 'böses\nWort', 'x'), { nil: null }),
      sensor: fc.constantFrom('a.example', 'b.example'),
      known: fc.option(fc.boolean(), { nil: null }),
    }),
    { maxLength: 120 },
  )
  .map((all) => {
    let time = MONDAY;
    return all.map(({ gap, source, ...rest }) => {
      time += gap;
      return { time, source: address(source), ...rest };
    });
  });

describe('a table of the last so many failures', () => {
  const memory = memoryOf();
  taken(memory, { time: MONDAY, source: 'desk.example', user: 'alice', success: true });
  for (let i = 1; i <= 100; i++) taken(memory, { time: MONDAY + i, source: address(i), user: `name${i}` });

  it('still has who works here, and says from when on it has all failures', () => {
    const { table, since } = memory.table(MONDAY, 10);
    expect(rowsOf(table).map(([, source]) => source)).toEqual([
      'desk.example',
      ...Array.from({ length: 10 }, (_, i) => address(91 + i)),
    ]);
    expect(since).toBe(MONDAY + 91);
  });

  it('has all from its beginning where there are no more', () => {
    const { table, since } = memory.table(MONDAY + 50, 1000);
    expect(table.length).toBe(51);
    expect(since).toBe(MONDAY + 50);
  });
});

describe('a login', () => {
  it('is remembered as one before any later moment, and of its source only', () => {
    const memory = memoryOf();
    const { source } = taken(memory, { time: MONDAY, source: 'desk.example', user: 'alice', success: true });
    const other = taken(memory, { time: MONDAY, source: address(1), user: 'alice' }).source;
    expect(memory.hadLoggedIn(source, MONDAY)).toBe(false);
    expect(memory.hadLoggedIn(source, MONDAY + 1)).toBe(true);
    expect(memory.hadLoggedIn(other, MONDAY + 1)).toBe(false);
  });
});

describe('memory is bounded', () => {
  it('by attempts: three times as many as there is room for leave no more than there is room for', () => {
    const memory = memoryOf({ memoryAttempts: 50 });
    for (let i = 0; i < 150; i++) {
      taken(memory, { time: MONDAY + i, source: address(i), user: `name${i}` });
      expect(memory.length).toBeLessThanOrEqual(50);
      expect(memory.sources.size).toBeLessThanOrEqual(50);
      expect(memory.names.size).toBeLessThanOrEqual(50);
    }
    expect(memory.length).toBe(50);
    expect([...memory.sources.keys()][0]).toBe(address(100));
  });

  it('by attempts, where a flood of failures makes it forget no login', () => {
    const memory = memoryOf({ memoryAttempts: 50 });
    for (let i = 0; i < 40; i++)
      taken(memory, { time: MONDAY + i, source: address(i), user: 'amanda', success: true });
    for (let i = 0; i < 500; i++)
      taken(memory, { time: MONDAY + DAY + i, source: address(1000 + i), user: `name${i}` });
    expect(memory.length).toBe(90);
    expect(memory.names.get('amanda')?.loginSources).toBe(40);
    const { table } = memory.table();
    expect([...table.time]).toEqual([...table.time].sort((a, b) => a - b));
  });

  it('by days: what is older than them is forgotten with the next attempt', () => {
    const memory = memoryOf({ memoryDays: 2 });
    taken(memory, { time: MONDAY, source: address(0), user: 'amanda' });
    taken(memory, { time: MONDAY + 2 * DAY, source: address(1), user: 'amavis' });
    expect([...memory.names.keys()]).toEqual(['amanda', 'amavis']);
    taken(memory, { time: MONDAY + 2 * DAY + 1, source: address(2), user: 'apache' });
    expect([...memory.names.keys()]).toEqual(['amavis', 'apache']);
    expect([...memory.sources.keys()]).toEqual([address(1), address(2)]);
    expect(memory.table().table.time[0]).toBe(MONDAY + 2 * DAY);
  });

  it('whatever comes: no attempt but the remembered ones keeps a source or a name', () => {
    fc.assert(
      fc.property(tries, fc.integer({ min: 1, max: 20 }), (all, memoryAttempts) => {
        const memory = memoryOf({ memoryAttempts, memoryDays: 1 });
        for (const one of all) taken(memory, one);
        const { table } = memory.table();
        expect(table.length).toBe(Math.min(memory.length, memoryAttempts));
        expect([...memory.sources.keys()].sort()).toEqual([...new Set(table.sources)].sort());
        expect([...memory.names.keys()].sort()).toEqual(table.users.slice(1).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('past the point where forgotten rows are cut away it still holds the latest', () => {
    const memory = memoryOf({ memoryAttempts: 100 });
    for (let i = 0; i < 9000; i++)
      taken(memory, { time: MONDAY + i, source: 's.example', user: `n${i % 399}` });
    // only 400 of a source are kept at a time, and the last of those that are kept stay
    expect(memory.length).toBe(100);
    expect(memory.table().table.time.at(-1)).toBe(MONDAY + 8999);
  });

  it('forgets that somebody logs in to an account when the last login is too old', () => {
    const memory = memoryOf({ memoryDays: 2 });
    taken(memory, { time: MONDAY, source: address(0), user: 'amanda', success: true });
    expect([...memory.accounts].map((name) => name.text)).toEqual(['amanda']);
    taken(memory, { time: MONDAY + 3 * DAY, source: address(1), user: 'apache' });
    expect(memory.accounts.size).toBe(0);
  });
});

describe('what is counted and not kept', () => {
  it('attempts of one source beyond the first four hundred', () => {
    const memory = memoryOf();
    for (let i = 0; i < 1000; i++) taken(memory, { time: MONDAY + i, source: address(0), user: `name${i}` });
    const source = memory.sources.get(address(0))!;
    expect(source).toMatchObject({ failures: 1000, kept: 400, loud: true });
    expect(memory.length).toBe(400);
  });

  it('logins of one account from one source beyond the first of a day', () => {
    const memory = memoryOf();
    for (let i = 0; i < 3 * 24; i++)
      taken(memory, { time: MONDAY + i * HOUR, source: address(0), user: 'amanda', success: true });
    expect(memory.length).toBe(3);
    expect(memory.sources.get(address(0))!.successes).toBe(72);
    expect(memory.names.get('amanda')!.loginSources).toBe(1);
  });
});

describe('a loud source', () => {
  const loudAfter = (gaps: readonly number[], sensor: (i: number) => string = () => 'host.example') => {
    const memory = memoryOf({ loudFailures: 5, loudSeconds: 600 });
    let time = MONDAY;
    taken(memory, { time, source: address(0), user: 'root', sensor: sensor(0) });
    gaps.forEach((gap, i) => {
      time += gap;
      taken(memory, { time, source: address(0), user: 'root', sensor: sensor(i + 1) });
    });
    return memory.sources.get(address(0))!.loud;
  };

  it('has failed five times within ten minutes, the last second included', () => {
    expect(loudAfter([150, 150, 150, 150])).toBe(true);
    expect(loudAfter([150, 150, 150, 151])).toBe(false);
    expect(loudAfter([1, 1, 1])).toBe(false);
  });

  it('has done so on one sensor', () => {
    expect(loudAfter(Array(7).fill(1), (i) => (i % 2 === 0 ? 'a.example' : 'b.example'))).toBe(false);
    expect(loudAfter(Array(8).fill(1), (i) => (i % 2 === 0 ? 'a.example' : 'b.example'))).toBe(true);
  });

  it('stays one when it goes on more slowly', () => {
    expect(loudAfter([1, 1, 1, 1, HOUR, HOUR])).toBe(true);
  });
});

describe('the table of what is remembered', () => {
  it('has every failure as it came', () => {
    fc.assert(
      fc.property(tries, (all) => {
        const memory = memoryOf();
        for (const one of all) taken(memory, one);
        expect(rowsOf(memory.table().table)).toEqual(rowsOf(tableOf(all)));
      }),
      { numRuns: 60 },
    );
  });

  it('begins where it is asked to, and numbers only what is in it', () => {
    const memory = memoryOf();
    for (let i = 0; i < 10; i++)
      taken(memory, { time: MONDAY + i * MINUTE, source: address(i), user: `name${i}` });
    const { table, sources } = memory.table(MONDAY + 7 * MINUTE);
    expect(table.sources).toEqual([address(7), address(8), address(9)]);
    expect(sources.map(({ text, index }) => [text, index])).toEqual(
      table.sources.map((text, i) => [text, i]),
    );
    expect(table.users).toEqual(['', 'name7', 'name8', 'name9']);
    expect(memory.table(MONDAY + DAY).table.length).toBe(0);
  });

  it('tells the empty name from no name', () => {
    const memory = memoryOf();
    taken(memory, { time: MONDAY, source: address(0), user: '' });
    taken(memory, { time: MONDAY, source: address(0), user: null });
    expect([...memory.table().table.user]).toEqual([1, NO_USER]);
  });

  it('is empty before the first attempt', () => {
    const memory = memoryOf();
    expect(memory.table().table.length).toBe(0);
  });
});
