/**
 * Passwords, tokens and hooks' addresses. None stands in the configuration: it names a file (as systemd's LoadCredential
 * makes one) or a variable of the environment, which is read at each use, so that a changed one works without a restart.
 */
import { readFileSync, statSync } from 'node:fs';
import { Trouble } from '../model/error.ts';

export type SecretPlace =
  /** An absolute path. The last line break of the file is no part of the secret. */
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'environment'; readonly name: string };

export interface SecretEffects {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A secret is a line: more than this is the wrong file. Bytes. */
const LONGEST = 8192;

/**
 * The secret. Throws `Trouble` (`bad-config`) where it is not there, is empty, is more than a line, or its file can be
 * read by everybody on the machine.
 */
export function readSecret(place: SecretPlace, effects: SecretEffects): string {
  if (place.kind === 'environment') {
    const value = effects.environment[place.name];
    if (value === undefined || value === '')
      throw new Trouble(
        'bad-config',
        `the variable ${place.name}, which should hold a secret, is ${value === undefined ? 'not set' : 'empty'}`,
        'Set it where slowbrute is started, or name a file instead.',
      );
    return checked(value, `the variable ${place.name}`);
  }
  const { path } = place;
  try {
    const { mode, size } = statSync(path);
    if ((mode & 0o007) !== 0)
      throw new Trouble(
        'bad-config',
        `${path} holds a secret and is open to everybody`,
        `Run: chmod o= ${path}`,
      );
    if (size > LONGEST) throw tooMuch(path);
    return checked(readFileSync(path, 'utf8').replace(/\r?\n$/, ''), path);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new Trouble(
      'bad-config',
      `${path}, which should hold a secret, cannot be read (${code})`,
      code === 'EACCES'
        ? 'Let the user that slowbrute runs as read it, e.g. by its group.'
        : 'Make the file, or name another in the configuration.',
    );
  }
}

function checked(value: string, where: string): string {
  if (value === '')
    throw new Trouble('bad-config', `${where} should hold a secret and is empty`, 'Write it there.');
  if (/\p{Cc}/u.test(value) || value.length > LONGEST) throw tooMuch(where);
  return value;
}

function tooMuch(where: string): Trouble {
  return new Trouble(
    'bad-config',
    `${where} should hold a secret, and holds more than one line`,
    'Name another.',
  );
}
