/**
 * So many attempts on each day and no more is known: a published series of daily counts, or a flood of sources that
 * come once. Nothing links the attempts, neither names nor sources; what is left is their number.
 */
import type { Random } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import { chance, pick, shuffled } from './draws.ts';
import { oddName, popularName, TAIL, tailName } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { guess, type SimulatedAttempt, strangersSecond, type World } from './world.ts';

export function dailyCounts(
  actor: ActorOf<'daily-counts'>,
  world: World,
  random: Random,
): SimulatedAttempt[] {
  const times: number[] = [];
  actor.perDay.forEach((count, i) => {
    const day = world.start + (actor.fromDay + i) * DAY;
    for (let j = count; j > 0; j--) times.push(day + strangersSecond(random, DAY));
  });
  const sources = dealt(actor, world, random, times.length);
  const name = nameDrawer(actor, random);
  return times.map((time, i) => guess(world, time, pick(random, world.sensors), sources[i]!, name()));
}

/** A source for each attempt: some are dealt out twice, the rest once, without regard to the day. */
function dealt(actor: ActorOf<'daily-counts'>, world: World, random: Random, attempts: number): string[] {
  const out: string[] = [];
  while (out.length < attempts) {
    const source = world.addresses.stranger(random);
    out.push(source);
    if (chance(random, actor.twiceShare) && out.length < attempts) out.push(source);
  }
  return actor.twiceShare === 0 ? out : shuffled(random, out);
}

function nameDrawer(actor: ActorOf<'daily-counts'>, random: Random): () => string {
  const once = actor.tailOnce ? shuffled(random, TAIL) : null;
  return () => {
    const which = random.next();
    if (which < actor.rootShare) return 'root';
    if (which < actor.rootShare + actor.popularShare) return popularName(random);
    if (which < actor.rootShare + actor.popularShare + actor.oddShare) return oddName(random);
    return once === null ? tailName(random) : (once.pop() ?? oddName(random));
  };
}
