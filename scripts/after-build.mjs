// Makes the built command executable (`tsc` keeps the first line but not the mode), and known to `npx slowbrute` in
// a clone: npm links the commands of dependencies only, and would otherwise pack and build the clone once more. And puts
// the compiled byte machine where its other side is, and joins the modules of the commands that are waited for.
import { chmodSync, copyFileSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const main = new URL('../dist/cli/main.js', import.meta.url);
const commands = new URL('../node_modules/.bin/', import.meta.url);

const machine = new URL('../src/parse/fast/machine.wasm', import.meta.url);
copyFileSync(machine, new URL('../dist/parse/fast/machine.wasm', import.meta.url));
await bundle();

if (existsSync(main)) {
  chmodSync(main, 0o755);
  if (existsSync(commands) && process.platform !== 'win32') {
    const link = fileURLToPath(new URL('slowbrute', commands));
    rmSync(link, { force: true });
    symlinkSync('../../dist/cli/main.js', link);
  }
}
