/**
 * Texts by number: the writer's side, which gives out numbers, and the reader's, which turns them back. They share no
 * cache: a question may not put a text back that retention has just removed, and under which the writer would go on.
 */
import { KINDS, type Kind, TABLES } from './sql-schema.ts';
import { marks, pieces, type SqlReader, type SqlRow, type SqlSession, whole } from './sql-session.ts';
import { TextCache } from './text-cache.ts';

/** Texts in one question: DuckDB plans longer lists no faster, SQLite takes 32,766 (SQLITE_MAX_VARIABLE_NUMBER). */
const AT_ONCE = 500;

const ALL_KINDS = Object.keys(KINDS) as Kind[];

export class TextNumbers {
  readonly #session: SqlSession;
  readonly #caches = new Map<Kind, TextCache>();
  #next: Map<Kind, number> | null = null;
  #new: SqlRow[] = [];

  constructor(session: SqlSession) {
    this.#session = session;
    for (const kind of ALL_KINDS) this.#caches.set(kind, new TextCache());
  }

  /** Numbers of all these texts; new ones are given to those that have none, to be written with {@link write}. */
  async numbers(kind: Kind, texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const cache = this.#caches.get(kind)!;
    const ids = new Map<string, number>();
    const unknown: string[] = [];
    for (const text of new Set(texts)) {
      const id = cache.id(text);
      if (id === undefined) unknown.push(text);
      else ids.set(text, id);
    }
    for (const [text, id] of await lookedUp(this.#session, kind, unknown)) {
      ids.set(text, id);
      cache.set(text, id);
    }
    for (const text of unknown) {
      if (ids.has(text)) continue;
      const id = await this.#give(kind);
      ids.set(text, id);
      cache.set(text, id);
      this.#new.push([KINDS[kind], id, text]);
    }
    return ids;
  }

  /** Writes the new ones, within a transaction. */
  async write(): Promise<void> {
    if (this.#new.length > 0) await this.#session.append(TABLES.texts, this.#new);
    this.#new = [];
  }

  /** Forgets everything that may not be in the database. */
  reset(): void {
    for (const cache of this.#caches.values()) cache.clear();
    this.#next = null;
    this.#new = [];
  }

  async #give(kind: Kind): Promise<number> {
    if (this.#next === null) {
      const rows = await this.#session.all('SELECT kind, max(id) FROM texts GROUP BY kind');
      this.#next = new Map(
        ALL_KINDS.map((each) => [each, Number(rows.find((row) => row[0] === KINDS[each])?.[1] ?? 0) + 1]),
      );
    }
    const id = this.#next.get(kind)!;
    this.#next.set(kind, id + 1);
    return id;
  }
}

/** Texts of numbers, and numbers of the texts that a question names. */
export class TextsByNumber {
  readonly #reader: SqlReader;
  readonly #caches = new Map<Kind, TextCache>();
  readonly #sources = new TextCache();

  constructor(reader: SqlReader) {
    this.#reader = reader;
    for (const kind of ALL_KINDS) this.#caches.set(kind, new TextCache());
  }

  /** The number of `text`; undefined: no attempt has it. */
  async number(kind: Kind, text: string): Promise<number | undefined> {
    return (await lookedUp(this.#reader, kind, [text])).get(text);
  }

  /** Texts of the numbers but 0. */
  texts(kind: Kind, ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
    return this.#read(this.#caches.get(kind)!, `texts WHERE kind = ${KINDS[kind]} AND`, ids);
  }

  /** Texts of sources by their numbers. */
  sources(ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
    return this.#read(this.#sources, 'sources WHERE', ids);
  }

  async #read(cache: TextCache, from: string, ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
    const texts = new Map<number, string>();
    const unknown: number[] = [];
    for (const id of new Set(ids)) {
      const text = cache.text(id);
      if (text !== undefined) texts.set(id, text);
      else if (id !== 0) unknown.push(id);
    }
    for (const some of pieces(unknown, AT_ONCE)) {
      const list = some.map(whole).join(', ');
      const rows = await this.#reader.all(`SELECT id, text FROM ${from} id IN (${list})`);
      for (const [id, text] of rows as readonly (readonly [number, string])[]) {
        texts.set(id, text);
        cache.set(text, id);
      }
    }
    return texts;
  }
}

async function lookedUp(
  reader: SqlReader,
  kind: Kind,
  texts: readonly string[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const some of pieces(texts, AT_ONCE)) {
    const rows = await reader.all(
      `SELECT text, id FROM texts WHERE kind = ${KINDS[kind]} AND text IN (${marks(some.length)})`,
      some,
    );
    for (const [text, id] of rows as readonly (readonly [string, number])[]) ids.set(text, id);
  }
  return ids;
}
