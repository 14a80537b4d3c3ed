/**
 * Attempts of a finished log as a person reads them, by what is asked for. A table has no lines; where somebody can find them
 * ({@link FindLines}), they are added.
 */
import { type AttemptTable, METHODS, NO_USER, SUCCESS } from '../model/attempt.ts';
import { addressKey, rangeOf } from '../store/history/address.ts';
import type { DrawnColumns } from './drawing.ts';
import type { AttemptFilter, AttemptRow } from './site.ts';

/** A row whose line is wanted, with what it tells, in case the log has changed. */
export interface RowToFind {
  readonly row: number;
  readonly time: number;
  readonly source: string;
  readonly user: string | null;
}

/** As in {@link AttemptRow}. */
export type LineOfRow = Pick<AttemptRow, 'text' | 'input' | 'line'>;

/** A line, or null, for each row; all null after so many milliseconds. */
export type FindLines = (
  rows: readonly RowToFind[],
  milliseconds: number,
) => Promise<readonly (LineOfRow | null)[]>;

/** `rows` with their lines, as far as they are found in time. */
export async function withLines(
  rows: readonly AttemptRow[],
  find: FindLines,
  milliseconds: number,
): Promise<readonly AttemptRow[]> {
  const wanted = rows.map(({ seq, time, source, user }) => ({ row: seq - 1, time, source, user }));
  const lines = await find(wanted, milliseconds);
  return rows.map((row, i) => ({ ...row, ...lines[i] }));
}

/** Attempt of row `row`; numbers begin with 1. */
export function rowAt(
  table: AttemptTable,
  columns: DrawnColumns,
  campaigns: readonly string[],
  row: number,
): AttemptRow {
  const account = table.account[row]!;
  const method = table.method[row]!;
  return {
    seq: row + 1,
    time: table.time[row]!,
    sensor: table.sensors[table.sensor[row]!] ?? '',
    service: table.services[table.service[row]!] ?? '',
    source: table.sources[table.source[row]!] ?? '',
    user: table.user[row] === NO_USER ? null : (table.users[table.user[row]!] ?? ''),
    known: account === 0 ? null : account === 2,
    success: table.outcome[row] === SUCCESS,
    method: method === 0 ? null : (METHODS[method] ?? null),
    campaign: campaigns[columns.campaign[row]! - 1] ?? null,
    text: '',
    input: '',
    line: 0,
  };
}

/** Rows that `filter` asks for, in its order, as many as it wants. Error: `Trouble` for a network that is none. */
export function* rowsOf(
  table: AttemptTable,
  columns: DrawnColumns,
  campaigns: readonly string[],
  filter: AttemptFilter,
): Generator<number> {
  const matches = matcherOf(table, columns, campaigns, filter);
  if (matches === null) return;
  const isBack = filter.newestFirst === true;
  let [low, high] = [0, table.length];
  if (filter.after !== undefined) {
    if (isBack) high = Math.min(high, filter.after - 1);
    else low = Math.max(low, filter.after);
  }
  if (filter.since !== undefined) low = Math.max(low, firstFrom(table.time, filter.since));
  if (filter.until !== undefined) high = Math.min(high, firstFrom(table.time, filter.until));
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i < high - low && left > 0; i++) {
    const row = isBack ? high - 1 - i : low + i;
    if (!matches(row)) continue;
    left--;
    yield row;
  }
}

/** The first row that is not before `time`. */
export function firstFrom(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** null: no row can be meant. */
function matcherOf(
  table: AttemptTable,
  columns: DrawnColumns,
  campaigns: readonly string[],
  filter: AttemptFilter,
): ((row: number) => boolean) | null {
  const conditions: ((row: number) => boolean)[] = [];
  for (const [texts, column, wanted] of [
    [table.sources, table.source, filter.source],
    [table.users, table.user, filter.user],
    [table.sensors, table.sensor, filter.sensor],
    [table.services, table.service, filter.service],
  ] as const) {
    if (wanted === undefined) continue;
    // entry 0 of the users stands for 'not told', whatever its text
    const index = texts.indexOf(wanted, texts === table.users ? 1 : 0);
    if (index < 0) return null;
    conditions.push((row) => column[row] === index);
  }
  if (filter.campaign !== undefined) {
    const number = campaigns.indexOf(filter.campaign) + 1;
    if (number === 0) return null;
    conditions.push((row) => columns.campaign[row] === number);
  }
  if (filter.outcome !== undefined) {
    const isSuccess = filter.outcome === 'success';
    conditions.push((row) => (table.outcome[row] === SUCCESS) === isSuccess);
  }
  if (filter.network !== undefined) {
    const { first, last } = rangeOf(filter.network);
    const within = new Uint8Array(table.sources.length);
    table.sources.forEach((source, i) => {
      const key = addressKey(source);
      if (key !== null && key >= first && key <= last) within[i] = 1;
    });
    conditions.push((row) => within[table.source[row]!] === 1);
  }
  return (row) => conditions.every((condition) => condition(row));
}
