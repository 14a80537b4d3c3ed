/**
 * The 27 daily counts that Hansteen published for February 2022: two weeks of a few dozen attempts a day, then within
 * two days some two thousand. A change-point test as it stands: what comes before the change is independent visitors,
 * who stay afterwards. (His were POP3 logins with the names of his spam traps; here they are sshd's.)
 */

import type { Random } from '../model/random.ts';
import { type ActorText, drawn } from './background.ts';
import { overdispersed, uniform, whole } from './draws.ts';
import { readScenario, type Scenario } from './scenario.ts';

export const FEBRUARY_2022: readonly number[] = [
  66, 13, 50, 31, 35, 85, 13, 70, 28, 13, 32, 13, 48, 28, 30, 337, 2006, 1906, 1608, 2113, 2207, 2424, 1978,
  2976, 3044, 2071, 992,
];

/** Place of the day on which the campaign begins, from 0: the 16th of the month. */
const ONSET = 15;

export const SCENARIOS_OF_FEBRUARY_2022 = [
  drawn('february-2022', (random, name) =>
    february(random, name, 'The daily counts of February 2022 as attempts that nothing else links.', {
      popularShare: uniform(random, 0.3, 0.6),
      oddShare: uniform(random, 0, 0.1),
      tailOnce: true,
    }),
  ),
  drawn('february-2022-root', (random, name) =>
    february(random, name, 'The daily counts of February 2022 as attempts on root.', { rootShare: 1 }),
  ),
];

type Names = Pick<
  Extract<ActorText, { kind: 'daily-counts' }>,
  'popularShare' | 'oddShare' | 'rootShare' | 'tailOnce'
>;

function february(random: Random, name: string, summary: string, names: Names): Scenario {
  const quiet = FEBRUARY_2022.slice(0, ONSET);
  const mean = quiet.reduce((a, b) => a + b, 0) / quiet.length;
  const variance = quiet.reduce((a, b) => a + (b - mean) ** 2, 0) / quiet.length;
  const dispersion = (variance - mean) / mean ** 2;
  // independent visitors go on as they came; the campaign has the rest of each day's count
  const strangers = FEBRUARY_2022.map((count, i) =>
    i < ONSET ? count : Math.min(Math.floor(count / 3), overdispersed(random, mean, dispersion)),
  );
  return readScenario({
    name,
    summary,
    start: '2022-02-01T00:00:00Z',
    days: FEBRUARY_2022.length,
    sensors: ['host'],
    actors: [
      { kind: 'people', count: whole(random, 3, 9), loginsPerDay: uniform(random, 1, 3), keyShare: 0.5 },
      { kind: 'daily-counts', perDay: strangers, twiceShare: uniform(random, 0.05, 0.3), ...names },
      {
        kind: 'daily-counts',
        campaign: name,
        fromDay: ONSET,
        perDay: FEBRUARY_2022.slice(ONSET).map((count, i) => count - strangers[ONSET + i]!),
        twiceShare: uniform(random, 0.05, 0.6),
        ...names,
      },
    ],
  });
}
