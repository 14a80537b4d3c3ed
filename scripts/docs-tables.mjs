// Fills the tables of the documentation with what the program prints. A document says which command makes a table:
//
//     <!-- output of: slowbrute evaluate --seeds 20 -->
//     ```
//     (replaced)
//     ```
//
// Usage: npm run build && node scripts/docs-tables.mjs docs/evaluation.md [DIR]
// The word DIR in a command stands for the folder given last, so that no document names a folder of one machine.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [path, folder] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('docs-tables: no document named\nGive one, such as docs/evaluation.md.\n');
  process.exit(2);
}
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const text = readFileSync(path, 'utf8');
let tables = 0;
const filled = text.replace(
  /(<!-- output of: slowbrute ([^\n]*?) -->\n+```\w*\n)[\s\S]*?(```\n)/g,
  (_, before, command, after) => {
    const words = command.split(/\s+/).map((word) => (word === 'DIR' ? folder : word));
    if (words.includes(undefined)) {
      process.stderr.write(`docs-tables: ${path} needs a folder for DIR\nGive it after the document.\n`);
      process.exit(2);
    }
    const run = spawnSync(process.execPath, [main, ...words], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (run.status !== 0) {
      process.stderr.write(`docs-tables: slowbrute ${command} ended with ${run.status ?? run.signal}\n`);
      process.exit(1);
    }
    tables++;
    return `${before}${run.stdout}${after}`;
  },
);
if (tables === 0) {
  process.stderr.write(`docs-tables: ${path} has no table to fill\nMark one as this script's head says.\n`);
  process.exit(1);
}
writeFileSync(path, filled);
process.stdout.write(`docs-tables: ${tables} ${tables === 1 ? 'table' : 'tables'} in ${path}\n`);
