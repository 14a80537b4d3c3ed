// `npm run bench -- [--size 1g] [--many] [--growth 100m,1g] [--packed] [--peers]`: times reading a mixed auth.log beside
// what others do with the same bytes, in one run: `wc -l`, `rg -c sshd`, sshguard's parser, slowbrute's parser by its fast
// and by its readable path, and `slowbrute scan --format json`. `--many` takes 200,000 sources and 120,000 names
// instead of 2,000 and 1,000. `--packed` adds .gz and .zst beside `gzip -dc` and `zstd -dc`; `--growth` the parser on
// logs of other sizes (20g needs 20 GB of disk); `--peers` fail2ban-regex, on 10 MB of the log. Compare the ratios; the
// figures are this machine's.
import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { component } from '../scripts/components.mjs';
import { makeLog } from './make-log.mjs';
import { measure } from './measure.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '200m' },
    many: { type: 'boolean', default: false },
    packed: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    growth: { type: 'string', default: '' },
  },
});

/** Bytes of `200m`; ends the program where it is none. */
function bytesOf(text) {
  const size = /^(\d+)([kmg])$/i.exec(text);
  if (size === null) {
    process.stderr.write('--size and --growth are numbers with k, m or g: 200m, 1g\n');
    process.exit(2);
  }
  return Number(size[1]) * { k: 1e3, m: 1e6, g: 1e9 }[size[2].toLowerCase()];
}

const root = resolve(import.meta.dirname, '..');
const main = resolve(root, 'dist/cli/main.js');
if (!existsSync(main)) {
  process.stderr.write('dist/ is not built: npm run build\n');
  process.exit(1);
}
const [sources, names] = values.many ? [200_000, 120_000] : [2_000, 1_000];
const logOf = (size) =>
  makeLog(resolve(root, `.cache/bench/mixed-${size}${values.many ? '-many' : ''}.log`), {
    bytes: bytesOf(size),
    sources,
    names,
  });
const growth = values.growth === '' ? [] : values.growth.split(',');
for (const size of growth) bytesOf(size);
const log = logOf(values.size);
const megabytes = statSync(log).size / 1e6;
process.stdout.write(
  `${megabytes.toFixed(0)} MB, ${sources} sources, ${names} names; ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}\n\n`,
);

const load = resolve(root, 'bench/load.mjs');
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
runs.push(['slowbrute, read and parse', process.execPath, [load, log], {}]);
runs.push(['  the readable path alone', process.execPath, [load, log, '--readable'], {}]);
runs.push(['slowbrute scan', process.execPath, [main, 'scan', '--format', 'json', log], {}]);
if (values.packed) await addPacked();
for (const size of growth) runs.push([`parse ${size}`, process.execPath, [load, logOf(size)], { size }]);

/** The same log compressed, once, and what its decompressor alone takes. */
async function addPacked() {
  for (const { ending, program, pack } of [
    { ending: 'gz', program: 'gzip', pack: '-6 -k -c' },
    { ending: 'zst', program: 'zstd', pack: '-3 -q -c' },
  ]) {
    const packed = `${log}.${ending}`;
    if (!existsSync(packed) || statSync(packed).mtimeMs < statSync(log).mtimeMs) {
      const { status } = await measure('sh', ['-c', `${program} ${pack} "$0" > "$1"`, log, packed]);
      if (status !== 0) {
        unavailable.push(`${program}: is not on this machine`);
        continue;
      }
    }
    runs.push([`${program} -dc`, program, ['-dc', packed], {}]);
    runs.push([`slowbrute parse .${ending}`, process.execPath, [load, packed], {}]);
  }
}

const row = (cells) =>
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(10))).join('')}\n`,
  );
row(['', 'wall s', 'CPU s', 'MB/s', 'peak MB', 'CPU / rg']);
let rg = null;
let failures = 0;
for (const [label, command, args, options] of runs) {
  const took = await measure(command, args, options);
  if (label.startsWith('rg')) rg = took.cpu;
  const size = options.size === undefined ? megabytes : bytesOf(options.size) / 1e6;
  row([
    label,
    took.wall.toFixed(2),
    took.cpu.toFixed(2),
    (size / took.wall).toFixed(0),
    took.peakMegabytes.toFixed(0),
    rg === null || size !== megabytes ? '' : (took.cpu / rg).toFixed(1),
  ]);
  if (took.status !== 0) {
    failures++;
    process.stdout.write(`  ended with status ${took.status}: ${took.said.trim().slice(0, 300)}\n`);
  } else if (label.includes('read and parse')) process.stdout.write(`  ${took.output}`);
}
if (values.peers) await peers();
for (const reason of unavailable) process.stdout.write(`not measured: ${reason}\n`);
process.exit(failures === 0 ? 0 : 1);

/** fail2ban-regex on the first 10 MB, and what that makes of the whole: its time grows with the lines. */
async function peers() {
  const found = component('fail2ban');
  if (found.program === undefined) {
    unavailable.push(found.reason);
    return;
  }
  const part = Math.min(10e6, statSync(log).size);
  const buffer = Buffer.alloc(part);
  const file = openSync(log, 'r');
  const read = readSync(file, buffer, 0, part, 0);
  closeSync(file);
  const cut = resolve(root, '.cache/bench/first-10m.log');
  writeFileSync(cut, buffer.subarray(0, buffer.lastIndexOf(10, read - 1) + 1));
  const took = await measure(
    'python3',
    [
      resolve(found.root, 'usr/bin/fail2ban-regex'),
      cut,
      resolve(found.root, 'etc/fail2ban/filter.d/sshd.conf'),
    ],
    {
      env: { PYTHONPATH: resolve(found.root, 'usr/lib/python3/dist-packages') },
    },
  );
  const times = statSync(log).size / part;
  row([
    'fail2ban-regex, extrapolated',
    (took.wall * times).toFixed(0),
    (took.cpu * times).toFixed(0),
    (megabytes / (took.wall * times)).toFixed(1),
    took.peakMegabytes.toFixed(0),
    rg === null ? '' : ((took.cpu * times) / rg).toFixed(0),
  ]);
  if (took.status !== 0 && took.status !== 1)
    process.stdout.write(`  ended with status ${took.status}: ${took.said.trim().slice(0, 300)}\n`);
}
