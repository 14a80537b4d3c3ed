/**
 * The world that a scenario and a seed make: who works there, which accounts exist, which addresses there are.
 */
import { DAY } from '../model/time.ts';
import { createAddressBook } from './addresses.ts';
import { forkedRandom, gamma } from './draws.ts';
import { personNames, SYSTEM_ACCOUNTS } from './names.ts';
import type { Actor, ActorOf, Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** Actors that are persons with accounts, or have some among them. */
type Group = ActorOf<'people'> | ActorOf<'office'> | ActorOf<'carrier'>;

function isGroup(actor: Actor): actor is Group {
  return actor.kind === 'people' || actor.kind === 'office' || actor.kind === 'carrier';
}

const size = (group: Group): number => (group.kind === 'carrier' ? group.persons : group.count);

export function createWorld(scenario: Scenario, seed: number): World {
  const random = forkedRandom(seed, 'world');
  const start = Date.parse(scenario.start) / 1000;
  const accounts = new Set<string>([...SYSTEM_ACCOUNTS, ...scenario.accounts]);
  const groups = scenario.actors.filter(isGroup);
  const named = groups.map((group) => (group.kind === 'people' ? group.names.slice(0, group.count) : []));
  const drawn = personNames(
    random,
    groups.reduce((sum, group, i) => sum + size(group) - named[i]!.length, 0),
    new Set([...accounts, ...named.flat()]),
  );
  const persons = new Map<Actor, readonly string[]>();
  groups.forEach((group, i) => {
    persons.set(group, [...named[i]!, ...drawn.splice(0, size(group) - named[i]!.length)]);
  });
  for (const list of persons.values()) for (const name of list) accounts.add(name);
  for (const actor of scenario.actors) {
    const mayBeGone = actor.kind === 'broken-job' || actor.kind === 'monitoring';
    if (mayBeGone && actor.deleted) accounts.delete(actor.user);
  }
  for (const actor of scenario.actors) {
    if (actor.kind === 'expired-password') accounts.add(actor.user);
    const may = actor.kind === 'broken-job' || actor.kind === 'monitoring';
    if (may && !actor.deleted) accounts.add(actor.user);
    if (actor.kind === 'owner-scanner' && actor.user !== undefined) accounts.add(actor.user);
  }
  return {
    start,
    end: start + Math.floor(scenario.days * DAY),
    sensors: scenario.sensors,
    accounts,
    addresses: createAddressBook(random),
    persons,
    work: workOf(scenario, seed),
    campaignSources: new Map(),
  };
}

/** A factor a day, gamma with mean 1: what makes all of a site busier than usual, such as a release or the flu. */
function workOf(scenario: Scenario, seed: number): (day: number) => number {
  const dispersion = scenario.workDispersion;
  if (dispersion === 0) return () => 1;
  const random = forkedRandom(seed, 'work');
  const days = Array.from({ length: Math.ceil(scenario.days) + 1 }, () =>
    gamma(random, 1 / dispersion, dispersion),
  );
  return (day) => days[day] ?? 1;
}
