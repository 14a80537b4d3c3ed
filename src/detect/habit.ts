/**
 * A source's manner, apart from the names it tries: how many tries it makes at a visit, how often it comes and how long
 * it stays away. A botnet's hosts share one program and so one manner; independent visitors each have their own.
 */
import { SUCCESS } from '../model/attempt.ts';
import { HOUR, MINUTE } from '../model/time.ts';
import type { Visitors } from './visitors.ts';

export const HABITS = 3 * 5 * 4;

/** Class of a source's manner, in [0, HABITS). Failures only. */
export function habitOf({ start, columns }: Visitors, source: number): number {
  let tries = 0;
  let visits = 0;
  let lastTime = Number.NEGATIVE_INFINITY;
  let lastUser = -1;
  const away: number[] = [];
  for (let j = start[source]!; j < start[source + 1]!; j++) {
    if (columns.outcome[j] === SUCCESS) continue;
    const time = columns.time[j]!;
    const user = columns.user[j]!;
    tries++;
    // tries on one name within two minutes (LoginGraceTime) are one visit
    if (user !== lastUser || time - lastTime > 2 * MINUTE) {
      visits++;
      if (lastTime > 0) away.push(time - lastTime);
    }
    lastTime = time;
    lastUser = user;
  }
  if (visits === 0) return 0;
  const perVisit = tries / visits;
  const tryClass = perVisit < 1.2 ? 0 : perVisit < 2.5 ? 1 : 2;
  const visitClass = visits === 1 ? 0 : visits === 2 ? 1 : visits <= 5 ? 2 : visits <= 15 ? 3 : 4;
  away.sort((a, b) => a - b);
  const usual = away.length === 0 ? 0 : away[away.length >> 1]!;
  const awayClass = visits === 1 ? 0 : usual < 10 * MINUTE ? 1 : usual < 2 * HOUR ? 2 : 3;
  return (tryClass * 5 + visitClass) * 4 + awayClass;
}
