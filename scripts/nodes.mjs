// `npm run nodes -- [RELEASE...] [-- what vitest is told]`: the tests under other releases of Node (20, 22 and 24 where none is named),
// which come as npm's package node-linux-ARCHITECTURE into a cache folder outside the repository, 100 MB each. Needs npm run build.
//
//   npm run nodes -- 22 -- src/store tests/history
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root, run } from './release-steps.mjs';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slowbrute-nodes');

/** Path of the program of a release such as `22`. */
function nodeOf(release) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(cache, release);
  const path = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', `${name}@${release}`], {
    cwd: folder,
  });
  return path;
}

const given = process.argv.slice(2);
const end = given.includes('--') ? given.indexOf('--') : given.length;
const releases = end > 0 ? given.slice(0, end) : ['20', '22', '24'];
let failed = 0;
for (const release of releases) {
  const node = nodeOf(release);
  process.stdout.write(`\n# Node ${run(node, ['--version']).trim()}\n`);
  const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...given.slice(end + 1)], {
    cwd: root,
    stdio: 'inherit',
    // what tests start by name is the same Node
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
