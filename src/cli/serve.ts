/** `slowbrute serve [LOG...]`: a page and an API for a finished log, or for the history of this machine. */
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { listenOnPort } from '../serve/listen.ts';
import { webApp } from '../serve/web/app.ts';
import { ofLog } from '../view/of-log.ts';
import type { CommandEffects } from './effects.ts';
import type { PlaceOptions } from './history-access.ts';
import { loadLog, type TimeOptions } from './load-log.ts';
import { version } from './version.ts';

export interface ServeOptions extends TimeOptions, PlaceOptions {
  /** `HOST:PORT`; null: what the configuration says. */
  readonly listen: string | null;
}

/** Serves until it is told to stop. Resolves with the exit status. */
export async function serve(
  paths: readonly string[],
  options: ServeOptions,
  effects: CommandEffects,
): Promise<number> {
  const loaded = await loadLog(paths, options, effects, { count: true });
  if (loaded === null) return 1;
  loaded.progress.say('looking for campaigns');
  const detection = detect(loaded.table, DEFAULT_DETECT_OPTIONS);
  const report = buildReport(loaded, detection, DEFAULT_DETECT_OPTIONS);
  loaded.progress.erase();
  const site = ofLog({
    name: loaded.input.paths.join(', '),
    version: version(),
    table: loaded.table,
    detection,
    report,
  });
  const app = webApp({ site, blocks: null, status: null, metrics: null, now: () => effects.now() });
  const listening = await listenOnPort(app, '127.0.0.1', Number(options.listen?.split(':').at(-1) ?? 9478));
  effects.stdout.write('http://127.0.0.1:9478/\n');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  await listening.close();
  return 0;
}
