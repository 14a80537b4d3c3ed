/**
 * What the user names becomes a list of inputs, in groups: the pieces of one rotated log, oldest first, so that a
 * log without years can be dated from its end backwards and an attempt may straddle two pieces.
 *
 * - A file is that file, nothing more. The same file named twice (or through a link) is read once.
 * - A folder is read with the folders in it. Where any file of it is named as a system names its login log
 *   (`auth.log.2.gz`, `secure-20210815`, `authlog.0.gz`), only those are taken, so that `/var/log` does not mean
 *   every web server's log too; otherwise everything that is not hidden. Links to folders are not followed.
 * - A pattern that the shell left alone is expanded here.
 * - `-` is standard input.
 * - Nothing named: this machine's own login logs, or else its journal.
 */
import { accessSync, constants, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Trouble } from '../model/error.ts';
import type { ReadEffects } from './effects.ts';
import { expandPattern, isPattern } from './glob.ts';
import { isLoginLogName, rotationOf } from './rotation.ts';

export type Input =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Size on disk in bytes; null where it has none to tell (a pipe, a device). */
      readonly bytes: number | null;
      /** True where the user named a folder and this file happened to be in it. */
      readonly fromFolder: boolean;
    }
  | { readonly kind: 'stdin'; readonly path: '-' }
  | { readonly kind: 'journal'; readonly path: 'journal' };

/** The pieces of one log, oldest first. */
export interface InputGroup {
  readonly name: string;
  readonly inputs: readonly Input[];
}

export interface FoundInputs {
  readonly groups: readonly InputGroup[];
  /** What was named and is not there, each with its remedy. The rest is read all the same. */
  readonly troubles: readonly Trouble[];
  /** Sum of the sizes on disk; null where one is not known. For the progress line. */
  readonly bytes: number | null;
}

/** Deepest nesting of folders that is followed; a log collector nests year/month/day/host/file. */
const DEEPEST_FOLDER = 8;

/** Finds what `paths` name. Never throws for a path: what is not there comes back as a trouble. */
export function findInputs(paths: readonly string[], effects: ReadEffects): FoundInputs {
  const troubles: Trouble[] = [];
  const inputs = paths.length === 0 ? ownLogs(effects, troubles) : [];
  for (const path of paths) inputs.push(...named(path, troubles));
  const groups = grouped(inputs, troubles);
  let bytes: number | null = 0;
  for (const input of groups.flatMap((group) => group.inputs)) {
    const size: number | null = input.kind === 'file' ? input.bytes : null;
    bytes = bytes === null || size === null ? null : bytes + size;
  }
  return { groups, troubles, bytes };
}

function named(path: string, troubles: Trouble[]): Input[] {
  if (path === '-') return [{ kind: 'stdin', path }];
  const found = statOf(path);
  if (found === undefined && isPattern(path)) {
    const matches = expandPattern(path);
    if (matches.length > 0) return matches.flatMap((match) => named(match, troubles));
    troubles.push(
      new Trouble('no-such-path', `${path}: no file matches`, 'Check the pattern, or name a log file.'),
    );
    return [];
  }
  if (found === undefined) {
    troubles.push(missing(path));
    return [];
  }
  if (found instanceof Trouble) {
    troubles.push(found);
    return [];
  }
  if (found.isDirectory()) return folder(path, troubles);
  return [file(path, found, false)];
}

function file(path: string, stats: Stats, fromFolder: boolean): Input {
  return { kind: 'file', path, bytes: stats.isFile() ? stats.size : null, fromFolder };
}

function folder(path: string, troubles: Trouble[]): Input[] {
  const all: Input[] = [];
  const before = troubles.length;
  collect(path, 0, all, troubles);
  const loginLogs = all.filter((input) => isLoginLogName(basename(input.path)));
  if (loginLogs.length > 0) return loginLogs;
  if (all.length === 0 && troubles.length === before)
    troubles.push(
      new Trouble(
        'no-logs',
        `${path}: the folder holds no log`,
        'Name the folder that holds auth.log, secure or authlog, or the file itself.',
      ),
    );
  return all;
}

function collect(path: string, depth: number, all: Input[], troubles: Trouble[]): void {
  let entries: string[];
  try {
    entries = readdirSync(path).sort();
  } catch {
    troubles.push(notReadable(path));
    return;
  }
  for (const name of entries) {
    if (name.startsWith('.')) continue;
    const below = join(path, name);
    const stats = statOf(below);
    if (stats === undefined || stats instanceof Trouble) continue; // a dangling link
    if (stats.isFile()) all.push(file(below, stats, true));
    else if (stats.isDirectory() && depth < DEEPEST_FOLDER && !isLink(path, name))
      collect(below, depth + 1, all, troubles);
  }
}

function isLink(folderPath: string, name: string): boolean {
  try {
    return realpathSync(join(folderPath, name)) !== join(realpathSync(folderPath), name);
  } catch {
    return true;
  }
}

function grouped(inputs: readonly Input[], troubles: Trouble[]): InputGroup[] {
  const groups = new Map<string, Map<string, Input>>();
  const seen = new Set<string>();
  for (const input of inputs) {
    const identity = input.kind === 'file' ? realPath(input.path) : input.kind;
    if (seen.has(identity)) continue;
    seen.add(identity);
    if (input.kind !== 'file' || input.bytes === null) {
      groups.set(identity, new Map([['2', input]]));
      continue;
    }
    const { base, age } = rotationOf(basename(input.path));
    const name = join(dirname(input.path), base);
    const group = groups.get(name) ?? new Map<string, Input>();
    groups.set(name, group);
    const twin = group.get(age);
    if (twin === undefined) group.set(age, input);
    else {
      // auth.log.2 beside auth.log.2.gz: a compression that was cut short; the shorter name is the original
      const [kept, left] = twin.path.length <= input.path.length ? [twin, input] : [input, twin];
      group.set(age, kept);
      troubles.push(
        new Trouble(
          'truncated',
          `${left.path}: left out, because ${kept.path} is the same piece of the log`,
          'If they differ, rename one of them or scan it by itself.',
        ),
      );
    }
  }
  return [...groups].map(([name, pieces]) => ({
    name,
    inputs: [...pieces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input),
  }));
}

/** This machine's own login logs, else the journal, else the general log of systems that keep no separate one. */
function ownLogs(effects: ReadEffects, troubles: Trouble[]): Input[] {
  const own = (pattern: RegExp): Input[] => {
    const found: Input[] = [];
    for (const name of namesIn(effects.logFolder)) {
      if (!pattern.test(rotationOf(name).base)) continue;
      const path = join(effects.logFolder, name);
      const stats = statOf(path);
      if (stats instanceof Trouble || stats === undefined || !stats.isFile()) continue;
      found.push(file(path, stats, false));
    }
    return found;
  };
  const login = own(/^(?:auth\.log|secure|authlog)$/); // Debian and FreeBSD; Red Hat and SUSE; OpenBSD
  if (login.length > 0) return login;
  if (isCommand(effects.journal)) return [{ kind: 'journal', path: 'journal' }];
  const general = own(/^(?:messages|syslog|system\.log)$/); // Alpine, Slackware; older macOS
  if (general.length > 0) return general;
  troubles.push(
    new Trouble(
      'no-logs',
      `this machine keeps no login log in ${effects.logFolder} and has no systemd journal`,
      'Name the log: slowbrute scan PATH.',
    ),
  );
  return [];
}

function isCommand(command: string): boolean {
  const places = command.includes('/')
    ? [command]
    : (process.env.PATH ?? '').split(':').map((place) => join(place || '.', command));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What is at the path; undefined where nothing is; a trouble where it may not be asked. */
function statOf(path: string): Stats | Trouble | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE') return undefined;
    return code === 'EACCES'
      ? notReadable(path)
      : new Trouble('not-readable', `${path}: ${String(code)}`, 'Check the path.');
  }
}

function missing(path: string): Trouble {
  return new Trouble(
    'no-such-path',
    `${path}: no such file or folder`,
    "Check the spelling. Without a path, this machine's own logs are read.",
  );
}

/** The trouble of a path that this user may not read. */
export function notReadable(path: string): Trouble {
  return new Trouble(
    'not-readable',
    `${path}: this user may not read it`,
    'Run it as root, or as a member of the group adm (Debian) or of whoever owns the file.',
  );
}
