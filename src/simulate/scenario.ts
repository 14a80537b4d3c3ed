/**
 * The scenario language: who visits which hosts, from when to when. A scenario is data (a JSON document), checked
 * here; docs/simulate.md shows it with examples. Every field has its unit in its name or its docstring.
 */
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import { campaign, dailyCounts, handOff, lockstep, slowClock, swarm } from './scenario-campaigns.ts';
import { day, share } from './scenario-values.ts';
import {
  brokenJob,
  carrier,
  expiredPassword,
  framer,
  loud,
  monitoring,
  nat,
  office,
  ownerScanner,
  people,
  publicList,
  rootScanners,
  scanners,
  worm,
} from './scenario-visitors.ts';
import { STYLES } from './styles.ts';

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
  carrier,
  ownerScanner,
  framer,
  campaign,
  dailyCounts,
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
    /**
     * Some days are busier than others for everybody who works here: the variance of a day's share of work beyond
     * chance, as a share of its mean squared.
     */
    workDispersion: z.number().min(0).max(1).default(0),
    /** Stretches of which there is no log, of one sensor or (left out) of all. */
    outages: z
      .array(
        z.strictObject({
          fromDay: day,
          hours: z.number().positive().max(10_000),
          sensor: z.string().min(1).optional(),
        }),
      )
      .default([]),
    actors: z.array(actor).min(1),
  })
  .superRefine((whole, context) => {
    whole.actors.forEach((one, i) => {
      if (one.kind !== 'campaign') return;
      const again = one.sources.again?.of;
      const earlier = whole.actors
        .slice(0, i)
        .some((other) => other.kind === 'campaign' && other.name === again);
      if (again !== undefined && !earlier)
        context.addIssue({
          code: 'custom',
          path: ['actors', i, 'sources', 'again', 'of'],
          message: `no campaign further up is called ${again}`,
        });
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

export type { Amount } from './scenario-values.ts';
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
