/**
 * The history in a database that speaks SQL: the same statements for DuckDB and SQLite. Commits and retention wait for
 * each other; questions do not wait for them.
 */
import type { AttemptName } from '../../model/stream.ts';
import { DAY } from '../../model/time.ts';
import type {
  AttemptColumns,
  AttemptQuery,
  BlockQuery,
  CampaignHistory,
  ColumnsQuery,
  Commit,
  History,
  HistorySize,
  Person,
  Retention,
  SourceHistory,
  SourceTally,
  StoredAttempt,
  StoredBlock,
  StoredEvent,
  UserTally,
} from '../history.ts';
import { normalQuery } from './match.ts';
import { PAGE, pagesOf } from './pages.ts';
import { type CampaignQuery, readCampaigns } from './sql-campaigns.ts';
import { readColumns, readSharedNames } from './sql-columns.ts';
import { SqlWriter } from './sql-commit.ts';
import { ATTEMPT_COLUMNS, attemptsOf, conditionsOf } from './sql-query.ts';
import { PROGRESS, readStanding, stateKey, TABLES } from './sql-schema.ts';
import { atLeast, type SqlRow, type SqlSession, whole } from './sql-session.ts';
import { readPeople, readSource } from './sql-sources.ts';
import { TextsByNumber } from './sql-texts.ts';
import { wellFormed } from './texts.ts';

/** A retention by bytes that has not come below its bound after so many rounds leaves the rest to the next. */
const ROUNDS = 6;
/** Where a round frees less than this share of what it should have, sources and events take the room. */
const LEAST_GAIN = 0.1;

export class SqlHistory implements History {
  readonly engine: 'duckdb' | 'sqlite';
  readonly #session: SqlSession;
  readonly #texts: TextsByNumber;
  /** null: must be loaded again. */
  #writer: SqlWriter | null;
  /** The commit that met an error, which may have come after it was stored; and how many there were before it. */
  #doubtful: { readonly commit: Commit; readonly before: number } | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(session: SqlSession, writer: SqlWriter) {
    this.engine = session.engine;
    this.#session = session;
    this.#texts = new TextsByNumber(session.reader);
    this.#writer = writer;
  }

  /** `session` is migrated (migrate.ts). */
  static async load(session: SqlSession): Promise<SqlHistory> {
    return new SqlHistory(session, await SqlWriter.load(session));
  }

  commit(commit: Commit): Promise<void> {
    return this.#inTurn(async () => {
      const writer = await this.#loaded();
      const doubtful = this.#doubtful;
      this.#doubtful = null;
      if (doubtful?.commit === commit && writer.commits > doubtful.before) return;
      this.#writer = null;
      try {
        await writer.commit(commit);
      } catch (error) {
        this.#doubtful = { commit, before: writer.commits };
        throw error;
      }
      this.#writer = writer;
    });
  }

  lastSeq(): Promise<number> {
    return this.#inTurn(async () => (await this.#loaded()).lastSeq);
  }

  async state(name: string): Promise<string | null> {
    const rows = await this.#session.reader.all('SELECT value FROM states WHERE name = ?', [
      stateKey(wellFormed(name)),
    ]);
    return (rows[0]?.[0] as string | undefined) ?? null;
  }

  async *attempts(query: AttemptQuery): AsyncIterable<StoredAttempt> {
    const conditions = await this.#conditions(query);
    if (conditions === null) return;
    const { reader } = this.#session;
    const [bounds] = await reader.all('SELECT min(seq), max(seq) FROM attempts');
    if (bounds === undefined || bounds[0] === null) return;
    const [first, last] = bounds as readonly [number, number];
    const order = query.newestFirst === true ? 'DESC' : 'ASC';
    const pages = pagesOf({ first, last }, query, ({ after, upTo, most }) => {
      const where = [...conditions, `seq > ${whole(after)}`, `seq <= ${whole(upTo)}`].join(' AND ');
      return reader.all(
        `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE ${where} ORDER BY seq ${order} LIMIT ${whole(most)}`,
      );
    });
    for await (const rows of pages) yield* await attemptsOf(rows, this.#texts);
  }

  columns(query: ColumnsQuery): Promise<AttemptColumns> {
    return readColumns(this.#session, query);
  }

  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return readSharedNames(this.#session.reader, names);
  }

  async countAttempts(query: AttemptQuery): Promise<{ failures: number; successes: number }> {
    const rows = await this.#grouped(query, 'SELECT success, count(*) FROM attempts', 'GROUP BY success');
    const count = (success: number) => Number(rows.find((row) => row[0] === success)?.[1] ?? 0);
    return { failures: count(0), successes: count(1) };
  }

  async names(input: string, from: number): Promise<readonly AttemptName[]> {
    const name = wellFormed(input);
    const id = await this.#texts.number('input', name);
    if (id === undefined) return [];
    const rows = await this.#session.reader.all(
      `SELECT line, nth FROM attempts WHERE input = ${whole(id)} AND line >= ${atLeast(from)} ORDER BY line, nth`,
    );
    return rows.map(([line, nth]) => ({ input: name, line: line as number, nth: nth as number }));
  }

  async *events(query: { after?: number; since?: number; limit?: number }): AsyncIterable<StoredEvent> {
    const { reader } = this.#session;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let seq = Math.floor(query.after ?? 0);
    let nth = Number.MAX_SAFE_INTEGER;
    const since = query.since === undefined ? '' : ` AND time >= ${atLeast(query.since)}`;
    while (left > 0) {
      const page = Math.min(PAGE, left);
      const rows = await reader.all(
        `SELECT seq, nth, event FROM events WHERE (seq > ${whole(seq)} OR (seq = ${whole(seq)} AND nth > ${whole(nth)}))` +
          `${since} ORDER BY seq, nth LIMIT ${whole(page)}`,
      );
      for (const row of rows) {
        yield {
          seq: row[0] as number,
          nth: row[1] as number,
          event: JSON.parse(row[2] as string) as StoredEvent['event'],
        };
      }
      if (rows.length < page) return;
      left -= rows.length;
      [seq, nth] = rows.at(-1) as readonly [number, number, string];
    }
  }

  source(source: string): Promise<SourceHistory | null> {
    return readSource(this.#session.reader, wellFormed(source));
  }

  people(): Promise<readonly Person[]> {
    return readPeople(this.#session.reader);
  }

  async sources(query: AttemptQuery): Promise<readonly SourceTally[]> {
    const rows = await this.#grouped(
      query,
      `SELECT s.text, f, g, first, last FROM (
        SELECT source, sum(1 - success) AS f, sum(success) AS g, min(time) AS first, max(time) AS last FROM attempts`,
      `GROUP BY source) a JOIN sources s ON s.id = a.source ORDER BY f + g DESC, s.text ${limited(query)}`,
    );
    return rows.map(([source, failures, successes, firstSeen, lastSeen]) => ({
      source: source as string,
      failures: failures as number,
      successes: successes as number,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
    }));
  }

  async users(query: AttemptQuery): Promise<readonly UserTally[]> {
    const busiest = await this.#busiestUsers(query);
    const rows = await this.#grouped(
      query,
      `SELECT a.user_id, u.text, f, g, first, last, n FROM (
        SELECT user_id, sum(1 - success) AS f, sum(success) AS g, min(time) AS first, max(time) AS last,
        count(DISTINCT source) AS n FROM attempts`,
      `GROUP BY user_id) a LEFT JOIN texts u ON u.kind = 0 AND u.id = a.user_id
       ORDER BY f + g DESC, CASE WHEN a.user_id = 0 THEN 0 ELSE 1 END, u.text ${limited(query)}`,
      busiest === null ? [] : [`user_id IN (${busiest.map(whole).join(', ')})`],
    );
    return rows.map(([id, user, failures, successes, firstSeen, lastSeen, sources]) => ({
      user: id === 0 ? null : (user as string),
      failures: failures as number,
      successes: successes as number,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
      sources: sources as number,
    }));
  }

  /**
   * Numbers of the users that a limited question can tell of, with those that are tied with the last; null: all. Only to count
   * the attempts of each name is a tenth of the work: a year has 300,000 names, most of them tried once or twice.
   */
  async #busiestUsers(query: AttemptQuery): Promise<readonly number[] | null> {
    if (query.limit === undefined || query.limit < 1 || query.limit > PAGE) return null;
    const rows = await this.#grouped(
      query,
      'WITH c AS (SELECT user_id, count(*) AS n FROM attempts',
      `GROUP BY user_id)
       SELECT user_id FROM c WHERE n >= (SELECT min(n) FROM (SELECT n FROM c ORDER BY n DESC ${limited(query)}) b)`,
    );
    return rows.length === 0 || rows.length > PAGE ? null : rows.map(([id]) => id as number);
  }

  campaigns(query: CampaignQuery): Promise<readonly CampaignHistory[]> {
    const id = query.id === undefined ? {} : { id: wellFormed(query.id) };
    return readCampaigns(this.#session.reader, { ...query, ...id });
  }

  async blocks(query: BlockQuery): Promise<readonly StoredBlock[]> {
    const conditions = ['true'];
    const texts: string[] = [];
    if (query.standing === true) conditions.push('ended = 0');
    for (const column of ['target', 'source', 'campaign'] as const) {
      const text = query[column];
      if (text === undefined) continue;
      conditions.push(`${column} = ?`);
      texts.push(wellFormed(text));
    }
    const rows = await this.#session.reader.all(
      `SELECT block FROM blocks WHERE ${conditions.join(' AND ')} ORDER BY id DESC ${limited(query)}`,
      texts,
    );
    return rows.map(([block]) => JSON.parse(block as string) as StoredBlock);
  }

  retain(retention: Retention, now: number): Promise<number> {
    return this.#inTurn(async () => {
      let gone = 0;
      if (retention.days !== null)
        gone += await this.#forget(`time < ${atLeast(now - retention.days * DAY)}`);
      for (let round = 0; retention.bytes !== null && round < ROUNDS; round++) {
        const used = await this.#used();
        const excess = 1 - retention.bytes / used;
        const [row] = await this.#session.all('SELECT min(seq), max(seq) FROM attempts');
        const [first, last] = row as readonly [number | null, number];
        if (excess <= 0 || first === null) break;
        gone += await this.#forget(`seq <= ${whole(first + Math.ceil((last - first) * excess))}`);
        // it is not the attempts that take the room: to delete the rest would not help
        if ((await this.#used()) > used * (1 - excess * LEAST_GAIN)) break;
      }
      return gone;
    });
  }

  async size(): Promise<HistorySize> {
    const { reader } = this.#session;
    const { attempts, sources, campaigns } = await readStanding(reader);
    const [row] = await reader.all('SELECT (SELECT count(*) FROM blocks), (SELECT min(time) FROM attempts)');
    const [blocks, oldest] = row as readonly [number, number | null];
    const { bytes, free } = await this.#session.bytes();
    return {
      attempts,
      sources,
      campaigns,
      blocks,
      bytes,
      freeBytes: free,
      oldest,
    };
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#session.close());
  }

  async #used(): Promise<number> {
    const { bytes, free } = await this.#session.bytes();
    return bytes - free;
  }

  /** Deletes attempts, and the user names that nobody has any more; says how many attempts. */
  async #forget(condition: string): Promise<number> {
    const [row] = await this.#session.all(`SELECT count(*) FROM attempts WHERE ${condition}`);
    const gone = row![0] as number;
    if (gone === 0) return 0;
    this.#writer = null;
    await this.#session.transaction(async () => {
      await this.#session.run(`DELETE FROM attempts WHERE ${condition}`);
      await this.#session.run(
        // the last one stays, so that its number is not given out again
        'DELETE FROM texts WHERE kind = 0 AND id < (SELECT max(id) FROM texts WHERE kind = 0)' +
          ' AND id NOT IN (SELECT DISTINCT user_id FROM attempts)',
      );
      const standing = await readStanding(this.#session);
      const after = { ...standing, attempts: standing.attempts - gone };
      await this.#session.replace(TABLES.states, [[PROGRESS, JSON.stringify(after)]]);
    });
    await this.#session.reclaim();
    return gone;
  }

  async #grouped(
    query: AttemptQuery,
    head: string,
    tail: string,
    more: readonly string[] = [],
  ): Promise<readonly SqlRow[]> {
    const conditions = await this.#conditions(query);
    if (conditions === null) return [];
    const after = query.after === undefined ? [] : [`seq > ${whole(Math.floor(query.after))}`];
    const where = ['true', ...conditions, ...after, ...more].join(' AND ');
    return this.#session.reader.all(`${head} WHERE ${where} ${tail}`);
  }

  #conditions(query: AttemptQuery): Promise<readonly string[] | null> {
    return conditionsOf(normalQuery(query), this.#session.reader, this.#texts);
  }

  async #loaded(): Promise<SqlWriter> {
    this.#writer ??= await SqlWriter.load(this.#session);
    return this.#writer;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function limited({ limit }: { readonly limit?: number }): string {
  return limit === undefined || !Number.isFinite(limit) ? '' : `LIMIT ${whole(limit)}`;
}
