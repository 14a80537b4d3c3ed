/** The firewalls that a configuration names. */

import { readSecret } from '../alarm/secret.ts';
import type { Backend } from '../respond/backends/backend.ts';
import { type BackendOptions, openBackend } from '../respond/backends/open.ts';
import type { BlockConfiguration } from './schema-block.ts';

/** A dry run: always the same, so that nothing changes where nothing does. */
export const NO_BACKENDS: readonly Backend[] = [];

/** Firewalls as a configuration named them. */
export interface OpenBackends {
  readonly configuration: BlockConfiguration;
  readonly backends: readonly Backend[];
}

/**
 * The firewalls of a configuration; one of which nothing has changed since `before` is the one of before, and where none has,
 * so is the list. Throws `Trouble` `bad-config` for one that cannot be.
 */
export function openBackends(block: BlockConfiguration, before?: OpenBackends): OpenBackends {
  if (before === undefined || before.backends.length === 0)
    return { configuration: block, backends: block.with.length === 0 ? NO_BACKENDS : backendsOf(block) };
  const old = before.configuration;
  const backends = block.with.map((name) => {
    const at = old.with.indexOf(name);
    const options = optionsOf(name, block);
    const isSame = at >= 0 && JSON.stringify(optionsOf(name, old)) === JSON.stringify(options);
    return isSame ? before.backends[at]! : openBackend(options);
  });
  const isSame =
    backends.length === old.with.length && backends.every((one, i) => one === before.backends[i]);
  return { configuration: block, backends: isSame ? before.backends : backends };
}

/** Throws `Trouble` `bad-config` for one that cannot be. */
export function backendsOf(block: BlockConfiguration): readonly Backend[] {
  return block.with.map((name) => openBackend(optionsOf(name, block)));
}

function optionsOf(name: BlockConfiguration['with'][number], block: BlockConfiguration): BackendOptions {
  switch (name) {
    case 'nftables':
    case 'ipset':
    case 'firewalld':
    case 'hosts-deny':
    case 'fail2ban':
      return { kind: name, ...told(block[name]) };
    case 'pf': {
      const { 'kill-states': killStates, ...rest } = block.pf;
      return { kind: name, ...told({ ...rest, killStates }) };
    }
    case 'command': {
      const { run, timed } = block.command!;
      return { kind: name, command: run, timed };
    }
    case 'web-hook': {
      const { url, timed, 'token-file': path } = block['web-hook']!;
      const token = path === undefined ? undefined : readSecret({ kind: 'file', path }, { environment: {} });
      return { kind: name, url, timed, ...told({ token }) };
    }
    case 'file':
      return { kind: name, path: block.file!.path };
    case 'responder':
      return { kind: name, socket: block.responder.socket };
    case 'ufw':
    case 'crowdsec':
    case 'null':
      return { kind: name };
  }
}

type Told<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What is said, without what is not. */
function told<T extends object>(said: T): Told<T> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Told<T>;
}
