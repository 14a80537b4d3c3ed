/**
 * More logs without a campaign, each with something that repeats itself, is many or is coordinated, and is no attack
 * by many: a carrier's shared address, the owner's scanner, worms, a fleet of machines, a monitor.
 */
import { type ActorText, background, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, shuffled, uniform, whole } from './draws.ts';

const sensorsNamed = (count: number) => Array.from({ length: count }, (_, i) => `host${i + 1}`);

export const SCENARIOS_OF_INNOCENTS = [
  drawn('carrier-nat', (random, name) => {
    const days = 28;
    return standardScenario(
      random,
      name,
      'One carrier’s address: an attacker, other strangers, and people of the site.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'carrier',
          addresses: 1,
          persons: chance(random, 0.7) ? whole(random, 1, 10) : 0,
          visitors: whole(random, 3, 30),
          attacker: {
            names: whole(random, 50, 400),
            sittingsPerDay: logUniform(random, 0.5, 5),
            tries: { between: [2, whole(random, 4, 15)] },
            gapSeconds: { logUniform: [5, 200] },
          },
        },
      ],
    );
  }),
  drawn('carrier-hopping', (random, name) => {
    const days = 28;
    return standardScenario(
      random,
      name,
      'One attacker whose connections leave a carrier by three to eight addresses.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'carrier',
          addresses: whole(random, 3, 8),
          persons: chance(random, 0.7) ? whole(random, 1, 6) : 0,
          visitors: whole(random, 2, 15),
          attacker: {
            names: whole(random, 50, 400),
            sittingsPerDay: logUniform(random, 0.5, 4),
            tries: { between: [4, whole(random, 6, 20)] },
            gapSeconds: { logUniform: [3, 60] },
          },
        },
      ],
    );
  }),
  drawn('owner-scanner', (random, name) => {
    const days = 42;
    const sensors = sensorsNamed(whole(random, 3, 20));
    return standardScenario(
      random,
      name,
      'The owner’s scanner tries default passwords on every sensor once a week.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'owner-scanner',
          everyDays: chance(random, 0.7) ? 7 : whole(random, 1, 14),
          names: whole(random, 8, 50),
          passwords: whole(random, 1, 3),
          ...(chance(random, 0.5) ? { user: 'scanner' } : {}),
          fromDay: uniform(random, 0, 7),
        },
      ],
      sensors,
    );
  }),
  drawn('worm-pair', (random, name) => {
    const days = 40;
    const steady = chance(random, 0.4);
    const weeks = whole(random, 3, 6);
    const pair = [['pi', 'raspberry'], ['admin', 'support'], ['ubnt', 'ubnt'], ['mirai', 'mirai'], ['guest']][
      random.below(5)
    ]!;
    return standardScenario(
      random,
      name,
      'A worm with one pair of names: steady, or swelling for weeks.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'worm',
          names: pair,
          perDay: logUniform(random, 10, 80),
          // doubling every few days until it is everywhere
          ...(steady ? {} : { trend: [...Array.from({ length: weeks }, (_, i) => 2 ** (i - weeks)), 1, 1] }),
          fromDay: steady ? 0 : uniform(random, 0, 8),
        },
      ],
    );
  }),
  drawn('expired-fleet', (random, name) => {
    const days = whole(random, 14, 30);
    const users = shuffled(random, ['svc-app', 'svc-batch', 'collector', 'backup', 'deploy', 'metrics']);
    const fleets = whole(random, 2, 4);
    return standardScenario(
      random,
      name,
      'Several service accounts expire on their machines, some before the log begins.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        ...users.slice(0, fleets).map(
          (user): ActorText => ({
            kind: 'expired-password',
            machines: Math.round(logUniform(random, 10, 150)),
            user,
            everyMinutes: uniform(random, 60, 720),
            // one in three had expired when the log began
            expiresOnDay: chance(random, 0.33) ? 0 : uniform(random, 2, days - 2),
            ...(chance(random, 0.4) ? { renewedOnDay: uniform(random, days / 2, days) } : {}),
          }),
        ),
      ],
      sensorsNamed(whole(random, 1, 8)),
    );
  }),
  drawn('monitoring-fails', (random, name) => {
    const days = 28;
    return standardScenario(
      random,
      name,
      'Monitors whose accounts do not exist, or no longer log in, on every sensor.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        ...['nagios', 'zabbix', 'checkmk'].slice(0, whole(random, 1, 3)).map(
          (user): ActorText => ({
            kind: 'monitoring',
            user,
            everyMinutes: [5, 10, 15, 30, 60][random.below(5)]!,
            ...(chance(random, 0.5) ? { deleted: true } : { failsFromDay: uniform(random, 0, days - 3) }),
          }),
        ),
      ],
      sensorsNamed(whole(random, 1, 6)),
    );
  }),
];
