/**
 * Detection over a fleet whose attempts and board are in ClickHouse, on a real server (Debian's 18.16): the same as in memory,
 * by several workers, whatever becomes of one of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBoard } from '../../src/fleet/board.ts';
import { DEFAULT_FLEET_OPTIONS, detectFleet } from '../../src/fleet/coordinate.ts';
import { attemptsOfTable } from '../../src/fleet/fleet-attempts.ts';
import { openPlace } from '../../src/fleet/place.ts';
import { work } from '../../src/fleet/worker.ts';
import { type AttemptTable, METHODS, NO_USER, SUCCESS } from '../../src/model/attempt.ts';
import { SCENARIOS } from '../../src/simulate/catalogue.ts';
import { simulateTable } from '../../src/simulate/simulate-table.ts';
import { ClickHouseHistory } from '../../src/store/history/clickhouse/history.ts';
import type { StoredAttempt } from '../../src/store/history.ts';
import { absentServers, type Servers, startServers } from './servers.mjs';

const absent = absentServers();
const LARGE = { ...DEFAULT_FLEET_OPTIONS, smallVisits: 0 };
const effects = (done: () => void) => ({
  done,
  wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
});

describe.skipIf(absent !== null)(
  `a fleet in ClickHouse${absent === null ? '' : ` (not tried: ${absent})`}`,
  () => {
    const { table } = simulateTable(SCENARIOS['twenty-sensors']!(1), 1);
    let servers: Servers;
    beforeAll(async () => {
      servers = await startServers();
      for (const [sensor, name] of table.sensors.entries()) await store(servers, table, sensor, name);
    }, 300_000);
    afterAll(() => servers.stop(), 60_000);

    it('is found as in memory, by two workers', async () => {
      const place = { from: servers.url('fleet'), board: 'two' };
      const [one, other] = [await openPlace(place), await openPlace(place)];
      let helped = 0;
      const helper = work(
        other.attempts,
        other.board,
        'helper',
        effects(() => helped++),
      );
      const found = await detectFleet(
        one.attempts,
        one.board,
        LARGE,
        effects(() => undefined),
      );
      await helper;
      expect(helped).toBeGreaterThan(0);
      const inMemory = await detectFleet(attemptsOfTable(table), new MemoryBoard(), LARGE);
      expect(found.attempts).toBe(table.length);
      expect(found.detection.campaigns).toHaveLength(1);
      expect(found.detection).toEqual(inMemory.detection);
      expect(found.table).toEqual(inMemory.table);
      await one.clear();
      expect((await servers.ask('SELECT count() FROM fleet.fleet_board')).trim()).toBe('0');
      await Promise.all([one.close(), other.close()]);
    }, 300_000);

    it('gives a task to one worker at a time', async () => {
      const place = { from: servers.url('fleet'), board: 'claims' };
      const workers = await Promise.all([openPlace(place), openPlace(place), openPlace(place)]);
      const leases = await Promise.all(workers.map(({ board }, i) => board.claim('task', `worker ${i}`)));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      const parcel = Uint8Array.from({ length: 9_000_001 }, (_, i) => (i * 31) & 255);
      await workers[0]!.board.put('large', parcel);
      expect(await workers[1]!.board.get('large')).toEqual(Buffer.from(parcel));
      await Promise.all(workers.map((worker) => worker.close()));
    }, 120_000);
  },
);

/** What one sensor writes by itself. */
async function store(servers: Servers, table: AttemptTable, sensor: number, writer: string): Promise<void> {
  const history = await ClickHouseHistory.open(servers.url('fleet', { writer }));
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
      sensor: writer,
      service: 'sshd',
      success: table.outcome[i] === SUCCESS,
      known: account === 0 ? null : account === 2,
      method: table.method[i] === 0 ? null : METHODS[table.method[i]!]!,
      name: { input: 'auth.log', line: seq, nth: 0 },
      text: '',
    });
  }
  await history.commit({ attempts, amended: [], events: [], blocks: [], states: {} });
  await history.close();
}
