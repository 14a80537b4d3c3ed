// Compiles the byte machine (machine/, AssemblyScript) to src/parse/fast/machine.wasm, unless it is newer than its
// sources. `npm run build` and the tests call it; `buildMachine()` gives the path.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = resolve(root, 'machine');
const target = resolve(root, 'src/parse/fast/machine.wasm');

/** Throws with the compiler's words where the sources are wrong. */
export async function buildMachine() {
  const newest = Math.max(
    ...[...readdirSync(folder).map((name) => resolve(folder, name)), import.meta.filename].map(
      (path) => statSync(path).mtimeMs,
    ),
  );
  if (existsSync(target) && statSync(target).mtimeMs > newest) return target;
  const asc = await import('assemblyscript/asc');
  const said = [];
  const { error } = await asc.main(
    [
      'machine/index.ts',
      '--outFile',
      'src/parse/fast/machine.wasm',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      // one memory for two threads: what one has scanned the other reads in place
      '--enable',
      'threads',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory',
      '256',
      '--maximumMemory',
      '65536',
      '--optimizeLevel',
      '3',
      '--shrinkLevel',
      '0',
      '--converge',
      '--noAssert',
      '--use',
      'abort=',
    ],
    { baseDir: root, stderr: { write: (text) => said.push(String(text)) } },
  );
  if (error !== null) throw new Error(`machine/: ${said.join('')}`);
  return target;
}

if (process.argv[1] === import.meta.filename) {
  const path = await buildMachine();
  process.stdout.write(`${path}: ${statSync(path).size} bytes\n`);
}
