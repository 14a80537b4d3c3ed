/**
 * A site of so many logins a day: who works there, what breaks, and who knocks from outside. Detectors are compared at
 * a number of logins a day (Javed & Paxson, CCS 2013, work in batches of 100 logins), so that number is exact on the
 * mean; how many persons share it, from where, and how often they err is drawn.
 */
import type { Random } from '../model/random.ts';
import { type ActorText, JOB_USERS } from './background.ts';
import { chance, logUniform, pick, uniform, whole } from './draws.ts';

/** Of seven days five are working days, and a person does 0.15 of a day's work on the other two (people.ts). */
const WORKING = (5 + 2 * 0.15) / 7;
/** Share of the days on which a person is not on leave: leaves of 9.5 days begin with a chance of 0.012 a day. */
const NOT_ON_LEAVE = 1 / (1 + 0.012 * 9.5);

export interface SizedSite {
  /** Successful logins a day of persons and machines, mean over all days of the week. */
  readonly loginsPerDay: number;
  readonly days: number;
  /** How many sensors the site has; left out: one. */
  readonly sensors?: number;
  /** New independent scanners a day. */
  readonly scannersPerDay: number;
  /** Attempts of loud sources a day. */
  readonly loudPerDay: number;
  /** Days of the log on which hardly anybody works. */
  readonly holidays?: readonly number[];
}

/** Persons' actors and machines that log in: they share the site's logins. */
export function workforce(
  random: Random,
  site: Pick<SizedSite, 'loginsPerDay' | 'days' | 'sensors' | 'holidays'>,
): ActorText[] {
  const habits = () => ({
    // few persons on a small site log in seldom, many on a large one more often
    loginsPerDay: uniform(random, 1.5, site.loginsPerDay > 1000 ? 6 : 4),
    keyShare: uniform(random, 0.2, 0.7),
    // one to three passwords in a hundred are mistyped, some names, and now and then one is forgotten
    typoShare: uniform(random, 0.01, 0.03),
    nameTypoShare: uniform(random, 0.002, 0.008),
    forgottenShare: uniform(random, 0.001, 0.004),
    holidays: [...(site.holidays ?? [])],
  });
  const working = WORKING * (1 - (site.holidays ?? []).length / site.days);
  let left = site.loginsPerDay;
  const actors: ActorText[] = [];
  if (site.loginsPerDay >= 50 && chance(random, 0.5)) {
    const logins = site.loginsPerDay * uniform(random, 0.05, 0.25);
    left -= logins;
    actors.push({ kind: 'monitoring', everyMinutes: Math.max(0.1, (1440 * (site.sensors ?? 1)) / logins) });
  }
  const inOffice = left * uniform(random, 0.2, 0.5);
  const offices = inOffice > 40 ? whole(random, 1, 3) : 1;
  for (let i = 0; i < offices; i++) {
    const one = habits();
    const count = Math.max(1, Math.round(inOffice / offices / (one.loginsPerDay * working)));
    actors.push({ kind: 'office', count, ...one });
  }
  // the rest in groups of at most a few hundred persons with habits of their own
  const groups = Math.max(1, Math.ceil((left - inOffice) / 600));
  for (let i = 0; i < groups; i++) {
    const one = habits();
    const perPerson = one.loginsPerDay * working * NOT_ON_LEAVE;
    const count = Math.max(1, Math.round((left - inOffice) / groups / perPerson));
    actors.push({ kind: 'people', count, travelShare: uniform(random, 0.003, 0.02), ...one });
  }
  return actors;
}

/** Everybody of a site except a campaign. */
export function sizedSite(random: Random, site: SizedSite): ActorText[] {
  const { days, scannersPerDay } = site;
  return [
    ...workforce(random, site),
    {
      kind: 'broken-job',
      user: pick(random, JOB_USERS),
      everyMinutes: whole(random, 20, 120),
      deleted: chance(random, 0.4),
      workedDays: chance(random, 0.5) ? uniform(random, 0, days) : 0,
      fromDay: uniform(random, 0, days / 3),
    },
    {
      kind: 'loud',
      perDay: site.loudPerDay / 317, // mean of log-uniform 50 to 1,000
      attempts: { logUniform: [50, 1000] },
      rootShare: uniform(random, 0.2, 0.6),
    },
    {
      kind: 'scanners',
      perDay: scannersPerDay,
      dispersion: logUniform(random, 0.02, 0.25),
      spreadShare: uniform(random, 0.15, 0.5),
      toolkitShare: uniform(random, 0.1, 0.35),
      tailShare: uniform(random, 0.08, 0.25),
      oddShare: uniform(random, 0.005, 0.04),
      ipv6Share: chance(random, 0.3) ? 0.02 : 0,
    },
    { kind: 'worm', perDay: scannersPerDay * uniform(random, 0.02, 0.08) },
    { kind: 'nat', visitors: whole(random, 2, 8) },
  ];
}

/** A middle-sized site as Javed & Paxson's table has it: 500 logins a day, 5 to 30 independent scanners. */
export function siteOf500(random: Random, days: number): ActorText[] {
  return sizedSite(random, {
    loginsPerDay: 500,
    days,
    scannersPerDay: logUniform(random, 5, 30),
    loudPerDay: logUniform(random, 60, 400),
    holidays: [whole(random, 0, Math.floor(days))],
  });
}
