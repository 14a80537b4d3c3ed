/**
 * What came of all units, as the figures of the table. Pure. A share is pooled by adding counts; a median is
 * over runs, where a campaign that was missed is later than every other.
 */

import { DAY } from '../../model/time.ts';
import { SITE_YEAR_SIZES } from '../../simulate/site-year.ts';
import { least, median, ratio, sum, worstOf } from './figures.ts';
import { poissonInterval } from './intervals.ts';
import {
  countsForReliability,
  FEBRUARY,
  GROUP_NAMES,
  type Group,
  groupOf,
  isWave,
  NO_RETURN,
  RETURNS,
  SEPARATE,
} from './measures.ts';
import { addReliability, NO_RELIABILITY, type Reliability } from './reliability.ts';
import type { LiveScore } from './score.ts';
import type { Scored } from './unit.ts';

/** Over runs; null where the middle, or the last, of them was missed. */
export interface Spread {
  readonly median: number | null;
  readonly worst: number | null;
}

export interface AlarmSummary {
  readonly scenario: string;
  readonly campaigns: number;
  readonly missed: number;
  readonly attempts: Spread;
  readonly hours: Spread;
}

/** Pooled over the runs, and of the worst run. */
export interface Share {
  readonly pooled: number | null;
  readonly worst: number | null;
}

export interface PreventedSummary {
  readonly scenario: string;
  /** The detector watches what a block would have stopped. */
  readonly open: Share;
  /** It does not see it. */
  readonly closed: Share;
}

export interface ParticipantSummary {
  readonly scenario: string;
  readonly runs: number;
  readonly precision: Share;
  readonly recall: Share;
  readonly named: number;
  /** Named at any time. */
  readonly ever: number;
  readonly peopleEver: number;
  readonly scannersEver: number;
  readonly loudEver: number;
  readonly trueCampaigns: number;
  readonly opened: number;
  readonly falseCampaigns: number;
  readonly compromises: { readonly found: number; readonly missed: number; readonly false: number };
}

export interface SeparationSummary {
  readonly scenario: string;
  readonly trueCampaigns: number;
  readonly opened: number;
  /** Over live campaigns that are not false: share of the participants that belong to the true one they fit best. */
  readonly purity: Share;
  /** Share of a true campaign's sources that one live campaign names. */
  readonly own: Share;
  /** Runs in which a return was said, of how many. */
  readonly returnsSaid: number;
  readonly runs: number;
}

export interface FebruarySummary {
  readonly scenario: string;
  /** Day of the month of the alarm in each run, null where there was none. */
  readonly days: readonly (number | null)[];
  /** Campaigns opened before the first true attempt, all runs together. */
  readonly before: number;
}

export interface FalseCampaignSummary {
  /** Null: all sizes together. */
  readonly loginsPerDay: number | null;
  readonly siteYears: number;
  readonly observed: number;
  /** A year: stated, observed, and the 95 % interval of what was observed. */
  readonly stated: number;
  readonly perYear: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Sources of people that were named in any of them. */
  readonly peopleEver: number;
  readonly named: number;
}

export interface LiveSummary {
  readonly alarms: readonly AlarmSummary[];
  readonly prevented: readonly PreventedSummary[];
  /** By group, and in the order in which they were run. */
  readonly participants: readonly ParticipantSummary[];
  /** Those of each group together, as far as there are any. */
  readonly groups: Readonly<Partial<Record<Group, ParticipantSummary>>>;
  /** All of them together; null where nothing was run. */
  readonly pooled: ParticipantSummary | null;
  readonly separation: readonly SeparationSummary[];
  readonly february: readonly FebruarySummary[];
  readonly falseCampaigns: readonly FalseCampaignSummary[];
  readonly reliability: { readonly scan: Reliability; readonly live: Reliability };
}

export function summariseLive(scored: readonly Scored[]): LiveSummary {
  const open = new Map<string, LiveScore[]>();
  const closed = new Map<string, LiveScore[]>();
  const years = new Map<number, { readonly stated: number; readonly scores: LiveScore[] }>();
  let scan = NO_RELIABILITY;
  let live = NO_RELIABILITY;
  for (const { unit, result } of scored) {
    if (unit.kind === 'live' && result.kind === 'live') {
      pushTo(unit.closed ? closed : open, unit.scenario, result.score);
      if (!unit.closed && countsForReliability(unit.scenario))
        live = addReliability(live, result.score.reliability);
    } else if (unit.kind === 'site-year' && result.kind === 'site-year') {
      const year = years.get(unit.loginsPerDay);
      if (year !== undefined) year.scores.push(result.score);
      else years.set(unit.loginsPerDay, { stated: unit.falseCampaignsPerYear, scores: [result.score] });
    } else if (result.kind === 'scan') scan = addReliability(scan, result.reliability);
  }
  const participants = [...open].map(([scenario, scores]) => participantSummary(scenario, scores));
  return {
    alarms: [...open].flatMap(([scenario, scores]) => alarmSummary(scenario, scores)),
    prevented: [...closed].map(([scenario, scores]) => ({
      scenario,
      open: preventedShare(open.get(scenario) ?? []),
      closed: preventedShare(scores),
    })),
    participants: GROUP_NAMES.flatMap((group) =>
      participants.filter(({ scenario }) => groupOf(scenario) === group),
    ),
    groups: Object.fromEntries(
      GROUP_NAMES.flatMap((group) => {
        const scores = [...open]
          .filter(([scenario]) => groupOf(scenario) === group)
          .flatMap(([, all]) => all);
        return scores.length === 0 ? [] : [[group, participantSummary(group, scores)]];
      }),
    ),
    pooled: open.size === 0 ? null : participantSummary('all', [...open.values()].flat()),
    separation: [...SEPARATE, RETURNS, NO_RETURN].flatMap((scenario) => {
      const scores = open.get(scenario);
      return scores === undefined ? [] : [separationSummary(scenario, scores)];
    }),
    february: FEBRUARY.flatMap((scenario) => {
      const scores = open.get(scenario);
      return scores === undefined ? [] : [februarySummary(scenario, scores)];
    }),
    falseCampaigns: falseCampaignSummaries(years),
    reliability: { scan, live },
  };
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function alarmSummary(scenario: string, scores: readonly LiveScore[]): AlarmSummary[] {
  const campaigns = scores.flatMap(({ trueCampaigns }) => trueCampaigns);
  if (campaigns.length === 0) return [];
  const spread = (values: readonly number[]): Spread => ({ median: median(values), worst: worstOf(values) });
  const missed = Number.POSITIVE_INFINITY;
  return [
    {
      scenario,
      campaigns: campaigns.length,
      missed: campaigns.filter(({ alarm }) => alarm === null).length,
      attempts: spread(campaigns.map(({ alarm }) => alarm?.attempts ?? missed)),
      hours: spread(campaigns.map(({ alarm }) => alarm?.hours ?? missed)),
    },
  ];
}

function preventedShare(scores: readonly LiveScore[]): Share {
  const limits = scores.map(({ trueCampaigns }) => sum(trueCampaigns, (one) => one.attempts - one.sources));
  const prevented = scores.map(({ trueCampaigns }) => sum(trueCampaigns, (one) => one.prevented));
  return {
    pooled: ratio(
      sum(prevented, (n) => n),
      sum(limits, (n) => n),
    ),
    worst: least(prevented.map((part, i) => ratio(part, limits[i]!))),
  };
}

function participantSummary(scenario: string, scores: readonly LiveScore[]): ParticipantSummary {
  const named = scores.map((score) => score.named);
  const ever = scores.map((score) => score.ever);
  const compromises = scores.map((score) => score.compromises);
  return {
    scenario,
    runs: scores.length,
    precision: {
      pooled: ratio(
        sum(named, (one) => one.participantsNamed),
        sum(named, (one) => one.named),
      ),
      worst: least(named.map((one) => ratio(one.participantsNamed, one.named))),
    },
    recall: {
      pooled: ratio(
        sum(named, (one) => one.participantsNamed),
        sum(named, (one) => one.participants),
      ),
      worst: least(named.map((one) => ratio(one.participantsNamed, one.participants))),
    },
    named: sum(named, (one) => one.named),
    ever: sum(ever, (one) => one.named),
    peopleEver: sum(ever, (one) => one.peopleNamed),
    scannersEver: sum(ever, (one) => one.scannersNamed),
    loudEver: sum(ever, (one) => one.loudNamed),
    trueCampaigns: sum(scores, ({ trueCampaigns }) => trueCampaigns.length),
    opened: sum(scores, ({ campaigns }) => campaigns.length),
    falseCampaigns: sum(scores, ({ campaigns }) => campaigns.filter(({ isFalse }) => isFalse).length),
    compromises: {
      found: sum(compromises, (one) => one.found),
      missed: sum(compromises, (one) => one.missed),
      false: sum(compromises, (one) => one.false),
    },
  };
}

function separationSummary(scenario: string, scores: readonly LiveScore[]): SeparationSummary {
  const real = scores.flatMap(({ campaigns }) => campaigns).filter(({ isFalse }) => !isFalse);
  const truths = scores.flatMap(({ trueCampaigns }) => trueCampaigns);
  return {
    scenario,
    trueCampaigns: truths.length,
    opened: sum(scores, ({ campaigns }) => campaigns.length),
    purity: {
      pooled: ratio(
        sum(real, ({ bestShared }) => bestShared),
        sum(real, ({ participants }) => participants),
      ),
      worst: least(real.map(({ bestShared, participants }) => ratio(bestShared, participants))),
    },
    own: {
      pooled: ratio(
        sum(truths, ({ inOne }) => inOne),
        sum(truths, ({ sources }) => sources),
      ),
      worst: least(truths.map(({ inOne, sources }) => ratio(inOne, sources))),
    },
    returnsSaid: scores.filter(({ campaigns }) => campaigns.some(({ returnOf }) => returnOf !== null)).length,
    runs: scores.length,
  };
}

function februarySummary(scenario: string, scores: readonly LiveScore[]): FebruarySummary {
  const alarmed = scores.map(({ firstDay, trueCampaigns }) => {
    const alarm = trueCampaigns[0]?.alarm ?? null;
    return alarm === null ? null : Math.floor((alarm.time - firstDay) / DAY) + 1;
  });
  return {
    scenario,
    days: alarmed,
    before: sum(scores, ({ trueCampaigns, campaigns }) => {
      const alarm = trueCampaigns[0]?.alarm;
      const start = alarm == null ? Number.POSITIVE_INFINITY : alarm.time - alarm.hours * 3600;
      return campaigns.filter(({ opened }) => opened < start).length;
    }),
  };
}

function falseCampaignSummaries(
  years: ReadonlyMap<number, { readonly stated: number; readonly scores: readonly LiveScore[] }>,
): FalseCampaignSummary[] {
  const of = (loginsPerDay: number | null, stated: number, scores: readonly LiveScore[]) => {
    const siteYears = sum(scores, ({ days }) => days) / 365.25;
    const observed = sum(scores, ({ campaigns }) => campaigns.filter(({ isFalse }) => isFalse).length);
    const interval = poissonInterval(observed);
    const perYear = (n: number) => (siteYears === 0 ? null : n / siteYears);
    return {
      loginsPerDay,
      siteYears,
      observed,
      stated,
      perYear: perYear(observed),
      low: perYear(interval.low),
      high: perYear(interval.high),
      peopleEver: sum(scores, ({ ever }) => ever.peopleNamed),
      named: sum(scores, ({ ever }) => ever.named),
    };
  };
  const sizes = SITE_YEAR_SIZES.flatMap((size) => {
    const year = years.get(size);
    return year === undefined ? [] : [of(size, year.stated, year.scores)];
  });
  const first = sizes[0];
  if (first === undefined) return [];
  return [
    ...sizes,
    of(
      null,
      first.stated,
      [...years.values()].flatMap(({ scores }) => scores),
    ),
  ];
}

/** Alarms in the rounds of 2008 to 2012. */
export function waveAlarms(summary: LiveSummary): readonly AlarmSummary[] {
  return summary.alarms.filter(({ scenario }) => isWave(scenario));
}
