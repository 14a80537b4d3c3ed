/**
 * The rounds of the Hail Mary Cloud after the figures that Hansteen published over the years, which are
 * approximate there and exact here: attempts, names, hosts, pace, and how long a host stays away.
 */
import { forkedRandom, uniform, whole } from './draws.ts';
import { readScenario, type Scenario } from './scenario.ts';

interface Wave {
  readonly name: string;
  readonly start: string;
  readonly attempts: number;
  readonly names: number;
  readonly hosts: number;
  readonly perDay: number;
  readonly returnHours: number;
}

const WAVES: readonly Wave[] = [
  wave('wave-2008-11', '2008-11-19', 29_916, 6100, 1193, 733, 39),
  wave('wave-2009-04', '2009-04-07', 12_641, 242, 1104, 2213, 12),
  wave('wave-2009-09', '2009-09-30', 9998, 1, 1071, 683, 38),
  wave('wave-2009-10', '2009-10-28', 44_513, 8110, 4158, 521, 192),
  wave('wave-2010-06', '2010-06-17', 23_014, 7887, 5568, 415, 322),
  wave('wave-2011-10', '2011-10-23', 4773, 944, 338, 788, 10),
  wave('wave-2011-11', '2011-11-03', 4907, 2474, 252, 215, 28),
  wave('wave-2012-04', '2012-04-01', 4757, 1081, 23, 933, 0.6),
];

function wave(
  name: string,
  start: string,
  attempts: number,
  names: number,
  hosts: number,
  perDay: number,
  returnHours: number,
): Wave {
  return { name, start, attempts, names, hosts, perDay, returnHours };
}

/** Each wave by name, seed to scenario: a week of clean history before, people, loud sources, a few scanners. */
export function waves(): [string, (seed: number) => Scenario][] {
  return WAVES.map((one) => [one.name, (seed) => waveScenario(one, seed)]);
}

function waveScenario(one: Wave, seed: number): Scenario {
  const random = forkedRandom(seed, one.name);
  const before = 7;
  const start = new Date(Date.parse(`${one.start}T00:00:00Z`) - before * 86_400_000).toISOString();
  return readScenario({
    name: one.name,
    summary: `The round that began ${one.start}: ${one.attempts} attempts, ${one.names} names, ${one.hosts} hosts.`,
    start,
    days: Math.ceil(before + one.attempts / one.perDay + 3),
    log: { style: 'freebsd-2008', otherShare: 0 },
    sensors: ['rosalita'],
    accounts: ['operator', 'peter'],
    actors: [
      { kind: 'people', count: whole(random, 3, 8), loginsPerDay: 2, keyShare: 0.7 },
      { kind: 'loud', perDay: uniform(random, 0.1, 0.6), attempts: { logUniform: [50, 1000] } },
      { kind: 'scanners', perDay: uniform(random, 5, 20) },
      {
        kind: 'campaign',
        name: one.name,
        fromDay: before + uniform(random, 0, 0.9),
        list: {
          names: one.names === 1 ? ['root'] : one.names,
          order: one.names === 1 ? 'as-given' : 'alphabetical',
          popularShare: one.names > 2000 ? 0.03 : 0.2,
          triesPerName: one.names === 1 ? one.attempts : { geometric: one.attempts / one.names },
          attempts: one.attempts,
        },
        sources: {
          count: one.hosts,
          tries: 'spread',
          returnHours: [one.returnHours / 3, one.returnHours * 2],
          hostNameShare: 0.3,
        },
        pace: { gapSeconds: 86_400 / one.perDay, gaps: 'regular', jitter: 0.2 },
      },
    ],
  });
}
