/**
 * Questions to the history of this machine: to the daemon that owns it, or, where none runs, to the history itself. Only one process
 * may have the store open, so whoever asks while the daemon runs asks the daemon.
 */
import { existsSync } from 'node:fs';
import { defaultConfiguration, readConfiguration, USUAL_PATHS } from '../config/configuration-file.ts';
import { type Places, placesOf } from '../config/places.ts';
import type { Configuration } from '../config/schema.ts';
import { Trouble } from '../model/error.ts';
import { createClient } from '../serve/client.ts';
import type { Questions } from '../serve/questions.ts';
import { openHistory } from '../store/history/open.ts';
import type { CommandEffects } from './effects.ts';

export interface PlaceOptions {
  /** The configuration; null: /etc/slowbrute/slowbrute.toml, if it is there. */
  readonly config: string | null;
  /** The state folder; null: what the configuration says. */
  readonly state: string | null;
  /** The socket; null: what the configuration says. */
  readonly socket: string | null;
}

export interface Configured {
  readonly configuration: Configuration;
  /** Where it was read; null: there is none. */
  readonly path: string | null;
  readonly places: Places;
}

/** The configuration that holds, and the places it means. Throws `Trouble` where it is wrong. */
export function configured(options: PlaceOptions, effects: Pick<CommandEffects, 'environment'>): Configured {
  const path = options.config ?? USUAL_PATHS.find(existsSync) ?? null;
  const read = path === null ? defaultConfiguration() : readConfiguration(path);
  const configuration = {
    ...read,
    ...(options.state === null ? {} : { 'state-folder': options.state }),
    ...(options.socket === null ? {} : { socket: options.socket }),
  };
  const places = placesOf(configuration, effects.environment, process.getuid?.() === 0);
  return { configuration, path, places };
}

/** Asks, and closes what was opened. Throws `Trouble` where there is neither a daemon nor a history. */
export async function withQuestions<T>(
  options: PlaceOptions,
  effects: CommandEffects,
  ask: (questions: Questions) => Promise<T>,
): Promise<T> {
  const { configuration, places } = configured(options, effects);
  if (existsSync(places.socket) || options.socket !== null) {
    const client = createClient(places.socket);
    try {
      await client.status();
      return await ask(client.questions);
    } catch (error) {
      const isGone = error instanceof Trouble && error.code === 'not-running';
      if (!isGone || options.socket !== null) throw error;
    }
  }
  if (!existsSync(places.stateFolder))
    throw new Trouble(
      'not-running',
      `${places.stateFolder}: there is no history`,
      'slowbrute watch keeps one; name another folder with --state, or look into a log with slowbrute scan.',
    );
  const history = await openHistory({ folder: places.stateFolder, engine: configuration.history.engine });
  try {
    return await ask(history);
  } finally {
    await history.close();
  }
}
