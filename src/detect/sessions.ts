/** A source's attempts cut into sessions: runs without a pause of a quarter of an hour. */
import { SUCCESS } from '../model/attempt.ts';
import { MINUTE } from '../model/time.ts';
import { Marks } from './marks.ts';
import type { Visitors } from './visitors.ts';

export interface Session {
  readonly source: number;
  readonly from: number;
  readonly to: number;
  /** Each once, in the order of coming: hundreds of thousands of sets would take twice the memory. */
  readonly users: readonly number[];
}

/** Tools that work through a list wait seconds to minutes between tries; a quarter of an hour is another run. */
const PAUSE_SECONDS = 15 * MINUTE;

/**
 * Sessions of all guessing sources on at least `fewest` and at most `most` names, by start; failures only. Millions of
 * sessions of one try are passed over without being made.
 */
export function sessionsOf(visitors: Visitors, fewest: number, most: number): readonly Session[] {
  const { time, user, outcome } = visitors.columns;
  const sessions: Session[] = [];
  const users = new Marks(visitors.userSuccessSources.length);
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if (kind !== 'quiet' && kind !== 'loud') continue;
    const to = visitors.start[s + 1]!;
    let begin = visitors.start[s]!;
    for (let i = begin + 1; i <= to; i++) {
      if (i < to && time[i]! - time[i - 1]! <= PAUSE_SECONDS) continue;
      if (i - begin >= fewest) {
        users.clear();
        for (let j = begin; j < i && users.size <= most; j++) {
          if (outcome[j] !== SUCCESS) users.add(user[j]!);
        }
        if (users.size >= fewest && users.size <= most) {
          const names = [...users.values()];
          sessions.push({ source: s, from: time[begin]!, to: time[i - 1]!, users: names });
        }
      }
      begin = i;
    }
  }
  return sessions.sort((a, b) => a.from - b.from || a.source - b.source);
}
