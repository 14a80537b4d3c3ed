/**
 * How sshd tells of one attempt, style by style: the messages and their order after OpenSSH's auth.c, auth2.c,
 * auth-pam.c and packet.c, FreeBSD's sshd of 2008, and Linux-PAM's pam_unix. Delays are those of real logs: PAM
 * waits about two seconds after a wrong password (pam_faildelay).
 */
import type { SimulatedAttempt } from './world.ts';

export const STYLES = [
  'freebsd-2008',
  'openssh-debian',
  'openssh-nopassword',
  'openssh-journal-iso',
] as const;
export type Style = (typeof STYLES)[number];

/** What a style needs to know of the connection an attempt is made on. */
export interface Connection {
  readonly port: number;
  /** The how-manieth attempt of the connection this is, from 1; and whether it is the last. */
  readonly nth: number;
  readonly last: boolean;
  /** Numeric user id of the account, for session lines. */
  readonly uid: number;
  /** Seconds a session lasts after a success. */
  readonly sessionSeconds: number;
  /** How the client goes away: with a message, or by closing the connection. */
  readonly saysGoodbye: boolean;
}

/** One message of sshd, `delay` seconds after the attempt. */
export interface Message {
  readonly delay: number;
  readonly text: string;
}

export function messages(style: Style, attempt: SimulatedAttempt, connection: Connection): Message[] {
  switch (style) {
    case 'freebsd-2008':
      return freebsd(attempt, connection);
    case 'openssh-debian':
    case 'openssh-journal-iso':
      return debian(attempt, connection);
    case 'openssh-nopassword':
      return noPassword(attempt, connection);
  }
}

/** One line an attempt: `error: PAM: authentication error for illegal user NAME from HOST` (auth-pam.c, FreeBSD). */
function freebsd(attempt: SimulatedAttempt, { port }: Connection): Message[] {
  const { user, source } = attempt;
  if (attempt.success) {
    const method = attempt.method === 'publickey' ? 'publickey' : 'keyboard-interactive/pam';
    return [{ delay: 0, text: `Accepted ${method} for ${user} from ${source} port ${port} ssh2` }];
  }
  const illegal = attempt.known ? '' : 'illegal user ';
  return [{ delay: 0, text: `error: PAM: authentication error for ${illegal}${user} from ${source}` }];
}

/** Six lines an attempt on an unknown user, fewer on a known one; several attempts a connection. */
function debian(attempt: SimulatedAttempt, connection: Connection): Message[] {
  const { user, source, known } = attempt;
  const { port, nth } = connection;
  if (attempt.success) return opened(attempt, connection);
  const out: Message[] = [];
  const say = (delay: number, text: string) => out.push({ delay, text });
  const pam =
    `logname= uid=0 euid=0 tty=ssh ruser= rhost=${source}${known ? `  user=${user}` : ' '}`.trimEnd();
  if (!known && nth === 1) say(0, `Invalid user ${user} from ${source} port ${port}`);
  if (!known) say(0, 'pam_unix(sshd:auth): check pass; user unknown');
  if (nth === 1) say(0, `pam_unix(sshd:auth): authentication failure; ${pam}`);
  const method = attempt.method === 'keyboard-interactive' ? 'keyboard-interactive/pam' : attempt.method;
  say(2, `Failed ${method} for ${known ? '' : 'invalid user '}${user} from ${source} port ${port} ssh2`);
  if (!connection.last) return out;
  const who = known ? `authenticating user ${user}` : `invalid user ${user}`;
  if (nth === 6) {
    const account = known ? user : `invalid user ${user}`;
    say(
      2,
      `error: maximum authentication attempts exceeded for ${account} from ${source} port ${port} ssh2 [preauth]`,
    );
    say(2, `Disconnecting ${who} ${source} port ${port}: Too many authentication failures [preauth]`);
  } else if (connection.saysGoodbye) {
    say(3, `Received disconnect from ${source} port ${port}:11: Bye Bye [preauth]`);
    say(3, `Disconnected from ${who} ${source} port ${port} [preauth]`);
  } else say(3, `Connection closed by ${who} ${source} port ${port} [preauth]`);
  if (nth > 1) say(3, `PAM ${nth - 1} more authentication failure${nth > 2 ? 's' : ''}; ${pam}`);
  return out;
}

/** A server that takes keys only: a guess leaves no `Failed` line at all, only that somebody came and went. */
function noPassword(attempt: SimulatedAttempt, connection: Connection): Message[] {
  const { user, source, known } = attempt;
  const { port } = connection;
  if (attempt.success) return opened({ ...attempt, method: 'publickey' }, connection);
  const out: Message[] = [];
  const who = known ? `authenticating user ${user}` : `invalid user ${user}`;
  if (!known) out.push({ delay: 0, text: `Invalid user ${user} from ${source} port ${port}` });
  if (connection.saysGoodbye) {
    out.push({ delay: 0, text: `Received disconnect from ${source} port ${port}:11: Bye Bye [preauth]` });
    out.push({ delay: 0, text: `Disconnected from ${who} ${source} port ${port} [preauth]` });
  } else out.push({ delay: 0, text: `Connection closed by ${who} ${source} port ${port} [preauth]` });
  return out;
}

function opened(attempt: SimulatedAttempt, connection: Connection): Message[] {
  const { user, source } = attempt;
  const { port, uid, sessionSeconds } = connection;
  const method = attempt.method === 'keyboard-interactive' ? 'keyboard-interactive/pam' : attempt.method;
  const key =
    attempt.method === 'publickey' ? ': ED25519 SHA256:0000000000000000000000000000000000000000000' : '';
  return [
    { delay: 0, text: `Accepted ${method} for ${user} from ${source} port ${port} ssh2${key}` },
    { delay: 0, text: `pam_unix(sshd:session): session opened for user ${user}(uid=${uid}) by (uid=0)` },
    {
      delay: sessionSeconds,
      text: `Received disconnect from ${source} port ${port}:11: disconnected by user`,
    },
    { delay: sessionSeconds, text: `Disconnected from user ${user} ${source} port ${port}` },
    { delay: sessionSeconds, text: `pam_unix(sshd:session): session closed for user ${user}` },
  ];
}
