// What watching costs: a log is written at so many lines a second while `slowbrute watch` follows it. Prints lag, memory and CPU time,
// then what it costs while nothing happens, then how long it takes from the writing of a line to the block at 1,000 lines a
// second. Needs the built program.
//
//   node bench/watch.mjs [--rate 20000] [--seconds 600] [--idle 60] [--blocks 50]
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '600' },
    idle: { type: 'string', default: '60' },
    blocks: { type: 'string', default: '50' },
  },
});
const rate = Number(values.rate);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-bench-'));
const log = join(folder, 'auth.log');
const target = join(folder, 'blocked');
writeFileSync(log, '');
const configuration = join(folder, 'slowbrute.toml');
writeFileSync(
  configuration,
  `state-folder = "${folder}/state"\nsocket = "${folder}/s"\ntimezone = "UTC"\n[block]\nwith = ["file"]\n[block.file]\npath = "${target}"\n[block.unknown-user]\nblock = true\n[log]\nlevel = "error"\n`,
);
const daemon = spawn(
  process.execPath,
  [
    ...(process.env.NODE_FLAGS ?? '').split(' ').filter(Boolean),
    main,
    'watch',
    '--config',
    configuration,
    log,
  ],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
process.on('exit', () => daemon.kill('SIGKILL'));
const ticks = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

function usage() {
  const stat = readFileSync(`/proc/${daemon.pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${daemon.pid}/status`, 'latin1');
  const mb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticks, rss: mb('VmRSS'), peak: mb('VmHWM') };
}
function status() {
  const { stdout } = spawnSync(
    process.execPath,
    [main, 'status', '--config', configuration, '--format', 'json'],
    { encoding: 'utf8' },
  );
  return stdout === '' ? null : JSON.parse(stdout);
}
const two = (n) => String(n).padStart(2, '0');
const stamp = (ms) => {
  const d = new Date(ms);
  return `${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
};
let state = 1;
const next = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state % below;
};
/** Six in ten lines are sshd's; most attempts are of two thousand loud sources on accounts that exist. */
function lineAt(now, i) {
  const head = `${stamp(now)} host`;
  const kind = i % 10;
  if (kind < 4)
    return `${head} cron[${100 + next(9000)}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`;
  const source = `10.1.${next(8)}.${1 + next(250)}`;
  const pid = 1000 + (i % 30_000);
  if (kind < 8)
    return `${head} sshd[${pid}]: Failed password for root from ${source} port ${1024 + next(60_000)} ssh2`;
  if (kind < 9)
    return `${head} sshd[${pid}]: Connection closed by authenticating user root ${source} port ${1024 + next(60_000)} [preauth]`;
  return `${head} sshd[${pid}]: Accepted publickey for alice from 10.9.${next(4)}.${1 + next(200)} port ${1024 + next(60_000)} ssh2`;
}

while (status() === null) await sleep(200);
await sleep(2000);
process.stdout.write(`${rate.toLocaleString('en')} lines a second for ${values.seconds} s\n`);
const seconds = Number(values.seconds);
const began = Date.now();
const before = usage();
let written = 0;
let mostBehind = 0;
let lines = 0;
while (Date.now() - began < seconds * 1000) {
  const due = Math.floor(((Date.now() - began) / 1000) * rate);
  const piece = [];
  while (written < due) piece.push(lineAt(Date.now(), written++));
  if (piece.length > 0) appendFileSync(log, `${piece.join('\n')}\n`);
  await sleep(20);
  if (++lines % 250 === 0) {
    const now = status();
    const behind = now?.inputs[0].lagBytes ?? 0;
    mostBehind = Math.max(mostBehind, behind);
    const { rss, cpu } = usage();
    process.stdout.write(
      `  ${((Date.now() - began) / 1000).toFixed(0)} s: ${(behind / 1e6).toFixed(1)} MB behind, ${rss.toFixed(0)} MB, ${(cpu - before.cpu).toFixed(1)} CPU s\n`,
    );
  }
}
const end = Date.now();
while ((status()?.inputs[0].lines ?? 0) < written) await sleep(200);
const after = usage();
process.stdout.write(
  `${written.toLocaleString('en')} lines, ${(statSync(log).size / 1e6).toFixed(0)} MB: all read ${((Date.now() - end) / 1000).toFixed(1)} s after the last; most behind ${(mostBehind / 1e6).toFixed(1)} MB; ${(after.cpu - before.cpu).toFixed(1)} CPU s, ${(((after.cpu - before.cpu) / (end - began)) * 1e5).toFixed(0)} % of a core; peak ${after.peak.toFixed(0)} MB\n`,
);

await sleep(5000);
const idle = usage();
await sleep(Number(values.idle) * 1000);
const rested = usage();
process.stdout.write(
  `idle: ${(((rested.cpu - idle.cpu) / Number(values.idle)) * 100).toFixed(2)} % of a core, ${rested.rss.toFixed(0)} MB\n`,
);

const times = [];
for (let i = 0; i < Number(values.blocks); i++) {
  const source = `203.0.113.${1 + i}`;
  for (let n = 0; n < 5; n++) {
    const noise = Array.from({ length: 100 }, (_, j) => lineAt(Date.now(), j)).join('\n');
    appendFileSync(log, `${noise}\n`);
    await sleep(100);
  }
  const at = performance.now();
  appendFileSync(
    log,
    `${stamp(Date.now())} host sshd[${40_000 + i}]: Failed password for invalid user nobody${i} from ${source} port ${2000 + i} ssh2\n`,
  );
  while (!(existsSync(target) && readFileSync(target, 'latin1').includes(`${source}\n`))) await sleep(2);
  times.push(performance.now() - at);
}
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
process.stdout.write(
  `from a line's writing to its block, at 1,000 lines a second: median ${at(0.5).toFixed(0)} ms, 95 % ${at(0.95).toFixed(0)} ms, most ${at(1).toFixed(0)} ms\n`,
);
daemon.kill('SIGTERM');
await new Promise((done) => daemon.on('close', done));
rmSync(folder, { recursive: true, force: true });
