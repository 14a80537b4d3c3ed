/**
 * Which source makes which attempt of a campaign: so many tries each, spaced by intervals of its own, or everybody in
 * turn. Totals are exact; intervals are kept as well as the campaign's length allows.
 */
import type { Random } from '../model/random.ts';
import { HOUR } from '../model/time.ts';
import type { Slot } from './campaign.ts';
import { fitted, gamma, geometric, logUniform, sharedOut, shuffled } from './draws.ts';
import type { ActorOf } from './scenario.ts';
import { draw, type World } from './world.ts';

type Campaign = ActorOf<'campaign'>;

/** A source for each slot. Every source gets at least one slot where there are enough. */
export function dealSources(
  actor: Campaign,
  world: World,
  random: Random,
  slots: readonly Slot[],
  times: readonly number[],
): string[] {
  const { sources } = actor;
  const former = formerSources(sources, world, random);
  const main = [...former, ...drawSources(sources, world, random, sources.count - former.length)];
  const own = actor.interleaved?.sources;
  const groups: { readonly places: number[]; readonly pool: readonly string[] }[] = [];
  const all = slots.map((_, i) => i);
  if (own === undefined) groups.push({ places: all, pool: main });
  else {
    const shared = shuffled(random, main).slice(0, Math.min(own.shared, own.count));
    const others = drawSources(sources, world, random, own.count - shared.length);
    groups.push({ places: all.filter((i) => !slots[i]!.interleaved), pool: main });
    groups.push({ places: all.filter((i) => slots[i]!.interleaved), pool: [...shared, ...others] });
  }
  const out: string[] = Array.from({ length: slots.length }, () => '');
  for (const { places, pool } of groups) {
    if (places.length === 0) continue;
    const length = times[places.at(-1)!]! - times[places[0]!]! + 1;
    const dues = dueTimes(sources, random, pool.slice(0, places.length), places.length, length);
    places.forEach((place, i) => {
      out[place] = dues[i]!.source;
    });
  }
  return out;
}

/** Sources of an earlier campaign that take part in this one. */
function formerSources(sources: Campaign['sources'], world: World, random: Random): string[] {
  if (sources.again === undefined) return [];
  const before = world.campaignSources.get(sources.again.of) ?? [];
  return shuffled(random, before).slice(0, Math.round(sources.count * sources.again.share));
}

/** When each source is due, in order: its tries, spaced by its return intervals, somewhere in the campaign. */
function dueTimes(
  sources: Campaign['sources'],
  random: Random,
  pool: readonly string[],
  attempts: number,
  length: number,
): { readonly source: string; readonly due: number }[] {
  if (sources.tries === 'in-turn') return inTurn(random, pool, attempts);
  const counts = triesOfEach(sources.tries, random, pool.length, attempts);
  const out: { source: string; due: number }[] = [];
  pool.forEach((source, i) => {
    const tries = counts[i]!;
    if (sources.returnHours === undefined) {
      for (let j = 0; j < tries; j++) out.push({ source, due: random.next() * length });
      return;
    }
    const [low, high] = sources.returnHours;
    const intervals = Array.from(
      { length: tries - 1 },
      () => logUniform(random, Math.max(0.01, low), high) * HOUR,
    );
    const needed = intervals.reduce((a, b) => a + b, 0);
    const scale = needed > length ? (length / needed) * 0.999 : 1;
    let due = random.next() * (length - needed * scale);
    out.push({ source, due });
    for (const interval of intervals) {
      due += interval * scale;
      out.push({ source, due });
    }
  });
  return out.sort((a, b) => a.due - b.due);
}

function triesOfEach(
  tries: Exclude<Campaign['sources']['tries'], 'in-turn'>,
  random: Random,
  sources: number,
  attempts: number,
): number[] {
  const each = (make: () => number) => Array.from({ length: sources }, make);
  const mean = attempts / sources;
  switch (tries) {
    case 'even':
      return sharedOut(
        random,
        each(() => 1),
        attempts,
      );
    case 'geometric':
      return sharedOut(
        random,
        each(() => geometric(random, mean)),
        attempts,
      );
    case 'spread':
      return sharedOut(
        random,
        each(() => gamma(random, 2.5, mean / 2.5) + 0.2),
        attempts,
      );
    default:
      return fitted(
        random,
        each(() => draw(random, tries)),
        attempts,
      );
  }
}

/** Sources one after the other, and again: each comes back after nine tenths of a round at least. */
function inTurn(
  random: Random,
  pool: readonly string[],
  attempts: number,
): { readonly source: string; readonly due: number }[] {
  const near = Math.max(1, Math.floor(pool.length / 10));
  const out: { source: string; due: number }[] = [];
  while (out.length < attempts) {
    for (let first = 0; first < pool.length; first += near)
      for (const source of shuffled(random, pool.slice(first, first + near)))
        out.push({ source, due: out.length });
  }
  return out.slice(0, attempts);
}

function drawSources(sources: Campaign['sources'], world: World, random: Random, count: number): string[] {
  const named = Math.round(count * sources.hostNameShare);
  const numbers = count - named;
  const addresses = (): string[] => {
    switch (sources.pool) {
      case 'anywhere':
        return Array.from({ length: numbers }, () => world.addresses.stranger(random, sources.ipv6Share));
      case 'one-provider':
        return world.addresses.provider(random, numbers, 3);
      case 'one-network':
        return world.addresses.network24(random, numbers);
    }
  };
  const names = Array.from({ length: named }, () => world.addresses.hostName(random));
  return shuffled(random, [...addresses(), ...names]);
}
