/**
 * The standard scenarios: each a function of the seed, which draws what the name does not fix within ranges seen
 * on real hosts, so that seeds differ in more than noise. A detector is measured on these; keep their names.
 * Sizes are kept below about 60,000 attempts, so that hundreds of logs can be made and searched in minutes.
 */
import type { Random } from '../model/random.ts';
import { chance, forkedRandom, logUniform, shuffled, uniform, whole } from './draws.ts';
import { rosalita } from './rosalita.ts';
import { readScenario, type Scenario, type ScenarioText } from './scenario.ts';
import { waves } from './waves.ts';

type ActorText = ScenarioText['actors'][number];

/** Jobs that break in the world of the simulator; none of these names is on a guesser's mind more than others. */
const JOB_USERS = ['backup', 'rsync', 'deploy', 'svnsync', 'nightly', 'collector', 'mirror', 'replica'];
const SERVICES = ['deploy', 'git', 'postgres', 'rsync', 'nagios', 'jenkins', 'svc-app', 'mirror'];

interface Noise {
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

function scenario(
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
function drawn(
  name: string,
  make: (random: Random, name: string) => Scenario,
): [string, (seed: number) => Scenario] {
  return [name, (seed) => make(forkedRandom(seed, `catalogue ${name}`), name)];
}

const usualNoise = (random: Random, days: number): Noise => ({
  scanners: logUniform(random, 10, 60),
  loudAttempts: days * logUniform(random, 60, 400),
});

/** Scanners may or may not leave room before a campaign: one to two weeks of clean history, and some after. */
const cleanDays = (random: Random): number => uniform(random, 7, 14);

const POSITIVES = [
  drawn('alphabetical', (random, name) => {
    const gap = uniform(random, 170, 260);
    const campaignDays = 42;
    const share = uniform(random, 0.05, 0.12);
    const attempts = Math.floor((campaignDays * 86_400 * (1 - share)) / gap);
    const hosts = uniform(random, 4, 7);
    const from = cleanDays(random);
    const days = Math.ceil(from + campaignDays + uniform(random, 2, 7));
    return scenario(random, name, 'The shape of 2008: an alphabetical list, 671 sources, six weeks.', days, [
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
    ]);
  }),
  drawn('word-list', (random, name) => {
    const days = 28;
    const attempts = whole(random, 850, 1150);
    const perDay = uniform(random, 100, 400);
    const others = perDay * days * 2.1;
    return scenario(random, name, 'A list in arbitrary order, 300 sources, 2 % of all failures.', days, [
      ...background(random, days, { scanners: perDay, loudAttempts: Math.max(5000, attempts * 49 - others) }),
      wordListCampaign(random, attempts, uniform(random, 4, 9), days - 6),
    ]);
  }),
  drawn('every-source-once', (random, name) => {
    const length = uniform(random, 8, 20);
    const from = cleanDays(random);
    const days = Math.ceil(from + length + uniform(random, 1, 5));
    return scenario(random, name, 'Two thousand sources, each makes one attempt.', days, [
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
    return scenario(
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
    return scenario(random, name, 'Thirty-six attempts a day, a name spread over a day.', days, [
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
    return scenario(random, name, 'Two campaigns at once, one with two hosts a name.', days, [
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
    return scenario(random, name, 'Only root: 1,500 sources, two attempts each.', days, [
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
    return scenario(random, name, 'A list in arbitrary order; one participant gets in.', days, [
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
  drawn('reverse-walk', (random, name) => {
    const names = whole(random, 1200, 2400);
    const days = Math.ceil(12 + (names * 3 * 119) / 86_400);
    return scenario(
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
    return scenario(random, name, 'Groups of sources that start one list within two minutes.', days, [
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
    return scenario(random, name, 'One /24: two or three guesses, then the next address.', days, [
      ...background(random, days, usualNoise(random, days)),
      { kind: 'hand-off', name, sources: whole(random, 18, 40), fromDay: uniform(random, 7, 12) },
    ]);
  }),
  drawn('slow-clock', (random, name) => {
    const days = 42;
    return scenario(random, name, 'Three sources share one clock of 11 to 12 minutes.', days, [
      ...background(random, days, usualNoise(random, days)),
      { kind: 'slow-clock', name, names: whole(random, 300, 500), fromDay: uniform(random, 2, 14) },
    ]);
  }),
  drawn('swarm', (random, name) => {
    const days = 18;
    return scenario(
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
    return scenario(
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
    return scenario(random, name, 'A campaign of 120 attempts in all.', days, [
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

function wordListCampaign(
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

const NEGATIVES = [
  drawn('independent-scanners', (random, name) => {
    const days = 30;
    return scenario(random, name, 'Hundreds of independent scanners, no campaign.', days, [
      ...background(random, days, { scanners: uniform(random, 60, 220), loudAttempts: days * 200 }),
      { kind: 'root-scanners', perDay: uniform(random, 1, 20) },
    ]);
  }),
  drawn('public-list', (random, name) => {
    const days = 30;
    return scenario(random, name, 'Scanners that all use one public list, no campaign.', days, [
      ...background(random, days, { scanners: uniform(random, 5, 20), loudAttempts: days * 100 }),
      { kind: 'public-list', perDay: uniform(random, 40, 130), names: whole(random, 150, 600) },
    ]);
  }),
  drawn('broken-job', (random, name) => {
    const days = 30;
    const job = (i: number): ActorText => ({
      kind: 'broken-job',
      user: JOB_USERS[i]!,
      everyMinutes: [1, 2, 3, 5, 10, 12, 15, 30][random.below(8)]!,
      deleted: chance(random, 0.5),
      workedDays: chance(random, 0.5) ? uniform(random, 1, 20) : 0,
    });
    return scenario(random, name, 'Jobs that fail every few minutes for ever.', days, [
      ...background(random, days, { scanners: logUniform(random, 5, 60), loudAttempts: days * 60 }),
      ...Array.from({ length: whole(random, 1, 4) }, (_, i) => job(i)),
    ]);
  }),
  drawn('expired-password', (random, name) => {
    const days = whole(random, 14, 24);
    return scenario(random, name, 'A password expires on 200 own machines.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'expired-password',
        machines: 200,
        user: ['svc-app', 'collector', 'backup', 'deploy'][random.below(4)]!,
        everyMinutes: uniform(random, 120, 480),
        expiresOnDay: uniform(random, 3, days - 2),
      },
    ]);
  }),
  drawn('office', (random, name) => {
    const days = 35;
    return scenario(random, name, 'An office of many persons behind one address.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'office',
        count: whole(random, 60, 250),
        loginsPerDay: uniform(random, 1, 4),
        keyShare: uniform(random, 0, 0.4),
        typoShare: uniform(random, 0.05, 0.12),
        nameTypoShare: uniform(random, 0.005, 0.02),
      },
    ]);
  }),
  drawn('everything-quiet', (random, name) => {
    const days = 60;
    return scenario(random, name, 'People only.', days, [
      {
        kind: 'people',
        count: whole(random, 10, 60),
        typoShare: uniform(random, 0.03, 0.12),
        travelShare: 0.03,
      },
      { kind: 'office', count: whole(random, 5, 30) },
      { kind: 'monitoring', everyMinutes: whole(random, 20, 60) },
    ]);
  }),
  drawn('worm', (random, name) => {
    const days = 40;
    return scenario(random, name, 'A worm: two tries with the name pi a source, for ever.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'worm',
        perDay: uniform(random, 5, 60),
        names: chance(random, 0.5) ? ['pi', 'pi'] : ['pi', 'raspberry'],
      },
    ]);
  }),
];

/** Names of the scenarios without any campaign. */
export const WITHOUT_CAMPAIGN: readonly string[] = NEGATIVES.map(([name]) => name);

/** Every standard scenario by name: seed to scenario. */
export const SCENARIOS: Readonly<Record<string, (seed: number) => Scenario>> = Object.fromEntries([
  ...POSITIVES,
  ...NEGATIVES,
  ['rosalita', rosalita] as const,
  ...waves(),
]);
