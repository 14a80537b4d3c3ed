/**
 * A distributed campaign: one word list, divided among many sources, at a pace of its own. Slots are laid out
 * first (which name, when), then dealt to the sources, so that the totals are exact whatever the seed.
 * Shapes after the Hail Mary Cloud (Hansteen, 2008 to 2014): a dozen hosts a name in the beginning, one attempt in
 * two to three minutes, a host back after 10 to 320 hours, root in slots of the same pace.
 */
import type { Random } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { dealSources } from './deal-sources.ts';
import { chance, exponential, normal, pick, sharedOut, shuffled } from './draws.ts';
import { oddName, popularName, wordList } from './names.ts';
import type { ActorOf } from './scenario.ts';
import { draw, guess, type SimulatedAttempt, type World } from './world.ts';

type Campaign = ActorOf<'campaign'>;

export interface Slot {
  readonly user: string;
  /** Of the second list, such as root. */
  readonly interleaved: boolean;
}

export function campaign(actor: Campaign, world: World, random: Random): SimulatedAttempt[] {
  const names = listOfNames(actor, world, random);
  let slots = interleave(actor, random, slotsOfNames(actor, random, names));
  slots = withDecoys(actor, random, slots);
  if (actor.limit !== undefined) slots = slots.slice(0, actor.limit);
  const start = world.start + (actor.fromSeconds ?? actor.fromDay * DAY);
  const times = slotTimes(actor.pace, random, start, slots.length);
  const sources = dealSources(actor, world, random, slots, times);
  const attempts = slots.flatMap((slot, i) =>
    targets(actor.sensors, world, random, i).map((sensor, place) =>
      guess(world, times[i]! + place * 3, sensor, sources[i]!, slot.user),
    ),
  );
  const inside = attempts.filter((attempt) => attempt.time < world.end);
  world.campaignSources.set(actor.name, [...new Set(inside.map((attempt) => attempt.source))]);
  return actor.hit === undefined ? inside : withHit(actor.hit, world, random, inside);
}

/** The sensors that the i-th attempt goes to. */
function targets(how: Campaign['sensors'], world: World, random: Random, i: number): readonly string[] {
  switch (how) {
    case 'in-turn':
      return [world.sensors[i % world.sensors.length]!];
    case 'dealt':
      return [pick(random, world.sensors)];
    case 'first':
      return [world.sensors[0]!];
    case 'all':
      return shuffled(random, world.sensors);
  }
}

/** The names in the order in which the campaign walks through them. */
export function listOfNames(actor: Campaign, world: World, random: Random): string[] {
  const { list } = actor;
  if (Array.isArray(list.names)) return ordered(list.order, random, list.names);
  const wanted = Math.max(0, list.names - list.head.length);
  const existing = shuffled(random, [...world.accounts]).slice(0, Math.round(wanted * list.knownShare));
  const last = list.order === 'alphabetical' ? list.head.at(-1) : undefined;
  const taken = new Set([...world.accounts, ...list.head]);
  const drawn = wordList(random, wanted - existing.length, list.popularShare, (name) =>
    taken.has(name) ? false : last === undefined || name > last,
  );
  return [...list.head, ...ordered(list.order, random, [...drawn, ...existing])];
}

/** Plain code unit order, as sort(1) has it in the C locale. */
function ordered(order: Campaign['list']['order'], random: Random, names: readonly string[]): string[] {
  switch (order) {
    case 'alphabetical':
      return [...names].sort();
    case 'reverse-alphabetical':
      return [...names].sort().reverse();
    case 'arbitrary':
    case 'none':
      return shuffled(random, names);
    case 'as-given':
      return [...names];
  }
}

/** One slot an attempt, names in turn; or, with `spreadHours`, each name's attempts over that stretch at random. */
function slotsOfNames(actor: Campaign, random: Random, names: readonly string[]): Slot[] {
  const { list } = actor;
  let tries = names.map((_, i) => {
    const amount = list.triesPerName;
    if (typeof amount !== 'object' || !('falling' in amount)) return Math.max(1, draw(random, amount));
    const [first, last] = amount.falling;
    const mean = last + (first - last) * Math.exp((-20 * i) / names.length);
    return Math.max(1, Math.round(mean + normal(random) * Math.min(1.5, mean / 4)));
  });
  if (list.attempts !== undefined) tries = sharedOut(random, tries, Math.max(list.attempts, names.length));
  if (list.order === 'none')
    return Array.from(
      { length: tries.reduce((a, b) => a + b, 0) },
      (): Slot => ({ user: pick(random, names), interleaved: false }),
    );
  const gap = meanGap(actor.pace);
  const stretch = (list.spreadHours * HOUR) / gap;
  const keyed: { readonly user: string; readonly key: number }[] = [];
  let position = 0;
  names.forEach((user, i) => {
    for (let j = tries[i]!; j > 0; j--) {
      keyed.push({ user, key: stretch > 0 ? position + random.next() * stretch : keyed.length });
    }
    position += tries[i]!;
  });
  keyed.sort((a, b) => a.key - b.key);
  return keyed.map(({ user }) => ({ user, interleaved: false }));
}

/** Slots of the second list among those of the first, at random. Its first name 19 times in 20. */
function interleave(actor: Campaign, random: Random, slots: readonly Slot[]): Slot[] {
  const second = actor.interleaved;
  if (second === undefined) return [...slots];
  const share = second.share ?? 0.1;
  let left = second.attempts ?? Math.round((slots.length * share) / (1 - Math.min(0.95, share)));
  const out: Slot[] = [];
  for (let i = 0; i < slots.length || left > 0; ) {
    const remaining = slots.length - i + left;
    // the first attempt is on the first name of the list, so that the walk is seen from its head
    if (random.next() * remaining < left && (out.length > 0 || slots.length === 0)) {
      const user = chance(random, 0.95) ? second.names[0]! : pick(random, second.names);
      out.push({ user, interleaved: true });
      left--;
    } else out.push(slots[i++]!);
  }
  return out;
}

/** Attempts on other names in between, at random: they cost the attacker slots and give a detector names to doubt. */
function withDecoys(actor: Campaign, random: Random, slots: readonly Slot[]): Slot[] {
  const { decoys } = actor.list;
  if (decoys === undefined) return [...slots];
  return slots.flatMap((slot) => {
    const out: Slot[] = [];
    while (chance(random, decoys.share)) {
      const odd = decoys.names === 'odd' || (decoys.names === 'both' && chance(random, 0.5));
      out.push({ user: odd ? oddName(random) : popularName(random), interleaved: false });
    }
    return [...out, slot];
  });
}

function meanGap(pace: Campaign['pace']): number {
  return typeof pace.gapSeconds === 'number'
    ? pace.gapSeconds
    : (pace.gapSeconds[0] + pace.gapSeconds[1]) / 2;
}

/** Ascending times, seconds since 1970, one a slot. */
export function slotTimes(pace: Campaign['pace'], random: Random, start: number, count: number): number[] {
  const [first, last] =
    typeof pace.gapSeconds === 'number' ? [pace.gapSeconds, pace.gapSeconds] : pace.gapSeconds;
  const pauses = new Set(Array.from({ length: pace.pauses }, () => random.below(Math.max(1, count))));
  const out: number[] = [];
  let clock = start;
  for (let i = 0; i < count; i++) {
    const gap = first + ((last - first) * i) / Math.max(1, count - 1);
    const offset = pace.gaps === 'regular' && i > 0 ? normal(random) * pace.jitter * gap : 0;
    out.push(Math.max(start, Math.floor(clock + offset)));
    const dayWave = 1 + pace.diurnal * Math.sin(((clock % DAY) / DAY) * 2 * Math.PI - 2);
    clock += (pace.gaps === 'regular' ? gap : exponential(random, gap)) / Math.max(0.05, dayWave);
    if (pauses.has(i)) clock += pace.pauseHours * HOUR * (0.5 + random.next());
  }
  return out.sort((a, b) => a - b);
}

/** One guess succeeds: the nearest to the wanted place whose name exists; if none exists, one is tried there. */
function withHit(
  hit: NonNullable<Campaign['hit']>,
  world: World,
  random: Random,
  attempts: SimulatedAttempt[],
): SimulatedAttempt[] {
  const wanted = Math.min(attempts.length - 1, Math.floor(hit.at * attempts.length));
  let best = -1;
  attempts.forEach((attempt, i) => {
    if (attempt.known && (best < 0 || Math.abs(i - wanted) < Math.abs(best - wanted))) best = i;
  });
  if (attempts.length === 0) return attempts;
  const place = best < 0 ? wanted : best;
  const before = attempts[place]!;
  const user = before.known ? before.user : pick(random, [...world.accounts]);
  const success: SimulatedAttempt = { ...before, user, known: true, success: true };
  const out = attempts.with(place, success);
  if (hit.laterLoginHours !== undefined) {
    const time = success.time + Math.floor(hit.laterLoginHours * HOUR);
    if (time < world.end) out.push({ ...success, time });
  }
  return out;
}
