/**
 * The attempts of a fleet, by shares of the sources: the one question that its detection asks of whatever keeps them. A
 * source is whole in one table and in one share, for it is judged by all it did, on whatever sensor.
 */
import { keyOf, shareOf } from '../detect/fleet/key.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { tableOfRows } from './table-of-rows.ts';

export interface FleetAttempts {
  /** Into how many shares they are dealt already; left out: into any number. */
  readonly shares?: number;
  /** How many attempts there are: so many must be told, and it decides into how many shares they are dealt. */
  count(): Promise<number>;
  /**
   * The attempts of the sources whose key (detect/fleet/key.ts) is in that share, in tables of whole sources. Asked twice, it
   * answers the same, if only in another order of tables.
   */
  bySource(share: number, shares: number): AsyncIterable<AttemptTable>;
}

/** Of a log in memory: what every other implementation must agree with. */
export function attemptsOfTable(table: AttemptTable): FleetAttempts {
  const keys = Float64Array.from(table.sources, keyOf);
  return {
    count: () => Promise.resolve(table.length),
    async *bySource(share, shares) {
      const rows: number[] = [];
      for (let i = 0; i < table.length; i++)
        if (shareOf(keys[table.source[i]!]!, shares) === share) rows.push(i);
      if (rows.length > 0) yield tableOfRows(table, rows);
    },
  };
}
