/**
 * The attempts of all writers of a site in ClickHouse, dealt by source by the engine itself. What counts of each writer's
 * rows its standing says (standing.ts): what a crash left behind is no attempt here either.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { literal } from '../store/history/clickhouse/literal.ts';
import { KINDS, TOLD_METHOD, TOLD_USER } from '../store/history/clickhouse/schema.ts';
import type { Shard } from '../store/history/clickhouse/shard.ts';
import { NOTHING_YET, type Standing, shown } from '../store/history/clickhouse/standing.ts';
import { knownOf } from '../store/history/sql-query.ts';
import { whole } from '../store/history/sql-session.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { persistently } from './persistently.ts';

/** Conditions of so many writers stand in one statement: some 10 KB. */
const WRITERS_AT_ONCE = 100;

const COLUMNS = 'writer, seq, version, time, source, user, sensor, service, method, told, account, success';
const TYPES = [
  'String',
  'UInt64',
  'UInt32',
  'Int64',
  'String',
  'String',
  'String',
  'String',
  'String',
  'UInt8',
  'UInt8',
  'UInt8',
] as const;

export interface WriterStanding {
  readonly writer: string;
  readonly standing: Standing;
}

/** Attempts that come after these standings are not of this detection. Errors: those of {@link Shard.all}. */
export function attemptsOfClickHouse(
  shard: Shard,
  site: string,
  writers: readonly WriterStanding[],
): FleetAttempts {
  const pieces: WriterStanding[][] = [];
  for (let i = 0; i < writers.length; i += WRITERS_AT_ONCE)
    pieces.push(writers.slice(i, i + WRITERS_AT_ONCE));
  return {
    count: () => Promise.resolve(writers.reduce((sum, { standing }) => sum + standing.attempts, 0)),
    async *bySource(share, shares) {
      const builder = new AttemptTableBuilder();
      for (const piece of pieces) {
        const rows = await persistently(() =>
          shard.all(
            `SELECT ${COLUMNS} FROM ${shard.tables.allAttempts} WHERE site = ${literal(site)}
           AND cityHash64(source) % ${whole(shares)} = ${whole(share)} AND (${piece.map(ofWriter).join(' OR ')})
           ORDER BY writer, seq, version DESC LIMIT 1 BY writer, seq`,
            TYPES,
          ),
        );
        for (const row of rows) {
          const told = row[9] as number;
          builder.append({
            time: row[3] as number,
            source: row[4] as string,
            user: (told & TOLD_USER) === 0 ? null : (row[5] as string),
            sensor: row[6] as string,
            service: row[7] as string,
            method: (told & TOLD_METHOD) === 0 ? null : (row[8] as string),
            known: knownOf(row[10] as number),
            success: row[11] === 1,
          });
        }
      }
      const table: AttemptTable = builder.finish();
      if (table.length > 0) yield table;
    },
  };
}

function ofWriter({ writer, standing }: WriterStanding): string {
  return `(${[`writer = ${literal(writer)}`, ...shown(standing)].join(' AND ')})`;
}

/** How far each writer of the site is now, by writer. */
export async function standingsOf(shard: Shard, site: string): Promise<readonly WriterStanding[]> {
  const rows = await shard.all(
    `SELECT writer, argMax(value, version) FROM ${shard.tables.allRecords}
     WHERE site = ${literal(site)} AND kind = ${KINDS.standing} GROUP BY writer ORDER BY writer`,
    ['String', 'String'],
  );
  return rows.map(([writer, value]) => ({
    writer: writer as string,
    standing: { ...NOTHING_YET, ...(JSON.parse(value as string) as Standing) },
  }));
}
