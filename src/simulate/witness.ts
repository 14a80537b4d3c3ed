/**
 * Sees every act of a simulation and tells the truth at the end: which sources were people's, which loud, which
 * scanners, and which campaigns there were. A campaign whose actor comes back is one campaign with several visits.
 */
import { isoTime } from '../model/time.ts';
import type { CampaignVisit, TrueCampaign, Truth } from '../model/truth.ts';
import { type Act, type Role, roleOf } from './act.ts';
import type { Actor, Scenario } from './scenario.ts';
import type { SimulatedAttempt } from './world.ts';

export interface Witness {
  see(act: Act): void;
  truth(): Truth;
}

export function createWitness(scenario: Scenario, seed: number): Witness {
  const roles: Record<Exclude<Role, 'campaign'>, Set<string>> = {
    people: new Set(),
    loud: new Set(),
    scanners: new Set(),
  };
  const visits: Visit[] = [];
  let attempts = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    see: (act) => {
      attempts += act.attempts.length;
      for (const { time } of act.attempts) {
        if (time < first) first = time;
        if (time > last) last = time;
      }
      const role = roleOf(act.actor);
      if (role === 'campaign') {
        if (act.attempts.length > 0) visits.push(visitOf(act));
        return;
      }
      const welcome = role === 'mixed' ? thatLogIn(act.attempts) : null;
      for (const { source } of act.attempts) {
        if (welcome === null) roles[role === 'mixed' ? 'scanners' : role].add(source);
        else roles[welcome.has(source) ? 'people' : 'scanners'].add(source);
      }
    },
    truth: () => {
      const start = Date.parse(scenario.start) / 1000;
      return {
        schema: 'slowbrute.truth/1',
        scenario: scenario.name,
        seed,
        firstSeen: isoTime(attempts > 0 ? first : start),
        lastSeen: isoTime(attempts > 0 ? last : start),
        attempts,
        campaigns: byActor(visits).map(trueCampaign),
        people: [...roles.people].sort(),
        background: { loud: [...roles.loud].sort(), scanners: [...roles.scanners].sort() },
      };
    },
  };
}

function thatLogIn(attempts: readonly SimulatedAttempt[]): ReadonlySet<string> {
  return new Set(attempts.filter((attempt) => attempt.success).map((attempt) => attempt.source));
}

interface Visit extends Act {
  readonly name: string;
  /** The campaign of the same actor before. */
  readonly again: string | undefined;
}

function visitOf(act: Act): Visit {
  const again = act.actor.kind === 'campaign' ? act.actor.sources.again?.of : undefined;
  return { ...act, name: nameOf(act.actor), again };
}

function nameOf(actor: Actor): string {
  if (actor.kind === 'daily-counts') return actor.campaign ?? actor.kind;
  return 'name' in actor ? actor.name : actor.kind;
}

/** Visits of one actor together, in the order of the actor's first. */
function byActor(visits: readonly Visit[]): Visit[][] {
  const out: Visit[][] = [];
  for (const visit of visits) {
    const same = out.find((group) => group.some((earlier) => earlier.name === visit.again));
    if (visit.again !== undefined && same !== undefined) same.push(visit);
    else out.push([visit]);
  }
  return out;
}

function trueCampaign(visits: readonly Visit[]): TrueCampaign {
  const attempts = visits.length === 1 ? visits[0]!.attempts : visits.flatMap((visit) => visit.attempts);
  const compromised = new Map<string, SimulatedAttempt>();
  for (const attempt of attempts) {
    const account = `${attempt.source}\n${attempt.user}\n${attempt.sensor}`;
    const known = compromised.get(account);
    if (attempt.success && (known === undefined || attempt.time < known.time))
      compromised.set(account, attempt);
  }
  return {
    name: visits[0]!.name,
    ...extent(attempts),
    userCount: unique(attempts, 'user').length,
    sensors: unique(attempts, 'sensor'),
    compromised: [...compromised.values()].map(({ source, user, time, sensor }) => ({
      source,
      user,
      time: isoTime(time),
      sensor,
    })),
    ...(visits.length > 1
      ? { visits: visits.map((visit) => ({ name: visit.name, ...extent(visit.attempts) })) }
      : {}),
  };
}

function extent(attempts: readonly SimulatedAttempt[]): Omit<CampaignVisit, 'name'> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { time } of attempts) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return {
    firstSeen: isoTime(first),
    lastSeen: isoTime(last),
    attempts: attempts.length,
    sources: unique(attempts, 'source'),
  };
}

function unique(attempts: readonly SimulatedAttempt[], field: 'source' | 'user' | 'sensor'): string[] {
  return [...new Set(attempts.map((attempt) => attempt[field]))].sort();
}
