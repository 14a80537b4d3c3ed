/** Sources in the SQL engines: records of those that came lately in memory, all of them in a table. */
import type { SourceHistory, StoredAttempt } from '../history.ts';
import { addressKey } from './address.ts';
import {
  type Amendable,
  addAttempt,
  amendAttempt,
  newSource,
  type SourceRecord,
  sourceHistory,
} from './source-record.ts';
import { TABLES } from './sql-schema.ts';
import { marks, pieces, type SqlReader, type SqlRow, type SqlSession } from './sql-session.ts';

/** Records kept between commits, some 400 bytes each; a busy site has as many sources in two days. */
const MOST_KEPT = 10_000;
const AT_ONCE = 500;

const COLUMNS = TABLES.sources.columns.map(({ name }) => name).join(', ');

interface Entry {
  readonly id: number;
  readonly record: SourceRecord;
  readonly isNew: boolean;
}

export class SqlSources {
  readonly #session: SqlSession;
  #kept = new Map<string, Entry>();
  #changed = new Map<string, Entry>();
  #count: number;

  /** `count`: sources in the table, which have the numbers 1 to `count`. */
  constructor(session: SqlSession, count: number) {
    this.#session = session;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** Must be called with every source of a commit before the calls below. */
  async load(sources: Iterable<string>): Promise<void> {
    const wanted = [...new Set(sources)].filter((source) => !this.#kept.has(source));
    for (const some of pieces(wanted, AT_ONCE)) {
      const rows = await this.#session.all(
        `SELECT ${COLUMNS} FROM sources WHERE text IN (${marks(some.length)})`,
        some,
      );
      for (const row of rows) {
        const entry = { id: row[0] as number, record: recordOf(row), isNew: false };
        this.#kept.set(entry.record.source, entry);
      }
    }
  }

  /** The number of a source; 0: there is none of that name. */
  id(source: string): number {
    return this.#kept.get(source)?.id ?? 0;
  }

  /** Counts `attempt`; returns the number of its source and the text to keep. */
  add(attempt: StoredAttempt): { readonly id: number; readonly text: string } {
    let entry = this.#kept.get(attempt.source);
    if (entry === undefined) {
      entry = { id: ++this.#count, record: newSource(attempt.source), isNew: true };
      this.#kept.set(attempt.source, entry);
    }
    this.#changed.set(attempt.source, entry);
    return { id: entry.id, text: addAttempt(entry.record, attempt) };
  }

  amend(source: string, before: Amendable, after: Amendable): void {
    const entry = this.#kept.get(source);
    if (entry === undefined) return;
    amendAttempt(entry.record, before, after);
    this.#changed.set(source, entry);
  }

  async write(): Promise<void> {
    const changed = [...this.#changed.values()];
    await this.#session.append(TABLES.sources, changed.filter(({ isNew }) => isNew).map(rowOf));
    await this.#session.replace(TABLES.sources, changed.filter(({ isNew }) => !isNew).map(rowOf));
  }

  /** After the transaction. */
  settle(): void {
    if (this.#kept.size > MOST_KEPT) this.#kept.clear();
    else
      for (const [source, entry] of this.#changed)
        if (entry.isNew) this.#kept.set(source, { ...entry, isNew: false });
    this.#changed.clear();
  }
}

export async function readSource(reader: SqlReader, source: string): Promise<SourceHistory | null> {
  const [row] = await reader.all(`SELECT ${COLUMNS} FROM sources WHERE text = ?`, [source]);
  return row === undefined ? null : sourceHistory(recordOf(row));
}

function rowOf({ id, record }: Entry): SqlRow {
  return [
    id,
    record.source,
    addressKey(record.source),
    record.firstSeen,
    record.lastSeen,
    record.failures,
    record.unknownUserFailures,
    record.successes,
    record.lastSuccess,
    record.successUsers.length === 0 ? null : JSON.stringify(record.successUsers),
    record.textDay,
    record.texts,
  ];
}

function recordOf(row: SqlRow): SourceRecord {
  const [, source, , firstSeen, lastSeen, failures, unknown, successes, lastSuccess, users, textDay, texts] =
    row;
  return {
    source: source as string,
    firstSeen: firstSeen as number,
    lastSeen: lastSeen as number,
    failures: failures as number,
    unknownUserFailures: unknown as number,
    successes: successes as number,
    lastSuccess: lastSuccess as number | null,
    successUsers: users === null ? [] : (JSON.parse(users as string) as string[]),
    textDay: textDay as number,
    texts: texts as number,
  };
}
