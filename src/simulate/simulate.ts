/**
 * A scenario and a seed to labelled attempts. Pure: no clock, no file, no connection; the same scenario and seed
 * give the same attempts on every machine. Each actor draws from a generator of its own.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Random } from '../model/random.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { DAY, isoTime } from '../model/time.ts';
import type { TrueCampaign, Truth } from '../model/truth.ts';
import { createAddressBook } from './addresses.ts';
import { campaign } from './campaign.ts';
import { forkedRandom } from './draws.ts';
import { brokenJob, expiredPassword, monitoring } from './machines.ts';
import { personNames, SYSTEM_ACCOUNTS } from './names.ts';
import { office, people } from './people.ts';
import { loud, nat, publicList, rootScanners, scanners, worm } from './scanners.ts';
import type { Actor, Scenario } from './scenario.ts';
import { handOff, lockstep, slowClock, swarm } from './teamwork.ts';
import type { SimulatedAttempt, World } from './world.ts';

export type { SimulatedAttempt } from './world.ts';

export interface Simulation {
  /** By time; equal times in the order of the scenario's actors. */
  readonly attempts: readonly SimulatedAttempt[];
  readonly truth: Truth;
  /** The same attempts as the parser would give them. */
  readonly table: AttemptTable;
}

export function simulate(scenario: Scenario, seed: number): Simulation {
  const world = createWorld(scenario, seed);
  const acts = scenario.actors.map((actor, i) => ({
    actor,
    attempts: act(actor, world, forkedRandom(seed, `${i} ${actor.kind}`)).filter(
      (attempt) => attempt.time >= world.start && attempt.time < world.end,
    ),
  }));
  const attempts = acts.flatMap((one) => one.attempts).sort((a, b) => a.time - b.time);
  return {
    attempts,
    truth: tellTruth(scenario, seed, attempts, acts),
    table: tableOf(attempts),
  };
}

function createWorld(scenario: Scenario, seed: number): World {
  const random = forkedRandom(seed, 'world');
  const start = Date.parse(scenario.start) / 1000;
  const accounts = new Set<string>([...SYSTEM_ACCOUNTS, ...scenario.accounts]);
  const groups = scenario.actors.filter((actor) => actor.kind === 'people' || actor.kind === 'office');
  const named = groups.map((group) => (group.kind === 'people' ? group.names.slice(0, group.count) : []));
  const drawn = personNames(
    random,
    groups.reduce((sum, group, i) => sum + group.count - named[i]!.length, 0),
    new Set([...accounts, ...named.flat()]),
  );
  const persons = new Map<Actor, readonly string[]>();
  groups.forEach((group, i) => {
    persons.set(group, [...named[i]!, ...drawn.splice(0, group.count - named[i]!.length)]);
  });
  for (const list of persons.values()) for (const name of list) accounts.add(name);
  for (const actor of scenario.actors)
    if (actor.kind === 'broken-job' && actor.deleted) accounts.delete(actor.user);
  for (const actor of scenario.actors) {
    const isService = actor.kind === 'expired-password' || actor.kind === 'monitoring';
    if (isService || (actor.kind === 'broken-job' && !actor.deleted)) accounts.add(actor.user);
  }
  return {
    start,
    end: start + Math.floor(scenario.days * DAY),
    sensors: scenario.sensors,
    accounts,
    addresses: createAddressBook(random),
    persons,
  };
}

function act(actor: Actor, world: World, random: Random): SimulatedAttempt[] {
  switch (actor.kind) {
    case 'people':
      return people(actor, world, random);
    case 'office':
      return office(actor, world, random);
    case 'broken-job':
      return brokenJob(actor, world, random);
    case 'expired-password':
      return expiredPassword(actor, world, random);
    case 'monitoring':
      return monitoring(actor, world, random);
    case 'loud':
      return loud(actor, world, random);
    case 'scanners':
      return scanners(actor, world, random);
    case 'root-scanners':
      return rootScanners(actor, world, random);
    case 'public-list':
      return publicList(actor, world, random);
    case 'worm':
      return worm(actor, world, random);
    case 'nat':
      return nat(actor, world, random);
    case 'campaign':
      return campaign(actor, world, random);
    case 'lockstep':
      return lockstep(actor, world, random);
    case 'hand-off':
      return handOff(actor, world, random);
    case 'slow-clock':
      return slowClock(actor, world, random);
    case 'swarm':
      return swarm(actor, world, random);
  }
}

function tableOf(attempts: readonly SimulatedAttempt[]): AttemptTable {
  const builder = new AttemptTableBuilder();
  for (const attempt of attempts) builder.append(attempt);
  return builder.finish();
}

type Act = { readonly actor: Actor; readonly attempts: readonly SimulatedAttempt[] };

function tellTruth(
  scenario: Scenario,
  seed: number,
  attempts: readonly SimulatedAttempt[],
  acts: readonly Act[],
): Truth {
  const roles = { people: new Set<string>(), loud: new Set<string>(), scanners: new Set<string>() };
  const campaigns: TrueCampaign[] = [];
  for (const one of acts) {
    const role = roleOf(one.actor);
    if (role !== 'campaign') for (const attempt of one.attempts) roles[role].add(attempt.source);
    else if (one.attempts.length > 0) campaigns.push(trueCampaign(one));
  }
  const start = Date.parse(scenario.start) / 1000;
  return {
    schema: 'slowbrute.truth/1',
    scenario: scenario.name,
    seed,
    firstSeen: isoTime(attempts[0]?.time ?? start),
    lastSeen: isoTime(attempts.at(-1)?.time ?? start),
    attempts: attempts.length,
    campaigns,
    people: [...roles.people].sort(),
    background: { loud: [...roles.loud].sort(), scanners: [...roles.scanners].sort() },
  };
}

function roleOf(actor: Actor): 'people' | 'loud' | 'scanners' | 'campaign' {
  switch (actor.kind) {
    case 'people':
    case 'office':
    case 'broken-job':
    case 'expired-password':
    case 'monitoring':
      return 'people';
    case 'loud':
      return 'loud';
    case 'scanners':
    case 'root-scanners':
    case 'public-list':
    case 'worm':
    case 'nat':
      return 'scanners';
    case 'campaign':
    case 'lockstep':
    case 'hand-off':
    case 'slow-clock':
    case 'swarm':
      return 'campaign';
  }
}

function trueCampaign({ actor, attempts }: Act): TrueCampaign {
  const compromised = new Map<string, SimulatedAttempt>();
  const unique = (field: (attempt: SimulatedAttempt) => string) => [...new Set(attempts.map(field))].sort();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const attempt of attempts) {
    first = Math.min(first, attempt.time);
    last = Math.max(last, attempt.time);
    const account = `${attempt.source}\n${attempt.user}\n${attempt.sensor}`;
    const known = compromised.get(account);
    if (attempt.success && (known === undefined || attempt.time < known.time))
      compromised.set(account, attempt);
  }
  return {
    name: 'name' in actor ? actor.name : actor.kind,
    firstSeen: isoTime(first),
    lastSeen: isoTime(last),
    attempts: attempts.length,
    sources: unique((attempt) => attempt.source),
    userCount: unique((attempt) => attempt.user).length,
    sensors: unique((attempt) => attempt.sensor),
    compromised: [...compromised.values()].map(({ source, user, time, sensor }) => ({
      source,
      user,
      time: isoTime(time),
      sensor,
    })),
  };
}
