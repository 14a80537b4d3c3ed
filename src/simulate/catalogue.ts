/**
 * The standard scenarios: each a function of the seed, which draws what the name does not fix within ranges seen
 * on real hosts, so that seeds differ in more than noise. A detector is measured on these; keep their names.
 * Sizes are kept below about 60,000 attempts, so that hundreds of logs can be made and searched in minutes; the flood
 * is larger by its nature.
 */
import { SCENARIOS_OF_FEBRUARY_2022 } from './february-2022.ts';
import { SCENARIOS_OF_FRAMING, SCENARIOS_OF_HOSTILE_CAMPAIGNS } from './hostile.ts';
import { SCENARIOS_OF_INNOCENTS } from './innocents.ts';
import { SCENARIOS_OF_OTHER_SHAPES } from './other-shapes.ts';
import { SCENARIOS_OF_RATES } from './rates.ts';
import { rosalita } from './rosalita.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS_OF_SEPARATION } from './separation.ts';
import { SITE_YEAR_SIZES, siteYearScenario } from './site-year.ts';
import { SCENARIOS_OF_THE_SLOW_CORNER } from './slow-corner.ts';
import { waves } from './waves.ts';
import { SCENARIOS_WITH_CAMPAIGN } from './with-campaign.ts';
import { SCENARIOS_WITHOUT_CAMPAIGN } from './without-campaign.ts';

type Named = readonly [string, (seed: number) => Scenario];

/** The standard scenarios in groups, in the order in which they are listed. */
const GROUPS = {
  campaigns: SCENARIOS_WITH_CAMPAIGN,
  'other-shapes': SCENARIOS_OF_OTHER_SHAPES,
  'without-campaign': SCENARIOS_WITHOUT_CAMPAIGN,
  'log-of-2008': [['rosalita', rosalita]],
  waves: waves(),
  rates: SCENARIOS_OF_RATES,
  'february-2022': SCENARIOS_OF_FEBRUARY_2022,
  'slow-corner': SCENARIOS_OF_THE_SLOW_CORNER,
  separation: SCENARIOS_OF_SEPARATION,
  innocents: SCENARIOS_OF_INNOCENTS,
  hostile: SCENARIOS_OF_HOSTILE_CAMPAIGNS,
  framing: SCENARIOS_OF_FRAMING,
} as const satisfies Record<string, readonly Named[]>;

export type ScenarioGroup = keyof typeof GROUPS;

const namesOf = (group: readonly Named[]): readonly string[] => group.map(([name]) => name);

/** Names of the scenarios of each group. */
export const SCENARIO_GROUPS: Readonly<Record<ScenarioGroup, readonly string[]>> = {
  campaigns: namesOf(GROUPS.campaigns),
  'other-shapes': namesOf(GROUPS['other-shapes']),
  'without-campaign': namesOf(GROUPS['without-campaign']),
  'log-of-2008': namesOf(GROUPS['log-of-2008']),
  waves: namesOf(GROUPS.waves),
  rates: namesOf(GROUPS.rates),
  'february-2022': namesOf(GROUPS['february-2022']),
  'slow-corner': namesOf(GROUPS['slow-corner']),
  separation: namesOf(GROUPS.separation),
  innocents: namesOf(GROUPS.innocents),
  hostile: namesOf(GROUPS.hostile),
  framing: namesOf(GROUPS.framing),
};

/** Names of the scenarios without any campaign. */
export const WITHOUT_CAMPAIGN: readonly string[] = [
  ...SCENARIO_GROUPS['without-campaign'],
  ...SCENARIO_GROUPS.innocents,
  ...SCENARIO_GROUPS.framing,
];

/** Every standard scenario by name: seed to scenario. */
export const SCENARIOS: Readonly<Record<string, (seed: number) => Scenario>> = Object.fromEntries(
  Object.values<readonly Named[]>(GROUPS).flat(),
);

/**
 * Years without a campaign by name: to look at or to write down. They are no part of {@link SCENARIOS}, since one of
 * 6,000 logins a day is larger than all of those together; to measure on them, `siteYear` makes the table alone.
 */
export const SITE_YEARS: Readonly<Record<string, (seed: number) => Scenario>> = Object.fromEntries(
  SITE_YEAR_SIZES.map((size): Named => [`site-year-${size}`, (seed) => siteYearScenario(size, seed)]),
);
