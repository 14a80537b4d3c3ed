/**
 * What the user names becomes a list of inputs, in groups: the pieces of one rotated log, oldest first, so that a
 * log without years can be dated from its end backwards and an attempt may straddle two pieces.
 *
 * - A file is that file, nothing more; with `followRotations` its rotated kin in the same folder, too. The same file
 *   named twice, or under another name (a link), is read once.
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
import { grouped } from './groups.ts';
import { isLoginLogName, isRotated, rotationOf } from './rotation.ts';

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

export interface FindOptions {
  /** With each file, the rotated pieces of the same log beside it. */
  readonly followRotations?: boolean;
}

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
export function findInputs(
  paths: readonly string[],
  effects: ReadEffects,
  options: FindOptions = {},
): FoundInputs {
  const troubles: Trouble[] = [];
  const inputs = paths.length === 0 ? ownLogs(effects, troubles) : [];
  for (const path of paths) {
    const found = named(path, troubles);
    inputs.push(...found);
    if (options.followRotations === true) inputs.push(...rotatedKin(path, found));
  }
  const groups = grouped(distinct(inputs, paths, troubles), (input) =>
    input.kind === 'file' && input.bytes !== null ? input.path : `${input.path}/`,
  ).map(({ name, pieces }) => ({ name, inputs: pieces }));
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
  const unreadable = noFile(path, found);
  if (unreadable !== null) {
    troubles.push(unreadable);
    return [];
  }
  return [file(path, found, false)];
}

/** Devices that stand for what a shell hands over, or for nothing. */
const HARMLESS_DEVICE = /^\/(?:dev\/(?:null|stdin|tty|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** What is no file and cannot be read like one: a socket answers nothing, a disk or /dev/zero does not end. */
function noFile(path: string, stats: Stats): Trouble | null {
  const isDevice = (stats.isCharacterDevice() || stats.isBlockDevice()) && !HARMLESS_DEVICE.test(path);
  if (!stats.isSocket() && !isDevice) return null;
  return new Trouble(
    'not-a-log',
    `${path}: is a ${stats.isSocket() ? 'socket' : 'device'}, not a file`,
    'Name the file that the log is written to.',
  );
}

/**
 * The other pieces of each log that `path` named, from their folders: `auth.log` need not be there itself, as it is for
 * a moment of each rotation.
 */
function rotatedKin(path: string, found: readonly Input[]): Input[] {
  const named = found.length > 0 ? found : [{ kind: 'file', path, bytes: 0, fromFolder: false } as const];
  return named.flatMap((input) => {
    if (input.kind !== 'file' || input.bytes === null || input.fromFolder) return [];
    const folder = dirname(input.path);
    const { base } = rotationOf(basename(input.path));
    const kin: Input[] = [];
    for (const name of namesIn(folder)) {
      if (rotationOf(name).base !== base || name === basename(input.path)) continue;
      if (name !== base && !isRotated(name)) continue;
      const at = join(folder, name);
      const stats = statOf(at);
      if (stats === undefined || stats instanceof Trouble || !stats.isFile()) continue;
      kin.push(file(at, stats, false));
    }
    return kin;
  });
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

/** Most warnings of one kind. */
const MOST_TOLD = 3;

/** Each file once, however often and under whatever names it was found. */
function distinct(inputs: readonly Input[], paths: readonly string[], troubles: Trouble[]): Input[] {
  const seen = new Map<string, Input>();
  const again: string[] = [];
  for (const input of inputs) {
    const identity = input.kind === 'file' ? identityOf(input.path) : input.kind;
    const before = seen.get(identity);
    if (before === undefined) {
      seen.set(identity, input);
      continue;
    }
    if (before.path !== input.path) again.push(`${input.path} is ${before.path} under another name`);
    else if (paths.filter((path) => path === input.path).length > 1)
      again.push(`${input.path} is named twice`);
  }
  const told = [...new Set(again)];
  if (told.length > 0)
    troubles.push(
      new Trouble(
        'same-log',
        `${told.slice(0, MOST_TOLD).join('; ')}${told.length > MOST_TOLD ? `; and ${told.length - MOST_TOLD} more` : ''}`,
        'Each file is read once.',
      ),
    );
  return [...seen.values()];
}

/** Device and inode, which a hard link has in common with its file; the path where they can't be had. */
function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return ino === 0n ? realpathSync(path) : `${dev} ${ino}`;
  } catch {
    return path;
  }
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
