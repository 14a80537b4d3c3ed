// `npm run release`: every file of a release, into build/, with SHA256SUMS and a bill of materials; of a clean clone of what is
// committed, so that nothing that lies about goes in. With --twice: two clones in folders of different names, built under different
// umasks, time zones, locales and users (of a name space); their bytes are compared, and 1 is the exit status where they differ.
// node_modules are hard links of those here (npm ci made them from the lock file).
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, sha256 } from './release-steps.mjs';
import { checkBill } from './sbom.mjs';

const RELEASED = /\.(tgz|mjs|deb|json)$/;
const STEPS = [
  'npm run --silent build',
  'npm run --silent pack',
  'npm run --silent deb',
  'npm run --silent sbom',
];

/** Both clones are of what was committed at the start, whatever is committed meanwhile. */
const commit = run('git', ['rev-parse', 'HEAD'], { cwd: root }).trim();

/** Builds a clone in `folder` and gives its build folder. */
function built(folder, { umask, zone, locale, user }) {
  run('git', ['clone', '--quiet', root, folder]);
  run('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
  run('cp', ['-a', '--link', realpathSync(join(root, 'node_modules')), join(folder, 'node_modules')]);
  const withNode = process.argv.includes('--with-node') ? ['npm run --silent deb -- --with-node'] : [];
  const script = [`umask ${umask}`, ...STEPS, ...withNode].join(' && ');
  const env = {
    ...process.env,
    TZ: zone,
    LC_ALL: locale,
    HOME: folder,
    npm_config_cache: join(folder, '.cache/npm'),
  };
  // a user of a name space of its own: the files stay whose they are, what asks for the user hears another
  const as = user === null ? [] : ['unshare', '--user', `--map-user=${user}`, `--map-group=${user}`];
  const [command, ...args] = [...as, 'sh', '-c', script];
  run(command, args, { cwd: folder, env });
  return join(folder, 'build');
}

const released = (folder) =>
  readdirSync(folder)
    .filter((name) => RELEASED.test(name))
    .sort();

const base = mkdtempSync(join(tmpdir(), 'slowbrute-release-'));
chmodSync(base, 0o755);
try {
  const first = built(join(base, 'one'), { umask: '022', zone: 'UTC', locale: 'C.UTF-8', user: null });
  const names = released(first);
  let isSame = true;
  if (process.argv.includes('--twice')) {
    const other = { umask: '077', zone: 'Pacific/Kiritimati', locale: 'C', user: 1234 };
    mkdirSync(join(base, 'another folder'), { mode: 0o755 });
    const second = built(join(base, 'another folder/of another name'), other);
    for (const name of names) {
      const sums = [first, second].map((folder) => sha256(join(folder, name)));
      const same = sums[0] === sums[1];
      if (!same) isSame = false;
      process.stdout.write(`${same ? 'same     ' : 'DIFFERENT'} ${name}\n  ${sums.join('\n  ')}\n`);
    }
  }
  checkBill(
    JSON.parse(
      readFileSync(
        join(
          first,
          names.find((name) => name.endsWith('.json')),
        ),
        'utf8',
      ),
    ),
  );
  mkdirSync(join(root, 'build'), { recursive: true });
  for (const name of names) copyFileSync(join(first, name), join(root, 'build', name));
  const sums = names.map((name) => `${sha256(join(first, name))}  ${name}\n`).join('');
  writeFileSync(join(root, 'build/SHA256SUMS'), sums);
  process.stdout.write(sums);
  if (!isSame) process.exitCode = 1;
} finally {
  rmSync(base, { recursive: true, force: true });
}
