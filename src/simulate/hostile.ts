/**
 * Attackers who know the method, and noise to hide in. What each costs the attacker is measured in docs/: names
 * spread over days take days, popular names are few, decoys are attempts that guess nothing, a flood takes addresses.
 */
import { background, cleanDays, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, uniform, whole } from './draws.ts';
import { popularName, SYSTEM_ACCOUNTS, wordList } from './names.ts';
import { wordListCampaign } from './with-campaign.ts';

const system = new Set(SYSTEM_ACCOUNTS);

export const SCENARIOS_OF_HOSTILE_CAMPAIGNS = [
  drawn('knows-spreading', (random, name) => {
    const perDay = logUniform(random, 20, 150);
    const roundDays = uniform(random, 2, 5);
    const rounds = whole(random, 3, 6);
    const names = wordList(random, Math.round(perDay * roundDays), 0.08, (one) => !system.has(one));
    const before = cleanDays(random);
    const days = Math.ceil(before + rounds * roundDays + 3);
    return standardScenario(
      random,
      name,
      'The list in rounds of two to five days: the hosts of a name are days apart.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names: Array.from({ length: rounds }, () => names).flat(),
            order: 'as-given',
            triesPerName: 1,
            // a round is not a copy of the one before
            spreadHours: uniform(random, 4, 20),
          },
          sources: { count: Math.round((names.length * rounds) / uniform(random, 1, 3)), tries: 'spread' },
          pace: {
            gapSeconds: 86_400 / perDay,
            gaps: chance(random, 0.5) ? 'regular' : 'exponential',
            jitter: uniform(random, 0.1, 0.5),
          },
        },
      ],
    );
  }),
  drawn('knows-popular', (random, name) => {
    const perDay = uniform(random, 5, 30);
    const length = uniform(random, 14, 28);
    const attempts = Math.round(perDay * length);
    const before = uniform(random, 14, 21);
    const days = Math.ceil(before + length + 3);
    return standardScenario(random, name, 'Popular names only, as often as everybody tries them.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'campaign',
        name,
        fromDay: before,
        list: {
          names: Array.from({ length: attempts }, () => popularName(random)),
          order: 'as-given',
          triesPerName: 1,
        },
        sources: { count: Math.round(attempts / uniform(random, 1, 2)), tries: 'spread' },
        pace: { gapSeconds: 86_400 / perDay, gaps: 'exponential' },
      },
    ]);
  }),
  drawn('knows-decoys', (random, name) => {
    const perDay = logUniform(random, 50, 300);
    const length = uniform(random, 7, 14);
    const share = uniform(random, 0.3, 0.75);
    const attempts = Math.round(perDay * length * (1 - share));
    const before = cleanDays(random);
    const days = Math.ceil(before + length + 3);
    return standardScenario(
      random,
      name,
      'A word list with decoys between, which nobody else tries, or everybody.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names: Math.max(10, Math.round(attempts / uniform(random, 4, 8))),
            order: 'arbitrary',
            popularShare: uniform(random, 0.05, 0.2),
            triesPerName: { between: [3, 9] },
            attempts,
            decoys: { share, names: (['odd', 'popular', 'both'] as const)[random.below(3)]! },
          },
          sources: { count: whole(random, 150, 400), tries: 'spread', returnHours: [10, 120] },
          pace: {
            gapSeconds: 86_400 / perDay,
            gaps: chance(random, 0.5) ? 'regular' : 'exponential',
            jitter: uniform(random, 0.1, 0.5),
          },
        },
      ],
    );
  }),
  drawn('from-the-first-line', (random, name) => {
    const perDay = logUniform(random, 50, 700);
    const days = Math.ceil(Math.min(uniform(random, 7, 21), 6000 / perDay));
    // a little more than there is room for: the log ends before the list does
    const attempts = Math.ceil(days * perDay * 1.05);
    return standardScenario(
      random,
      name,
      'A campaign of 50 to 700 attempts a day from the first line of the log to the last.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          list: {
            names: Math.max(10, Math.round(attempts / uniform(random, 4, 9))),
            order: chance(random, 0.5) ? 'alphabetical' : 'arbitrary',
            popularShare: uniform(random, 0.03, 0.2),
            triesPerName: { between: [3, 11] },
            attempts,
          },
          sources: { count: Math.min(attempts, whole(random, 150, 500)), returnHours: [10, 200] },
          pace: {
            gapSeconds: 86_400 / perDay,
            gaps: chance(random, 0.7) ? 'regular' : 'exponential',
            jitter: uniform(random, 0.05, 0.4),
          },
        },
      ],
    );
  }),
  drawn('junk-flood', (random, name) => {
    const perDay = logUniform(random, 36, 300);
    const length = uniform(random, 9, 16);
    const before = cleanDays(random);
    const days = Math.ceil(before + length + 2);
    const popular = uniform(random, 0.02, 0.3);
    const flood = whole(random, 1, 2);
    return standardScenario(
      random,
      name,
      'A word list behind a hundred thousand junk sources a day, each of which comes once.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          ...wordListCampaign(random, Math.round(perDay * length), uniform(random, 4, 9), days),
          fromDay: before,
          pace: {
            gapSeconds: 86_400 / perDay,
            gaps: chance(random, 0.5) ? 'regular' : 'exponential',
            jitter: uniform(random, 0.1, 0.4),
          },
        },
        {
          kind: 'daily-counts',
          // somebody deals them out: they are a campaign of their own, whose only purpose is to be noise
          campaign: 'junk',
          perDay: Array.from({ length: flood }, () => whole(random, 85_000, 105_000)),
          popularShare: popular,
          oddShare: uniform(random, 0.1, 0.9 - popular),
          fromDay: before + uniform(random, 1, length - 3),
        },
      ],
    );
  }),
];

/** Hostile, and without a campaign. */
export const SCENARIOS_OF_FRAMING = [
  drawn('framing', (random, name) => {
    const days = 28;
    const from = uniform(random, 5, 10);
    return standardScenario(
      random,
      name,
      'One source repeats what strangers and people tried, to make them look coordinated.',
      days,
      [
        ...background(random, days, { scanners: logUniform(random, 15, 100), loudAttempts: days * 150 }),
        {
          kind: 'framer',
          share: uniform(random, 0.5, 1),
          delayMinutes: { between: [1, whole(random, 3, 12)] },
          tries: chance(random, 0.7) ? 1 : { between: [1, 3] },
          fromDay: from,
        },
      ],
    );
  }),
];
