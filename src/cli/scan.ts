/**
 * `slowbrute scan`: a log in, named campaigns out. The report alone goes to standard output; progress and warnings
 * go to standard error.
 */
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { Trouble } from '../model/error.ts';
import { renderJson } from '../show/json.ts';
import { renderText } from '../show/text.ts';
import { loadAttempts } from '../store/load.ts';
import type { CommandEffects } from './effects.ts';
import { terminalProgress } from './progress.ts';
import { checkZone, timeOption } from './time-option.ts';
import { hasUnicode, wantsColour, writeTrouble } from './write.ts';

export interface ScanOptions {
  readonly format: 'text' | 'json';
  /** Every participant, not just the most active. */
  readonly all: boolean;
  /** As the user wrote them: a date, a date-time, or a span back from now. */
  readonly since: string | null;
  readonly until: string | null;
  readonly year: number | null;
  /** IANA zone; null: UTC for what is named, the machine's own for its own logs. */
  readonly timezone: string | null;
  /** Columns of the text report; null: the terminal's, 80 where there is none. */
  readonly width: number | null;
}

/** Widest text report made unasked: longer lines of prose are hard to read. */
const WIDEST = 100;

/** Scans `paths` and prints the report. Resolves with the exit status: 0 where one could be made, 1 otherwise. */
export async function scan(
  paths: readonly string[],
  options: ScanOptions,
  effects: CommandEffects,
): Promise<number> {
  const now = Math.floor(effects.now());
  const timezone = checkZone(options.timezone ?? (paths.length === 0 ? effects.machineZone : 'UTC'));
  const since = timeOption('--since', options.since, timezone, now);
  const until = timeOption('--until', options.until, timezone, now);
  if (since !== null && until !== null && since >= until)
    throw new Trouble(
      'wrong-call',
      `--since ${options.since ?? ''} is not before --until ${options.until ?? ''}`,
      'Give the earlier time to --since.',
    );

  const progress = terminalProgress(effects);
  const loaded = await loadAttempts(
    paths,
    { timezone, year: options.year, since, until, now },
    {
      stdin: effects.stdin,
      logFolder: effects.logFolder,
      journal: effects.journal,
      onProgress: progress.update,
    },
  );
  progress.erase();
  for (const warning of loaded.warnings) writeTrouble(effects.stderr, warning);
  if (loaded.input.paths.length === 0) return 1;

  progress.say('looking for campaigns');
  const detection = detect(loaded.table);
  progress.erase();
  const report = buildReport({ ...loaded, asked: { since, until } }, detection);
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
