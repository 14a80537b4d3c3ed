/**
 * Echoes: sources that repeat, soon after, what others have tried. One is enough to make any number of strangers look as
 * if they shared a list with it, and so with each other. What gives it away is that it never comes first: of two sources
 * that meet on a name which nobody else tries, in a campaign as by accident, either may be the first.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import { DAY } from '../model/time.ts';
import { binomialTailBits } from './tails.ts';
import type { Visitors } from './visitors.ts';

/** Two sources that try a name further apart than this hardly meet: links are made of shorter stretches. */
const MEETING_SECONDS = DAY;
/**
 * Bits by which a source comes second too often, beyond log2 of how many sources have met so many others: of a thousand
 * logs one loses a participant by it.
 */
const ECHO_BITS = 10;

interface Met {
  /** Names that two sources tried within MEETING_SECONDS of each other, and nobody else. */
  names: number;
  /** Of these, on how many this source was the second. */
  second: number;
}

/** Sources of the table that nearly always come second where they meet one other. */
export function echoesOf(table: AttemptTable, visitors: Visitors): ReadonlySet<number> {
  const met = meetings(table);
  const enough = [...met].filter(([, one]) => one.names >= ECHO_BITS);
  const least = ECHO_BITS + Math.log2(Math.max(1, enough.length));
  return new Set(
    enough
      .filter(
        ([s, one]) => visitors.kind[s] !== 'person' && -binomialTailBits(one.second, one.names, 0.5) >= least,
      )
      .map(([s]) => s),
  );
}

function meetings(table: AttemptTable): ReadonlyMap<number, Met> {
  const users = table.users.length;
  const first = new Int32Array(users).fill(-1);
  const second = new Int32Array(users).fill(-1);
  const lastOfFirst = new Float64Array(users);
  const apart = new Float64Array(users);
  const several = new Uint8Array(users);
  for (let i = 0; i < table.length; i++) {
    const u = table.user[i]!;
    if (table.outcome[i] === SUCCESS || u === NO_USER || several[u]) continue;
    const s = table.source[i]!;
    if (first[u]! < 0) first[u] = s;
    if (first[u] === s) {
      if (second[u]! < 0) lastOfFirst[u] = table.time[i]!;
    } else if (second[u]! < 0) {
      second[u] = s;
      apart[u] = table.time[i]! - lastOfFirst[u]!;
    } else if (second[u] !== s) several[u] = 1;
  }
  const met = new Map<number, Met>();
  const note = (s: number, second: number) => {
    const one = met.get(s);
    if (one === undefined) met.set(s, { names: 1, second });
    else {
      one.names++;
      one.second += second;
    }
  };
  for (let u = 0; u < users; u++) {
    if (several[u] || second[u]! < 0 || apart[u]! > MEETING_SECONDS) continue;
    note(first[u]!, 0);
    note(second[u]!, 1);
  }
  return met;
}
