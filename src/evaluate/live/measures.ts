/**
 * What `evaluate --live` measures, and on which logs: each measure by name, with the scenarios it needs. Measures share
 * logs (a run of `alphabetical` counts for prevention, participants and people), so the work is the union of what they
 * need, each log once.
 */
import { SITE_YEAR_SIZES } from '../../simulate/site-year.ts';
import type { Unit } from './unit.ts';

export type MeasureName =
  | 'alarms'
  | 'prevented'
  | 'waves'
  | 'february'
  | 'participants'
  | 'separation'
  | 'false-campaigns'
  | 'reliability';

/** Measures, each with what it shows. */
export const MEASURES: Readonly<Record<MeasureName, string>> = {
  alarms: 'attempts and hours before the alarm, at many rates',
  prevented: 'what blocking at the moment of naming prevents',
  waves: 'hours to the alarm in the eight rounds of 2008 to 2012',
  february: 'the day of the alarm in the 27 daily counts of February 2022',
  participants: 'precision and recall of the sources named, over all scenarios',
  separation: 'campaigns that run at the same time, or return',
  'false-campaigns': 'false campaigns a year, stated and observed',
  reliability: 'what a stated confidence is worth',
};

/** The alphabetical walk with a source every three minutes: the first row. */
export const THREE_MINUTES = 'three-minutes';
/** Attempts a day beside 500 logins; `rate-15` and so on are scenarios. */
export const RATES = [5, 10, 15, 25, 50, 100, 200, 500, 1000] as const;
export const rateScenario = (perDay: number) => `rate-${perDay}`;
export const PREVENTED = ['alphabetical', 'word-list', 'two-campaigns', 'twenty-sensors', 'slow'] as const;
export const FEBRUARY = ['february-2022', 'february-2022-root'] as const;
/** Where campaigns must be told apart. */
export const SEPARATE = ['two-campaigns', 'overlap-in-time', 'shared-names'] as const;
/** The same actor again must be said, another actor must not be taken for it. */
export const RETURNS = 'returns';
export const NO_RETURN = 'two-actors-months-apart';
/**
 * What the evidence of names in turn cannot reach by its nature, or hardly: too slow, linked by a clock, a network or a
 * number alone. And attackers who know the method. Their figures stand for themselves: pooled with the others, the one
 * log with 10^5 sources of junk would be all that counts.
 */
const GROUPS = {
  'slow-corner': [
    'rate-5',
    'below-ten',
    'order-free',
    'names-once',
    'few-on-a-clock',
    'one-network-in-turn',
    'lockstep-groups',
    'dealt-targets',
    ...FEBRUARY,
  ],
  hostile: [
    'knows-spreading',
    'knows-popular',
    'knows-decoys',
    'from-the-first-line',
    'junk-flood',
    'framing',
  ],
} as const;

export type Group = 'standard' | keyof typeof GROUPS;
export const GROUP_NAMES: readonly Group[] = ['standard', 'slow-corner', 'hostile'];

export function groupOf(scenario: string): Group {
  const inList = (list: readonly string[]) => list.includes(scenario);
  if (inList(GROUPS['slow-corner'])) return 'slow-corner';
  return inList(GROUPS.hostile) ? 'hostile' : 'standard';
}

/**
 * What confidence is judged by: every scenario once, so one of the rounds and one of the rates, and without those of
 * more than ten thousand sources, each of which would outweigh all others.
 */
export function countsForReliability(scenario: string): boolean {
  if (isWave(scenario)) return scenario === 'wave-2010-06';
  if (scenario.startsWith('rate-')) return scenario === rateScenario(15);
  return scenario !== 'junk-flood' && !FEBRUARY.some((one) => one === scenario);
}

export const isWave = (scenario: string) => scenario.startsWith('wave-');

export interface Request {
  readonly measures: readonly MeasureName[];
  readonly seeds: readonly number[];
  /** Years of sites in all, shared out evenly over {@link SITE_YEAR_SIZES}. */
  readonly siteYears: number;
  readonly falseCampaignsPerYear: number;
  /** All scenarios that there are. */
  readonly catalogue: readonly string[];
}

/** Every log that the measures need, each once, the longest first so that no thread is left with one at the end. */
export function unitsFor(request: Request): readonly Unit[] {
  const { measures, seeds, siteYears, falseCampaignsPerYear } = request;
  const there = new Set(request.catalogue);
  const units = new Map<string, Unit>();
  const add = (unit: Unit) => {
    if (unit.kind === 'site-year' || there.has(unit.scenario)) units.set(JSON.stringify(unit), unit);
  };
  if (measures.includes('false-campaigns')) {
    const perSize = Math.ceil(siteYears / SITE_YEAR_SIZES.length);
    for (const loginsPerDay of [...SITE_YEAR_SIZES].sort((a, b) => b - a)) {
      for (let i = 0; i < perSize; i++)
        add({ kind: 'site-year', loginsPerDay, seed: seeds[0]! + i, falseCampaignsPerYear });
    }
  }
  for (const name of measures) {
    for (const [kind, scenario] of needs(name, request.catalogue)) {
      for (const seed of seeds) {
        if (kind === 'scan') add({ kind, scenario, seed });
        else add({ kind: 'live', scenario, seed, closed: kind === 'closed' });
      }
    }
  }
  return [...units.values()];
}

type Need = readonly ['open' | 'closed' | 'scan', string];

function needs(name: MeasureName, catalogue: readonly string[]): readonly Need[] {
  const open = (scenario: string): Need => ['open', scenario];
  switch (name) {
    case 'alarms':
      return [THREE_MINUTES, ...RATES.map(rateScenario)].map(open);
    case 'prevented':
      return PREVENTED.flatMap((scenario): Need[] => [open(scenario), ['closed', scenario]]);
    case 'waves':
      return catalogue.filter(isWave).map(open);
    case 'february':
      return FEBRUARY.map(open);
    case 'participants':
      return catalogue.map(open);
    case 'separation':
      return [...SEPARATE, RETURNS, NO_RETURN].map(open);
    case 'false-campaigns':
      return [];
    case 'reliability':
      return catalogue
        .filter(countsForReliability)
        .flatMap((scenario): Need[] => [open(scenario), ['scan', scenario]]);
  }
}
