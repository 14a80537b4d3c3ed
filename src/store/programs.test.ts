import { describe, expect, it } from 'vitest';
import { ProgramTally } from './programs.ts';

function warningOf(lines: readonly string[]) {
  const tally = new ProgramTally();
  tally.beginFile();
  for (const line of lines) tally.line(line);
  return tally.noLogins('web.log', lines.length).message;
}

describe('a log without logins is described by who wrote it', () => {
  it.each<[string, readonly string[], string]>([
    [
      'most lines first',
      [
        'Nov 19 15:04:22 host CRON[1]: (root) CMD (true)',
        'Nov 19 15:04:23 host postfix/smtpd[2]: connect from unknown[192.0.2.1]',
        '2026-11-19T15:04:24+00:00 host postfix/smtpd[2]: disconnect',
      ],
      'web.log: 3 lines, but only of other programs: postfix/smtpd, CRON',
    ],
    ['no syslog', ['hello', ''], 'web.log: 2 lines, and none looks like a line of syslog'],
    [
      'a single line',
      ['Nov 19 15:04:22 host kernel: up'],
      'web.log: 1 line, but only of other programs: kernel',
    ],
    [
      'not more than five',
      'abcdefg'.split('').map((name) => `Nov 19 15:04:22 host ${name}: x`),
      'web.log: 7 lines, but only of other programs: a, b, c, d, e and others',
    ],
  ])('%s', (_, lines, expected) => expect(warningOf(lines)).toBe(expected));

  it('takes no time over a line of a mebibyte', () => {
    expect(warningOf(['x '.repeat(500_000)])).toMatch(/none looks like/);
  });
});
