/**
 * The quiet attempts as a sequence of ticks. Tries of one source on one name within ten minutes are one tick: a
 * connection with three passwords, or a worm that always knocks twice, is one visit and proves nothing by repeating.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { TickSequence } from './links.ts';
import type { Visitors } from './visitors.ts';

/** fail2ban's findtime; sshd itself cuts a connection off after 2 minutes (LoginGraceTime). */
const ONE_VISIT_SECONDS = 600;
/** Visits remembered before those that are over are forgotten: some megabytes; a million sources try for months. */
const MOST_VISITS = 65_536;

export interface QuietSequence extends TickSequence {
  /** Row of the attempt table that each tick stands for (the first of the visit). */
  readonly row: Uint32Array;
  /** Dense source id to the table's source, and the same for users. */
  readonly sourceOf: Uint32Array;
  readonly userOf: Uint32Array;
}

/** Failed attempts of the sources that `include` lets in, in time. */
export function quietSequence(
  table: AttemptTable,
  visitors: Visitors,
  include: (source: number) => boolean = (source) => visitors.kind[source] === 'quiet',
): QuietSequence {
  const wanted = new Uint8Array(table.sources.length);
  for (let s = 0; s < wanted.length; s++) wanted[s] = visitors.failures[s]! > 0 && include(s) ? 1 : 0;
  const lastVisit = new Map<number, number>();
  let forgetAt = MOST_VISITS;
  const rows = new Uint32Array(table.length);
  let ticks = 0;
  for (let i = 0; i < table.length; i++) {
    const s = table.source[i]!;
    if (!wanted[s] || table.outcome[i] === SUCCESS || table.user[i] === NO_USER) continue;
    const visit = s * table.users.length + table.user[i]!;
    const last = lastVisit.get(visit);
    const now = table.time[i]!;
    if (last !== undefined && now - last <= ONE_VISIT_SECONDS) continue;
    lastVisit.set(visit, now);
    rows[ticks++] = i;
    if (lastVisit.size > forgetAt) {
      for (const [old, time] of lastVisit) if (now - time > ONE_VISIT_SECONDS) lastVisit.delete(old);
      forgetAt = Math.max(MOST_VISITS, 2 * lastVisit.size);
    }
  }
  const row = rows.slice(0, ticks);
  const sources = new Map<number, number>();
  const users = new Map<number, number>();
  const source = row.map((r) => dense(sources, table.source[r]!));
  const user = row.map((r) => dense(users, table.user[r]!));
  return {
    row,
    time: timesOf(table, row),
    source,
    user,
    sources: sources.size,
    users: users.size,
    sourceOf: Uint32Array.from(sources.keys()),
    userOf: Uint32Array.from(users.keys()),
  };
}

function timesOf(table: AttemptTable, rows: Uint32Array): Float64Array {
  const time = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) time[i] = table.time[rows[i]!]!;
  return time;
}

function dense(ids: Map<number, number>, key: number): number {
  let id = ids.get(key);
  if (id === undefined) {
    id = ids.size;
    ids.set(key, id);
  }
  return id;
}
