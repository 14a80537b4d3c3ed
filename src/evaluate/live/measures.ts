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
/** Of the scenarios with a campaign, those that scan's own confidence is measured on: every kind of evidence once. */
const SCANNED = [
  'alphabetical',
  'word-list',
  'every-source-once',
  'twenty-sensors',
  'slow',
  'two-campaigns',
  'root-alone',
  'lockstep',
  'hand-off',
  'swarm',
  'short',
  'wave-2010-06',
  'independent-scanners',
  'public-list',
  'everything-quiet',
];

export interface Request {
  readonly measures: readonly MeasureName[];
  readonly seeds: readonly number[];
  /** Years of sites in all, shared out evenly over {@link SITE_YEAR_SIZES}. */
  readonly siteYears: number;
  readonly falseCampaignsPerYear: number;
  /** All scenarios that there are. */
  readonly catalogue: readonly string[];
}

export const isWave = (scenario: string) => scenario.startsWith('wave-');

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
      return SCANNED.flatMap((scenario): Need[] => [open(scenario), ['scan', scenario]]);
  }
}
