/**
 * Brings a store to the version of this program, one migration after the other, each whole or not at all: a crash between
 * two leaves a store of the version in between, from which the next start goes on.
 */
import { Trouble } from '../../model/error.ts';
import { MIGRATIONS, type Migration } from './sql-schema.ts';
import { type SqlSession, whole } from './sql-session.ts';

/**
 * Returns the version that the store had before; 0: it was new. Error: `Trouble` with `store-newer` where the store has
 * seen a newer program, which may have written what this one would damage.
 */
export async function migrate(
  session: SqlSession,
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number> {
  await session.run('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT)');
  const [row] = await session.all('SELECT max(version) FROM schema_version');
  const found = Number(row?.[0] ?? 0);
  if (found > migrations.length) throw newer(path, found, migrations.length);
  for (let version = found; version < migrations.length; version++) {
    await session.transaction(async () => {
      await migrations[version]!(session);
      await session.run(`INSERT INTO schema_version VALUES (${whole(version + 1)})`);
    });
  }
  return found;
}

export function newer(path: string, found: number, ours: number): Trouble {
  return new Trouble(
    'store-newer',
    `${path} was written by a newer version of slowbrute (its schema is ${found}, this program knows ${ours})`,
    'Install that version again, or name another store.',
  );
}
