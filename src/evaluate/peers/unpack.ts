/**
 * Debian packages, fetched with `apt-get download` (which checks them against the signed lists) and unpacked with
 * `dpkg -x`: never installed, no maintainer script run, so no daemon starts and nothing registers anywhere. Works
 * without root. Beside the program of the package its libraries are found by LD_LIBRARY_PATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Unpacks `packages` together into the folder `root`, which must not exist yet; it appears when it is complete. Lists
 * that apt lacks are fetched into `aptFolder`. Returns null, or in a few words why it could not be done.
 */
export function unpackPackages(packages: readonly string[], root: string, aptFolder: string): string | null {
  for (const tool of ['apt-get', 'dpkg'])
    if (run(tool, ['--version'], '/').status !== 0)
      return `this machine has no ${tool}, so it cannot be fetched`;
  const part = `${root}.${process.pid}.part`;
  try {
    mkdirSync(dirname(root), { recursive: true });
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part);
    let got = run('apt-get', ['download', ...packages], part);
    if (got.status !== 0) {
      // no package lists, as in a fresh container: fetch some into a folder of our own, which needs no root
      const lists = join(aptFolder, 'lists');
      mkdirSync(join(lists, 'partial'), { recursive: true });
      const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${aptFolder}`];
      run('apt-get', [...own, 'update'], part);
      got = run('apt-get', [...own, 'download', ...packages], part);
    }
    if (got.status !== 0) return `apt-get download failed: ${got.stderr.trim().split('\n').at(-1)}`;
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
      const unpacked = run('dpkg', ['-x', file, '.'], part);
      if (unpacked.status !== 0) return `dpkg -x ${file} failed: ${unpacked.stderr.trim()}`;
      rmSync(join(part, file));
    }
    if (!existsSync(root)) renameSync(part, root);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Folders of libraries below `root`, for LD_LIBRARY_PATH. */
export function librariesOf(root: string): string {
  const places = ['lib', 'usr/lib'].map((path) => join(root, path)).filter((path) => existsSync(path));
  const below = places.flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  return [...places, ...below.filter((path) => path.endsWith('-linux-gnu'))].join(':');
}

function run(command: string, args: readonly string[], cwd: string): { status: number; stderr: string } {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status: status ?? 1, stderr: stderr ?? '' };
}
