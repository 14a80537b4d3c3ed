// ClickHouse and ZooKeeper as Debian packs them, to run as ordinary processes: the packages that this machine's own apt
// offers, with those that they need, fetched with `apt-get download` and unpacked with `dpkg -x` into .cache/fleet/.
// Nothing is installed, and no maintainer script runs. What is unpacked already is used as it is.
//
// SLOWBRUTE_FLEET_PACKAGES names another folder, to share it or to bring it where there is no network.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const PACKAGES = ['clickhouse-server', 'clickhouse-common', 'zookeeper', 'libzookeeper-java'];

const FOLDER =
  process.env.SLOWBRUTE_FLEET_PACKAGES ?? resolve(import.meta.dirname, '../../.cache/fleet/packages');

/** `{ root }` where they are unpacked, or `{ absent }`: why they cannot be had here. */
export function fleetPackages() {
  if (!existsSync(serverIn(FOLDER))) {
    const absent = unpack(FOLDER);
    if (absent !== null) return { absent };
  }
  const started = run('ldd', [serverIn(FOLDER)], { env: { ...process.env, ...libraries(FOLDER) } });
  if (started.status !== 0 || started.stdout.includes('not found'))
    return { absent: `clickhouse-server does not start here: ${lastLine(started.stderr)}` };
  return { root: FOLDER };
}

export function serverIn(root) {
  return join(root, 'usr/sbin/clickhouse-server');
}

/** The environment in which programs of `root` find their libraries. */
export function libraries(root) {
  const folders = ['usr/lib', 'lib'].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    const own = readdirSync(path).filter((name) => /-linux-/.test(name));
    return [...own.map((name) => join(path, name)), path];
  });
  return { LD_LIBRARY_PATH: folders.join(':') };
}

/** Whether ZooKeeper can be run: it needs Java, which is not fetched. */
export function hasJava() {
  return run('java', ['-version']).status === 0;
}

/** Jar files for ZooKeeper: those unpacked, then those of this machine. */
export function javaClasses(root) {
  return [join(root, 'usr/share/java'), '/usr/share/java']
    .flatMap((folder) =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith('.jar'))
            .map((name) => join(folder, name))
        : [],
    )
    .filter((path) =>
      /\/(?:zookeeper|zookeeper-jute|slf4j-api|slf4j-nop|metrics-core|netty[^/]*|snappy-java|commons-(?:cli|io))\.jar$/.test(
        path,
      ),
    )
    .join(':');
}

/** Fetches and unpacks; why that cannot be done, or null. */
function unpack(folder) {
  for (const tool of ['apt-get', 'dpkg'])
    if (run(tool, ['--version']).status !== 0) return `this machine has no ${tool}`;
  const part = `${folder}.${process.pid}.part`;
  mkdirSync(join(part, 'archives/partial'), { recursive: true });
  // a cache of its own: apt prints nothing of packages that lie in the machine's
  const settings = [
    'APT::Install-Recommends=false',
    'APT::Sandbox::User=root',
    `Dir::Cache::Archives=${part}/archives`,
  ];
  const apt = settings.flatMap((setting) => ['-o', setting]);
  const plan = run('apt-get', [...apt, '--yes', '--print-uris', 'install', ...PACKAGES]);
  const needed = [...plan.stdout.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map((line) => line[1]);
  // those that are installed are in the plan of nobody
  const wanted = [...new Set([...needed, ...PACKAGES])].filter((name) => !/^default-jre/.test(name));
  try {
    if (plan.status !== 0) return `apt-get knows no way to get them: ${lastLine(plan.stderr)}`;
    const got = run('apt-get', [...apt, 'download', ...wanted], { cwd: part });
    if (got.status !== 0) return `apt-get download failed: ${lastLine(got.stderr)}`;
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
      const unpacked = run('dpkg', ['-x', file, '.'], { cwd: part });
      if (unpacked.status !== 0) return `dpkg -x ${file} failed: ${lastLine(unpacked.stderr)}`;
      rmSync(join(part, file));
    }
    mkdirSync(dirname(folder), { recursive: true });
    if (!existsSync(folder)) renameSync(part, folder);
    return null;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 << 20,
    ...options,
  });
  return { status: done.status ?? 1, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
