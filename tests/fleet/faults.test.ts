/**
 * What a fleet's store goes through, on real servers (Debian's 18.16): a disk that fills up, a replica that hangs, several
 * shards, a user with rights on one database only.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBoard } from '../../src/fleet/board.ts';
import { DEFAULT_FLEET_OPTIONS, detectFleet } from '../../src/fleet/coordinate.ts';
import { attemptsOfTable } from '../../src/fleet/fleet-attempts.ts';
import { openPlace } from '../../src/fleet/place.ts';
import { type AttemptTable, METHODS, NO_USER, SUCCESS } from '../../src/model/attempt.ts';
import { SCENARIOS } from '../../src/simulate/catalogue.ts';
import { simulateTable } from '../../src/simulate/simulate-table.ts';
import { ClickHouseHistory } from '../../src/store/history/clickhouse/history.ts';
import { attempt, attemptsIn, commitOf } from '../../src/store/history/test-engines.ts';
import type { History, StoredAttempt } from '../../src/store/history.ts';
import { absentServers, type Servers, startServers, TENANT } from './servers.mjs';

const absent = absentServers();
const absentCluster = absentServers({ cluster: true });
const hasSmallDisks = spawnSync('unshare', ['--mount', 'true']).status === 0;
const why = (reason: string | null) => (reason === null ? '' : ` (not tried: ${reason})`);

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe.skipIf(absent !== null || !hasSmallDisks)(`a full disk${why(absent)}`, () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers({ diskMegabytes: 24, ballastMegabytes: 14 });
  }, 120_000);
  afterAll(() => servers.stop(), 60_000);

  it('takes nothing that was acknowledged, and commits go on when there is room', async () => {
    const history = await ClickHouseHistory.open(servers.url('full'));
    // texts that do not compress: each commit takes half a megabyte
    const text = () => Array.from({ length: 40 }, () => Math.random().toString(36)).join('');
    let acknowledged = 0;
    let trouble: unknown = null;
    let commit = commitOf();
    while (trouble === null && acknowledged < 100_000) {
      commit = commitOf({
        attempts: Array.from({ length: 1000 }, (_, i) => attempt(acknowledged + i + 1, { text: text() })),
        states: { position: String(acknowledged + 1000) },
      });
      trouble = await failureOf(history.commit(commit));
      if (trouble === null) acknowledged += 1000;
    }
    expect(trouble).toMatchObject({ code: 'store-full' });
    expect(acknowledged).toBeGreaterThan(0);
    // questions go on
    expect(await history.countAttempts({})).toEqual({ failures: acknowledged, successes: 0 });
    expect(await history.state('position')).toBe(String(acknowledged));
    servers.dropBallast();
    await history.commit(commit);
    expect(await history.lastSeq()).toBe(acknowledged + 1000);
    const seqs = (await attemptsIn(history)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: acknowledged + 1000 }, (_, i) => i + 1));
    await history.close();
  }, 240_000);
});

describe.skipIf(absentCluster !== null)(`three replicas${why(absentCluster)}`, () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers({ replicas: 3 });
  }, 180_000);
  afterAll(() => servers.stop(), 60_000);

  it('go on while one of them hangs, and it catches up', async () => {
    const history = await ClickHouseHistory.open(servers.url('slow'));
    await history.commit(commitOf({ attempts: [attempt(1)] }));
    servers.freeze(2);
    await history.commit(commitOf({ attempts: [attempt(2), attempt(3)] }));
    expect(await attemptsIn(history)).toHaveLength(3);
    servers.thaw(2);
    await history.commit(commitOf({ attempts: [attempt(4)] }));
    await expect
      .poll(() => servers.ask('SELECT count() FROM slow.attempts', 2), { timeout: 60_000, interval: 250 })
      .toBe('4\n');
    await history.close();
  }, 240_000);

  it('that hang all are said to be away, and what was given is stored once when they are back', async () => {
    const history = await ClickHouseHistory.open(servers.url('gone'));
    await history.commit(commitOf({ attempts: [attempt(1)] }));
    await servers.killZooKeeper();
    const commit = commitOf({ attempts: [attempt(2)] });
    expect(await failureOf(history.commit(commit))).toMatchObject({ code: 'store-away' });
    await servers.startZooKeeper();
    await expect
      .poll(() => failureOf(history.commit(commit)), { timeout: 120_000, interval: 1000 })
      .toBeNull();
    expect(await attemptsIn(history)).toEqual([attempt(1), attempt(2)]);
    await history.close();
  }, 300_000);
});

describe.skipIf(absentCluster !== null)(`two shards${why(absentCluster)}`, () => {
  const { table } = simulateTable(SCENARIOS['twenty-sensors']!(1), 1);
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers({ shards: 2 });
  }, 180_000);
  afterAll(() => servers.stop(), 60_000);

  it('hold each writer on one of them, and a detection over both is that in memory', async () => {
    for (const [sensor, writer] of table.sensors.entries()) {
      const history = await ClickHouseHistory.open(servers.url('fleet', { writer }));
      await fill(history, table, sensor);
      await history.close();
    }
    const [first, second] = await Promise.all(
      [0, 1].map(async (index) => {
        const text = await servers.ask('SELECT DISTINCT writer FROM fleet.attempts', index);
        return text.trim().split('\n');
      }),
    );
    expect([...first!, ...second!].sort()).toEqual([...table.sensors].sort());
    expect(Math.min(first!.length, second!.length)).toBeGreaterThan(0);
    const large = { ...DEFAULT_FLEET_OPTIONS, smallVisits: 0 };
    const place = await openPlace({ from: servers.url('fleet'), board: 'shards' });
    const found = await detectFleet(place.attempts, place.board, large);
    const inMemory = await detectFleet(attemptsOfTable(table), new MemoryBoard(), large);
    expect(found.attempts).toBe(table.length);
    expect(found.detection).toEqual(inMemory.detection);
    await place.clear();
    await place.close();
  }, 300_000);

  it('keep what a writer had when it comes again, and put away what is old', async () => {
    const open = () => ClickHouseHistory.open(servers.url('old', { writer: 'one' }));
    const history = await open();
    const now = 1_700_000_000;
    const day = 86_400;
    await history.commit(
      commitOf({ attempts: [attempt(1, { time: now - 40 * day }), attempt(2, { time: now - day })] }),
    );
    expect(await history.retain({ days: 30, bytes: null }, now)).toBe(1);
    await history.close();
    const again = await open();
    expect((await attemptsIn(again)).map(({ seq }) => seq)).toEqual([2]);
    await again.close();
  }, 120_000);
});

describe.skipIf(absent !== null)(`a user with rights on one database${why(absent)}`, () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
    await servers.ask(`CREATE DATABASE ${TENANT}`);
  }, 120_000);
  afterAll(() => servers.stop(), 60_000);

  it('writes, reads and detects there, and nowhere else', async () => {
    const url = (database: string) =>
      servers.url(database).replace(/\/\/[^@]*@/, `//${TENANT}:${TENANT}@`) as `clickhouse://${string}`;
    const history = await ClickHouseHistory.open(url(TENANT));
    await history.commit(commitOf({ attempts: [attempt(1)] }));
    expect(await attemptsIn(history)).toEqual([attempt(1)]);
    const place = await openPlace({ from: url(TENANT), board: 'own' });
    expect((await detectFleet(place.attempts, place.board)).attempts).toBe(1);
    await place.clear();
    await place.close();
    await history.close();
    expect(await failureOf(ClickHouseHistory.open(url('other')))).toMatchObject({ code: 'no-rights' });
  }, 120_000);
});

/** What one sensor writes by itself. */
async function fill(history: History, table: AttemptTable, sensor: number): Promise<void> {
  const attempts: StoredAttempt[] = [];
  for (let i = 0; i < table.length; i++) {
    if (table.sensor[i] !== sensor) continue;
    const seq = attempts.length + 1;
    const account = table.account[i]!;
    attempts.push({
      seq,
      time: table.time[i]!,
      source: table.sources[table.source[i]!]!,
      user: table.user[i] === NO_USER ? null : table.users[table.user[i]!]!,
      sensor: table.sensors[sensor]!,
      service: 'sshd',
      success: table.outcome[i] === SUCCESS,
      known: account === 0 ? null : account === 2,
      method: table.method[i] === 0 ? null : METHODS[table.method[i]!]!,
      name: { input: 'auth.log', line: seq, nth: 0 },
      text: '',
    });
  }
  await history.commit(commitOf({ attempts }));
}
