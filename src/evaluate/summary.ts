/**
 * The scores of many seeds of one scenario as one line: counts are pooled (added, then divided), and beside them
 * stands the worst seed, because a mean over twenty logs hides the one in which the campaign was missed.
 */
import type { BaselineScore, SeedScore } from './run.ts';
import { type DetectionScore, type NamedScore, precision, ratio, recall } from './score.ts';

/** A share pooled over the seeds, and at its worst in one of them. Null: no seed has anything to take a share of. */
export interface Pooled {
  readonly pooled: number | null;
  readonly worst: number | null;
}

/** A distance in hours: the median over all campaigns found, and the largest. Signs are dropped. */
export interface ErrorHours {
  readonly median: number | null;
  readonly worst: number | null;
}

export interface NamedSummary {
  readonly precision: Pooled;
  readonly recall: Pooled;
  /** Sources of people named, all seeds together: must be 0. */
  readonly peopleNamed: number;
  readonly named: number;
}

export interface DetectorSummary extends NamedSummary {
  readonly trueCampaigns: number;
  /** True campaigns that no detected campaign shares a source with. */
  readonly missedCampaigns: number;
  readonly detectedCampaigns: number;
  readonly falseCampaigns: number;
  /** Over detected campaigns, false ones left out; worst: the least pure campaign of all. */
  readonly purity: Pooled;
  /** Recall of each true campaign by the one detected campaign that fits it best; worst: the worst campaign of all. */
  readonly ownRecall: Pooled;
  readonly startError: ErrorHours;
  readonly endError: ErrorHours;
  readonly compromises: { readonly found: number; readonly missed: number; readonly false: number };
}

export interface BaselineSummary extends NamedSummary {
  readonly alarms: number;
  readonly falseAlarms: number;
}

export interface ScenarioSummary {
  readonly scenario: string;
  readonly seeds: number;
  readonly attempts: number;
  /** Length of all logs together, years of 365.25 days. */
  readonly siteYears: number;
  readonly detector: DetectorSummary;
  readonly baselines: Readonly<Record<string, BaselineSummary>>;
}

/** One summary a scenario, in the order of the scores. */
export function summarise(scores: readonly SeedScore[]): readonly ScenarioSummary[] {
  const groups = new Map<string, SeedScore[]>();
  for (const score of scores) {
    const group = groups.get(score.scenario);
    if (group === undefined) groups.set(score.scenario, [score]);
    else group.push(score);
  }
  return [...groups].map(([scenario, group]) => {
    const names = Object.keys(group[0]!.baselines);
    return {
      scenario,
      seeds: group.length,
      attempts: sum(group, ({ detector }) => detector.attempts),
      siteYears: sum(group, ({ detector }) => detector.days) / 365.25,
      detector: summariseDetector(group.map(({ detector }) => detector)),
      baselines: Object.fromEntries(
        names.map((name) => [name, summariseBaseline(group.map(({ baselines }) => baselines[name]!))]),
      ),
    };
  });
}

function summariseNamed(scores: readonly NamedScore[]): NamedSummary {
  return {
    precision: {
      pooled: ratio(
        sum(scores, (score) => score.participantsNamed),
        sum(scores, (score) => score.named),
      ),
      worst: least(scores.map(precision)),
    },
    recall: {
      pooled: ratio(
        sum(scores, (score) => score.participantsNamed),
        sum(scores, (score) => score.participants),
      ),
      worst: least(scores.map(recall)),
    },
    peopleNamed: sum(scores, (score) => score.peopleNamed),
    named: sum(scores, (score) => score.named),
  };
}

function summariseBaseline(scores: readonly BaselineScore[]): BaselineSummary {
  return {
    ...summariseNamed(scores),
    alarms: sum(scores, (score) => score.alarms),
    falseAlarms: sum(scores, (score) => score.falseAlarms),
  };
}

function summariseDetector(scores: readonly DetectionScore[]): DetectorSummary {
  const trueCampaigns = scores.flatMap((score) => score.trueCampaigns);
  const detected = scores.flatMap((score) => score.detectedCampaigns);
  const real = detected.filter(({ isFalse }) => !isFalse);
  return {
    ...summariseNamed(scores.map(({ sources }) => sources)),
    trueCampaigns: trueCampaigns.length,
    missedCampaigns: trueCampaigns.filter((campaign) => campaign.detected === null).length,
    detectedCampaigns: detected.length,
    falseCampaigns: sum(scores, (score) => score.falseCampaigns),
    purity: {
      pooled: ratio(
        sum(real, ({ bestShared }) => bestShared),
        sum(real, ({ participants }) => participants),
      ),
      worst: least(real.map(({ bestShared, participants }) => ratio(bestShared, participants))),
    },
    ownRecall: {
      pooled: ratio(
        sum(trueCampaigns, ({ sharedSources }) => sharedSources),
        sum(trueCampaigns, ({ sources }) => sources),
      ),
      worst: least(trueCampaigns.map(({ sharedSources, sources }) => ratio(sharedSources, sources))),
    },
    startError: errorHours(trueCampaigns.map(({ startErrorHours }) => startErrorHours)),
    endError: errorHours(trueCampaigns.map(({ endErrorHours }) => endErrorHours)),
    compromises: {
      found: sum(scores, ({ compromises }) => compromises.found),
      missed: sum(scores, ({ compromises }) => compromises.missed),
      false: sum(scores, ({ compromises }) => compromises.false),
    },
  };
}

function errorHours(errors: readonly (number | null)[]): ErrorHours {
  const sizes = errors.flatMap((error) => (error === null ? [] : [Math.abs(error)])).sort((a, b) => a - b);
  if (sizes.length === 0) return { median: null, worst: null };
  const middle = (sizes.length - 1) / 2;
  return {
    median: (sizes[Math.floor(middle)]! + sizes[Math.ceil(middle)]!) / 2,
    worst: sizes[sizes.length - 1]!,
  };
}

function least(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
