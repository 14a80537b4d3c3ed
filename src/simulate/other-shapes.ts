/**
 * Standard scenarios of other shapes than one list dealt to many sources over weeks: what was seen on real hosts,
 * and what a detector has no clean history or hardly any attempts for.
 */
import { type ActorText, background, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, uniform, whole } from './draws.ts';
import { wordListCampaign } from './with-campaign.ts';

export const SCENARIOS_OF_OTHER_SHAPES = [
  drawn('reverse-walk', (random, name) => {
    const names = whole(random, 1200, 2400);
    const days = Math.ceil(12 + (names * 3 * 119) / 86_400);
    return standardScenario(
      random,
      name,
      'A list in almost reverse alphabetical order, an attempt every 119 s.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          fromDay: uniform(random, 7, 10),
          list: {
            names,
            order: 'reverse-alphabetical',
            popularShare: 0.05,
            triesPerName: { between: [2, 4] },
            spreadHours: uniform(random, 0.1, 0.6),
          },
          sources: { count: whole(random, 200, 500), tries: 'geometric', returnHours: [8, 160] },
          pace: { gapSeconds: 119, gaps: 'regular', jitter: 0.008 },
        },
      ],
    );
  }),
  drawn('lockstep', (random, name) => {
    const days = 10;
    const groups = whole(random, 3, 8);
    return standardScenario(random, name, 'Groups of sources that start one list within two minutes.', days, [
      ...background(random, days, usualNoise(random, days)),
      ...Array.from(
        { length: groups },
        (_, i): ActorText => ({
          kind: 'lockstep',
          name: `group-${i + 1}`,
          sources: whole(random, 4, 7),
          names: whole(random, 17, 35),
          fromDay: uniform(random, 1, days - 1),
        }),
      ),
    ]);
  }),
  drawn('hand-off', (random, name) => {
    const days = 21;
    return standardScenario(random, name, 'One /24: two or three guesses, then the next address.', days, [
      ...background(random, days, usualNoise(random, days)),
      { kind: 'hand-off', name, sources: whole(random, 18, 40), fromDay: uniform(random, 7, 12) },
    ]);
  }),
  drawn('slow-clock', (random, name) => {
    const days = 42;
    return standardScenario(random, name, 'Three sources share one clock of 11 to 12 minutes.', days, [
      ...background(random, days, usualNoise(random, days)),
      { kind: 'slow-clock', name, names: whole(random, 300, 500), fromDay: uniform(random, 2, 14) },
    ]);
  }),
  drawn('swarm', (random, name) => {
    const days = 18;
    return standardScenario(
      random,
      name,
      'Single tries of fresh sources, two thirds root or names nobody else tries.',
      days,
      [
        ...background(random, days, { scanners: uniform(random, 10, 40), loudAttempts: days * 200 }),
        {
          kind: 'swarm',
          name,
          perDay: uniform(random, 200, 800),
          days: uniform(random, 2, 5),
          fromDay: uniform(random, 8, 12),
        },
      ],
    );
  }),
  drawn('first-line', (random, name) => {
    const days = uniform(random, 5, 14);
    const attempts = whole(random, 1500, 2500);
    return standardScenario(
      random,
      name,
      'A campaign from the first line to the last: no clean history.',
      Math.ceil(days),
      [
        ...background(random, days, usualNoise(random, days)),
        {
          ...wordListCampaign(random, attempts, uniform(random, 5, 9), days),
          fromDay: 0,
          pace: { gapSeconds: (Math.ceil(days) * 86_400) / attempts, gaps: 'regular', jitter: 0.2 },
        },
      ],
    );
  }),
  drawn('short', (random, name) => {
    const days = 7;
    return standardScenario(random, name, 'A campaign of 120 attempts in all.', days, [
      ...background(random, days, { scanners: uniform(random, 10, 30), loudAttempts: 1500 }),
      {
        kind: 'campaign',
        name,
        fromDay: uniform(random, 2, 5),
        list: {
          names: whole(random, 12, 24),
          order: chance(random, 0.5) ? 'alphabetical' : 'arbitrary',
          popularShare: 0.1,
          triesPerName: { between: [4, 12] },
          attempts: 120,
        },
        sources: { count: whole(random, 40, 100) },
        pace: { gapSeconds: uniform(random, 120, 600), gaps: 'regular', jitter: 0.15 },
      },
    ]);
  }),
];
