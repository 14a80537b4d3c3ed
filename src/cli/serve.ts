/**
 * `slowbrute serve [LOG...]`: a page and an API, for finished logs or for the history of this machine. It answers on loopback, behind
 * a token that is made at the start and printed with the address: the part behind the # is never sent, so it stands in no log.
 */

import { version } from '../built/parts.ts';
import type { Configuration } from '../config/schema.ts';
import { hostPort, readServe } from '../config/serve-options.ts';
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { webApp } from '../serve/web/app.ts';
import type { Served } from '../serve/web/context.ts';
import { type ListeningWeb, listenWeb } from '../serve/web/listen-web.ts';
import { hostNames } from '../serve/web/origin.ts';
import { makeToken, type Scope, type Token, type TokenBook, tokensInMemory } from '../serve/web/tokens.ts';
import { ofLog } from '../view/of-log.ts';
import { countPrevented } from '../view/prevented.ts';
import { atlasOf } from './atlas-access.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';
import { loadLog, type TimeOptions } from './load-log.ts';
import { logLines } from './log-lines.ts';
import { writeTrouble } from './write.ts';

export interface ServeOptions extends TimeOptions, PlaceOptions {
  /** `HOST:PORT`; null: what the configuration says. */
  readonly listen: string | null;
}

export interface ServeEffects extends CommandEffects {
  /** Resolves when it is to end; left out: with SIGINT or SIGTERM. */
  readonly stopped?: Promise<void>;
}

/** The name of the token that is made at the start. */
const OWN_TOKEN = 'this command';

/** Serves until it is told to stop. Resolves with the exit status; throws `Trouble` where it cannot begin. */
export async function serve(
  paths: readonly string[],
  options: ServeOptions,
  effects: ServeEffects,
): Promise<number> {
  if (paths.length > 0) return serveLog(paths, options, effects);
  const { serveHistory } = await import('./serve-history.ts');
  return serveHistory(options, effects);
}

async function serveLog(
  paths: readonly string[],
  options: ServeOptions,
  effects: ServeEffects,
): Promise<number> {
  const loaded = await loadLog(paths, options, effects, { count: true });
  if (loaded === null) return 1;
  const { table, progress } = loaded;
  progress.say('looking for campaigns');
  const detection = detect(table, DEFAULT_DETECT_OPTIONS);
  const report = buildReport(loaded, detection, DEFAULT_DETECT_OPTIONS);
  progress.erase();
  const atlas = atlasOf([], configured(options, effects).configuration, effects);
  const counting = countPrevented(loaded);
  const lines = logLines(paths, options, effects, effects.now());
  const name = loaded.input.paths.join(', ');
  const site = ofLog(
    { name, version: version(), table, detection, report },
    {
      prevented: () => counting.now(),
      places: atlas,
      lines: (rows, milliseconds) => lines.find(rows, milliseconds),
    },
  );
  try {
    await serveUntilStopped(
      { site, blocks: null, actions: null, status: null, metrics: null, now: () => effects.now() },
      ['read'],
      options,
      effects,
    );
  } finally {
    counting.stop();
    lines.stop();
  }
  return 0;
}

/** Listens, says where, and waits. `scopes`: what the token that is printed may. */
export async function serveUntilStopped(
  served: Served,
  scopes: readonly Scope[],
  options: ServeOptions,
  effects: ServeEffects,
  more: TokenBook = tokensInMemory([]),
): Promise<void> {
  const { configuration } = configured(options, effects);
  const set = readServe(configuration);
  const { host, port } = options.listen === null ? set : hostPort(options.listen);
  const { token, text } = makeToken({ name: OWN_TOKEN, scopes, seconds: null }, effects.now());
  const failed = (error: Error) =>
    writeTrouble(effects.stderr, { message: `this is a bug: ${error.message}`, remedy: 'Please report it.' });
  let listening: ListeningWeb | null = null;
  const stopped = effects.stopped ?? signalled();
  try {
    listening = await listenWeb(host, port, (own) =>
      webApp(
        { ...served, failed, exporting: exportingOf(configuration) },
        { tokens: both(tokensInMemory([token]), more), hosts: hostNames(host, set.hosts), port: own },
      ),
    );
    effects.stdout.write(`${listening.address}/#token=${text}\n`);
    effects.stderr.write('slowbrute: open this address in a browser; Ctrl-C ends it\n');
    await stopped;
  } finally {
    await listening?.close();
  }
}

/** Who answers for what is handed on, and who may read it. */
export function exportingOf({ export: set }: Pick<Configuration, 'export'>): Served['exporting'] & object {
  const { organisation, email, tlp } = set;
  const reporter = organisation === undefined || email === undefined ? null : { organisation, email };
  return { reporter, tlp };
}

function both(own: TokenBook, more: TokenBook): TokenBook {
  return {
    find: (text, now) => own.find(text, now) ?? more.find(text, now),
    isValid: (token: Token, now) => own.isValid(token, now) || more.isValid(token, now),
  };
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
}
