/**
 * A store that an older program wrote is brought to the version of a newer one. There is one version so far: what is tried
 * here is the next one, a column and a table that it might add.
 */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DuckDBSession, loadDuckDB } from './duckdb.ts';
import { migrate } from './migrate.ts';
import { historyPath, openHistory } from './open.ts';
import { SqlHistory } from './sql-history.ts';
import { MIGRATIONS, type Migration } from './sql-schema.ts';
import type { SqlSession } from './sql-session.ts';
import { loadSQLite, SQLiteSession } from './sqlite.ts';
import { attempt, attemptsIn, commitOf } from './test-engines.ts';

const duckdb = await loadDuckDB();
const sqlite = await loadSQLite();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-migrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECOND: Migration = async (session) => {
  await session.run("ALTER TABLE events ADD COLUMN sensor VARCHAR DEFAULT 'host'");
  await session.create({
    name: 'notes',
    key: 1,
    columns: [
      { name: 'id', type: 'id' },
      { name: 'text', type: 'text' },
    ],
  });
};

for (const engine of ['duckdb', 'sqlite'] as const) {
  describe.skipIf((engine === 'duckdb' ? duckdb : sqlite) === null)(`migrations in ${engine}`, () => {
    const path = () => historyPath(folder, engine);
    const session = (): Promise<SqlSession> =>
      engine === 'duckdb' ? DuckDBSession.open(path(), duckdb!) : SQLiteSession.open(path(), sqlite!);

    /** What the first version wrote. */
    async function written() {
      const history = await openHistory({ folder, engine });
      await history.commit(commitOf({ attempts: [attempt(1), attempt(2)], states: { position: '2' } }));
      await history.close();
    }

    it('bring a store of the first version to the second, once, with all that is in it', async () => {
      await written();
      for (const found of [1, 2]) {
        const open = await session();
        expect(await migrate(open, path(), [...MIGRATIONS, SECOND])).toBe(found);
        expect(await open.all('SELECT count(*), max(version) FROM schema_version')).toEqual([[2, 2]]);
        await open.append(
          {
            name: 'notes',
            key: 1,
            columns: [
              { name: 'id', type: 'id' },
              { name: 'text', type: 'text' },
            ],
          },
          [[found, 'x']],
        );
        const history = await SqlHistory.load(open);
        expect(await attemptsIn(history)).toEqual([attempt(1), attempt(2)]);
        expect(await history.state('position')).toBe('2');
        await history.close();
      }
    });

    it('are whole or not at all', async () => {
      await written();
      const open = await session();
      const failing: Migration = async (within) => {
        await SECOND(within);
        throw new Error('half way');
      };
      await expect(migrate(open, path(), [...MIGRATIONS, failing])).rejects.toThrow('half way');
      await open.close();
      const history = await openHistory({ folder, engine });
      expect(await attemptsIn(history)).toHaveLength(2);
      await history.close();
    });

    it('leave alone what a newer version wrote', async () => {
      await written();
      const open = await session();
      await migrate(open, path(), [...MIGRATIONS, SECOND]);
      await open.close();
      await expect(openHistory({ folder, engine, whenCorrupt: 'set-aside' })).rejects.toMatchObject({
        code: 'store-newer',
        message: expect.stringContaining('its schema is 2, this program knows 1'),
      });
    });
  });
}

describe('plain files', () => {
  it('leave alone what a newer version wrote', async () => {
    const history = await openHistory({ folder, engine: 'file' });
    await history.close();
    writeFileSync(join(historyPath(folder, 'file'), 'manifest.json'), '{"version":2}');
    await expect(openHistory({ folder, engine: 'file' })).rejects.toMatchObject({ code: 'store-newer' });
  });
});

const DAMAGE = {
  duckdb: (path: string) => writeFileSync(path, 'hello\n'.repeat(9000)),
  sqlite: (path: string) => writeFileSync(path, 'hello\n'.repeat(9000)),
  file: (path: string) => writeFileSync(join(path, 'manifest.json'), '{'),
} as const;

for (const engine of ['duckdb', 'sqlite', 'file'] as const) {
  const isHere = engine === 'file' || (engine === 'duckdb' ? duckdb : sqlite) !== null;
  describe.skipIf(!isHere)(`a damaged history in ${engine}`, () => {
    beforeEach(async () => {
      const history = await openHistory({ folder, engine });
      await history.commit(commitOf({ attempts: [attempt(1)] }));
      await history.close();
      DAMAGE[engine](historyPath(folder, engine));
    });

    it('is refused, and left as it is', async () => {
      const before = readdirSync(folder);
      await expect(openHistory({ folder, engine })).rejects.toMatchObject({ code: 'store-corrupt' });
      expect(readdirSync(folder)).toEqual(before);
    });

    it('is set aside where that is wanted, and a new one begins', async () => {
      const told: string[] = [];
      const history = await openHistory(
        { folder, engine, whenCorrupt: 'set-aside' },
        { tell: ({ remedy }) => told.push(remedy) },
      );
      expect(await history.lastSeq()).toBe(0);
      await history.commit(commitOf({ attempts: [attempt(1)] }));
      await history.close();
      const [aside] = readdirSync(folder).filter((name) => name.includes('.damaged-'));
      expect(aside).toBeDefined();
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(`It is now ${join(folder, aside!)} and a new history has begun`);
    });
  });
}

describe('a log of plain files', () => {
  const log = () => join(historyPath(folder, 'file'), 'log-0');

  it('whose last commit is torn goes on from the one before', async () => {
    let history = await openHistory({ folder, engine: 'file' });
    await history.commit(commitOf({ attempts: [attempt(1)] }));
    await history.commit(commitOf({ attempts: [attempt(2)] }));
    await history.close();
    truncateSync(log(), statSync(log()).size - 9);
    history = await openHistory({ folder, engine: 'file' });
    expect(await attemptsIn(history)).toEqual([attempt(1)]);
    await history.commit(commitOf({ attempts: [attempt(2)] }));
    expect(await history.lastSeq()).toBe(2);
    await history.close();
  });

  it('that is damaged in the middle is not cut off', async () => {
    const history = await openHistory({ folder, engine: 'file' });
    for (const seq of [1, 2, 3]) await history.commit(commitOf({ attempts: [attempt(seq)] }));
    await history.close();
    const bytes = readFileSync(log());
    bytes[100]! ^= 1;
    writeFileSync(log(), bytes);
    await expect(openHistory({ folder, engine: 'file' })).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(existsSync(log())).toBe(true);
  });
});

describe('what cannot be had is said plainly', () => {
  it('a folder in which nothing can be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openHistory({ folder: join(file, 'state'), engine: 'file' })).rejects.toMatchObject({
      code: 'not-writable',
    });
  });

  it.skipIf(sqlite !== null)('an engine that this Node does not bring', async () => {
    await expect(openHistory({ folder, engine: 'sqlite' })).rejects.toMatchObject({ code: 'bad-config' });
  });

  it('a history goes on with the engine that wrote it', async () => {
    const first = await openHistory({ folder, engine: 'file' });
    await first.close();
    const again = await openHistory({ folder, engine: 'auto' });
    expect(again.engine).toBe('file');
    await again.close();
  });
});
