/** A source's attempts cut into sessions: runs without a pause of a quarter of an hour. */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import { MINUTE } from '../model/time.ts';
import { rowsOf, type Visitors } from './visitors.ts';

export interface Session {
  readonly source: number;
  readonly rows: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly users: ReadonlySet<number>;
}

/** Tools that work through a list wait seconds to minutes between tries; a quarter of an hour is another run. */
const PAUSE_SECONDS = 15 * MINUTE;

/** Sessions of all guessing sources, by start; failures only. */
export function sessionsOf(table: AttemptTable, visitors: Visitors): readonly Session[] {
  const sessions: Session[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if (kind !== 'quiet' && kind !== 'loud') continue;
    let rows: number[] = [];
    const close = () => {
      if (rows.length === 0) return;
      sessions.push({
        source: s,
        rows,
        from: table.time[rows[0]!]!,
        to: table.time[rows.at(-1)!]!,
        users: new Set(rows.map((row) => table.user[row]!)),
      });
      rows = [];
    };
    for (const row of rowsOf(visitors, s)) {
      if (table.outcome[row] === SUCCESS) continue;
      if (rows.length > 0 && table.time[row]! - table.time[rows.at(-1)!]! > PAUSE_SECONDS) close();
      rows.push(row);
    }
    close();
  }
  return sessions.sort((a, b) => a.from - b.from || a.source - b.source);
}
