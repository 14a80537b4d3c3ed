/**
 * What chance alone would show, to be drawn beside what a campaign shows. Of the evidence that can be asked so plainly that a person
 * sees it: how often did one of the next few attempts, by another source, try the same name? The same is counted in surrogates of
 * the same attempts (src/detect/surrogate.ts: each source's visit moved as a whole, so that only what sources have in common in
 * time is destroyed).
 *
 * This decides nothing: whether there is a campaign was decided by src/detect/. Seeded, so that the same log draws the same.
 */

import type { TickSequence } from '../detect/links.ts';
import { surrogate, surrogateRoom } from '../detect/surrogate.ts';
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Campaign } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { firstFrom } from './log-attempts.ts';
import { type Chance, IS_LOUD } from './site.ts';

/** Enough dots to see a spread, and that none of them is near: one in two hundred would be. */
const SHUFFLES = 199;
/** Attempts that are looked ahead: root and other campaigns come in between. */
const AHEAD = 5;
/** Attempts looked at in all: 199 shuffles of so many take half a second. */
const MOST_TICKS = 50_000;
/** With fewer there is nothing to see. */
const LEAST_TICKS = 20;
const SEED = 2008;

/** Evidence that this is about. */
const KINDS: ReadonlySet<string> = new Set(['names-in-turn', 'shared-list', 'order', 'across-sensors']);

/** `flags`: of each row of `table`, as in a picture. null where the campaign rests on evidence of another kind, or on too little. */
export function chanceOf(table: AttemptTable, flags: Uint8Array, campaign: Campaign): Chance | null {
  if (!campaign.evidence.some(({ kind }) => KINDS.has(kind))) return null;
  const members = new Set(campaign.participants.map(({ source }) => source));
  const rows = ticksOf(table, flags, campaign, members);
  if (rows.length < LEAST_TICKS) return null;
  const sequence = sequenceOf(table, rows);
  const random = seededRandom(SEED);
  const room = surrogateRoom(rows.length);
  return {
    what: `how often one of the next ${AHEAD} attempts, by another source, tried the same name`,
    seen: meetings(sequence),
    shuffled: Array.from({ length: SHUFFLES }, () => meetings(surrogate(sequence, random, room))),
  };
}

/** Failures in the campaign's time by those whom no threshold sees, and by its participants; the first so many. */
function ticksOf(
  table: AttemptTable,
  flags: Uint8Array,
  campaign: Campaign,
  members: ReadonlySet<number>,
): readonly number[] {
  const rows: number[] = [];
  for (let row = firstFrom(table.time, campaign.firstSeen); row < table.length; row++) {
    if (table.time[row]! > campaign.lastSeen || rows.length >= MOST_TICKS) break;
    if (table.outcome[row] === SUCCESS || table.user[row] === NO_USER) continue;
    if ((flags[row]! & IS_LOUD) !== 0 && !members.has(table.source[row]!)) continue;
    rows.push(row);
  }
  return rows;
}

function sequenceOf(table: AttemptTable, rows: readonly number[]): TickSequence {
  const sources = new Map<number, number>();
  const users = new Map<number, number>();
  const number = (numbers: Map<number, number>, index: number) => {
    const known = numbers.get(index) ?? numbers.size;
    numbers.set(index, known);
    return known;
  };
  const source = Uint32Array.from(rows, (row) => number(sources, table.source[row]!));
  const user = Uint32Array.from(rows, (row) => number(users, table.user[row]!));
  const time = Float64Array.from(rows, (row) => table.time[row]!);
  return { time, source, user, sources: sources.size, users: users.size };
}

/** Attempts whose name comes again among the next few, from another source. */
function meetings({ source, user }: TickSequence): number {
  let count = 0;
  for (let i = 0; i < user.length; i++) {
    for (let j = i + 1; j <= i + AHEAD && j < user.length; j++) {
      if (user[j] !== user[i] || source[j] === source[i]) continue;
      count++;
      break;
    }
  }
  return count;
}
