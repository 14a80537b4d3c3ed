// Builds the page of `slowbrute serve` into dist/web, and the same code with another entry into dist/web/report: the
// script and the style sheet that `scan --format html` writes into its one file. `npm run build` calls it.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import { noticesText, packageIn, packagesOf } from './notices.mjs';

const root = resolve(import.meta.dirname, '../web');
const outDir = resolve(import.meta.dirname, '../dist/web');
/** Browsers that have DecompressionStream and lookbehind in regular expressions: 2023. */
const target = ['chrome111', 'firefox114', 'safari16.4'];
const common = {
  root,
  base: './',
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

/** The machine's own few lines at run time are AssemblyScript's. */
const COMPILER = resolve(import.meta.dirname, '../node_modules/assemblyscript');

/** Throws where vite does, with its words. Beside the page goes dist/NOTICES.txt: what is in it of others. */
export async function buildPage() {
  const page = await build({
    ...common,
    build: {
      outDir,
      emptyOutDir: true,
      target,
      modulePreload: { polyfill: false },
      // a picture inlined as data: would need a wider Content-Security-Policy
      assetsInlineLimit: 0,
    },
  });
  const report = await build({
    ...common,
    publicDir: false,
    build: {
      outDir: resolve(outDir, 'report'),
      emptyOutDir: true,
      target,
      // the style sheet a file of its own: its hash stands in the policy
      cssCodeSplit: false,
      rolldownOptions: {
        input: resolve(root, 'report.tsx'),
        output: {
          format: 'iife',
          entryFileNames: 'report.js',
          assetFileNames: 'report[extname]',
        },
      },
    },
  });
  const modules = [page, report]
    .flat()
    .flatMap(({ output }) => output.flatMap(({ moduleIds }) => moduleIds ?? []));
  const packages = [...packagesOf(modules), packageIn(COMPILER)];
  writeFileSync(resolve(outDir, '../notices.json'), JSON.stringify(packages));
  writeFileSync(
    resolve(outDir, '../NOTICES.txt'),
    noticesText(packages, 'The page of slowbrute, and its byte machine,'),
  );
}

if (process.argv[1] === import.meta.filename) await buildPage();
