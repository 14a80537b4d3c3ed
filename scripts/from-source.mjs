// Modules of src/ for a script, joined and without their types, so that what is made of them needs no `npm run build` before:
// documents follow a changed option within seconds. Into a folder of .cache/, where
// packages and package.json are found as from dist/cli/.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');

/** What these modules export, in their order: `const [a, b] = await fromSource('cli/program.ts', 'cli/reference.ts')`. */
export async function fromSource(...paths) {
  const dir = resolve(root, `.cache/from-source-${process.pid}`);
  const input = Object.fromEntries(paths.map((path, i) => [`entry-${i}`, resolve(root, 'src', path)]));
  const joined = await rolldown({ input, platform: 'node', external: (id) => !/^[./]/.test(id) });
  await joined.write({ dir: dir, format: 'esm', entryFileNames: '[name].mjs' });
  await joined.close();
  const modules = await Promise.all(
    paths.map((_, i) => import(pathToFileURL(resolve(dir, `entry-${i}.mjs`)).href)),
  );
  rmSync(dir, { recursive: true });
  return modules;
}
