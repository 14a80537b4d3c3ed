/**
 * `slowbrute scan`: a log in, named campaigns out. The report alone goes to standard output; progress and warnings
 * go to standard error.
 */
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
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
}

/** Widest text report made unasked: longer lines of prose are hard to read. */
export const WIDEST = 100;

/** Scans `paths` and prints the report. Resolves with the exit status: 0 where one could be made, 1 otherwise. */
export async function scan(
  paths: readonly string[],
  options: ScanOptions,
  effects: CommandEffects,
): Promise<number> {
  const loaded = await loadLog(paths, options, effects);
  if (loaded === null) return 1;
  loaded.progress.say('looking for campaigns');
  const detection = detect(loaded.table);
  loaded.progress.erase();
  const report = buildReport(loaded, detection);
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
