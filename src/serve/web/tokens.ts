/**
 * Tokens: who may ask, and what. A token is 256 random bits, so its SHA-256 is kept and no salt or slow hash is needed (there is
 * nothing to guess); the text itself is told once, when it is made.
 *
 * They are in a file of the state folder that only its owner may read. A running server sees what commands do to it: the file is
 * read again when it has changed.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Trouble } from '../../model/error.ts';

/**
 * `read`: look at everything, which the two others are parts of; `feed`: participants and blocks alone; `metrics`; `block`: act;
 * `send`: a sensor's lines and attempts to a collector (src/collect/).
 */
export const SCOPES = ['read', 'feed', 'metrics', 'block', 'send'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Token {
  /** Unique; by this name it stands in the audit trail. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Of the scope `send`: the sensor whose attempts these are, whatever its lines say; {@link ANY_SENSOR}: as they say. */
  readonly sensor?: string | undefined;
  /** Seconds since 1970 UTC. */
  readonly made: number;
  /** From when on it is not valid any more; null: it never ends. */
  readonly expires: number | null;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
}

/** Where tokens are looked up. */
export interface TokenBook {
  /** The valid token of this text; null: there is none. */
  find(text: string, now: number): Token | null;
  /** Whether a session that was begun with this token may go on. */
  isValid(token: Token, now: number): boolean;
}

/** The token of a relay, which speaks for whichever host a line names. */
export const ANY_SENSOR = '*';

/** So that it is known for what it is in a configuration or a leak. */
const PREFIX = 'sb_';
const BITS = 256;
/** Two for each sensor of a fleet of 10,000: 5 MB of file. */
const MOST_TOKENS = 20_000;
const FILE_MODE = 0o600;
export const TOKENS_FILE = 'tokens.json';

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u);
/** A host name, or what is used as one in a log: one word. */
const sensorName = z.string().regex(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9._:-]{0,253}[A-Za-z0-9_])?|\*)$/);
const fileSchema = z.strictObject({
  schema: z.literal('slowbrute.tokens/1'),
  tokens: z
    .array(
      z.strictObject({
        name,
        scopes: z.array(z.enum(SCOPES)),
        sensor: sensorName.optional(),
        made: z.number(),
        expires: z.number().nullable(),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(MOST_TOKENS),
});

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Must be there with `send`, and without it not. */
  readonly sensor?: string | undefined;
  /** null: it never ends. */
  readonly seconds: number | null;
}

/** A new token, and its text. Throws `Trouble` `wrong-call` for a name that is none, or a sensor that is missing. */
export function makeToken(asked: NewToken, now: number): { readonly token: Token; readonly text: string } {
  if (!name.safeParse(asked.name).success)
    throw new Trouble(
      'wrong-call',
      `'${asked.name.slice(0, 80)}' is no name for a token`,
      'Take up to 64 letters, digits, spaces and . _ @ -, a letter or digit first.',
    );
  const { sensor } = asked;
  if (asked.scopes.includes('send') !== (sensor !== undefined))
    throw new Trouble(
      'wrong-call',
      sensor === undefined ? 'a token that sends needs a sensor' : 'a sensor belongs to the scope send only',
      "Name whose attempts these are: --scope send --sensor web1.example ('*' for a relay that speaks for many).",
    );
  if (sensor !== undefined && !sensorName.safeParse(sensor).success)
    throw new Trouble(
      'wrong-call',
      `'${sensor.slice(0, 80)}' is no name of a sensor`,
      'Take a host name: letters, digits and . _ : -, up to 255.',
    );
  const text = `${PREFIX}${randomBytes(BITS / 8).toString('base64url')}`;
  const made = Math.floor(now);
  const expires = asked.seconds === null ? null : made + Math.ceil(asked.seconds);
  const scopes = SCOPES.filter((one) => asked.scopes.includes(one));
  const token = { name: asked.name, scopes, ...(sensor === undefined ? {} : { sensor }), made, expires };
  return { token: { ...token, hash: hashOf(text) }, text };
}

/** Tokens in memory alone, for a server that ends with its command. */
export function tokensInMemory(tokens: readonly Token[]): TokenBook {
  return {
    find: (text, now) => found(tokens, text, now),
    isValid: (token, now) => tokens.includes(token) && isCurrent(token, now),
  };
}

/** The tokens of a state folder. Errors of all: `Trouble` where the file cannot be read or written, or is damaged. */
export class TokenFile implements TokenBook {
  readonly path: string;
  #tokens: readonly Token[] = [];
  /**
   * By hash: a fleet's sensors ask a thousand times a second. Whoever times the look-up learns about the hash of what was sent, which
   * nobody can choose, and not about a token.
   */
  #byHash = new Map<string, Token>();
  #read = '';

  constructor(stateFolder: string) {
    this.path = join(stateFolder, TOKENS_FILE);
  }

  list(): readonly Token[] {
    this.#refresh();
    return this.#tokens;
  }

  find(text: string, now: number): Token | null {
    this.#refresh();
    const token = this.#byHash.get(hashOf(text));
    return token !== undefined && isCurrent(token, now) ? token : null;
  }

  isValid(token: Token, now: number): boolean {
    this.#refresh();
    return this.#byHash.has(token.hash) && isCurrent(token, now);
  }

  /** Makes a token and says its text, which nobody can ever read again. Throws `wrong-call` where the name is taken. */
  add(asked: NewToken, now: number): { readonly token: Token; readonly text: string } {
    const tokens = this.list();
    if (tokens.some((one) => one.name === asked.name))
      throw new Trouble(
        'wrong-call',
        `there is a token '${asked.name}' already`,
        'Give it another name, or revoke that one first: slowbrute token revoke NAME.',
      );
    if (tokens.length >= MOST_TOKENS)
      throw new Trouble('wrong-call', `there are ${MOST_TOKENS} tokens`, 'Revoke those nobody uses.');
    const made = makeToken(asked, now);
    this.#write([...tokens, made.token]);
    return made;
  }

  /** Throws `wrong-call` where there is none of that name. */
  revoke(which: string): Token {
    const tokens = this.list();
    const token = tokens.find((one) => one.name === which);
    if (token === undefined)
      throw new Trouble(
        'wrong-call',
        `there is no token '${which.slice(0, 80)}'`,
        'slowbrute token list says which there are.',
      );
    this.#write(tokens.filter((one) => one !== token));
    return token;
  }

  #refresh(): void {
    let state: string;
    try {
      const { mtimeMs, size, ino } = statSync(this.path);
      state = `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw this.#unreadable(error);
      this.#tokens = [];
      this.#byHash.clear();
      this.#read = '';
      return;
    }
    if (state === this.#read) return;
    this.#tokens = this.#load();
    this.#byHash = new Map(this.#tokens.map((token) => [token.hash, token]));
    this.#read = state;
  }

  #load(): readonly Token[] {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(this.path, 'utf8'));
    } catch (error) {
      throw this.#unreadable(error);
    }
    const result = fileSchema.safeParse(value);
    if (!result.success) throw this.#unreadable(result.error.issues[0]?.message);
    return result.data.tokens;
  }

  /** Whole, durable, or not at all. */
  #write(tokens: readonly Token[]): void {
    const temporary = `${this.path}.${process.pid}.new`;
    const text = `${JSON.stringify({ schema: 'slowbrute.tokens/1', tokens }, null, 2)}\n`;
    try {
      const file = openSync(temporary, 'w', FILE_MODE);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.path);
      const folder = openSync(dirname(this.path), 'r');
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      throw new Trouble(
        'not-writable',
        `${this.path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        'Run the command as the user whom the state folder belongs to.',
      );
    }
    this.#read = '';
  }

  #unreadable(error: unknown): Trouble {
    const why = error instanceof Error ? error.message : String(error);
    return new Trouble(
      'not-readable',
      `${this.path}: cannot be read: ${why}`,
      'Run the command as the user whom the state folder belongs to; if the file is damaged, remove it and make new tokens.',
    );
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** All are compared, each in the same time, so that the time tells nothing of where a difference is. */
function found(tokens: readonly Token[], text: string, now: number): Token | null {
  const hash = createHash('sha256').update(text).digest();
  let match: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(hash, Buffer.from(token.hash, 'hex'))) match = token;
  return match !== null && isCurrent(match, now) ? match : null;
}

function isCurrent({ expires }: Token, now: number): boolean {
  return expires === null || now < expires;
}

/** Whether a token may do what needs `scope`. */
export function allows(token: Token, scope: Scope): boolean {
  if (token.scopes.includes(scope)) return true;
  return (scope === 'feed' || scope === 'metrics') && token.scopes.includes('read');
}
