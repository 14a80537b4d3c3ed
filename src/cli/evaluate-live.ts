/**
 * `slowbrute evaluate --live`: everything that live detection must reach, each figure beside its bar, from labelled
 * logs. It measures and does not judge: the exit status is 0 when it ran.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isNearMiss } from '../detect/near-miss.ts';
import { bars } from '../evaluate/live/bars.ts';
import { MEASURES, type MeasureName, unitsFor } from '../evaluate/live/measures.ts';
import { type Pool, runUnits } from '../evaluate/live/pool.ts';
import { reliabilityPicture } from '../evaluate/live/reliability-picture.ts';
import { summariseLive } from '../evaluate/live/summary.ts';
import { liveTables } from '../evaluate/live/table.ts';
import { unitText } from '../evaluate/live/unit.ts';
import { Trouble } from '../model/error.ts';
import { DEFAULT_LIVE_OPTIONS } from '../model/live.ts';
import { printable } from '../model/printable.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import type { CommandEffects } from './effects.ts';
import { terminalProgress } from './progress.ts';
import { realSimulateFiles } from './simulate-files.ts';

export interface EvaluateLiveOptions {
  /** Names of measures, as the user wrote them: separated by commas; undefined: all. */
  readonly only?: string | undefined;
  readonly seeds: readonly number[];
  /** Years of sites in all, over all sizes. */
  readonly siteYears: number;
  /** Accepted in those years; undefined: the default of live detection. */
  readonly falseCampaignsPerYear?: number | undefined;
  /** Undefined: as many as the machine has cores. */
  readonly threads?: number | undefined;
  readonly format: 'text' | 'json';
  /** A folder for pictures; undefined: none are made. */
  readonly pictures?: string | undefined;
}

/** Years of sites unless told otherwise: at one in two years some twenty false campaigns, known to a third or so. */
export const DEFAULT_SITE_YEARS = 40;

const PICTURE = 'reliability.svg';

/** Throws {@link Trouble} where a measure is none, or a picture cannot be written. `pool`: who does the work. */
export async function evaluateLive(
  options: EvaluateLiveOptions,
  effects: CommandEffects,
  pool: Pool = runUnits,
): Promise<number> {
  const measures = chosen(options.only);
  const { seeds, siteYears } = options;
  const falseCampaignsPerYear = options.falseCampaignsPerYear ?? DEFAULT_LIVE_OPTIONS.falseCampaignsPerYear;
  const units = unitsFor({
    measures,
    seeds,
    siteYears,
    falseCampaignsPerYear,
    catalogue: Object.keys(SCENARIOS),
  });
  const progress = terminalProgress(effects);
  const scored = await pool(units, options.threads ?? availableParallelism(), ({ unit, done, total }) =>
    progress.say(`${done} of ${total}: ${unitText(unit)}`),
  );
  progress.erase();
  const summary = summariseLive(scored);
  effects.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify(
          {
            schema: 'slowbrute.evaluation-live/1',
            measures,
            seeds,
            bars: bars(summary),
            ...summary,
            runs: scored.map(({ unit, result }) => ({ ...unit, ...result })),
          },
          null,
          1,
        )}\n`
      : liveTables(summary, measures),
  );
  // after the figures: a folder that cannot be written to must not cost an hour's work
  if (options.pictures !== undefined)
    await realSimulateFiles.write(join(options.pictures, PICTURE), [reliabilityPicture(summary.reliability)]);
  return 0;
}

const isMeasure = (name: string): name is MeasureName => Object.hasOwn(MEASURES, name);

function chosen(only: string | undefined): readonly MeasureName[] {
  const all = Object.keys(MEASURES).filter(isMeasure);
  if (only === undefined) return all;
  const names = only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (isMeasure(name)) continue;
    const meant = all.find((one) => isNearMiss(name, one));
    throw new Trouble(
      'wrong-call',
      `--only ${printable(name)}: there is no such measure`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}Measures: ${all.join(', ')}.`,
    );
  }
  if (names.length === 0)
    throw new Trouble('wrong-call', '--only names no measure', `Measures: ${all.join(', ')}.`);
  return all.filter((name) => names.includes(name));
}
