/**
 * The standard scenarios: each a function of the seed, which draws what the name does not fix within ranges seen
 * on real hosts, so that seeds differ in more than noise. A detector is measured on these; keep their names.
 * Sizes are kept below about 60,000 attempts, so that hundreds of logs can be made and searched in minutes.
 */
import { SCENARIOS_OF_FEBRUARY_2022 } from './february-2022.ts';
import { SCENARIOS_OF_OTHER_SHAPES } from './other-shapes.ts';
import { SCENARIOS_OF_RATES } from './rates.ts';
import { rosalita } from './rosalita.ts';
import type { Scenario } from './scenario.ts';
import { waves } from './waves.ts';
import { SCENARIOS_WITH_CAMPAIGN } from './with-campaign.ts';
import { SCENARIOS_WITHOUT_CAMPAIGN } from './without-campaign.ts';

/** Names of the scenarios without any campaign. */
export const WITHOUT_CAMPAIGN: readonly string[] = SCENARIOS_WITHOUT_CAMPAIGN.map(([name]) => name);

/** Every standard scenario by name: seed to scenario. */
export const SCENARIOS: Readonly<Record<string, (seed: number) => Scenario>> = Object.fromEntries([
  ...SCENARIOS_WITH_CAMPAIGN,
  ...SCENARIOS_OF_OTHER_SHAPES,
  ...SCENARIOS_WITHOUT_CAMPAIGN,
  ['rosalita', rosalita] as const,
  ...waves(),
  ...SCENARIOS_OF_RATES,
  ...SCENARIOS_OF_FEBRUARY_2022,
]);
