// Joins the modules of the commands that are waited for, and of the scanning thread: of the 0.45 processor seconds that a
// small log took, 0.1 went into finding, reading and linking 150 files (docs/performance.md). Packages stay what they are,
// and so does the class of the operator's trouble, which the command line knows errors by. `npm run build` calls it.
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

const dist = resolve(import.meta.dirname, '../dist');

/** Files two folders deep, as all that are joined into them: what they find by their own address stays where it was. */
const GROUPS = [
  { folder: 'cli', entries: ['scan', 'replay'] },
  { folder: 'store', entries: ['scanning-thread'] },
];

/** Throws where rolldown does, with its words. */
export async function bundle(root = dist) {
  for (const { folder, entries } of GROUPS) {
    const input = Object.fromEntries(entries.map((name) => [name, resolve(root, folder, `${name}.js`)]));
    const joined = await rolldown({
      input,
      platform: 'node',
      external: (id) => !/^[./]/.test(id) || id.endsWith('/model/error.js'),
    });
    await joined.write({
      dir: resolve(root, folder),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'part-[name].js',
    });
    await joined.close();
  }
}

if (process.argv[1] === import.meta.filename) await bundle();
