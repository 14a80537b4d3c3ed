/** One attempt counts once, however many lines tell of it. Each case is a log as sshd writes it. */
import { describe, expect, test } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import { isoTime } from '../model/time.ts';
import { createLogParser, type ParseCounts } from './log-parser.ts';

/** `clock|process|message` lines; the process alone where the message has its own tag. */
function attempts(log: string): string[] {
  return parsed(log).rows;
}

function parsed(log: string, tag = 'sshd'): { rows: string[]; counts: ParseCounts } {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [clock, pid, ...message] = line.split('|');
      return `Nov 19 ${clock} host.example ${tag}[${pid}]: ${message.join('|')}`;
    });
  return parsedLines(lines);
}

function parsedLines(lines: readonly string[]): { rows: string[]; counts: ParseCounts } {
  const builder = new AttemptTableBuilder();
  const reference = Date.UTC(2026, 10, 22) / 1000;
  const parser = createLogParser({ timezone: 'UTC', year: null, reference }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const line of lines) parser.line(line);
  const counts = parser.finish();
  const table = builder.finish();
  const accounts = ['?', 'unknown', 'known'];
  const methods = ['-', 'password', 'kbdint', 'publickey', 'gssapi', 'hostbased', 'other'];
  const rows = Array.from(table.time, (time, i) => {
    const user = table.user[i] === 0 ? '(no user)' : table.users[table.user[i]!];
    const outcome = table.outcome[i] === 1 ? 'in' : 'failed';
    return [
      isoTime(time).slice(11, 19),
      outcome,
      user,
      table.sources[table.source[i]!],
      accounts[table.account[i]!],
      methods[table.method[i]!],
    ].join(' ');
  });
  return { rows, counts };
}

const FAILURE = (source: string, user = '') =>
  `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${source} ${user && ` user=${user}`}`;

test('a line behind the NUL bytes that a crash, or emptying a log, leaves in front of it counts', () => {
  const line = (second: number) =>
    `Nov 19 15:00:0${second} host.example sshd[${second}]: Failed password for root from 192.0.2.${second} port 4 ssh2`;
  const { rows, counts } = parsedLines([line(1), `${'\0'.repeat(4000)}${line(2)}`, line(3)]);
  expect(rows).toHaveLength(3);
  expect(counts.lines).toBe(3);
});

describe('one guess in several lines', () => {
  test('an unknown user on Linux with PAM: five lines', () => {
    expect(
      attempts(`
        15:00:00|10|Invalid user amanda from 192.0.2.1 port 4000
        15:00:00|10|input_userauth_request: invalid user amanda [preauth]
        15:00:01|10|pam_unix(sshd:auth): check pass; user unknown
        15:00:01|10|${FAILURE('192.0.2.1')}
        15:00:03|10|Failed password for invalid user amanda from 192.0.2.1 port 4000 ssh2
        15:00:04|10|Connection closed by invalid user amanda 192.0.2.1 port 4000 [preauth]`),
    ).toEqual(['15:00:00 failed amanda 192.0.2.1 unknown password']);
  });

  test('three guesses in one connection', () => {
    expect(
      attempts(`
        15:00:01|10|${FAILURE('192.0.2.1', 'root')}
        15:00:03|10|Failed password for root from 192.0.2.1 port 4000 ssh2
        15:00:09|10|message repeated 2 times: [ Failed password for root from 192.0.2.1 port 4000 ssh2]
        15:00:09|10|PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root
        15:00:09|10|error: maximum authentication attempts exceeded for root from 192.0.2.1 port 4000 ssh2 [preauth]
        15:00:09|10|Disconnecting authenticating user root 192.0.2.1 port 4000: Too many authentication failures [preauth]`),
    ).toEqual([
      '15:00:03 failed root 192.0.2.1 known password',
      '15:00:09 failed root 192.0.2.1 known password',
      '15:00:09 failed root 192.0.2.1 known password',
    ]);
  });

  test('keyboard-interactive: PAM refuses in processes of its own', () => {
    expect(
      attempts(`
        15:00:01|11|${FAILURE('192.0.2.1', 'root')}
        15:00:03|10|error: PAM: Authentication failure for root from 192.0.2.1
        15:00:04|12|${FAILURE('192.0.2.1', 'root')}
        15:00:06|10|error: PAM: Authentication failure for root from 192.0.2.1
        15:00:06|10|Failed keyboard-interactive/pam for root from 192.0.2.1 port 4000 ssh2
        15:00:07|10|Disconnected from authenticating user root 192.0.2.1 port 4000 [preauth]`),
    ).toEqual(['15:00:03 failed root 192.0.2.1 known kbdint', '15:00:06 failed root 192.0.2.1 known kbdint']);
  });

  test('keyboard-interactive with UseDNS: the processes of PAM say a host name, sshd the address', () => {
    expect(
      attempts(`
        15:00:00|10|Invalid user amanda from 192.0.2.1 port 4000
        15:00:01|11|${FAILURE('gate.example')}
        15:00:03|10|error: PAM: Authentication failure for illegal user amanda from gate.example
        15:00:03|10|Failed keyboard-interactive/pam for invalid user amanda from 192.0.2.1 port 4000 ssh2
        15:00:04|12|${FAILURE('gate.example')}
        15:00:06|10|error: PAM: Authentication failure for illegal user amanda from gate.example
        15:00:06|10|Failed keyboard-interactive/pam for invalid user amanda from 192.0.2.1 port 4000 ssh2`),
    ).toEqual([
      '15:00:00 failed amanda 192.0.2.1 unknown kbdint',
      '15:00:06 failed amanda 192.0.2.1 unknown kbdint',
    ]);
  });

  test('each guess keeps the method that it was made with', () => {
    expect(
      attempts(`
        15:00:03|10|Failed keyboard-interactive/pam for root from 192.0.2.1 port 4000 ssh2
        15:00:06|10|Failed password for root from 192.0.2.1 port 4000 ssh2`),
    ).toEqual([
      '15:00:03 failed root 192.0.2.1 known kbdint',
      '15:00:06 failed root 192.0.2.1 known password',
    ]);
  });

  test('a visit that offered nothing but a key', () => {
    expect(
      attempts(`
        15:00:03|10|Failed publickey for root from 192.0.2.1 port 4000 ssh2: RSA SHA256:aabb
        15:00:03|10|Connection closed by authenticating user root 192.0.2.1 port 4000 [preauth]`),
    ).toEqual(['15:00:03 failed root 192.0.2.1 known publickey']);
  });

  test('FreeBSD in 2008: one line, a host name', () => {
    expect(
      attempts('15:04:22|40232|error: PAM: authentication error for illegal user alias from s1.example'),
    ).toEqual(['15:04:22 failed alias s1.example unknown kbdint']);
  });

  test('a host name becomes the address that another line tells', () => {
    expect(
      attempts(`
        15:00:01|10|${FAILURE('gate.example', 'root')}
        15:00:03|10|error: PAM: Authentication failure for root from gate.example
        15:00:03|10|Failed keyboard-interactive/pam for root from 192.0.2.1 port 4000 ssh2`),
    ).toEqual(['15:00:03 failed root 192.0.2.1 known kbdint']);
  });

  test('two modules refuse the same password', () => {
    expect(
      attempts(`
        15:00:01|10|${FAILURE('192.0.2.1', 'ivan')}
        15:00:01|10|pam_sss(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1 user=ivan
        15:00:01|10|pam_sss(sshd:auth): received for user ivan: 7 (Authentication failure)
        15:00:03|10|Failed password for ivan from 192.0.2.1 port 4000 ssh2`),
    ).toEqual(['15:00:03 failed ivan 192.0.2.1 known password']);
  });

  test('only the module tells: it counts when nothing else came', () => {
    expect(
      attempts(`
        15:00:01|10|${FAILURE('192.0.2.1', 'root')}
        15:00:09|10|PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root`),
    ).toEqual([
      '15:00:01 failed root 192.0.2.1 known password',
      '15:00:09 failed root 192.0.2.1 known password',
      '15:00:09 failed root 192.0.2.1 known password',
    ]);
  });

  test('last message repeated, by another syslog', () => {
    const { rows } = parsedLines([
      'Nov 19 15:00:01 host.example sshd[10]: Failed password for root from 192.0.2.1 port 4000 ssh2',
      'Nov 19 15:00:09 host.example last message repeated 2 times',
      'Nov 19 15:01:01 host.example CRON[5]: something else',
      'Nov 19 15:01:09 host.example last message repeated 9 times',
    ]);
    expect(rows).toHaveLength(3);
  });

  test('before 5.9 the child closes under its own number', () => {
    expect(
      attempts(`
        15:00:03|10|Failed password for root from 192.0.2.1 port 4000 ssh2
        15:00:04|11|Disconnecting: Too many authentication failures for root`),
    ).toEqual(['15:00:03 failed root 192.0.2.1 known password']);
  });

  test('a parted sshd (9.8): session and auth', () => {
    const { rows } = parsedLines([
      'Nov 19 15:00:01 h sshd-session[10]: Invalid user pi from 2001:db8::1 port 4000',
      'Nov 19 15:00:03 h sshd-session[10]: Failed password for invalid user pi from 2001:db8::1 port 4000 ssh2',
      'Nov 19 15:00:03 h sshd-auth[11]: Connection closed by invalid user pi 2001:db8::1 port 4000 [preauth]',
      'Nov 19 15:00:04 h sshd[1]: srclimit_penalise: ipv6: new 2001:db8::/64 active penalty of 5 seconds for penalty: failed authentication',
    ]);
    expect(rows).toEqual(['15:00:01 failed pi 2001:db8::1 unknown password']);
  });
});

describe('attempts that end before a password is taken', () => {
  test.each([
    ['Invalid user pi from 192.0.2.1 port 4000', 'failed pi 192.0.2.1 unknown -'],
    [
      'Connection closed by authenticating user root 192.0.2.1 port 4000 [preauth]',
      'failed root 192.0.2.1 known -',
    ],
    ['Disconnected from invalid user pi 192.0.2.1 port 4000 [preauth]', 'failed pi 192.0.2.1 unknown -'],
    [
      'User news from 192.0.2.1 not allowed because not listed in AllowUsers',
      'failed news 192.0.2.1 known -',
    ],
    ['Failed none for invalid user pi from 192.0.2.1 port 4000 ssh2', 'failed pi 192.0.2.1 unknown -'],
    ['ROOT LOGIN REFUSED FROM 192.0.2.1 port 4000', 'failed root 192.0.2.1 known -'],
  ])('%s', (message, expected) => {
    expect(attempts(`15:00:00|10|${message}`)).toEqual([`15:00:00 ${expected}`]);
  });

  test('a locked account, whose line has no source, gets it from its process', () => {
    expect(
      attempts(`
        15:00:00|10|User news not allowed because account is locked
        15:00:02|10|Connection closed by invalid user news 192.0.2.1 port 4000 [preauth]`),
    ).toEqual(['15:00:00 failed news 192.0.2.1 known -']);
  });

  test('an account that is not allowed exists, though sshd then calls it invalid', () => {
    expect(
      attempts(`
        15:00:00|10|User root from 192.0.2.1 not allowed because not listed in AllowUsers
        15:00:02|10|Failed password for invalid user root from 192.0.2.1 port 4000 ssh2
        15:00:04|10|Failed password for invalid user root from 192.0.2.1 port 4000 ssh2`),
    ).toEqual([
      '15:00:00 failed root 192.0.2.1 known password',
      '15:00:04 failed root 192.0.2.1 known password',
    ]);
  });
});

describe('logins', () => {
  test('a login counts once', () => {
    expect(
      attempts(`
        15:00:00|10|Accepted password for alice from 192.0.2.1 port 4000 ssh2
        15:00:00|10|pam_unix(sshd:session): session opened for user alice by (uid=0)
        15:09:00|12|Disconnected from user alice 192.0.2.1 port 4000`),
    ).toEqual(['15:00:00 in alice 192.0.2.1 known password']);
  });

  test('a typing error before it counts, what the agent tried and a module on the way do not', () => {
    expect(
      attempts(`
        15:00:00|10|Failed publickey for alice from 192.0.2.1 port 4000 ssh2: RSA SHA256:aa
        15:00:01|10|Failed publickey for alice from 192.0.2.1 port 4000 ssh2: ED25519 SHA256:bb
        15:00:02|10|${FAILURE('192.0.2.1', 'alice')}
        15:00:04|10|Failed password for alice from 192.0.2.1 port 4000 ssh2
        15:00:05|10|${FAILURE('192.0.2.1', 'alice')}
        15:00:06|10|Accepted password for alice from 192.0.2.1 port 4000 ssh2`),
    ).toEqual([
      '15:00:04 failed alice 192.0.2.1 known password',
      '15:00:06 in alice 192.0.2.1 known password',
    ]);
  });

  test('one of two factors is no login and no failure when the second follows', () => {
    expect(
      attempts(`
        15:00:00|10|Partial publickey for alice from 192.0.2.1 port 4000 ssh2: RSA SHA256:aa
        15:00:06|10|Accepted keyboard-interactive/pam for alice from 192.0.2.1 port 4000 ssh2`),
    ).toEqual(['15:00:06 in alice 192.0.2.1 known kbdint']);
  });

  test('keys alone, and no login: each was offered', () => {
    expect(
      attempts(`
        15:00:00|10|Failed publickey for alice from 192.0.2.1 port 4000 ssh2: RSA SHA256:aa
        15:00:01|10|Failed publickey for alice from 192.0.2.1 port 4000 ssh2: ED25519 SHA256:bb`),
    ).toHaveLength(2);
  });

  test('a port used again after a login is another connection', () => {
    expect(
      attempts(`
        15:00:00|10|Accepted password for alice from 192.0.2.1 port 4000 ssh2
        15:00:40|11|Accepted password for alice from 192.0.2.1 port 4000 ssh2`),
    ).toHaveLength(2);
  });
});

describe('connections apart', () => {
  test('a process number used again', () => {
    expect(
      attempts(`
        15:00:00|10|Failed password for root from 192.0.2.1 port 4000 ssh2
        15:00:05|10|Failed password for root from 192.0.2.2 port 4001 ssh2
        15:00:09|10|Failed password for root from 192.0.2.2 port 4002 ssh2`),
    ).toHaveLength(3);
  });

  test('the same process number on two sensors', () => {
    const { rows } = parsedLines([
      'Nov 19 15:00:01 a.example sshd[10]: Invalid user pi from 192.0.2.1 port 4000',
      'Nov 19 15:00:01 b.example sshd[10]: Invalid user pi from 192.0.2.1 port 4000',
    ]);
    expect(rows).toHaveLength(2);
  });

  test('lines without process and port: each Invalid user is a connection, Failed belongs to it', () => {
    const { rows } = parsedLines([
      'Nov 19 15:00:01 h sshd: Invalid user pi from 192.0.2.1',
      'Nov 19 15:00:03 h sshd: Failed password for invalid user pi from 192.0.2.1 port 4000 ssh2',
      'Nov 19 15:00:11 h sshd: Invalid user pi from 192.0.2.1',
      'Nov 19 15:00:13 h sshd: Failed password for invalid user pi from 192.0.2.1 port 4001 ssh2',
    ]);
    expect(rows).toHaveLength(2);
  });

  test('a group is a world of its own', () => {
    const builder = new AttemptTableBuilder();
    const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1.8e9 }, builder);
    for (const group of ['a', 'b']) {
      parser.beginFile({ name: `${group}.log`, group });
      parser.line('Nov 19 15:00:01 h sshd[10]: Invalid user pi from 192.0.2.1 port 4000');
    }
    parser.finish();
    expect(builder.length).toBe(2);
  });

  test('an attempt may straddle two files of a group', () => {
    const builder = new AttemptTableBuilder();
    const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1.8e9 }, builder);
    parser.beginFile({ name: 'auth.log.1', group: 'auth.log' });
    parser.line('Nov 19 15:00:01 h sshd[10]: Invalid user pi from 192.0.2.1 port 4000');
    parser.beginFile({ name: 'auth.log', group: 'auth.log' });
    parser.line(
      'Nov 19 15:00:03 h sshd[10]: Failed password for invalid user pi from 192.0.2.1 port 4000 ssh2',
    );
    parser.finish();
    expect(builder.length).toBe(1);
  });

  test('a hundred thousand and more at once are bounded, and none is lost', () => {
    const builder = new AttemptTableBuilder();
    const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1.8e9 }, builder);
    parser.beginFile({ name: 'auth.log', group: 'auth.log' });
    const total = 120_000;
    for (let pid = 1; pid <= total; pid++)
      parser.line(`Nov 19 15:00:01 h sshd[${pid}]: ${FAILURE('192.0.2.1', 'root')}`);
    parser.finish();
    expect(builder.length).toBe(total);
  });
});

describe('what is counted', () => {
  test('lines, those of the service, those of others, those unread and why', () => {
    const { counts } = parsedLines([
      'Failed password for root from 192.0.2.1 port 4000 ssh2',
      'Nov 19 15:00:01 h sshd[10]: Failed password for root from 192.0.2.1 port 4000 ssh2',
      'Nov 19 15:00:01 h sshd[10]: A message of the future',
      'Nov 19 15:00:01 h sshd[10]: Invalid user pi from 2001:db8:0:0:0:0:0:0:1',
      'Nov 31 15:00:01 h sshd[10]: Invalid user pi from 192.0.2.1',
      'Nov 19 15:00:01 h sshd[10]: Server listening on 0.0.0.0 port 22.',
      'Nov 19 15:00:01 h CRON[11]: pam_unix(cron:session): session opened for user root by (uid=0)',
      '',
      '\u0000\u0000',
      'Failed password for root from 192.0.2.1 port 4001 ssh2\r',
    ]);
    expect(counts).toMatchObject({
      lines: 10,
      serviceLines: 7,
      otherLines: 3,
      unreadLines: 4,
      unreadByReason: { 'bad-source': 1, 'bad-time': 1, 'no-form': 1, 'no-time': 1 },
    });
    expect(counts.unreadSamples[1]).toEqual({
      file: 'auth.log',
      line: 3,
      text: 'Nov 19 15:00:01 h sshd[10]: A message of the future',
      reason: 'no-form',
    });
  });

  test('a bare line has the time of the one before it', () => {
    const { rows } = parsedLines([
      'Nov 19 15:00:01 h CRON[11]: something',
      'Failed password for root from 192.0.2.1 port 4001 ssh2',
    ]);
    expect(rows).toEqual(['15:00:01 failed root 192.0.2.1 known password']);
  });

  test('at most 20 samples, none longer than 400 characters', () => {
    const { counts } = parsedLines(
      Array.from(
        { length: 50 },
        (_, i) => `Nov 19 15:00:01 h sshd[${i}]: A message ${'of the future '.repeat(90)}`,
      ),
    );
    expect(counts.unreadLines).toBe(50);
    expect(counts.unreadSamples).toHaveLength(20);
    expect(Math.max(...counts.unreadSamples.map((sample) => sample.text.length))).toBe(400);
  });
});
