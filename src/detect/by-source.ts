/**
 * The table's rows source by source. With many sources each row goes to a place of its own far from the last one's, which
 * is memory's speed and not the processor's; then rows are dealt to a few hundred stretches of sources first, whose ends
 * stay in the processor's cache, and within each stretch to its sources: half the time for 200,000 sources.
 */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';

export interface SourceColumns {
  readonly time: Float64Array;
  readonly user: Uint32Array;
  readonly outcome: Uint8Array;
  readonly account: Uint8Array;
  readonly sensor: Uint16Array;
}

export interface RowsBySource {
  /** Rows of source s are `rows[start[s]] .. rows[start[s + 1] - 1]`, in time. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
  /** The table's columns in the order of `rows`: who asks source by source reads straight on. */
  readonly columns: SourceColumns;
  /** Rows of each source that worked. */
  readonly successes: Uint32Array;
}

/** So few sources have their ends in the cache as they are, and so few stretches: four columns of them are 128 KB. */
const FEW_SOURCES = 4096;
const STRETCHES = 512;

export function rowsBySource(table: AttemptTable): RowsBySource {
  const { length: n, source } = table;
  const count = table.sources.length;
  const start = new Uint32Array(count + 1);
  for (let i = 0; i < n; i++) start[source[i]! + 1]!++;
  for (let s = 0; s < count; s++) start[s + 1]! += start[s]!;
  const dealt = count <= FEW_SOURCES ? null : byStretch(table, start);
  const rows = new Uint32Array(n);
  const columns = {
    time: new Float64Array(n),
    user: new Uint32Array(n),
    outcome: new Uint8Array(n),
    account: new Uint8Array(n),
    sensor: new Uint16Array(n),
  };
  const several = table.sensors.length > 1;
  place(dealt ?? table, dealt?.row ?? null, start, rows, columns);
  if (several) for (let j = 0; j < n; j++) columns.sensor[j] = table.sensor[rows[j]!]!;
  const successes = new Uint32Array(count);
  for (let s = 0, j = 0; s < count; s++) {
    let own = 0;
    for (const to = start[s + 1]!; j < to; j++) if (columns.outcome[j] === SUCCESS) own++;
    successes[s] = own;
  }
  return { start, rows, columns, successes };
}

type Dealt = Pick<AttemptTable, 'length' | 'source' | 'time' | 'user' | 'outcome' | 'account'>;

/** Each row to its place; `row` is which of the table each is, null where they are the table's own. */
function place(
  { length, source, time, user, outcome, account }: Dealt,
  row: Uint32Array | null,
  start: Uint32Array,
  rows: Uint32Array,
  columns: SourceColumns,
): void {
  const fill = start.slice(0, -1);
  for (let i = 0; i < length; i++) {
    const at = fill[source[i]!]!++;
    rows[at] = row === null ? i : row[i]!;
    columns.time[at] = time[i]!;
    columns.user[at] = user[i]!;
    columns.outcome[at] = outcome[i]!;
    columns.account[at] = account[i]!;
  }
}

/** The rows by stretches of sources, in time within each, and which row of the table each was. */
function byStretch(table: AttemptTable, start: Uint32Array): Dealt & { readonly row: Uint32Array } {
  const { length: n, source, time, user, outcome, account } = table;
  const count = start.length - 1;
  let shift = 0;
  while ((count - 1) >>> shift >= STRETCHES) shift++;
  const fill = new Uint32Array(((count - 1) >>> shift) + 1);
  for (let b = 0; b < fill.length; b++) fill[b] = start[b << shift]!;
  const to = {
    length: n,
    row: new Uint32Array(n),
    source: new Uint32Array(n),
    time: new Float64Array(n),
    user: new Uint32Array(n),
    outcome: new Uint8Array(n),
    account: new Uint8Array(n),
  };
  for (let i = 0; i < n; i++) {
    const s = source[i]!;
    const at = fill[s >>> shift]!++;
    to.row[at] = i;
    to.source[at] = s;
    to.time[at] = time[i]!;
    to.user[at] = user[i]!;
    to.outcome[at] = outcome[i]!;
    to.account[at] = account[i]!;
  }
  return to;
}
