/**
 * The servers on which a writer's rows are: one by itself, or the replicas of a shard. One of them is used until it fails;
 * then the next that has all that the others have.
 *
 * What a replica lacks ZooKeeper knows: its queue. One that has pulled the whole log and has no insert left to fetch
 * has everything, whoever else is alive; one that has not is not asked, or a commit that was acknowledged would seem lost.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../../../model/error.ts';
import { newer } from '../migrate.ts';
import { away, ClickHouseFault, ServerAway } from './errors.ts';
import { literal } from './literal.ts';
import type { ColumnType, Row } from './row-binary.ts';
import { MIGRATIONS, type Tables, tablesOf, versionsTable } from './schema.ts';
import { type InsertFormat, SECONDS, Server } from './server.ts';
import { type ClickHousePlace, shownUrl } from './url.ts';

/** A replica fetches what it lacks within a second or two; one that has come back after an hour takes longer. */
const CATCH_UP_SECONDS = 30;
/** A second replica has a commit within some 50 ms; beyond this something is wrong with it. */
const COPY_SECONDS = 20;

const MOST_TRIES = 6;
/** TABLE_ALREADY_EXISTS, DATABASE_ALREADY_EXISTS, REPLICA_IS_ALREADY_EXIST. */
const ALREADY_THERE = new Set([57, 82, 253]);

export class Shard {
  readonly tables: Tables;
  readonly #place: ClickHousePlace;
  readonly #servers: readonly Server[];
  readonly #prepared: Set<Server>;
  /** The shard's name; empty where there is no cluster. */
  readonly #name: string;
  #current: Server | null = null;
  #choosing: Promise<Server> | null = null;

  private constructor(
    place: ClickHousePlace,
    name: string,
    servers: readonly Server[],
    prepared: Set<Server>,
  ) {
    this.#name = name;
    this.tables = tablesOf(place);
    this.#place = place;
    this.#servers = servers;
    this.#prepared = prepared;
  }

  /**
   * Connects to the servers of `place` that answer, makes or migrates the tables there, and finds the shard of its writer.
   * Errors: `Trouble` with `store-away`, `no-rights`, `bad-config`, `store-newer`.
   */
  static async of(place: ClickHousePlace, known: number = MIGRATIONS.length): Promise<Shard> {
    const servers = await Promise.all(place.hosts.map((host) => Server.at(place, host)));
    const prepared = new Set<Server>();
    try {
      const here: { readonly server: Server; readonly shard: string }[] = [];
      let first: unknown = null;
      // one after the other: replicas that are made at the same time are in each other's way
      for (const server of servers) {
        try {
          await prepare(server, place, known);
          prepared.add(server);
          here.push({ server, shard: place.cluster === null ? '' : await shardOf(server) });
        } catch (error) {
          if (!(error instanceof ServerAway)) throw error;
          first ??= error;
        }
      }
      if (here.length === 0) throw first;
      const shard = place.cluster === null ? '' : await shardOfWriter(place, here);
      const others = new Set(here.filter((one) => one.shard !== shard).map(({ server }) => server));
      // those that do not answer now may be of this shard: they are looked at when they do
      const own = servers.filter((server) => !others.has(server));
      for (const server of others) await server.close();
      return new Shard(place, shard, own, prepared);
    } catch (error) {
      await Promise.all(servers.map((server) => server.close()));
      throw error;
    }
  }

  get database(): string {
    return this.#place.database;
  }

  /** The server in use; the next one where there is none. Error: `Trouble` with `store-away`. */
  server(): Promise<Server> {
    if (this.#current !== null) return Promise.resolve(this.#current);
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = null;
    });
    return this.#choosing;
  }

  /** Answers from the server in use; where that fails, from another. */
  async all(sql: string, types: readonly ColumnType[]): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      const server = await this.server();
      try {
        return await server.all(sql, types);
      } catch (error) {
        if (!(error instanceof ServerAway)) throw error;
        this.leave(server);
        if (tries > this.#servers.length) throw error;
      }
    }
  }

  /** A statement for the server in use: nothing that may not be done twice. */
  async run(sql: string): Promise<void> {
    await (await this.server()).run(sql);
  }

  /** Inserts on the server in use, once: an error says nothing of whether it arrived. */
  async insert(
    table: string,
    columns: string,
    rows: Buffer,
    id: string,
    format: InsertFormat = 'RowBinary',
  ): Promise<void> {
    const server = await this.server();
    try {
      await server.insert(table, columns, rows, id, format);
    } catch (error) {
      if (error instanceof ServerAway) this.leave(server);
      throw error;
    }
  }

  /** Another one is to be used from now on. */
  leave(server: Server): void {
    if (this.#current === server) this.#current = null;
  }

  /**
   * Resolves when so many replicas have it as are wanted, or all that answer. `probe`: a question that is answered with one
   * number, which is at least `count` where it is there. Error: `Trouble` with `store-away`.
   */
  async copied(probes: readonly { readonly sql: string; readonly count: number }[]): Promise<void> {
    if (this.#place.cluster === null || this.#place.copies < 2) return;
    const current = await this.server();
    const others = this.#servers.filter((server) => server !== current && !server.isDown);
    let wanted = Math.min(this.#place.copies - 1, others.length);
    if (wanted === 0) return;
    const given = new AbortController();
    await new Promise<void>((resolve, reject) => {
      let there = 0;
      let left = others.length;
      let slow: Trouble | null = null;
      const settled = (): void => {
        if (there >= wanted) resolve();
        else if (left === 0) {
          // whoever does not answer at all is waited for no longer; who is slow is
          if (slow === null) resolve();
          else reject(slow);
        }
      };
      for (const server of others) {
        this.#hasSoon(server, probes, given.signal)
          .then(
            (has) => {
              if (has) there++;
              else slow ??= away(server.name, 'it does not get what was written on another replica');
            },
            (error: unknown) => {
              // of one that does not answer nothing is asked
              if (!(error instanceof ServerAway)) slow ??= away(server.name, String(error));
            },
          )
          .finally(() => {
            left--;
            wanted = Math.min(wanted, there + left + (slow === null ? 0 : 1));
            settled();
          });
      }
    }).finally(() => given.abort());
  }

  /** Asks every server that answers. */
  async everywhere<T>(ask: (server: Server) => Promise<T>): Promise<readonly T[]> {
    const answers = await Promise.allSettled(this.#servers.map(ask));
    return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  /** Resolves when no statement whose name begins with `id` is under way on any server that answers. */
  async quiet(id: string): Promise<void> {
    const end = Date.now() + CATCH_UP_SECONDS * 1000;
    const sql = `SELECT toUInt64(count()) FROM system.processes WHERE query_id LIKE ${literal(`${id}-%`)}`;
    for (;;) {
      const counts = await this.everywhere(async (server) =>
        server.isDown ? 0 : Number((await server.all(sql, ['UInt64'], SECONDS.alive))[0]?.[0] ?? 0),
      );
      if (counts.every((count) => count === 0)) return;
      if (Date.now() > end) throw away(this.#servers[0]!.name, 'what was sent before is still being written');
      await sleep(100);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  async #choose(): Promise<Server> {
    let last: unknown = null;
    // first those that answered last time
    const inTurn = [...this.#servers].sort((a, b) => Number(a.isDown) - Number(b.isDown));
    for (const server of inTurn) {
      try {
        await this.#prepare(server);
        if (!(await server.isAlive())) throw away(server.name, 'it does not answer');
        if (!(await this.#isComplete(server)))
          throw away(server.name, 'this replica lacks what another has that is away');
        this.#current = server;
        return server;
      } catch (error) {
        if (!(error instanceof ServerAway)) throw error;
        last ??= error;
      }
    }
    throw last;
  }

  async #prepare(server: Server): Promise<void> {
    if (this.#prepared.has(server)) return;
    await prepare(server, this.#place, MIGRATIONS.length);
    if (this.#place.cluster !== null && (await shardOf(server)) !== this.#name)
      throw away(server.name, `it is of another shard than ${this.#name}`);
    this.#prepared.add(server);
  }

  async #isComplete(server: Server): Promise<boolean> {
    if (this.#place.cluster === null) return true;
    const [now] = await server.all('SELECT toUInt32(now())', ['UInt32'], SECONDS.alive);
    // another writer's inserts that came after this question do not matter; a second for each clock
    const since = (now![0] as number) + 2;
    const sql = `SELECT log_pointer > log_max_index, log_pointer + log_max_index = 0, zookeeper_path FROM system.replicas
      WHERE database = ${literal(this.#place.database)} AND table IN ('attempts', 'records')
      AND is_session_expired = 0 AND is_readonly = 0
      AND (inserts_in_queue = 0 OR toUInt32(inserts_oldest_time) > ${since})`;
    const end = Date.now() + CATCH_UP_SECONDS * 1000;
    for (let pause = 20; ; pause = Math.min(1000, pause * 2)) {
      const tables = await server.all(sql, ['UInt8', 'UInt8', 'String'], SECONDS.alive);
      let complete = 0;
      for (const [hasAll, isAtBeginning, path] of tables) {
        // 0 is the last number of a log with one entry, and of one without any
        if (hasAll === 1 || (isAtBeginning === 1 && (await isEmptyLog(server, path as string)))) complete++;
      }
      if (complete === 2) return true;
      if (Date.now() > end) return false;
      await sleep(pause);
    }
  }

  async #hasSoon(
    server: Server,
    probes: readonly { readonly sql: string; readonly count: number }[],
    given: AbortSignal,
  ): Promise<boolean> {
    await this.#prepare(server);
    const end = Date.now() + COPY_SECONDS * 1000;
    for (const { sql, count } of probes) {
      for (let pause = 5; ; pause = Math.min(250, pause * 2)) {
        if (given.aborted) return false;
        const [row] = await server.all(sql, ['UInt64'], SECONDS.alive);
        if ((row![0] as number) >= count) break;
        if (Date.now() > end) return false;
        await sleep(pause);
      }
    }
    return true;
  }
}

/** Makes the database and the tables where they are not there, or of an older version. */
async function prepare(server: Server, place: ClickHousePlace, known: number): Promise<void> {
  const { database } = place;
  const [exists] = await server.all(
    `SELECT toUInt64(count()) FROM system.databases WHERE name = ${literal(database)}`,
    ['UInt64'],
    SECONDS.alive,
  );
  if (exists![0] === 0) await server.run(`CREATE DATABASE IF NOT EXISTS ${database}`);
  const names = [
    'attempts',
    'records',
    'schema_version',
    ...(place.cluster === null ? [] : ['all_attempts', 'all_records']),
  ];
  const [tables] = await server.all(
    `SELECT toUInt64(count()) FROM system.tables WHERE database = ${literal(database)} AND name IN (${names.map(literal).join(', ')})`,
    ['UInt64'],
  );
  const isThere = tables![0] === names.length;
  if (!isThere) await made(server, versionsTable(place));
  const [row] = await server.all(`SELECT max(version) FROM ${database}.schema_version`, ['UInt32']);
  const found = row![0] as number;
  if (found > known) throw newer(shownUrl(`${server.name}/${database}`), found, known);
  if (isThere && found === known) return;
  for (const migration of MIGRATIONS) for (const statement of migration(place)) await made(server, statement);
  if (found < known) await server.run(`INSERT INTO ${database}.schema_version VALUES (${known})`);
}

/** Runs what may be run again: whoever makes the same tables at the same time makes it fail now and then. */
async function made(server: Server, statement: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.run(statement);
    } catch (error) {
      const isInTheWay =
        error instanceof ServerAway || (error instanceof ClickHouseFault && ALREADY_THERE.has(error.code));
      if (!isInTheWay || tries === MOST_TRIES) throw error;
      await sleep(200 * tries);
    }
  }
}

async function isEmptyLog(server: Server, path: string): Promise<boolean> {
  const [row] = await server.all(
    `SELECT toUInt64(count()) FROM system.zookeeper WHERE path = ${literal(`${path}/log`)}`,
    ['UInt64'],
    SECONDS.alive,
  );
  return row![0] === 0;
}

/** The shard of a server, as its macros say it. */
async function shardOf(server: Server): Promise<string> {
  const rows = await server.all(
    "SELECT substitution FROM system.macros WHERE macro = 'shard'",
    ['String'],
    SECONDS.alive,
  );
  if (rows.length === 1) return rows[0]![0] as string;
  throw new Trouble(
    'bad-config',
    `${server.name}: it does not say of which shard it is`,
    'Define the macros shard and replica in the configuration of each server of the cluster.',
  );
}

/**
 * Where a writer has been before it stays; a new one goes by its name. To be new it must be known on no shard, so
 * all of them must answer.
 */
async function shardOfWriter(
  place: ClickHousePlace,
  here: readonly { readonly server: Server; readonly shard: string }[],
): Promise<string> {
  const { cluster, site, writer } = place;
  const { records } = tablesOf(place);
  for (const { server, shard } of here) {
    const [row] = await server.all(
      `SELECT toUInt64(count()) FROM ${records} WHERE site = ${literal(site)} AND writer = ${literal(writer)}`,
      ['UInt64'],
    );
    if (row![0] !== 0) return shard;
  }
  const [row] = await here[0]!.server.all(
    `SELECT toUInt64(uniqExact(shard_num)) FROM system.clusters WHERE cluster = ${literal(cluster!)}`,
    ['UInt64'],
  );
  const count = row![0] as number;
  if (count === 0)
    throw new Trouble(
      'bad-config',
      `${here[0]!.server.name}: it knows no cluster '${cluster}'`,
      'Name it as remote_servers on the servers does.',
    );
  const shards = [...new Set(here.map(({ shard }) => shard))].sort();
  if (shards.length < count)
    throw away(
      here[0]!.server.name,
      `${count - shards.length} of ${count} shards do not answer, or are not named, so whether ${writer} was there before is not known`,
    );
  const hash = createHash('sha256').update(`${site}\0${writer}`).digest();
  return shards[hash.readUInt32BE(0) % shards.length]!;
}
