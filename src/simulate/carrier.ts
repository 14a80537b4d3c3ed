/**
 * A carrier whose customers share its addresses: one address is many hands, and one attacker may be many addresses.
 * A carrier's translator gives a customer the same address for all connections, unless it is one that pools them
 * arbitrarily (RFC 6888, requirement 2; RFC 4787, requirement 2): then successive connections of one machine come
 * from different addresses, seconds apart, which looks like several sources and is one.
 */
import type { Random } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { chance, exponential, logUniform, pick, poisson, shuffled, uniform } from './draws.ts';
import { popularName, tailName, wordList } from './names.ts';
import { behindGateways } from './people.ts';
import type { ActorOf } from './scenario.ts';
import {
  daysBetween,
  draw,
  guess,
  presence,
  type SimulatedAttempt,
  strangersSecond,
  type World,
} from './world.ts';

type Carrier = ActorOf<'carrier'>;

export function carrier(actor: Carrier, world: World, random: Random): SimulatedAttempt[] {
  const addresses = world.addresses.network24(random, actor.addresses);
  return [
    ...behindGateways(actor, world, random, addresses),
    ...visitors(actor, world, random, addresses),
    ...attacker(actor, world, random, addresses),
  ];
}

/** Strangers who know nothing of each other, as those of `nat` are. */
function visitors(
  actor: Carrier,
  world: World,
  random: Random,
  addresses: readonly string[],
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  for (let visitor = 0; visitor < actor.visitors; visitor++) {
    const sensor = pick(random, world.sensors);
    const gap = logUniform(random, 30, 6 * HOUR);
    let time = uniform(random, from, until);
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      const user = chance(random, 0.8) ? popularName(random) : tailName(random);
      out.push(guess(world, time, sensor, pick(random, addresses), user));
      time += Math.max(1, exponential(random, gap));
    }
  }
  return out;
}

/** One machine that goes through its list in sittings, and goes on where it stopped. */
function attacker(
  actor: Carrier,
  world: World,
  random: Random,
  addresses: readonly string[],
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  if (actor.attacker === undefined) return out;
  const { names, sittingsPerDay, tries, gapSeconds } = actor.attacker;
  const { from, until } = presence(world, actor);
  const list = wordList(random, names, 0.3, () => true);
  const sensors = shuffled(random, world.sensors);
  let place = 0;
  let free = from; // it is one machine: a sitting begins when the one before has ended
  for (const [day, length] of daysBetween(from, until)) {
    const count = poisson(random, sittingsPerDay * (length / DAY));
    const starts = Array.from({ length: count }, () => day + strangersSecond(random, length)).sort(
      (a, b) => a - b,
    );
    for (const start of starts) {
      let time = Math.max(start, free);
      for (let i = Math.max(1, draw(random, tries)); i > 0; i--) {
        const user = list[place % list.length]!;
        const sensor = sensors[Math.floor(place / list.length) % sensors.length]!;
        out.push(guess(world, time, sensor, pick(random, addresses), user));
        place++;
        time += Math.max(1, draw(random, gapSeconds));
      }
      free = time;
    }
  }
  return out;
}
