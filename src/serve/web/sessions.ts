/**
 * Sessions of the page: a cookie that scripts cannot read, got with a token, so that no token lies about in a browser. In memory
 * alone: after a restart one begins anew.
 */
import { randomBytes } from 'node:crypto';
import { DAY, HOUR } from '../../model/time.ts';
import { hashOf, type Token, type TokenBook } from './tokens.ts';

/** A session that nobody uses for so long ends: a working day. */
const IDLE_SECONDS = 12 * HOUR;
/** However much it is used: as long as a browser may be left open over a week's end. */
export const SESSION_SECONDS = 7 * DAY;
/** Beyond this the one that was not used for longest ends. */
const MOST_SESSIONS = 200;

interface Session {
  readonly token: Token;
  readonly begun: number;
  used: number;
}

export class Sessions {
  readonly #tokens: TokenBook;
  /** By the hash of the cookie's value: what is in memory is no key. The one unused for longest first. */
  readonly #sessions = new Map<string, Session>();

  constructor(tokens: TokenBook) {
    this.#tokens = tokens;
  }

  /** The value of the cookie. */
  begin(token: Token, now: number): string {
    const value = randomBytes(32).toString('base64url');
    this.#sessions.set(hashOf(value), { token, begun: now, used: now });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return value;
  }

  /** The token that the session was begun with; null where it is over, or the token is not valid any more. */
  token(value: string, now: number): Token | null {
    const key = hashOf(value);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    this.#sessions.delete(key);
    const isOver = now - session.used > IDLE_SECONDS || now - session.begun > SESSION_SECONDS;
    if (isOver || !this.#tokens.isValid(session.token, now)) return null;
    session.used = now;
    this.#sessions.set(key, session);
    return session.token;
  }

  end(value: string): void {
    this.#sessions.delete(hashOf(value));
  }
}
