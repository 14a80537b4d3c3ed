import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR } from '../model/time.ts';
import { SCENARIOS, WITHOUT_CAMPAIGN } from './catalogue.ts';
import { readScenario, type ScenarioText } from './scenario.ts';
import { type SimulatedAttempt, type Simulation, simulate } from './simulate.ts';

const unique = <T>(list: readonly T[]) => new Set(list).size;
const failures = (attempts: readonly SimulatedAttempt[]) => attempts.filter((attempt) => !attempt.success);

/** Whether fail2ban's defaults see the source: 5 failures in 10 minutes on one sensor. */
function isLoud(attempts: readonly SimulatedAttempt[]): boolean {
  const bySensor = new Map<string, number[]>();
  for (const { sensor, time } of failures(attempts)) {
    const times = bySensor.get(sensor) ?? [];
    times.push(time);
    bySensor.set(sensor, times);
    if (times.length >= 5 && time - times[times.length - 5]! <= 600) return true;
  }
  return false;
}

function bySource(attempts: readonly SimulatedAttempt[]): Map<string, SimulatedAttempt[]> {
  const out = new Map<string, SimulatedAttempt[]>();
  for (const attempt of attempts) {
    const list = out.get(attempt.source);
    if (list === undefined) out.set(attempt.source, [attempt]);
    else list.push(attempt);
  }
  return out;
}

describe('the log of 2008', () => {
  it.each([1, 2, 77])('has its exact totals with seed %i', (seed) => {
    const { attempts } = simulate(SCENARIOS.rosalita!(seed), seed);
    const failed = failures(attempts);
    const unknown = failed.filter((attempt) => !attempt.known);
    const known = failed.filter((attempt) => attempt.known);
    expect({
      attempts: failed.length,
      unknown: unknown.length,
      names: unique(unknown.map((attempt) => attempt.user)),
      unknownFrom: unique(unknown.map((attempt) => attempt.source)),
      known: known.length,
      knownFrom: unique(known.map((attempt) => attempt.source)),
      hosts: unique(failed.map((attempt) => attempt.source)),
    }).toEqual({
      attempts: 16_727,
      unknown: 15_029,
      names: 2962,
      unknownFrom: 671,
      known: 1698,
      knownFrom: 566,
      hosts: 837,
    });
  });

  it('walks from alias through the alphabet, reaching H after two weeks', () => {
    const { attempts } = simulate(SCENARIOS.rosalita!(1), 1);
    const walk = attempts.filter((attempt) => !attempt.known);
    const names = [...new Set(walk.map((attempt) => attempt.user))];
    expect(names.slice(0, 5)).toEqual(['alias', 'amanda', 'amavis', 'apache', 'at']);
    expect(names).toEqual([...names].sort());
    expect(new Date(walk[0]!.time * 1000).toISOString()).toBe('2008-11-19T15:04:22.000Z');
    const afterTwoWeeks = walk.find((attempt) => attempt.time > walk[0]!.time + 13 * 24 * HOUR);
    expect(afterTwoWeeks!.user[0]).toMatch(/[g-i]/);
  });

  it('has no source that a threshold sees', () => {
    const { attempts } = simulate(SCENARIOS.rosalita!(1), 1);
    const loud = [...bySource(attempts)].filter(([, list]) => isLoud(list));
    expect(loud).toEqual([]);
  });
});

/** Logs of this size are told apart by a digest: `toEqual` on them takes seconds. */
const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

describe.each(Object.keys(SCENARIOS))('the standard scenario %s', (name) => {
  const made = (seed: number) => simulate(SCENARIOS[name]!(seed), seed);
  let once: Simulation;
  let other: Simulation;
  beforeAll(() => {
    once = made(4);
    other = made(5);
  });
  afterAll(() => {
    // a hundred logs at a time would be a gigabyte
    once = other = undefined as unknown as Simulation;
  });

  it('is the same for the same seed, and another for another', () => {
    expect(digest(made(4).attempts)).toBe(digest(once.attempts));
    expect(digest(other.attempts)).not.toBe(digest(once.attempts));
  });

  it('is in order of time, and its truth accounts for every source', () => {
    for (const { attempts, truth, table } of [once, other]) {
      expect(table.length).toBe(attempts.length);
      expect(truth.attempts).toBe(attempts.length);
      expect(attempts.every((one, i) => i === 0 || attempts[i - 1]!.time <= one.time)).toBe(true);
      const roles = [
        truth.people,
        truth.background.loud,
        truth.background.scanners,
        ...truth.campaigns.map((campaign) => campaign.sources),
      ].flat();
      const seen = new Set(attempts.map((one) => one.source));
      expect(seen.size).toBe(new Set(roles).size);
      expect(roles.filter((source) => !seen.has(source))).toEqual([]);
      // nobody plays two roles
      expect(new Set(roles).size).toBe(roles.length);
      expect(truth.campaigns.length > 0).toBe(!WITHOUT_CAMPAIGN.includes(name));
    }
  });

  it('uses nobody’s address', () => {
    const reserved =
      /^(2(4\d|5[0-5])(\.\d+){3}|198\.1[89](\.\d+){2}|2001:db8:[0-9a-f:]+|[a-z0-9.-]+\.example)$/;
    expect(once.table.sources.filter((source) => !reserved.test(source))).toEqual([]);
  });

  it('is small enough for hundreds of runs, a flood excepted', () => {
    const most = name === 'junk-flood' ? 250_000 : 100_000;
    for (const { attempts } of [once, other]) expect(attempts.length).toBeLessThan(most);
  });
});

describe('the background', () => {
  it('has scanners that no threshold sees, and loud sources that every threshold sees', () => {
    const { attempts, truth } = simulate(SCENARIOS['independent-scanners']!(3), 3);
    const sources = bySource(attempts);
    const loudShare = (list: readonly string[]) =>
      list.filter((source) => isLoud(sources.get(source)!)).length / list.length;
    expect(loudShare(truth.background.loud)).toBeGreaterThan(0.95);
    expect(loudShare(truth.background.scanners)).toBeLessThan(0.1);
  });

  it('shares names and networks with the campaign, so that neither gives it away', () => {
    const { attempts, truth } = simulate(SCENARIOS['word-list']!(3), 3);
    const participants = new Set(truth.campaigns[0]!.sources);
    const mine = attempts.filter((attempt) => participants.has(attempt.source));
    const others = attempts.filter((attempt) => !participants.has(attempt.source));
    const elsewhere = new Set(others.map((attempt) => attempt.user));
    const names = new Set(mine.map((attempt) => attempt.user));
    const sharedNames = [...names].filter((name) => elsewhere.has(name)).length / names.size;
    expect(sharedNames).toBeGreaterThan(0.15);
    expect(sharedNames).toBeLessThan(0.9);
    const network = (attempt: SimulatedAttempt) => attempt.source.split('.').slice(0, 2).join('.');
    const networks = new Set(others.map(network));
    expect(mine.filter((attempt) => networks.has(network(attempt))).length / mine.length).toBeGreaterThan(
      0.6,
    );
  });

  it('has days that differ more than chance alone would make them', () => {
    const { attempts } = simulate(
      readScenario({ ...minimal(), days: 200, actors: [{ kind: 'scanners', perDay: 50, dispersion: 0.2 }] }),
      1,
    );
    const perDay = new Map<number, Set<string>>();
    for (const { time, source } of attempts) {
      const day = Math.floor(time / 86_400);
      perDay.set(day, (perDay.get(day) ?? new Set()).add(source));
    }
    const counts = [...perDay.values()].map((set) => set.size);
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / counts.length;
    expect(variance).toBeGreaterThan(2 * mean);
  });

  it('has machines that all worked before their password expired, and none after', () => {
    const { attempts, truth } = simulate(SCENARIOS['expired-password']!(2), 2);
    const service = attempts.filter((attempt) => truth.people.includes(attempt.source));
    const machines = [...bySource(service).values()].filter(
      (list) => list.some((one) => one.success) && !list.at(-1)!.success && list.length > 10,
    );
    expect(machines.length).toBeGreaterThanOrEqual(195);
  });
});

describe('a campaign', () => {
  const attemptsOf = (campaign: Record<string, unknown>, seed = 1, days = 60) =>
    simulate(
      readScenario({
        ...minimal(),
        days,
        accounts: ['ada', 'bert', 'carol'],
        actors: [
          {
            kind: 'campaign',
            name: 'c',
            list: { names: 50, order: 'arbitrary', triesPerName: 4 },
            sources: { count: 60 },
            pace: { gapSeconds: 300, gaps: 'regular' },
            ...campaign,
          },
        ],
      }),
      seed,
    );

  it('deals exact totals, whatever the shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 80, max: 900 }),
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom('even', 'geometric', 'spread'),
        fc.integer({ min: 0, max: 1000 }),
        (names, attempts, sources, tries, seed) => {
          const { truth } = attemptsOf(
            {
              list: { names, order: 'arbitrary', triesPerName: { geometric: 3 }, attempts },
              sources: { count: sources, tries, returnHours: [1, 20] },
            },
            seed,
          );
          const [campaign] = truth.campaigns;
          expect(campaign!.attempts).toBe(attempts);
          expect(campaign!.sources.length).toBe(sources);
          expect(campaign!.userCount).toBe(names);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('walks backwards when asked', () => {
    const { attempts } = attemptsOf({ list: { names: 50, order: 'reverse-alphabetical', triesPerName: 2 } });
    const names = attempts.map((attempt) => attempt.user);
    expect(names).toEqual([...names].sort().reverse());
  });

  it('puts root into slots of the same pace', () => {
    const { attempts } = attemptsOf({ interleaved: { names: ['root'], share: 0.25 } });
    const share = attempts.filter((attempt) => attempt.user === 'root').length / attempts.length;
    expect(share).toBeCloseTo(0.25, 1);
    const gaps = attempts.slice(1).map((attempt, i) => attempt.time - attempts[i]!.time);
    expect(Math.min(...gaps)).toBeGreaterThan(100);
    expect(Math.max(...gaps)).toBeLessThan(500);
  });

  it('gets in where it is told to, on an account that exists, and comes back', () => {
    const { attempts, truth } = attemptsOf({ hit: { at: 0.5, laterLoginHours: 2 } });
    const successes = attempts.filter((attempt) => attempt.success);
    expect(successes.length).toBe(2);
    expect(successes[0]!.known).toBe(true);
    expect(successes[1]!.time - successes[0]!.time).toBe(2 * HOUR);
    expect(truth.campaigns[0]!.compromised).toHaveLength(1);
    expect(truth.campaigns[0]!.compromised[0]!.source).toBe(successes[0]!.source);
  });

  it('lets a source return after its interval, not sooner, where there is room', () => {
    const { attempts } = attemptsOf({
      list: { names: 100, order: 'arbitrary', triesPerName: 4 },
      sources: { count: 100, returnHours: [6, 9] },
    });
    const gaps = [...bySource(attempts).values()].flatMap((list) =>
      list.slice(1).map((one, i) => (one.time - list[i]!.time) / HOUR),
    );
    expect(gaps.filter((gap) => gap < 3).length / gaps.length).toBeLessThan(0.05);
  });
});

function minimal(): Omit<ScenarioText, 'actors'> {
  return { name: 'test', start: '2024-01-01T00:00:00Z', days: 10, sensors: ['alpha'] };
}
