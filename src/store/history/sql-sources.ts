/** Sources in the SQL engines: records of those that came lately in memory, all of them in a table. */
import type { Person, SourceHistory, StoredAttempt } from '../history.ts';
import { addressKey } from './address.ts';
import {
  type Amendable,
  addAttempt,
  amendAttempt,
  byLogin,
  newSource,
  type SourceRecord,
  sourceHistory,
} from './source-record.ts';
import { TABLES } from './sql-schema.ts';
import { marks, pieces, type SqlReader, type SqlRow, type SqlSession, whole } from './sql-session.ts';

/** Records kept between commits, some 400 bytes each; a busy site has half as many sources in a day. */
const MOST_KEPT = 20_000;
const AT_ONCE = 1000;

const COLUMNS = TABLES.totals.columns.map(({ name }) => name).join(', ');

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
    for (const some of pieces(wanted, AT_ONCE))
      for (const [id, record] of await readRecords(this.#session, some))
        this.#kept.set(record.source, { id, record, isNew: false });
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

  /** Writes what changed, within a transaction. `version` grows from one to the next. */
  async write(version: number): Promise<void> {
    const changed = [...this.#changed.values()];
    await this.#session.append(
      TABLES.sources,
      changed
        .filter(({ isNew }) => isNew)
        .map(({ id, record }) => [id, record.source, addressKey(record.source)]),
    );
    await this.#session.replace(
      TABLES.totals,
      changed.map((entry) => totalsRow(entry, version)),
    );
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
  const [found] = await readRecords(reader, [source]);
  return found === undefined ? null : sourceHistory(found[1]);
}

/** Of the several rows of a source the one of the last login tells it: logins only become later. */
export async function readPeople(reader: SqlReader): Promise<readonly Person[]> {
  const rows = await reader.all(
    `SELECT s.text, max(t.last_success) FROM totals t JOIN sources s ON s.id = t.id
      WHERE t.last_success IS NOT NULL GROUP BY s.text`,
  );
  return rows
    .map(([source, lastSuccess]) => ({ source: source as string, lastSuccess: lastSuccess as number }))
    .sort(byLogin);
}

async function readRecords(
  reader: SqlReader,
  sources: readonly string[],
): Promise<ReadonlyMap<number, SourceRecord>> {
  const ids = (await reader.all(
    `SELECT id, text FROM sources WHERE text IN (${marks(sources.length)})`,
    sources,
  )) as readonly (readonly [number, string])[];
  const records = new Map<number, SourceRecord>();
  if (ids.length === 0) return records;
  const texts = new Map(ids);
  const rows = await reader.all(
    `SELECT ${COLUMNS} FROM totals WHERE id IN (${ids.map(([id]) => whole(id)).join(', ')}) ORDER BY version`,
  );
  for (const row of rows) {
    const [id, firstSeen, lastSeen, failures, unknown, successes, lastSuccess, users, textDay, kept] = row;
    records.set(id as number, {
      source: texts.get(id as number)!,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
      failures: failures as number,
      unknownUserFailures: unknown as number,
      successes: successes as number,
      lastSuccess: lastSuccess as number | null,
      successUsers: users === null ? [] : (JSON.parse(users as string) as string[]),
      textDay: textDay as number,
      texts: kept as number,
    });
  }
  return records;
}

function totalsRow({ id, record }: Entry, version: number): SqlRow {
  return [
    id,
    record.firstSeen,
    record.lastSeen,
    record.failures,
    record.unknownUserFailures,
    record.successes,
    record.lastSuccess,
    record.successUsers.length === 0 ? null : JSON.stringify(record.successUsers),
    record.textDay,
    record.texts,
    version,
  ];
}
