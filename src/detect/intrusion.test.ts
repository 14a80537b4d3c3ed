import { describe, expect, it } from 'vitest';
import {
  MONDAY,
  type Planted,
  planted,
  strangers,
  type Try,
  tableOf,
  texts,
  visitorsOf,
} from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { intruders } from './intrusion.ts';

const START = 10 * DAY;
/** The campaign is on name n from START + n * 6 * 1200 s on. */
const turnOf = (n: number) => MONDAY + START + n * 7200;

const login = (time: number, user: string, source: string, more: Partial<Try> = {}): Try => ({
  time,
  source,
  user,
  success: true,
  known: true,
  ...more,
});

/** Which sources are taken for intruders, in a campaign of 60 sources through 80 names, 20 minutes a try. */
function intrudersIn(...more: readonly Try[]): readonly string[] {
  return intrudersOf(
    {
      sources: 60,
      names: 80,
      triesPerName: 6,
      gapSeconds: 1200,
      start: START,
    },
    more,
  );
}

function intrudersOf(plan: Planted, more: readonly Try[]): readonly string[] {
  const random = seededRandom(1);
  const campaign = planted(random, plan);
  const table = tableOf([...strangers(random, 300, 30 * DAY, 300), ...campaign, ...more]);
  const members = new Set(table.sources.flatMap((text, s) => (text.startsWith('192.0.2.') ? [s] : [])));
  const rows = Uint32Array.from(
    [...table.source.keys()].filter((row) => members.has(table.source[row]!) && table.outcome[row] === 0),
  );
  return texts(table, intruders(table, visitorsOf(table), rows, members));
}

describe('a participant whose first try succeeds', () => {
  it('is a new source that logs in to the account that is being tried just then', () => {
    expect(intrudersIn(login(turnOf(20) + HOUR, 'word0020', 'new.host.example'))).toEqual([
      'new.host.example',
    ]);
  });

  it('may come back as often as it likes: a botnet keeps what it has', () => {
    for (const times of [1, 5, 200]) {
      const back = Array.from({ length: times }, (_, i) =>
        login(turnOf(20) + 3 * HOUR + i * HOUR, 'word0020', 'new.host.example'),
      );
      expect(intrudersIn(login(turnOf(20) + HOUR, 'word0020', 'new.host.example'), ...back)).toEqual([
        'new.host.example',
      ]);
    }
  });

  it('may have guessed wrong before, in the campaign’s time and not just before', () => {
    const wrong = {
      time: turnOf(20) + 5 * MINUTE,
      source: 'new.host.example',
      user: 'word0020',
      known: true,
    };
    expect(intrudersIn(wrong, login(turnOf(20) + HOUR, 'word0020', 'new.host.example'))).toEqual([
      'new.host.example',
    ]);
  });

  it('needs such a guess where the turn is long: a login in five days of thirty is no coincidence', () => {
    // one name only, tried by everybody for five days
    const plan = { sources: 60, names: 1, triesPerName: 360, gapSeconds: 1200, start: START };
    const hit = login(MONDAY + START + 3 * DAY, 'word0000', 'new.host.example');
    expect(intrudersOf(plan, [hit])).toEqual([]);
    const wrong = { ...hit, time: hit.time - 8 * HOUR, success: false };
    expect(intrudersOf(plan, [wrong, hit])).toEqual(['new.host.example']);
    // before the campaign it was something else
    expect(intrudersOf(plan, [{ ...wrong, time: MONDAY + START - DAY }, hit])).toEqual([]);
  });

  it('is not somebody who logs in to an account whose turn it is not', () => {
    expect(intrudersIn(login(turnOf(40), 'word0020', 'new.host.example'))).toEqual([]);
    expect(intrudersIn(login(turnOf(20) + HOUR, 'ada', 'new.host.example'))).toEqual([]);
    expect(intrudersIn(login(MONDAY + DAY, 'word0020', 'new.host.example'))).toEqual([]);
  });

  it('is not somebody with a key: a guesser has none', () => {
    const key = { method: 'publickey' };
    expect(intrudersIn(login(turnOf(20) + HOUR, 'word0020', 'new.host.example', key))).toEqual([]);
  });

  it('is not a person of that account, from where that account has logged in before', () => {
    const home = login(MONDAY, 'word0020', '203.0.113.201');
    const now = login(turnOf(20) + HOUR, 'word0020', '203.0.113.240');
    expect(intrudersIn(home, now)).toEqual([]);
  });

  it('is not a person of that account who comes from new places all the time', () => {
    const travels = Array.from({ length: 12 }, (_, i) =>
      login(MONDAY + i * 2 * DAY, 'word0020', `inn${i}.host.example`),
    );
    expect(intrudersIn(...travels, login(turnOf(20) + HOUR, 'word0020', 'new.host.example'))).toEqual([]);
  });

  it('is not a person who mistypes first: a botnet’s next try comes from elsewhere', () => {
    const typo = { time: turnOf(20) + HOUR - MINUTE, source: 'new.host.example', user: 'word0020' };
    expect(intrudersIn(typo, login(turnOf(20) + HOUR, 'word0020', 'new.host.example'))).toEqual([]);
  });

  it('is not a source that logs in as somebody else besides', () => {
    const other = login(turnOf(20) + 5 * HOUR, 'ada', 'new.host.example');
    expect(intrudersIn(login(turnOf(20) + HOUR, 'word0020', 'new.host.example'), other)).toEqual([]);
  });
});
