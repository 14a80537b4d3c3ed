/**
 * What does not count any more is taken away: attempts that retention put away, and rows that a crash or a doubt left behind.
 * None of it is shown, so none of this is urgent, and none may go wrong: a partition is dropped only where every writer that
 * has rows in it has put them all away; what else there is goes by a mutation, which the servers do when they come to it.
 */
import { whole } from '../sql-session.ts';
import { literal } from './literal.ts';
import { type Identity, ofWriter } from './records.ts';
import { KINDS, PARTITION_SECONDS } from './schema.ts';
import type { Shard } from './shard.ts';
import { committed, type Standing, shown } from './standing.ts';

/** A mutation reads and writes parts anew: not for less than this share of the writer's rows. */
const WORTH_A_MUTATION = 0.2;

/** Bytes of a writer's attempts on the server in use, those of them that do not count any more, and of everything else. */
export interface Share {
  readonly attempts: number;
  readonly free: number;
  readonly records: number;
}

/** `counting`: rows of the writer that count. */
export async function shareOf(shard: Shard, identity: Identity, counting: number): Promise<Share> {
  const { database } = shard;
  const parts = await shard.all(
    `SELECT table, toUInt64(sum(rows)), toUInt64(sum(bytes_on_disk)) FROM system.parts
     WHERE database = ${literal(database)} AND active GROUP BY table`,
    ['String', 'UInt64', 'UInt64'],
  );
  const share = async (name: string, table: string) => {
    const [, rows, bytes] = parts.find(([each]) => each === name) ?? [name, 0, 0];
    if (rows === 0) return { bytes: 0, rows: 0 };
    const [own] = await shard.all(`SELECT toUInt64(count()) FROM ${table} WHERE ${ofWriter(identity)}`, [
      'UInt64',
    ]);
    // a part may have gone between the two questions
    return {
      bytes: Math.round(((bytes as number) * Math.min(own![0] as number, rows as number)) / (rows as number)),
      rows: own![0] as number,
    };
  };
  const attempts = await share('attempts', shard.tables.attempts);
  const records = await share('records', shard.tables.records);
  const idle = Math.max(0, attempts.rows - counting);
  return {
    attempts: attempts.bytes,
    free: attempts.rows === 0 ? 0 : Math.round((attempts.bytes * idle) / attempts.rows),
    records: records.bytes,
  };
}

/** Whether a writer has rows of attempts that do not count. */
export async function hasRemains(shard: Shard, identity: Identity, standing: Standing): Promise<boolean> {
  const [row] = await shard.all(
    `SELECT toUInt64(count()) FROM ${shard.tables.attempts}
     WHERE ${ofWriter(identity)} AND NOT (${shown(standing).join(' AND ')})`,
    ['UInt64'],
  );
  return row![0] !== 0;
}

/** Takes away what generations before `generation` sent in vain. */
export async function deleteRemains(
  shard: Shard,
  identity: Identity,
  standing: Standing,
  generation: number,
): Promise<void> {
  if (await isMutating(shard)) return;
  await shard.run(
    `ALTER TABLE ${shard.tables.attempts} DELETE WHERE ${ofWriter(identity)}
     AND generation < ${whole(generation)} AND NOT ${committed(standing)}`,
  );
}

/** Takes away what retention put away. */
export async function deleteOld(shard: Shard, identity: Identity, standing: Standing): Promise<void> {
  const before = Math.max(...standing.floors.map(({ time }) => time), Number.MIN_SAFE_INTEGER);
  for (const partition of await partitions(shard)) {
    const end = endOf(partition);
    if (end <= before && (await isPutAwayByAll(shard, partition)))
      await shard.run(`ALTER TABLE ${shard.tables.attempts} DROP PARTITION ${whole(partition)}`);
  }
  if (standing.seqFloor === 0 || (await isMutating(shard))) return;
  const old = `${ofWriter(identity)} AND seq <= ${whole(standing.seqFloor)}`;
  const [row] = await shard.all(
    `SELECT toUInt64(countIf(seq <= ${whole(standing.seqFloor)})), toUInt64(count())
     FROM ${shard.tables.attempts} WHERE ${ofWriter(identity)}`,
    ['UInt64', 'UInt64'],
  );
  const [gone, all] = row as readonly [number, number];
  if (gone > all * WORTH_A_MUTATION)
    await shard.run(`ALTER TABLE ${shard.tables.attempts} DELETE WHERE ${old}`);
}

/** Seconds since 1970 that the partition does not reach. Division rounds to zero, so partition 0 has two weeks. */
function endOf(partition: number): number {
  return partition >= 0 ? (partition + 1) * PARTITION_SECONDS : partition * PARTITION_SECONDS + 1;
}

async function partitions(shard: Shard): Promise<readonly number[]> {
  const rows = await shard.all(
    `SELECT toInt64(partition) FROM system.parts
     WHERE database = ${literal(shard.database)} AND table = 'attempts' AND active GROUP BY partition ORDER BY partition`,
    ['Int64'],
  );
  return rows.map(([partition]) => partition as number);
}

/** Whether each writer with rows in this partition has put away all before its end. */
async function isPutAwayByAll(shard: Shard, partition: number): Promise<boolean> {
  const { attempts, records } = shard.tables;
  const writers = await shard.all(
    `SELECT site, writer FROM ${attempts} WHERE intDiv(time, ${PARTITION_SECONDS}) = ${whole(partition)} GROUP BY site, writer`,
    ['String', 'String'],
  );
  for (const [site, writer] of writers as readonly (readonly [string, string])[]) {
    const rows = await shard.all(
      `SELECT value FROM ${records} WHERE ${ofWriter({ site, writer })} AND kind = ${KINDS.standing} ORDER BY version`,
      ['String'],
    );
    const last = rows.at(-1);
    if (last === undefined) return false;
    const { floors } = JSON.parse(last[0] as string) as Standing;
    if (!floors.some(({ time }) => time >= endOf(partition))) return false;
  }
  return true;
}

async function isMutating(shard: Shard): Promise<boolean> {
  const [row] = await shard.all(
    `SELECT toUInt64(count()) FROM system.mutations
     WHERE database = ${literal(shard.database)} AND table = 'attempts' AND is_done = 0`,
    ['UInt64'],
  );
  return row![0] !== 0;
}
