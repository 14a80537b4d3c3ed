/** Attempts of services that are not sshd: what counts once, what counts more often, and what is told by two. */
import { describe, expect, test } from 'vitest';
import { ACCOUNT_KNOWN, ACCOUNT_NOT_TOLD, ACCOUNT_UNKNOWN, NO_USER, SUCCESS } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { createLogParser } from './log-parser.ts';

interface File {
  readonly name: string;
  readonly lines: readonly string[];
}

/** The attempts of files, each a group of its own: `service source user outcome account`. */
function attempts(...files: readonly (File | string)[]) {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1_800_000_000 }, builder);
  const list = files.some((file) => typeof file === 'string')
    ? [{ name: 'log', lines: files as readonly string[] }]
    : (files as readonly File[]);
  for (const { name, lines } of list) {
    parser.beginFile({ name, group: name });
    for (const line of lines) parser.line(line);
  }
  const counts = parser.finish();
  const table = builder.finish();
  const accounts = { [ACCOUNT_NOT_TOLD]: '', [ACCOUNT_KNOWN]: ' known', [ACCOUNT_UNKNOWN]: ' unknown' };
  const rows = Array.from(table.time, (_, i) => {
    const user = table.user[i] === NO_USER ? '-' : table.users[table.user[i]!];
    const account = accounts[table.account[i] as 0 | 1 | 2];
    return `${table.services[table.service[i]!]} ${table.sources[table.source[i]!]} ${user} ${table.outcome[i] === SUCCESS ? 'in' : 'no'}${account}`;
  });
  return { rows, counts };
}

const at = (second: number, rest: string) => `Feb  3 04:05:${String(second).padStart(2, '0')} h ${rest}`;

describe('each line for itself', () => {
  test('and as often as it says', () => {
    const { rows } = attempts(
      at(
        1,
        'dovecot: imap-login: Disconnected (auth failed, 3 attempts in 9 secs): user=<bob>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.1',
      ),
      at(
        2,
        'dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.1, mpid=1, TLS',
      ),
      at(3, 'vsftpd[7]: [eve] FAIL LOGIN: Client "192.0.2.2"'),
      at(4, 'last message repeated 2 times'),
    );
    expect(rows).toEqual([
      ...Array<string>(3).fill('dovecot 192.0.2.1 bob no'),
      'dovecot 192.0.2.1 bob in known',
      ...Array<string>(3).fill('vsftpd 192.0.2.2 eve no'),
    ]);
  });

  test('guests are let in without a credential, which is no attempt', () => {
    expect(attempts(at(1, 'vsftpd[7]: [ftp] OK LOGIN: Client "192.0.2.2", anon password "x"')).rows).toEqual(
      [],
    );
  });
});

describe('a session by its process', () => {
  test('postgres: the source by one line, the user by another, why by a third', () => {
    const line = (pid: number, text: string) => `2026-02-03 04:05:06.123 UTC [${pid}] ${text}`;
    const { rows, counts } = attempts(
      line(10, 'LOG:  connection received: host=192.0.2.3 port=5001'),
      line(11, 'LOG:  connection received: host=192.0.2.4 port=5002'),
      line(10, 'FATAL:  password authentication failed for user "root"'),
      line(11, 'FATAL:  password authentication failed for user "app"'),
      line(10, 'DETAIL:  Role "root" does not exist.'),
      line(11, 'DETAIL:  Password does not match for user "app".'),
      line(12, 'FATAL:  password authentication failed for user "nobody knows from where"'),
    );
    expect(rows).toEqual(['postgresql 192.0.2.3 root no unknown', 'postgresql 192.0.2.4 app no known']);
    expect(counts.unreadByReason).toEqual({ 'no-source': 1 });
  });

  test('dropbear: what was told before is in the total of the end', () => {
    const { rows } = attempts(
      at(1, "dropbear[9]: Bad password attempt for 'root' from 192.0.2.5:4711"),
      at(2, "dropbear[9]: Bad password attempt for 'root' from 192.0.2.5:4711"),
      at(3, "dropbear[9]: Exit before auth from <192.0.2.5:4711>: (user 'root', 3 fails): Exited normally"),
      at(4, 'dropbear[10]: Login attempt for nonexistent user from 192.0.2.6:4712'),
      at(5, 'dropbear[10]: Exit before auth from <192.0.2.6:4712>: Exited normally'),
      at(6, "dropbear[9]: Bad password attempt for 'root' from 192.0.2.5:4713"),
    );
    expect(rows).toEqual([
      ...Array<string>(3).fill('dropbear 192.0.2.5 root no known'),
      'dropbear 192.0.2.6 - no unknown',
      'dropbear 192.0.2.5 root no known',
    ]);
  });

  test('postfix: a login counts once for each connection, however many messages it sent', () => {
    const sent =
      'postfix/smtpd[9]: 3F2A: client=h.example[192.0.2.7], sasl_method=PLAIN, sasl_username=alice';
    const { rows } = attempts(
      at(1, 'postfix/smtpd[9]: connect from h.example[192.0.2.7]'),
      at(2, sent),
      at(3, sent),
      at(4, 'postfix/smtpd[9]: disconnect from h.example[192.0.2.7] ehlo=1 auth=1'),
      at(5, sent),
    );
    expect(rows).toEqual(Array<string>(2).fill('postfix 192.0.2.7 alice in known'));
  });
});

describe('a session by what its lines share', () => {
  test('OpenSMTPD', () => {
    const { rows } = attempts(
      at(1, 'smtpd[7]: a1b2c3d4e5f60718 smtp connected address=192.0.2.8 host=h.example'),
      at(2, 'smtpd[7]: ffffffffffffffff smtp connected address=192.0.2.9 host=i.example'),
      at(3, 'smtpd[7]: a1b2c3d4e5f60718 smtp authentication user=bar result=permfail'),
      at(
        3,
        'smtpd[7]: a1b2c3d4e5f60718 smtp failed-command command="AUTH PLAIN (...)" result="535 Authentication failed"',
      ),
      at(4, 'smtpd[7]: ffffffffffffffff smtp authentication user=foo result=ok'),
    );
    expect(rows).toEqual(['opensmtpd 192.0.2.8 bar no', 'opensmtpd 192.0.2.9 foo in known']);
  });

  test('OpenVPN, by address and port', () => {
    const { rows } = attempts(
      at(
        1,
        "openvpn[7]: 192.0.2.10:5000 TLS: Username/Password authentication succeeded for username 'alice' [CN SET]",
      ),
      at(2, 'openvpn[7]: 192.0.2.10:5000 [alice] Peer Connection Initiated with [AF_INET]192.0.2.10:5000'),
      at(
        3,
        'openvpn[7]: 192.0.2.11:5000 TLS Auth Error: Auth Username/Password verification failed for peer',
      ),
    );
    expect(rows).toEqual(['openvpn 192.0.2.10 alice in known', 'openvpn 192.0.2.11 - no']);
  });
});

describe('two voices of one attempt count once', () => {
  const pam = (second: number, service: string, source: string, user: string) =>
    at(
      second,
      `${service}: pam_unix(${service}:auth): authentication failure; logname= uid=0 euid=0 tty=x ruser= rhost=${source}  user=${user}`,
    );

  test('a module in auth.log, the service in its own log', () => {
    const { rows } = attempts(
      {
        name: 'auth.log',
        lines: [pam(1, 'vsftpd', '192.0.2.20', 'bob'), pam(2, 'cockpit', '192.0.2.21', 'eve')],
      },
      {
        name: 'vsftpd.log',
        lines: ['Tue Feb  3 04:05:03 2026 [pid 7] [bob] FAIL LOGIN: Client "::ffff:192.0.2.20"'],
      },
    );
    expect(rows).toEqual(['cockpit 192.0.2.21 eve no', 'vsftpd 192.0.2.20 bob no']);
  });

  test('postfix names no user, the database that it asked does', () => {
    const { rows } = attempts(
      at(1, 'dovecot: auth: passwd-file(info,192.0.2.22): unknown user'),
      at(2, 'postfix/smtpd[9]: warning: unknown[192.0.2.22]: SASL LOGIN authentication failed: UGFzc3dvcmQ6'),
    );
    expect(rows).toEqual(['postfix 192.0.2.22 info no unknown']);
  });

  test('two modules, asked one after the other, speak of one attempt; two attempts are two', () => {
    const { rows } = attempts(
      pam(1, 'ftpd', '192.0.2.23', 'bob'),
      at(
        2,
        'ftpd: pam_sss(ftpd:auth): authentication failure; logname= uid=0 euid=0 tty=x ruser= rhost=192.0.2.23 user=bob',
      ),
      pam(9, 'ftpd', '192.0.2.23', 'bob'),
    );
    expect(rows).toHaveLength(2);
  });

  test('a refusal on the way to a login is none', () => {
    const { rows } = attempts(
      pam(1, 'vsftpd', '192.0.2.24', 'bob'),
      at(2, 'vsftpd[7]: [bob] OK LOGIN: Client "192.0.2.24"'),
    );
    expect(rows).toEqual(['vsftpd 192.0.2.24 bob in known']);
  });

  test('hours apart they are two', () => {
    const { rows } = attempts(
      pam(1, 'vsftpd', '192.0.2.25', 'bob'),
      'Feb  3 09:05:03 h vsftpd[7]: [bob] FAIL LOGIN: Client "192.0.2.25"',
    );
    expect(rows).toHaveLength(2);
  });

  test("sshd's lines are no second voice of another service", () => {
    const { rows } = attempts(
      at(1, 'sshd[9]: Failed password for invalid user bob from 192.0.2.26 port 5 ssh2'),
      pam(2, 'vsftpd', '192.0.2.26', 'bob'),
    );
    expect(rows).toEqual(['sshd 192.0.2.26 bob no unknown', 'vsftpd 192.0.2.26 bob no']);
  });

  test('at the machine itself nobody comes from anywhere', () => {
    expect(attempts(pam(1, 'su', '', 'root'), pam(2, 'sudo', '', 'bob')).rows).toEqual([]);
  });
});
