/** What is coordinated, or repeats itself, and is no attack: to be recognised as what it is and never blocked. */
import { ACCOUNT_UNKNOWN, type AttemptTable, METHOD_PUBLICKEY, SUCCESS } from '../model/attempt.ts';
import type { Notice } from '../model/detection.ts';
import { HOUR, MINUTE } from '../model/time.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** Three machines of the house failing alike are worth one notice; fewer are jobs. */
const OWN_MACHINES = 3;
/** A machine with an expired password fails at least so often after its last success. */
const OWN_FAILURES = 5;
/** An office: so many accounts log in from one address. */
const OFFICE_USERS = 8;
/** A shared dictionary: so many sources try one and the same name, each for itself. */
const DICTIONARY_SOURCES = 30;
/** With fewer quiet failures than this nothing can be said of coordination: two names shared twice would need them all. */
const ENOUGH_TO_TELL = 16;

interface Failing {
  readonly source: number;
  readonly user: number;
  readonly failures: number;
  readonly since: number;
  readonly everySeconds: number;
}

export function noticesOf(
  table: AttemptTable,
  visitors: Visitors,
  named: ReadonlySet<number>,
  quietFailures: number,
  quietSources: number,
): readonly Notice[] {
  const notices: Notice[] = [];
  const own = new Map<number, Failing[]>();
  const jobs: Failing[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if (named.has(s) || (kind !== 'person' && kind !== 'job' && !visitors.house[s])) continue;
    const failing = failingOf(table, rowsOf(visitors, s), s, visitors.house[s] === 1);
    if (failing === null) continue;
    if (kind === 'person' || kind === 'job') jobs.push(failing);
    if (isUnknown(table, rowsOf(visitors, s))) continue;
    const list = own.get(failing.user);
    if (list) list.push(failing);
    else own.set(failing.user, [failing]);
  }
  const inFleet = new Set<number>();
  for (const [user, machines] of [...own].sort((a, b) => b[1].length - a[1].length || a[0] - b[0])) {
    if (machines.length < OWN_MACHINES) continue;
    for (const machine of machines) inFleet.add(machine.source);
    notices.push({
      kind: 'own-machines',
      sources: machines.map((m) => m.source),
      users: [user],
      attempts: machines.reduce((sum, m) => sum + m.failures, 0),
      since: Math.min(...machines.map((m) => m.since)),
    });
  }
  for (const job of jobs.sort((a, b) => b.failures - a.failures || a.source - b.source)) {
    if (inFleet.has(job.source)) continue;
    notices.push({
      kind: 'broken-job',
      sources: [job.source],
      users: [job.user],
      attempts: job.failures,
      everySeconds: job.everySeconds,
    });
  }
  // not push(...): a log may hold more of them than a call may have arguments
  const all = notices.concat(
    offices(table, visitors),
    guessedIn(table, visitors, named),
    dictionaries(visitors, named),
  );
  if (named.size === 0 && quietFailures < ENOUGH_TO_TELL && quietSources >= 5) {
    all.push({ kind: 'too-little-to-tell', sources: [], users: [], attempts: quietFailures });
  }
  return all;
}

/** A steady run of failures on one account after the last success on it; null where there is none. */
function failingOf(table: AttemptTable, rows: Uint32Array, source: number, house: boolean): Failing | null {
  const runs = new Map<number, number[]>();
  for (const row of rows) {
    const user = table.user[row]!;
    if (table.outcome[row] === SUCCESS) runs.delete(user);
    else {
      const run = runs.get(user);
      if (run) run.push(table.time[row]!);
      else runs.set(user, [table.time[row]!]);
    }
  }
  let best: Failing | null = null;
  for (const [user, times] of runs) {
    if (times.length < OWN_FAILURES || times.at(-1)! - times[0]! < HOUR) continue;
    const gaps = times
      .slice(1)
      .map((t, i) => t - times[i]!)
      .filter((gap) => gap > 5)
      .sort((a, b) => a - b);
    const usual = gaps[gaps.length >> 1] ?? 0;
    if (usual < MINUTE) continue;
    const steady = gaps.filter((gap) => {
      const runsMissed = Math.max(1, Math.round(gap / usual));
      return runsMissed <= 3 && Math.abs(gap - runsMissed * usual) <= 0.2 * usual;
    }).length;
    if (!house && steady < 0.7 * gaps.length) continue;
    if (best === null || times.length > best.failures) {
      best = { source, user, failures: times.length, since: times[0]!, everySeconds: usual };
    }
  }
  return best;
}

function isUnknown(table: AttemptTable, rows: Uint32Array): boolean {
  return rows.every((row) => table.account[row] === ACCOUNT_UNKNOWN);
}

function offices(table: AttemptTable, visitors: Visitors): readonly Notice[] {
  const notices: Notice[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    if (visitors.kind[s] !== 'person' || visitors.successes[s]! < OFFICE_USERS || visitors.failures[s] === 0)
      continue;
    const users = new Set<number>();
    for (const row of rowsOf(visitors, s)) if (table.outcome[row] === SUCCESS) users.add(table.user[row]!);
    if (users.size < OFFICE_USERS) continue;
    notices.push({ kind: 'office', sources: [s], users: [...users], attempts: visitors.failures[s]! });
  }
  return notices;
}

/** Guessers that no campaign explains, and that got in: per-source tools see them too, but nobody may miss it here. */
function guessedIn(table: AttemptTable, visitors: Visitors, named: ReadonlySet<number>): readonly Notice[] {
  const found: { readonly source: number; readonly hit: number; readonly failures: number }[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if (visitors.successes[s] === 0 || named.has(s)) continue;
    const hit = firstHit(visitors, s);
    if (kind !== 'quiet' && kind !== 'loud' && !cameBack(table, visitors, s, hit)) continue;
    found.push({ source: s, hit, failures: visitors.failures[s]! });
  }
  // the most obstinate guessers one by one; a log with hundreds is one where failing and logging in mix in every source
  found.sort((a, b) => b.failures - a.failures || a.source - b.source);
  const groups = found.slice(0, GUESSERS_EACH).map((one) => [one]);
  if (found.length > GUESSERS_EACH) groups.push(found.slice(GUESSERS_EACH));
  return groups.map((group) => ({
    kind: 'success-after-guessing',
    sources: group.map((one) => one.source),
    users: usersOf(visitors, group),
    attempts: group.reduce((sum, one) => sum + visitors.failures[one.source]!, 0),
    time: group.reduce((first, one) => Math.min(first, table.time[one.hit]!), Number.POSITIVE_INFINITY),
  }));
}

/** The row of the first success of a source that has one. */
function firstHit({ start, rows, columns }: Visitors, source: number): number {
  let j = start[source]!;
  while (columns.outcome[j] !== SUCCESS) j++;
  return rows[j]!;
}

/** The accounts that the sources of a group got into. */
function usersOf(
  { start, columns }: Visitors,
  group: readonly { readonly source: number }[],
): readonly number[] {
  const users = new Set<number>();
  let before = -1;
  for (const { source } of group) {
    for (let j = start[source]!; j < start[source + 1]!; j++) {
      const user = columns.user[j]!;
      if (columns.outcome[j] !== SUCCESS || user === before) continue;
      // mostly it is one account for all
      users.add(user);
      before = user;
    }
  }
  return [...users];
}

/** So many sources that got in after guessing have a notice each; the rest share one. */
const GUESSERS_EACH = 100;

/**
 * A source that failed on an account, came back later than people do who mistype, and got in; from nowhere else has
 * anybody ever logged in to that account by password. Likely somebody who asked for a new password; worth a look.
 */
function cameBack(table: AttemptTable, visitors: Visitors, source: number, hit: number): boolean {
  if (table.method[hit] === METHOD_PUBLICKEY || visitors.userSuccessSources[table.user[hit]!] !== 1)
    return false;
  const before = rowsOf(visitors, source).filter((row) => row < hit);
  return before.length > 0 && before.every((row) => table.time[hit]! - table.time[row]! >= 10 * MINUTE);
}

function dictionaries(visitors: Visitors, named: ReadonlySet<number>): readonly Notice[] {
  const { start, columns } = visitors;
  const only = new Map<number, number[]>();
  for (let s = 0; s < visitors.kind.length; s++) {
    if (visitors.kind[s] !== 'quiet' || named.has(s) || visitors.successes[s]! > 0) continue;
    const user = columns.user[start[s]!]!;
    let j = start[s]! + 1;
    while (j < start[s + 1]! && columns.user[j] === user) j++;
    if (j < start[s + 1]!) continue;
    const list = only.get(user);
    if (list) list.push(s);
    else only.set(user, [s]);
  }
  return [...only]
    .filter(([, sources]) => sources.length >= DICTIONARY_SOURCES)
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .slice(0, 3)
    .map(([user, sources]) => ({
      kind: 'shared-dictionary' as const,
      sources,
      users: [user],
      attempts: sources.reduce((sum, s) => sum + visitors.failures[s]!, 0),
    }));
}
