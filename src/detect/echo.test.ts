import { describe, expect, it } from 'vitest';
import {
  MONDAY,
  planted,
  strangers,
  type Try,
  tableOf,
  texts,
  visitorsOf,
} from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { detect } from './detect.ts';
import { echoesOf } from './echo.ts';
import { findSegments } from './segments.ts';
import { quietSequence } from './sequence.ts';

const FRAMER = 'framer.host.example';

/** Strangers with a rare name of their own now and then, each of which the framer tries again some minutes later. */
function framed(seed: number, share = 1, lead = 0): Try[] {
  const random = seededRandom(seed);
  const tries = [...strangers(random, 500, 30 * DAY, 400, 1000)];
  for (let i = 0; i < 80; i++) {
    const time = MONDAY + Math.floor(random.next() * 29 * DAY);
    const user = `rare${i}`;
    const source = `x${i % 50}.host.example`;
    const delay = Math.floor((2 + 8 * random.next()) * MINUTE);
    tries.push({ time, source, user, known: false });
    if (random.next() > share) continue;
    tries.push({ time: time + (i < lead ? -delay : delay), source: FRAMER, user, known: false });
  }
  return tries;
}

const echoes = (tries: readonly Try[]) => {
  const table = tableOf(tries);
  return texts(table, echoesOf(table, visitorsOf(table)));
};

describe('an echo', () => {
  it('is a source that comes second wherever it meets one other', () => {
    for (let seed = 0; seed < 5; seed++) expect(echoes(framed(seed))).toEqual([FRAMER]);
    expect(echoes(framed(7, 0.5))).toEqual([FRAMER]);
  });

  it('is one, too, if it came first by accident', () => {
    expect(echoes(framed(1, 1, 8))).toEqual([FRAMER]);
  });

  it('is none that comes first as often as not, nor one of a campaign', () => {
    expect(echoes(framed(1, 1, 40))).toEqual([]);
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const pairs = planted(random, {
        sources: 12,
        names: 300,
        triesPerName: 2,
        gapSeconds: 900,
        start: DAY,
      });
      expect(echoes([...strangers(random, 300, 30 * DAY, 400, 1000), ...pairs])).toEqual([]);
    }
  });

  it('is none that comes days later, nor one that a dozen meetings have not shown', () => {
    const late = framed(3).map((one) => (one.source === FRAMER ? { ...one, time: one.time + 3 * DAY } : one));
    expect(echoes(late)).toEqual([]);
    expect(echoes(framed(3, 0.08))).toEqual([]);
  });

  it('is no person', () => {
    const logins = Array.from({ length: 60 }, (_, i) => ({
      time: MONDAY + i * 11 * HOUR,
      source: FRAMER,
      user: 'ragnhild',
      success: true,
      known: true,
      method: 'publickey',
    }));
    expect(echoes([...framed(4, 0.15), ...logins])).toEqual([]);
  });
});

describe('one source that repeats what others try', () => {
  it('frames nobody', () => {
    for (let seed = 0; seed < 5; seed++) expect(detect(tableOf(framed(seed))).campaigns).toEqual([]);
  });

  it('frames nobody into a campaign that is there', () => {
    for (let seed = 0; seed < 3; seed++) {
      const campaign = planted(seededRandom(seed), {
        sources: 60,
        names: 80,
        triesPerName: 4,
        gapSeconds: 1800,
        start: 8 * DAY,
      });
      const table = tableOf([...framed(seed), ...campaign]);
      const { campaigns } = detect(table);
      expect(campaigns).toHaveLength(1);
      const named = texts(
        table,
        campaigns[0]!.participants.map((p) => p.source),
      );
      expect(named.length).toBeGreaterThanOrEqual(58);
      expect(named.filter((source) => source.startsWith('x'))).toEqual([]);
      expect(named).not.toContain(FRAMER);
    }
  });

  it('makes no segment, even if it tries names of its own first so as not to be an echo', () => {
    const table = tableOf(framed(2, 1, 40));
    expect(findSegments(quietSequence(table, visitorsOf(table)), 0.001).segments).toEqual([]);
  });
});
