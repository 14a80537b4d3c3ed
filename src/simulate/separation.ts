/**
 * Several campaigns in one log that are easily taken for one, and one that is easily taken for two: at the same time,
 * with names in common, or again after months by the same actor, or by another.
 */
import type { Random } from '../model/random.ts';
import { type ActorText, background, cleanDays, drawn, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, shuffled, uniform, whole } from './draws.ts';
import { SYSTEM_ACCOUNTS, wordList } from './names.ts';

type CampaignText = Extract<ActorText, { kind: 'campaign' }>;

interface Shape {
  readonly name: string;
  readonly fromDay: number;
  readonly days: number;
  readonly names: readonly string[] | number;
  /** Mean attempts on a name. */
  readonly hosts: number;
  readonly order?: CampaignText['list']['order'];
}

/** A list dealt out among sources of its own, at a pace of its own. */
function list(random: Random, shape: Shape): CampaignText {
  const names = typeof shape.names === 'number' ? shape.names : shape.names.length;
  const attempts = Math.round(names * shape.hosts);
  return {
    kind: 'campaign',
    name: shape.name,
    fromDay: shape.fromDay,
    list: {
      names: typeof shape.names === 'number' ? shape.names : [...shape.names],
      order: shape.order ?? (chance(random, 0.4) ? 'alphabetical' : 'arbitrary'),
      popularShare: uniform(random, 0.03, 0.2),
      triesPerName: { between: [Math.max(2, Math.floor(shape.hosts / 2)), Math.ceil(shape.hosts * 1.5)] },
      attempts,
    },
    sources: {
      count: Math.min(attempts, whole(random, 120, 450)),
      tries: chance(random, 0.5) ? 'even' : 'spread',
      returnHours: [uniform(random, 10, 24), uniform(random, 100, 300)],
    },
    pace: {
      gapSeconds: (shape.days * 86_400) / attempts,
      gaps: chance(random, 0.6) ? 'regular' : 'exponential',
      jitter: uniform(random, 0.05, 0.4),
    },
  };
}

const system = new Set(SYSTEM_ACCOUNTS);
const drawnList = (random: Random, count: number) =>
  wordList(random, count, uniform(random, 0.03, 0.15), (name) => !system.has(name));

/** Usual noise of a log of months: loud sources are fewer, so that the log stays small. */
function longNoise(random: Random, days: number) {
  return { scanners: logUniform(random, 10, 50), loudAttempts: days * logUniform(random, 20, 80) };
}

export const SCENARIOS_OF_SEPARATION = [
  drawn('overlap-in-time', (random, name) => {
    const before = cleanDays(random);
    const count = whole(random, 2, 3);
    const campaigns = Array.from({ length: count }, (_, i) =>
      list(random, {
        name: `list-${i + 1}`,
        fromDay: before + (i === 0 ? 0 : uniform(random, 0, 6)),
        days: uniform(random, 8, 16),
        names: whole(random, 80, 350),
        hosts: uniform(random, 3, 9),
      }),
    );
    const days = Math.ceil(before + 6 + 16 + 3);
    return standardScenario(random, name, 'Two or three campaigns at once, strangers to each other.', days, [
      ...background(random, days, usualNoise(random, days)),
      ...campaigns,
    ]);
  }),
  drawn('shared-names', (random, name) => {
    const before = cleanDays(random);
    const first = drawnList(random, whole(random, 150, 350));
    const share = uniform(random, 0.05, 0.2);
    const size = whole(random, 150, 350);
    const known = new Set(first);
    const common = shuffled(random, first).slice(0, Math.round(share * Math.min(size, first.length)));
    const own = drawnList(random, size * 2)
      .filter((one) => !known.has(one))
      .slice(0, size - common.length);
    const days = Math.ceil(before + 4 + 16 + 3);
    return standardScenario(
      random,
      name,
      'Two campaigns at once whose lists have a few names in common.',
      days,
      [
        ...background(random, days, usualNoise(random, days)),
        list(random, {
          name: 'first-list',
          fromDay: before,
          days: uniform(random, 9, 16),
          names: first,
          hosts: uniform(random, 3, 9),
        }),
        list(random, {
          name: 'second-list',
          fromDay: before + uniform(random, 0, 4),
          days: uniform(random, 9, 16),
          names: shuffled(random, [...common, ...own]),
          hosts: uniform(random, 3, 9),
        }),
      ],
    );
  }),
  drawn('returns', (random, name) => {
    const before = cleanDays(random);
    const length = uniform(random, 10, 20);
    const apart = uniform(random, 60, 150);
    const days = Math.ceil(before + length + apart + length + 5);
    const continued = chance(random, 0.5);
    const names = drawnList(random, whole(random, 200, 400));
    const sorted = chance(random, 0.5) ? [...names].sort() : names;
    const half = Math.ceil(sorted.length / 2);
    const hosts = uniform(random, 4, 9);
    const visit = list(random, {
      name: 'first-visit',
      fromDay: before,
      days: length,
      names: continued ? sorted.slice(0, half) : sorted,
      hosts,
      order: 'as-given',
    });
    const again: CampaignText = {
      ...visit,
      name: 'second-visit',
      fromDay: before + length + apart,
      list: { ...visit.list, names: continued ? sorted.slice(half) : sorted },
      sources: { ...visit.sources, again: { of: 'first-visit', share: uniform(random, 0.6, 0.9) } },
    };
    if (continued) again.list.attempts = Math.round((sorted.length - half) * hosts);
    return standardScenario(
      random,
      name,
      'The same actor again after two to five months, with most of the sources.',
      days,
      [...background(random, days, longNoise(random, days)), visit, again],
    );
  }),
  drawn('two-actors-months-apart', (random, name) => {
    const before = cleanDays(random);
    const lengths = [uniform(random, 10, 20), uniform(random, 10, 20)] as const;
    const apart = uniform(random, 60, 150);
    const days = Math.ceil(before + lengths[0] + apart + lengths[1] + 5);
    return standardScenario(
      random,
      name,
      'Two different actors months apart, with different sources, lists and paces.',
      days,
      [
        ...background(random, days, longNoise(random, days)),
        list(random, {
          name: 'first-actor',
          fromDay: before,
          days: lengths[0],
          names: whole(random, 150, 350),
          hosts: uniform(random, 3, 9),
        }),
        list(random, {
          name: 'second-actor',
          fromDay: before + lengths[0] + apart,
          days: lengths[1],
          names: whole(random, 150, 350),
          hosts: uniform(random, 3, 9),
        }),
      ],
    );
  }),
];
