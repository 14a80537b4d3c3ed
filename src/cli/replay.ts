/**
 * `slowbrute replay`: a log through live detection as if it happened now. What it would have said and when, and what
 * blocking would have prevented, goes to standard output; progress and warnings to standard error.
 */
import { createLive, type Live } from '../detect/live/live.ts';
import { replay as replayTable } from '../detect/live/replay.ts';
import { buildReplayReport, eventReport } from '../explain/replay.ts';
import { Trouble } from '../model/error.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveOptions } from '../model/live.ts';
import { jsonLine } from '../show/json.ts';
import { renderReplay } from '../show/replay.ts';
import type { CommandEffects } from './effects.ts';
import { loadLog, type TimeOptions } from './load-log.ts';
import { WIDEST } from './scan.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface ReplayCommandOptions extends TimeOptions {
  readonly format: 'text' | 'json';
  /** A line for each source named, where the default gathers them. */
  readonly every: boolean;
  /** Keep what a block would have stopped from the detector. */
  readonly closed: boolean;
  /** False campaigns accepted a year; null: the default of live detection. */
  readonly falseCampaignsPerYear: number | null;
  /** Columns of the text; null: the terminal's, 80 where there is none. */
  readonly width: number | null;
}

export interface ReplayCommandEffects extends CommandEffects {
  /** Left out: the detector itself. */
  readonly createLive?: (options: LiveOptions) => Live;
}

/** Rows between two looks at the clock. */
const ROWS_A_LOOK = 4096;

/** Replays `paths` and prints what came of it. Resolves with 0 where there was a log, 1 otherwise. */
export async function replay(
  paths: readonly string[],
  options: ReplayCommandOptions,
  effects: ReplayCommandEffects,
): Promise<number> {
  const rate = options.falseCampaignsPerYear ?? DEFAULT_LIVE_OPTIONS.falseCampaignsPerYear;
  if (!(rate > 0 && rate <= 366))
    throw new Trouble(
      'wrong-call',
      `--false-campaigns-per-year ${rate}: not a rate that it can keep`,
      'Give a number above 0, up to one a day: 0.5 is one in two years.',
    );
  const loaded = await loadLog(paths, options, effects);
  if (loaded === null) return 1;
  const { table, progress } = loaded;
  const liveOptions: LiveOptions = { ...DEFAULT_LIVE_OPTIONS, falseCampaignsPerYear: rate };
  // events as they come, on the terminal that the progress line is on, would be torn by it
  const isShared = options.format === 'json' && effects.stdout.isTTY === true;
  const isJson = options.format === 'json';
  const replayed = replayTable(
    table,
    (effects.createLive ?? createLive)(liveOptions),
    isJson ? (event) => void effects.stdout.write(jsonLine(eventReport(event))) : undefined,
    {
      closed: options.closed,
      before: (row) => {
        if (row % ROWS_A_LOOK === 0 && !isShared) progress.step('replaying', row, table.length);
      },
    },
  );
  progress.erase();
  const report = buildReplayReport(loaded, replayed, { live: liveOptions, closed: options.closed });
  effects.stdout.write(
    isJson
      ? jsonLine(report)
      : renderReplay(report, replayed.events, {
          width: options.width ?? Math.min(effects.stdout.columns ?? 80, WIDEST),
          colour: wantsColour(effects.stdout, effects.environment),
          unicode: hasUnicode(effects.environment),
          all: options.every,
          every: options.every,
        }),
  );
  return 0;
}
