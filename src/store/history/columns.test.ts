import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptColumns, History } from '../history.ts';
import { NO_NAME } from './columns.ts';
import { attempt, commitOf, ENGINES, type TestPlace } from './test-engines.ts';

const rowsOf = (columns: AttemptColumns) =>
  Array.from({ length: columns.length }, (_, i) => ({
    seq: columns.seq[i],
    time: columns.time[i],
    source: columns.sources[columns.source[i]!],
    user: columns.user[i] === NO_NAME ? null : columns.users[columns.user[i]!],
    sensor: columns.sensors[columns.sensor[i]!],
    account: columns.account[i],
    success: columns.success[i],
  }));

for (const engine of ENGINES) {
  describe.skipIf(engine.absent !== null)(`columns of ${engine.name}`, () => {
    let place: TestPlace;
    let history: History;
    beforeEach(async () => {
      place = engine.place();
      history = await place.open();
    });
    afterEach(async () => {
      await history.close();
      place.remove();
    });

    it('are the attempts of the interval in order of time', async () => {
      const attempts = [
        attempt(1, { time: 1000, source: '192.0.2.1', user: 'alias', sensor: 'a' }),
        attempt(2, { time: 1300, source: '192.0.2.2', user: null, known: null, sensor: 'b' }),
        attempt(3, {
          time: 1200,
          source: '192.0.2.1',
          user: 'root',
          known: true,
          success: true,
          sensor: 'a',
        }),
        attempt(4, { time: 2000, source: '192.0.2.3', user: '', sensor: 'a' }),
      ];
      await history.commit(commitOf({ attempts }));
      const columns = await history.columns({ since: 1000, until: 2000, most: 10, whole: new Set() });
      expect(columns.all).toBe(3);
      expect(rowsOf(columns)).toEqual([
        { seq: 1, time: 1000, source: '192.0.2.1', user: 'alias', sensor: 'a', account: 1, success: 0 },
        { seq: 3, time: 1200, source: '192.0.2.1', user: 'root', sensor: 'a', account: 2, success: 1 },
        { seq: 2, time: 1300, source: '192.0.2.2', user: null, sensor: 'b', account: 0, success: 0 },
      ]);
      const all = await history.columns({ most: 10, whole: new Set() });
      expect(rowsOf(all).map(({ user }) => user)).toEqual(['alias', 'root', null, '']);
    });

    it('beyond a bound are about as many as that', async () => {
      const attempts = Array.from({ length: 5000 }, (_, i) =>
        attempt(i + 1, { source: `192.0.2.${i % 200}` }),
      );
      await history.commit(commitOf({ attempts }));
      const columns = await history.columns({ most: 500, whole: new Set() });
      expect(columns.all).toBe(5000);
      expect(columns.length).toBeGreaterThan(200);
      expect(columns.length).toBeLessThan(2500);
    });

    it('names are shared that several sources tried, or that the server has', async () => {
      await history.commit(
        commitOf({
          attempts: [
            attempt(1, { source: '192.0.2.1', user: 'alias' }),
            attempt(2, { source: '192.0.2.2', user: 'alias' }),
            attempt(3, { source: '192.0.2.3', user: 'correct horse' }),
            attempt(4, { source: '192.0.2.3', user: 'correct horse' }),
            attempt(5, { source: '192.0.2.3', user: 'peter', known: true }),
            attempt(6, { source: '192.0.2.3', user: 'ann', known: null, success: true }),
            attempt(7, { source: '192.0.2.3', user: 'bob', known: null }),
          ],
        }),
      );
      const names = ['alias', 'correct horse', 'peter', 'ann', 'bob', 'nobody'];
      expect(await history.sharedNames(names)).toEqual(new Set(['alias', 'peter', 'ann']));
      const many = [...names, ...Array.from({ length: 3000 }, (_, i) => `n${i}`)];
      expect(await history.sharedNames(many)).toEqual(new Set(['alias', 'peter', 'ann']));
    });
  });
}
