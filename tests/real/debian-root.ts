/**
 * The programs of another Debian release, to run in a chroot: packages fetched with `apt-get download` and unpacked
 * with `dpkg -x` into .cache/components/, never installed, no maintainer script run. Of the closure that apt computes
 * only libraries are taken beside the programs asked for; what configures a machine (adduser, debconf, systemd) is
 * left out. The mirror is the one that this machine's own apt uses, its signatures are checked as ever.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve(import.meta.dirname, '../../.cache');
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where the release is unpacked, or why it cannot be had here. */
export type DebianRoot =
  | { readonly kind: 'root'; readonly path: string }
  | { readonly kind: 'out-of-reach'; readonly reason: string };

/**
 * Unpacks `packages` of the Debian release `release` (its code name) and the libraries that they need; what is
 * unpacked already is used as it is. Takes about 20 MB of downloads.
 */
export function debianRoot(release: string, packages: readonly string[]): DebianRoot {
  const path = join(CACHE, 'components', `debian-${release}`);
  if (existsSync(path)) return { kind: 'root', path };
  const mirror = mirrorOfThisMachine();
  if (mirror.kind === 'out-of-reach') return mirror;
  const apt = aptOptions(release, mirror.uri);
  const part = `${path}.${process.pid}.part`;
  try {
    const reason = fetch(apt, packages, part);
    if (reason !== null) return { kind: 'out-of-reach', reason: `Debian ${release}: ${reason}` };
    completeMerge(part);
    if (!existsSync(path)) renameSync(part, path);
    return { kind: 'root', path };
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

type Mirror =
  | { readonly kind: 'mirror'; readonly uri: string }
  | { readonly kind: 'out-of-reach'; readonly reason: string };

function mirrorOfThisMachine(): Mirror {
  const missing = ['apt-get', 'dpkg'].find((tool) => run(tool, ['--version']).status !== 0);
  if (missing !== undefined) return { kind: 'out-of-reach', reason: `this machine has no ${missing}` };
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^ID="?debian"?$/m.test(release))
    return {
      kind: 'out-of-reach',
      reason: 'this machine is no Debian, so its apt offers no Debian packages',
    };
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1];
  const targets = run('apt-get', [
    'indextargets',
    '--format',
    '$(RELEASE) $(REPO_URI)',
    'Created-By: Packages',
  ]).stdout.split('\n');
  const uri = targets.find((line) => line.startsWith(`${codename} `))?.split(' ')[1];
  if (uri === undefined)
    return { kind: 'out-of-reach', reason: `no apt source of this machine serves its release ${codename}` };
  return { kind: 'mirror', uri };
}

/** Options that give apt lists, a state and a cache of its own, and an empty machine to plan for. */
function aptOptions(release: string, uri: string): readonly string[] {
  const own = join(CACHE, 'apt', release);
  mkdirSync(join(own, 'lists/partial'), { recursive: true });
  mkdirSync(join(own, 'archives/partial'), { recursive: true });
  writeFileSync(join(own, 'status'), '');
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  writeFileSync(join(own, 'sources.list'), `deb ${signed}${uri} ${release} main\n`);
  const settings = {
    'Dir::State': own,
    'Dir::State::Lists': join(own, 'lists'),
    'Dir::State::status': join(own, 'status'),
    'Dir::Cache': own,
    'Dir::Cache::Archives': join(own, 'archives'),
    'Dir::Etc::SourceList': join(own, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Acquire::Languages': 'none',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Unpacks into `folder`; what went wrong, or null. */
function fetch(apt: readonly string[], packages: readonly string[], folder: string): string | null {
  const updated = run('apt-get', [...apt, '--error-on=any', 'update']);
  if (updated.status !== 0) return `apt-get update failed: ${lastLine(updated.stderr)}`;
  const plan = run('apt-get', [...apt, '--yes', '--print-uris', 'install', ...packages]);
  if (plan.status !== 0) return `apt-get knows no way to get them: ${lastLine(plan.stderr)}`;
  const names = [...plan.stdout.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map((line) => line[1]!);
  const wanted = names.filter((name) => packages.includes(name) || /^(?:lib|zlib|openssh-)/.test(name));
  mkdirSync(folder, { recursive: true });
  const got = run('apt-get', [...apt, 'download', ...wanted], folder);
  if (got.status !== 0) return `apt-get download failed: ${lastLine(got.stderr)}`;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    const unpacked = run('dpkg', ['-x', file, '.'], folder);
    if (unpacked.status !== 0) return `dpkg -x ${file} failed: ${lastLine(unpacked.stderr)}`;
    rmSync(join(folder, file));
  }
  return null;
}

/** Releases from trixie on ship only /usr; the links beside it, and /bin/sh, are the work of packages left out. */
function completeMerge(folder: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const place = join(folder, name);
    if (lstatSync(place, { throwIfNoEntry: false }) === undefined) symlinkSync(`usr/${name}`, place);
  }
  const shell = join(folder, 'bin/sh');
  if (lstatSync(shell, { throwIfNoEntry: false }) === undefined) {
    symlinkSync(existsSync(join(folder, 'bin/busybox')) ? 'busybox' : '/usr/bin/busybox', shell);
  }
}

function run(command: string, args: readonly string[], cwd?: string) {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 << 20,
  });
  return { status: done.status ?? 1, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
