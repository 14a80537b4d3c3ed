// Real components for tests and benchmarks: Debian packages fetched with `apt-get download` and unpacked with
// `dpkg -x` into .cache/components/, never installed. Works without root. On a machine that has no apt it says so.
// What fetches and unpacks is what `slowbrute evaluate --peers --fetch` does it with, so dist/ must be built.
//
//   node scripts/components.mjs ripgrep sshguard openssh-server     fetches and prints where each program is
//   node scripts/components.mjs fail2ban sshguard libfaketime crowdsec
//   slowbrute evaluate --peers --programs .cache/components
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const { librariesOf, unpackPackages } = await import('../dist/evaluate/peers/unpack.js').catch(() => {
  process.stderr.write('components: dist/ is not built\nRun npm run build.\n');
  process.exit(1);
});

const cache = resolve(import.meta.dirname, '../.cache');
const folder = join(cache, 'components');

/** Packages of each component, and where its program is once they are unpacked together. */
const COMPONENTS = {
  ripgrep: { packages: ['ripgrep'], programs: ['usr/bin/rg'] },
  sshguard: {
    packages: ['sshguard'],
    programs: ['usr/libexec/sshguard/sshg-parser', 'usr/lib/sshguard/sshg-parser'],
  },
  // the peers of `slowbrute evaluate --peers`, as src/evaluate/peers/programs.ts has them
  fail2ban: { packages: ['fail2ban'], programs: ['usr/bin/fail2ban-server'] },
  libfaketime: { packages: ['libfaketime'], programs: ['usr/share/doc/libfaketime'] },
  crowdsec: { packages: ['crowdsec', 'libsqlite3-0'], programs: ['usr/bin/crowdsec'] },
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
    const reason = unpackPackages(known.packages, root, join(cache, 'apt'));
    if (reason !== null) return { reason: `${name}: ${reason}` };
  }
  const program = known.programs.map((path) => join(root, path)).find((path) => existsSync(path));
  if (program === undefined)
    return { reason: `${name}: its packages hold no ${known.programs.join(' or ')}` };
  return { program, root, libraries: librariesOf(root) };
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
