// `npm run pack`: build/slowbrute-VERSION.tgz, as npm makes it, of what `npm run build` has made. npm keeps the modes that the umask
// of whoever built it gave, so the files are laid out with fixed ones first: the same sources give the same bytes.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { openFolders, place, root, run, version } from './release-steps.mjs';

/** Writes the package and gives its path and its files (`{ path, size }`). */
export function buildPackage() {
  const npm = (args, cwd) => run('npm', ['--loglevel=error', ...args, '--ignore-scripts'], { cwd });
  const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json'], root));
  const stage = join(root, 'build/stage-npm');
  rmSync(stage, { recursive: true, force: true });
  for (const { path } of files)
    place(join(root, path), join(stage, path), path === 'dist/cli/main.js' ? 0o755 : 0o644);
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(published(), null, 2)}\n`);
  openFolders(stage);
  const target = join(root, `build/slowbrute-${version}.tgz`);
  rmSync(target, { force: true });
  npm(['pack', '--pack-destination', '..'], stage);
  const made = readdirSync(join(root, 'build')).find((one) => one.endsWith(`-${version}.tgz`));
  renameSync(join(root, 'build', made), target);
  rmSync(stage, { recursive: true });
  return { path: target, files };
}

/** package.json without what is for a clone alone: npm would ask whoever installs it whether `prepare` may run. */
function published() {
  const {
    scripts: _,
    devDependencies: __,
    ...rest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return rest;
}

if (process.argv[1] === import.meta.filename) {
  const { path, files } = buildPackage();
  const unpacked = files.reduce((sum, { size }) => sum + size, 0);
  process.stdout.write(
    `${relative(process.cwd(), path)}: ${statSync(path).size} bytes, ${files.length} files of ${unpacked} bytes\n`,
  );
}
