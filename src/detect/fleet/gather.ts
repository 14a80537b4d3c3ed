/**
 * Of a share of the sources, those whose attempts are looked at closely: who tried or logged in under a suspect name, and
 * a sample of everybody else, by whom the fit learns what is usual. Each comes with all it ever did.
 *
 * The sample makes suspect names look as much more popular than they are as it makes participants look more frequent: for
 * who shares one name with a campaign the two cancel, and who shares more is sure either way.
 */
import { type AttemptTable, METHODS, NO_USER, SUCCESS } from '../../model/attempt.ts';
import type { AttemptRow } from '../../model/table.ts';
import type { Visitors } from '../visitors.ts';
import { placeOf } from './facts.ts';
import { drawnFor, keyOf } from './key.ts';
import { isWitness } from './visits.ts';

export interface Wanted {
  /** Keys of names, ascending; null: everybody is wanted. */
  readonly names: Float64Array | null;
  /** Share of the other quiet sources. */
  readonly sample: number;
}

/** A loud source beyond MODEST_ATTEMPTS of finding.ts is no participant; of the others so many attempts are enough. */
const MOST_OF_ONE = 256;
/** A round of its own: not the one by which a surrogate moves a source. */
const SAMPLE_ROUND = 1_000_003;
const PARTS = 1 << 30;

/** Of a table that holds all attempts of its sources. */
export function gathered(table: AttemptTable, visitors: Visitors, wanted: Wanted): AttemptRow[] {
  const { names } = wanted;
  const suspect =
    names === null
      ? null
      : Uint8Array.from(table.users, (name, u) =>
          u !== NO_USER && placeOf(names, keyOf(name)) >= 0 ? 1 : 0,
        );
  const rows: number[] = [];
  for (let s = 0; s < table.sources.length; s++) {
    const own = visitors.rows.subarray(visitors.start[s]!, visitors.start[s + 1]!);
    if (own.length === 0 || !isWanted(table, visitors, s, own, suspect, wanted.sample)) continue;
    const most = suspect === null && visitors.kind[s] !== 'loud' ? own.length : MOST_OF_ONE;
    for (const row of own.subarray(0, most)) rows.push(row);
  }
  rows.sort((a, b) => a - b);
  return rows.map((row) => rowOf(table, row));
}

function isWanted(
  table: AttemptTable,
  visitors: Visitors,
  source: number,
  rows: Uint32Array,
  suspect: Uint8Array | null,
  sample: number,
): boolean {
  if (suspect === null) return true;
  const isNoisy = visitors.kind[source] === 'loud' && visitors.failures[source]! > MOST_OF_ONE;
  if (!isNoisy && rows.some((row) => suspect[table.user[row]!] === 1)) return true;
  return (
    isWitness(visitors, source) &&
    drawnFor(keyOf(table.sources[source]!), SAMPLE_ROUND, PARTS) < sample * PARTS
  );
}

function rowOf(table: AttemptTable, row: number): AttemptRow {
  const account = table.account[row]!;
  const method = table.method[row]!;
  return {
    time: table.time[row]!,
    source: table.sources[table.source[row]!]!,
    user: table.user[row] === NO_USER ? null : table.users[table.user[row]!]!,
    sensor: table.sensors[table.sensor[row]!]!,
    success: table.outcome[row] === SUCCESS,
    known: account === 0 ? null : account === 2,
    method: method === 0 ? null : METHODS[method]!,
    service: table.services[table.service[row]!]!,
  };
}

/** In an order that does not depend on how sources were dealt. */
export function inOneOrder(rows: AttemptRow[]): AttemptRow[] {
  return rows.sort(
    (a, b) =>
      a.time - b.time ||
      compared(a.source, b.source) ||
      compared(a.sensor, b.sensor) ||
      compared(a.user ?? '', b.user ?? '') ||
      Number(a.success) - Number(b.success),
  );
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
