/** What the configuration says of other sensors, as the daemon takes it. */
import { readFileSync } from 'node:fs';
import { readSecret } from '../alarm/secret.ts';
import type { Remote } from '../collect/post.ts';
import { Trouble } from '../model/error.ts';
import type { Configuration } from './schema.ts';

export interface FleetSettings {
  /** Where attempts go; null: nowhere. */
  readonly sendTo: string | null;
  readonly stream: string | null;
  /** Whose blocks are heeded; null: nobody's. */
  readonly blocksFrom: string | null;
  readonly remote: Omit<Remote, 'url'>;
}

/** Throws `Trouble` (`bad-config`) for a token or certificates that cannot be read. */
export function readFleet({ fleet }: Pick<Configuration, 'fleet'>): FleetSettings {
  const sendTo = fleet['send-to'] ?? null;
  const collector = sendTo?.startsWith('http') === true ? sendTo : null;
  const path = fleet['token-file'];
  const token = path === undefined ? '' : readSecret({ kind: 'file', path }, { environment: {} });
  if (token !== '' && !/^[\w-]{1,200}$/.test(token))
    throw new Trouble(
      'bad-config',
      `${path} holds no token`,
      'Write into it what slowbrute token add has printed.',
    );
  return {
    sendTo,
    stream: fleet.stream ?? null,
    blocksFrom: fleet.blocks ? (fleet['blocks-from'] ?? collector) : null,
    remote: { token, ca: fleet.ca === undefined ? null : certificates(fleet.ca) },
  };
}

function certificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Trouble(
      'bad-config',
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'Name the file with the certificates of the collector under ca.',
    );
  }
}
