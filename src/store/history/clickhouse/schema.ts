/**
 * The tables. There are two, so that a commit is two inserts:
 *
 * - `attempts`: one row an attempt; another with a higher `version` where more became known of it. Rows are never changed.
 *   A row counts when the writer's standing says so ({@link Standing.runs}), so what a crash or a doubt left behind is
 *   invisible for ever and taken away later.
 * - `records`: everything else, one row for each thing of a writer (a source, a campaign, a block, a state), of which the
 *   greatest `version` holds (ReplacingMergeTree). All that a commit changes goes in as one block: in ClickHouse a block
 *   within one partition arrives whole or not at all. The writer's standing is among it, and so is the commit's mark.
 *
 * Both begin with site and writer: a daemon's questions read its own rows. Weeks of attempts are partitions, so that what
 * is older goes by dropping files.
 *
 * Conservative enough for 18.16 (2018) and today's server alike: no LowCardinality, codecs, TTL, DateTime64, IPv4.
 */
import { literal } from './literal.ts';
import type { ClickHousePlace } from './url.ts';

/** Seconds of one partition of attempts: a week. A year has 52; a day's would be 365 parts and more to open. */
export const PARTITION_SECONDS = 604_800;

const ATTEMPTS = {
  site: 'String',
  writer: 'String',
  generation: 'UInt32',
  batch: 'UInt64',
  seq: 'UInt64',
  version: 'UInt32',
  time: 'Int64',
  source: 'String',
  /** As address.ts has it; empty for a name. */
  address: 'String',
  user: 'String',
  sensor: 'String',
  service: 'String',
  method: 'String',
  /** Bits of {@link TOLD_USER}, {@link TOLD_METHOD}. */
  told: 'UInt8',
  /** 0 not told, 1 unknown user, 2 known. */
  account: 'UInt8',
  success: 'UInt8',
  input: 'String',
  line: 'Int64',
  nth: 'UInt32',
  text: 'String',
} as const;

export const TOLD_USER = 1;
export const TOLD_METHOD = 2;

const RECORDS = {
  site: 'String',
  writer: 'String',
  kind: 'UInt8',
  num: 'Int64',
  key: 'String',
  version: 'UInt64',
  first_seen: 'Int64',
  last_seen: 'Int64',
  failures: 'UInt64',
  unknown_user_failures: 'UInt64',
  successes: 'UInt64',
  last_success: 'Int64',
  /** Of a source: whether it logged in. Of a block, a campaign: whether it ended; of a participant: was released; of a state: forgotten. */
  flag: 'UInt8',
  target: 'String',
  source: 'String',
  campaign: 'String',
  value: 'String',
} as const;

/** What a row of `records` is, and what `num` and `key` are then. */
export const KINDS = {
  /** One a writer. */
  standing: 1,
  /** `key`: its name. */
  state: 2,
  /** `key`: the source. */
  source: 3,
  /** `num`: in the order of opening; `key`: its id. */
  campaign: 4,
  /** `num`: that of the campaign; `key`: the source. */
  participant: 5,
  /** `num`: seq; `key`: nth, ten digits. */
  event: 6,
  /** `num`: id. */
  block: 7,
  /** One an opening: `num` is the generation, `key` the owner. */
  claim: 8,
} as const;
export type Kind = keyof typeof KINDS;

export const RECORD_COLUMNS = Object.keys(RECORDS).join(', ');

/** Names of the tables of a place, as they stand in a statement. */
export interface Tables {
  readonly attempts: string;
  readonly records: string;
  readonly versions: string;
  /** Of all shards; of one server by itself the same as those above. */
  readonly allAttempts: string;
  readonly allRecords: string;
}

export function tablesOf({ database, cluster }: Pick<ClickHousePlace, 'database' | 'cluster'>): Tables {
  const all = cluster === null ? '' : 'all_';
  return {
    attempts: `${database}.attempts`,
    records: `${database}.records`,
    versions: `${database}.schema_version`,
    allAttempts: `${database}.${all}attempts`,
    allRecords: `${database}.${all}records`,
  };
}

interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  /** Columns after those that are inserted. */
  readonly filled: string;
  readonly engine: string;
  readonly engineOf: string;
  readonly layout: string;
}

const DEFINITIONS: readonly TableDefinition[] = [
  {
    name: 'attempts',
    columns: ATTEMPTS,
    filled: '',
    engine: 'MergeTree',
    engineOf: '',
    layout: `PARTITION BY intDiv(time, ${PARTITION_SECONDS}) ORDER BY (site, writer, seq, version)`,
  },
  {
    name: 'records',
    columns: RECORDS,
    filled: ', stored DateTime DEFAULT now()',
    engine: 'ReplacingMergeTree',
    engineOf: 'version',
    layout: 'ORDER BY (site, writer, kind, num, key)',
  },
];

/** From version n to n + 1: statements that may be run again, by several at the same time, on every server of the place. */
export type Migration = (place: Pick<ClickHousePlace, 'database' | 'cluster'>) => readonly string[];

export const MIGRATIONS: readonly Migration[] = [
  (place) => DEFINITIONS.flatMap((each) => creationOf(each, place)),
];

export function versionsTable(place: Pick<ClickHousePlace, 'database' | 'cluster'>): string {
  const engine = engineOf('ReplacingMergeTree', '', 'schema_version', place);
  return `CREATE TABLE IF NOT EXISTS ${place.database}.schema_version (version UInt32) ENGINE = ${engine} ORDER BY version`;
}

function creationOf(
  { name, columns, filled, engine, engineOf: of, layout }: TableDefinition,
  place: Pick<ClickHousePlace, 'database' | 'cluster'>,
): readonly string[] {
  const { database, cluster } = place;
  const list = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  const own = `CREATE TABLE IF NOT EXISTS ${database}.${name} (${list.join(', ')}${filled}) ENGINE = ${engineOf(engine, of, name, place)} ${layout}`;
  if (cluster === null) return [own];
  return [
    own,
    `CREATE TABLE IF NOT EXISTS ${database}.all_${name} AS ${database}.${name} ENGINE = Distributed(${cluster}, ${database}, ${name})`,
  ];
}

/** In a cluster, replicas meet under a path of ZooKeeper that the macros of each server complete. */
function engineOf(
  engine: string,
  of: string,
  name: string,
  { database, cluster }: Pick<ClickHousePlace, 'database' | 'cluster'>,
): string {
  if (cluster === null) return `${engine}(${of})`;
  const path = literal(`/clickhouse/tables/{shard}/${database}/${name}`);
  return `Replicated${engine}(${path}, '{replica}'${of === '' ? '' : `, ${of}`})`;
}
