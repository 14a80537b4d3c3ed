/** A damaged history gets another name, so that a new one can begin and nothing that might be saved is lost. */
import { existsSync, renameSync } from 'node:fs';
import { Trouble } from '../../model/error.ts';

/** How each engine's own program looks into a damaged file. */
const LOOK_INTO = {
  duckdb: (path: string) => `look into the old one with duckdb -readonly ${path}`,
  sqlite: (path: string) => `get out of the old one what can be had with sqlite3 ${path} .recover`,
  file: (path: string) => `${path} holds plain files`,
} as const;

/** What belongs to a history of that name beside it. */
const BESIDE = ['', '.wal', '-wal', '-shm'];

/** Returns what to tell. `now`: the time that its new name shows. */
export function setAside(
  path: string,
  engine: keyof typeof LOOK_INTO,
  trouble: Trouble,
  now: Date = new Date(),
): Trouble {
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  const name = `${path}.damaged-${stamp}`;
  for (const suffix of BESIDE) if (existsSync(path + suffix)) renameSync(path + suffix, name + suffix);
  return new Trouble(
    'store-corrupt',
    trouble.message,
    `It is now ${name} and a new history has begun; ${LOOK_INTO[engine](name)}, or stop and put a copy from a backup in its place.`,
  );
}
