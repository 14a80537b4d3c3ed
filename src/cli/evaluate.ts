/**
 * `slowbrute evaluate`: runs the detector over labelled logs and prints how well it did, beside what published and
 * customary rules do on the same logs. It measures and does not judge: the exit status is 0 when it ran.
 */

import { detect } from '../detect/detect.ts';
import { isNearMiss } from '../detect/near-miss.ts';
import { BASELINES } from '../evaluate/baselines/all.ts';
import { evaluateScenarios, FIRST_SCORING_SEED, type Step, seedsFrom } from '../evaluate/run.ts';
import { summarise } from '../evaluate/summary.ts';
import { evaluationTables } from '../evaluate/table.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { simulate } from '../simulate/simulate.ts';
import { type CommandEffects, realEffects } from './effects.ts';
import { terminalProgress } from './progress.ts';

export interface EvaluateOptions {
  /** Names from the catalogue; none means all. */
  readonly scenarios?: readonly string[];
  /** Seeds a scenario; default {@link DEFAULT_SEEDS}. */
  readonly seeds?: number | string;
  /** Default {@link FIRST_SCORING_SEED}; below it are the seeds for tuning. */
  readonly firstSeed?: number | string;
  readonly format?: 'text' | 'json';
  /** A folder of real logs with a campaigns.json: measured instead of the scenarios. */
  readonly real?: string;
  /** Live detection instead: what it must reach, measured. The options below are of this alone. */
  readonly live?: boolean;
  /** Measures, separated by commas; none means all. */
  readonly only?: string;
  /** Years of sites without a campaign, over all sizes. */
  readonly siteYears?: number | string;
  /** Stated in those years. */
  readonly falseCampaignsPerYear?: number;
  /** Default: as many as there are cores. */
  readonly threads?: number | string;
  /** A folder for the reliability diagram; with `peers`, for theirs. */
  readonly pictures?: string;
  /** Programs of others and rules of papers over the same logs instead. The options below are of this alone. */
  readonly peers?: boolean;
  /** Folder of unpacked programs. */
  readonly programs?: string;
  /** Fetch and unpack those that are missing there. */
  readonly fetch?: boolean;
}

/** Twenty logs a scenario: a share of 0.99 of sources is told from 0.97 with campaigns of a hundred and more. */
const DEFAULT_SEEDS = 20;

const wrongCall = (message: string, remedy: string) => new Trouble('wrong-call', message, remedy);

/** Throws {@link Trouble} where an option or a scenario name is wrong, or the folder of `--real` cannot be used. */
export async function evaluate(
  options: EvaluateOptions,
  effects: CommandEffects = realEffects(),
): Promise<number> {
  const format = options.format ?? 'text';
  if (format !== 'text' && format !== 'json') {
    throw wrongCall(`--format ${String(format)} is no format`, 'Use --format text or --format json.');
  }
  if ([options.real !== undefined, options.live === true, options.peers === true].filter(Boolean).length > 1)
    throw wrongCall('--real, --live and --peers exclude each other', 'Give one of them.');
  if (options.real !== undefined) {
    if ((options.scenarios ?? []).length > 0) {
      throw wrongCall(
        '--real and scenarios exclude each other',
        'Give either --real DIR or names of scenarios.',
      );
    }
    const { evaluateReal } = await import('../evaluate/real/sites.ts');
    const { realLogsTable } = await import('../evaluate/real/table.ts');
    const progress = terminalProgress(effects);
    const sites = await evaluateReal(options.real, effects, (site, done, total) =>
      progress.say(`${site} (${done + 1} of ${total})`),
    );
    progress.erase();
    effects.stdout.write(
      format === 'json'
        ? `${JSON.stringify({ schema: 'slowbrute.evaluation-real/1', sites }, null, 1)}\n`
        : realLogsTable(sites, BASELINES),
    );
    return 0;
  }
  const seeds = seedsFrom(
    wholeNumber('--first-seed', options.firstSeed, FIRST_SCORING_SEED, 0),
    wholeNumber('--seeds', options.seeds, DEFAULT_SEEDS, 1),
  );
  if (options.live === true) {
    if ((options.scenarios ?? []).length > 0)
      throw wrongCall('--live and scenarios exclude each other', 'Choose what is measured with --only.');
    const { DEFAULT_SITE_YEARS, evaluateLive } = await import('./evaluate-live.ts');
    const { only, pictures, falseCampaignsPerYear, threads } = options;
    return evaluateLive(
      {
        only,
        pictures,
        falseCampaignsPerYear,
        seeds,
        format,
        siteYears: wholeNumber('--site-years', options.siteYears, DEFAULT_SITE_YEARS, 1),
        threads: threads === undefined ? undefined : wholeNumber('--threads', threads, 1, 1),
      },
      effects,
    );
  }
  if (options.peers === true) {
    const { DEFAULT_PEER_SEEDS, evaluatePeersCommand, PEER_SCENARIOS } = await import('./evaluate-peers.ts');
    const names = options.scenarios ?? [];
    return evaluatePeersCommand(
      {
        ...options,
        scenarios: names.length === 0 ? PEER_SCENARIOS : chosen(names),
        seeds: options.seeds === undefined ? seeds.slice(0, DEFAULT_PEER_SEEDS) : seeds,
        format,
      },
      effects,
    );
  }
  if (options.programs !== undefined || options.fetch === true)
    throw wrongCall('--programs and --fetch are of --peers', 'Add --peers.');
  const scenarios = chosen(options.scenarios ?? []);
  const progress = terminalProgress(effects);
  const scores = await evaluateScenarios(
    scenarios,
    seeds,
    {
      simulate: (scenario, seed) => simulate(SCENARIOS[scenario]!(seed), seed),
      detect: (table) => detect(table, DEFAULT_DETECT_OPTIONS),
      baselines: BASELINES,
    },
    ({ scenario, seed, done, total }: Step) =>
      progress.say(`${scenario}, seed ${seed} (${done + 1} of ${total})`),
  );
  progress.erase();
  const summaries = summarise(scores);
  effects.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ schema: 'slowbrute.evaluation/1', summaries, seeds: scores }, null, 1)}\n`
      : evaluationTables(summaries, BASELINES),
  );
  return 0;
}

const LIST = '`slowbrute simulate --list` names all there are.';

function chosen(names: readonly string[]): readonly string[] {
  if (names.length === 0) return Object.keys(SCENARIOS);
  for (const name of names) {
    if (!Object.hasOwn(SCENARIOS, name)) {
      const meant = Object.keys(SCENARIOS).find((scenario) => isNearMiss(name, scenario));
      throw wrongCall(
        `no scenario is called ${printable(name)}`,
        meant === undefined ? LIST : `Did you mean ${meant}? ${LIST}`,
      );
    }
  }
  return [...new Set(names)];
}

function wholeNumber(
  option: string,
  value: number | string | undefined,
  standard: number,
  least: number,
): number {
  if (value === undefined) return standard;
  const number = typeof value === 'number' ? value : /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < least || number > 999_999_999) {
    throw wrongCall(
      `${option} ${printable(String(value))} is not a number it can use`,
      `Give a whole number from ${least} to 999999999.`,
    );
  }
  return number;
}
