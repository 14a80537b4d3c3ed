/**
 * One ClickHouse server, spoken to over HTTP with its official client: a statement, a question, rows to insert. Nothing is
 * sent that 18.16 does not know: no parameters of queries, no settings that came later, no sessions.
 *
 * Answers are waited for whole on the server (wait_end_of_query): an error in the middle of one is an error then, and not
 * half an answer.
 */
import { Readable } from 'node:stream';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { serverTrouble } from './errors.ts';
import { type ColumnType, type Row, readRows } from './row-binary.ts';
import type { ClickHouseHost, ClickHousePlace } from './url.ts';

/** Statements hold names from logs, which may be as long as a line: 18.16 reads 256 KiB unless it is told otherwise. */
const LONGEST_STATEMENT = 64 * 1024 * 1024;
/** Rows of one insert stay one block, up to this: a block arrives whole or not at all. */
const LARGEST_BLOCK = 16 * 1024 * 1024;

/**
 * Seconds that a request may take. A question may read a year; what reads a handful of rows is answered in milliseconds, and
 * in a few seconds by a server that has far too much to do: beyond ten it is taken for dead, and another one is tried.
 */
export const SECONDS = { question: 300, insert: 60, alive: 10 } as const;

/** Rows one by one (row-binary.ts), or as columns (native.ts). */
export type InsertFormat = 'RowBinary' | 'Native';

/** How long a server that did not answer is left alone while there are others. */
const LEFT_ALONE_MS = 5000;

export class Server {
  readonly name: string;
  readonly #client: ClickHouseClient;
  #downUntil = 0;
  #number = 0;

  private constructor(name: string, client: ClickHouseClient) {
    this.name = name;
    this.#client = client;
  }

  static async at(place: ClickHousePlace, { host, port }: ClickHouseHost): Promise<Server> {
    const { createClient, ClickHouseLogLevel } = await import('@clickhouse/client');
    const client = createClient({
      url: `http${place.isTls ? 's' : ''}://${host}:${port}`,
      username: place.user,
      password: place.password,
      application: 'slowbrute',
      request_timeout: SECONDS.question * 1000,
      max_open_connections: 8,
      compression: { request: false, response: false },
      // trouble is told once, by whoever meets it
      log: { level: ClickHouseLogLevel.OFF },
      // a server closes what was idle for its keep_alive_timeout, 3 s in 18.16: ours must be shorter
      keep_alive: { enabled: true, idle_socket_ttl: 1500 },
      ...(place.isTls && place.authority !== null ? { tls: { ca_cert: Buffer.from(place.authority) } } : {}),
    });
    return new Server(`${host}:${port}`, client);
  }

  /** Whether it did not answer lately. */
  get isDown(): boolean {
    return Date.now() < this.#downUntil;
  }

  /** Rows whose columns have these types, in the order of the statement. Errors: see errors.ts. */
  async all(
    sql: string,
    types: readonly ColumnType[],
    seconds: number = SECONDS.question,
  ): Promise<readonly Row[]> {
    const settings: ClickHouseSettings = {
      wait_end_of_query: 1,
      max_query_size: String(LONGEST_STATEMENT),
    };
    return this.#guarded(async () => {
      const { stream } = await this.#client.exec({
        query: `${sql} FORMAT RowBinary`,
        clickhouse_settings: settings,
        abort_signal: AbortSignal.timeout(seconds * 1000),
      });
      return readRows(await whole(stream), types);
    });
  }

  /** A statement without an answer. */
  async run(sql: string): Promise<void> {
    await this.#guarded(() =>
      this.#client.command({
        query: sql,
        clickhouse_settings: { max_query_size: String(LONGEST_STATEMENT) },
        abort_signal: AbortSignal.timeout(SECONDS.question * 1000),
      }),
    );
  }

  /** `rows` arrive whole or not at all within a partition. `id` names the request on the server. */
  async insert(
    table: string,
    columns: string,
    rows: Buffer,
    id: string,
    format: InsertFormat = 'RowBinary',
  ): Promise<void> {
    await this.#guarded(async () => {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} (${columns}) FORMAT ${format}`,
        values: Readable.from([rows], { objectMode: false }),
        clickhouse_settings: { max_insert_block_size: String(LARGEST_BLOCK) },
        query_id: `${id}-${++this.#number}`,
        abort_signal: AbortSignal.timeout(SECONDS.insert * 1000),
      });
      await whole(stream);
    });
  }

  async isAlive(): Promise<boolean> {
    try {
      await this.all('SELECT toUInt8(1)', ['UInt8'], SECONDS.alive);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#downUntil = 0;
      return result;
    } catch (error) {
      const trouble = serverTrouble(error, this.name);
      if (trouble instanceof Error && 'code' in trouble && trouble.code === 'store-away')
        this.#downUntil = Date.now() + LEFT_ALONE_MS;
      throw trouble;
    }
  }
}

async function whole(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
