/** The firewalls that a configuration names. */

import { readSecret } from '../alarm/secret.ts';
import type { Backend } from '../respond/backends/backend.ts';
import { type BackendOptions, openBackend } from '../respond/backends/open.ts';
import type { BlockConfiguration } from './schema-block.ts';

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
