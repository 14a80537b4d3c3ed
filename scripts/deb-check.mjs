// `npm run deb-check -- SUITE...` (trixie, bookworm): the package in a clean Debian, made by debootstrap and kept in .cache/roots: what
// it depends on comes from the archive by apt, everything else is tried in a network of its own. As root on a Debian only; some
// minutes each. In trixie the package that needs Debian's nodejs, in bookworm the one that brings Node along. systemd does not run
// there: what the unit starts is started by hand, as its user.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, version } from './release-steps.mjs';

const MIRROR = process.env.DEBIAN_MIRROR ?? 'http://deb.debian.org/debian';
const BASE = 'man-db,groff-base,bash-completion,adduser';
/** Suites whose nodejs is too old. */
const WITHOUT_NODE = new Set(['bookworm']);
const roots = process.env.DEBIAN_ROOTS ?? join(root, '.cache/roots');

function cleanRoot(suite) {
  const clean = join(roots, suite);
  if (!existsSync(clean)) {
    mkdirSync(roots, { recursive: true });
    const half = `${clean}.making`;
    rmSync(half, { recursive: true, force: true });
    run('debootstrap', ['--variant=minbase', `--include=${BASE}`, suite, half, MIRROR]);
    renameSync(half, clean);
  }
  const used = `${clean}.used`;
  rmSync(used, { recursive: true, force: true });
  run('cp', ['-a', clean, used]);
  return used;
}

/** Runs a command in the root, with this machine's network (for apt) or with loopback alone. */
function inRoot(folder, network, command) {
  const enter = `exec unshare --mount --pid --fork --mount-proc="$0/proc" chroot "$0" "$@"`;
  const program = network ? enter : `ip link set lo up; ${enter}`;
  const args = ['sh', '-c', program, folder, ...command];
  const [first, ...rest] = network ? args : ['unshare', '--net', ...args];
  const { status } = spawnSync(first, rest, {
    stdio: 'inherit',
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LC_ALL: 'C.UTF-8',
      DEBIAN_FRONTEND: 'noninteractive',
    },
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
}

/** The same package with a later version. */
function laterOf(deb, folder) {
  const unpacked = join(folder, 'unpacked');
  run('dpkg-deb', ['-R', deb, unpacked]);
  run('sed', ['-i', `s/^Version: .*/Version: ${version}+1/`, join(unpacked, 'DEBIAN/control')]);
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '-b', unpacked, join(folder, 'later.deb')]);
  rmSync(unpacked, { recursive: true });
}

function check(suite) {
  const architecture = WITHOUT_NODE.has(suite) ? /_(?!all)[^_]+\.deb$/ : /_all\.deb$/;
  const name = readdirSync(join(root, 'build')).find(
    (one) => one.includes(version) && architecture.test(one),
  );
  if (name === undefined)
    throw new Error(`build/ has no package for ${suite}: npm run deb, or npm run deb -- --with-node`);
  process.stdout.write(`\n# ${suite}: ${name}\n`);
  const used = cleanRoot(suite);
  const inside = join(used, 'tmp');
  cpSync(join(root, 'build', name), join(inside, 'first.deb'));
  laterOf(join(root, 'build', name), inside);
  cpSync(join(root, 'packaging/debian/check-in-root.sh'), join(inside, 'check.sh'));
  cpSync(join(root, 'scripts/check-command.mjs'), join(inside, 'check-command.mjs'));
  chmodSync(join(inside, 'check.sh'), 0o755);
  const needed = WITHOUT_NODE.has(suite) ? 'libstdc++6' : 'nodejs';
  const install = `apt-get -qq -y --no-install-recommends install adduser ${needed}`;
  inRoot(used, true, ['sh', '-c', `{ apt-get update -qq && ${install}; } > /dev/null`]);
  inRoot(used, false, ['dpkg', '-i', '/tmp/first.deb']);
  inRoot(used, false, ['/tmp/check.sh', 'works']);
  inRoot(used, false, ['dpkg', '-i', '/tmp/later.deb']);
  inRoot(used, false, ['/tmp/check.sh', 'upgraded']);
  inRoot(used, false, ['dpkg', '-r', 'slowbrute']);
  inRoot(used, false, ['/tmp/check.sh', 'removed']);
  inRoot(used, false, ['dpkg', '-P', 'slowbrute']);
  inRoot(used, false, ['/tmp/check.sh', 'purged']);
  rmSync(used, { recursive: true });
}

const suites = process.argv.slice(2);
for (const suite of suites.length > 0 ? suites : ['trixie', 'bookworm']) check(suite);
