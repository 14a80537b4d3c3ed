/** Before any test: the byte machine is compiled, as `npm run build` does, if its sources are newer. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

export default function setup(): void {
  execFileSync(process.execPath, [resolve(import.meta.dirname, '../scripts/machine.mjs')], { stdio: 'pipe' });
}
