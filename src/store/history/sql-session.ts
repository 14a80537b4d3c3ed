/**
 * What the SQL engines have in common, as the least that sql-history.ts needs of them. Numbers are written into the
 * statements (they are integers of ours; bound ones would be compared as floating-point numbers by DuckDB, past the
 * smallest and greatest values it keeps of each block), texts are always bound.
 */
export type SqlValue = string | number | null;
export type SqlRow = readonly SqlValue[];

export interface Column {
  readonly name: string;
  readonly type: 'small' | 'id' | 'whole' | 'text';
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns at the head that are the key, for {@link SqlSession.replace}. */
  readonly key: number;
  /** Its last column is a version, and of rows with the same key the greatest holds: old ones need not go at once. */
  readonly isVersioned?: boolean;
}

export interface SqlReader {
  all(sql: string, texts?: readonly string[]): Promise<readonly SqlRow[]>;
}

/** Errors of all: `Trouble` with a store code, else whatever the engine threw. One writer at a time. */
export interface SqlSession extends SqlReader {
  readonly engine: 'duckdb' | 'sqlite';
  /** For questions, beside the writer: sees what is committed, and does not keep the writer waiting where the engine can. */
  readonly reader: SqlReader;
  /**
   * Whole numbers as columns, some thousand rows at a time, without holding the answer; left out where the engine has rows only. An
   * array is valid within the call.
   */
  columns?(
    sql: string,
    count: number,
    take: (columns: readonly ArrayLike<number>[], rows: number) => void,
  ): Promise<void>;
  run(sql: string, texts?: readonly string[]): Promise<void>;
  /** Creates a table as the engine does it best, with its indexes if it wants any. */
  create(table: Table): Promise<void>;
  /** Adds rows; those of keys that are there already are a bug of the caller. */
  append(table: Table, rows: readonly SqlRow[]): Promise<void>;
  /** Adds rows, in place of those with the same keys. Keys are `small`, `id` and `whole`, or one text. */
  replace(table: Table, rows: readonly SqlRow[]): Promise<void>;
  /** All that `work` does, or nothing of it; durable when it resolves. */
  transaction(work: () => Promise<void>): Promise<void>;
  /** Gives deleted space back, to the disk or to what comes. */
  reclaim(): Promise<void>;
  /** Bytes on disk, and those of them that are free within the file. */
  bytes(): Promise<{ readonly bytes: number; readonly free: number }>;
  close(): Promise<void>;
}

/** An integer as it stands in a statement. Error: a bug where it is none. */
export function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
  return String(value);
}

/** A bound of a time or seq that may be anything a caller hands in: the least integer that is not below it. */
export function atLeast(value: number): string {
  return whole(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(value))));
}

/** `?, ?, ?` for so many texts. */
export function marks(count: number): string {
  return new Array(count).fill('?').join(', ');
}

/** `items` in pieces of at most `size`. */
export function* pieces<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
