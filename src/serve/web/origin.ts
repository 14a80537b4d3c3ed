/**
 * Whether a request comes from where it may. A page of another site can make a browser send requests here; what keeps it out:
 *
 * - the Host header must name us: a foreign name that was made to point to this address (DNS rebinding) does not;
 * - a browser says where a request comes from (Sec-Fetch-Site of Fetch Metadata, W3C; Origin of RFC 6454), and `same-site` is not
 *   enough: any other port of this machine is that;
 * - what changes something is asked for with a cookie only where the browser has said so.
 *
 * Programs that are no browser send none of these headers, and no cookie.
 */
import { Trouble } from '../../model/error.ts';

export interface RequestFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly fetchDest: string | undefined;
  /** Whether it is one of the page's own files, which hold nothing of the site. */
  readonly isPage: boolean;
  /** Whether it is a session that it relies on, and not a token that it names. */
  readonly hasCookie: boolean;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Names under which this machine is asked by those who sit at it; with any port, as a tunnel may have another. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Names that may stand in a Host header, in lower case, without a port. `listen`: the host that is listened on. */
export function hostNames(listen: string, more: readonly string[]): ReadonlySet<string> {
  const bare = listen.toLowerCase();
  const own = bare.includes(':') ? `[${bare.replace(/^\[|\]$/g, '')}]` : bare;
  return new Set([...LOOPBACK, own, ...more.map((name) => name.toLowerCase())]);
}

/** Throws `Trouble` with what is wrong. */
export function checkOrigin(request: RequestFacts, names: ReadonlySet<string>): void {
  const { host, origin, fetchSite, method } = request;
  if (host === undefined || !names.has(nameOf(host)))
    throw new Trouble(
      'wrong-call',
      'this name is none of this server',
      'Ask it by its address, or add the name to hosts under [serve] in the configuration.',
    );
  const isVisit =
    request.isPage &&
    SAFE_METHODS.has(method) &&
    request.fetchMode === 'navigate' &&
    request.fetchDest === 'document';
  if (isVisit) return;
  const isOwn = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
  const isOwnOrigin = origin === undefined || originHost(origin) === host.toLowerCase();
  if (!isOwn || !isOwnOrigin) throw foreign();
  if (SAFE_METHODS.has(method) || !request.hasCookie) return;
  if (fetchSite !== 'same-origin' && origin === undefined) throw foreign();
}

function foreign(): Trouble {
  return new Trouble(
    'no-rights',
    'the request comes from another site',
    'Ask from the page of this server, or with a token from a program.',
  );
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}

/** Host and port of an origin; null for `null` and for what is none. */
function originHost(origin: string): string | null {
  const [, host] = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin) ?? [];
  return host?.toLowerCase() ?? null;
}
