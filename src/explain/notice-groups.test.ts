import { describe, expect, it } from 'vitest';
import { everything } from '../../tests/golden/examples.ts';
import { groupedNotices } from './notice-groups.ts';
import { buildReport } from './report.ts';
import type { NoticeReport } from './schema.ts';

const notice = (
  kind: NoticeReport['kind'],
  source: string,
  more: Partial<NoticeReport> = {},
): NoticeReport => ({
  kind,
  says: `${kind} by itself`,
  sources: [source],
  usernames: ['nora'],
  attempts: 10,
  time: null,
  everySeconds: null,
  ...more,
});

describe('notices of one kind', () => {
  it('stay as they are where there is one of a kind', () => {
    const { log, detection } = everything();
    const { notices } = buildReport(log, detection);
    expect(groupedNotices(notices)).toEqual(notices.map((one) => one.says));
  });

  it('are none of none', () => expect(groupedNotices([])).toEqual([]));

  it('are one sentence with their number and the largest three, in the order of the kinds', () => {
    const many = (kind: NoticeReport['kind'], more: (i: number) => Partial<NoticeReport>) =>
      Array.from({ length: 5 }, (_, i) => notice(kind, `192.0.2.${i}`, { attempts: i, ...more(i) }));
    const sources = (n: number) => Array.from({ length: n }, (_, i) => `198.51.100.${i}`);
    expect(
      groupedNotices([
        ...many('broken-job', () => ({ everySeconds: 720 })),
        notice('too-little-to-tell', '192.0.2.9'),
        ...many('office', (i) => ({ usernames: sources(8 + i) })),
        ...many('shared-dictionary', (i) => ({ sources: sources(30 + i), usernames: [`name${i}`] })),
        ...many('own-machines', () => ({ time: '2026-11-19T07:00:00Z' })),
        ...many('success-after-guessing', () => ({})),
      ]),
    ).toEqual([
      '5 sources fail the same way over and over: 192.0.2.4 as nora every 12 min, 192.0.2.3 as nora every 12 min, 192.0.2.2 as nora every 12 min and 2 more. Jobs with a wrong password or key, not an attack.',
      'too-little-to-tell by itself',
      'From 5 addresses many users log in: 192.0.2.4 (12 users), 192.0.2.3 (11 users), 192.0.2.2 (10 users) and 2 more. Offices or gateways; their failures are mistakes of many people and were not held against them.',
      '160 sources tried one name each and no other, each on its own and at any time: name4 (34 sources), name3 (33 sources), name2 (32 sources) and 2 more. Worms or public word lists, not one campaign.',
      '5 groups of sources that used to log in fail at a steady pace: 1 source as nora since 2026-11-19 07:00 UTC, 1 source as nora since 2026-11-19 07:00 UTC, 1 source as nora since 2026-11-19 07:00 UTC and 2 more. Most likely your own machines with a password that has expired or was changed; they are not part of any campaign.',
      '5 logins succeeded after failed attempts, outside any campaign: 192.0.2.4 as nora after 4, 192.0.2.3 as nora after 3, 192.0.2.2 as nora after 2 and 2 more.',
    ]);
  });
});
