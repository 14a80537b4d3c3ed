/**
 * People at work: they log in on working days, from a few addresses, and err in their own way. A mistyped password
 * is followed by success within seconds; a mistyped name is a near miss of a name that exists; a forgotten password
 * is three to eight failures in minutes, then success or giving up. Rates: one password in twenty mistyped and one
 * name in a hundred are what logs of small sites show; nobody mistypes for hours at a steady pace.
 */
import type { Random } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { chance, normal, pick, poisson, shuffled, uniform, whole } from './draws.ts';
import { nearMiss } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { daysBetween, presence, type SimulatedAttempt, type World } from './world.ts';

type Habits = Pick<
  ActorOf<'people'>,
  'loginsPerDay' | 'keyShare' | 'typoShare' | 'nameTypoShare' | 'forgottenShare' | 'holidays'
>;

interface Person {
  readonly user: string;
  readonly usesKey: boolean;
  readonly method: string;
  readonly sensors: readonly string[];
  /** Logins on a working day, mean. */
  readonly loginsPerDay: number;
  /** Seconds after midnight UTC around which the day's work lies, and how wide it is. */
  readonly noon: number;
  readonly spread: number;
  readonly weekendShare: number;
}

function createPerson(world: World, random: Random, user: string, habits: Habits): Person {
  return {
    user,
    usesKey: chance(random, habits.keyShare),
    method: chance(random, 0.8) ? 'password' : 'keyboard-interactive',
    sensors: shuffled(random, world.sensors).slice(0, whole(random, 1, Math.min(3, world.sensors.length))),
    loginsPerDay: habits.loginsPerDay * Math.exp(normal(random) * 0.6 - 0.18), // some far more than others
    noon: 13 * HOUR + normal(random) * 1.5 * HOUR,
    spread: uniform(random, 2, 4) * HOUR,
    weekendShare: uniform(random, 0, 0.3),
  };
}

/** One person's attempts of one sitting, beginning at `time`. */
function* sitting(
  world: World,
  random: Random,
  person: Person,
  source: string,
  time: number,
  habits: Habits,
): Generator<SimulatedAttempt> {
  const sensor = pick(random, person.sensors);
  const attempt = (at: number, user: string, success: boolean, method: string): SimulatedAttempt => ({
    time: Math.floor(at),
    sensor,
    source,
    user,
    known: world.accounts.has(user),
    success,
    method,
  });
  let at = time;
  if (chance(random, habits.nameTypoShare)) {
    const wrong = nearMiss(random, person.user);
    for (let i = whole(random, 1, 3); i > 0; i--) {
      yield attempt(at, wrong, false, person.method);
      at += uniform(random, 3, 12);
    }
    at += uniform(random, 5, 40);
  }
  if (person.usesKey) {
    yield attempt(at, person.user, true, 'publickey');
    return;
  }
  if (chance(random, habits.forgottenShare)) {
    for (let i = whole(random, 3, 8); i > 0; i--) {
      yield attempt(at, person.user, false, person.method);
      at += uniform(random, 4, 90);
    }
    if (chance(random, 0.4)) return;
  } else if (chance(random, habits.typoShare)) {
    for (let i = chance(random, 0.8) ? 1 : 2; i > 0; i--) {
      yield attempt(at, person.user, false, person.method);
      at += uniform(random, 3, 15);
    }
  }
  yield attempt(at, person.user, true, person.method);
}

/** How much of a usual day's work is done on this day. */
function activity(world: World, day: number, person: Person, habits: Habits): number {
  const number = Math.floor((day - world.start) / DAY);
  if (habits.holidays.includes(number)) return 0.05;
  const weekday = (Math.floor(day / DAY) + 4) % 7; // 1970-01-01 was a Thursday
  return (weekday === 0 || weekday === 6 ? person.weekendShare : 1) * world.work(number);
}

function* loginTimes(random: Random, person: Person, day: number, share: number): Generator<number> {
  const count = poisson(random, person.loginsPerDay * share);
  for (let i = 0; i < count; i++) yield day + person.noon + normal(random) * person.spread;
}

/** Persons with one to three addresses of their own each, who travel now and then and are on leave at times. */
export function people(actor: ActorOf<'people'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  for (const user of world.persons.get(actor) ?? []) {
    const person = createPerson(world, random, user, actor);
    const addresses = Array.from({ length: whole(random, 1, 3) }, () => world.addresses.stranger(random));
    let away = 0; // days left of a journey
    let leave = 0; // days left of a holiday
    for (const [day] of daysBetween(from, until)) {
      let today = addresses;
      if (leave > 0) {
        leave--;
        continue;
      }
      if (away > 0) {
        away--;
        today = [world.addresses.stranger(random)];
      } else if (chance(random, actor.travelShare)) away = whole(random, 2, 10);
      else if (chance(random, 0.012)) leave = whole(random, 3, 16);
      for (const time of loginTimes(random, person, day, activity(world, day, person, actor))) {
        const main = today[0]!;
        const source = chance(random, 0.7) ? main : pick(random, today);
        if (time >= from && time < until) out.push(...sitting(world, random, person, source, time, actor));
      }
    }
  }
  return out;
}

/** Many persons behind one address: the address has hundreds of logins and every mistake of the house. */
export function office(actor: ActorOf<'office'>, world: World, random: Random): SimulatedAttempt[] {
  return behindGateways(actor, world, random, [world.addresses.stranger(random)]);
}

/** Persons none of whom has an address of their own: each sitting comes from any of the gateways. */
export function behindGateways(
  actor: ActorOf<'office'> | ActorOf<'carrier'>,
  world: World,
  random: Random,
  gateways: readonly string[],
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  for (const user of world.persons.get(actor) ?? []) {
    const person = createPerson(world, random, user, actor);
    for (const [day] of daysBetween(from, until)) {
      for (const time of loginTimes(random, person, day, activity(world, day, person, actor))) {
        if (time < from || time >= until) continue;
        const gateway = gateways.length === 1 ? gateways[0]! : pick(random, gateways);
        out.push(...sitting(world, random, person, gateway, time, actor));
      }
    }
  }
  return out;
}
