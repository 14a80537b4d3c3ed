/** `slowbrute token`: who may ask the page and the API, and what. A running server sees at once what is done here. */

import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Trouble } from '../model/error.ts';
import { openActions } from '../serve/actions.ts';
import { SCOPES, type Scope, TokenFile } from '../serve/web/tokens.ts';
import { isoTime, renderRows } from '../show/history.ts';
import { spanOption } from './block.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';

export interface TokenOptions extends PlaceOptions {
  /** Of `add`: what it may; none: `read`. */
  readonly scopes: readonly string[];
  /** Of `add` with the scope `send`: whose attempts they are. */
  readonly sensor?: string | undefined;
  /** Of `add`: `90d`; null: it never ends. */
  readonly span: string | null;
  readonly format: 'text' | 'json';
}

/** Makes a token and prints its text, which nobody can read again. Throws `Trouble`. */
export async function tokenAdd(
  name: string,
  options: TokenOptions,
  effects: CommandEffects,
): Promise<number> {
  const { file, actions } = opened(options, effects);
  const scopes = options.scopes.length === 0 ? (['read'] as const) : options.scopes.map(scopeOf);
  const seconds = options.span === null ? null : spanOption(options.span);
  const { token, text } = file.add({ name, scopes, seconds, sensor: options.sensor }, effects.now());
  await actions.add({
    time: token.made,
    by: whoCalls(effects),
    does: 'token-made',
    target: name,
    why: `may ${token.scopes.join(', ')}${token.sensor === undefined ? '' : ` as ${token.sensor}`}`,
  });
  if (options.format === 'json')
    effects.stdout.write(`${JSON.stringify({ ...token, hash: undefined, token: text })}\n`);
  else {
    effects.stdout.write(`${text}\n`);
    effects.stderr.write('slowbrute: this is the only time that it is shown\n');
  }
  return 0;
}

export async function tokenList(options: TokenOptions, effects: CommandEffects): Promise<number> {
  const { file } = opened(options, effects);
  const tokens = file.list();
  const now = effects.now();
  for await (const piece of renderRows(
    tokens,
    [
      { title: 'token', key: 'name', of: ({ name }) => name, most: 64 },
      { title: 'may', key: 'scopes', of: ({ scopes }) => scopes.join(' ') },
      { title: 'sensor', key: 'sensor', of: ({ sensor }) => sensor ?? null },
      { title: 'made', key: 'made', of: ({ made }) => isoTime(made) },
      { title: 'ends', key: 'expires', of: ({ expires }) => isoTime(expires) },
      {
        title: 'state',
        key: 'state',
        of: ({ expires }) => (expires !== null && expires <= now ? 'over' : 'valid'),
      },
    ],
    options.format,
  ))
    effects.stdout.write(piece);
  if (tokens.length === 0 && options.format === 'text') effects.stdout.write('There is no token.\n');
  return 0;
}

/** Throws `Trouble` where there is no such token. */
export async function tokenRevoke(
  name: string,
  options: TokenOptions,
  effects: CommandEffects,
): Promise<number> {
  const { file, actions } = opened(options, effects);
  file.revoke(name);
  await actions.add({
    time: Math.floor(effects.now()),
    by: whoCalls(effects),
    does: 'token-revoked',
    target: name,
    why: '',
  });
  if (options.format === 'text') effects.stdout.write(`The token '${name}' is valid no longer.\n`);
  return 0;
}

function opened(options: PlaceOptions, effects: CommandEffects) {
  const { stateFolder } = configured(options, effects).places;
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Trouble(
      'not-writable',
      `${stateFolder}: cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      'Run the command as the user that runs slowbrute watch, or name another folder with --state.',
    );
  }
  return { file: new TokenFile(stateFolder), actions: openActions(stateFolder) };
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((one) => one === text);
  if (scope !== undefined) return scope;
  throw new Trouble(
    'wrong-call',
    `--scope ${text}: there is no such scope`,
    `It is one of ${SCOPES.join(', ')}.`,
  );
}

/** Who called: through sudo it is the person, not root. */
function whoCalls({ environment }: CommandEffects): string {
  if (environment.SUDO_USER !== undefined) return environment.SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? '?'}`;
  }
}
