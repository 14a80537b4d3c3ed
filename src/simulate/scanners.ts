/**
 * Visitors who know nothing of each other: they make up most of what any host on the internet sees and are no
 * campaign, however many they are. Figures: a few dozen to some hundred new sources a day with one to four tries
 * each (detection.md's "hundreds of independent scanners a day"; in the logs of small hosts four of five sources
 * make at most three tries), names by popularity with a long tail, and day-to-day numbers with more variance than
 * Poisson has.
 */
import type { Random } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { chance, exponential, logUniform, overdispersed, pick, shuffled, uniform, whole } from './draws.ts';
import { oddName, POPULAR, popularName, TAIL, tailName } from './names.ts';
import type { ActorOf } from './scenario.ts';
import {
  daysBetween,
  draw,
  drift,
  guess,
  presence,
  type SimulatedAttempt,
  strangersSecond,
  type World,
} from './world.ts';

/** When each new source of an actor arrives, in order of days. */
function* arrivals(
  world: World,
  random: Random,
  actor: {
    perDay: number;
    dispersion: number;
    trend?: readonly number[] | undefined;
    fromDay: number;
    untilDay?: number | undefined;
  },
): Generator<number> {
  const { from, until } = presence(world, actor);
  for (const [day, length] of daysBetween(from, until)) {
    const mean = actor.perDay * (length / DAY) * drift(actor.trend, from, until, day + length / 2);
    const count = overdispersed(random, mean, actor.dispersion);
    for (let i = 0; i < count; i++) yield day + strangersSecond(random, length);
  }
}

/** Addresses in shared networks that wait for their turn: some fifty networks at a time. */
const NEIGHBOURS_KNOWN = 350;

/** Some addresses lie in a /24 with others, as cheap servers do; most have it for themselves. */
function createSourceDrawer(
  world: World,
  random: Random,
  shares: { neighbourShare?: number; ipv6Share?: number; hostNameShare: number },
): () => string {
  // neighbours come each at its own time: an address is drawn from many half-known networks, not from one after the other
  const neighbours: string[] = [];
  return () => {
    if (chance(random, shares.hostNameShare)) return world.addresses.hostName(random);
    if (!chance(random, shares.neighbourShare ?? 0))
      return world.addresses.stranger(random, shares.ipv6Share);
    while (neighbours.length < NEIGHBOURS_KNOWN) {
      neighbours.push(...world.addresses.network24(random, whole(random, 2, 12)));
    }
    return neighbours.splice(whole(random, 0, neighbours.length - 1), 1)[0]!;
  };
}

/** Independent scanners: each has its own names, its own time, its own patience. */
export function scanners(actor: ActorOf<'scanners'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  // a few short lists that come with scanning programs; whoever uses one tries its names in that order
  const toolkits = Array.from({ length: 8 }, () =>
    Array.from({ length: whole(random, 2, 6) }, () => popularName(random)),
  );
  const name = () => {
    const which = random.next();
    if (which < actor.oddShare) return oddName(random);
    return which < actor.oddShare + actor.tailShare ? tailName(random) : popularName(random);
  };
  const nextSource = createSourceDrawer(world, random, actor);
  for (const arrival of arrivals(world, random, actor)) {
    const source = nextSource();
    const tries = Math.max(1, draw(random, actor.tries));
    const toolkit = chance(random, actor.toolkitShare) ? pick(random, toolkits) : null;
    const single = toolkit === null && chance(random, 0.3) ? name() : null; // the same name with other passwords
    const names = Array.from({ length: tries }, (_, i) => single ?? toolkit?.[i % toolkit.length] ?? name());
    const slow = chance(random, actor.spreadShare);
    // below fail2ban's 5 in 10 minutes either way: tries are few, or hours apart
    const gap = slow ? logUniform(random, HOUR, 2 * DAY) : logUniform(random, 2, 20 * MINUTE);
    const sensors =
      world.sensors.length > 1 && chance(random, actor.sweepShare)
        ? shuffled(random, world.sensors).slice(0, whole(random, 2, world.sensors.length))
        : [pick(random, world.sensors)];
    let offset = 0;
    for (const sensor of sensors) {
      let time = arrival + offset;
      for (const user of names) {
        out.push(guess(world, time, sensor, source, user));
        time += Math.max(1, exponential(random, gap));
      }
      offset += exponential(random, 30); // a sweep goes through the addresses in seconds to minutes
    }
  }
  return out;
}

/** Sources that try root and nothing else. */
export function rootScanners(
  actor: ActorOf<'root-scanners'>,
  world: World,
  random: Random,
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const nextSource = createSourceDrawer(world, random, actor);
  for (const arrival of arrivals(world, random, actor)) {
    const source = nextSource();
    const sensor = pick(random, world.sensors);
    const gap = chance(random, 0.4) ? logUniform(random, HOUR, 3 * DAY) : logUniform(random, 2, HOUR);
    let time = arrival;
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      out.push(guess(world, time, sensor, source, 'root'));
      time += Math.max(1, exponential(random, gap));
    }
  }
  return out;
}

/** Scanners that all downloaded one public list: the same order for all, everybody's own start and pace. */
export function publicList(actor: ActorOf<'public-list'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const popular = Math.min(POPULAR.length, Math.floor(actor.names * 0.7));
  const list = [
    ...shuffled(random, POPULAR.slice(0, Math.min(POPULAR.length, popular + 40))).slice(0, popular),
    ...shuffled(random, TAIL.slice(0, 2000)).slice(0, actor.names - popular),
  ];
  for (const arrival of arrivals(world, random, actor)) {
    const source = world.addresses.stranger(random);
    const sensor = pick(random, world.sensors);
    const gap = Math.max(1, draw(random, actor.gapSeconds));
    const tries = Math.max(1, draw(random, actor.tries));
    let time = arrival;
    for (let i = 0; i < tries; i++) {
      out.push(guess(world, time, sensor, source, list[i % list.length]!));
      time += Math.max(1, exponential(random, gap));
    }
  }
  return out;
}

/**
 * A worm: infected machines that each scan for themselves, two tries with the name pi a source, in every month,
 * no onset and no list.
 */
export function worm(actor: ActorOf<'worm'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  for (const arrival of arrivals(world, random, actor)) {
    const source = world.addresses.stranger(random);
    const sensor = pick(random, world.sensors);
    let time = arrival;
    for (const user of actor.names) {
      out.push(guess(world, time, sensor, source, user));
      time += chance(random, 0.8) ? whole(random, 0, 3) : exponential(random, HOUR);
    }
  }
  return out;
}

/** Several strangers behind one carrier's address: one source, many hands, nothing in common. */
export function nat(actor: ActorOf<'nat'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  const source = world.addresses.stranger(random);
  for (let visitor = 0; visitor < actor.visitors; visitor++) {
    const sensor = pick(random, world.sensors);
    const gap = logUniform(random, 30, 6 * HOUR);
    let time = uniform(random, from, until);
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      out.push(
        guess(world, time, sensor, source, chance(random, 0.8) ? popularName(random) : tailName(random)),
      );
      time += Math.max(1, exponential(random, gap));
    }
  }
  return out;
}

/** Loud attackers: one source, a word list, hundreds of tries within minutes to hours. Any threshold sees them. */
export function loud(actor: ActorOf<'loud'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  for (const arrival of arrivals(world, random, { ...actor, dispersion: 0.2 })) {
    const source = world.addresses.stranger(random);
    const sensor = pick(random, world.sensors);
    const attempts = Math.max(20, draw(random, actor.attempts));
    // never so slow that fail2ban's 5 in 10 minutes would miss it
    const gap = Math.min(60, Math.max(1, draw(random, actor.gapSeconds)));
    const rootOnly = chance(random, actor.rootShare);
    const list = Array.from({ length: whole(random, 10, 400) }, () =>
      chance(random, 0.6) ? popularName(random) : tailName(random),
    );
    const perName = whole(random, 1, 5);
    let time = arrival;
    for (let i = 0; i < attempts; i++) {
      const user = rootOnly ? 'root' : list[Math.floor(i / perName) % list.length]!;
      out.push(guess(world, time, sensor, source, user));
      time += uniform(random, 0.5, 1.5) * gap;
    }
  }
  return out;
}
