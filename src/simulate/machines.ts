/**
 * The owner's own machines: jobs that work, jobs that broke, and a service account whose password expired, so that
 * every machine which uses it fails from that moment on at its own steady pace. To a counter they look like a
 * distributed attack on one name; what tells them apart is that each had logged in before.
 */
import type { Random } from '../model/random.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { exponential, normal, pick, uniform } from './draws.ts';
import type { ActorOf } from './scenario.ts';
import { presence, type SimulatedAttempt, type World } from './world.ts';

/** Ticks of one job: every `everySeconds` on its own phase, seconds late at times, off for an hour now and then. */
function* ticks(random: Random, from: number, until: number, everySeconds: number): Generator<number> {
  const phase = random.next() * everySeconds;
  for (let time = from + phase; time < until; time += everySeconds) {
    const late = Math.min(everySeconds / 4, exponential(random, 2));
    if (time + late < until) yield time + late;
  }
}

/** One source, one user, the same failure again and again, with or without an earlier time when it worked. */
export function brokenJob(actor: ActorOf<'broken-job'>, world: World, random: Random): SimulatedAttempt[] {
  const { from, until } = presence(world, actor);
  const source = world.addresses.stranger(random);
  const sensor = pick(random, world.sensors);
  const breaks = from + actor.workedDays * DAY;
  return Array.from(ticks(random, from, until, actor.everyMinutes * MINUTE), (time) => ({
    time: Math.floor(time),
    sensor,
    source,
    user: actor.user,
    known: time < breaks || !actor.deleted,
    success: time < breaks,
    method: 'password',
  }));
}

/** Machines that share a service account, all failing from one moment on. */
export function expiredPassword(
  actor: ActorOf<'expired-password'>,
  world: World,
  random: Random,
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  const expires = world.start + actor.expiresOnDay * DAY + uniform(random, 0, DAY / 2);
  const renewed =
    actor.renewedOnDay === undefined ? Number.POSITIVE_INFINITY : world.start + actor.renewedOnDay * DAY;
  for (let machine = 0; machine < actor.machines; machine++) {
    const source = world.addresses.stranger(random);
    const sensor = pick(random, world.sensors);
    const every = actor.everyMinutes * MINUTE * Math.exp(normal(random) * 0.05);
    for (const time of ticks(random, from, until, every))
      out.push({
        time: Math.floor(time),
        sensor,
        source,
        user: actor.user,
        known: true,
        success: time < expires || time >= renewed,
        method: 'password',
      });
  }
  return out;
}

/** A monitor that logs in by key every few minutes, on every sensor; or tries to. */
export function monitoring(actor: ActorOf<'monitoring'>, world: World, random: Random): SimulatedAttempt[] {
  const { from, until } = presence(world, actor);
  const source = world.addresses.stranger(random);
  const fails = actor.failsFromDay === undefined ? world.end : world.start + actor.failsFromDay * DAY;
  return world.sensors.flatMap((sensor) =>
    Array.from(ticks(random, from, until, actor.everyMinutes * MINUTE), (time) => ({
      time: Math.floor(time),
      sensor,
      source,
      user: actor.user,
      known: !actor.deleted,
      success: !actor.deleted && time < fails,
      method: actor.deleted ? 'password' : 'publickey',
    })),
  );
}
