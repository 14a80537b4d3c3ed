import { describe, expect, it } from 'vitest';
import { readLine } from './line.ts';
import { readOwnStamp } from './own-stamp.ts';
import { STAMP_EPOCH, STAMP_IMPOSSIBLE, STAMP_YEARLESS, Stamp } from './stamp.ts';

function read(text: string) {
  const stamp = new Stamp();
  const end = readOwnStamp(text, stamp);
  return { end, kind: stamp.kind, date: [stamp.year, stamp.month, stamp.day], second: stamp.second, stamp };
}

describe('stamps of logs that programs write themselves', () => {
  it.each([
    ['[03/Feb/2026 01:02:03] x', [2026, 2, 3], 22],
    ['2026:02:03-01:02:03 host x', [2026, 2, 3], 19],
    ['2026:02:03-01:02:03: x', [2026, 2, 3], 20],
    ['2026.02.03 01:02:03 x', [2026, 2, 3], 19],
    ['2026-02-03 01:02:03|x', [2026, 2, 3], 19],
    ['<W>2026-02-03 01:02:03.818 x', [2026, 2, 3], 26],
    ['23-02-2026 01:02:03 x', [2026, 2, 23], 19],
    ['03-02-2026 01:02:03 x', [2026, 2, 3], 19],
    ['02-23-2026 01:02:03 x', [2026, 2, 23], 19],
    ['02/03/2026 01:02:03 x', [2026, 2, 3], 19],
    ['23/02/2026 01:02:03 x', [2026, 2, 23], 19],
  ])('%s', (text, date, end) => {
    expect(read(text)).toMatchObject({ date, second: 3723, end });
  });

  it('has no year where the program writes none', () => {
    expect(read('[Feb  3 01:02:03] x')).toMatchObject({ kind: STAMP_YEARLESS, date: [0, 2, 3] });
    expect(read('[CEST Feb 29 01:02:03] x')).toMatchObject({ kind: STAMP_YEARLESS, date: [0, 2, 29] });
  });

  it('knows what can be no date', () => {
    expect(read('[31/Feb/2026 01:02:03] x').kind).toBe(STAMP_IMPOSSIBLE);
    expect(read('31-31-2026 01:02:03 x').kind).toBe(STAMP_IMPOSSIBLE);
  });

  it('counts TAI64N as daemontools does', () => {
    const { kind, stamp, end } = read('@4000000069814bcb2ef02e94 x');
    expect([kind, stamp.epoch, end]).toEqual([STAMP_EPOCH, 0x69814bcb - 10, 25]);
    expect(read('@4000000069814bc x').end).toBe(0);
    const line =
      '@4000000069814bcb077a9e94 imap-login: Info: Aborted login (auth failed, 1 attempts): user=<bob>, method=PLAIN, rip=192.0.2.33, lip=198.51.100.1';
    const context = { timezone: 'UTC', year: null, reference: 1_900_000_000 };
    expect(readLine(line, context).event).toMatchObject({
      time: '2026-02-03T01:13:37Z',
      user: 'bob',
      source: '192.0.2.33',
    });
  });
});

describe('what stands around a message and says nothing', () => {
  const context = { timezone: 'UTC', year: 2026, reference: 1_900_000_000 };

  it('a blank at its end', () => {
    const line = 'Feb  3 01:02:03 web webmin[2587]: Invalid login as root from 192.0.2.34 ';
    expect(readLine(line, context).event).toMatchObject({ user: 'root', source: '192.0.2.34' });
  });

  it('a module in parentheses', () => {
    const line =
      'Feb  3 01:02:03 web pure-ftpd: (pam_unix) authentication failure; logname= uid=0 euid=0 tty=pure-ftpd ruser=bob rhost=192.0.2.35 ';
    expect(readLine(line, context).event).toMatchObject({ user: 'bob', source: '192.0.2.35' });
  });
});
