import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { classifyVisitors, rowsOf } from './visitors.ts';

const ME = '192.0.2.1';

/** Failures of one source on `user`, `every` seconds. */
function failing(count: number, every: number, user = 'oracle', more: Partial<Try> = {}): Try[] {
  return Array.from({ length: count }, (_, i) => ({ time: MONDAY + i * every, source: ME, user, ...more }));
}

const login = (time: number, user: string, more: Partial<Try> = {}): Try => ({
  time: MONDAY + time,
  source: ME,
  user,
  success: true,
  known: true,
  ...more,
});
const failure = (time: number, user: string, more: Partial<Try> = {}): Try => ({
  time: MONDAY + time,
  source: ME,
  user,
  ...more,
});

/** What becomes of the first source of the log. */
const kindOf = (...tries: readonly Try[]) => {
  const table = tableOf(tries);
  return visitorsOf(table).kind[table.sources.indexOf(ME)];
};

describe('a loud source', () => {
  it('is one that fail2ban’s defaults see: five failures in ten minutes', () => {
    expect(kindOf(...failing(5, 150))).toBe('loud');
    expect(kindOf(...failing(5, 151))).toBe('quiet');
    expect(kindOf(...failing(4, 1))).toBe('quiet');
  });

  it('is counted on each sensor by itself, as fail2ban would', () => {
    const spread = failing(40, 60).map((one, i) => ({ ...one, user: `u${i}`, sensor: `web${i % 10}` }));
    expect(kindOf(...spread)).toBe('quiet');
    const dense = failing(40, 60).map((one, i) => ({ ...one, user: `u${i}`, sensor: `web${i % 2}` }));
    expect(kindOf(...dense)).toBe('loud');
  });

  it('is loud by its densest ten minutes, however quiet it is otherwise', () => {
    const burst = failing(5, 10).map((one) => ({ ...one, time: one.time + 30 * DAY }));
    expect(kindOf(...failing(20, DAY), ...burst)).toBe('loud');
  });

  it('is not made loud by logins', () => {
    expect(kindOf(...Array.from({ length: 50 }, (_, i) => login(i * 5, 'ada')))).toBe('person');
  });

  it('is the same as counting every window of five, on any times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4000), { minLength: 1, maxLength: 30 }), (times) => {
        const users = ['a', 'b'];
        const table = tableOf(times.map((t, i) => failure(t, users[i % 2]!)));
        const sorted = [...times].sort((a, b) => a - b);
        const seen = sorted.some((t, i) => i >= 4 && t - sorted[i - 4]! <= 600);
        expect(visitorsOf(table).loud[0]).toBe(seen ? 1 : 0);
      }),
    );
  });

  it('follows the options', () => {
    const table = tableOf(failing(3, 1000));
    const strict = { ...DEFAULT_DETECT_OPTIONS, loudFailures: 3, loudSeconds: 2000 };
    expect(classifyVisitors(table, strict).kind).toEqual(['loud']);
  });
});

describe('a person', () => {
  it('logs in, and mistypes the password', () => {
    expect(kindOf(failure(0, 'ada'), failure(5, 'ada'), login(20, 'ada'))).toBe('person');
  });

  it('mistypes the password until a threshold sees it, and is a person still', () => {
    expect(kindOf(...failing(9, 5, 'ada'), login(60, 'ada'))).toBe('person');
  });

  it('mistypes the name', () => {
    expect(kindOf(failure(0, 'ragnhlid'), login(20, 'ragnhild'))).toBe('person');
  });

  it('has no failure at all', () => {
    expect(kindOf(login(0, 'ada'))).toBe('person');
  });

  it('is an office: many log in from it, and fail on accounts that log in elsewhere', () => {
    const other = { source: '192.0.2.9' };
    const office = Array.from({ length: 12 }, (_, i) => login(i * HOUR, `user${i}zz`));
    expect(kindOf(login(0, 'carol', other), ...office, failure(50, 'carol'))).toBe('person');
  });

  it('may once use a name that is nobody’s, among many logins on several days', () => {
    const days = Array.from({ length: 6 }, (_, i) => login(i * DAY, 'ada'));
    expect(kindOf(...days, failure(50, 'oracle'))).toBe('person');
  });

  it('is not a guesser that got in: it has tried what it did not get into', () => {
    const guesses = ['root', 'admin', 'test', 'oracle'].map((user, i) => failure(i * HOUR, user));
    expect(kindOf(...guesses, login(5 * HOUR, 'guest'))).toBe('quiet');
    expect(kindOf(...guesses, login(5 * HOUR, 'guest'), login(6 * HOUR, 'guest'))).toBe('quiet');
  });
});

describe('a job', () => {
  it('tries one user by the clock, to the seconds of cron or the minute of a timer', () => {
    expect(kindOf(...failing(12, 30 * MINUTE, 'backup'))).toBe('job');
    const late = failing(12, 30 * MINUTE, 'backup').map((one, i) => ({
      ...one,
      time: one.time + (i % 3) * 20,
    }));
    expect(kindOf(...late)).toBe('job');
  });

  it('may miss a run or two, and try several times a run', () => {
    const missed = failing(20, HOUR, 'backup').filter((_, i) => i !== 7 && i !== 12);
    expect(kindOf(...missed)).toBe('job');
    const thrice = failing(12, HOUR, 'backup').flatMap((one) =>
      [0, 2, 4].map((s) => ({ ...one, time: one.time + s })),
    );
    expect(kindOf(...thrice)).toBe('job');
  });

  it('has a timetable on each of several sensors, or several in the log of one relay', () => {
    const rounds = [0, 70, 71, 400].flatMap((offset, k) =>
      failing(40, 15 * MINUTE, 'checkmk').map((one, i) => ({
        ...one,
        time: one.time + offset + ((i + k) % 4) * 5,
        sensor: `host${k}.example`,
      })),
    );
    rounds.sort((a, b) => a.time - b.time);
    expect(kindOf(...rounds)).toBe('job');
    const relayed = rounds
      .filter((_, i) => i % 53 !== 52) // a run is missed now and then
      .map((one) => ({ ...one, sensor: 'relay.example' }));
    expect(kindOf(...relayed)).toBe('job');
  });

  it('is not a guesser who goes from sensor to sensor at random', () => {
    const random = seededRandom(12);
    for (let i = 0; i < 300; i++) {
      let time = 0;
      const tries = Array.from({ length: 60 }, () => {
        time += 60 - 15 * MINUTE * Math.log(1 - random.next());
        return { ...failure(Math.floor(time), 'root'), sensor: `host${random.below(3)}.example` };
      });
      expect(kindOf(...tries)).not.toBe('job');
    }
  });

  it('is not a handful of regular tries, nor two users, nor a guesser with a pulse below a minute', () => {
    expect(kindOf(...failing(5, HOUR, 'backup'))).toBe('quiet');
    expect(kindOf(...failing(12, HOUR).map((one, i) => ({ ...one, user: `u${i % 2}` })))).toBe('quiet');
    expect(kindOf(...failing(12, 30, 'backup'))).toBe('loud');
  });

  it('is hardly ever a source that comes at random', () => {
    const random = seededRandom(11);
    let jobs = 0;
    for (let i = 0; i < 2000; i++) {
      let time = 0;
      const tries = Array.from({ length: 8 }, () => {
        time += -3 * HOUR * Math.log(1 - random.next());
        return failure(Math.floor(time), 'root');
      });
      if (kindOf(...tries) === 'job') jobs++;
    }
    expect(jobs).toBeLessThanOrEqual(2);
  });
});

describe('a slip of the finger', () => {
  it('is forgiven under three names, however often each is tried', () => {
    const slips = ['ragnhlid', 'ragnhil', 'ragnhilld'];
    const typed = slips.flatMap((user, i) => [failure(i * 60, user), failure(i * 60 + 9, user)]);
    expect(kindOf(...typed, login(HOUR, 'ragnhild'))).toBe('person');
  });

  it('is none where the names are many: that is a list', () => {
    const list = Array.from({ length: 12 }, (_, i) => failure(i * HOUR, `ragnhild${i}`));
    expect(kindOf(...list, login(20 * HOUR, 'ragnhild'))).toBe('quiet');
  });
});

describe('a source of the house', () => {
  const isHouse = (...tries: readonly Try[]) => {
    const table = tableOf(tries);
    return visitorsOf(table).house[table.sources.indexOf(ME)] === 1;
  };
  const known = { known: true };
  /** Sources that try `user`, and a name that does not exist. */
  const guessers = (count: number, user: string): Try[] =>
    Array.from({ length: count }, (_, i) => [
      failure(i, user, { source: `g${i}.host.example`, known: true }),
      failure(i + 5, 'nobodyhere', { source: `g${i}.host.example`, known: false }),
    ]).flat();

  it('fails on an account of the house that guessers are not after, though it has never got in', () => {
    expect(isHouse(...failing(4, HOUR, 'collector', known))).toBe(true);
    expect(isHouse(...failing(4, HOUR, 'collector', known), ...guessers(2, 'collector'))).toBe(true);
    expect(isHouse(...failing(4, HOUR, 'collector', known), ...guessers(3, 'collector'))).toBe(false);
  });

  it('fails on two such accounts at most', () => {
    const accounts = (n: number) =>
      Array.from({ length: n }, (_, i) => failure(i * HOUR, `account${i}`, known));
    expect(isHouse(...accounts(2))).toBe(true);
    expect(isHouse(...accounts(3))).toBe(false);
  });

  it('is not one that fails on root, on a name that does not exist, or where the log does not tell', () => {
    expect(isHouse(...failing(4, HOUR, 'root', known))).toBe(false);
    expect(isHouse(...failing(4, HOUR, 'collector', { known: false }))).toBe(false);
    expect(isHouse(...failing(4, HOUR, 'collector'))).toBe(false);
    expect(isHouse(...failing(4, HOUR, 'collector', known), failure(9, 'guest', { known: false }))).toBe(
      false,
    );
  });

  it('is not one that has no failure', () => {
    expect(isHouse(login(0, 'collector'))).toBe(false);
  });
});

describe('all visitors', () => {
  it('have their rows together, in time, each row once', () => {
    const random = seededRandom(4);
    const table = tableOf(
      Array.from({ length: 500 }, () => ({
        time: MONDAY + random.below(DAY),
        source: `192.0.2.${random.below(40)}`,
        user: `u${random.below(9)}`,
        success: random.next() < 0.2,
      })),
    );
    const visitors = visitorsOf(table);
    const rows = table.sources.flatMap((_, s) => {
      const own = [...rowsOf(visitors, s)];
      expect(own).toEqual([...own].sort((a, b) => a - b));
      expect(own.every((row) => table.source[row] === s)).toBe(true);
      expect(visitors.failures[s]! + visitors.successes[s]!).toBe(own.length);
      return own;
    });
    expect(rows.sort((a, b) => a - b)).toEqual([...Array(500).keys()]);
  });

  it('tell from how many sources each user has logged in', () => {
    const table = tableOf([
      login(0, 'ada'),
      login(1, 'ada'),
      login(2, 'ada', { source: '192.0.2.2' }),
      failure(3, 'bert'),
    ]);
    const { userSuccessSources } = visitorsOf(table);
    expect(userSuccessSources[table.users.indexOf('ada')]).toBe(2);
    expect(userSuccessSources[table.users.indexOf('bert')]).toBe(0);
  });
});
