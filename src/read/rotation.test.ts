import { describe, expect, it } from 'vitest';
import { isLoginLogName, rotationOf } from './rotation.ts';

describe('pieces of one rotated log', () => {
  const oldestFirst = (names: readonly string[]) =>
    [...names].sort((a, b) => (rotationOf(a).age < rotationOf(b).age ? -1 : 1));

  it.each([
    ['logrotate, numbers', ['auth.log.10.gz', 'auth.log.9.gz', 'auth.log.2.gz', 'auth.log.1', 'auth.log']],
    ['logrotate, dateext', ['secure-20210808', 'secure-20210815', 'secure']],
    [
      'logrotate, dateformat with seconds',
      ['secure-20210815-1629000000.gz', 'secure-20210815-1629100000', 'secure'],
    ],
    ['logrotate, extension .log', ['auth-20210808.log.gz', 'auth-20210815.log', 'auth.log']],
    ['newsyslog', ['authlog.1.gz', 'authlog.0.gz', 'authlog']],
    ['dates with dashes', ['auth.log.2021-08-08.gz', 'auth.log.2021-08-15.gz', 'auth.log']],
    ['number before the extension', ['sshd.2.log', 'sshd.1.log', 'sshd.log']],
    [
      'dates from an older configuration come before numbers',
      ['auth.log-20200101.gz', 'auth.log.1', 'auth.log'],
    ],
    ['by hand', ['auth.log.old', 'auth.log']],
  ])('%s: one log, oldest first', (_, names) => {
    expect(new Set(names.map((name) => rotationOf(name).base)).size).toBe(1);
    expect(oldestFirst([...names].reverse())).toEqual(names);
  });

  it.each(['192.0.2.10', '192.0.2.10.log', 'host-192.0.2.10', 'web1.log', 'host.example'])(
    '%s is a log of its own',
    (name) => {
      expect(rotationOf(name)).toEqual({ base: name, age: '2' });
    },
  );

  it('keeps hosts apart that are named by address', () => {
    expect(rotationOf('192.0.2.10.1').base).toBe('192.0.2.10');
    expect(rotationOf('192.0.2.10.log.1.gz').base).toBe('192.0.2.10.log');
  });
});

describe('names of login logs', () => {
  it.each(['auth.log', 'auth.log.3.gz', 'secure-20210815', 'authlog.0.gz', 'auth-20210815.log', 'sshd.log'])(
    '%s is one',
    (name) => expect(isLoginLogName(name)).toBe(true),
  );
  it.each(['syslog', 'author.log', 'access.log', 'auth.log.bak', 'insecure', 'wtmp'])('%s is none', (name) =>
    expect(isLoginLogName(name)).toBe(false),
  );
});
