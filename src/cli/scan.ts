/**
 * `slowbrute scan`: a log in, named campaigns out. The report alone goes to standard output; progress and warnings
 * go to standard error.
 */
import { falseCampaignsIn } from '../detect/calendar.ts';
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { Trouble } from '../model/error.ts';
import { renderJson } from '../show/json.ts';
import { renderText } from '../show/text.ts';
import type { CommandEffects } from './effects.ts';
import { loadLog, type TimeOptions } from './load-log.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface ScanOptions extends TimeOptions {
  readonly format: 'text' | 'json';
  /** Every participant, not just the most active. */
  readonly all: boolean;
  /** Columns of the text report; null: the terminal's, 80 where there is none. */
  readonly width: number | null;
  /** False campaigns to accept in a year of the log's own time; null or left out: as strict as ever, 0.001 a log. */
  readonly falseCampaignsPerYear?: number | null;
}

/** Widest text report made unasked: longer lines of prose are hard to read. */
export const WIDEST = 100;

/** Scans `paths` and prints the report. Resolves with the exit status: 0 where one could be made, 1 otherwise. */
export async function scan(
  paths: readonly string[],
  options: ScanOptions,
  effects: CommandEffects,
): Promise<number> {
  const perYear = options.falseCampaignsPerYear ?? null;
  if (perYear !== null && !(perYear > 0 && perYear <= 366))
    throw new Trouble(
      'wrong-call',
      `--false-campaigns-per-year ${perYear}: not a rate that it can keep`,
      'Give a number above 0, up to one a day: 0.5 is one in two years.',
    );
  const loaded = await loadLog(paths, options, effects, { count: true });
  if (loaded === null) return 1;
  loaded.progress.say('looking for campaigns');
  const detectOptions =
    perYear === null
      ? DEFAULT_DETECT_OPTIONS
      : { ...DEFAULT_DETECT_OPTIONS, falseCampaigns: falseCampaignsIn(loaded.table, perYear) };
  const detection = detect(loaded.table, detectOptions);
  loaded.progress.erase();
  const report = buildReport(loaded, detection, detectOptions);
  effects.stdout.write(
    options.format === 'json'
      ? renderJson(report)
      : renderText(report, {
          width: options.width ?? Math.min(effects.stdout.columns ?? 80, WIDEST),
          colour: wantsColour(effects.stdout, effects.environment),
          unicode: hasUnicode(effects.environment),
          all: options.all,
        }),
  );
  return 0;
}
