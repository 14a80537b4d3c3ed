/** What the configuration says of the page and the API, as the server takes it. */
import { Trouble } from '../model/error.ts';
import type { Configuration } from './schema.ts';

export interface ServeSettings {
  readonly isOn: boolean;
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
}

/** Throws `Trouble` for a port that is none. */
export function readServe({ serve }: Pick<Configuration, 'serve'>): ServeSettings {
  return { isOn: serve.page, ...hostPort(serve.listen), hosts: serve.hosts };
}

/** `127.0.0.1:9478`, `[::1]:9478`; a port alone is one of loopback. Throws `Trouble` `wrong-call` otherwise. */
export function hostPort(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535)
    throw new Trouble(
      'wrong-call',
      `${text.slice(0, 100)}: no address to listen on`,
      'Write ADDRESS:PORT, such as 127.0.0.1:9478, or a port alone.',
    );
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
