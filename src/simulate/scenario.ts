/**
 * The scenario language: who visits which hosts, from when to when. A scenario is data (a JSON document), checked
 * here; docs/simulate.md shows it with examples. Every field has its unit in its name or its docstring.
 */
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import { STYLES } from './styles.ts';

const share = z.number().min(0).max(1);
const count = z.int().min(1).max(1_000_000);
/** Names that a list can have: more would not be found among the 20,000 of the simulated world. */
const listLength = z.int().min(1).max(12_000);
const day = z.number().min(0).max(4000);

const rising = (ends: readonly [number, number]) => ends[0] <= ends[1];
const fromLowToHigh = { error: 'give the lower end first' };

/** A number, or how to draw one: between two ends, geometric with a mean, or log-uniform between two ends. */
const amount = z.union([
  z.number().min(0).max(1_000_000),
  z.strictObject({
    between: z.tuple([z.int().min(0), z.int().min(0).max(1_000_000)]).refine(rising, fromLowToHigh),
  }),
  z.strictObject({ geometric: z.number().min(1).max(100_000) }),
  z.strictObject({
    logUniform: z
      .tuple([z.number().positive(), z.number().positive().max(1_000_000)])
      .refine(rising, fromLowToHigh),
  }),
]);
export type Amount = z.output<typeof amount>;

/** When an actor is there: days after the scenario's start; `untilDay` left out means to the end. */
const when = { fromDay: day.default(0), untilDay: day.optional() };

/** What people do at their keyboards; the defaults are what small sites' logs show (see people.ts). */
const habits = {
  /** Logins of one person on a working day, mean. */
  loginsPerDay: z.number().min(0).max(500).default(3),
  /** Share of the persons that log in by key. */
  keyShare: share.default(0.5),
  /** Share of password logins that begin with one or two wrong passwords. */
  typoShare: share.default(0.06),
  /** Share of logins that begin with a slip in the user name. */
  nameTypoShare: share.default(0.008),
  /** Share of password logins where the password is forgotten: 3 to 8 failures, then success or giving up. */
  forgottenShare: share.default(0.004),
  /** Days (from the start, 0 the first) on which hardly anybody works. */
  holidays: z.array(z.int().min(0)).default([]),
};

const people = z.strictObject({
  kind: z.literal('people'),
  count,
  /** Their accounts; those that are not named here are drawn. */
  names: z.array(z.string().min(1)).default([]),
  /** Chance a day that a person leaves on a journey of 2 to 10 days, with a new address a day. */
  travelShare: share.default(0.01),
  ...habits,
  ...when,
});

const office = z.strictObject({ kind: z.literal('office'), count, ...habits, ...when });

const brokenJob = z.strictObject({
  kind: z.literal('broken-job'),
  user: z.string().min(1),
  everyMinutes: z.number().positive(),
  /** The account has been deleted: the user is unknown. */
  deleted: z.boolean().default(false),
  /** How many days it worked before it broke; 0: nobody saw it work. */
  workedDays: z.number().min(0).default(0),
  ...when,
});

const expiredPassword = z.strictObject({
  kind: z.literal('expired-password'),
  machines: count,
  user: z.string().min(1),
  /** A machine logs in once in so many minutes. */
  everyMinutes: z.number().positive(),
  /** The day from which on all of them fail. */
  expiresOnDay: day,
  ...when,
});

const monitoring = z.strictObject({
  kind: z.literal('monitoring'),
  user: z.string().min(1).default('nagios'),
  everyMinutes: z.number().positive(),
  ...when,
});

const loud = z.strictObject({
  kind: z.literal('loud'),
  perDay: z.number().min(0).max(1000),
  /** Attempts of one attacker. */
  attempts: amount.default({ logUniform: [50, 2000] }),
  gapSeconds: amount.default({ logUniform: [1, 20] }),
  /** Share of the attackers that try only root. */
  rootShare: share.default(0.4),
  ...when,
});

const scanners = z.strictObject({
  kind: z.literal('scanners'),
  /** New sources a day, mean. */
  perDay: z.number().min(0).max(20_000),
  /** Variance of a day's number = mean + dispersion x mean squared. */
  dispersion: z.number().min(0).max(10).default(0.08),
  tries: amount.default({ geometric: 2 }),
  /** Share that spreads its tries over days instead of minutes. */
  spreadShare: share.default(0.3),
  /** Share that uses one of the seed's few small toolkits (fixed short lists), as many scanners do. */
  toolkitShare: share.default(0.25),
  /** Where names come from otherwise: the tail, or a name that nobody else tries; the rest is popular. */
  tailShare: share.default(0.15),
  oddShare: share.default(0.02),
  /** Share that tries every sensor, not one. */
  sweepShare: share.default(0.15),
  /** Share of the sources that share a /24 with others. */
  neighbourShare: share.default(0.05),
  ipv6Share: share.default(0),
  /** Sources that the log names instead of giving their address: only sshd of 2008 and before did. */
  hostNameShare: share.default(0),
  ...when,
});

const rootScanners = z.strictObject({
  kind: z.literal('root-scanners'),
  perDay: z.number().min(0).max(20_000),
  dispersion: z.number().min(0).max(10).default(0.08),
  tries: amount.default({ geometric: 1.5 }),
  hostNameShare: share.default(0),
  ...when,
});

const publicList = z.strictObject({
  kind: z.literal('public-list'),
  perDay: z.number().min(0).max(20_000),
  dispersion: z.number().min(0).max(10).default(0.08),
  /** Names on the list; all go through it in the same order from its head. */
  names: z.int().min(1).max(2000),
  /** How far down the list a source goes. */
  tries: amount.default({ logUniform: [2, 60] }),
  /** Mean gap of one source, drawn once for each. */
  gapSeconds: amount.default({ logUniform: [200, 20_000] }),
  ...when,
});

const worm = z.strictObject({
  kind: z.literal('worm'),
  perDay: z.number().min(0).max(20_000),
  dispersion: z.number().min(0).max(10).default(0.3),
  /** Each source tries these, one after the other, once. */
  names: z.array(z.string().min(1)).min(1).default(['pi', 'pi']),
  ...when,
});

const nat = z.strictObject({
  kind: z.literal('nat'),
  /** Independent visitors behind the one address. */
  visitors: count,
  /** Tries of each visitor, spread over its own hours. */
  tries: amount.default({ between: [1, 6] }),
  ...when,
});

const pool = z.enum(['anywhere', 'one-provider', 'one-network']);

const hit = z.strictObject({
  /** Where in the campaign the successful attempt is: 0 the first attempt, 1 the last. */
  at: share,
  /** Hours until the source logs in again; left out: never. */
  laterLoginHours: z.number().positive().optional(),
});

const campaign = z.strictObject({
  kind: z.literal('campaign'),
  name: z.string().min(1),
  list: z.strictObject({
    /** The names themselves, or how many are drawn. */
    names: z.union([z.array(z.string().min(1)).min(1), listLength]),
    /** Names at the head of a drawn list, in this order. */
    head: z.array(z.string().min(1)).default([]),
    order: z.enum(['alphabetical', 'reverse-alphabetical', 'arbitrary', 'as-given']),
    /** Share of a drawn list that is popular with scanners as well. */
    popularShare: share.default(0.2),
    /** Share of a drawn list that exists as accounts. */
    knownShare: share.default(0),
    /** Attempts on each name. */
    triesPerName: z.union([
      amount,
      /** From the first number at the list's head down to the second, most of the way in the first tenth. */
      z.strictObject({ falling: z.tuple([z.number().min(1), z.number().min(1)]) }),
    ]),
    /** Attempts on the list in all: the tries per name are fitted to it exactly. */
    attempts: count.optional(),
    /** The attempts on one name are spread over so many hours, mixed with those on other names. */
    spreadHours: z.number().min(0).default(0),
  }),
  /** A second list whose attempts occupy slots of the same pace, such as root. */
  interleaved: z
    .strictObject({
      names: z.array(z.string().min(1)).min(1),
      /** Share of all attempts, or their exact number. */
      share: share.optional(),
      attempts: count.optional(),
      /** Sources of its own: so many, of which `shared` also take part in the first list. Left out: the same. */
      sources: z
        .strictObject({ count, shared: z.int().min(0) })
        .refine((own) => own.shared <= own.count, { path: ['shared'], error: 'more than there are sources' })
        .optional(),
    })
    .optional(),
  sources: z.strictObject({
    count,
    /** How the attempts are shared out among the sources: all alike, or unequally. */
    tries: z.enum(['even', 'geometric', 'spread']).default('even'),
    /** A source comes back after so many hours; left out: any time. */
    returnHours: z.tuple([z.number().min(0), z.number().positive()]).optional(),
    pool: pool.default('anywhere'),
    ipv6Share: share.default(0),
    hostNameShare: share.default(0),
  }),
  pace: z.strictObject({
    /** Mean gap between attempts of the whole campaign; two numbers: from the first's at the start to the second's. */
    gapSeconds: z.union([z.number().positive(), z.tuple([z.number().positive(), z.number().positive()])]),
    /** `regular`: ticks of a clock, each off by `jitter` x gap (normal); `exponential`: no memory. */
    gaps: z.enum(['regular', 'exponential']),
    jitter: z.number().min(0).max(2).default(0.1),
    /** 0: day and night alike; 1: nothing at night. */
    diurnal: share.default(0),
    /** Pauses: so many, each of so many hours. */
    pauses: z.int().min(0).default(0),
    pauseHours: z.number().min(0).default(12),
  }),
  /** `in-turn`: one after the other; `dealt`: at random; `all`: each attempt on every sensor; `first`: one only. */
  sensors: z.enum(['in-turn', 'dealt', 'all', 'first']).default('dealt'),
  /** Only so many attempts (of both lists). */
  limit: count.optional(),
  hit: hit.optional(),
  fromDay: day.default(0),
  /** Exact start, seconds after the scenario's start; wins over `fromDay`. */
  fromSeconds: z.int().min(0).optional(),
});

const lockstep = z.strictObject({
  kind: z.literal('lockstep'),
  name: z.string().min(1),
  sources: count,
  tries: count.default(30),
  names: listLength.default(20),
  gapSeconds: z.tuple([z.number().positive(), z.number().positive()]).default([40, 50]),
  startSpreadSeconds: z.number().min(0).default(120),
  fromDay: day,
});

const handOff = z.strictObject({
  kind: z.literal('hand-off'),
  name: z.string().min(1),
  sources: z.int().min(2).max(254),
  tries: amount.default({ between: [2, 3] }),
  gapSeconds: amount.default({ between: [2, 30] }),
  /** Pause until the next address of the /24 takes over. */
  pauseMinutes: amount.default({ between: [120, 420] }),
  fromDay: day,
});

const slowClock = z.strictObject({
  kind: z.literal('slow-clock'),
  name: z.string().min(1),
  sources: z.int().min(2).default(3),
  everyMinutes: z.tuple([z.number().positive(), z.number().positive()]).default([11, 12]),
  names: listLength.default(430),
  fromDay: day,
  untilDay: day.optional(),
});

const swarm = z.strictObject({
  kind: z.literal('swarm'),
  name: z.string().min(1),
  /** New sources a day, and for how many days. */
  perDay: z.number().positive(),
  days: z.number().positive(),
  tries: amount.default({ geometric: 1.2 }),
  rootShare: share.default(0.33),
  oddShare: share.default(0.33),
  /** Share of the rest whose name is tried by one to three more sources within minutes. */
  sharedShare: share.default(0.5),
  fromDay: day,
});

const actor = z.discriminatedUnion('kind', [
  people,
  office,
  brokenJob,
  expiredPassword,
  monitoring,
  loud,
  scanners,
  rootScanners,
  publicList,
  worm,
  nat,
  campaign,
  lockstep,
  handOff,
  slowClock,
  swarm,
]);

const scenario = z
  .strictObject({
    name: z.string().min(1),
    /** One sentence for the list of scenarios. */
    summary: z.string().default(''),
    /** ISO 8601 in UTC, such as `2024-03-04T00:00:00Z`. */
    start: z.iso.datetime(),
    days: z.number().positive().max(4000),
    /** How the log is written where nobody asks for another style; `otherShare`: lines of other programs. */
    log: z
      .strictObject({
        style: z.enum(STYLES).default('openssh-debian'),
        otherShare: share.max(0.9).default(0.05),
      })
      .default({ style: 'openssh-debian', otherShare: 0.05 }),
    sensors: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/))
      .min(1)
      .max(65_535),
    /** Accounts that exist beside the system's, the persons' and the jobs' own. */
    accounts: z.array(z.string().min(1)).default([]),
    actors: z.array(actor).min(1),
  })
  .superRefine((whole, context) => {
    whole.actors.forEach((one, i) => {
      if (one.kind !== 'campaign') return;
      const complain = (path: readonly string[], message: string) =>
        context.addIssue({ code: 'custom', path: ['actors', i, ...path], message });
      const { list, sources, interleaved } = one;
      const names = typeof list.names === 'number' ? list.names : list.names.length;
      if (list.attempts !== undefined && list.attempts < names)
        complain(['list', 'attempts'], `fewer than the list has names (${names})`);
      if (list.head.length > names) complain(['list', 'head'], 'longer than the list');
      if (interleaved?.sources !== undefined && interleaved.sources.shared > sources.count)
        complain(['interleaved', 'sources', 'shared'], 'more than there are sources');
      if (sources.pool === 'one-network' && sources.count > 254)
        complain(['sources', 'count'], 'a /24 has 254 addresses');
      if (sources.pool === 'one-provider' && sources.count > 8000)
        complain(['sources', 'count'], 'three /20s of a provider hold no more than 8,000');
    });
  });

export type Scenario = z.output<typeof scenario>;
/** A scenario as it is written, defaults left out. */
export type ScenarioText = z.input<typeof scenario>;
export type Actor = Scenario['actors'][number];
export type ActorOf<K extends Actor['kind']> = Extract<Actor, { kind: K }>;

/** Checks a scenario and fills in its defaults; throws Trouble `bad-scenario` that names every wrong field. */
export function readScenario(document: unknown, origin = 'scenario'): Scenario {
  const result = scenario.safeParse(document);
  if (result.success) return result.data;
  throw new Trouble(
    'bad-scenario',
    `${origin}: ${z.prettifyError(result.error).replaceAll('\n', ' ').replaceAll(/\s+/g, ' ')}`,
    'docs/simulate.md describes every field; `slowbrute simulate --list` names scenarios to start from.',
  );
}
