// Steps that several scripts of a release share: a command that must succeed, a folder with modes that no umask changes, a checksum.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
export const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Runs a command and gives its standard output. Throws with what it said where it fails. */
export function run(command, args, options = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return stdout;
  const said = error === undefined ? `${stdout}${stderr}` : String(error);
  throw new Error(`${command} ${args.join(' ')} ended with ${status ?? signal}\n${said.trim()}`);
}

/** Copies a file, with mode 644 or 755, into folders that are made. */
export function place(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** Gives every folder below mode 755. */
export function openFolders(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
}

export function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Seconds since 1970 of the last commit, or of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/). */
export function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return Number(given);
  return Number(run('git', ['log', '-1', '--format=%ct'], { cwd: root }).trim());
}
