// `npm test`: everything that must hold, in one command: build, types, lint, layers, then every test. Arguments go
// through to vitest. The last line of standard output is `N passed, N failed`, in which each check before the tests
// counts as one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name) => resolve(root, 'node_modules/.bin', name);

const checks = [
  ['types', bin('tsc'), ['--noEmit']],
  ['types of the page', bin('tsc'), ['-p', 'web']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['format and lint', bin('biome'), ['check', '.']],
  ['promises and unions', bin('oxlint'), ['--type-aware', 'src', 'web', 'scripts', 'tests', 'bench', 'fuzz']],
  ['layers', process.execPath, ['scripts/layers.mjs']],
];

const failed = [];
for (const [name, command, args] of checks) {
  process.stdout.write(`\n# ${String(name)}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}

if (!existsSync(resolve(root, '../shared')))
  process.stdout.write(
    '\n# ../shared is absent: what tests/shared would measure on its logs is not measured\n',
  );

if (failed.length > 0) process.stdout.write(`\n# failed before the tests: ${failed.join(', ')}\n`);
process.stdout.write('\n# tests\n');
const { status } = spawnSync(bin('vitest'), ['run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    CHECKS_PASSED: String(checks.length - failed.length),
    CHECKS_FAILED: String(failed.length),
  },
});
process.exit(status === 0 && failed.length === 0 ? 0 : 1);
