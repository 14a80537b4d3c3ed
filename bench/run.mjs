// `npm run bench -- [--size 1g] [--many] [--growth 100m,1g] [--packed] [--peers]`: times reading a mixed auth.log beside
// what others do with the same bytes, in one run: `wc -l`, `rg -c sshd`, sshguard's parser, slowbrute's parser by its fast
// and by its readable path, and `slowbrute scan --format json`, on one core (taskset) and on two. `--many` takes 200,000
// sources and 120,000 names instead of 2,000 and 1,000. `--packed` adds .gz and .zst beside `gzip -dc` and `zstd -dc`;
// `--growth` the whole `scan` of logs of other sizes (20g needs 20 GB of disk); `--peers` fail2ban-regex on 10 MB and
// CrowdSec on 2 MB of the log, extrapolated. Each is run `--times` times, and the run that took the least wall time
// counts: others may want the machine, too. Compare the ratios; the figures are this machine's. On a clean machine it needs
// taskset (util-linux), GNU time, gzip and zstd, and apt to fetch ripgrep and sshguard into .cache/ (never installed).
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
    times: { type: 'string', default: '2' },
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

const times = Number(values.times);
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
  { stdin: log, env: { LD_LIBRARY_PATH: found.libraries }, once: true },
]);
const onOneCore = (label, args, options = {}) =>
  runs.push([label, 'taskset', ['-c', '0', process.execPath, ...args], options]);
const scan = [main, 'scan', '--format', 'json', log];
onOneCore('read and parse, one core', [load, log]);
runs.push(['read and parse', process.execPath, [load, log], {}]);
runs.push(['  the readable path alone', process.execPath, [load, log, '--readable'], { once: true }]);
onOneCore('scan, one core', scan);
runs.push(['scan', process.execPath, scan, {}]);
if (values.packed) await addPacked();
for (const size of growth)
  runs.push([
    `scan ${size}`,
    process.execPath,
    [main, 'scan', '--format', 'json', logOf(size)],
    { size, once: bytesOf(size) > 5e9 },
  ]);

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
    runs.push([`read and parse .${ending}`, process.execPath, [load, packed], {}]);
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
  let took = await measure(command, args, options);
  for (let i = options.once === true ? times : 1; i < times && took.status === 0; i++) {
    const again = await measure(command, args, options);
    const peakMegabytes = Math.max(took.peakMegabytes, again.peakMegabytes);
    took = { ...(again.wall < took.wall ? again : took), cpu: Math.min(took.cpu, again.cpu), peakMegabytes };
  }
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
  } else if (label === 'read and parse') process.stdout.write(`  ${took.output}`);
}
if (values.peers) {
  await fail2ban();
  await crowdsecPart();
}
for (const reason of unavailable) process.stdout.write(`not measured: ${reason}\n`);
process.exit(failures === 0 ? 0 : 1);

/** The whole lines of the first `bytes` of the log. */
function beginning(bytes) {
  const part = Math.min(bytes, statSync(log).size);
  const buffer = Buffer.alloc(part);
  const file = openSync(log, 'r');
  const read = readSync(file, buffer, 0, part, 0);
  closeSync(file);
  return buffer.subarray(0, buffer.lastIndexOf(10, read - 1) + 1);
}

/** CrowdSec in its replay mode on the first 2 MB, without what starting takes, and what that makes of the whole. */
async function crowdsecPart() {
  const found = component('crowdsec');
  if (found.program === undefined) {
    unavailable.push(found.reason);
    return;
  }
  const { crowdsec } = await import('../dist/evaluate/peers/crowdsec.js');
  const { programsIn } = await import('../dist/evaluate/peers/programs.js');
  const { temporaryFolders } = await import('../dist/evaluate/peers/work-folder.js');
  const bytes = beginning(2e6);
  const lines = bytes.toString('latin1').trimEnd().split('\n');
  const started = process.hrtime.bigint();
  const ran = await crowdsec(programsIn(resolve(root, '.cache/components')), temporaryFolders).run({
    lines: lines.map((text) => ({ time: 0, source: null, text })),
  });
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  if (ran.kind !== 'ran') {
    unavailable.push(ran.reason);
    return;
  }
  const cpu = (ran.cpuSeconds * statSync(log).size) / bytes.length;
  row(['CrowdSec, extrapolated', '', cpu.toFixed(0), '', '', rg === null ? '' : (cpu / rg).toFixed(0)]);
  process.stdout.write(`  ${wall.toFixed(1)} s for 2 MB with starting it three times\n`);
}

/** fail2ban-regex on the first 10 MB, and what that makes of the whole: its time grows with the lines. */
async function fail2ban() {
  const found = component('fail2ban');
  if (found.program === undefined) {
    unavailable.push(found.reason);
    return;
  }
  const bytes = beginning(10e6);
  const cut = resolve(root, '.cache/bench/first-10m.log');
  writeFileSync(cut, bytes);
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
  const share = statSync(log).size / bytes.length;
  row([
    'fail2ban-regex, extrapolated',
    (took.wall * share).toFixed(0),
    (took.cpu * share).toFixed(0),
    (megabytes / (took.wall * share)).toFixed(1),
    took.peakMegabytes.toFixed(0),
    rg === null ? '' : ((took.cpu * share) / rg).toFixed(0),
  ]);
  if (took.status !== 0 && took.status !== 1)
    process.stdout.write(`  ended with status ${took.status}: ${took.said.trim().slice(0, 300)}\n`);
}
