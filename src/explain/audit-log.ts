/**
 * What a log shows of the guessing at sshd, as figures that settings of sshd can be held against: which attempts, on
 * which accounts, by which method, how many in a row. Where the log has campaigns, they are what is counted; else
 * everybody who is not known as one who works there.
 */
import { ACCOUNT_KNOWN, type AttemptTable, METHODS, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Detection } from '../model/detection.ts';
import { isFrom, type Release } from './audit-settings.ts';
import { byText } from './values.ts';

export interface GuessingFacts {
  /** Of whom: participants of so many campaigns, or all strangers (0). */
  readonly campaigns: number;
  /** Failed attempts of theirs at sshd. */
  readonly attempts: number;
  readonly sources: number;
  /** Of the attempts: a password was offered, outright, or by keyboard-interactive. */
  readonly password: number;
  readonly keyboard: number;
  /** No line says that anything was offered. */
  readonly notTold: number;
  /** On root. */
  readonly root: number;
  /** Names that were tried, and attempts of each; those without a name are left out. */
  readonly names: ReadonlyMap<string, number>;
  /** Attempts that were the n-th or a later one of a visit (attempts of a source less than {@link VISIT_SECONDS} apart), n from 1. */
  readonly fromNth: readonly number[];
  /** Attempts that PerSourcePenalties with its defaults would have refused at least. */
  readonly penalised: number;
  /** Sources that the log has by name and not by address. */
  readonly namedSources: number;
  /** Users who logged in from elsewhere, by how many logins. */
  readonly passwordUsers: ReadonlyMap<string, number>;
  readonly keyUsers: ReadonlyMap<string, number>;
  /** Logins by participants. */
  readonly compromised: number;
}

const PASSWORD = METHODS.indexOf('password');
const KEYBOARD = METHODS.indexOf('keyboard-interactive');
const SSHD = 0;
/** sshd's LoginGraceTime: attempts further apart than this are not of one connection. */
const VISIT_SECONDS = 120;
const MOST_NTH = 10;

export function guessingFacts(table: AttemptTable, detection: Detection): GuessingFacts {
  const people = new Set(detection.peopleSources);
  const participants = new Set(
    detection.campaigns.flatMap((one) => one.participants.map(({ source }) => source)),
  );
  const isCampaign = participants.size > 0;
  const isMeant = (source: number) => (isCampaign ? participants.has(source) : !people.has(source));
  const root = table.users.indexOf('root', NO_USER + 1);
  const names = new Map<string, number>();
  const sources = new Set<number>();
  const passwordUsers = new Map<string, number>();
  const keyUsers = new Map<string, number>();
  const fromNth = new Array<number>(MOST_NTH + 1).fill(0);
  const visits = new Map<number, { last: number; n: number }>();
  const penalties = new Map<number, Penalty>();
  const count = { attempts: 0, password: 0, keyboard: 0, notTold: 0, root: 0, penalised: 0, compromised: 0 };
  for (let row = 0; row < table.length; row++) {
    if (table.service[row] !== SSHD) continue;
    const source = table.source[row]!;
    const user = table.user[row]!;
    const method = table.method[row];
    if (table.outcome[row] === SUCCESS) {
      if (participants.has(source)) count.compromised++;
      else if (user !== NO_USER) {
        const users = method === PASSWORD || method === KEYBOARD ? passwordUsers : keyUsers;
        const name = table.users[user]!;
        users.set(name, (users.get(name) ?? 0) + 1);
      }
      continue;
    }
    if (!isMeant(source)) continue;
    count.attempts++;
    sources.add(source);
    if (method === PASSWORD) count.password++;
    else if (method === KEYBOARD) count.keyboard++;
    else if (method === 0) count.notTold++;
    if (user === root && table.account[row] === ACCOUNT_KNOWN) count.root++;
    if (user !== NO_USER) {
      const name = table.users[user]!;
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    const time = table.time[row]!;
    const visit = visits.get(source);
    const n = visit !== undefined && time - visit.last < VISIT_SECONDS ? visit.n + 1 : 1;
    visits.set(source, { last: time, n });
    for (let i = 1; i <= Math.min(n, MOST_NTH); i++) fromNth[i]!++;
    const penalty = penalties.get(source) ?? new Penalty();
    penalties.set(source, penalty);
    if (penalty.isRefused(time)) count.penalised++;
    // one connection that failed, however many passwords it offered
    else if (n === 1) penalty.add(time);
  }
  return {
    ...count,
    campaigns: detection.campaigns.length,
    sources: sources.size,
    names: new Map([...names].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))),
    fromNth,
    namedSources: [...sources].filter((source) => !/^[\d.]+$|:/.test(table.sources[source]!)).length,
    passwordUsers: sorted(passwordUsers),
    keyUsers: sorted(keyUsers),
  };
}

function sorted(users: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...users].sort((a, b) => byText(a[0], b[0])));
}

/** sshd_config(5), PerSourcePenalties: `authfail:5`, refused while 15 s and more are standing, 10 min at most (srclimit.c). */
const AUTHFAIL = 5;
const LEAST = 15;
const MOST = 600;

class Penalty {
  #until = 0;
  #refusedUntil = 0;

  isRefused(time: number): boolean {
    return time < this.#refusedUntil;
  }

  add(time: number): void {
    this.#until = Math.min(Math.max(this.#until, time) + AUTHFAIL, time + MOST);
    if (this.#until - time >= LEAST) this.#refusedUntil = this.#until;
  }
}

/** PerSourcePenalties came with OpenSSH 9.8, on by default. */
export function hasPenalties(release: Release | null): boolean {
  return release !== null && isFrom(release, '9.8');
}
