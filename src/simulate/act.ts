/** Which function plays which actor of a scenario, and in which role its sources stand in the truth. */
import type { Random } from '../model/random.ts';
import { campaign } from './campaign.ts';
import { carrier } from './carrier.ts';
import { dailyCounts } from './daily-counts.ts';
import { framer } from './framer.ts';
import { brokenJob, expiredPassword, monitoring } from './machines.ts';
import { ownerScanner } from './owner-scanner.ts';
import { office, people } from './people.ts';
import { loud, nat, publicList, rootScanners, scanners, worm } from './scanners.ts';
import type { Actor } from './scenario.ts';
import { handOff, lockstep, slowClock, swarm } from './teamwork.ts';
import type { SimulatedAttempt, World } from './world.ts';

export interface Act {
  readonly actor: Actor;
  /** Inside the scenario's interval; in no particular order. */
  readonly attempts: readonly SimulatedAttempt[];
}

/** All attempts of one actor. `earlier`: those of the actors before it, of which a framer makes its own. */
export function act(actor: Actor, world: World, random: Random, earlier: readonly Act[]): SimulatedAttempt[] {
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
    case 'carrier':
      return carrier(actor, world, random);
    case 'owner-scanner':
      return ownerScanner(actor, world, random);
    case 'framer':
      return framer(actor, world, random, earlier);
    case 'campaign':
      return campaign(actor, world, random);
    case 'daily-counts':
      return dailyCounts(actor, world, random);
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

/** What a source is in the truth because this actor used it. */
export type Role = 'people' | 'loud' | 'scanners' | 'campaign';

/** The role of an actor's sources; `mixed`: those that log in are people's, the others are scanners. */
export function roleOf(actor: Actor): Role | 'mixed' {
  switch (actor.kind) {
    case 'people':
    case 'office':
    case 'broken-job':
    case 'expired-password':
    case 'monitoring':
    case 'owner-scanner':
      return 'people';
    case 'carrier':
      return 'mixed';
    case 'loud':
      return 'loud';
    case 'scanners':
    case 'root-scanners':
    case 'public-list':
    case 'worm':
    case 'nat':
    case 'framer':
      return 'scanners';
    case 'daily-counts':
      return actor.campaign === undefined ? 'scanners' : 'campaign';
    case 'campaign':
    case 'lockstep':
    case 'hand-off':
    case 'slow-clock':
    case 'swarm':
      return 'campaign';
  }
}
