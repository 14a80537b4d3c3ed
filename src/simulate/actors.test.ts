/** The parts of the scenario language that no standard scenario shows by itself. */
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../model/time.ts';
import { readScenario, type ScenarioText } from './scenario.ts';
import { simulate } from './simulate.ts';
import { waves } from './waves.ts';

const START = Date.parse('2024-01-01T00:00:00Z') / 1000; // a Monday

function run(actors: ScenarioText['actors'], more: Partial<ScenarioText> = {}, seed = 1) {
  return simulate(
    readScenario({
      name: 'test',
      start: '2024-01-01T00:00:00Z',
      days: 20,
      sensors: ['alpha'],
      actors,
      ...more,
    }),
    seed,
  );
}

const campaign = (name: string, more: object = {}): ScenarioText['actors'][number] => ({
  kind: 'campaign',
  name,
  list: { names: 40, order: 'arbitrary', triesPerName: 4 },
  sources: { count: 80 },
  pace: { gapSeconds: 600, gaps: 'regular' },
  ...more,
});

describe('a rate with a trend', () => {
  it('follows it, on the mean', () => {
    const { attempts } = run(
      [{ kind: 'scanners', perDay: 400, dispersion: 0, tries: 1, sweepShare: 0, trend: [0, 1, 0] }],
      { days: 40 },
    );
    const perWeek = [0, 0, 0, 0];
    for (const { time } of attempts) perWeek[Math.floor((time - START) / (10 * DAY))]!++;
    expect(perWeek[0]! / perWeek[1]!).toBeCloseTo(1 / 3, 1);
    expect(perWeek[3]! / perWeek[2]!).toBeCloseTo(1 / 3, 1);
    expect(attempts.length / (400 * 20)).toBeCloseTo(1, 1);
  });
});

describe('an outage', () => {
  it('takes the attempts of its hours, of its sensor only', () => {
    const { attempts, truth } = run([{ kind: 'scanners', perDay: 300, sweepShare: 0 }], {
      sensors: ['alpha', 'beta'],
      outages: [{ fromDay: 2, hours: 48, sensor: 'beta' }],
    });
    const inside = attempts.filter(({ time }) => time >= START + 2 * DAY && time < START + 4 * DAY);
    expect(inside.filter((one) => one.sensor === 'beta')).toEqual([]);
    expect(inside.filter((one) => one.sensor === 'alpha').length).toBeGreaterThan(100);
    // a source that was there during the outage only is nowhere in the truth
    expect(truth.background.scanners.length).toBe(new Set(attempts.map((one) => one.source)).size);
  });
});

describe('work that is more on some days than on others', () => {
  it('makes the days of a site differ more than chance does, and the persons together', () => {
    const variance = (workDispersion: number) => {
      const { attempts } = run([{ kind: 'office', count: 100, loginsPerDay: 3, keyShare: 1 }], {
        days: 140,
        workDispersion,
      });
      const counts = Array.from({ length: 140 }, () => 0);
      for (const { time } of attempts) counts[Math.floor((time - START) / DAY)]!++;
      const working = counts.filter((_, day) => day % 7 < 5);
      const mean = working.reduce((a, b) => a + b, 0) / working.length;
      return working.reduce((a, b) => a + (b - mean) ** 2, 0) / working.length / mean;
    };
    expect(variance(0)).toBeLessThan(2);
    expect(variance(0.04)).toBeGreaterThan(5);
  });
});

describe('a campaign', () => {
  it('comes back with the share of its sources that is asked for', () => {
    const { truth } = run([
      campaign('first'),
      campaign('again', { fromDay: 10, sources: { count: 80, again: { of: 'first', share: 0.75 } } }),
      campaign('other', { fromDay: 10 }),
    ]);
    expect(truth.campaigns.map((one) => one.name)).toEqual(['first', 'other']);
    const [first, second] = truth.campaigns[0]!.visits!;
    const known = new Set(first!.sources);
    expect(second!.sources.filter((source) => known.has(source)).length).toBe(60);
    expect(truth.campaigns[0]!.attempts).toBe(first!.attempts + second!.attempts);
    expect(truth.campaigns[0]!.lastSeen).toBe(second!.lastSeen);
    expect(truth.campaigns[1]!.visits).toBeUndefined();
  });

  it('lets everybody have a turn before anybody has the next', () => {
    const { attempts } = run([campaign('turns', { sources: { count: 40, tries: 'in-turn' } })]);
    const seen = new Map<string, number>();
    attempts.forEach(({ source }, i) => {
      const before = seen.get(source);
      if (before !== undefined) expect(i - before).toBeGreaterThanOrEqual(36);
      seen.set(source, i);
    });
    expect(seen.size).toBe(40);
  });

  it('with decoys has the attempts on its list besides', () => {
    const { attempts } = run([
      campaign('decoys', {
        list: {
          names: ['ada', 'bert'],
          order: 'as-given',
          triesPerName: 100,
          decoys: { share: 0.5, names: 'odd' },
        },
      }),
    ]);
    const listed = attempts.filter(({ user }) => user === 'ada' || user === 'bert');
    expect(listed.length).toBe(200);
    expect(attempts.length / 400).toBeCloseTo(1, 0);
    expect(attempts.length).toBeGreaterThan(320);
  });

  it('of a daily count has it, and strangers with one are no campaign', () => {
    const { truth, attempts } = run([
      { kind: 'daily-counts', perDay: [3, 0, 50], campaign: 'counted', twiceShare: 0.5 },
      { kind: 'daily-counts', perDay: [7, 7] },
    ]);
    expect(truth.campaigns.map(({ name, attempts }) => [name, attempts])).toEqual([['counted', 53]]);
    expect(truth.background.scanners.length).toBe(14);
    expect(attempts.filter(({ time }) => time < START + DAY).length).toBe(10);
  });
});

describe('machines of the house', () => {
  it('succeed again once they have the new password', () => {
    const { attempts } = run([
      {
        kind: 'expired-password',
        machines: 3,
        user: 'svc',
        everyMinutes: 60,
        expiresOnDay: 5,
        renewedOnDay: 9,
      },
    ]);
    const day = (n: number) => attempts.filter(({ time }) => Math.floor((time - START) / DAY) === n);
    expect(day(3).every((one) => one.success)).toBe(true);
    expect(day(7).some((one) => one.success)).toBe(false);
    expect(day(12).every((one) => one.success)).toBe(true);
  });

  it('may be a monitor that asks for an account which is not there', () => {
    const { attempts, truth } = run([{ kind: 'monitoring', everyMinutes: 30, deleted: true }]);
    expect(attempts.some((one) => one.known || one.success)).toBe(false);
    expect(truth.people.length).toBe(1);
  });
});

describe('a carrier', () => {
  it('is people’s where somebody logs in over it, and strangers’ where nobody does', () => {
    const attacker = {
      names: 50,
      sittingsPerDay: 3,
      tries: { between: [4, 9] as [number, number] },
      gapSeconds: 10,
    };
    const busy = run([{ kind: 'carrier', addresses: 3, persons: 4, visitors: 3, attacker }]);
    expect(busy.truth.people.length).toBe(3);
    expect(busy.truth.background.scanners).toEqual([]);
    expect(busy.attempts.some((one) => one.success)).toBe(true);
    const idle = run([{ kind: 'carrier', addresses: 3, attacker }]);
    expect(idle.truth.people).toEqual([]);
    expect(idle.truth.background.scanners.length).toBe(3);
    // one machine: never two sittings at once
    const times = idle.attempts.map((one) => one.time);
    expect(Math.min(...times.slice(1).map((time, i) => time - times[i]!))).toBeGreaterThanOrEqual(10);
  });
});

describe('the rounds that were published', () => {
  it('are eight, each with its attempts, names and hosts', () => {
    expect(waves().map(([name]) => name)).toHaveLength(8);
    for (const [, make] of waves().filter(([name]) => /2009-04|2009-09|2012/.test(name))) {
      const scenario = make(3);
      const [attempts, names, hosts] = [/(\d+) attempts/, /(\d+) names/, /(\d+) hosts/].map((figure) =>
        Number(figure.exec(scenario.summary)![1]),
      );
      const { truth } = simulate(scenario, 3);
      expect(truth.campaigns[0]).toMatchObject({ attempts, userCount: names });
      expect(truth.campaigns[0]!.sources.length).toBe(hosts);
      const before = Date.parse(truth.campaigns[0]!.firstSeen) - Date.parse(scenario.start);
      expect(before / 1000).toBeGreaterThan(7 * 24 * HOUR - 1);
    }
  });
});
