/**
 * Where the daemon keeps what it remembers, and the socket on which commands find it: what the configuration says; what systemd
 * made for the unit (STATE_DIRECTORY, RUNTIME_DIRECTORY: systemd.exec(5)); the system's folders for root (file-hierarchy(7)); the
 * user's own (XDG Base Directory Specification) for everybody else.
 */
import { join } from 'node:path';
import type { Configuration } from './schema.ts';

export interface Places {
  readonly stateFolder: string;
  readonly socket: string;
}

export function placesOf(
  configuration: Pick<Configuration, 'state-folder' | 'socket'>,
  environment: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): Places {
  const home = environment.HOME ?? '/';
  const ownState = join(environment.XDG_STATE_HOME ?? join(home, '.local/state'), 'slowbrute');
  const given = first(environment.STATE_DIRECTORY);
  const stateFolder = configuration['state-folder'] ?? given ?? (isRoot ? '/var/lib/slowbrute' : ownState);
  const runtime = first(environment.RUNTIME_DIRECTORY);
  const isUsual = configuration['state-folder'] === undefined && isRoot;
  const socket =
    configuration.socket ??
    join(runtime ?? (isUsual && given === undefined ? '/run/slowbrute' : stateFolder), 'slowbrute.sock');
  return { stateFolder, socket };
}

/** systemd separates several folders by colons. */
function first(folders: string | undefined): string | undefined {
  const [folder] = folders?.split(':') ?? [];
  return folder === '' ? undefined : folder;
}
