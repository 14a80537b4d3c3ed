/** Rows of `attempts`: from an attempt, and back. */
import type { StoredAttempt } from '../../history.ts';
import { addressKey } from '../address.ts';
import { accountOf, knownOf } from '../sql-query.ts';
import type { Identity } from './records.ts';
import { type ColumnType, type Row, RowWriter } from './row-binary.ts';
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

/** Rows of one commit. */
export class AttemptBlock {
  /** Partitions in one insert: today's server takes 100 (max_partitions_per_insert_block), each becomes a file. */
  static readonly MOST_PARTITIONS = 90;

  readonly #rows: RowWriter;
  readonly #head: Uint8Array;
  /** The last number in each partition: what to look for on another replica. */
  readonly #last = new Map<number, number>();
  /** Keys of the addresses that came: a commit has many attempts of a source. */
  readonly #addresses = new Map<string, string>();

  constructor({ site, writer }: Identity, generation: number, batch: number, room: number) {
    const head = new RowWriter(512);
    head.text(site);
    head.text(writer);
    head.u32(generation);
    head.i64(batch);
    this.#head = head.bytes();
    this.#rows = new RowWriter(room);
  }

  get isFull(): boolean {
    return this.#last.size >= AttemptBlock.MOST_PARTITIONS;
  }

  get isEmpty(): boolean {
    return this.#last.size === 0;
  }

  /** Numbers of which one lies in each partition. */
  get samples(): readonly number[] {
    return [...this.#last.values()];
  }

  add(attempt: StoredAttempt, version: number, text: string): void {
    const rows = this.#rows;
    const { time, source, user, method, name } = attempt;
    rows.raw(this.#head);
    rows.i64(attempt.seq);
    rows.u32(version);
    rows.i64(time);
    rows.text(source);
    let address = this.#addresses.get(source);
    if (address === undefined) {
      address = addressKey(source) ?? '';
      this.#addresses.set(source, address);
    }
    rows.text(address);
    rows.text(user ?? '');
    rows.text(attempt.sensor);
    rows.text(attempt.service);
    rows.text(method ?? '');
    rows.u8((user === null ? 0 : TOLD_USER) | (method === null ? 0 : TOLD_METHOD));
    rows.u8(accountOf(attempt.known));
    rows.u8(Number(attempt.success));
    rows.text(name.input);
    rows.i64(name.line);
    rows.u32(name.nth);
    rows.text(text);
    this.#last.set(Math.trunc(time / PARTITION_SECONDS), attempt.seq);
  }

  bytes(): Buffer {
    return this.#rows.bytes();
  }
}
