/**
 * `slowbrute serve` without a log: the history of this machine, through the daemon that owns it (which can then block and release), or,
 * where none runs, from the store itself.
 */
import { existsSync } from 'node:fs';
import { version } from '../built/parts.ts';
import { Trouble } from '../model/error.ts';
import { openActions } from '../serve/actions.ts';
import { createClient } from '../serve/client.ts';
import { TokenFile } from '../serve/web/tokens.ts';
import { openHistory } from '../store/history/open.ts';
import { ofHistory } from '../view/of-history.ts';
import { atlasOf } from './atlas-access.ts';
import { configured } from './history-access.ts';
import { type ServeEffects, type ServeOptions, serveUntilStopped } from './serve.ts';

/** Resolves with the exit status. Throws `Trouble` where there is neither a daemon nor a history. */
export async function serveHistory(options: ServeOptions, effects: ServeEffects): Promise<number> {
  const { configuration, places } = configured(options, effects);
  const { stateFolder } = places;
  const now = () => effects.now();
  const atlas = atlasOf([], configuration, effects);
  const site = { name: stateFolder, version: version(), now, places: atlas };
  if (existsSync(places.socket) || options.socket !== null) {
    const client = createClient(places.socket);
    try {
      let status = await client.status();
      const actions = openActions(stateFolder);
      const asked = async () => {
        status = await client.status();
        return status;
      };
      await serveUntilStopped(
        {
          site: ofHistory({
            ...site,
            questions: client.questions,
            problems: async () => (await asked()).problems,
            isDryRun: () => status.blocks.isDryRun,
            actions: (limit) => actions.list(limit),
          }),
          blocks: client.blocks,
          actions,
          status: asked,
          metrics: async () => ({ text: await client.metrics(), contentType: METRICS_TYPE }),
          now,
        },
        ['read', 'block'],
        options,
        effects,
        new TokenFile(stateFolder),
      );
      return 0;
    } catch (error) {
      const isGone = error instanceof Trouble && error.code === 'not-running';
      if (!isGone || options.socket !== null) throw error;
    }
  }
  if (!existsSync(stateFolder))
    throw new Trouble(
      'not-running',
      `${stateFolder}: there is no history`,
      'slowbrute watch keeps one; name another folder with --state, or look at a log: slowbrute serve auth.log.',
    );
  const history = await openHistory({ folder: stateFolder, engine: configuration.history.engine });
  try {
    const actions = openActions(stateFolder);
    await serveUntilStopped(
      {
        site: ofHistory({ ...site, questions: history, actions: (limit) => actions.list(limit) }),
        blocks: null,
        actions: null,
        status: null,
        metrics: null,
        now,
      },
      ['read'],
      options,
      effects,
      new TokenFile(stateFolder),
    );
  } finally {
    await history.close();
  }
  return 0;
}

/** The exposition format of Prometheus, as prom-client writes it. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
