// `npm run single`: build/slowbrute.mjs, the whole program as one executable file that needs nothing but Node. Everything is in it,
// the page and the byte machine as texts; its threads start the same file (src/built/parts.ts, src/cli/single.ts). DuckDB is not,
// being a library of 70 MB for one system: where it is installed beside the file, or above it, it is found. Needs `npm run build`,
// for the page. The same sources give the same bytes: nothing of the folder, the clock or the user goes in.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { noticesText, packagesOf } from './notices.mjs';

const root = resolve(import.meta.dirname, '..');
const target = resolve(root, 'build/slowbrute.mjs');
const FOUND_BESIDE = '@duckdb/node-api';

/** Parts as src/built/parts.ts asks for them. */
function parts() {
  const page = readdirSync(join(root, 'dist/web'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(root, 'dist'), join(entry.parentPath, entry.name)))
    .sort();
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.fromEntries([
    ['package.json', Buffer.from(JSON.stringify({ name, version }))],
    ...['parse/fast/machine.wasm', ...page].map((path) => [path, readFileSync(join(root, 'dist', path))]),
  ]);
}

/**
 * Writes the file; gives its path, the packages in it (notices.mjs) and their notices. Throws where the page was not built, or a module cannot
 * be joined.
 */
export async function buildSingle() {
  const enclosed = Object.entries(parts()).map(
    ([path, bytes]) => `${JSON.stringify(path)}:"${bytes.toString('base64')}"`,
  );
  const joined = await rolldown({
    input: resolve(root, 'src/cli/single.ts'),
    platform: 'node',
    external: (id) => id === FOUND_BESIDE || isBuiltin(id),
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`${log.code}: ${log.message}`);
    },
  });
  const { output } = await joined.generate({
    format: 'esm',
    codeSplitting: false,
    comments: false,
    // a command's modules are evaluated when it is called, as they are where each is a file
    strictExecutionOrder: true,
  });
  await joined.close();
  if (output.length !== 1) throw new Error(`single: ${output.length} files instead of one`);
  const [{ code, imports, moduleIds }] = output;
  const foreign = imports.filter((id) => !isBuiltin(id) && id !== FOUND_BESIDE);
  if (foreign.length > 0) throw new Error(`single: not joined: ${foreign.join(', ')}`);
  const ofPage = JSON.parse(readFileSync(join(root, 'dist/notices.json'), 'utf8'));
  const packages = [...packagesOf(moduleIds), ...ofPage];
  const notices = noticesText(packages, 'slowbrute');
  const text = [
    '#!/usr/bin/env node',
    '// slowbrute, one file; what is in it of others stands at its end, with their licences',
    `const ENCLOSED_PARTS = {${enclosed.join(',')}};`,
    code.replace(/^#!.*\n/, '').trimEnd(),
    comment(readFileSync(join(root, 'LICENSE'), 'utf8')),
    comment(notices),
    '',
  ].join('\n');
  mkdirSync(resolve(target, '..'), { recursive: true });
  writeFileSync(target, text);
  chmodSync(target, 0o755);
  return { path: target, packages, notices };
}

function comment(text) {
  return `/*\n${text.trimEnd().replaceAll('*/', '* /')}\n*/`;
}

if (process.argv[1] === import.meta.filename) {
  const { path } = await buildSingle();
  process.stdout.write(`${relative(process.cwd(), path)}: ${statSync(path).size} bytes\n`);
}
