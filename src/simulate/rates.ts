/**
 * One campaign shape at nine rates, from 5 to 1,000 attempts a day, over a site of 500 logins a day: what the delay of
 * a detector is measured on (Javed & Paxson, CCS 2013, give theirs for the same rates and the same site). And the walk
 * of 2008, an attempt every three minutes.
 */
import { background, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, uniform, whole } from './draws.ts';
import { siteOf500 } from './sized-site.ts';

export const RATES_PER_DAY = [5, 10, 15, 25, 50, 100, 200, 500, 1000] as const;

/** A detector that has not seen a campaign in so many attempts is not going to; and logs stay small. */
const MOST_ATTEMPTS = 3000;
const LEAST_ATTEMPTS = 60;
const LONGEST_DAYS = 40;

export const SCENARIOS_OF_RATES = [
  ...RATES_PER_DAY.map((rate) =>
    drawn(`rate-${rate}`, (random, name) => {
      const before = uniform(random, 14, 28);
      const least = Math.max(LEAST_ATTEMPTS, Math.min(MOST_ATTEMPTS, rate * 2));
      const attempts = Math.round(
        logUniform(random, least, Math.max(least, Math.min(MOST_ATTEMPTS, rate * LONGEST_DAYS))),
      );
      const days = Math.ceil(before + attempts / rate + uniform(random, 1, 4));
      // a source comes back after a day or more, and not before the name that it tried is done; or never
      const round = Math.round(rate * Math.max(uniform(random, 1, 7), 14 / rate));
      const returns = round < attempts && chance(random, 0.6);
      return standardScenario(
        random,
        name,
        `${rate} attempts a day on names in turn, 500 logins a day, 5 to 30 scanners.`,
        days,
        [
          ...siteOf500(random, days),
          {
            kind: 'campaign',
            name,
            fromDay: before,
            list: {
              names: Math.max(6, Math.round(attempts / 6.5)),
              order: chance(random, 0.5) ? 'alphabetical' : 'arbitrary',
              popularShare: uniform(random, 0.03, 0.2),
              triesPerName: { between: [3, 10] },
            },
            sources: returns ? { count: round, tries: 'in-turn' } : { count: attempts * 2 },
            pace: {
              gapSeconds: 86_400 / rate,
              gaps: chance(random, 0.6) ? 'regular' : 'exponential',
              jitter: uniform(random, 0.05, 0.5),
            },
          },
        ],
      );
    }),
  ),
  drawn('three-minutes', (random, name) => {
    const before = uniform(random, 7, 8);
    const length = uniform(random, 6, 10);
    const attempts = Math.round(length * 480);
    const days = Math.ceil(before + length + 1);
    const share = uniform(random, 0.04, 0.12);
    return standardScenario(
      random,
      name,
      'An alphabetical list, an attempt every three minutes from its first on, after a week.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names: Math.round((attempts * (1 - share)) / 5.4),
            order: 'alphabetical',
            popularShare: uniform(random, 0.03, 0.1),
            triesPerName: { falling: [14, 5] },
          },
          interleaved: { names: ['root'], share },
          sources: { count: whole(random, 400, 700), tries: 'spread', returnHours: [10, 320] },
          pace: { gapSeconds: 180, gaps: 'regular', jitter: uniform(random, 0.05, 0.3) },
        },
      ],
    );
  }),
];
