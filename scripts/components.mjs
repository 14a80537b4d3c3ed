// Real components for tests and benchmarks: Debian packages fetched with `apt-get download` and unpacked with
// `dpkg -x` into .cache/components/, never installed. Works without root. On a machine that has no apt it says so.
//
//   node scripts/components.mjs ripgrep sshguard openssh-server     fetches and prints where each program is
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const cache = resolve(import.meta.dirname, '../.cache');
const folder = join(cache, 'components');

/** Packages of each component, and where its program is once they are unpacked together. */
const COMPONENTS = {
  ripgrep: { packages: ['ripgrep'], programs: ['usr/bin/rg'] },
  sshguard: {
    packages: ['sshguard'],
    programs: ['usr/libexec/sshguard/sshg-parser', 'usr/lib/sshguard/sshg-parser'],
  },
  // libwrap0: the one library of Debian's sshd that a minimal machine lacks; run it with LD_LIBRARY_PATH
  'openssh-server': { packages: ['openssh-server', 'libwrap0'], programs: ['usr/sbin/sshd'] },
};

/**
 * Where a component is: `{ program, root, libraries }`, or `{ reason }` why it cannot be had here. `libraries` is
 * for LD_LIBRARY_PATH.
 */
export function component(name) {
  const known = COMPONENTS[name];
  if (known === undefined) return { reason: `no component is called ${name}` };
  const root = join(folder, name);
  if (!existsSync(root)) {
    const reason = fetch(known.packages, root);
    if (reason !== null) return { reason: `${name}: ${reason}` };
  }
  const program = known.programs.map((path) => join(root, path)).find((path) => existsSync(path));
  if (program === undefined)
    return { reason: `${name}: its packages hold no ${known.programs.join(' or ')}` };
  return { program, root, libraries: librariesOf(root) };
}

function fetch(packages, root) {
  for (const tool of ['apt-get', 'dpkg'])
    if (run(tool, ['--version'], '.').status !== 0)
      return `this machine has no ${tool}, so it cannot be fetched`;
  const part = `${root}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  let got = run('apt-get', ['download', ...packages], part);
  if (got.status !== 0) {
    // no package lists, as in a fresh container: fetch some into a folder of our own, which needs no root
    const lists = join(cache, 'apt/lists');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${join(cache, 'apt')}`];
    run('apt-get', [...own, 'update'], part);
    got = run('apt-get', [...own, 'download', ...packages], part);
  }
  if (got.status !== 0) return `apt-get download failed: ${got.stderr.trim().split('\n').at(-1)}`;
  for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
    const unpacked = run('dpkg', ['-x', file, '.'], part);
    if (unpacked.status !== 0) return `dpkg -x ${file} failed: ${unpacked.stderr.trim()}`;
  }
  renameSync(part, root);
  return null;
}

function librariesOf(root) {
  const places = ['lib', 'usr/lib'].map((path) => join(root, path)).filter((path) => existsSync(path));
  const below = places.flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  return [...places, ...below.filter((path) => path.endsWith('-linux-gnu'))].join(':');
}

function run(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status: status ?? 1, stderr: stderr ?? '' };
}

if (process.argv[1] === import.meta.filename) {
  let missing = 0;
  for (const name of process.argv.slice(2)) {
    const found = component(name);
    if (found.program === undefined) missing++;
    process.stdout.write(`${name}: ${found.program ?? found.reason}\n`);
  }
  process.exit(missing === 0 ? 0 : 1);
}
