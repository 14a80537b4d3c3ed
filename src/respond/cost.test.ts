import { expect, it } from 'vitest';
import type { History, StoredAttempt } from '../store/history.ts';
import { costOfUnknownUser } from './cost.ts';

const HOUR = 3600;
const attempt = (time: number, source: string, success: boolean, known: boolean | null): StoredAttempt => ({
  seq: time,
  time,
  source,
  user: success ? 'ann' : 'nan',
  sensor: 'host',
  success,
  known,
  method: 'password',
  name: { input: 'x', line: time, nth: 0 },
  service: 'sshd',
  text: '',
});
const attempts = [
  attempt(100, '192.0.2.1', false, false), // a typo, and in a minute later
  attempt(160, '192.0.2.1', true, true),
  attempt(200, '192.0.2.2', false, false), // in again only long after the block
  attempt(200 + 5 * HOUR, '192.0.2.2', true, true),
  attempt(300, '192.0.2.3', true, true), // known already when the typo comes
  attempt(400, '192.0.2.3', false, false),
  attempt(500, '192.0.2.4', false, true), // a wrong password is no unknown user
  attempt(600, '192.0.2.4', true, true),
  attempt(700, '203.0.113.9', false, false), // nobody of ours
];
const history: Pick<History, 'sources' | 'attempts'> = {
  sources: () => {
    const people = new Set(attempts.filter(({ success }) => success).map(({ source }) => source));
    return Promise.resolve(
      [...people].map((source) => ({ source, failures: 0, successes: 1, firstSeen: 0, lastSeen: 600 })),
    );
  },
  async *attempts({ source }) {
    yield* attempts.filter((one) => one.source === source);
  },
};

it('counts people whom the first unknown user would have blocked, and those who would have noticed', async () => {
  expect(await costOfUnknownUser(history, { seconds: HOUR, mostSeconds: HOUR })).toEqual({
    people: 4,
    hit: 2,
    lockedOut: 1,
    logins: 1,
    samples: [{ source: '192.0.2.1', user: 'nan', failed: 100, loggedIn: 160 }],
    since: 100,
    until: 600,
  });
});
