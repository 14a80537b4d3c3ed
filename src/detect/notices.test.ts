import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { detect } from './detect.ts';

const login = (time: number, user: string, source: string): Try => ({
  time: MONDAY + time,
  source,
  user,
  success: true,
  known: true,
  method: 'password',
});
const failure = (time: number, user: string, source: string, known = true): Try => ({
  time: MONDAY + time,
  source,
  user,
  known,
});

/** A machine that logs in every three hours until `expires`, and fails as regularly from then on. */
function machine(i: number, expires: number, until: number, user = 'collector'): Try[] {
  const tries: Try[] = [];
  for (let time = i * 60; time < until; time += 3 * HOUR)
    tries.push((time < expires ? login : failure)(time, user, `m${i}.host.example`));
  return tries;
}

function noticesIn(tries: readonly Try[]) {
  const table = tableOf(tries);
  const { notices, campaigns } = detect(table);
  expect(campaigns).toEqual([]);
  return notices.map((notice) => ({
    ...notice,
    sources: notice.sources.map((s) => table.sources[s]!),
    users: notice.users.map((u) => table.users[u]!),
  }));
}

describe('the owner’s own machines', () => {
  it('all fail at a steady pace since their password expired', () => {
    const tries = Array.from({ length: 40 }, (_, i) => machine(i, 5 * DAY, 12 * DAY)).flat();
    const notices = noticesIn(tries);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'own-machines', users: ['collector'] });
    expect(notices[0]!.sources).toHaveLength(40);
    const own = notices[0]!;
    if (own.kind !== 'own-machines') throw new Error('not the notice');
    expect(Math.abs(own.since - (MONDAY + 5 * DAY))).toBeLessThan(3 * HOUR);
    expect(own.attempts).toBe(tries.filter((one) => !one.success).length);
  });

  it('are jobs, each by itself, where there are two', () => {
    const notices = noticesIn([...machine(1, 5 * DAY, 12 * DAY), ...machine(2, 5 * DAY, 12 * DAY)]);
    expect(notices.map((n) => n.kind)).toEqual(['broken-job', 'broken-job']);
  });

  it('are not mentioned once they log in again', () => {
    const tries = Array.from({ length: 10 }, (_, i) => [
      ...machine(i, 5 * DAY, 7 * DAY),
      login(7 * DAY + i, 'collector', `m${i}.host.example`),
    ]).flat();
    expect(noticesIn(tries)).toEqual([]);
  });
});

describe('a broken job', () => {
  it('fails as the same user by the clock', () => {
    const tries = Array.from({ length: 50 }, (_, i) =>
      failure(i * 30 * MINUTE, 'rsync', 'backup.host.example', false),
    );
    expect(noticesIn(tries)).toMatchObject([
      {
        kind: 'broken-job',
        sources: ['backup.host.example'],
        users: ['rsync'],
        attempts: 50,
        everySeconds: 30 * MINUTE,
      },
    ]);
  });
});

describe('an office', () => {
  it('is an address from which many accounts log in, and some fail', () => {
    const tries = Array.from({ length: 10 }, (_, i) => login(i * HOUR, `person${i}`, '192.0.2.1'));
    expect(noticesIn([...tries, failure(50, 'person3', '192.0.2.1')])).toMatchObject([
      { kind: 'office', sources: ['192.0.2.1'], attempts: 1 },
    ]);
    expect(noticesIn(tries)).toEqual([]);
    expect(noticesIn([...tries.slice(0, 7), failure(50, 'person3', '192.0.2.1')])).toEqual([]);
  });
});

describe('a shared dictionary', () => {
  it('is one name that many sources try, each for itself, at all times', () => {
    const random = seededRandom(3);
    const tries = Array.from({ length: 40 }, (_, i) =>
      failure(random.below(40 * DAY), 'pi', `w${i}.host.example`, false),
    );
    expect(noticesIn(tries)).toMatchObject([{ kind: 'shared-dictionary', users: ['pi'], attempts: 40 }]);
    expect(noticesIn(tries.slice(0, 29))).toEqual([]);
  });
});

describe('a login by a source that had been guessing', () => {
  it('is told, with its time and accounts', () => {
    const guesses = Array.from({ length: 30 }, (_, i) => failure(i * 5, `u${i}`, '192.0.2.66', false));
    expect(noticesIn([...guesses, login(200, 'guest', '192.0.2.66')])).toMatchObject([
      {
        kind: 'success-after-guessing',
        sources: ['192.0.2.66'],
        users: ['guest'],
        attempts: 30,
        time: MONDAY + 200,
      },
    ]);
  });

  it('is not a person’s, who mistyped', () => {
    const slips = Array.from({ length: 8 }, (_, i) => failure(i * 5, 'ada', '192.0.2.5'));
    expect(
      noticesIn([...slips, login(60, 'ada', '192.0.2.5')]).filter((n) => n.kind === 'success-after-guessing'),
    ).toEqual([]);
  });
});

describe('too little to tell', () => {
  it('is said of a handful of attempts from a handful of sources', () => {
    const few = Array.from({ length: 9 }, (_, i) => failure(i * HOUR, `u${i}`, `192.0.2.${i + 1}`, false));
    expect(noticesIn(few)).toMatchObject([{ kind: 'too-little-to-tell', attempts: 9 }]);
    expect(noticesIn(few.slice(0, 4))).toEqual([]);
    expect(noticesIn([])).toEqual([]);
  });
});
