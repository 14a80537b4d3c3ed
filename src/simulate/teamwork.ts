/**
 * Coordinated guessing of other shapes than one list dealt to many sources: groups in lockstep, a /24 handing over,
 * a shared slow clock, a swarm of single tries. Each has been seen in the logs of real hosts; the figures in the
 * docstrings are theirs, in round numbers.
 */
import type { Random } from '../model/random.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { chance, overdispersed, pick, shuffled, uniform, whole } from './draws.ts';
import { oddName, tailName, wordList } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { daysBetween, draw, guess, type SimulatedAttempt, strangersSecond, type World } from './world.ts';

const anyName = () => true;

/**
 * Sources that start one list within two minutes, each in its own order, 30 tries each, 40 to 50 s apart. Each
 * source alone is loud; what is to be found is that they belong together.
 */
export function lockstep(actor: ActorOf<'lockstep'>, world: World, random: Random): SimulatedAttempt[] {
  const start = world.start + actor.fromDay * DAY;
  const list = ['root', ...wordList(random, actor.names, 0.4, (name) => name !== 'root')];
  const sensor = pick(random, world.sensors);
  const out: SimulatedAttempt[] = [];
  for (let i = 0; i < actor.sources; i++) {
    const source = world.addresses.stranger(random);
    let order = shuffled(random, list);
    let time = start + random.next() * actor.startSpreadSeconds;
    for (let j = 0; j < actor.tries; j++) {
      if (j > 0 && j % list.length === 0) order = shuffled(random, list);
      out.push(guess(world, time, sensor, source, order[j % list.length]!));
      time += uniform(random, actor.gapSeconds[0], actor.gapSeconds[1]);
    }
  }
  return out;
}

/** Addresses of one /24 in turn: two or three guesses each, different names, then the next address; none returns. */
export function handOff(actor: ActorOf<'hand-off'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const sensor = pick(random, world.sensors);
  const list = wordList(random, actor.sources * 3, 0.8, anyName);
  let place = 0;
  let time = world.start + actor.fromDay * DAY;
  const drawn = world.addresses.network24(random, actor.sources);
  const host = (address: string) => Number(address.slice(address.lastIndexOf('.') + 1));
  const sources = actor.order === 'any' ? drawn : drawn.sort((a, b) => host(a) - host(b));
  for (const source of sources) {
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      out.push(guess(world, time, sensor, source, list[place++ % list.length]!));
      time += Math.max(1, draw(random, actor.gapSeconds));
    }
    time += draw(random, actor.pauseMinutes) * MINUTE;
  }
  return out;
}

/** A few sources that share one clock and one list: exactly one guess every 11 to 12 minutes from one of them. */
export function slowClock(actor: ActorOf<'slow-clock'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const sensor = pick(random, world.sensors);
  // two of three in one /24, the rest elsewhere
  const near = Math.max(2, Math.floor((actor.sources * 2) / 3));
  const sources = [
    ...world.addresses.network24(random, Math.min(near, actor.sources)),
    ...Array.from({ length: actor.sources - near }, () => world.addresses.stranger(random)),
  ];
  const list = wordList(random, actor.names, 0.3, anyName);
  const until = actor.untilDay === undefined ? world.end : world.start + actor.untilDay * DAY;
  let time = world.start + actor.fromDay * DAY;
  for (let i = 0; time < until; i++) {
    const user = chance(random, 0.15) ? 'root' : list[i % list.length]!;
    out.push(guess(world, time, sensor, pick(random, sources), user));
    time += uniform(random, actor.everyMinutes[0], actor.everyMinutes[1]) * MINUTE;
  }
  return out;
}

/**
 * Hundreds of fresh sources a day with a sharp onset, one try each (rarely two): a third root, a third names that
 * nobody else tries, the rest rare names, about half of which one to three further sources try within minutes.
 */
export function swarm(actor: ActorOf<'swarm'>, world: World, random: Random): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const start = world.start + actor.fromDay * DAY;
  const visit = (time: number, user: string) => {
    const source = world.addresses.stranger(random);
    const sensor = pick(random, world.sensors);
    let at = time;
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      out.push(guess(world, at, sensor, source, user));
      at += whole(random, 2, 40) * MINUTE;
    }
  };
  for (const [day, length] of daysBetween(start, start + actor.days * DAY)) {
    let left = overdispersed(random, actor.perDay * (length / DAY), 0.01);
    while (left > 0) {
      const time = day + strangersSecond(random, length);
      const which = random.next();
      left--;
      if (which < actor.rootShare) visit(time, 'root');
      else if (which < actor.rootShare + actor.oddShare) visit(time, oddName(random));
      else {
        const user = tailName(random);
        visit(time, user);
        if (!chance(random, actor.sharedShare)) continue;
        for (let i = whole(random, 1, 3); i > 0 && left > 0; i--, left--)
          visit(time + uniform(random, 20, 8 * MINUTE), user);
      }
    }
  }
  return out;
}
