/**
 * One source that wants strangers to look like accomplices: minutes after somebody tried a name that hardly anybody
 * tries, it tries the same name on the same sensor. No such source is known from real logs; it stands for the worst
 * that one can do, since it sees every attempt the moment it is made.
 */
import type { Random } from '../model/random.ts';
import { MINUTE } from '../model/time.ts';
import type { Act } from './act.ts';
import { chance, exponential } from './draws.ts';
import { POPULAR } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { draw, guess, presence, type SimulatedAttempt, type World } from './world.ts';

/** Whom it repeats: a loud source's hundreds of names would only make it loud itself. */
const FRAMED = new Set(['scanners', 'people', 'office', 'nat', 'carrier']);

const popular = new Set(POPULAR);

export function framer(
  actor: ActorOf<'framer'>,
  world: World,
  random: Random,
  earlier: readonly Act[],
): SimulatedAttempt[] {
  const out: SimulatedAttempt[] = [];
  const { from, until } = presence(world, actor);
  const source = world.addresses.stranger(random);
  const heard = earlier
    .filter((one) => FRAMED.has(one.actor.kind))
    .flatMap((one) => one.attempts)
    .filter((one) => !one.success && !one.known && !popular.has(one.user))
    .filter((one) => one.time >= from && one.time < until)
    .sort((a, b) => a.time - b.time);
  const done = new Set<string>(); // a name that was tried twice in a minute is repeated once
  for (const { time, user, sensor, source: framed } of heard) {
    const key = `${framed}\n${user}`;
    if (done.has(key) || !chance(random, actor.share)) continue;
    done.add(key);
    let at = time + Math.max(1, draw(random, actor.delayMinutes) * MINUTE * (0.8 + 0.4 * random.next()));
    for (let i = Math.max(1, draw(random, actor.tries)); i > 0; i--) {
      out.push(guess(world, at, sensor, source, user));
      at += exponential(random, 2 * MINUTE);
    }
  }
  return out;
}
