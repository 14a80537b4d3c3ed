/**
 * `slowbrute scan`: a log in, named campaigns out. The report alone goes to standard output; progress and warnings
 * go to standard error.
 */
import { basename } from 'node:path';
import { version } from '../built/parts.ts';
import { falseCampaignsIn } from '../detect/calendar.ts';
import { detect } from '../detect/detect.ts';
import { buildReport, inOrder } from '../explain/report.ts';
import type { Report } from '../explain/schema.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS, type Detection } from '../model/detection.ts';
import { Trouble } from '../model/error.ts';
import { campaignDots, type NamedDots } from '../show/campaign-dots.ts';
import { renderJson } from '../show/json.ts';
import { renderText } from '../show/text.ts';
import type { CommandEffects } from './effects.ts';
import { type LogOfACall, loadLog, type TimeOptions } from './load-log.ts';
import type { LogLinesOf } from './log-lines.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface ScanOptions extends TimeOptions {
  readonly format: 'text' | 'json' | 'html';
  /** Every participant, not just the most active. */
  readonly all: boolean;
  /** Whether each campaign is drawn in the text report; left out: on a terminal. */
  readonly picture?: boolean;
  /** In an HTML report: also names that could be passwords (src/view/redact.ts). */
  readonly showNames?: boolean;
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
  if (options.format === 'html') {
    const { logLines } = await import('./log-lines.ts');
    const isShort = loaded.input.bytes <= MOST_READ_AGAIN;
    const lines = isShort ? logLines(paths, options, effects, effects.now()) : null;
    try {
      effects.stdout.write(await htmlOf(loaded, detection, report, lines, options.showNames ?? false));
    } finally {
      lines?.stop();
    }
    return 0;
  }
  effects.stdout.write(
    options.format === 'json'
      ? renderJson(report)
      : renderText(
          report,
          {
            width: options.width ?? Math.min(effects.stdout.columns ?? 80, WIDEST),
            colour: wantsColour(effects.stdout, effects.environment),
            unicode: hasUnicode(effects.environment),
            all: options.all,
          },
          // for eyes: whoever pipes the text on did not ask for a picture
          (options.picture ?? effects.stdout.isTTY === true) ? dotsOf(loaded.table, detection) : undefined,
        ),
  );
  return 0;
}

/** By the id of a campaign in the report. */
function dotsOf(table: AttemptTable, detection: Detection): (campaign: string) => NamedDots | null {
  const campaigns = inOrder(detection);
  return (id) => {
    const one = campaigns[Number(id.slice(1)) - 1];
    return one === undefined ? null : campaignDots(table, one.campaign);
  };
}

/** Bytes of a log that is read a second time for the few lines that a report quotes: 3 s. A longer one is quoted by nobody. */
const MOST_READ_AGAIN = 256 * 1024 * 1024;

/** The report to hand on. What it is made of is loaded only where one is wanted. */
async function htmlOf(
  loaded: LogOfACall,
  detection: Detection,
  report: Report,
  lines: LogLinesOf | null,
  showNames: boolean,
): Promise<string> {
  const [{ ofLog }, { countPrevented }, { renderHtml }, { openAtlas }] = await Promise.all([
    import('../view/of-log.ts'),
    import('../view/prevented.ts'),
    import('../show/html.ts'),
    import('../read/place/atlas.ts'),
  ]);
  const name = loaded.input.paths.map((path) => basename(path)).join(', ');
  loaded.progress.say('counting what blocking would have prevented');
  const counting = countPrevented(loaded, () => Promise.resolve());
  await counting.done;
  loaded.progress.erase();
  // what this machine has of its own; a file that cannot be read tells no places
  const places = openAtlas({ files: [], look: true }, () => {});
  const site = ofLog(
    { name, version: version(), table: loaded.table, detection, report },
    {
      prevented: () => counting.now(),
      places,
      ...(lines === null ? {} : { lines: (rows, milliseconds) => lines.find(rows, milliseconds) }),
    },
  );
  return renderHtml(site, { names: showNames ? 'shown' : 'hidden' });
}
