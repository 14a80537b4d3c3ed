/**
 * As `simulate`, but without holding the attempts as objects: each actor's go into the columns at once, so that a
 * year of 6,000 logins a day needs the memory of its busiest actor. The table is the same, row by row and number by
 * number, as the one that `simulate` gives.
 */
import { type AttemptTable, NO_USER } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import type { Scenario } from './scenario.ts';
import { acts, type LabelledTable } from './simulate.ts';
import { createWitness } from './witness.ts';

export function simulateTable(scenario: Scenario, seed: number): LabelledTable {
  const witness = createWitness(scenario, seed);
  const builder = new AttemptTableBuilder();
  for (const one of acts(scenario, seed)) {
    witness.see(one);
    for (const attempt of one.attempts) builder.append(attempt);
  }
  return { table: numberedAsSeen(builder.finish()), truth: witness.truth() };
}

/** The same table with sources, users and sensors numbered in the order of their first rows, as a reader meets them. */
function numberedAsSeen(table: AttemptTable): AttemptTable {
  const sources = renumbered(table.source, table.sources, 0);
  const users = renumbered(table.user, table.users, NO_USER + 1);
  const sensors = renumbered(table.sensor, table.sensors, 0);
  return {
    ...table,
    source: sources.column,
    sources: sources.texts,
    user: users.column,
    users: users.texts,
    sensor: sensors.column,
    sensors: sensors.texts,
  };
}

/** The first `kept` numbers stay what they are. */
function renumbered<C extends Uint32Array | Uint16Array>(
  column: C,
  texts: readonly string[],
  kept: number,
): { readonly column: C; readonly texts: readonly string[] } {
  const fresh = new Int32Array(texts.length).fill(-1);
  const out = texts.slice(0, kept);
  for (let i = 0; i < kept; i++) fresh[i] = i;
  const numbers = new (column.constructor as new (length: number) => C)(column.length);
  for (let row = 0; row < column.length; row++) {
    const old = column[row]!;
    if (fresh[old] === -1) {
      fresh[old] = out.length;
      out.push(texts[old]!);
    }
    numbers[row] = fresh[old]!;
  }
  return { column: numbers, texts: out };
}
