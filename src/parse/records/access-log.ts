/**
 * A line of a web server's access log in the common or combined format (Apache mod_log_config; nginx
 * ngx_http_log_module), also with the virtual host before it, and JSON with the same facts, brought into one shape:
 * source, user, method, path, query, action, status, time, sensor.
 *
 * `host ident user [time] "request" status ..`: the user is the client's text. Apache writes a quote in it as `\"`, nginx
 * as `\x22`, blanks and brackets as they are. So the first quote without a backslash begins the request, what stands
 * before it is the time, and the user is what is left between the ident and the time. A forwarded address that the client
 * sent (X-Forwarded-For) is never looked at.
 */
import { type Path, pathOf, textAt, valueAt } from './value.ts';

export interface Access {
  readonly source: string;
  readonly user: string | null;
  /** Of the request; empty where the request is none. */
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: string;
  /** The query's `action`; empty where it has none. */
  readonly action: string;
  readonly status: string;
  /** As the line has it. */
  readonly time: unknown;
  /** The virtual host; null where the line names none. */
  readonly sensor: string | null;
}

const TIME = /\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] $/;

/**
 * An address, or a host name with a domain: a word of another log, in which a name like this line stands, is none. At
 * most what a host name and a port have.
 */
const MACHINE = /^(?=[^\s]{0,262}[.:])[\w.:%-]{2,262}$|^localhost$/;

/** The line, split; null where it is none of an access log; 'ambiguous' where the user could be more than one text. */
export function readAccessLine(line: string): Access | 'ambiguous' | null {
  const first = firstQuote(line);
  // some write the name in quotes: `host - "user" [time] "request" ..`
  const isQuoted = first > 3 && line.startsWith('- ', first - 2) && line.charCodeAt(first - 3) === 32;
  const quote = isQuoted ? firstQuote(line, requestEnd(line, first + 1) + 1) : first;
  if (quote < 31) return null;
  const time = TIME.exec(line.slice(quote - 29, quote));
  if (time === null) return null;
  const end = requestEnd(line, quote + 1);
  if (end < 0) return null;
  const status = /^ (\d{3})(?: |$)/.exec(line.slice(end + 1, end + 6))?.[1];
  if (status === undefined) return null;
  // `host ident user `
  const before = line.slice(0, quote - 29);
  const end1 = before.indexOf(' ');
  const second = before.indexOf(' ', end1 + 1);
  if (end1 <= 0 || second < 0) return null;
  let source = before.slice(0, end1);
  let sensor: string | null = null;
  let rest = second;
  const ident = before.slice(end1 + 1, second);
  if (ident !== '-') {
    const third = before.indexOf(' ', second + 1);
    if (third >= 0 && before.slice(second + 1, third) === '-' && MACHINE.test(source)) {
      sensor = source.replace(/:\d{1,5}$/, '');
      source = ident;
      rest = third;
    } else if (!MACHINE.test(source)) {
      return null;
    } else if (before.indexOf(' ', second + 1) !== before.length - 1) {
      return 'ambiguous'; // the answer of an ident server, which may have blanks, too
    }
  }
  if (!MACHINE.test(source)) return null;
  let user = before.slice(rest + 1, -1);
  if (isQuoted) {
    // closed where the time begins, or it is not what it looks like
    if (!user.startsWith('"') || requestEnd(user, 1) !== user.length - 1) return null;
    user = user.slice(1, -1);
  }
  return {
    source,
    user: user === '-' || user === '' ? null : unescaped(user),
    ...requestParts(line.slice(quote + 1, end)),
    status,
    time: time[1]!,
    sensor,
  };
}

/** The first quote without a backslash before it. */
function firstQuote(line: string, from = 0): number {
  let i = line.indexOf('"', from);
  while (i > 0 && line.charCodeAt(i - 1) === 92) i = line.indexOf('"', i + 1);
  return i;
}

function requestEnd(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 34) return i;
  }
  return -1;
}

/** `\xHH` of nginx and Apache, `\"` and `\\` of Apache. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(/\\(?:x([0-9A-Fa-f]{2})|(["\\]))/g, (_, hex?: string, c?: string) =>
    hex === undefined ? c! : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // the escapes are of bytes: a name in UTF-8 is its characters again
  for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) > 255) return bytes;
  const decoded = new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
  return decoded.includes('\ufffd') ? bytes : decoded;
}

function requestParts(request: string): Pick<Access, 'method' | 'path' | 'query' | 'action'> {
  const space = request.indexOf(' ');
  const method = space > 0 ? request.slice(0, space) : '';
  const last = request.lastIndexOf(' HTTP/');
  const uri = space < 0 ? '' : request.slice(space + 1, last > space ? last : request.length);
  return { method, ...uriParts(uri) };
}

function uriParts(uri: string): Pick<Access, 'path' | 'query' | 'action'> {
  const mark = uri.indexOf('?');
  const query = mark < 0 ? '' : uri.slice(mark + 1);
  return {
    path: mark < 0 ? uri : uri.slice(0, mark),
    query,
    action: /(?:^|&)action=([^&]{0,100})/.exec(query)?.[1] ?? '',
  };
}

/** Names that web servers and their users give to these fields: nginx' variables, Apache's, Traefik's, IIS', HAProxy's. */
const NAMES = {
  status: pathOf('status|DownstreamStatus|response|sc-status|http.response.status_code|code|status_code'),
  source: pathOf(
    'remote_addr|ClientHost|client_ip|clientip|remote_ip|c-ip|source.address|client|remoteIP|remoteIp',
  ),
  user: pathOf('remote_user|ClientUsername|auth|user|cs-username|user.name|remoteUser'),
  request: pathOf('request|requestLine|http_request'),
  method: pathOf('request_method|RequestMethod|method|verb|cs-method|http.request.method|http_method'),
  uri: pathOf('request_uri|RequestPath|uri|url.original|cs-uri-stem|path|url'),
  time: pathOf('time_iso8601|time_local|StartUTC|@timestamp|timestamp|time|msec|ts|date'),
  sensor: pathOf('server_name|http_host|vhost|RequestHost'),
} satisfies Record<string, Path>;

/** The same facts in a record; null where it has no status, no client or no request. */
export function readAccessRecord(record: unknown): Access | null {
  const status = textAt(record, NAMES.status);
  if (status === null || !/^[1-5]\d\d$/.test(status)) return null;
  const source = textAt(record, NAMES.source);
  if (source === null) return null;
  const request = textAt(record, NAMES.request);
  const uri = textAt(record, NAMES.uri);
  const method = textAt(record, NAMES.method);
  if (request === null && (uri === null || method === null)) return null;
  const user = textAt(record, NAMES.user);
  return {
    source,
    user: user === '-' || user === '' ? null : user,
    ...(request === null ? { method: method!, ...uriParts(uri!) } : requestParts(request)),
    status,
    time: valueAt(record, NAMES.time) ?? null,
    sensor: textAt(record, NAMES.sensor),
  };
}
