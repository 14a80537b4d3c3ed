import { describe, expect, it } from 'vitest';
import { MONDAY, planted, someLog, strangers, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { HABITS, habitOf } from './habit.ts';
import { membership } from './membership.ts';
import { quietSequence } from './sequence.ts';

/** The mixture over the whole log, beginning with no opinion. */
function mixtureOf(table: AttemptTable, start: (source: string) => number = () => 0.5) {
  const visitors = visitorsOf(table);
  const sequence = quietSequence(table, visitors);
  const habit = Uint8Array.from(sequence.sourceOf, (s) => habitOf(visitors, s));
  const span = { from: 0, to: sequence.row.length - 1 };
  const text = (s: number) => table.sources[sequence.sourceOf[s]!]!;
  const { probability, bits, halfWindow } = membership(sequence, span, habit, (s) => start(text(s)));
  return { sequence, text, probability, bits, halfWindow };
}

const isPlanted = (source: string) => source.startsWith('192.0.2.');

describe('membership', () => {
  it('names all participants of a planted campaign, and none of 600 others', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { probability, text } = mixtureOf(someLog(seed, {}));
      const named = [...probability.keys()].filter((s) => probability[s]! > 0.95).map(text);
      expect(named.filter(isPlanted)).toHaveLength(40);
      expect(named.filter((source) => !isPlanted(source)).length).toBeLessThanOrEqual(1);
    }
  });

  it('gives probabilities, and a window that is part of the log', () => {
    const { probability, halfWindow, sequence } = mixtureOf(someLog(1, {}));
    for (const p of probability) {
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }
    expect(halfWindow).toBeGreaterThanOrEqual(4);
    expect(halfWindow).toBeLessThanOrEqual(sequence.row.length / 4);
  });

  it('counts an attempt on somebody else’s business against a source', () => {
    // both make three tries with the campaign; one of them ten more on popular names besides
    const random = seededRandom(3);
    const tries = [
      ...strangers(random, 600, 30 * DAY, 400),
      ...planted(random, { sources: 40, names: 60, triesPerName: 5, gapSeconds: 1200, start: 10 * DAY }),
    ];
    const turn = (name: string) => tries.find((one) => one.user === name)!.time + 60;
    for (const source of ['loyal.host.example', 'strayed.host.example']) {
      for (const name of ['word0010', 'word0030', 'word0050'])
        tries.push({ time: turn(name), source, user: name });
    }
    for (let i = 0; i < 10; i++)
      tries.push({
        time: MONDAY + 10 * DAY + i * 7 * HOUR,
        source: 'strayed.host.example',
        user: `name${1 + i}`,
      });
    const { bits, text, probability } = mixtureOf(tableOf(tries));
    const of = (source: string) => [...bits.keys()].find((s) => text(s) === source)!;
    expect(probability[of('loyal.host.example')]).toBeGreaterThan(0.95);
    expect(bits[of('strayed.host.example')]).toBeLessThan(bits[of('loyal.host.example')]! - 5);
  });

  it('does not take a visitor who comes back again and again for many witnesses', () => {
    const random = seededRandom(4);
    const tries = [
      ...strangers(random, 600, 30 * DAY, 400),
      ...planted(random, { sources: 40, names: 60, triesPerName: 5, gapSeconds: 1200, start: 10 * DAY }),
    ];
    for (let i = 0; i < 100; i++)
      tries.push({
        time: MONDAY + i * 6 * HOUR + random.below(4 * HOUR),
        source: 'again.host.example',
        user: 'name1',
      });
    const { probability, text } = mixtureOf(tableOf(tries));
    expect(probability[[...probability.keys()].find((s) => text(s) === 'again.host.example')!]).toBeLessThan(
      0.05,
    );
  });

  it('leaves sources that were not seen in the span at 0', () => {
    const table = someLog(2, {});
    const visitors = visitorsOf(table);
    const sequence = quietSequence(table, visitors);
    const habit = new Uint8Array(sequence.sources);
    const span = { from: 300, to: 500 };
    const { probability } = membership(sequence, span, habit, () => 0.5);
    const seen = new Set(sequence.source.slice(300, 501));
    for (let s = 0; s < sequence.sources; s++) if (!seen.has(s)) expect(probability[s]).toBe(0);
  });

  it('does not depend on how sources are numbered', () => {
    const random = seededRandom(8);
    const tries = [
      ...strangers(random, 300, 30 * DAY, 400),
      ...planted(random, { sources: 30, names: 40, triesPerName: 5, gapSeconds: 1200, start: 10 * DAY }),
    ];
    const first = tableOf(tries);
    // a login before everything else puts every number one on
    const login = { time: MONDAY - 1, source: 'office.host.example', user: 'ada', success: true };
    const second = tableOf([login, ...tries]);
    const named = (table: AttemptTable) => {
      const { probability, text } = mixtureOf(table);
      return [...probability.keys()]
        .filter((s) => probability[s]! > 0.95)
        .map(text)
        .sort();
    };
    expect(named(second)).toEqual(named(first));
  });
});

describe('a manner', () => {
  const mannerOf = (times: readonly number[], user: (i: number) => string = (i) => `u${i}`) => {
    const table = tableOf(
      times.map((time, i) => ({ time: MONDAY + time, source: '192.0.2.1', user: user(i) })),
    );
    return habitOf(visitorsOf(table), 0);
  };

  it('tells one try from two and from many a visit', () => {
    const once = mannerOf([0, 5 * HOUR]);
    const twice = mannerOf([0, 3, 5 * HOUR, 5 * HOUR + 3], (i) => `u${i >> 1}`);
    const often = mannerOf([0, 3, 6, 5 * HOUR, 5 * HOUR + 3, 5 * HOUR + 6], (i) => `u${Math.floor(i / 3)}`);
    expect(new Set([once, twice, often]).size).toBe(3);
  });

  it('tells one visit from two, a few, a dozen, and many', () => {
    const visits = [1, 2, 5, 15, 40].map((n) => mannerOf(Array.from({ length: n }, (_, i) => i * 5 * HOUR)));
    expect(new Set(visits).size).toBe(5);
  });

  it('tells minutes away from hours and days', () => {
    const away = [60, HOUR, 3 * HOUR].map((gap) => mannerOf([0, gap, 2 * gap]));
    expect(new Set(away).size).toBe(3);
  });

  it('has nothing to do with which names are tried', () => {
    const times = [0, HOUR, 9 * HOUR];
    expect(mannerOf(times, (i) => `name${7 - i}`)).toBe(mannerOf(times));
  });

  it('is one of the classes, for a source that only logs in too', () => {
    const table = tableOf([{ time: MONDAY, source: '192.0.2.1', user: 'ada', success: true }]);
    const habit = habitOf(visitorsOf(table), 0);
    expect(habit).toBeGreaterThanOrEqual(0);
    expect(habit).toBeLessThan(HABITS);
  });
});
