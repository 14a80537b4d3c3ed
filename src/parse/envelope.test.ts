import { describe, expect, test } from 'vitest';
import { Envelope } from './envelope.ts';
import { createLineReader, type LineReading } from './line.ts';

/** 2026-11-22T00:00:00Z */
const REFERENCE = Date.UTC(2026, 10, 22) / 1000;
const MESSAGE = 'Invalid user amanda from 192.0.2.1 port 4711';

function read(line: string): LineReading {
  return createLineReader({ timezone: 'UTC', year: null, reference: REFERENCE }).read(line);
}

describe('the envelopes of text logs', () => {
  test.each([
    // RFC 3164 and what daemons make of it
    [`Nov 19 15:04:22 h.example sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h.example'],
    [`Nov  9 05:04:22 h.example sshd[40232]: ${MESSAGE}`, '2026-11-09T05:04:22Z', 'h.example'],
    [`Nov 9 5:04:22 h.example sshd[40232]: ${MESSAGE}`, '2026-11-09T05:04:22Z', 'h.example'],
    [`Nov 29 15:04:22 h.example sshd[40232]: ${MESSAGE}`, '2025-11-29T15:04:22Z', 'h.example'],
    [`<38>Nov 19 15:04:22 h.example sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h.example'],
    [`Nov 19 15:04:22 <auth.info> h.example sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h.example'],
    [`Nov 19 2008 15:04:22 h.example sshd[40232]: ${MESSAGE}`, '2008-11-19T15:04:22Z', 'h.example'],
    [`2008 Nov 19 15:04:22 h.example sshd[40232]: ${MESSAGE}`, '2008-11-19T15:04:22Z', 'h.example'],
    [`Nov 19 15:04:22.123456 h.example sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h.example'],
    [`Nov 19 15:04:22 sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', null],
    [`Nov 19 15:04:22  sshd[40232]: ${MESSAGE}`, '2026-11-19T15:04:22Z', null],
    [`Nov 19 15:04:22 h.example sshd: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h.example'],
    [`Nov 19 15:04:22 192.0.2.200 /usr/sbin/sshd[7]: ${MESSAGE}`, '2026-11-19T15:04:22Z', '192.0.2.200'],
    [`Nov 19 15:04:22 2001:db8::5 sshd-session[7]: ${MESSAGE}`, '2026-11-19T15:04:22Z', '2001:db8::5'],
    [`Nov 19 15:04:22 h sshd-auth[7]: ${MESSAGE} [preauth]`, '2026-11-19T15:04:22Z', 'h'],
    [`Nov 19 15:04:22 h auth|security:info sshd[7]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h'],
    [`Nov 19 15:04:22 h authpriv.notice sshd[7]: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h'],
    [`Nov 19 15:04:22 h sshd[7]: [ID 800047 auth.info] ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h'],
    [`Nov 19 15:04:22 h com.openssh.sshd[7] <Notice>: ${MESSAGE}`, '2026-11-19T15:04:22Z', 'h'],
    // ISO 8601
    [`2026-02-01T00:00:01.123456+00:00 h sshd[7]: ${MESSAGE}`, '2026-02-01T00:00:01Z', 'h'],
    [`2026-02-01T00:00:01+01:00 h sshd[7]: ${MESSAGE}`, '2026-01-31T23:00:01Z', 'h'],
    [`2026-02-01T00:00:01-0730 h sshd[7]: ${MESSAGE}`, '2026-02-01T07:30:01Z', 'h'],
    [`2026-02-01T00:00:01Z h sshd[7]: ${MESSAGE}`, '2026-02-01T00:00:01Z', 'h'],
    [`2026-02-01 00:00:01 h sshd[7]: ${MESSAGE}`, '2026-02-01T00:00:01Z', 'h'],
    [`2018-01-01 12:00:00.123456-0700  localhost sshd[123]: ${MESSAGE}`, '2018-01-01T19:00:00Z', 'localhost'],
    [`2026-02-01T00:00:01.46667 auth.info: ${MESSAGE}`, '2026-02-01T00:00:01Z', null],
    // RFC 5424
    [
      `<38>1 2026-02-01T00:00:01+00:00 h sshd 14281 - [meta sequenceId="11"] ${MESSAGE}`,
      '2026-02-01T00:00:01Z',
      'h',
    ],
    [`<38>1 2026-02-01T00:00:01.9+00:00 h sshd 14281 - -  ${MESSAGE}`, '2026-02-01T00:00:01Z', 'h'],
    [
      `<38>1 2026-02-01T00:00:01Z h sshd 14281 ID1 [a x="]\\"] "][b y="z"] \ufeff${MESSAGE}`,
      '2026-02-01T00:00:01Z',
      'h',
    ],
    [`<38>1 2026-02-01T00:00:01Z - sshd - - - ${MESSAGE}`, '2026-02-01T00:00:01Z', null],
    [`<38>1 - h sshd 7 - - ${MESSAGE}`, null, 'h'],
    // journalctl
    [`Mon 2026-02-02 12:00:00 UTC h sshd[7]: ${MESSAGE}`, '2026-02-02T12:00:00Z', 'h'],
    [`Mon 2026-02-02 12:00:00 CET h ssh.service[7]: ${MESSAGE}`, '2026-02-02T12:00:00Z', 'h'],
    [
      `Mon 2026-02-02 12:00:00 +02 h sshd@3-192.0.2.9:22-192.0.2.1:4711.service[7]: ${MESSAGE}`,
      '2026-02-02T10:00:00Z',
      'h',
    ],
    [`1629108000.123456 h sshd[7]: ${MESSAGE}`, '2021-08-16T10:00:00Z', 'h'],
    [
      JSON.stringify({
        __REALTIME_TIMESTAMP: '1629108000123456',
        _HOSTNAME: 'h',
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: '7',
        MESSAGE,
      }),
      '2021-08-16T10:00:00Z',
      'h',
    ],
    [
      JSON.stringify({
        __REALTIME_TIMESTAMP: '1629108000123456',
        SYSLOG_IDENTIFIER: 'sshd',
        MESSAGE: [...Buffer.from(MESSAGE)],
      }),
      '2021-08-16T10:00:00Z',
      null,
    ],
    // none
    [MESSAGE, null, null],
    [`sshd[7]: ${MESSAGE}`, null, null],
    [`error: ${MESSAGE}`, null, null],
  ])('%s', (line, time, sensor) => {
    const { event, kind } = read(line);
    expect({ kind, ...event }).toMatchObject({
      kind: 'attempt',
      time,
      sensor,
      source: '192.0.2.1',
      port: 4711,
      user: 'amanda',
    });
  });

  test('the old tag of a PAM module', () => {
    const line =
      'Jun 14 15:16:01 h sshd(pam_unix)[19939]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.5  user=root';
    expect(read(line)).toMatchObject({ kind: 'attempt', event: { source: '192.0.2.5', user: 'root' } });
  });
});

describe('no date', () => {
  test.each([
    'Feb 30 15:04:22',
    'Nov 19 25:61:61',
    'Nov 0 15:04:22',
    'Nov 31 15:04:22',
    '2026-02-29 00:00:01',
    '2026-13-01T00:00:01Z',
    '2026-01-01T24:00:01Z',
  ])('%s', (stamp) => {
    expect(read(`${stamp} h sshd[7]: ${MESSAGE}`)).toMatchObject({
      kind: 'unread',
      reason: 'bad-time',
      event: null,
    });
  });

  test('29 February is one in a leap year', () => {
    expect(read(`Feb 29 15:04:22 h sshd[7]: ${MESSAGE}`).event?.time).toBe('2024-02-29T15:04:22Z');
  });

  test('a leap second is the last second of its minute', () => {
    expect(read(`Dec 31 23:59:60 h sshd[7]: ${MESSAGE}`).event?.time).toBe('2025-12-31T23:59:59Z');
  });
});

describe('lines of others', () => {
  test.each([
    'Nov 19 15:04:22 h CRON[1]: pam_unix(cron:session): session opened for user root by (uid=0)',
    `Nov 19 15:04:22 h sshdx[1]: ${MESSAGE}`,
    `Nov 19 15:04:22 h kernel: sshd[1]: ${MESSAGE}`,
    '{"MESSAGE": 5}',
    '{',
    '',
    '\u0000\u0000\u0000',
    'a text without any form',
  ])('%s', (line) => {
    expect(read(line)).toMatchObject({ kind: 'other', event: null });
  });
});

test('the process number is read, and one that cannot be is no tag', () => {
  const envelope = new Envelope();
  envelope.read(`Nov 19 15:04:22 h sshd[40232]: ${MESSAGE}`);
  expect(envelope.pid).toBe(40_232);
  expect(read(`Nov 19 15:04:22 h sshd[99999999999]: ${MESSAGE}`).kind).toBe('other');
});
