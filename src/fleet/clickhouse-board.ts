/**
 * A board in ClickHouse, for workers on any machine that reaches the store. One table, a partition each detection, which is
 * dropped when it is over. A claim is a row; ClickHouse cannot compare and set, so who claims looks again after a while, and
 * the smallest key holds (as in claim.ts). Two who both believe to hold a task do it twice, to the same result. Times are
 * the server's.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { literal } from '../store/history/clickhouse/literal.ts';
import { type ColumnType, type Row, RowWriter } from '../store/history/clickhouse/row-binary.ts';
import type { Shard } from '../store/history/clickhouse/shard.ts';
import type { ClickHousePlace } from '../store/history/clickhouse/url.ts';
import { type Board, LEASE_SECONDS, type Lease } from './board.ts';
import { persistently } from './persistently.ts';

/** As whom a worker asks for its shard: on whatever machine, it gets the same. */
export const BOARD_WRITER = 'fleet-board';

/** Bytes of one row, before base64: some ten of them are a large parcel. */
const PART_BYTES = 4_000_000;
/** Who claims looks again after so long (claim.ts). */
const SETTLE_MS = 150;

export class ClickHouseBoard implements Board {
  readonly #shard: Shard;
  readonly #run: string;
  readonly #table: string;

  private constructor(shard: Shard, run: string, place: Pick<ClickHousePlace, 'database' | 'cluster'>) {
    this.#shard = shard;
    this.#run = run;
    this.#table = `${place.database}.fleet_board`;
  }

  /**
   * Makes the table where there is none. `shard` must be the same for all workers of a detection ({@link BOARD_WRITER}): a
   * claim is not seen on another. `run` names the detection. Errors: those of {@link Shard.run}.
   */
  static async of(
    shard: Shard,
    run: string,
    place: Pick<ClickHousePlace, 'database' | 'cluster'>,
  ): Promise<ClickHouseBoard> {
    const { database, cluster } = place;
    const path = literal(`/clickhouse/tables/{shard}/${database}/fleet_board`);
    const engine = cluster === null ? 'MergeTree()' : `ReplicatedMergeTree(${path}, '{replica}')`;
    await shard.everywhere(async (server) => {
      await server.run(
        `CREATE TABLE IF NOT EXISTS ${database}.fleet_board
         (run String, name String, part UInt32, parts UInt32, content String, stored DateTime DEFAULT now())
         ENGINE = ${engine} PARTITION BY run ORDER BY (run, name, part)`,
      );
    });
    return new ClickHouseBoard(shard, run, place);
  }

  async put(name: string, parcel: Uint8Array): Promise<void> {
    if (await this.has(name)) return;
    const parts = Math.max(1, Math.ceil(parcel.length / PART_BYTES));
    // the first part comes last: where it is, all are
    for (let part = parts - 1; part >= 0; part--) {
      const piece = parcel.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      await this.#insert(name, part, parts, Buffer.from(piece).toString('base64'));
    }
    // a task is done when a second replica has what came of it: the first may die with it
    await persistently(() =>
      this.#shard.copied([
        {
          sql: `SELECT toUInt64(uniqExact(part)) FROM ${this.#table} WHERE ${this.#named(name)}`,
          count: parts,
        },
      ]),
    );
  }

  async get(name: string): Promise<Uint8Array | null> {
    const rows = await this.#asked(
      `SELECT part, parts, content FROM ${this.#table} WHERE ${this.#named(name)} ORDER BY part, stored, content LIMIT 1 BY part`,
      ['UInt32', 'UInt32', 'String'],
    );
    if (rows.length === 0 || rows.length < (rows[0]![1] as number)) return null;
    return Buffer.concat(rows.map((row) => Buffer.from(row[2] as string, 'base64')));
  }

  async has(name: string): Promise<boolean> {
    const [row] = await this.#asked(
      `SELECT toUInt64(count()) FROM ${this.#table} WHERE ${this.#named(name)} AND part = 0`,
      ['UInt64'],
    );
    return row![0] !== 0;
  }

  async claim(task: string, owner: string): Promise<Lease | null> {
    for (let epoch = 0; ; epoch++) {
      const name = `claim/${task}/${epoch}`;
      const before = await this.#claims(name);
      if (before === null) {
        const key = `${randomBytes(8).toString('hex')} ${owner}`;
        await this.#insert(name, 0, 1, key);
        await sleep(SETTLE_MS);
        const now = await this.#claims(name);
        if (now?.key !== key) return null;
        return { epoch, renew: () => this.#insert(name, 0, 1, key) };
      }
      if (before.age < LEASE_SECONDS) return null;
    }
  }

  /** Takes away what this detection laid down. */
  async drop(): Promise<void> {
    await persistently(() =>
      this.#shard.run(`ALTER TABLE ${this.#table} DROP PARTITION ${literal(this.#run)}`),
    );
  }

  /** Who holds a claim, and how many seconds ago anybody was heard of it; null: nobody claimed it. */
  async #claims(name: string): Promise<{ readonly key: string; readonly age: number } | null> {
    const [row] = await this.#asked(
      `SELECT toUInt64(count()), min(content), toInt64(now()) - toInt64(max(stored)) FROM ${this.#table}
       WHERE ${this.#named(name)}`,
      ['UInt64', 'String', 'Int64'],
    );
    return row![0] === 0 ? null : { key: row![1] as string, age: row![2] as number };
  }

  async #insert(name: string, part: number, parts: number, content: string): Promise<void> {
    const rows = new RowWriter(content.length + 512);
    rows.text(this.#run);
    rows.text(name);
    rows.u32(part);
    rows.u32(parts);
    rows.text(content);
    const id = `fleet-${randomBytes(8).toString('hex')}`;
    // laid down twice it is there once: what lies first is read
    await persistently(() =>
      this.#shard.insert(this.#table, 'run, name, part, parts, content', rows.bytes(), id),
    );
  }

  #asked(sql: string, types: readonly ColumnType[]): Promise<readonly Row[]> {
    return persistently(() => this.#shard.all(sql, types));
  }

  #named(name: string): string {
    return `run = ${literal(this.#run)} AND name = ${literal(name)}`;
  }
}
