/** The page and the API inside `slowbrute watch`, where the configuration wants them; loaded only then (some 25 MB). */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServeSettings } from '../config/serve-options.ts';
import type { Places } from '../model/place.ts';
import type { BlockService } from '../respond/service.ts';
import type { Actions } from '../serve/actions.ts';
import type { Control } from '../serve/control.ts';
import { webApp } from '../serve/web/app.ts';
import type { Served } from '../serve/web/context.ts';
import { type ListeningWeb, listenWeb } from '../serve/web/listen-web.ts';
import { hostNames } from '../serve/web/origin.ts';
import { TokenFile } from '../serve/web/tokens.ts';
import { ofHistory } from '../view/of-history.ts';

/** Where the text of the token is that is made at the first start: nobody is there to be told. */
export const FIRST_TOKEN_FILE = 'page-token';
const FIRST_TOKEN = 'first';

export interface WatchPageOptions {
  readonly settings: ServeSettings;
  readonly stateFolder: string;
  readonly version: string;
  readonly now: () => number;
  readonly isDryRun: () => boolean;
  readonly places: Places;
  readonly exporting: Served['exporting'];
  /** The audit trail, and what it tells of, which the page writes down by itself. */
  readonly actions: Actions;
  readonly blocks: BlockService;
  readonly failed: (error: Error) => void;
}

/** Throws `Trouble` where the port is taken, or the tokens cannot be kept. */
export async function servePage(control: Control, options: WatchPageOptions): Promise<ListeningWeb> {
  const { settings, stateFolder, now, actions, blocks } = options;
  const tokens = new TokenFile(stateFolder);
  if (tokens.list().length === 0 && !existsSync(tokens.path)) {
    const { text } = tokens.add({ name: FIRST_TOKEN, scopes: ['read', 'block'], seconds: null }, now());
    writeFileSync(join(stateFolder, FIRST_TOKEN_FILE), `${text}\n`, { mode: 0o600 });
  }
  const site = ofHistory({
    name: stateFolder,
    version: options.version,
    questions: control.questions,
    now,
    problems: async () => (await control.status()).problems,
    isDryRun: options.isDryRun,
    actions: (limit) => actions.list(limit),
    places: options.places,
  });
  return listenWeb(settings.host, settings.port, (port) =>
    webApp(
      {
        site,
        blocks,
        actions,
        status: () => control.status(),
        metrics: () => control.metrics(),
        failed: options.failed,
        exporting: options.exporting ?? null,
        now,
      },
      { tokens, hosts: hostNames(settings.host, settings.hosts), port },
    ),
  );
}
