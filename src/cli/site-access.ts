/**
 * The site that a command looks at: logs that its call names, read as `scan` reads them (so that a campaign has the same id in both);
 * without any, the history of this machine, through the daemon that owns it where one runs.
 */

import { version } from '../built/parts.ts';
import { falseCampaignsIn } from '../detect/calendar.ts';
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import type { Atlas } from '../read/place/atlas.ts';
import { ofHistory } from '../view/of-history.ts';
import { ofLog } from '../view/of-log.ts';
import type { Site } from '../view/site.ts';
import { atlasOf } from './atlas-access.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions, withQuestions } from './history-access.ts';
import { loadLog, type TimeOptions } from './load-log.ts';

export interface SiteOptions extends PlaceOptions, TimeOptions {
  /** Logs; empty: the history. */
  readonly paths: readonly string[];
  /** Files that tell where an address is; empty: what the configuration says, or what is found. */
  readonly places: readonly string[];
  /** As `scan` takes it. */
  readonly falseCampaignsPerYear?: number | null;
}

/** What keeps the process alive while it waits for nothing but a thread of its own, as those that look for evidence are. */
const HEARTBEAT_MS = 60_000;

/** Asks the site. Resolves with null where nothing of the logs could be read: warnings have said why. */
export async function withSite<T>(
  options: SiteOptions,
  effects: CommandEffects,
  ask: (site: Site, atlas: Atlas) => Promise<T>,
): Promise<T | null> {
  const heart = setInterval(() => {}, HEARTBEAT_MS);
  try {
    return await asked(options, effects, ask);
  } finally {
    clearInterval(heart);
  }
}

async function asked<T>(
  options: SiteOptions,
  effects: CommandEffects,
  ask: (site: Site, atlas: Atlas) => Promise<T>,
): Promise<T | null> {
  const { configuration, places } = configured(options, effects);
  const atlas = atlasOf(options.places, configuration, effects);
  if (options.paths.length === 0)
    return withQuestions(options, effects, (questions) =>
      ask(
        ofHistory({
          name: places.stateFolder,
          version: version(),
          questions,
          now: () => effects.now(),
          places: atlas,
        }),
        atlas,
      ),
    );
  const loaded = await loadLog(options.paths, options, effects, { count: true });
  if (loaded === null) return null;
  loaded.progress.say('looking for campaigns');
  const { table } = loaded;
  const perYear = options.falseCampaignsPerYear ?? null;
  const detectOptions =
    perYear === null
      ? DEFAULT_DETECT_OPTIONS
      : { ...DEFAULT_DETECT_OPTIONS, falseCampaigns: falseCampaignsIn(table, perYear) };
  const detection = detect(table, detectOptions);
  const report = buildReport(loaded, detection, detectOptions);
  loaded.progress.erase();
  const name = loaded.input.paths.join(', ');
  const site = ofLog({ name, version: version(), table, detection, report }, { places: atlas });
  return ask(site, atlas);
}
