/** Standard scenarios that hold a campaign; what each is, its sentence says. */
import type { Random } from '../model/random.ts';
import { type ActorText, background, cleanDays, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, uniform, whole } from './draws.ts';

export const SCENARIOS_WITH_CAMPAIGN = [
  drawn('alphabetical', (random, name) => {
    const gap = uniform(random, 170, 260);
    const campaignDays = 42;
    const share = uniform(random, 0.05, 0.12);
    const attempts = Math.floor((campaignDays * 86_400 * (1 - share)) / gap);
    const hosts = uniform(random, 4, 7);
    const from = cleanDays(random);
    const days = Math.ceil(from + campaignDays + uniform(random, 2, 7));
    return standardScenario(
      random,
      name,
      'The shape of 2008: an alphabetical list, 671 sources, six weeks.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name: 'alphabetical',
          fromDay: from,
          list: {
            names: Math.round(attempts / hosts),
            order: 'alphabetical',
            popularShare: uniform(random, 0.03, 0.1),
            triesPerName: { falling: [14, hosts - 0.4] },
            attempts,
          },
          interleaved: { names: ['root'], share },
          sources: { count: 671, tries: 'spread', returnHours: [10, 320] },
          pace: { gapSeconds: gap, gaps: 'regular', jitter: uniform(random, 0.05, 0.3) },
        },
      ],
    );
  }),
  drawn('word-list', (random, name) => {
    const days = 28;
    const attempts = whole(random, 850, 1150);
    const perDay = uniform(random, 100, 400);
    const others = perDay * days * 2.1;
    return standardScenario(
      random,
      name,
      'A list in arbitrary order, 300 sources, 2 % of all failures.',
      days,
      [
        ...background(random, days, {
          scanners: perDay,
          loudAttempts: Math.max(5000, attempts * 49 - others),
        }),
        wordListCampaign(random, attempts, uniform(random, 4, 9), days - 6),
      ],
    );
  }),
  drawn('every-source-once', (random, name) => {
    const length = uniform(random, 8, 20);
    const from = cleanDays(random);
    const days = Math.ceil(from + length + uniform(random, 1, 5));
    return standardScenario(random, name, 'Two thousand sources, each makes one attempt.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'campaign',
        name,
        fromDay: from,
        list: {
          names: whole(random, 250, 450),
          order: chance(random, 0.3) ? 'alphabetical' : 'arbitrary',
          popularShare: uniform(random, 0.1, 0.3),
          triesPerName: { between: [3, 8] },
          attempts: 2000,
        },
        sources: { count: 2000 },
        pace: { gapSeconds: (length * 86_400) / 2000, gaps: chance(random, 0.5) ? 'regular' : 'exponential' },
      },
    ]);
  }),
  drawn('twenty-sensors', (random, name) => {
    const perHour = uniform(random, 2, 3);
    const length = uniform(random, 21, 35);
    const attempts = Math.floor(length * 24 * perHour);
    const from = cleanDays(random);
    const days = Math.ceil(from + length + 3);
    const sensors = Array.from({ length: 20 }, (_, i) => `web${String(i + 1).padStart(2, '0')}`);
    return standardScenario(
      random,
      name,
      'Twenty sensors, two or three attempts an hour over all of them.',
      days,
      [
        ...background(random, days, { scanners: uniform(random, 20, 60), loudAttempts: days * 250 }),
        {
          kind: 'campaign',
          name,
          fromDay: from,
          list: {
            names: Math.round(attempts / uniform(random, 5, 9)),
            order: chance(random, 0.3) ? 'alphabetical' : 'arbitrary',
            popularShare: uniform(random, 0.05, 0.25),
            triesPerName: { between: [4, 10] },
            attempts,
          },
          sources: { count: whole(random, 150, 400), tries: 'even', returnHours: [20, 300] },
          pace: { gapSeconds: 3600 / perHour, gaps: 'regular', jitter: uniform(random, 0.05, 0.4) },
          sensors: chance(random, 0.5) ? 'in-turn' : 'dealt',
        },
      ],
      sensors,
    );
  }),
  drawn('slow', (random, name) => {
    const length = uniform(random, 35, 50);
    const attempts = Math.floor(length * 36);
    const from = cleanDays(random);
    const days = Math.ceil(from + length + 3);
    return standardScenario(random, name, 'Thirty-six attempts a day, a name spread over a day.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'campaign',
        name,
        fromDay: from,
        list: {
          names: Math.round(attempts / uniform(random, 5, 9)),
          order: 'arbitrary',
          popularShare: uniform(random, 0.05, 0.2),
          triesPerName: { between: [4, 10] },
          attempts,
          spreadHours: 24,
        },
        sources: { count: whole(random, 150, 300), returnHours: [24, 400] },
        pace: { gapSeconds: 2400, gaps: chance(random, 0.5) ? 'regular' : 'exponential', jitter: 0.3 },
      },
    ]);
  }),
  drawn('two-campaigns', (random, name) => {
    const from = cleanDays(random);
    const days = 35;
    const first = whole(random, 1800, 3200);
    const second = whole(random, 400, 700);
    return standardScenario(random, name, 'Two campaigns at once, one with two hosts a name.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'campaign',
        name: 'many-hosts',
        fromDay: from,
        list: {
          names: Math.round(first / uniform(random, 5, 9)),
          order: chance(random, 0.5) ? 'alphabetical' : 'arbitrary',
          popularShare: uniform(random, 0.05, 0.2),
          triesPerName: { between: [3, 11] },
          attempts: first,
        },
        sources: { count: whole(random, 200, 400), tries: 'spread', returnHours: [10, 200] },
        pace: { gapSeconds: (uniform(random, 10, 16) * 86_400) / first, gaps: 'regular', jitter: 0.2 },
      },
      {
        kind: 'campaign',
        name: 'two-hosts',
        fromDay: from + uniform(random, 2, 7),
        list: {
          names: second,
          order: 'arbitrary',
          popularShare: uniform(random, 0.05, 0.15),
          triesPerName: 2,
        },
        sources: { count: whole(random, 150, 280), returnHours: [10, 200] },
        pace: {
          gapSeconds: (uniform(random, 9, 14) * 86_400) / (second * 2),
          gaps: chance(random, 0.6) ? 'regular' : 'exponential',
          jitter: 0.2,
        },
      },
    ]);
  }),
  drawn('root-alone', (random, name) => {
    const length = uniform(random, 7, 21);
    const from = cleanDays(random);
    const days = Math.ceil(from + length + uniform(random, 4, 10));
    const rate = 3000 / length;
    const base = rate * uniform(random, 0.03, 0.07);
    // scanners try root in about one of nine attempts, about two attempts each: the rest is root scanners
    const perDay = Math.min(uniform(random, 10, 40), base * 2.5);
    return standardScenario(random, name, 'Only root: 1,500 sources, two attempts each.', days, [
      ...background(random, days, { scanners: perDay, loudAttempts: days * uniform(random, 60, 300) }),
      { kind: 'root-scanners', perDay: Math.max(1, base - perDay * 0.22) / 1.5, tries: { geometric: 1.5 } },
      {
        kind: 'campaign',
        name,
        fromDay: from,
        list: { names: ['root'], order: 'as-given', triesPerName: 3000 },
        sources: { count: 1500, returnHours: [8, Math.min(120, length * 12)] },
        pace: {
          gapSeconds: 86_400 / rate,
          gaps: chance(random, 0.5) ? 'regular' : 'exponential',
          jitter: 0.2,
        },
      },
    ]);
  }),
  drawn('one-hit', (random, name) => {
    const days = 28;
    const attempts = whole(random, 900, 1400);
    return standardScenario(random, name, 'A list in arbitrary order; one participant gets in.', days, [
      ...background(random, days, { scanners: uniform(random, 40, 100), loudAttempts: 9000 }),
      {
        ...wordListCampaign(random, attempts, uniform(random, 5, 9), days - 6),
        hit: {
          at: uniform(random, 0.4, 0.9),
          ...(chance(random, 0.6) ? { laterLoginHours: uniform(random, 0.2, 40) } : {}),
        },
      },
    ]);
  }),
];

/** A list in arbitrary order, 300 sources, over half to three quarters of `days`. */
export function wordListCampaign(
  random: Random,
  attempts: number,
  triesPerName: number,
  days: number,
): Extract<ActorText, { kind: 'campaign' }> {
  const length = days * uniform(random, 0.5, 0.75);
  return {
    kind: 'campaign',
    name: 'word-list',
    fromDay: 3 + uniform(random, 0, Math.max(0.1, days - length - 1)),
    list: {
      names: Math.round(attempts / triesPerName),
      order: 'arbitrary',
      popularShare: uniform(random, 0.1, 0.25),
      knownShare: uniform(random, 0, 0.02),
      triesPerName: { between: [Math.max(2, Math.floor(triesPerName / 2)), Math.ceil(triesPerName * 1.5)] },
      attempts,
    },
    sources: { count: 300, tries: chance(random, 0.5) ? 'even' : 'spread' },
    pace: {
      gapSeconds: (length * 86_400) / attempts,
      gaps: chance(random, 0.5) ? 'regular' : 'exponential',
      jitter: 0.2,
      diurnal: chance(random, 0.3) ? 0.5 : 0,
      pauses: whole(random, 0, 2),
    },
  };
}
