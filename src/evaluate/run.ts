/**
 * Scenarios times seeds: makes each labelled log, runs the detector and every baseline over it, scores them. One
 * log is held at a time. Everything that could differ between two runs on two machines (clock, cores) is kept out
 * of the results: the same scenarios and seeds give the same figures.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Detection } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import type { Truth } from '../model/truth.ts';
import type { Baseline, Interval } from './baselines/baseline.ts';
import { type DetectionScore, type NamedScore, scoreDetection, scoreNamed } from './score.ts';

/**
 * Seeds below this are for tuning the detector, this and above for scoring it: a figure is worth nothing on logs
 * that a threshold was chosen on.
 */
export const FIRST_SCORING_SEED = 1000;

export interface LabelledLog {
  readonly table: AttemptTable;
  readonly truth: Truth;
}

export interface Bench {
  /** Makes the log of a scenario and a seed. */
  readonly simulate: (scenario: string, seed: number) => LabelledLog;
  readonly detect: (table: AttemptTable) => Detection;
  readonly baselines: readonly Baseline[];
}

export interface BaselineScore extends NamedScore {
  /** Alarms about the site as a whole, and those of them outside every true campaign. */
  readonly alarms: number;
  readonly falseAlarms: number;
}

/** Everything measured on one log. */
export interface SeedScore {
  readonly scenario: string;
  readonly seed: number;
  readonly detector: DetectionScore;
  readonly baselines: Readonly<Record<string, BaselineScore>>;
}

export interface Step {
  readonly scenario: string;
  readonly seed: number;
  readonly done: number;
  readonly total: number;
}

/** `count` consecutive seeds from `first` on. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/**
 * Runs every scenario with every seed, in order. `before` is told of each log before it is made, and may be awaited
 * (a progress line needs the event loop to breathe).
 */
export async function evaluateScenarios(
  scenarios: readonly string[],
  seeds: readonly number[],
  bench: Bench,
  before: (step: Step) => void | Promise<void>,
): Promise<readonly SeedScore[]> {
  const scores: SeedScore[] = [];
  const total = scenarios.length * seeds.length;
  for (const scenario of scenarios) {
    for (const seed of seeds) {
      await before({ scenario, seed, done: scores.length, total });
      scores.push(evaluateLog(scenario, seed, bench.simulate(scenario, seed), bench));
    }
  }
  return scores;
}

export function evaluateLog(
  scenario: string,
  seed: number,
  { table, truth }: LabelledLog,
  { detect, baselines }: Pick<Bench, 'detect' | 'baselines'>,
): SeedScore {
  const scored: Record<string, BaselineScore> = {};
  const attacks = truth.campaigns.map(({ firstSeen, lastSeen }) => ({
    from: Date.parse(firstSeen) / 1000,
    to: Date.parse(lastSeen) / 1000,
  }));
  for (const baseline of baselines) {
    const { named, alarms } = baseline.run(table, attacks);
    const texts = [...named.keys()].map((source) => table.sources[source]!);
    scored[baseline.name] = {
      ...scoreNamed(truth, texts),
      alarms: alarms.length,
      falseAlarms: alarms.filter((time) => !duringAny(attacks, time)).length,
    };
  }
  return {
    scenario,
    seed,
    detector: scoreDetection(table, truth, detect(table)),
    baselines: scored,
  };
}

/** An alarm comes when the batch it looks at is full, so it may come up to a day after the last attempt. */
function duringAny(attacks: readonly Interval[], time: number): boolean {
  return attacks.some(({ from, to }) => from <= time && time <= to + DAY);
}
