/**
 * Of a share of the sources, those whose attempts are looked at closely: who tried or logged in under a suspect name, and
 * a sample of everybody else, by whom the fit learns what is usual. Each comes with all it ever did.
 *
 * The sample makes suspect names look as much more popular than they are as it makes participants look more frequent: for
 * who shares one name with a campaign the two cancel, and who shares more is sure either way.
 */
import { type AttemptTable, NO_USER } from '../../model/attempt.ts';
import { MODEST_ATTEMPTS } from '../finding.ts';
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

/** Of one source so many attempts are enough to know it by. */
const MOST_OF_ONE = 256;
/** A round of its own: not the one by which a surrogate moves a source. */
const SAMPLE_ROUND = 1_000_003;
const PARTS = 1 << 30;

/** Of a table that holds all attempts of its sources: rows, ascending. */
export function gathered(table: AttemptTable, visitors: Visitors, wanted: Wanted): Uint32Array {
  const { names } = wanted;
  const suspect =
    names === null
      ? null
      : Uint8Array.from(table.users, (name, u) =>
          u !== NO_USER && placeOf(names, keyOf(name)) >= 0 ? 1 : 0,
        );
  const isRow = new Uint8Array(table.length);
  for (let s = 0; s < table.sources.length; s++) {
    const own = visitors.rows.subarray(visitors.start[s]!, visitors.start[s + 1]!);
    if (own.length === 0 || !isWanted(table, visitors, s, own, suspect, wanted.sample)) continue;
    const most = suspect === null && visitors.kind[s] !== 'loud' ? own.length : MOST_OF_ONE;
    for (const row of own.subarray(0, most)) isRow[row] = 1;
  }
  return Uint32Array.from(isRow.keys()).filter((row) => isRow[row] === 1);
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
  const isNoisy = visitors.kind[source] === 'loud' && visitors.failures[source]! > MODEST_ATTEMPTS;
  if (!isNoisy && rows.some((row) => suspect[table.user[row]!] === 1)) return true;
  return (
    isWitness(visitors, source) &&
    drawnFor(keyOf(table.sources[source]!), SAMPLE_ROUND, PARTS) < sample * PARTS
  );
}

/** Rows in an order that does not depend on how sources were dealt: in time, equal ones by their texts. */
export function inOneOrder(table: AttemptTable): Uint32Array {
  const { time, source, sensor, user, outcome } = table;
  const [sources, sensors, users] = [ranksOf(table.sources), ranksOf(table.sensors), ranksOf(table.users)];
  return Uint32Array.from(time.keys()).sort(
    (a, b) =>
      time[a]! - time[b]! ||
      sources[source[a]!]! - sources[source[b]!]! ||
      sensors[sensor[a]!]! - sensors[sensor[b]!]! ||
      users[user[a]!]! - users[user[b]!]! ||
      outcome[a]! - outcome[b]!,
  );
}

/** Place of each text among all of them, sorted. */
function ranksOf(texts: readonly string[]): Uint32Array {
  const order = [...texts.keys()].sort((a, b) => (texts[a]! < texts[b]! ? -1 : 1));
  const ranks = new Uint32Array(texts.length);
  order.forEach((text, place) => {
    ranks[text] = place;
  });
  return ranks;
}
