/** Every request passes here before anything is done: where it comes from, who asks, and whether they may. */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { problemAnswer } from './answers.ts';
import type { WebEnv } from './context.ts';
import { checkOrigin } from './origin.ts';
import type { Sessions } from './sessions.ts';
import { allows, type Scope, type Token, type TokenBook } from './tokens.ts';

export interface GuardOptions {
  readonly tokens: TokenBook;
  readonly sessions: Sessions;
  /** Names that may stand in a Host header. */
  readonly hosts: ReadonlySet<string>;
  readonly cookie: string;
  now(): number;
}

/** A URL longer than this is nobody's question: the longest source and some filters. */
const LONGEST_URL = 8192;

/** Refuses what comes from another site. To be the first of all. */
export function originGuard({ hosts, cookie }: GuardOptions): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const { req } = c;
    if (req.url.length > LONGEST_URL)
      return problemAnswer(c, 400, 'wrong-call', 'the address is too long', 'Ask for less at once.');
    checkOrigin(
      {
        method: req.method,
        host: req.header('host'),
        origin: req.header('origin'),
        fetchSite: req.header('sec-fetch-site'),
        fetchMode: req.header('sec-fetch-mode'),
        fetchDest: req.header('sec-fetch-dest'),
        isPage: isPage(req.path),
        hasCookie: getCookie(c, cookie) !== undefined,
      },
      hosts,
    );
    await next();
    return undefined;
  };
}

/** Lets pass whoever may do what needs a scope, and says who it is. */
export function scopeGuard(
  options: GuardOptions,
  scope: (c: Context<WebEnv>) => Scope,
): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const token = tokenOf(c, options);
    if (token === null) {
      c.header('www-authenticate', 'Bearer realm="slowbrute"');
      return problemAnswer(
        c,
        401,
        'no-token',
        'there is no valid token with this request',
        'slowbrute token add NAME makes one; send it as Authorization: Bearer TOKEN.',
      );
    }
    const needed = scope(c);
    if (!allows(token, needed))
      return problemAnswer(
        c,
        403,
        'no-scope',
        `the token '${token.name}' may not do this: it needs the scope ${needed}`,
        `slowbrute token add NAME --scope ${needed} makes one that may.`,
      );
    c.set('who', token.name);
    c.set('token', token);
    await next();
    return undefined;
  };
}

/** The token that a request names, or whose session it is in. A wrong one is not made good by a session. */
export function tokenOf(c: Context<WebEnv>, options: GuardOptions): Token | null {
  const header = c.req.header('authorization');
  const now = options.now();
  if (header !== undefined) {
    const text = credential(header, c.req.path);
    return text === null ? null : options.tokens.find(text, now);
  }
  const cookie = getCookie(c, options.cookie);
  return cookie === undefined ? null : options.sessions.token(cookie, now);
}

/**
 * The token in an Authorization header. Basic (RFC 7617; the token is the password) is what firewalls and scrapers can, and browsers
 * would send it along unasked: so it is for what only those fetch.
 */
function credential(header: string, path: string): string | null {
  const [, bearer] = /^Bearer +([\w-]{1,200})$/i.exec(header) ?? [];
  if (bearer !== undefined) return bearer;
  if (!path.startsWith('/feed/') && path !== '/metrics') return null;
  const [, basic] = /^Basic +([\w+/=]{1,400})$/i.exec(header) ?? [];
  if (basic === undefined) return null;
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/** The page's own files, for everybody: nothing of the site is in them. */
export function isPage(path: string): boolean {
  return path === '/' || path.startsWith('/assets/') || path === '/favicon.ico';
}
