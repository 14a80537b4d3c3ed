/**
 * A history in ClickHouse against real servers, Debian's 18.16: the contract of the embedded engines, a cluster of which nodes
 * are killed, and trouble in plain words. Longer runs by hand: suite.mjs, kill-nodes.mjs.
 */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trouble } from '../../src/model/error.ts';
import { ClickHouseHistory } from '../../src/store/history/clickhouse/history.ts';
import { literal } from '../../src/store/history/clickhouse/literal.ts';
import { RowWriter } from '../../src/store/history/clickhouse/row-binary.ts';
import { Server } from '../../src/store/history/clickhouse/server.ts';
import { clickHousePlace } from '../../src/store/history/clickhouse/url.ts';
import { attempt, attemptsIn, commitOf } from '../../src/store/history/test-engines.ts';
import { wellFormed } from '../../src/store/history/texts.ts';
import { killNodes } from './kill-nodes.mjs';
import { absentServers, type Servers, startServers } from './servers.mjs';
import { runSuites } from './suite.mjs';

const absent = absentServers();
const absentCluster = absentServers({ cluster: true });
const isBuilt = existsSync(new URL('../../dist/store/history/clickhouse', import.meta.url));
const why = (reason: string | null) => (reason === null ? '' : ` (not tried: ${reason})`);

describe.skipIf(absent !== null)(`a history in ClickHouse${why(absent)}`, () => {
  it('keeps the contract of the embedded engines', async () => {
    const result = await runSuites({ only: ['history', 'columns'] });
    expect(result).toMatchObject({ status: 0 });
  }, 400_000);

  describe('on a server', () => {
    let servers: Servers;
    beforeAll(async () => {
      servers = await startServers({ tls: existsSync('/usr/bin/openssl') });
    }, 120_000);
    afterAll(() => servers.stop(), 60_000);

    /** The same server without TLS. */
    const plain = (database: string, more = '') =>
      `${servers.url(database).replace(/^clickhouses?:\/\/([^@]*)@[^/]*/, `clickhouse://$1@127.0.0.1:${servers.nodes[0]!.http}`)}${more}` as `clickhouse://${string}`;
    const opened = (url: `clickhouse://${string}`) => ClickHouseHistory.open(url);
    const trouble = async (url: `clickhouse://${string}`) => {
      const error = await opened(url).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Trouble);
      return error as Trouble;
    };

    it('texts go through a statement unchanged, whatever they are', async () => {
      const place = clickHousePlace(plain('default'));
      const server = await Server.at(place, place.hosts[0]!);
      const hostile = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(
          `'`,
          '\\',
          `\\'`,
          '\0',
          `\\\0'`,
          'x'.repeat(100_000),
          '\ud800',
          `'; DROP TABLE x`,
          '\u2028',
        ),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 5 }), async (texts) => {
          const [row] = await server.all(
            `SELECT ${texts.map(literal).join(', ')}`,
            texts.map(() => 'String' as const),
          );
          expect(row).toEqual(texts.map(wellFormed));
        }),
        { numRuns: 60 },
      );
      await server.close();
    });

    it('texts and numbers go through an insert unchanged', async () => {
      const place = clickHousePlace(plain('default'));
      const server = await Server.at(place, place.hosts[0]!);
      await server.run('CREATE TABLE given (at UInt32, text String, number Int64) ENGINE = Memory');
      const given = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 300 }), fc.maxSafeInteger()), {
        maxLength: 20,
      });
      let next = 0;
      await fc.assert(
        fc.asyncProperty(given, async (rows) => {
          const writer = new RowWriter(16);
          const first = next;
          for (const [text, number] of rows) {
            writer.u32(next++);
            writer.text(text);
            writer.i64(number);
          }
          if (rows.length > 0) await server.insert('given', 'at, text, number', writer.bytes(), 'test');
          const told = await server.all(`SELECT text, number FROM given WHERE at >= ${first} ORDER BY at`, [
            'String',
            'Int64',
          ]);
          expect(told).toEqual(rows.map(([text, number]) => [wellFormed(text), number]));
        }),
        { numRuns: 40 },
      );
      await server.close();
    });

    it('writers of one database see their own attempts', async () => {
      const first = await opened(plain('many', '?writer=a'));
      const second = await opened(plain('many', '?writer=b&site=other'));
      await first.commit(commitOf({ attempts: [attempt(1), attempt(2)], states: { position: 'a' } }));
      await second.commit(commitOf({ attempts: [attempt(1, { user: 'root' })] }));
      expect(await attemptsIn(first)).toEqual([attempt(1), attempt(2)]);
      expect(await attemptsIn(second)).toEqual([attempt(1, { user: 'root' })]);
      expect(await second.state('position')).toBeNull();
      expect((await first.sources({})).map(({ failures }) => failures)).toEqual([2]);
      expect(await trouble(plain('many', '?writer=a'))).toMatchObject({ code: 'store-busy' });
      await first.close();
      await second.close();
    });

    it('rows of a commit that was never made are not there, and their numbers serve again', async () => {
      const history = await opened(plain('torn', '?writer=a'));
      await history.commit(commitOf({ attempts: [attempt(1)] }));
      await history.close();
      // as a process leaves them that dies between the attempts and the block that makes the commit
      await servers.ask(
        `INSERT INTO torn.attempts (site, writer, generation, batch, seq, time, source, user, told, line)
         SELECT site, writer, generation, batch + 1, seq + 1, time, source, 'torn', told, line + 1 FROM torn.attempts`,
      );
      const again = await opened(plain('torn', '?writer=a'));
      expect(await attemptsIn(again)).toEqual([attempt(1)]);
      expect(await again.lastSeq()).toBe(1);
      await again.commit(commitOf({ attempts: [attempt(2)] }));
      expect(await attemptsIn(again)).toEqual([attempt(1), attempt(2)]);
      expect((await again.size()).attempts).toBe(2);
      await again.close();
    });

    it('a commit in doubt is stored once, whether the server had it or not', async () => {
      const history = await opened(plain('doubt', '?writer=a'));
      await history.commit(commitOf({ attempts: [attempt(1)] }));
      const commit = commitOf({ attempts: [attempt(2), attempt(3)], states: { position: '3' } });
      await servers.kill(0);
      await expect(history.commit(commit)).rejects.toMatchObject({ code: 'store-away' });
      servers.start(0);
      await servers.ready(0);
      await history.commit(commit);
      expect(await attemptsIn(history)).toEqual([attempt(1), attempt(2), attempt(3)]);
      expect(await history.state('position')).toBe('3');
      await history.close();
    }, 120_000);

    it('trouble is said in plain words', async () => {
      const host = `127.0.0.1:${servers.nodes[0]!.http}`;
      expect(await trouble(`clickhouse://keeper:wrong@${host}/x`)).toMatchObject({
        code: 'no-rights',
        message: expect.stringContaining('the password is wrong'),
      });
      expect(await trouble(`clickhouse://nobody@${host}/x`)).toMatchObject({ code: 'no-rights' });
      expect(await trouble(`clickhouse://reader:reader@${host}/x`)).toMatchObject({
        code: 'no-rights',
        message: expect.stringContaining('may not do this'),
      });
      expect(await trouble('clickhouse://keeper@127.0.0.1:1/x')).toMatchObject({
        code: 'store-away',
        message: '127.0.0.1:1: ClickHouse cannot be used now: nobody listens there',
      });
      expect(await trouble('clickhouse://keeper@host.invalid/x')).toMatchObject({ code: 'store-away' });
    });

    it('a newer version’s tables are left alone', async () => {
      await (await opened(plain('newer'))).close();
      await servers.ask('INSERT INTO newer.schema_version VALUES (9)');
      expect(await trouble(plain('newer'))).toMatchObject({ code: 'store-newer' });
    });

    it.skipIf(!existsSync('/usr/bin/openssl'))(
      'is spoken to over TLS where the certificate is trusted',
      async () => {
        const url = servers.url('secret', { ca: servers.certificate!.path });
        expect(url).toMatch(/^clickhouses:/);
        const history = await opened(url);
        await history.commit(commitOf({ attempts: [attempt(1)] }));
        expect(await attemptsIn(history)).toEqual([attempt(1)]);
        await history.close();
        expect(await trouble(servers.url('secret'))).toMatchObject({ code: 'store-away' });
      },
    );
  });
});

describe.skipIf(absentCluster !== null || !isBuilt)(
  `a cluster of three replicas${why(absentCluster ?? (isBuilt ? null : 'npm run build first'))}`,
  () => {
    it('loses nothing that was acknowledged, and has nothing twice, while nodes are killed', async () => {
      const result = await killNodes({ seconds: 25, every: 6, writers: 2, rows: 500 });
      expect(result?.faults).toEqual([]);
      expect(result?.kills).toBeGreaterThan(0);
    }, 300_000);
  },
);
