/**
 * The owner's own search for default passwords, as vulnerability scanners do it: from one address, on every sensor,
 * the same list each time, at the same hour of the same weekday. It is loud, and it is the house's.
 */
import type { Random } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { exponential, uniform } from './draws.ts';
import { wordList } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { draw, guess, presence, type SimulatedAttempt, type World } from './world.ts';

export function ownerScanner(
  actor: ActorOf<'owner-scanner'>,
  world: World,
  random: Random,
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  const source = world.addresses.stranger(random);
  // default accounts of systems and appliances: what guessers try as well
  const list = ['root', 'admin', ...wordList(random, actor.names, 0.95, (name) => name !== 'root')].slice(
    0,
    actor.names,
  );
  const hour = uniform(random, 0, 24) * HOUR;
  for (let week = from + hour; week < until; week += actor.everyDays * DAY) {
    let time = week + exponential(random, 60); // whatever else the scheduler has to start at that hour
    for (const sensor of world.sensors) {
      if (actor.user !== undefined)
        out.push({ ...guess(world, time, sensor, source, actor.user), success: true, method: 'publickey' });
      for (const user of list) {
        for (let i = actor.passwords; i > 0; i--) {
          time += draw(random, actor.gapSeconds);
          out.push(guess(world, time, sensor, source, user));
        }
      }
      time += uniform(random, 5, 60);
    }
  }
  return out;
}
