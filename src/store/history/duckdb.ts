/**
 * DuckDB as an SQL session (https://duckdb.org/docs/stable/internals/storage). Chosen for what a history is: columns of small
 * integers, packed to 9 bytes an attempt, read at a hundred million a second; figures in docs/history.md.
 *
 * No table has an index or a key: DuckDB gives the space of deleted rows back only where there is none, and finds rows by
 * the least and greatest value of each block. What a key would forbid, the writer does not do.
 *
 * The package is optional (there is none for the BSDs) and loaded when a history is opened: 0.3 s and 30 MB.
 */
import { statSync } from 'node:fs';
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import { DuckDBFault, duckTrouble, isFatal } from './duckdb-errors.ts';
import {
  type Column,
  marks,
  pieces,
  type SqlReader,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  type Table,
  whole,
} from './sql-session.ts';

export type DuckDBModule = typeof import('@duckdb/node-api');

/**
 * What DuckDB frees goes back to the system at once, and not seconds later when it happens to allocate again: 33 MB beside
 * Node's heap while it is written to, not 74, for no time that could be measured. Its allocator on Linux is a jemalloc of its own
 * (names with `duckdb_je_`), which reads this when it is loaded; others know nothing of it.
 */
const ALLOCATOR = { name: 'DUCKDB_JE_MALLOC_CONF', value: 'dirty_decay_ms:0,muzzy_decay_ms:0' } as const;

/** The package; null where it is not installed, or has nothing for this system. */
export async function loadDuckDB(): Promise<DuckDBModule | null> {
  process.env[ALLOCATOR.name] ??= ALLOCATOR.value;
  try {
    return await import('@duckdb/node-api');
  } catch {
    return null;
  }
}

export const DUCKDB_SETTINGS = {
  /** Least that a year's questions are answered with (docs/history.md); what does not fit goes to `<file>.tmp`. */
  memory_limit: '64MB',
  threads: '1',
  /** The log of commits is folded into the file at this size: a start after a crash reads it whole, 8 MB in a quarter of a second. */
  checkpoint_threshold: '8MB',
  /** Bits of a key up to which groups are an array and not a hash table: half a million names or sources. Five times as fast. */
  perfect_ht_threshold: '19',
} as const;

const SQL_TYPES = { small: 'UTINYINT', id: 'UINTEGER', whole: 'BIGINT', text: 'VARCHAR' } as const;
/** Old versions are looked for after so many new rows at least. */
const LEAST_STALE = 50_000;
/** Rows of a data chunk at most (STANDARD_VECTOR_SIZE). */
const CHUNK = 2048;

interface Open {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** Calls that are on their way: what is in use is not closed. */
  calls: number;
  /** Set when it is to be closed after the last call. */
  onIdle: (() => void) | null;
}

export class DuckDBSession implements SqlSession {
  readonly engine = 'duckdb';
  readonly reader: SqlReader;
  readonly #path: string;
  readonly #module: DuckDBModule;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #types: Readonly<Record<Column['type'], DuckDBType>>;
  #open: Open | null = null;
  /** Of versioned tables: rows added since old versions went, and how many may be. */
  readonly #stale = new Map<string, { readonly rows: number; readonly most: number }>();
  /** What rows are handed over in, by table. */
  readonly #chunks = new Map<string, DuckDBDataChunk>();
  #reading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();

  private constructor(path: string, module: DuckDBModule, settings: Readonly<Record<string, string>>) {
    this.#path = path;
    this.#settings = settings;
    this.#module = module;
    const { UTINYINT, UINTEGER, BIGINT, VARCHAR } = module;
    this.#types = { small: UTINYINT, id: UINTEGER, whole: BIGINT, text: VARCHAR };
    this.reader = { all: (sql, texts) => this.#read(sql, texts) };
  }

  /** Errors: `Trouble` with `store-busy`, `store-corrupt`, `store-newer`, `store-full`, `not-writable`. */
  static async open(
    path: string,
    module: DuckDBModule,
    settings: Readonly<Record<string, string>> = DUCKDB_SETTINGS,
  ): Promise<DuckDBSession> {
    const session = new DuckDBSession(path, module, settings);
    await session.#opened();
    return session;
  }

  async all(sql: string, texts: readonly string[] = []): Promise<readonly SqlRow[]> {
    return this.#guarded(async ({ writer }) => rowsOf(await writer.runAndReadAll(sql, [...texts])));
  }

  /** On a connection of its own: whoever draws a year keeps no other question waiting. */
  async columns(
    sql: string,
    count: number,
    take: (columns: readonly ArrayLike<number>[], rows: number) => void,
  ): Promise<void> {
    await this.#guarded(async ({ instance }) => {
      const connection = await instance.connect();
      try {
        const names = Array.from({ length: count }, (_, i) => `c${i}`);
        const result = await connection.stream(
          `SELECT ${names.map((name) => `${name}::DOUBLE`).join(', ')} FROM (${sql}) t(${names.join(', ')})`,
        );
        for (;;) {
          const chunk = await result.fetchChunk();
          if (chunk === null || chunk.rowCount === 0) return;
          take(
            names.map((_, i) => doubles(chunk, i)),
            chunk.rowCount,
          );
        }
      } finally {
        connection.closeSync();
      }
    });
  }

  async run(sql: string, texts: readonly string[] = []): Promise<void> {
    await this.#guarded(({ writer }) => writer.run(sql, [...texts]));
  }

  async create({ name, columns }: Table): Promise<void> {
    const list = columns.map((column) => `${column.name} ${SQL_TYPES[column.type]}`);
    await this.run(`CREATE TABLE ${name} (${list.join(', ')})`);
  }

  async append(table: Table, rows: readonly SqlRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#guarded(async ({ writer }) => {
      const appender = await writer.createAppender(table.name);
      const chunk = this.#chunkOf(table);
      try {
        for (const some of pieces(rows, CHUNK)) {
          fill(chunk, table, some);
          appender.appendDataChunk(chunk);
        }
        appender.flushSync();
        this.#chunks.set(table.name, chunk);
      } finally {
        appender.closeSync();
      }
    });
  }

  /**
   * Taken out while it is in use, and put back when all went well. One of its own for each call would be 300 kB that are freed
   * only when Node's collector comes by: at ten commits a second, 30 MB.
   */
  #chunkOf({ name, columns }: Table): DuckDBDataChunk {
    const kept = this.#chunks.get(name);
    this.#chunks.delete(name);
    return kept ?? this.#module.DuckDBDataChunk.create(columns.map(({ type }) => this.#types[type]));
  }

  async replace(table: Table, rows: readonly SqlRow[]): Promise<void> {
    if (table.isVersioned === true) return this.#replaceLater(table, rows);
    const [first, second] = table.columns;
    for (const some of pieces(rows, 1000)) {
      if (first!.type === 'text') {
        await this.run(
          `DELETE FROM ${table.name} WHERE ${first!.name} IN (${marks(some.length)})`,
          some.map((row) => row[0] as string),
        );
        continue;
      }
      for (const [head, keys] of grouped(some, table.key)) {
        const condition =
          table.key === 1
            ? `${first!.name} IN (${keys.map(whole).join(', ')})`
            : `${first!.name} = ${whole(head)} AND ${second!.name} IN (${keys.map(whole).join(', ')})`;
        await this.run(`DELETE FROM ${table.name} WHERE ${condition}`);
      }
    }
    await this.append(table, rows);
  }

  /** Old versions go when there are twice as many rows as keys: to delete them row by row costs six times as much. */
  async #replaceLater(table: Table, rows: readonly SqlRow[]): Promise<void> {
    await this.append(table, rows);
    const before = this.#stale.get(table.name) ?? { rows: 0, most: 0 };
    const now = { ...before, rows: before.rows + rows.length };
    this.#stale.set(table.name, now);
    if (now.rows <= now.most) return;
    const key = table.columns[0]!.name;
    const version = table.columns.at(-1)!.name;
    await this.run(
      `DELETE FROM ${table.name} t USING (SELECT ${key} AS k, max(${version}) AS v FROM ${table.name} GROUP BY ALL) l
       WHERE t.${key} = l.k AND t.${version} < l.v`,
    );
    const [count] = await this.all(`SELECT count(*) FROM ${table.name}`);
    this.#stale.set(table.name, { rows: 0, most: Math.max(LEAST_STALE, count![0] as number) });
  }

  async transaction(work: () => Promise<void>): Promise<void> {
    await this.run('BEGIN TRANSACTION');
    try {
      await work();
      await this.run('COMMIT');
    } catch (error) {
      // after a failed commit there is nothing left to roll back
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Without this, space comes back with the next log that is folded in. */
  async reclaim(): Promise<void> {
    await this.run('CHECKPOINT').catch((error: unknown) => {
      // a question is being answered: the next time
      if (!(error instanceof DuckDBFault && error.message.includes('Cannot CHECKPOINT'))) throw error;
    });
  }

  async bytes(): Promise<{ readonly bytes: number; readonly free: number }> {
    const [row] = await this.#read('SELECT block_size * free_blocks FROM pragma_database_size()');
    const sizes = [this.#path, `${this.#path}.wal`].map(
      (path) => statSync(path, { throwIfNoEntry: false })?.size,
    );
    return { bytes: (sizes[0] ?? 0) + (sizes[1] ?? 0), free: row![0] as number };
  }

  /** Folds the log in, so that the next start is quick. */
  async close(): Promise<void> {
    await this.#reading;
    if (this.#open === null) return;
    await this.run('CHECKPOINT').catch(() => undefined);
    this.#drop();
    await this.#closing;
  }

  /** One question after the other: a connection takes one at a time. */
  #read(sql: string, texts: readonly string[] = []): Promise<readonly SqlRow[]> {
    const rows = this.#reading.then(() =>
      this.#guarded(async ({ reader }) => rowsOf(await reader.runAndReadAll(sql, [...texts]))),
    );
    this.#reading = rows.catch(() => undefined);
    return rows;
  }

  /** What went wrong, in our words; a database that DuckDB gave up is opened anew for the next call. */
  async #guarded<T>(work: (open: Open) => Promise<T>): Promise<T> {
    const open = await this.#opened();
    open.calls++;
    try {
      return await work(open);
    } catch (error) {
      if (isFatal(error) && this.#open === open) this.#drop();
      throw duckTrouble(error, this.#path);
    } finally {
      open.calls--;
      if (open.calls === 0) open.onIdle?.();
    }
  }

  async #opened(): Promise<Open> {
    await this.#closing;
    if (this.#open !== null) return this.#open;
    try {
      const instance = await this.#module.DuckDBInstance.create(this.#path, { ...this.#settings });
      try {
        const writer = await instance.connect();
        const reader = await instance.connect();
        this.#open = { instance, writer, reader, calls: 0, onIdle: null };
        return this.#open;
      } catch (error) {
        instance.closeSync();
        throw error;
      }
    } catch (error) {
      throw duckTrouble(error, this.#path);
    }
  }

  #drop(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    this.#closing = new Promise((resolve) => {
      open.onIdle = () => {
        open.onIdle = null;
        open.reader.closeSync();
        open.writer.closeSync();
        open.instance.closeSync();
        resolve();
      };
      if (open.calls === 0) open.onIdle();
    });
  }
}

/** The numbers of a column as the package has them in memory, or, should it one day have them otherwise, one by one. */
function doubles(chunk: DuckDBDataChunk, column: number): ArrayLike<number> {
  const { items } = chunk.getColumnVector(column) as { readonly items?: unknown };
  return items instanceof Float64Array ? items : (chunk.getColumnValues(column) as number[]);
}

/** Second keys by first key; by themselves under 0 where the key has one column. */
function grouped(rows: readonly SqlRow[], key: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const head = key === 1 ? 0 : (row[0] as number);
    const keys = groups.get(head);
    if (keys === undefined) groups.set(head, [row[key - 1] as number]);
    else keys.push(row[key - 1] as number);
  }
  return groups;
}

function fill(chunk: DuckDBDataChunk, { columns }: Table, rows: readonly SqlRow[]): void {
  chunk.reset();
  chunk.rowCount = rows.length;
  columns.forEach(({ type }, column) => {
    const vector = chunk.getColumnVector(column);
    for (let i = 0; i < rows.length; i++) vector.setItem(i, duckValue(type, rows[i]![column]!));
    vector.flush();
  });
}

function duckValue(type: Column['type'], value: SqlValue): DuckDBValue {
  return type === 'whole' && value !== null ? BigInt(value) : value;
}

function rowsOf(result: { getRows(): DuckDBValue[][] }): SqlRow[] {
  return result
    .getRows()
    .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : (value as SqlValue))));
}
