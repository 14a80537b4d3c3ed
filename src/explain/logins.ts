/**
 * What the log shows of how people log in to sshd and what guessers are let try there: the facts that the advice hangs on.
 */
import { ACCOUNT_KNOWN, type AttemptTable, METHODS, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Detection } from '../model/detection.ts';
import { userName } from './campaign.ts';
import { byText } from './values.ts';

export interface Logins {
  readonly failures: number;
  /** Failed attempts where a line says that a password was offered, outright or by keyboard-interactive. */
  readonly passwordFailures: number;
  readonly keyboardFailures: number;
  /** Failed attempts where no line says that anything was offered. */
  readonly methodNotTold: number;
  /** Failed attempts of sources that are not known as people's. */
  readonly strangerFailures: number;
  /** Failed attempts on root where the server has a root. */
  readonly rootFailures: number;
  /** Users with a success by password or keyboard-interactive from a source that is no participant. */
  readonly passwordUsers: readonly string[];
}

/** The place of sshd in every table's services. */
const SSHD = 0;
const PASSWORD = METHODS.indexOf('password');
const KEYBOARD = METHODS.indexOf('keyboard-interactive');

export function loginsOf(table: AttemptTable, detection: Detection): Logins {
  // bytes, not sets: they are asked for every row
  const isParticipant = new Uint8Array(table.sources.length);
  for (const one of detection.campaigns) for (const { source } of one.participants) isParticipant[source] = 1;
  for (const notice of detection.notices)
    if (notice.kind === 'success-after-guessing')
      for (const source of notice.sources) isParticipant[source] = 1;
  const root = table.users.indexOf('root', NO_USER + 1);
  const byPassword = new Set<number>();
  const count = {
    failures: 0,
    passwordFailures: 0,
    keyboardFailures: 0,
    methodNotTold: 0,
    strangerFailures: 0,
    rootFailures: 0,
  };
  const isPerson = new Uint8Array(table.sources.length);
  for (const source of detection.peopleSources) isPerson[source] = 1;
  for (let row = 0; row < table.length; row++) {
    if (table.service[row] !== SSHD) continue; // the advice is on sshd's settings
    const method = table.method[row];
    const user = table.user[row]!;
    if (table.outcome[row] === SUCCESS) {
      const isPassword = method === PASSWORD || method === KEYBOARD;
      if (isPassword && user !== NO_USER && isParticipant[table.source[row]!] !== 1) byPassword.add(user);
      continue;
    }
    count.failures++;
    if (isPerson[table.source[row]!] !== 1) count.strangerFailures++;
    if (method === PASSWORD) count.passwordFailures++;
    else if (method === KEYBOARD) count.keyboardFailures++;
    else if (method === 0) count.methodNotTold++;
    if (user === root && table.account[row] === ACCOUNT_KNOWN) count.rootFailures++;
  }
  return { ...count, passwordUsers: [...byPassword].map((user) => userName(table, user)).sort(byText) };
}
