/** What the parser makes of a log of the real servers, by source. */

import { ACCOUNT_KNOWN, ACCOUNT_NOT_TOLD, FAILURE, METHODS, NO_USER } from '../../src/model/attempt.ts';
import { AttemptTableBuilder } from '../../src/model/table.ts';
import { createLogParser, type ParseCounts } from '../../src/parse/log-parser.ts';
import type { ExpectedAttempt } from './case.ts';

export interface Reading {
  /** Attempts in the order of the log. */
  readonly bySource: ReadonlyMap<string, readonly ExpectedAttempt[]>;
  readonly sensors: readonly string[];
  /** Seconds since 1970; `null` where there is no attempt. */
  readonly first: number | null;
  readonly last: number | null;
  readonly counts: ParseCounts;
}

/** Reads a log whose last line is not after `reference` (seconds since 1970). */
export function readLog(text: string, reference: number): Reading {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser({ timezone: 'UTC', year: null, reference }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const line of text.split('\n').slice(0, -1)) parser.line(line);
  const counts = parser.finish();
  const table = builder.finish();
  const bySource = new Map<string, ExpectedAttempt[]>();
  for (let i = 0; i < table.length; i++) {
    const source = table.sources[table.source[i]!]!;
    const user = table.user[i]!;
    const account = table.account[i]!;
    const attempts = bySource.get(source) ?? [];
    bySource.set(source, attempts);
    attempts.push({
      user: user === NO_USER ? null : table.users[user]!,
      known: account === ACCOUNT_NOT_TOLD ? null : account === ACCOUNT_KNOWN,
      outcome: table.outcome[i] === FAILURE ? 'failure' : 'success',
      method: METHODS[table.method[i]!]!,
    });
  }
  return {
    bySource,
    sensors: table.sensors,
    first: table.time[0] ?? null,
    last: table.time[table.length - 1] ?? null,
    counts,
  };
}
