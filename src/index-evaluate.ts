/**
 * `slowbrute/evaluate`: labelled logs, and how much of the truth a detector found in them; one of your own beside this one and
 * published rules. Pure: the same scenario and seed give the same log and the same figures on every machine. docs/evaluation.md
 * says what each measure means.
 *
 * ```ts
 * import { detect } from 'slowbrute';
 * import { precision, SCENARIOS, scoreDetection, simulate } from 'slowbrute/evaluate';
 *
 * const { table, truth } = simulate(SCENARIOS['short']!(1000), 1000);
 * const score = scoreDetection(table, truth, detect(table));
 * console.log(precision(score.sources));
 * ```
 *
 * A scenario that is wrong is thrown as {@link Trouble} `bad-scenario`.
 */
export { BASELINES } from './evaluate/baselines/all.ts';
export type { Baseline, BaselineResult, Interval } from './evaluate/baselines/baseline.ts';
export {
  type BaselineScore,
  type Bench,
  evaluateLog,
  evaluateScenarios,
  FIRST_SCORING_SEED,
  type LabelledLog,
  type SeedScore,
  type Step,
  seedsFrom,
} from './evaluate/run.ts';
export {
  type DetectedCampaignScore,
  type DetectionScore,
  type NamedScore,
  precision,
  recall,
  scoreDetection,
  scoreNamed,
  type TrueCampaignScore,
} from './evaluate/score.ts';
export {
  type BaselineSummary,
  type DetectorSummary,
  type ErrorHours,
  type NamedSummary,
  type Pooled,
  type ScenarioSummary,
  summarise,
} from './evaluate/summary.ts';
export { evaluationTables } from './evaluate/table.ts';
export type { AttemptTable } from './model/attempt.ts';
export type { Counted } from './model/counted.ts';
export type {
  Campaign,
  CampaignReturn,
  CompromisedAccount,
  Detection,
  Evidence,
  LoudSource,
  NameOrder,
  Notice,
  Participant,
} from './model/detection.ts';
export { Trouble, type TroubleCode } from './model/error.ts';
export type { CampaignVisit, TrueCampaign, Truth } from './model/truth.ts';
export { SCENARIOS, WITHOUT_CAMPAIGN } from './simulate/catalogue.ts';
export { type RenderOptions, renderLog } from './simulate/render.ts';
export { readScenario, type Scenario, type ScenarioText } from './simulate/scenario.ts';
export { type LabelledTable, type SimulatedAttempt, type Simulation, simulate } from './simulate/simulate.ts';
export { siteYear } from './simulate/site-year.ts';
export { STYLES, type Style } from './simulate/styles.ts';
