/**
 * A year of a site on which nothing happens that deserves an alarm, though a lot happens: what the rate of false
 * campaigns is measured on. People with weekends and holidays, colleagues who come and go, jobs and passwords that
 * break, and outside, independent of the site's size, whoever scans the internet: in numbers that differ from day to
 * day more than chance has it, drift over the year, and change what they try.
 */
import type { Random } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import { type ActorText, JOB_USERS } from './background.ts';
import { chance, forkedRandom, logUniform, normal, shuffled, uniform, whole } from './draws.ts';
import { readScenario, type Scenario } from './scenario.ts';
import type { LabelledTable } from './simulate.ts';
import { simulateTable } from './simulate-table.ts';
import { workforce } from './sized-site.ts';

const YEAR = 365;

/** Sizes at which rates of false campaigns are stated, in logins a day. */
export const SITE_YEAR_SIZES = [20, 100, 500, 6000] as const;

/** A year, 365 days exactly, of a site with so many logins a day on average; no campaign. */
export function siteYear(loginsPerDay: number, seed: number): LabelledTable {
  return simulateTable(siteYearScenario(loginsPerDay, seed), seed);
}

/** The same as a scenario of the scenario language. */
export function siteYearScenario(loginsPerDay: number, seed: number): Scenario {
  const name = `site-year-${loginsPerDay}`;
  const random = forkedRandom(seed, `catalogue ${name}`);
  const start = Date.UTC(2023, whole(random, 0, 11), whole(random, 1, 28));
  const holidays = publicHolidays(random, start);
  const sensors = sensorNames(random, loginsPerDay);
  return readScenario({
    name,
    summary: `A year of a site with ${loginsPerDay.toLocaleString('en')} logins a day, no campaign.`,
    start: new Date(start).toISOString(),
    days: YEAR,
    sensors,
    accounts: shuffled(random, ['git', 'postgres', 'jenkins', 'svc-app', 'rsync']).slice(
      0,
      whole(random, 1, 5),
    ),
    // from a third more variance than chance has at this size, to what a small company's release weeks look like
    workDispersion: logUniform(random, Math.min(0.35 / loginsPerDay, 0.02), 0.04),
    outages: outages(random),
    actors: [
      ...staff(random, loginsPerDay, holidays, sensors.length),
      ...mishaps(random, loginsPerDay),
      ...visitors(random),
    ],
  });
}

function sensorNames(random: Random, loginsPerDay: number): string[] {
  const most = loginsPerDay >= 2000 ? 12 : loginsPerDay >= 300 ? 3 : 1;
  const count = loginsPerDay >= 2000 ? whole(random, 3, most) : whole(random, 1, most);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 'host' : `host${i + 1}`));
}

/** Days of the year after the start on which hardly anybody works. */
function publicHolidays(random: Random, start: number): number[] {
  const out = new Set<number>();
  // New Year, Labour Day, a few of the country's own; Good Friday and Easter Monday; the week of Christmas
  const fixed: [number, number][] = [
    [0, 1],
    [4, 1],
    [whole(random, 5, 8), whole(random, 1, 28)],
    [9, whole(random, 1, 28)],
    [10, 1],
    ...Array.from({ length: 8 }, (_, i): [number, number] => [11, 24 + i]),
  ];
  const goodFriday = whole(random, 0, 30);
  for (const year of [2023, 2024]) {
    const easter = Date.UTC(year, 2, 20) + goodFriday * DAY * 1000;
    const dates = [
      ...fixed.map(([month, day]) => Date.UTC(year, month, day)),
      easter,
      easter + 3 * DAY * 1000,
    ];
    for (const date of dates) {
      const day = Math.round((date - start) / (DAY * 1000));
      if (day >= 0 && day < YEAR) out.add(day);
    }
  }
  return [...out].sort((a, b) => a - b);
}

/** Share of the logins that machines make which will fail one day. */
const BY_MACHINES = 0.06;

/** Most stay all year; of the rest some begin and some leave in the middle of it. */
function staff(
  random: Random,
  loginsPerDay: number,
  holidays: readonly number[],
  sensors: number,
): ActorText[] {
  const moving = uniform(random, 0.05, 0.25);
  const steady = workforce(random, {
    loginsPerDay: loginsPerDay * (1 - moving - BY_MACHINES),
    days: YEAR,
    sensors,
    holidays,
  });
  const steps = loginsPerDay >= 100 ? whole(random, 3, 8) : whole(random, 1, 3);
  const out = [...steady];
  for (let i = 0; i < steps; i++) {
    // half of those who move are there on an average day
    const count = Math.max(1, Math.round((loginsPerDay * moving * 2) / steps / 1.7));
    const day = uniform(random, 5, YEAR - 10);
    out.push({
      kind: 'people',
      count,
      loginsPerDay: 2.5,
      keyShare: uniform(random, 0.2, 0.7),
      // whoever is new mistypes more
      typoShare: uniform(random, 0.015, 0.05),
      nameTypoShare: uniform(random, 0.003, 0.015),
      travelShare: uniform(random, 0.003, 0.02),
      holidays: [...holidays],
      ...(chance(random, 0.5) ? { fromDay: day } : { untilDay: day }),
    });
  }
  return out;
}

/** What breaks within the house in a year: a job or two for weeks, and once a password that several machines have. */
function mishaps(random: Random, loginsPerDay: number): ActorText[] {
  const perDay = (loginsPerDay * BY_MACHINES) / 2;
  const jobs = shuffled(random, JOB_USERS).slice(0, whole(random, 1, 2));
  const out = jobs.map((user): ActorText => {
    const breaks = uniform(random, 10, YEAR - 60);
    // of a job that comes more often than the site's size allows, nobody has seen that it ever worked
    const everyMinutes = [15, 20, 30, 60, 120, 240, 720, 1440][random.below(8)]!;
    const worked = 1440 / everyMinutes <= Math.max(2, perDay) ? uniform(random, 5, 200) : 0;
    const from = Math.max(0, breaks - worked);
    return {
      kind: 'broken-job',
      user,
      everyMinutes,
      deleted: chance(random, 0.3),
      workedDays: worked === 0 ? 0 : breaks - from,
      fromDay: from,
      untilDay: Math.min(YEAR, breaks + uniform(random, 3, 50)),
    };
  });
  const machines = whole(random, 3, loginsPerDay >= 300 ? 30 : 6);
  const expires = uniform(random, 20, YEAR - 30);
  out.push({
    kind: 'expired-password',
    machines,
    user: 'svc-batch',
    everyMinutes: Math.max(uniform(random, 20, 240), (1440 * machines) / perDay),
    expiresOnDay: expires,
    renewedOnDay: expires + uniform(random, 0.5, 12),
    fromDay: Math.max(0, expires - uniform(random, 10, 200)),
  });
  return out;
}

/** Strangers. Their number has nothing to do with the site's size. */
function visitors(random: Random): ActorText[] {
  const perDay = logUniform(random, 5, 150);
  // two populations with names of their own; one grows while the other fades, more or less
  const older = uniform(random, 0.3, 0.8);
  const population = (share: number): ActorText => ({
    kind: 'scanners',
    perDay: perDay * share,
    // from a third more variance than chance has, to what the logs of real hosts have at most
    dispersion: logUniform(random, Math.min(0.2, 0.35 / (perDay * share)), 0.25),
    trend: slowDrift(random),
    spreadShare: uniform(random, 0.15, 0.5),
    toolkitShare: uniform(random, 0.1, 0.35),
    tailShare: uniform(random, 0.08, 0.25),
    oddShare: uniform(random, 0.005, 0.04),
    neighbourShare: uniform(random, 0.02, 0.12),
    ipv6Share: chance(random, 0.3) ? 0.02 : 0,
  });
  const out: ActorText[] = [
    population(older),
    population(1 - older),
    {
      kind: 'root-scanners',
      perDay: perDay * uniform(random, 0.03, 0.3),
      dispersion: logUniform(random, 0.02, 0.25),
      trend: slowDrift(random),
    },
    { kind: 'worm', perDay: perDay * uniform(random, 0.02, 0.08), trend: slowDrift(random) },
    {
      kind: 'loud',
      perDay: logUniform(random, 0.05, 0.4),
      attempts: { logUniform: [50, 1000] },
      rootShare: uniform(random, 0.2, 0.6),
      trend: slowDrift(random),
    },
    { kind: 'nat', visitors: whole(random, 10, 60) },
  ];
  if (chance(random, 0.5))
    out.push({
      kind: 'public-list',
      perDay: perDay * uniform(random, 0.02, 0.15),
      names: whole(random, 100, 600),
      tries: { logUniform: [2, 30] },
      trend: slowDrift(random),
    });
  if (chance(random, 0.3)) out.push(newWorm(random, perDay));
  return out;
}

/** A worm that was not there before: it swells over weeks, and stays or fades. */
function newWorm(random: Random, perDay: number): ActorText {
  const from = uniform(random, 20, YEAR - 80);
  const rise = whole(random, 4, 10);
  const names = [
    ['pi', 'raspberry'],
    ['support', 'admin'],
    ['ubnt', 'ubnt'],
    ['user', 'guest'],
  ][random.below(4)]!;
  return {
    kind: 'worm',
    names,
    perDay: Math.max(1, perDay * uniform(random, 0.03, 0.3)),
    trend: [...Array.from({ length: rise }, (_, i) => 2 ** (i - rise)), 1, uniform(random, 0.3, 1.2)],
    fromDay: from,
    untilDay: Math.min(YEAR, from + uniform(random, 50, 250)),
  };
}

/** Monthly factors whose logarithm wanders: over a year a factor of two either way is usual. */
function slowDrift(random: Random): number[] {
  const step = (Math.LN2 / Math.sqrt(12)) * uniform(random, 0.4, 1.2);
  let log = 0;
  const out = Array.from({ length: 13 }, () => {
    const factor = Math.exp(log);
    log += normal(random) * step;
    return factor;
  });
  const mean = out.reduce((a, b) => a + b, 0) / out.length;
  return out.map((factor) => factor / mean);
}

/** Hours without a log, a few times a year: the host is down, or its log is lost. */
function outages(random: Random): { fromDay: number; hours: number }[] {
  return Array.from({ length: whole(random, 1, 5) }, () => ({
    fromDay: uniform(random, 1, YEAR - 3),
    hours: logUniform(random, 0.3, 48),
  }));
}
