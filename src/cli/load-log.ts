/** What `scan` and `replay` share: the paths and the time options of a call to the attempts in memory. */
import { Trouble } from '../model/error.ts';
import { readFieldNames } from '../parse/records/field-names.ts';
import { type LoadedLog, loadAttempts } from '../store/load.ts';
import type { CommandEffects } from './effects.ts';
import { type Progress, terminalProgress } from './progress.ts';
import { checkZone, timeOption } from './time-option.ts';
import { writeTrouble } from './write.ts';

export interface TimeOptions {
  /** As the user wrote them: a date, a date-time, or a span back from now. */
  readonly since: string | null;
  readonly until: string | null;
  /** Year of the first line, where lines write none. */
  readonly year: number | null;
  /** IANA zone; null: UTC for what is named, the machine's own for its own logs. */
  readonly timezone: string | null;
  /** With each file, the rotated pieces of the same log beside it; left out: no. */
  readonly followRotations?: boolean;
  /** Fields of structured records as the user named them (`time=ts,message=msg`); left out or null: well-known names. */
  readonly fields?: string | null;
  /** Files and folders of forms of the user's own; left out: none. */
  readonly forms?: readonly string[];
}

export interface LogOfACall extends LoadedLog {
  /** The time asked for, seconds since 1970 UTC; null where it was not limited. */
  readonly asked: { readonly since: number | null; readonly until: number | null };
  /** The one line that the command may go on using; it is erased now. */
  readonly progress: Progress;
}

/**
 * Reads `paths` with a progress line and writes the warnings. Resolves with null where nothing could be read: the
 * warnings have said why. Throws {@link Trouble} for times and zones that are none.
 */
export async function loadLog(
  paths: readonly string[],
  options: TimeOptions,
  effects: CommandEffects,
  { count = false, lines = false }: { readonly count?: boolean; readonly lines?: boolean } = {},
): Promise<LogOfACall | null> {
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

  // loaded only where there are any: what reads them takes longer to load than everything else
  const own = options.forms ?? [];
  const files = own.length === 0 ? null : await import('../config/form-files.ts');

  const progress = terminalProgress(effects);
  const loaded = await loadAttempts(
    paths,
    {
      count,
      lines,
      timezone,
      year: options.year,
      since,
      until,
      now,
      followRotations: options.followRotations ?? false,
      fields: options.fields == null ? null : readFieldNames(options.fields),
      ...(files === null
        ? {}
        : { services: files.loadServices(own), recordForms: files.loadRecordForms(own) }),
    },
    {
      stdin: effects.stdin,
      logFolder: effects.logFolder,
      journal: effects.journal,
      programPath: effects.programPath,
      onProgress: progress.update,
    },
  );
  progress.erase();
  for (const warning of loaded.warnings) writeTrouble(effects.stderr, warning);
  if (loaded.input.paths.length === 0) return null;
  return { ...loaded, asked: { since, until }, progress };
}
