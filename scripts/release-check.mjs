// `npm run release-check`: the package and the one file as a stranger gets them. The package is installed into an empty folder, once
// without the optional engine and once with it, and what people do first is tried there (scripts/check-command.mjs); then the one
// file, alone in a folder. Needs what `npm run pack` and `npm run single` made; some minutes. With --quick: the size and the contents
// of the package, nothing installed.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, version } from './release-steps.mjs';

const MOST_BYTES = 10_000_000;
const tgz = join(root, `build/slowbrute-${version}.tgz`);
const sample = join(root, 'samples/rosalita.log.gz');
let failures = 0;

function told(what, wrong) {
  if (wrong) failures++;
  process.stdout.write(`${wrong ? 'FAILED' : 'ok    '} ${what}${wrong ? `: ${wrong}` : ''}\n`);
}

function contents() {
  const { size } = statSync(tgz);
  told(`${size} bytes, below ${MOST_BYTES}`, size < MOST_BYTES ? '' : 'larger');
  const files = run('tar', ['-tzf', tgz]).trim().split('\n');
  const foreign = files.filter((path) =>
    /\.test\.|tester\.|\/test-|\.map$|package\/(?:src|tests|scripts|web|fuzz|bench)\//.test(path),
  );
  told(`${files.length} files, no test, source or map`, foreign.slice(0, 5).join(' '));
  const needed = [
    'dist/cli/main.js',
    'dist/index.d.ts',
    'dist/parse/fast/machine.wasm',
    'dist/web/index.html',
    'dist/NOTICES.txt',
  ];
  const missing = [
    ...needed,
    'dist/web/report/report.js',
    'dist/man/slowbrute.1',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'forms/sshd.toml',
  ];
  told('what it must have', missing.filter((path) => !files.includes(`package/${path}`)).join(' '));
}

function installed(folder, more) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...more, tgz], { cwd: folder });
  tryAll(join(folder, 'node_modules/.bin/slowbrute'));
  writeFileSync(
    join(folder, 'library.js'),
    "import * as all from 'slowbrute';\nif (Object.keys(all).length < 3) process.exit(1);\n",
  );
  told(
    'the library',
    spawnSync(process.execPath, ['library.js'], { cwd: folder }).status === 0 ? '' : 'is not imported',
  );
}

function tryAll(...command) {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'scripts/check-command.mjs'), sample, ...command],
    { stdio: 'inherit' },
  );
  if (status !== 0) failures++;
}

contents();
if (!process.argv.includes('--quick')) {
  const base = mkdtempSync(join(tmpdir(), 'slowbrute-release-check-'));
  process.stdout.write('\n# installed without the optional engine\n');
  installed(join(base, 'without'), ['--omit=optional']);
  process.stdout.write('\n# installed with it\n');
  installed(join(base, 'with'), []);
  process.stdout.write('\n# the one file\n');
  copyFileSync(join(root, 'build/slowbrute.mjs'), join(base, 'slowbrute.mjs'));
  tryAll(join(base, 'slowbrute.mjs'));
  rmSync(base, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;
