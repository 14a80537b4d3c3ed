/**
 * `slowbrute responder`: the process with the rights. It reads no log and no history; what it knows is its backend, its
 * allow-list, and what it is told over its socket (respond/responder-server.ts).
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { backendsOf } from '../config/backends.ts';
import { Trouble } from '../model/error.ts';
import type { Backend } from '../respond/backends/backend.ts';
import { type MachineEffects, readMachine, realMachineEffects } from '../respond/machine.ts';
import { createNever } from '../respond/never.ts';
import { RESPONDER_MODE, serveResponder } from '../respond/responder-server.ts';
import type { CommandEffects } from './effects.ts';
import { configured } from './history-access.ts';

export interface ResponderOptions {
  /** A configuration of its own; null: the usual one. Of it only `block` counts. */
  readonly config: string | null;
  /** Where it listens; null: as the configuration says. */
  readonly socket: string | null;
}

export interface ResponderCommandEffects extends CommandEffects {
  /** Left out: that of the configuration. */
  readonly backend?: Backend;
  readonly machine?: MachineEffects;
  /** Resolves when it should stop; left out: at SIGTERM or SIGINT. */
  readonly stopped?: Promise<unknown>;
}

/** Serves until it is told to stop. Resolves with 0; throws `Trouble` where it cannot begin. */
export async function responder(
  options: ResponderOptions,
  effects: ResponderCommandEffects,
): Promise<number> {
  const places = { config: options.config, state: null, socket: null };
  const { block } = configured(places, effects).configuration;
  const say = (line: string) => void effects.stderr.write(`responder: ${line}\n`);
  const backend = effects.backend ?? theBackend(block);
  const socket = options.socket ?? block.responder.socket;
  const machine = effects.machine ?? realMachineEffects();
  const never = { allow: block.allow, blockPrivate: block.private };
  mkdirSync(dirname(socket), { recursive: true });
  const server = await serveResponder({ socket, mode: RESPONDER_MODE }, backend, {
    say,
    never: async () => createNever(never, await readMachine(machine)),
  });
  say(`listens at ${socket}, with ${backend.name}`);
  await (effects.stopped ?? untilSignal());
  await server.close();
  return 0;
}

/** The one backend besides `responder` that the configuration names; nftables where it names none. */
function theBackend(block: Parameters<typeof backendsOf>[0]): Backend {
  const others = block.with.filter((name) => name !== 'responder');
  if (others.length > 1)
    throw new Trouble(
      'bad-config',
      `block.with names ${others.join(' and ')}: a responder has one backend`,
      'Give the responder a configuration of its own (--config) that names one.',
    );
  const names = others.length === 0 ? (['nftables'] as const) : others;
  return backendsOf({ ...block, with: [...names] })[0]!;
}

function untilSignal(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGTERM', () => done());
    process.once('SIGINT', () => done());
  });
}
