/**
 * The programs of others that `slowbrute evaluate --peers` runs: which Debian packages they are in, where they lie in
 * a folder of unpacked packages (one folder a component, as scripts/components.mjs makes it), and how to get them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Trouble } from '../../model/error.ts';
import { unpackPackages } from './unpack.ts';

/** Components and their packages. libfaketime: sshg-blocker asks time(2), and the log's time is not today's. */
const COMPONENTS = {
  fail2ban: ['fail2ban'],
  sshguard: ['sshguard'],
  libfaketime: ['libfaketime'],
  crowdsec: ['crowdsec', 'libsqlite3-0'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Component = keyof typeof COMPONENTS;

export interface Programs {
  /** The folder of `component`; null where it is not unpacked. */
  root(component: Component): string | null;
  /** Version of the component's package of the same name, as Debian's changelog has it; `?` where there is none. */
  version(component: Component): string;
}

/** What is unpacked in `folder`. */
export function programsIn(folder: string): Programs {
  const root = (component: Component) => {
    const path = resolve(folder, component);
    return existsSync(join(path, 'usr')) ? path : null;
  };
  return {
    root,
    version: (component) => {
      const path = root(component);
      return path === null ? '?' : packageVersion(join(path, 'usr/share/doc', component));
    },
  };
}

/** Where they are kept unless a folder is named: the user's cache (XDG Base Directory Specification). */
export function defaultProgramsFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const cache = environment.XDG_CACHE_HOME;
  return join(
    cache?.startsWith('/') ? cache : join(environment.HOME ?? homedir(), '.cache'),
    'slowbrute/peers',
  );
}

/** Names of the components that are not unpacked in `folder`. */
export function missingPrograms(folder: string): readonly Component[] {
  const programs = programsIn(folder);
  return (Object.keys(COMPONENTS) as Component[]).filter((component) => programs.root(component) === null);
}

/**
 * Fetches and unpacks what is missing in `folder`; `before` is told of each. What could not be had comes back as
 * Trouble, one a component; what could is there.
 */
export function fetchPrograms(folder: string, before: (component: Component) => void): readonly Trouble[] {
  return missingPrograms(folder).flatMap((component) => {
    before(component);
    const reason = unpackPackages(COMPONENTS[component], resolve(folder, component), resolve(folder, 'apt'));
    return reason === null ? [] : [notFetched(component, reason)];
  });
}

function notFetched(component: Component, reason: string): Trouble {
  return new Trouble(
    'no-such-path',
    `${component} was not fetched: ${reason}`,
    'It takes a Debian (or Ubuntu) whose mirror answers; or name a folder with the unpacked packages with --programs.',
  );
}

/** The two lines about programs that are not there. */
export function notUnpacked(missing: readonly Component[], folder: string): Trouble {
  return new Trouble(
    'no-such-path',
    `${missing.join(', ')}: not unpacked in ${folder}, so not measured`,
    "Add --fetch to get them from this Debian's mirror (35 MB; nothing is installed), or name another folder with --programs.",
  );
}

/** First line of the changelog: `fail2ban (1.0.2-2) unstable; urgency=medium`; a rebuild has a changelog of its own. */
function packageVersion(folder: string): string {
  if (!existsSync(folder)) return '?';
  const changelogs = readdirSync(folder).filter((name) =>
    /^changelog(\.Debian)?(\.[a-z0-9]+)?\.gz$/.test(name),
  );
  const rebuild = changelogs.find((name) => /^changelog\.Debian\.(?!gz)/.test(name));
  const name = rebuild ?? changelogs.find((one) => one === 'changelog.Debian.gz') ?? changelogs[0];
  if (name === undefined) return '?';
  const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8');
  return /^\S+ \(([^)]+)\)/.exec(text)?.[1] ?? '?';
}
