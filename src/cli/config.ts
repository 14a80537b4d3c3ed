/** `slowbrute config`: is the configuration right, what does it mean, and one to begin with. */

import { existsSync } from 'node:fs';
import { stringify } from 'smol-toml';
import { version } from '../built/parts.ts';
import {
  configurationJsonSchema,
  defaultConfiguration,
  readConfiguration,
  USUAL_PATHS,
} from '../config/configuration-file.ts';
import { EXAMPLE } from '../config/example.ts';
import { placesOf } from '../config/places.ts';
import type { Configuration } from '../config/schema.ts';
import { unknownUserTime, watchOptions } from '../config/watch-options.ts';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { DAY } from '../model/time.ts';
import { inputRemarks } from '../read/follow/input-remarks.ts';
import { costOfUnknownUser } from '../respond/cost.ts';
import { COST_DAYS, refusalOf } from '../respond/unknown-user-gate.ts';
import type { CommandEffects } from './effects.ts';
import { type PlaceOptions, withQuestions } from './history-access.ts';
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
  const places = { stateFolder, socket };
  // everything that a start would refuse is refused here
  watchOptions(configuration, places, {
    version: version(),
    inputs: configuration.input.length === 0 ? [] : null,
    dryRun: false,
    once: false,
    begin: 'oldest',
    engine: null,
    machineZone: effects.machineZone,
    read: effects,
    environment: effects.environment,
  });
  const where = file ?? 'no file, so the defaults';
  effects.stdout.write(
    `${where}: right. The history is in ${stateFolder}, the socket is ${socket}; ` +
      `${configuration.block.with.length === 0 ? 'nothing is blocked (a dry run)' : `what blocks: ${configuration.block.with.join(', ')}`}.\n`,
  );
  for (const input of configuration.input)
    if (input.file !== undefined)
      for (const remark of inputRemarks(input.file)) effects.stdout.write(`${input.file}: ${remark}\n`);
  return configuration.block['unknown-user'].block
    ? checkUnknownUser(configuration, { config: file, state: null, socket: null }, effects)
    : 0;
}

/** What the policy would have cost, by the history that there is; exit status 78 where that keeps it off. */
async function checkUnknownUser(
  { block }: Configuration,
  options: PlaceOptions,
  effects: CommandEffects,
): Promise<number> {
  const policy = { ...unknownUserTime(block), acceptPeople: block['unknown-user']['accept-people'] };
  const since = effects.now() - COST_DAYS * DAY;
  try {
    const cost = await withQuestions(options, effects, async (questions) => {
      const campaigns = await questions.campaigns({});
      const intruders = new Set(campaigns.flatMap((one) => one.compromised.map(({ source }) => source)));
      return costOfUnknownUser(questions, policy, { since, intruders });
    });
    const refusal = refusalOf(cost, policy);
    if (refusal === null) {
      effects.stdout.write(
        `block.unknown-user: in the last ${COST_DAYS} days it would have blocked ${cost.hit} of ${cost.people} sources of people, and ${policy.acceptPeople} are accepted: it is on.\n`,
      );
      return 0;
    }
    throw new Trouble('bad-config', refusal.message, refusal.remedy);
  } catch (error) {
    if (!(error instanceof Trouble) || error.code === 'bad-config') throw error;
    effects.stdout.write(
      `block.unknown-user: what it would cost cannot be counted here (${printable(error.message, 400)}); the daemon counts before it switches it on.\n`,
    );
    return 0;
  }
}
