/**
 * Where a history in ClickHouse is, as one URL: `clickhouse://user:password@host:8123/database`, `clickhouses://` where it is
 * spoken to over TLS. Several hosts of a cluster stand in a list with commas (which is why the URL of the WHATWG does not
 * read it): `clickhouse://user@a:8123,b:8123,[2001:db8::1]:8123/database?cluster=fleet`.
 */
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { Trouble } from '../../../model/error.ts';
import { isIdentifier } from './literal.ts';

export type ClickHouseUrl = `clickhouse://${string}` | `clickhouses://${string}`;

export interface ClickHousePlace {
  readonly isTls: boolean;
  readonly hosts: readonly ClickHouseHost[];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The cluster as the servers name it; null: one server by itself. */
  readonly cluster: string | null;
  /** Who writes: every attempt is of a site, of a writer there, and has a number of the writer's. */
  readonly site: string;
  readonly writer: string;
  /** Certificates that are trusted instead of the system's, PEM; null: the system's. */
  readonly authority: string | null;
  /** On how many replicas a commit is before it is acknowledged, as far as so many answer. */
  readonly copies: number;
}

export interface ClickHouseHost {
  /** As it stands in a URL: an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

/** ClickHouse's own ports for HTTP and HTTPS. */
const PORT = 8123;
const TLS_PORT = 8443;
const PARAMETERS = ['cluster', 'site', 'writer', 'password-file', 'ca', 'copies'] as const;
type Parameter = (typeof PARAMETERS)[number];

/** Longer names of sites and writers help nobody: they stand with every attempt. */
const LONGEST_NAME = 128;

export function isClickHouseUrl(text: string): text is ClickHouseUrl {
  return text.startsWith('clickhouse://') || text.startsWith('clickhouses://');
}

/** Error: `Trouble` with `bad-config`, which shows no password. */
export function clickHousePlace(url: ClickHouseUrl): ClickHousePlace {
  const isTls = url.startsWith('clickhouses://');
  const rest = url.slice(url.indexOf('://') + 3);
  const [before, query = '', more] = split(rest, '?', 3);
  const [authority, database = '', path] = split(before, '/', 3);
  if (more !== undefined || path !== undefined)
    throw wrong(url, 'it goes on after the database', `Write ${example(isTls)}.`);
  const at = authority.lastIndexOf('@');
  const [user, password] = at < 0 ? ['default'] : split(authority.slice(0, at), ':', 2);
  const hosts = authority
    .slice(at + 1)
    .split(',')
    .map((one) => hostOf(url, one, isTls ? TLS_PORT : PORT));
  if (!isIdentifier(database))
    throw wrong(
      url,
      `'${decoded(url, database).slice(0, 64)}' cannot name a database`,
      'Use letters, digits and _.',
    );
  const parameters = parametersOf(url, query);
  const cluster = parameters.get('cluster') ?? null;
  if (cluster !== null && !isIdentifier(cluster))
    throw wrong(
      url,
      `'${cluster.slice(0, 64)}' cannot name a cluster`,
      'Write its name as remote_servers has it.',
    );
  if (cluster === null && hosts.length > 1)
    throw wrong(url, 'several hosts are no cluster', 'Add ?cluster=NAME, as remote_servers names it.');
  return {
    isTls,
    hosts,
    user: decoded(url, user),
    password: passwordOf(url, password, parameters.get('password-file')),
    database,
    cluster,
    site: nameOf(url, 'site', parameters.get('site') ?? 'default'),
    writer: nameOf(url, 'writer', parameters.get('writer') ?? hostname()),
    authority: authorityOf(parameters.get('ca')),
    copies: copiesOf(url, parameters.get('copies')),
  };
}

/** `url` as it may be shown: without its password. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^@/:]*):[^@/]*@/, '$1:***@');
}

function split(text: string, by: string, most: number): [string, ...string[]] {
  const parts: string[] = [];
  let rest = text;
  while (parts.length < most - 1) {
    const at = rest.indexOf(by);
    if (at < 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + by.length);
  }
  parts.push(rest);
  return [parts[0]!, ...parts.slice(1)];
}

function hostOf(url: string, text: string, usual: number): ClickHouseHost {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined || Number(port ?? usual) > 65_535)
    throw wrong(url, `'${text.slice(0, 64)}' is no host`, 'Write NAME:PORT, several with commas between.');
  return { host, port: Number(port ?? usual) };
}

function parametersOf(url: string, query: string): ReadonlyMap<Parameter, string> {
  const found = new Map<Parameter, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const known = PARAMETERS.find((each) => each === name);
    if (known === undefined)
      throw wrong(
        url,
        `there is no '${name.slice(0, 64)}'`,
        `After the ? may stand: ${PARAMETERS.join(', ')}.`,
      );
    found.set(known, value);
  }
  return found;
}

function nameOf(url: string, what: string, name: string): string {
  if (name === '' || name.length > LONGEST_NAME || /[\p{Cc}\ud800-\udfff]/u.test(name))
    throw wrong(
      url,
      `the ${what} has no name that can be shown`,
      `Write ${what}=NAME, at most ${LONGEST_NAME} characters.`,
    );
  return name;
}

function copiesOf(url: string, text: string | undefined): number {
  if (text === undefined) return 2;
  if (/^[1-9]$/.test(text)) return Number(text);
  throw wrong(url, `copies=${text.slice(0, 20)}`, 'Write 1 to 9.');
}

function passwordOf(url: string, password: string | undefined, file: string | undefined): string {
  if (file === undefined) return decoded(url, password ?? '');
  if (password !== undefined) throw wrong(url, 'it has two passwords', 'Take one of them out.');
  try {
    if ((statSync(file).mode & 0o007) !== 0)
      throw new Trouble(
        'bad-config',
        `${file} holds a password and is open to everybody`,
        `Run: chmod o= ${file}`,
      );
  } catch (error) {
    throw error instanceof Trouble ? error : unreadable(file, error);
  }
  return read(file).replace(/\r?\n$/, '');
}

function authorityOf(path: string | undefined): string | null {
  return path === undefined ? null : read(path);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Trouble {
  return new Trouble(
    'bad-config',
    `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    'The URL of the history names it; name another, or let the user that slowbrute runs as read it.',
  );
}

function decoded(url: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(url, 'a % stands for itself as %25', 'Write characters with a meaning in a URL as %XX.');
  }
}

function wrong(url: string, what: string, remedy: string): Trouble {
  return new Trouble('bad-config', `${shownUrl(url)}: ${what}`, remedy);
}

function example(isTls: boolean): string {
  return `clickhouse${isTls ? 's' : ''}://user:password@host:${isTls ? TLS_PORT : PORT}/database`;
}
