/**
 * What all actors of one simulation share: the interval, the sensors, the accounts that exist, and the book of
 * addresses. And what an actor is: a pure function from its parameters to attempts.
 */
import type { Random } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import type { AddressBook } from './addresses.ts';
import { geometric, logUniform, whole } from './draws.ts';
import type { Actor, Amount } from './scenario.ts';

/** One attempt of a simulated log; `time` in whole seconds since 1970 UTC. */
export interface SimulatedAttempt {
  time: number;
  sensor: string;
  source: string;
  user: string;
  /** Whether the sensor has such an account. */
  known: boolean;
  success: boolean;
  /** As sshd names it: password, publickey, keyboard-interactive. */
  method: string;
}

export interface World {
  /** Seconds since 1970 UTC; attempts from `end` on are cut off. */
  readonly start: number;
  readonly end: number;
  readonly sensors: readonly string[];
  readonly accounts: ReadonlySet<string>;
  readonly addresses: AddressBook;
  /** Account names of the persons of each actor (by its place in the scenario). */
  readonly persons: ReadonlyMap<Actor, readonly string[]>;
  /** Share of a usual day's work that is done on a day (its number after the start, from 0): 1 where days are alike. */
  readonly work: (day: number) => number;
  /** Sources of each campaign so far, by its name, for an actor who comes back. */
  readonly campaignSources: Map<string, readonly string[]>;
}

/** A failed guess of a password: what most attempts of strangers are. */
export function guess(
  world: World,
  time: number,
  sensor: string,
  source: string,
  user: string,
): SimulatedAttempt {
  return {
    time: Math.floor(time),
    sensor,
    source,
    user,
    known: world.accounts.has(user),
    success: false,
    method: 'password',
  };
}

/** Seconds since 1970 from which to which an actor is there. */
export function presence(world: World, actor: { fromDay: number; untilDay?: number | undefined }) {
  const from = world.start + actor.fromDay * DAY;
  const until = actor.untilDay === undefined ? world.end : world.start + actor.untilDay * DAY;
  return { from, until: Math.min(until, world.end) };
}

/** What a drifting rate has to be multiplied with at `time`; 1 where it does not drift. */
export function drift(
  trend: readonly number[] | undefined,
  from: number,
  until: number,
  time: number,
): number {
  if (trend === undefined) return 1;
  const place = Math.min(1, Math.max(0, (time - from) / (until - from))) * (trend.length - 1);
  const before = trend[Math.floor(place)]!;
  const after = trend[Math.ceil(place)]!;
  return before + (after - before) * (place % 1);
}

/** One draw of an amount. */
export function draw(random: Random, amount: Amount): number {
  if (typeof amount === 'number') return amount;
  if ('between' in amount) return whole(random, amount.between[0], amount.between[1]);
  if ('geometric' in amount) return geometric(random, amount.geometric);
  return Math.round(logUniform(random, amount.logUniform[0], amount.logUniform[1]));
}

/** Days of the interval as [start, length in seconds]; the last may be shorter. */
export function* daysBetween(from: number, until: number): Generator<readonly [number, number]> {
  for (let day = from; day < until; day += DAY) yield [day, Math.min(DAY, until - day)];
}

/**
 * A second of the day for a stranger: a little more by (UTC) day than by night, since infected hosts are switched
 * off somewhere; the amplitude of 0.2 is what public honeypot counts show by the hour.
 */
export function strangersSecond(random: Random, length: number): number {
  for (;;) {
    const second = random.next() * length;
    if (random.next() * 1.2 < 1 + 0.2 * Math.sin((second / DAY) * 2 * Math.PI - 2)) return second;
  }
}
