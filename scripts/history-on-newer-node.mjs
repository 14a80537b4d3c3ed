// The tests of the history on a newer Node, where SQLite comes with it: on the oldest Node that is supported those are skipped.
// That Node comes as npm's package `node`, into npm's cache (some 200 MB), or is named:
//
//   node scripts/history-on-newer-node.mjs [path of a node]
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const tests = ['node_modules/vitest/vitest.mjs', 'run', 'src/store/history', 'tests/history'];
const [own] = process.argv.slice(2);
const { status } =
  own === undefined
    ? spawnSync('npm', ['exec', '--yes', '--package=node@24', '--', 'node', ...tests], {
        cwd: root,
        stdio: 'inherit',
      })
    : spawnSync(own, tests, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
