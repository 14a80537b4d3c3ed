/**
 * The quiet attempts as a sequence of ticks. Tries of one source on one name within ten minutes are one tick: a
 * connection with three passwords, or a worm that always knocks twice, is one visit and proves nothing by repeating.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { TickSequence } from './links.ts';
import type { Visitors } from './visitors.ts';

/** fail2ban's findtime; sshd itself cuts a connection off after 2 minutes (LoginGraceTime). */
const ONE_VISIT_SECONDS = 600;

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
  const { start, rows, columns } = visitors;
  // source by source, each name's last visit at hand; then the visits that count in time
  const isTick = new Uint8Array(table.length);
  const { time: times, user: names, outcome } = columns;
  // one more than the place of each name's last visit: of another source where that is before the source's own places
  const last = new Uint32Array(table.users.length);
  let ticks = 0;
  for (let s = 0; s < table.sources.length; s++) {
    if (visitors.failures[s] === 0 || !include(s)) continue;
    const from = start[s]!;
    const to = start[s + 1]!;
    for (let j = from; j < to; j++) {
      const name = names[j]!;
      if (outcome[j] === SUCCESS || name === NO_USER) continue;
      const before = last[name]!;
      if (before > from && times[j]! - times[before - 1]! <= ONE_VISIT_SECONDS) continue;
      last[name] = j + 1;
      isTick[rows[j]!] = 1;
      ticks++;
    }
  }
  const row = new Uint32Array(ticks);
  const time = new Float64Array(ticks);
  const source = new Uint32Array(ticks);
  const user = new Uint32Array(ticks);
  const sources = new Numbering(table.sources.length);
  const users = new Numbering(table.users.length);
  for (let i = 0, at = 0; at < ticks; i++) {
    if (isTick[i] === 0) continue;
    row[at] = i;
    time[at] = table.time[i]!;
    source[at] = sources.of(table.source[i]!);
    user[at++] = users.of(table.user[i]!);
  }
  return {
    row,
    time,
    source,
    user,
    sources: sources.size,
    users: users.size,
    sourceOf: sources.all(),
    userOf: users.all(),
  };
}

/** Dense numbers, from 0, in the order of asking. */
class Numbering {
  readonly #number: Uint32Array;
  readonly #of: Uint32Array;
  size = 0;

  constructor(limit: number) {
    this.#number = new Uint32Array(limit);
    this.#of = new Uint32Array(limit);
  }

  of(x: number): number {
    // what has no number has 0, which only the first one has
    const number = this.#number[x]!;
    if (number !== 0 || (this.size > 0 && this.#of[0] === x)) return number;
    this.#of[this.size] = x;
    this.#number[x] = this.size;
    return this.size++;
  }

  /** What each number stands for. */
  all(): Uint32Array {
    return this.#of.slice(0, this.size);
  }
}
