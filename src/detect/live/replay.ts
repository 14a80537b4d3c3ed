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
  /** Per row of the table: 1 where its source was named before and not released, so that a block would have stopped it. */
  readonly blocked: Uint8Array;
}

export interface ReplayOptions {
  /**
   * Whether what a block would have stopped is kept from `live`, as if the named were blocked at once (the closed
   * loop). Default: no, they are only watched, and it goes on learning from them.
   */
  readonly closed?: boolean;
  /** Told of each row before it is pushed, for those who show how far it has come. */
  readonly before?: (row: number) => void;
}

/** Pushes every attempt of `table` through `live`; `tell` hears each event as it comes. */
export function replay(
  table: AttemptTable,
  live: Live,
  tell: (event: LiveEvent) => void = () => {},
  options: ReplayOptions = {},
): Replay {
  const steps = replaying(table, live, tell, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same a row at a time, for those who have something else to do between two. */
export function* replaying(
  table: AttemptTable,
  live: Live,
  tell: (event: LiveEvent) => void = () => {},
  { closed = false, before: beforeRow }: ReplayOptions = {},
): Generator<void, Replay> {
  const index = new Map(table.sources.map((text, s) => [text, s]));
  const events: LiveEvent[] = [];
  const rows: number[] = [];
  const named = new Map<number, { time: number; released: number | null }>();
  const blocked = new Uint8Array(table.length);
  /** The campaign that a source is blocked for: released by another one, it stays blocked. */
  const blockedFor = new Map<number, string>();
  for (let row = 0; row < table.length; row++) {
    if (row > 0) yield;
    beforeRow?.(row);
    if (blockedFor.has(table.source[row]!)) {
      blocked[row] = 1;
      if (closed) continue;
    }
    for (const event of live.push(attemptOf(table, row))) {
      events.push(event);
      rows.push(row);
      tell(event);
      if (event.kind === 'participant:named') {
        const source = index.get(event.source)!;
        blockedFor.set(source, event.campaign);
        const before = named.get(source);
        if (before === undefined) named.set(source, { time: event.time, released: null });
        else if (before.released !== null) named.set(source, { time: before.time, released: null });
      } else if (event.kind === 'participant:released') {
        const source = index.get(event.source)!;
        if (blockedFor.get(source) !== event.campaign) continue;
        blockedFor.delete(source);
        const before = named.get(source);
        if (before) before.released = event.time;
      }
    }
  }
  return { events, named, rows: Uint32Array.from(rows), blocked };
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
