/**
 * SQLite as an SQL session, through Node's own binding (node:sqlite, Node 22.5 and later, https://www.sqlite.org). Rows,
 * not columns: an attempt takes about ten times the room of DuckDB's, and questions of everything read all of it; what is
 * asked of one source, user or day is found by an index. It is where DuckDB has no build: on the BSDs.
 *
 * Commits are in a log beside the file (WAL) that is synchronised at each (synchronous=FULL): without it a loss of power
 * could take the last ones. The binding is synchronous: while a question is answered nothing else is done.
 */
import { statSync } from 'node:fs';
import type { SqlReader, SqlRow, SqlSession, SqlValue, Table } from './sql-session.ts';
import { busy, corrupt, full, notWritable } from './store-trouble.ts';

/** What of node:sqlite is used; its types come with those of a newer Node. */
interface Statement {
  run(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue | bigint>>[];
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}
export interface SQLiteModule {
  readonly DatabaseSync: new (path: string) => Database;
}

/** node:sqlite; null where this Node has none. */
export async function loadSQLite(): Promise<SQLiteModule | null> {
  const emitWarning = process.emitWarning.bind(process);
  try {
    // Node 22 says on standard error, when it is loaded, that it is experimental: nothing that an operator could mend
    process.emitWarning = (warning: string | Error, ...more: readonly unknown[]) => {
      if (!String(warning).startsWith('SQLite is an experimental'))
        (emitWarning as (...given: readonly unknown[]) => void)(warning, ...more);
    };
    // a name that the type checker does not look for
    const name: string = 'node:sqlite';
    return (await import(name)) as SQLiteModule;
  } catch {
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

const SQL_TYPES = { small: 'INTEGER', id: 'INTEGER', whole: 'INTEGER', text: 'TEXT' } as const;

/** What is asked for beside the keys. */
const INDEXES: Readonly<Record<string, readonly string[]>> = {
  texts: ['kind, text'],
  sources: ['text', 'address'],
  attempts: ['source', 'user_id', 'time', 'input, line, nth'],
  events: ['time'],
  campaigns: ['id', 'ended'],
  blocks: ['ended', 'target', 'source'],
};

/** Statements that come with every commit are kept; those with numbers in them never come again. */
const MOST_STATEMENTS = 64;

export class SQLiteSession implements SqlSession {
  readonly engine = 'sqlite';
  readonly reader: SqlReader = this;
  readonly #path: string;
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  private constructor(path: string, database: Database) {
    this.#path = path;
    this.#database = database;
  }

  /** Errors: `Trouble` with `store-busy`, `store-corrupt`, `store-full`, `not-writable`. */
  static async open(path: string, module: SQLiteModule): Promise<SQLiteSession> {
    let database: Database | null = null;
    try {
      database = new module.DatabaseSync(path);
      // the lock is taken with the first statement and kept: one owner
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      database.exec('PRAGMA auto_vacuum = NONE');
      database.exec('PRAGMA temp_store = FILE');
      // KiB: the upper pages of the indexes of a year
      database.exec('PRAGMA cache_size = -32768');
      database.exec('BEGIN IMMEDIATE; COMMIT');
      return new SQLiteSession(path, database);
    } catch (error) {
      try {
        database?.close();
      } catch {
        // it was never open
      }
      throw sqliteTrouble(error, path);
    }
  }

  async all(sql: string, texts: readonly string[] = []): Promise<readonly SqlRow[]> {
    return this.#guarded(() =>
      this.#database
        .prepare(sql)
        .all(...texts.map(kept))
        .map(rowOf),
    );
  }

  async run(sql: string, texts: readonly string[] = []): Promise<void> {
    this.#guarded(() => this.#prepared(sql).run(...texts.map(kept)));
  }

  async create({ name, columns, key }: Table): Promise<void> {
    const list = columns.map((column) => `${column.name} ${SQL_TYPES[column.type]}`);
    const keys = columns.slice(0, key).map((column) => column.name);
    // one whole number is the place of the row itself; else the row is kept within the index of its key
    const within = key === 1 && columns[0]!.type !== 'text' ? '' : ' WITHOUT ROWID';
    await this.run(`CREATE TABLE ${name} (${list.join(', ')}, PRIMARY KEY (${keys.join(', ')}))${within}`);
    for (const [i, index] of (INDEXES[name] ?? []).entries())
      await this.run(`CREATE INDEX ${name}_${i} ON ${name} (${index})`);
  }

  async append(table: Table, rows: readonly SqlRow[]): Promise<void> {
    this.#insert('INSERT', table, rows);
  }

  async replace(table: Table, rows: readonly SqlRow[]): Promise<void> {
    this.#insert('INSERT OR REPLACE', table, rows);
  }

  async transaction(work: () => Promise<void>): Promise<void> {
    await this.run('BEGIN IMMEDIATE');
    try {
      await work();
      await this.run('COMMIT');
    } catch (error) {
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Free pages are used again by what comes; the log is folded in and emptied. */
  async reclaim(): Promise<void> {
    await this.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async bytes(): Promise<{ readonly bytes: number; readonly free: number }> {
    const sizes = [this.#path, `${this.#path}-wal`].map(
      (path) => statSync(path, { throwIfNoEntry: false })?.size,
    );
    const [[pages], [size]] = [
      (await this.all('PRAGMA freelist_count'))[0]!,
      (await this.all('PRAGMA page_size'))[0]!,
    ] as const;
    return { bytes: (sizes[0] ?? 0) + (sizes[1] ?? 0), free: (pages as number) * (size as number) };
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  #insert(verb: string, { name, columns }: Table, rows: readonly SqlRow[]): void {
    if (rows.length === 0) return;
    this.#guarded(() => {
      const statement = this.#prepared(`${verb} INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
      for (const row of rows)
        statement.run(...row.map((value) => (typeof value === 'string' ? kept(value) : value)));
    });
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw sqliteTrouble(error, this.#path);
    }
  }
}

function rowOf(row: Readonly<Record<string, SqlValue | bigint>>): SqlRow {
  return Object.values(row).map((value) => {
    if (typeof value === 'string') return given(value);
    return typeof value === 'bigint' ? Number(value) : value;
  });
}

/**
 * A text as it is kept: node:sqlite gives one back only up to its first NUL. That is written as the next character and 0, and that
 * character as itself and 1, which leaves texts in their order.
 */
function kept(text: string): string {
  return ESCAPED.test(text)
    ? text.replace(EACH_ESCAPED, (character) => (character === NUL ? `${ESCAPE}0` : `${ESCAPE}1`))
    : text;
}

function given(text: string): string {
  return text.includes(ESCAPE)
    ? text.replace(EACH_KEPT, (pair) => (pair.endsWith('0') ? NUL : ESCAPE))
    : text;
}

const NUL = String.fromCharCode(0);
const ESCAPE = String.fromCharCode(1);
const ESCAPED = new RegExp(`[${NUL}${ESCAPE}]`);
const EACH_ESCAPED = new RegExp(ESCAPED, 'g');
const EACH_KEPT = new RegExp(`${ESCAPE}[01]`, 'g');

/** By SQLite's result codes (https://www.sqlite.org/rescode.html), without what is extended. */
function sqliteTrouble(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  switch (Number(error.errcode) & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return busy(path, null, null);
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return corrupt(path, error.message);
    case 13: // SQLITE_FULL
    case 10: // SQLITE_IOERR, as a limit of the file's size or a failing disk has it
      return full(path);
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN
      return notWritable(path, error.message);
    default:
      return error;
  }
}
