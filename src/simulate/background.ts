/**
 * What every standard scenario is made of besides its campaign: people, a broken job, loud attackers, independent
 * scanners, a worm, a carrier's address. Figures from small and middle-sized hosts on the open internet: 10 to 60
 * new scanners a day, several hundred where noise is heavy, and a loud source every other day at least.
 */
import type { Random } from '../model/random.ts';
import { chance, forkedRandom, logUniform, shuffled, uniform, whole } from './draws.ts';
import { readScenario, type Scenario, type ScenarioText } from './scenario.ts';

export type ActorText = ScenarioText['actors'][number];

/** Jobs that break in the world of the simulator; none of these names is on a guesser's mind more than others. */
export const JOB_USERS = [
  'backup',
  'rsync',
  'deploy',
  'svnsync',
  'nightly',
  'collector',
  'mirror',
  'replica',
];
const SERVICES = ['deploy', 'git', 'postgres', 'rsync', 'nagios', 'jenkins', 'svc-app', 'mirror'];

export interface Noise {
  /** Independent scanners a day. */
  readonly scanners: number;
  /** Attempts of loud sources in the whole log, about. */
  readonly loudAttempts: number;
}

/** Everybody who is there in most logs: people, a broken job, loud attackers, scanners, a worm, a carrier. */
export function background(random: Random, days: number, noise: Noise): ActorText[] {
  const perLoud = 317; // mean of log-uniform 50 to 1,000
  const actors: ActorText[] = [
    {
      kind: 'people',
      count: whole(random, 6, 25),
      loginsPerDay: uniform(random, 1, 4),
      keyShare: uniform(random, 0.2, 0.8),
      holidays: [whole(random, 0, Math.floor(days))],
    },
    { kind: 'office', count: whole(random, 4, 20), loginsPerDay: uniform(random, 1, 3) },
    {
      kind: 'broken-job',
      user: JOB_USERS[random.below(JOB_USERS.length)]!,
      everyMinutes: whole(random, 20, 120),
      deleted: chance(random, 0.4),
      workedDays: chance(random, 0.5) ? uniform(random, 0, days) : 0,
      fromDay: uniform(random, 0, days / 3),
    },
    {
      kind: 'loud',
      perDay: noise.loudAttempts / perLoud / days,
      attempts: { logUniform: [50, 1000] },
      rootShare: uniform(random, 0.2, 0.6),
    },
    {
      kind: 'scanners',
      perDay: noise.scanners,
      dispersion: logUniform(random, 0.02, 0.25),
      spreadShare: uniform(random, 0.15, 0.5),
      toolkitShare: uniform(random, 0.1, 0.35),
      tailShare: uniform(random, 0.08, 0.25),
      oddShare: uniform(random, 0.005, 0.04),
      ipv6Share: chance(random, 0.3) ? 0.02 : 0,
    },
    { kind: 'worm', perDay: noise.scanners * uniform(random, 0.02, 0.08) },
    { kind: 'nat', visitors: whole(random, 2, 8) },
  ];
  return actors;
}

/** A scenario that starts on some day of 2024. */
export function standardScenario(
  random: Random,
  name: string,
  summary: string,
  days: number,
  actors: readonly ActorText[],
  sensors: readonly string[] = ['host'],
): Scenario {
  const start = Date.UTC(2024, whole(random, 0, 11), whole(random, 1, 28));
  return readScenario({
    name,
    summary,
    start: new Date(start).toISOString(),
    days,
    sensors: [...sensors],
    accounts: shuffled(random, SERVICES).slice(0, whole(random, 3, SERVICES.length)),
    actors: [...actors],
  });
}

/** `make` with a generator of its own for each name and seed. */
export function drawn(
  name: string,
  make: (random: Random, name: string) => Scenario,
): [string, (seed: number) => Scenario] {
  return [name, (seed) => make(forkedRandom(seed, `catalogue ${name}`), name)];
}

/** The noise of a host that nobody cares for in particular. */
export const usualNoise = (random: Random, days: number): Noise => ({
  scanners: logUniform(random, 10, 60),
  loudAttempts: days * logUniform(random, 60, 400),
});

/** Days before a campaign begins: one to two weeks of history without it. */
export const cleanDays = (random: Random): number => uniform(random, 7, 14);
