/**
 * Opens the history of a state folder with the engine that is wanted, or the best that this system has: DuckDB, where its
 * package is installed; SQLite, where Node brings it (22.5 and later); plain files everywhere else. A history that is there
 * already goes on with the engine that wrote it.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../../model/error.ts';
import type { History } from '../history.ts';
import { type ClickHouseUrl, isClickHouseUrl } from './clickhouse/url.ts';
import { DuckDBSession, loadDuckDB } from './duckdb.ts';
import { FileHistory } from './file.ts';
import { MemoryHistory } from './memory.ts';
import { migrate } from './migrate.ts';
import { claim } from './owner.ts';
import { setAside } from './set-aside.ts';
import { SqlHistory } from './sql-history.ts';
import type { SqlSession } from './sql-session.ts';
import { loadSQLite, SQLiteSession } from './sqlite.ts';
import { notWritable } from './store-trouble.ts';

/** A URL is that of ClickHouse (clickhouse/url.ts): then the folder holds nothing of the history. */
export type EngineName = 'auto' | 'duckdb' | 'sqlite' | 'file' | 'memory' | ClickHouseUrl;

export interface HistoryPlace {
  /** Where the state of the program is kept; it is made where it is not there. */
  readonly folder: string;
  readonly engine: EngineName;
  /**
   * What to do with a damaged history: `refuse` (left out) throws `store-corrupt`; `set-aside` gives it another name and
   * begins a new one.
   */
  readonly whenCorrupt?: 'refuse' | 'set-aside';
}

export interface HistoryEffects {
  /** A damaged history was set aside: the trouble that it was, with what can be done about it. */
  tell(trouble: Trouble): void;
}

const QUIET: HistoryEffects = { tell: () => undefined };

/** Attempts kept in memory where nothing else is: as many as live detection remembers (DEFAULT_LIVE_OPTIONS). */
const MOST_IN_MEMORY = 200_000;

/** Where an engine keeps the history of a state folder. */
export function historyPath(folder: string, engine: 'duckdb' | 'sqlite' | 'file'): string {
  return join(folder, engine === 'file' ? 'history' : `history.${engine}`);
}

/**
 * Errors: `Trouble` with `store-busy` (another process, or this one, has it open), `store-corrupt`, `store-newer`,
 * `store-full`, `store-away`, `not-writable`, and `bad-config` where the engine is not there.
 */
export async function openHistory(place: HistoryPlace, effects: HistoryEffects = QUIET): Promise<History> {
  if (place.engine === 'memory') return new MemoryHistory({ mostAttempts: MOST_IN_MEMORY });
  if (isClickHouseUrl(place.engine)) {
    // nothing of the history is there, but what its caller keeps beside it
    if (place.folder !== '') makeFolder(place.folder);
    const { ClickHouseHistory } = await import('./clickhouse/history.ts');
    return ClickHouseHistory.open(place.engine);
  }
  makeFolder(place.folder);
  const opened = await openerOf(place);
  const path = historyPath(place.folder, opened.engine);
  const release = claim(path);
  try {
    const history = await opened.open(path).catch(async (error: unknown) => {
      const isCorrupt = error instanceof Trouble && error.code === 'store-corrupt';
      if (!isCorrupt || place.whenCorrupt !== 'set-aside') throw error;
      effects.tell(setAside(path, opened.engine, error));
      return opened.open(path);
    });
    return releasing(history, release);
  } catch (error) {
    release();
    throw error;
  }
}

interface Opener {
  readonly engine: 'duckdb' | 'sqlite' | 'file';
  open(path: string): Promise<History>;
}

async function openerOf({ folder, engine }: HistoryPlace): Promise<Opener> {
  const wanted =
    engine === 'auto'
      ? (['duckdb', 'sqlite', 'file'] as const).find((each) => existsSync(historyPath(folder, each)))
      : engine === 'memory' || isClickHouseUrl(engine)
        ? undefined
        : engine;
  if (wanted === undefined || wanted === 'duckdb') {
    const module = await loadDuckDB();
    if (module !== null)
      return { engine: 'duckdb', open: async (path) => sql(await DuckDBSession.open(path, module), path) };
    if (wanted === 'duckdb') throw absent(folder, 'DuckDB', 'npm install @duckdb/node-api');
  }
  if (wanted === undefined || wanted === 'sqlite') {
    const module = await loadSQLite();
    if (module !== null)
      return { engine: 'sqlite', open: async (path) => sql(await SQLiteSession.open(path, module), path) };
    if (wanted === 'sqlite') throw absent(folder, 'SQLite', 'Run Node 22.5 or later, which brings it');
  }
  return { engine: 'file', open: (path) => FileHistory.open(path) };
}

async function sql(session: SqlSession, path: string): Promise<History> {
  try {
    await migrate(session, path);
    return await SqlHistory.load(session);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function absent(folder: string, engine: string, how: string): Trouble {
  return new Trouble(
    'bad-config',
    `${folder}: the history is kept by ${engine}, which is not here`,
    `${how}; or set engine under [history] to another one, which begins a new history.`,
  );
}

function makeFolder(folder: string): void {
  try {
    // logs of logins are nobody else's business
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notWritable(folder, String(error));
  }
}

/** `history`, which gives up its claim when it is closed. */
function releasing(history: History, release: () => void): History {
  const close = history.close.bind(history);
  history.close = async () => {
    try {
      await close();
    } finally {
      release();
    }
  };
  return history;
}
