/**
 * Campaigns at the edge of what can be seen at all: a few attempts a day, no turns, no name twice, a handful of
 * sources, targets dealt out so that no sensor sees more than a trace. All of them occur in the logs of real hosts.
 */
import type { Random } from '../model/random.ts';
import { type ActorText, background, cleanDays, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, uniform, whole } from './draws.ts';
import { siteOf500 } from './sized-site.ts';

/** Two to four groups of three to six sources on each of some days; never two within the same minutes. */
function groupsOfDays(random: Random, days: number): ActorText[] {
  const out: ActorText[] = [];
  for (let day = 2; day < days - 1; day++) {
    const groups = whole(random, 2, 4);
    for (let i = 0; i < groups; i++) {
      out.push({
        kind: 'lockstep',
        name: `group-${out.length + 1}`,
        sources: whole(random, 3, 6),
        names: whole(random, 17, 35),
        tries: whole(random, 25, 35),
        gapSeconds: [uniform(random, 30, 45), uniform(random, 46, 60)],
        startSpreadSeconds: uniform(random, 20, 120),
        fromDay: day + (i + uniform(random, 0, 0.8)) / groups,
      });
    }
  }
  return out;
}

export const SCENARIOS_OF_THE_SLOW_CORNER = [
  drawn('below-ten', (random, name) => {
    const perDay = uniform(random, 3, 9);
    const length = uniform(random, 21, 42);
    const before = uniform(random, 14, 28);
    const days = Math.ceil(before + length + 3);
    // a name's sources come within twenty hours
    const hosts = Math.max(2, Math.min(4, Math.floor(1 + (perDay * 20) / 24)));
    const names = Math.round((perDay * length) / ((2 + hosts) / 2));
    return standardScenario(
      random,
      name,
      'Three to nine attempts a day for weeks, two to four hosts a name within a day.',
      days,
      [
        ...siteOf500(random, days),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names,
            order: 'arbitrary',
            popularShare: uniform(random, 0.03, 0.2),
            triesPerName: { between: [2, hosts] },
          },
          sources: { count: names * hosts },
          pace: { gapSeconds: 86_400 / perDay, gaps: 'regular', jitter: uniform(random, 0.1, 0.4) },
        },
      ],
    );
  }),
  drawn('order-free', (random, name) => {
    const sources = whole(random, 200, 500);
    const length = uniform(random, 7, 21);
    const before = cleanDays(random);
    const days = Math.ceil(before + length + 3);
    return standardScenario(
      random,
      name,
      'Each source draws its names from one list for itself: no turns, no order.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names: whole(random, 150, 500),
            order: 'none',
            popularShare: uniform(random, 0.05, 0.3),
            triesPerName: 2,
            // a list of five hundred names has five hundred attempts at least
            attempts: Math.max(500, sources * 2),
          },
          sources: { count: sources, tries: { between: [1, 3] }, returnHours: [0.2, 72] },
          pace: { gapSeconds: (length * 86_400) / (sources * 2), gaps: 'exponential' },
        },
      ],
    );
  }),
  drawn('names-once', (random, name) => {
    const attempts = whole(random, 800, 2500);
    const length = uniform(random, 5, 14);
    const before = cleanDays(random);
    const days = Math.ceil(before + length + 3);
    return standardScenario(random, name, 'Every name once, by one source each, from one day on.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'campaign',
        name,
        fromDay: before,
        list: {
          names: attempts,
          order: 'arbitrary',
          popularShare: uniform(random, 0, 0.08),
          triesPerName: 1,
        },
        sources: { count: attempts },
        pace: {
          gapSeconds: (length * 86_400) / attempts,
          gaps: chance(random, 0.5) ? 'regular' : 'exponential',
          jitter: uniform(random, 0.1, 0.5),
        },
      },
    ]);
  }),
  drawn('few-on-a-clock', (random, name) => {
    const from = uniform(random, 2, 14);
    const until = from + uniform(random, 14, 35);
    const days = Math.ceil(until + 2);
    const every = uniform(random, 8, 15);
    return standardScenario(random, name, 'Three to six sources share one clock for weeks.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'slow-clock',
        name,
        sources: whole(random, 3, 6),
        everyMinutes: [every, every + uniform(random, 0.5, 1.5)],
        names: whole(random, 200, 500),
        fromDay: from,
        untilDay: until,
      },
    ]);
  }),
  drawn('one-network-in-turn', (random, name) => {
    const days = 21;
    const shortest = logUniform(random, 20, 200);
    return standardScenario(
      random,
      name,
      'One /24 in turn: a guess or a few from each address, in a log full of loud sources.',
      days,
      [
        ...background(random, days, {
          scanners: logUniform(random, 10, 60),
          loudAttempts: days * logUniform(random, 300, 1500),
        }),
        {
          kind: 'hand-off',
          name,
          sources: whole(random, 15, 50),
          tries: { between: [1, whole(random, 2, 4)] },
          pauseMinutes: { between: [Math.round(shortest), Math.round(shortest * uniform(random, 1.5, 4))] },
          order: chance(random, 0.5) ? 'ascending' : 'any',
          fromDay: uniform(random, 5, 10),
        },
      ],
    );
  }),
  drawn('lockstep-groups', (random, name) => {
    const days = whole(random, 6, 9);
    return standardScenario(
      random,
      name,
      'Several groups a day, three to six sources each, start a list within two minutes.',
      days,
      [...background(random, days, usualNoise(random, days)), ...groupsOfDays(random, days)],
    );
  }),
  drawn('dealt-targets', (random, name) => {
    const count = whole(random, 20, 50);
    const sensors = Array.from({ length: count }, (_, i) => `node${String(i + 1).padStart(2, '0')}`);
    const attempts = Math.round(count * uniform(random, 2, 3));
    const gap = logUniform(random, 240, 2400);
    const before = cleanDays(random);
    const days = Math.ceil(before + (attempts * gap) / 86_400 + 3);
    const hosts = uniform(random, 4, 8);
    return standardScenario(
      random,
      name,
      'Twenty to fifty sensors, two or three attempts on each in all.',
      days,
      [
        ...background(random, days, { scanners: uniform(random, 30, 120), loudAttempts: days * 250 }),
        {
          kind: 'campaign',
          name,
          fromDay: before,
          list: {
            names: Math.max(3, Math.round(attempts / hosts)),
            order: chance(random, 0.4) ? 'alphabetical' : 'arbitrary',
            popularShare: uniform(random, 0.03, 0.15),
            triesPerName: { between: [Math.max(2, Math.floor(hosts / 2)), Math.ceil(hosts * 1.5)] },
            attempts,
          },
          sources: { count: Math.round(attempts / uniform(random, 1, 2)), returnHours: [12, 200] },
          pace: { gapSeconds: gap, gaps: 'regular', jitter: uniform(random, 0.1, 0.5) },
          sensors: 'in-turn',
        },
      ],
      sensors,
    );
  }),
];
