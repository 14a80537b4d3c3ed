import { describe, expect, it } from 'vitest';
import { address, MONDAY, planted, strangers, type Try, tableOf } from '../../../tests/detect/attempts.ts';
import { scriptedLive } from '../../../tests/detect/fake-live.ts';
import type { AttemptTable } from '../../model/attempt.ts';
import type { LiveEvent } from '../../model/live.ts';
import { seededRandom } from '../../model/random.ts';
import { DAY, MINUTE } from '../../model/time.ts';
import { createLive } from './live.ts';
import { type Replay, replay } from './replay.ts';

/** Ten attempts by three sources in turn: 0 1 2 0 1 2 0 1 2 0. */
const inTurn = tableOf(
  Array.from(
    { length: 10 },
    (_, i): Try => ({ time: MONDAY + i * MINUTE, source: address(i % 3), user: 'amanda' }),
  ),
);

const named = (source: string, campaign = 'c1', time = 0): LiveEvent => ({
  kind: 'participant:named',
  time,
  campaign,
  source,
  confidence: 0.99,
  firstSeen: 0,
  attempts: 1,
});
const released = (source: string, campaign = 'c1', time = 0): LiveEvent => ({
  kind: 'participant:released',
  time,
  campaign,
  source,
});

/** What is said at some rows. */
const saying = (at: Readonly<Record<number, readonly LiveEvent[]>>) => scriptedLive((row) => at[row] ?? []);

const blockedRows = ({ blocked }: Replay) => [...blocked.keys()].filter((row) => blocked[row] === 1);

/** Written once more, from the events alone: rows of those who were named before and not released by the same campaign. */
function rowsOfTheNamed(table: AttemptTable, { events, rows }: Replay): number[] {
  const blockedFor = new Map<string, string>();
  const blocked: number[] = [];
  let next = 0;
  for (let row = 0; row < table.length; row++) {
    if (blockedFor.has(table.sources[table.source[row]!]!)) blocked.push(row);
    for (; next < events.length && rows[next] === row; next++) {
      const event = events[next]!;
      if (event.kind === 'participant:named') blockedFor.set(event.source, event.campaign);
      if (event.kind === 'participant:released' && blockedFor.get(event.source) === event.campaign)
        blockedFor.delete(event.source);
    }
  }
  return blocked;
}

describe('what a block would have stopped', () => {
  it('is what comes from a source after it was named, not what brought its naming about', () => {
    const done = replay(inTurn, saying({ 3: [named(address(0))] }));
    expect(blockedRows(done)).toEqual([6, 9]);
    expect(done.named).toEqual(new Map([[0, { time: 0, released: null }]]));
    expect([...done.rows]).toEqual([3]);
  });

  it('includes another source’s attempts, where that was named at somebody else’s', () => {
    expect(blockedRows(replay(inTurn, saying({ 0: [named(address(2))] })))).toEqual([2, 5, 8]);
  });

  it('ends with its release', () => {
    const done = replay(inTurn, saying({ 0: [named(address(1))], 5: [released(address(1), 'c1', 77)] }));
    expect(blockedRows(done)).toEqual([1, 4]);
    expect(done.named.get(1)).toEqual({ time: 0, released: 77 });
  });

  it('begins again with its second naming, and counts from the first', () => {
    const live = saying({
      0: [named(address(1), 'c1', 5)],
      2: [released(address(1), 'c1', 77)],
      5: [named(address(1), 'c2', 99)],
    });
    const done = replay(inTurn, live);
    expect(blockedRows(done)).toEqual([1, 7]);
    expect(done.named.get(1)).toEqual({ time: 5, released: null });
  });

  it('goes on where another campaign lets go of what this one holds', () => {
    const live = saying({
      0: [named(address(1), 'c1')],
      2: [named(address(1), 'c2'), released(address(1), 'c1', 77)],
    });
    const done = replay(inTurn, live);
    expect(blockedRows(done)).toEqual([1, 4, 7]);
    expect(done.named.get(1)!.released).toBeNull();
  });

  it('goes on where a source is let go and named at the same attempt: it went over', () => {
    const live = saying({
      0: [named(address(1), 'c1')],
      2: [released(address(1), 'c1', 77), named(address(1), 'c2')],
    });
    expect(blockedRows(replay(inTurn, live))).toEqual([1, 4, 7]);
  });
});

describe('a closed loop', () => {
  it('keeps from the detector what the block would have stopped', () => {
    const live = saying({ 0: [named(address(0)), named(address(1))] });
    const done = replay(inTurn, live, undefined, { closed: true });
    expect(live.seen.map(({ source }) => source)).toEqual([address(0), address(2), address(2), address(2)]);
    expect(blockedRows(done)).toEqual([1, 3, 4, 6, 7, 9]);
  });

  it('lets a source through again that is released', () => {
    // the detector counts what it sees: its third attempt is row 5
    const live = saying({ 0: [named(address(0)), named(address(1))], 2: [released(address(1))] });
    const done = replay(inTurn, live, undefined, { closed: true });
    expect(blockedRows(done)).toEqual([1, 3, 4, 6, 9]);
    expect([...done.rows]).toEqual([0, 0, 5]);
  });
});

describe('a replay', () => {
  it('shows the detector each row as it stands in the table', () => {
    const tries: Try[] = [
      { time: MONDAY, source: address(0), user: null, known: null },
      { time: MONDAY, source: address(1), user: '', known: false },
      {
        time: MONDAY + 1,
        source: address(0),
        user: 'amanda',
        known: true,
        success: true,
        method: 'publickey',
      },
    ];
    const live = saying({});
    replay(tableOf(tries), live);
    expect(live.seen).toEqual([
      {
        time: MONDAY,
        source: address(0),
        user: null,
        known: null,
        success: false,
        sensor: 'host.example',
        method: 'password',
      },
      {
        time: MONDAY,
        source: address(1),
        user: '',
        known: false,
        success: false,
        sensor: 'host.example',
        method: 'password',
      },
      {
        time: MONDAY + 1,
        source: address(0),
        user: 'amanda',
        known: true,
        success: true,
        sensor: 'host.example',
        method: 'publickey',
      },
    ]);
  });

  it('tells each event as it comes, and each row before it is pushed', () => {
    const order: (string | number)[] = [];
    replay(inTurn, saying({ 1: [named(address(0))], 2: [named(address(1))] }), (e) => order.push(e.kind), {
      before: (row) => order.push(row),
    });
    expect(order.slice(0, 5)).toEqual([0, 1, 'participant:named', 2, 'participant:named']);
    expect(order.slice(5)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('of nothing is nothing', () => {
    expect(replay(tableOf([]), createLive())).toMatchObject({ events: [], blocked: new Uint8Array(0) });
  });
});

describe('on a log with a campaign', () => {
  const table = tableOf([
    ...strangers(seededRandom(3), 200, 14 * DAY, 400),
    ...planted(seededRandom(3), {
      sources: 15,
      names: 30,
      triesPerName: 4,
      gapSeconds: 20 * MINUTE,
      start: 6 * DAY,
    }),
  ]);

  it('the blocked rows are exactly those of the sources named before and not released', () => {
    const done = replay(table, createLive());
    expect(blockedRows(done)).toEqual(rowsOfTheNamed(table, done));
    expect(blockedRows(done).length).toBeGreaterThan(60);
  });

  it('no blocked row reaches a detector in a closed loop, and every other does', () => {
    const live = createLive();
    const seen: string[] = [];
    const spy = {
      push: (attempt: Parameters<typeof live.push>[0]) => {
        seen.push(`${attempt.time} ${attempt.source} ${attempt.user}`);
        return live.push(attempt);
      },
      size: () => live.size(),
      save: () => live.save(),
    };
    const done = replay(table, spy, undefined, { closed: true });
    const open = [...done.blocked.keys()].filter((row) => done.blocked[row] === 0);
    expect(seen).toEqual(
      open.map(
        (row) => `${table.time[row]} ${table.sources[table.source[row]!]} ${table.users[table.user[row]!]}`,
      ),
    );
    expect(blockedRows(done)).toEqual(rowsOfTheNamed(table, done));
    // who is blocked is not told of again, unless the campaign was over and is back
    const told = done.events.flatMap((e) =>
      e.kind === 'participant:named' ? [`${e.campaign} ${e.source}`] : [],
    );
    expect(new Set(told).size).toBe(told.length);
  });
});
