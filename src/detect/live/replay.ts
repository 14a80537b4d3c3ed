/** A finished log run through live detection as if it happened now, and what blocking the named would have stopped. */
import { type AttemptTable, METHODS, NO_USER, SUCCESS } from '../../model/attempt.ts';
import type { LiveEvent } from '../../model/live.ts';
import type { Live } from './live.ts';

export interface Replay {
  readonly events: readonly LiveEvent[];
  /** Per named source (index into the table): when it was first named, and when released if it was. */
  readonly named: ReadonlyMap<number, { readonly time: number; readonly released: number | null }>;
  /** Rows of the table at which each event came, parallel to {@link events}. */
  readonly rows: Uint32Array;
}

/** Pushes every attempt of `table` through `live`; `tell` hears each event as it comes. */
export function replay(table: AttemptTable, live: Live, tell: (event: LiveEvent) => void = () => {}): Replay {
  const index = new Map(table.sources.map((text, s) => [text, s]));
  const events: LiveEvent[] = [];
  const rows: number[] = [];
  const named = new Map<number, { time: number; released: number | null }>();
  for (let row = 0; row < table.length; row++) {
    for (const event of live.push(attemptOf(table, row))) {
      events.push(event);
      rows.push(row);
      tell(event);
      if (event.kind === 'participant:named') {
        const source = index.get(event.source)!;
        const before = named.get(source);
        if (before === undefined) named.set(source, { time: event.time, released: null });
        else if (before.released !== null) named.set(source, { time: before.time, released: null });
      } else if (event.kind === 'participant:released') {
        const before = named.get(index.get(event.source)!);
        if (before) before.released = event.time;
      }
    }
  }
  return { events, named, rows: Uint32Array.from(rows) };
}

function attemptOf(table: AttemptTable, row: number) {
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
  };
}
