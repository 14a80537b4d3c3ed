/** Rows of `attempts`: from an attempt, and back. */
import type { StoredAttempt } from '../../history.ts';
import { addressKey } from '../address.ts';
import { accountOf, knownOf } from '../sql-query.ts';
import {
  ConstantColumn,
  I64Column,
  type NativeColumn,
  nativeBlock,
  TextColumn,
  U8Column,
  U32Column,
} from './native.ts';
import type { Identity } from './records.ts';
import type { ColumnType, Row } from './row-binary.ts';
import { PARTITION_SECONDS, TOLD_METHOD, TOLD_USER } from './schema.ts';

/** What is read of a row. */
export const READ_COLUMNS =
  'seq, version, time, source, user, sensor, service, method, told, account, success, input, line, nth, text';
export const READ_TYPES: readonly ColumnType[] = [
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
  'String',
  'Int64',
  'UInt32',
  'String',
];

export interface AttemptVersion {
  readonly attempt: StoredAttempt;
  /** 0: as it was told first. */
  readonly version: number;
}

export function attemptOf(row: Row): AttemptVersion {
  const told = row[8] as number;
  return {
    attempt: {
      seq: row[0] as number,
      time: row[2] as number,
      source: row[3] as string,
      user: (told & TOLD_USER) === 0 ? null : (row[4] as string),
      sensor: row[5] as string,
      service: row[6] as string,
      success: row[10] === 1,
      known: knownOf(row[9] as number),
      method: (told & TOLD_METHOD) === 0 ? null : (row[7] as string),
      name: { input: row[11] as string, line: row[12] as number, nth: row[13] as number },
      text: row[14] as string,
    },
    version: row[1] as number,
  };
}

/** Rows of one commit, as columns. */
export class AttemptBlock {
  /** Partitions in one insert: today's server takes 100 (max_partitions_per_insert_block), each becomes a file. */
  static readonly MOST_PARTITIONS = 90;

  readonly #columns;
  /** The last number in each partition: what to look for on another replica. */
  readonly #last = new Map<number, number>();
  /** Keys of the addresses that came: a commit has many attempts of a source. */
  readonly #addresses = new Map<string, string>();
  #lastPartition = Number.NaN;
  #lastSeq = 0;
  #rows = 0;
  #hasVersions = false;

  /** `rows`: how many will come, about. */
  constructor({ site, writer }: Identity, generation: number, batch: number, rows: number) {
    this.#columns = columnsFor({ site, writer }, generation, batch, rows, () => this.#rows);
  }

  get isFull(): boolean {
    return this.#last.size >= AttemptBlock.MOST_PARTITIONS;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** Numbers of which one lies in each partition. */
  get samples(): readonly number[] {
    const last = new Map(this.#last);
    if (this.#rows > 0) last.set(this.#lastPartition, this.#lastSeq);
    return [...last.values()];
  }

  add(attempt: StoredAttempt, version: number, text: string): void {
    const columns = this.#columns;
    const { seq, time, source, user, method, name } = attempt;
    columns.seq.add(seq);
    columns.version.add(version);
    if (version !== 0) this.#hasVersions = true;
    columns.time.add(time);
    columns.source.add(source);
    let address = this.#addresses.get(source);
    if (address === undefined) {
      address = addressKey(source) ?? '';
      this.#addresses.set(source, address);
    }
    columns.address.add(address);
    columns.user.add(user ?? '');
    columns.sensor.add(attempt.sensor);
    columns.service.add(attempt.service);
    columns.method.add(method ?? '');
    columns.told.add((user === null ? 0 : TOLD_USER) | (method === null ? 0 : TOLD_METHOD));
    columns.account.add(accountOf(attempt.known));
    columns.success.add(attempt.success ? 1 : 0);
    columns.input.add(name.input);
    columns.line.add(name.line);
    columns.nth.add(name.nth);
    columns.text.add(text);
    const partition = Math.trunc(time / PARTITION_SECONDS);
    if (partition !== this.#lastPartition) {
      if (this.#rows > 0) this.#last.set(this.#lastPartition, this.#lastSeq);
      this.#last.set(partition, seq);
      this.#lastPartition = partition;
    }
    this.#lastSeq = seq;
    this.#rows++;
  }

  /** What is inserted: rows in the format Native, with the names of their columns. Columns that say nothing are left out. */
  native(): { readonly columns: string; readonly bytes: Buffer } {
    const given = Object.entries(this.#columns).filter(
      ([name]) =>
        (name !== 'text' || this.#columns.text.hasText) && (name !== 'version' || this.#hasVersions),
    );
    return { columns: given.map(([name]) => name).join(', '), bytes: nativeBlock(this.#rows, given) };
  }
}

/** Bytes of a text, about, to begin with. */
const TEXT_ROOM = 16;

function columnsFor(
  { site, writer }: Identity,
  generation: number,
  batch: number,
  rows: number,
  count: () => number,
) {
  const always = <T>(one: NativeColumn & { add(value: T): void }, value: T) => {
    one.add(value);
    return new ConstantColumn(one, count);
  };
  const text = () => new TextColumn(rows * TEXT_ROOM);
  return {
    site: always(new TextColumn(64), site),
    writer: always(new TextColumn(64), writer),
    generation: always(new U32Column(1), generation),
    batch: always(new I64Column('UInt64', 1), batch),
    seq: new I64Column('UInt64', rows),
    version: new U32Column(rows),
    time: new I64Column('Int64', rows),
    source: text(),
    address: text(),
    user: text(),
    sensor: text(),
    service: text(),
    method: text(),
    told: new U8Column(rows),
    account: new U8Column(rows),
    success: new U8Column(rows),
    input: text(),
    line: new I64Column('Int64', rows),
    nth: new U32Column(rows),
    text: text(),
  };
}
