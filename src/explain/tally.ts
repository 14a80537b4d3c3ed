/**
 * Counts over attempts: how many failed, for how many names, from how many sources, split by whether the server has
 * the user. It is the table that the author of 2008 made by hand with grep, sort and wc.
 */
import { ACCOUNT_KNOWN, ACCOUNT_UNKNOWN, type AttemptTable, FAILURE, NO_USER } from '../model/attempt.ts';
import type { Counted } from '../model/counted.ts';
import type { ServiceReport, SummaryReport } from './schema.ts';
import { byText, wellFormed } from './values.ts';

/** Rows of a table: all of them, or those of a campaign. */
export interface Rows {
  readonly length: number;
  at(i: number): number;
  /** What is counted besides the rows. */
  readonly counted?: Counted | null;
}

export function allRows(table: AttemptTable): Rows {
  return { length: table.length, at: (i) => i, counted: table.counted ?? null };
}

/** Those of `rows` that the table has. */
export function validRows(rows: Uint32Array, table: AttemptTable): Rows {
  const valid = rows.every((row) => row < table.length) ? rows : rows.filter((row) => row < table.length);
  return { length: valid.length, at: (i) => valid[i]! };
}

const ALL = 1;
const UNKNOWN = 2;
const KNOWN = 4;
const NOT_TOLD = 8;

export function summarise(table: AttemptTable, rows: Rows): SummaryReport {
  const attempts = { [ALL]: 0, [UNKNOWN]: 0, [KNOWN]: 0, [NOT_TOLD]: 0 };
  const userClasses = new Uint8Array(table.users.length);
  const sourceClasses = new Uint8Array(table.sources.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    if (table.outcome[row] !== FAILURE) continue;
    const account = table.account[row];
    const which = account === ACCOUNT_UNKNOWN ? UNKNOWN : account === ACCOUNT_KNOWN ? KNOWN : NOT_TOLD;
    attempts[ALL]++;
    attempts[which]++;
    const user = table.user[row]!;
    if (user !== NO_USER) userClasses[user]! |= ALL | which;
    sourceClasses[table.source[row]!]! |= ALL | which;
  }
  const { counted } = rows;
  if (counted) {
    for (const [account, which] of [NOT_TOLD, UNKNOWN, KNOWN].entries()) {
      attempts[ALL] += counted.byAccount[account]!;
      attempts[which as typeof UNKNOWN] += counted.byAccount[account]!;
      const told = 1 << account;
      for (let u = 0; u < userClasses.length; u++) {
        if (u !== NO_USER && (counted.ofUser[u]! & told) !== 0) userClasses[u]! |= ALL | which;
      }
      for (let s = 0; s < sourceClasses.length; s++) {
        if ((counted.ofSource[s]! & told) !== 0) sourceClasses[s]! |= ALL | which;
      }
    }
  }
  const counts = (which: typeof ALL | typeof UNKNOWN | typeof KNOWN | typeof NOT_TOLD) => ({
    attempts: attempts[which],
    usernames: countMarked(userClasses, which),
    sources: countMarked(sourceClasses, which),
  });
  return {
    all: counts(ALL),
    unknownUsers: counts(UNKNOWN),
    knownUsers: counts(KNOWN),
    notTold: counts(NOT_TOLD),
  };
}

/** How many distinct users (those told), sources and successes there are, and which sensors. */
export function extent(
  table: AttemptTable,
  rows: Rows,
): { usernames: number; sources: number; successes: number; sensors: readonly number[] } {
  const users = new Uint8Array(table.users.length);
  const sources = new Uint8Array(table.sources.length);
  const sensors = new Uint8Array(table.sensors.length);
  let successes = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    const user = table.user[row]!;
    if (user !== NO_USER) users[user] = 1;
    sources[table.source[row]!] = 1;
    sensors[table.sensor[row]!] = 1;
    if (table.outcome[row] !== FAILURE) successes++;
  }
  if (rows.counted) {
    rows.counted.ofUser.forEach((told, user) => {
      if (told !== 0 && user !== NO_USER) users[user] = 1;
    });
    rows.counted.ofSensor.forEach((told, sensor) => {
      if (told !== 0) sensors[sensor] = 1;
    });
  }
  const present: number[] = [];
  sensors.forEach((mark, sensor) => {
    if (mark === 1) present.push(sensor);
  });
  return { usernames: countMarked(users, 1), sources: countMarked(sources, 1), successes, sensors: present };
}

/** Attempts of each service that was tried, the most first; equal ones by name. */
export function servicesOf(table: AttemptTable, rows: Rows): ServiceReport[] {
  const attempts = new Uint32Array(table.services.length);
  const successes = new Uint32Array(table.services.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    const service = table.service[row]!;
    attempts[service]!++;
    if (table.outcome[row] !== FAILURE) successes[service]!++;
  }
  rows.counted?.byService.forEach((count, service) => {
    attempts[service]! += count;
  });
  return table.services
    .map((service, i) => ({
      service: wellFormed(service),
      attempts: attempts[i]!,
      failures: attempts[i]! - successes[i]!,
      successes: successes[i]!,
    }))
    .filter((one) => one.attempts > 0)
    .sort((a, b) => b.attempts - a.attempts || byText(a.service, b.service));
}

function countMarked(classes: Uint8Array, mark: number): number {
  let n = 0;
  for (let i = 0; i < classes.length; i++) if ((classes[i]! & mark) !== 0) n++;
  return n;
}
