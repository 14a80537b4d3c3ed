/**
 * A fleet's month with five campaigns hidden in it: two to three attempts of each campaign on a sensor, beside people,
 * loud guessers and strangers, in whatever number of attempts is wanted. Made source by source, so that a hundred million
 * need no memory; what depends on the fleet's size is the background alone, the campaigns are the same five.
 *
 * Shares of the background as on a small host (background.ts): half of all attempts are loud sources', a third people's
 * logins, the rest strangers with popular names, public lists worked through in order, and names of their own.
 */
import type { Random } from '../model/random.ts';
import type { AttemptRow } from '../model/table.ts';
import { DAY, HOUR } from '../model/time.ts';
import {
  chance,
  exponential,
  forkedRandom,
  logUniform,
  pick,
  shuffled,
  uniform,
  whole,
  zipf,
} from './draws.ts';
import { nearMiss, POPULAR, popularName, TAIL } from './names.ts';

export interface FleetLogSize {
  readonly attempts: number;
  readonly sensors: number;
  readonly days: number;
}

export interface FleetCampaign {
  readonly name: string;
  readonly sources: readonly string[];
  readonly attempts: number;
}

const START = Date.UTC(2025, 2, 1) / 1000;

interface Plan {
  readonly name: string;
  readonly sources: number;
  readonly days: number;
  readonly hostsPerName: number;
  readonly rootShare: number;
  readonly order: 'alphabetical' | 'reverse' | 'any';
  readonly attemptsPerSensor: number;
  /** A name goes from sensor to sensor in their order, or to any. */
  readonly front: boolean;
}

const PLANS: readonly Plan[] = [
  {
    name: 'walk',
    sources: 420,
    days: 20,
    hostsPerName: 6,
    rootShare: 0.1,
    order: 'alphabetical',
    attemptsPerSensor: 2.5,
    front: false,
  },
  {
    name: 'list',
    sources: 600,
    days: 10,
    hostsPerName: 5,
    rootShare: 0,
    order: 'any',
    attemptsPerSensor: 3,
    front: false,
  },
  {
    name: 'front',
    sources: 500,
    days: 14,
    hostsPerName: 12,
    rootShare: 0,
    order: 'any',
    attemptsPerSensor: 2,
    front: true,
  },
  {
    name: 'many',
    sources: 1000,
    days: 6,
    hostsPerName: 8,
    rootShare: 0,
    order: 'any',
    attemptsPerSensor: 2.5,
    front: false,
  },
  {
    name: 'short',
    sources: 300,
    days: 3,
    hostsPerName: 4,
    rootShare: 0.1,
    order: 'reverse',
    attemptsPerSensor: 2,
    front: false,
  },
];

/** Tells every attempt to `tell`, one source's after the other's, and gives the truth. */
export function fleetLog(
  { attempts, sensors, days }: FleetLogSize,
  seed: number,
  tell: (row: AttemptRow) => void,
): readonly FleetCampaign[] {
  const random = forkedRandom(seed, 'fleet-log');
  const address = addresses(random);
  const campaigns = PLANS.map((plan) =>
    campaign(plan, forkedRandom(seed, plan.name), sensors, days, address, tell),
  );
  let left = attempts - campaigns.reduce((n, c) => n + c.attempts, 0);
  const world: FleetWorld = { sensors, days, rareName: namesOfStrangers(random) };
  const count = (row: AttemptRow) => {
    left--;
    tell(row);
  };
  const [loudLeast, peopleLeast] = [left * 0.5, left * 0.17];
  while (left > loudLeast) loud(random, address(), world, count);
  while (left > peopleLeast) person(random, address(), world, count);
  while (left > 0) stranger(random, address(), world, count);
  return campaigns;
}

interface FleetWorld {
  readonly sensors: number;
  readonly days: number;
  rareName(): string;
}

export function sensorName(index: number): string {
  return `node${index}.example`;
}

/** Every address once, in an order that tells nothing: i times an odd number, modulo the addresses of 10/8 to 99/8. */
function addresses(random: Random): () => string {
  const least = 16 * 2 ** 24;
  const many = 80 * 2 ** 24;
  let at = random.below(many);
  return () => {
    at = (at + 0x12d687) % many;
    const a = least + at;
    return `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}`;
  };
}

function campaign(
  plan: Plan,
  random: Random,
  sensors: number,
  days: number,
  address: () => string,
  tell: (row: AttemptRow) => void,
): FleetCampaign {
  const total = Math.round(plan.attemptsPerSensor * sensors);
  const names = shuffled(random, TAIL).slice(0, Math.ceil(total / plan.hostsPerName));
  if (plan.order !== 'any') names.sort();
  if (plan.order === 'reverse') names.reverse();
  const sources = Array.from({ length: Math.min(plan.sources, total) }, address);
  const from = START + uniform(random, 1, Math.max(1.5, days - plan.days - 1)) * DAY;
  const gap = (Math.min(plan.days, days - 1) * DAY) / total;
  let order: readonly string[] = [];
  // each sensor gets its two or three, dealt round by round
  const targets = Array.from({ length: Math.ceil(total / sensors) }, () =>
    plan.front
      ? Array.from({ length: sensors }, (_, i) => i)
      : shuffled(
          random,
          Array.from({ length: sensors }, (_, i) => i),
        ),
  ).flat();
  const rows: AttemptRow[] = [];
  for (let i = 0; i < total; i++) {
    // everybody has a turn, in an order that is dealt anew each time
    if (i % sources.length === 0) order = shuffled(random, sources);
    const user = chance(random, plan.rootShare) ? 'root' : names[Math.floor(i / plan.hostsPerName)]!;
    rows.push(
      failure(
        Math.round(from + gap * (i + uniform(random, -0.4, 0.4))),
        order[i % sources.length]!,
        user,
        targets[i]!,
        user === 'root',
      ),
    );
  }
  rows.sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : a.time - b.time));
  for (const row of rows) tell(row);
  return { name: plan.name, sources: [...new Set(rows.map((row) => row.source))], attempts: total };
}

function failure(time: number, source: string, user: string, sensor: number, known: boolean): AttemptRow {
  return { time, source, user, sensor: sensorName(sensor), success: false, known, method: 'password' };
}

/** Names that are not popular: a long tail of words, half of them with a number behind. */
function namesOfStrangers(random: Random): FleetWorld['rareName'] {
  const rank = zipf(TAIL.length, 0.6);
  return () => {
    const word = TAIL[rank(random)]!;
    return chance(random, 0.5) ? word : `${word}${random.below(100)}`;
  };
}

function loud(
  random: Random,
  source: string,
  { sensors, days }: { sensors: number; days: number },
  tell: (row: AttemptRow) => void,
): void {
  const end = START + days * DAY;
  const hosts = whole(random, 1, 5);
  const tries = Math.round(logUniform(random, 50, 1500) / hosts) + 6;
  const root = uniform(random, 0.2, 0.7);
  let time = START + uniform(random, 0, days) * DAY;
  for (let host = 0; host < hosts; host++) {
    const sensor = random.below(sensors);
    for (let i = 0; i < tries && time < end; i++) {
      const user = chance(random, root) ? 'root' : popularName(random);
      tell(failure(Math.floor(time), source, user, sensor, user === 'root'));
      time += uniform(random, 2, 12);
    }
  }
}

function person(
  random: Random,
  source: string,
  { sensors, days }: { sensors: number; days: number },
  tell: (row: AttemptRow) => void,
): void {
  const user = `${pick(random, TAIL)}${random.below(1000)}`;
  const mine = Array.from({ length: whole(random, 1, 3) }, () => random.below(sensors));
  const perDay = uniform(random, 0.5, 6);
  for (let day = 0; day < days; day++) {
    if ((day + 5) % 7 >= 5 && chance(random, 0.85)) continue;
    let time = START + day * DAY + uniform(random, 7, 10) * HOUR;
    for (let left = exponential(random, perDay); left > 0; left--) {
      time += exponential(random, (9 * HOUR) / perDay);
      const sensor = pick(random, mine);
      if (chance(random, 0.02)) tell(failure(Math.floor(time) - 8, source, user, sensor, true));
      if (chance(random, 0.004))
        tell(failure(Math.floor(time) - 15, source, nearMiss(random, user), sensor, false));
      tell({
        ...failure(Math.floor(time), source, user, sensor, true),
        success: true,
        method: chance(random, 0.5) ? 'publickey' : 'password',
      });
    }
  }
}

/** Knows nothing of anybody: a few tries here and there, by popularity, by a public list from its top, or odd names. */
function stranger(random: Random, source: string, world: FleetWorld, tell: (row: AttemptRow) => void): void {
  const end = START + world.days * DAY;
  const tries = Math.round(logUniform(random, 1, 30));
  const kind = random.next();
  let place = kind < 0.2 ? random.below(40) : 0;
  let time = START + uniform(random, 0, world.days) * DAY;
  let sensor = random.below(world.sensors);
  for (let i = 0, here = 0; i < tries && time < end; i++) {
    const user =
      kind < 0.2
        ? POPULAR[place++ % POPULAR.length]!
        : chance(random, kind < 0.8 ? 0.1 : 0.6)
          ? world.rareName()
          : popularName(random);
    tell(failure(Math.floor(time), source, user, sensor, user === 'root'));
    if (++here === 4 || chance(random, 0.4)) {
      sensor = random.below(world.sensors);
      here = 0;
    }
    time += exponential(random, 40 * 60) + 5;
  }
}
