// `npm run bench -- [--size 200m] [--many]`: times reading a mixed auth.log beside what others do with the same
// bytes, in one run: `wc -l`, `rg -c sshd`, sshguard's parser, and `slowbrute scan --format json`. `--many` takes
// 200,000 sources and 120,000 names instead of 2,000 and 1,000. Compare the ratios; the figures are this machine's.
import { existsSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { component } from '../scripts/components.mjs';
import { makeLog } from './make-log.mjs';
import { measure } from './measure.mjs';

const { values } = parseArgs({
  options: { size: { type: 'string', default: '200m' }, many: { type: 'boolean', default: false } },
});
const size = /^(\d+)([kmg])$/i.exec(values.size);
if (size === null) {
  process.stderr.write('--size is a number with k, m or g: 200m, 1g\n');
  process.exit(2);
}
const bytes = Number(size[1]) * { k: 1e3, m: 1e6, g: 1e9 }[size[2].toLowerCase()];
const root = resolve(import.meta.dirname, '..');
const main = resolve(root, 'dist/cli/main.js');
if (!existsSync(main)) {
  process.stderr.write('dist/ is not built: npm run build\n');
  process.exit(1);
}
const [sources, names] = values.many ? [200_000, 120_000] : [2_000, 1_000];
const log = makeLog(resolve(root, `.cache/bench/mixed-${values.size}${values.many ? '-many' : ''}.log`), {
  bytes,
  sources,
  names,
});
const megabytes = statSync(log).size / 1e6;
process.stdout.write(
  `${megabytes.toFixed(0)} MB, ${sources} sources, ${names} names; ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}\n\n`,
);

await measure('cat', [log]); // so that all find it in memory
const runs = [['wc -l', 'wc', ['-l', log], {}]];
const unavailable = [];
const add = (label, name, call) => {
  const found = component(name);
  if (found.program === undefined) unavailable.push(found.reason);
  else runs.push([label, found.program, ...call(found)]);
};
add('rg -c sshd', 'ripgrep', (found) => [['-c', 'sshd', log], { env: { LD_LIBRARY_PATH: found.libraries } }]);
add('sshguard parser', 'sshguard', (found) => [
  [],
  { stdin: log, env: { LD_LIBRARY_PATH: found.libraries } },
]);
runs.push(['slowbrute, read and parse', process.execPath, [resolve(root, 'bench/load.mjs'), log], {}]);
runs.push(['slowbrute scan', process.execPath, [main, 'scan', '--format', 'json', log], {}]);

const row = (cells) =>
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(10))).join('')}\n`,
  );
row(['', 'wall s', 'CPU s', 'MB/s', 'peak MB', 'CPU / rg']);
let rg = null;
let failures = 0;
for (const [label, command, args, options] of runs) {
  const took = await measure(command, args, options);
  if (label.startsWith('rg')) rg = took.cpu;
  row([
    label,
    took.wall.toFixed(2),
    took.cpu.toFixed(2),
    (megabytes / took.wall).toFixed(0),
    took.peakMegabytes.toFixed(0),
    rg === null ? '' : (took.cpu / rg).toFixed(1),
  ]);
  if (took.status !== 0) {
    failures++;
    process.stdout.write(`  ended with status ${took.status}: ${took.said.trim().slice(0, 300)}\n`);
  } else if (label.includes('read and parse')) process.stdout.write(`  ${took.output}`);
}
for (const reason of unavailable) process.stdout.write(`not measured: ${reason}\n`);
process.exit(failures === 0 ? 0 : 1);
