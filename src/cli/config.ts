/** `slowbrute config`: is the configuration right, what does it mean, and one to begin with. */

import { existsSync } from 'node:fs';
import { stringify } from 'smol-toml';
import {
  configurationJsonSchema,
  defaultConfiguration,
  readConfiguration,
  USUAL_PATHS,
} from '../config/configuration-file.ts';
import { EXAMPLE } from '../config/example.ts';
import { loadRecordForms, loadServices } from '../config/form-files.ts';
import { placesOf } from '../config/places.ts';
import type { CommandEffects } from './effects.ts';
import { checkZone } from './time-option.ts';

export type ConfigVerb = 'check' | 'show' | 'example' | 'schema';

/** Throws `Trouble` `bad-config` (exit status 78, EX_CONFIG of sysexits.h) where the file is wrong. */
export async function config(
  verb: ConfigVerb,
  path: string | null,
  effects: CommandEffects,
): Promise<number> {
  if (verb === 'example') {
    effects.stdout.write(EXAMPLE);
    return 0;
  }
  if (verb === 'schema') {
    effects.stdout.write(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const file = path ?? USUAL_PATHS.find(existsSync) ?? null;
  const configuration = file === null ? defaultConfiguration() : readConfiguration(file);
  const { stateFolder, socket } = placesOf(configuration, effects.environment, process.getuid?.() === 0);
  if (verb === 'show') {
    const zone = configuration.timezone ?? effects.machineZone;
    const { 'state-folder': _folder, socket: _socket, timezone: _zone, ...rest } = configuration;
    effects.stdout.write(`${stringify({ 'state-folder': stateFolder, socket, timezone: zone, ...rest })}\n`);
    return 0;
  }
  if (configuration.timezone !== undefined) checkZone(configuration.timezone);
  loadServices(configuration.forms);
  loadRecordForms(configuration.forms);
  const where = file ?? 'no file, so the defaults';
  effects.stdout.write(
    `${where}: right. The history is in ${stateFolder}, the socket is ${socket}; ` +
      `${configuration.block.with.length === 0 ? 'nothing is blocked (a dry run)' : `what blocks: ${configuration.block.with.join(', ')}`}.\n`,
  );
  return 0;
}
