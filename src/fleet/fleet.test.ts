import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { detect } from '../detect/detect.ts';
import type { AttemptTable } from '../model/attempt.ts';
import type { Detection } from '../model/detection.ts';
import type { AttemptRow } from '../model/table.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { fleetLog } from '../simulate/fleet-log.ts';
import { simulateTable } from '../simulate/simulate-table.ts';
import { type Board, MemoryBoard } from './board.ts';
import { DEFAULT_FLEET_OPTIONS, detectFleet } from './coordinate.ts';
import { attemptsOfTable } from './fleet-attempts.ts';
import { FolderBoard } from './folder-board.ts';
import { packed, unpacked } from './parcel.ts';
import { attemptsOfSpool, SpoolWriter } from './spool.ts';
import { work } from './worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowbrute-fleet-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

function named(table: AttemptTable, detection: Detection): string[] {
  return detection.campaigns.flatMap((c) => c.participants.map((p) => table.sources[p.source]!)).sort();
}

/** By the way of a large fleet, whatever its size. */
const LARGE = { ...DEFAULT_FLEET_OPTIONS, smallVisits: 0 };

describe('a fleet', () => {
  const { table } = simulateTable(SCENARIOS['two-campaigns']!(3), 3);
  const alone = named(table, detect(table));

  it('of one log is that log: its detection says the same', async () => {
    const found = await detectFleet(attemptsOfTable(table), new MemoryBoard());
    expect(found.suspects).toBeNull();
    expect(found.detection.campaigns).toHaveLength(2);
    expect(named(found.table, found.detection)).toEqual(alone);
  });

  it('is found the same in any number of shares', async () => {
    const results = [];
    for (const shares of [1, 2, 5])
      results.push(
        await detectFleet(attemptsOfTable(table), new MemoryBoard(), {
          ...LARGE,
          sourceShares: shares,
          nameShares: shares,
        }),
      );
    expect(results[0]!.suspects).not.toBeNull();
    // surrogates are others and seconds have no order, so one in a hundred may be named on one side only
    const found = new Set(named(results[0]!.table, results[0]!.detection));
    expect(alone.filter((source) => found.has(source)).length).toBeGreaterThan(0.98 * alone.length);
    expect(found.size).toBeLessThan(1.02 * alone.length);
    for (const other of results.slice(1)) {
      expect(other.detection).toEqual(results[0]!.detection);
      expect(other.table).toEqual(results[0]!.table);
    }
  });

  it('shows what none of its sensors can see', async () => {
    const rows: AttemptRow[] = [];
    const truth = fleetLog({ attempts: 60_000, sensors: 100, days: 30 }, 7, (row) => rows.push(row));
    const spool = new SpoolWriter(join(folder, 'hidden'), 3);
    for (const row of rows) spool.add(row);
    spool.close();
    const found = await detectFleet(attemptsOfSpool(join(folder, 'hidden')), new MemoryBoard(), LARGE);
    const participants = new Set(truth.flatMap((campaign) => campaign.sources));
    const who = named(found.table, found.detection);
    const right = who.filter((source) => participants.has(source)).length;
    expect(right / who.length).toBeGreaterThan(0.97);
    expect(right / participants.size).toBeGreaterThan(0.9);
    for (const sensor of ['node3.example', 'node50.example']) {
      const own = new SpoolWriter(join(folder, sensor), 1);
      for (const row of rows) if (row.sensor === sensor) own.add(row);
      own.close();
      for await (const log of attemptsOfSpool(join(folder, sensor)).bySource(0, 1))
        expect(detect(log).campaigns).toEqual([]);
    }
  }, 120_000);

  it('without an attempt has no campaign', async () => {
    const nothing = { count: () => Promise.resolve(0), async *bySource() {} };
    const found = await detectFleet(nothing, new MemoryBoard(), LARGE);
    expect(found).toMatchObject({ attempts: 0, quietVisits: 0, detection: { campaigns: [] } });
  });
});

describe('workers', () => {
  const { table } = simulateTable(SCENARIOS.short!(2), 2);
  const attempts = attemptsOfTable(table);

  it('share the tasks, and the coordinator finds what they found', async () => {
    const board = new FolderBoard(join(folder, 'shared'));
    const done: string[] = [];
    const effects = (who: string) => ({
      done: () => void done.push(who),
      wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
    });
    const helpers = ['a', 'b'].map((who) => work(attempts, board, who, effects(who)));
    const found = await detectFleet(attempts, board, LARGE, effects('coordinator'));
    await Promise.all(helpers);
    const alone = await detectFleet(attempts, new MemoryBoard(), LARGE);
    expect(found.detection).toEqual(alone.detection);
    expect(new Set(done).size).toBeGreaterThan(1);
  });

  /** As if nobody had been heard of for two hours: a claim is a file, its time of change the last sign of life. */
  const silence = (place: string, claim: string) => {
    const path = join(folder, place, 'claims', claim);
    const { mtimeMs } = statSync(path);
    utimesSync(path, mtimeMs / 1000 - 7200, mtimeMs / 1000 - 7200);
  };

  it('may die: another one takes the task when the lease has run out', async () => {
    const board: Board = new FolderBoard(join(folder, 'dead'), 3600);
    expect(await board.claim('stage-0-0', 'the dead')).toMatchObject({ epoch: 0 });
    expect(await board.claim('stage-0-0', 'another')).toBeNull();
    silence('dead', 'stage-0-0.0');
    const found = await detectFleet(attempts, board, LARGE);
    expect(found.attempts).toBe(table.length);
    expect(await board.claim('stage-0-0', 'a third')).toBeNull();
    silence('dead', 'stage-0-0.1');
    expect(await board.claim('stage-0-0', 'a third')).toMatchObject({ epoch: 2 });
  });

  it('who renews a lease keeps it', async () => {
    const board = new FolderBoard(join(folder, 'kept'), 3600);
    const lease = await board.claim('task', 'one');
    silence('kept', 'task.0');
    await lease!.renew();
    expect(await board.claim('task', 'two')).toBeNull();
  });

  it('a coordinator that is started again takes up what lies on the board', async () => {
    const board = new FolderBoard(join(folder, 'again'));
    const first = await detectFleet(attempts, board, LARGE);
    const silent = {
      count: () => attempts.count(),
      bySource: () => Promise.reject(new Error('not asked again')) as never,
    };
    const second = await detectFleet(silent, board, LARGE);
    expect(second.detection).toEqual(first.detection);
  });
});

describe('a parcel', () => {
  it('gives back what went in', () => {
    fc.assert(
      fc.property(
        fc.record({
          a: fc.float64Array({ noNaN: true, maxLength: 20 }).map((x) => new Float64Array(x)),
          b: fc.uint32Array({ maxLength: 20 }).map((x) => new Uint32Array(x)),
          c: fc.array(
            fc.record({
              d: fc.uint8Array({ maxLength: 20 }).map((x) => new Uint8Array(x)),
              text: fc.string({ unit: 'binary', maxLength: 20 }),
            }),
          ),
          none: fc.constant(null),
          far: fc.constantFrom(Number.POSITIVE_INFINITY, -3, 0.25),
        }),
        (content) => {
          expect(unpacked(packed(content))).toEqual(content);
        },
      ),
      { numRuns: 30 },
    );
  });
});
