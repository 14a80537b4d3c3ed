/**
 * A configuration file to a checked {@link Configuration}. Everything that is wrong is told at once, each with its key and, where
 * the text itself is at fault, line and column: whoever edits a file over a slow line should not have to try five times.
 */
import { readFileSync, statSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import { type Configuration, configurationSchema } from './schema.ts';

/** A configuration longer than this is none. */
const LONGEST_FILE = 1 << 20;
/** Problems that are printed; the rest as their number. */
const MOST_PROBLEMS = 8;

/** Where it is looked for if nobody names one, in this order. */
export const USUAL_PATHS = ['/etc/slowbrute/slowbrute.toml', '/usr/local/etc/slowbrute/slowbrute.toml'];

/** Reads and checks the file. Throws `Trouble` `bad-config` (or `not-readable`) that names each key that is wrong. */
export function readConfiguration(path: string): Configuration {
  let text: string;
  try {
    if (statSync(path).size > LONGEST_FILE)
      throw new Trouble('bad-config', `${path}: is too long for a configuration`, 'Name the right file.');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Trouble(
      'bad-config',
      code === 'ENOENT' ? `${path}: there is no such file` : `${path}: cannot be read: ${message}`,
      'Name a configuration: --config FILE; slowbrute config example prints one to begin with.',
    );
  }
  return checkConfiguration(text, path);
}

/** Checks the text of a configuration; `path` only says where it came from. */
export function checkConfiguration(text: string, path: string): Configuration {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.split('\n');
    throw new Trouble(
      'bad-config',
      `${path}: line ${error.line}, column ${error.column}: ${reason.replace(/^Invalid TOML document: /, '')}`,
      'It is TOML: see https://toml.io, or slowbrute config example.',
    );
  }
  const result = configurationSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(problemsOf);
  const shown = problems.slice(0, MOST_PROBLEMS).join('; ');
  const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : '';
  throw new Trouble(
    'bad-config',
    `${path}: ${shown}${more}`,
    'docs/configuration.md lists every key; slowbrute config check FILE tells when it is right.',
  );
}

/** The configuration without a file: what stands for every key that is not written. */
export function defaultConfiguration(): Configuration {
  return configurationSchema.parse({});
}

/** JSON Schema of the configuration, for editors (Even Better TOML, taplo). */
export function configurationJsonSchema(): unknown {
  return z.toJSONSchema(configurationSchema, { io: 'input', unrepresentable: 'any' });
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const where = keyOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = nearest(key, knownKeys(issue.path));
      return `${keyOf([...issue.path, key])} is no key${near === null ? '' : `; did you mean ${near}?`}`;
    });
  return [`${where === '' ? '' : `${where}: `}${issue.message}`];
}

function keyOf(path: readonly PropertyKey[]): string {
  let key = '';
  for (const part of path) {
    if (typeof part === 'number') key += `[${part + 1}]`;
    else key += key === '' ? String(part) : `.${String(part)}`;
  }
  return key;
}

/** Keys that may stand at `path`. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema = configurationJsonSchema() as JsonSchema | undefined;
  for (const part of path)
    schema = typeof part === 'number' ? schema?.items : schema?.properties?.[String(part)];
  return Object.keys(schema?.properties ?? {});
}

interface JsonSchema {
  readonly properties?: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
}

/** The known key that `key` is two edits away from at most; null without one. */
function nearest(key: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = 3;
  for (const other of known) {
    const distance = editDistance(key, other);
    if (distance < least) {
      least = distance;
      best = other;
    }
  }
  return best;
}

/** Levenshtein 1966. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
