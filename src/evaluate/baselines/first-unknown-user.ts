/**
 * Block at the first unknown user: any attempt for an account that the server does not have names its source. The
 * rule that the author of 2008 considered and refused, because it hits honest typos as well; it is the measure of
 * what naming people's sources costs. Blind to root and to every other account that exists.
 */
import { ACCOUNT_UNKNOWN, type AttemptTable, FAILURE } from '../../model/attempt.ts';
import type { Baseline, BaselineResult } from './baseline.ts';

export function firstUnknownUser(table: AttemptTable): BaselineResult {
  const named = new Map<number, number>();
  for (let row = 0; row < table.length; row++) {
    if (table.outcome[row] !== FAILURE || table.account[row] !== ACCOUNT_UNKNOWN) continue;
    const source = table.source[row]!;
    if (!named.has(source)) named.set(source, table.time[row]!);
  }
  return { named, alarms: [] };
}

export const FIRST_UNKNOWN_USER: Baseline = {
  name: 'first-unknown-user',
  title: 'unknown user',
  run: firstUnknownUser,
};
