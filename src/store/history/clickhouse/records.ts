/** Rows of `records`: written by a commit, all in one block; read by kind, of a writer. */
import { literal } from './literal.ts';
import { type ColumnType, type Row, RowWriter } from './row-binary.ts';
import { KINDS, type Kind } from './schema.ts';
import type { Shard } from './shard.ts';

/** What a row says beside its kind and key; what is left out is 0 or empty. */
export interface RecordFields {
  readonly num?: number;
  readonly key?: string;
  readonly firstSeen?: number;
  readonly lastSeen?: number;
  readonly failures?: number;
  readonly unknownUserFailures?: number;
  readonly successes?: number;
  readonly lastSuccess?: number;
  readonly flag?: boolean;
  readonly target?: string;
  readonly source?: string;
  readonly campaign?: string;
  readonly value?: string;
}

/** Who writes. */
export interface Identity {
  readonly site: string;
  readonly writer: string;
}

export class RecordBlock {
  readonly #rows = new RowWriter(4096);
  readonly #head: Uint8Array;
  readonly #version: bigint;

  constructor({ site, writer }: Identity, version: bigint) {
    const head = new RowWriter(512);
    head.text(site);
    head.text(writer);
    this.#head = head.bytes();
    this.#version = version;
  }

  add(kind: Kind, fields: RecordFields): void {
    const rows = this.#rows;
    rows.raw(this.#head);
    rows.u8(KINDS[kind]);
    rows.i64(fields.num ?? 0);
    rows.text(fields.key ?? '');
    rows.u64(this.#version);
    rows.i64(fields.firstSeen ?? 0);
    rows.i64(fields.lastSeen ?? 0);
    rows.i64(fields.failures ?? 0);
    rows.i64(fields.unknownUserFailures ?? 0);
    rows.i64(fields.successes ?? 0);
    rows.i64(fields.lastSuccess ?? 0);
    rows.u8(Number(fields.flag === true));
    rows.text(fields.target ?? '');
    rows.text(fields.source ?? '');
    rows.text(fields.campaign ?? '');
    rows.text(fields.value ?? '');
  }

  bytes(): Buffer {
    return this.#rows.bytes();
  }
}

export function ofWriter({ site, writer }: Identity): string {
  return `site = ${literal(site)} AND writer = ${literal(writer)}`;
}

export class Records {
  readonly #shard: Shard;
  readonly #identity: Identity;

  constructor(shard: Shard, identity: Identity) {
    this.#shard = shard;
    this.#identity = identity;
  }

  /** The rows that hold, in the order of num and key. `rest` may say more: an order, a limit. */
  held(
    kind: Kind,
    columns: string,
    types: readonly ColumnType[],
    condition: string,
    rest = 'ORDER BY num, key',
  ): Promise<readonly Row[]> {
    return this.#read('FINAL', kind, columns, types, condition, rest);
  }

  /**
   * Likewise where the condition is one of num and key alone, so that every version of a row is found or none: the later
   * ones come later. Cheaper than to have the server merge them.
   */
  versions(
    kind: Kind,
    columns: string,
    types: readonly ColumnType[],
    condition: string,
  ): Promise<readonly Row[]> {
    return this.#read('', kind, columns, types, condition, 'ORDER BY version');
  }

  #read(
    final: string,
    kind: Kind,
    columns: string,
    types: readonly ColumnType[],
    condition: string,
    rest: string,
  ): Promise<readonly Row[]> {
    const { records } = this.#shard.tables;
    return this.#shard.all(
      `SELECT ${columns} FROM ${records} ${final} WHERE ${ofWriter(this.#identity)} AND kind = ${KINDS[kind]} AND (${condition}) ${rest}`,
      types,
    );
  }
}
