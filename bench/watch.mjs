// What watching costs: a log is written at so many lines a second while `slowbrute watch` follows it. Prints lag, memory and CPU time,
// then what it costs while nothing happens, then how long it takes from the writing of a line to the block at 1,000 lines a
// second. With --peers, fail2ban, sshguard and CrowdSec follow the same stream, one after the other (watch-peers.mjs).
// Linux only; needs the built program.
//
//   node bench/watch.mjs                                       a minute, then a minute of nothing, then fifty blocks
//   node bench/watch.mjs --seconds 600 --idle 120              as the figures in docs/watch.md
//   node bench/watch.mjs --only-peers --rate 1000 --seconds 60
//   node bench/watch.mjs --seconds 0 --idle 120 --inputs 8 --blocks 0
//
// --sources N      addresses that the failures come from (2,000)
// --engine NAME    of the history: duckdb, sqlite, file, memory
// NODE_FLAGS       flags of Node for the daemon, as the unit would set them
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
import { readUpTo, usage } from './processes.mjs';
import { peerNames, startPeer } from './watch-peers.mjs';
import { stamp, stream, write } from './watch-stream.mjs';

const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '60' },
    idle: { type: 'string', default: '60' },
    blocks: { type: 'string', default: '50' },
    inputs: { type: 'string', default: '1' },
    sources: { type: 'string', default: '2000' },
    engine: { type: 'string', default: 'auto' },
    peers: { type: 'boolean', default: false },
    'only-peers': { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const sources = Number(values.sources);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const say = (text) => process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes the stream, looks at who follows it, and says what it took. `behind()`: bytes, or null where it cannot be told. */
async function load(name, pid, log, behind) {
  const before = usage(pid);
  let mostBehind = 0;
  let mostResident = 0;
  const look = async (at) => {
    const { rss, cpu } = usage(pid);
    const bytes = (await behind()) ?? 0;
    mostBehind = Math.max(mostBehind, bytes);
    mostResident = Math.max(mostResident, rss);
    say(
      `  ${at.toFixed(0)} s: ${(bytes / 1e6).toFixed(1)} MB behind, ${rss.toFixed(0)} MB, ${(cpu - before.cpu).toFixed(1)} CPU s`,
    );
  };
  const { lines, bytes, seconds: took } = await write(log, stream(sources), rate, seconds, look);
  const end = Date.now();
  const atEnd = usage(pid).cpu - before.cpu;
  const left = (await behind()) ?? 0;
  const patience = Math.max(60, seconds);
  while (((await behind()) ?? 0) > 0 && Date.now() - end < patience * 1000) await sleep(200);
  const late = (Date.now() - end) / 1000;
  const after = usage(pid);
  const isThrough = ((await behind()) ?? 0) === 0;
  say(
    `${name}: ${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB in ${took.toFixed(0)} s; ` +
      `most behind ${(Math.max(mostBehind, left) / 1e6).toFixed(1)} MB, ` +
      `${isThrough ? `all read ${late.toFixed(1)} s after the last line` : `${((await behind()) / 1e6).toFixed(0)} MB not read ${late.toFixed(0)} s after the last line`}; ` +
      `${((atEnd / took) * 100).toFixed(0)} % of a core, ${(((after.cpu - before.cpu) / lines) * 1e6).toFixed(1)} µs a line; ` +
      `resident at most ${Math.max(mostResident, after.peak).toFixed(0)} MB, at the end ${after.rss.toFixed(0)} MB`,
  );
}

async function idle(name, pid) {
  if (Number(values.idle) === 0) return;
  await sleep(5000);
  const before = usage(pid);
  await sleep(Number(values.idle) * 1000);
  const after = usage(pid);
  say(
    `${name}, idle for ${values.idle} s: ${(((after.cpu - before.cpu) / Number(values.idle)) * 100).toFixed(2)} % of a core, ${after.rss.toFixed(0)} MB`,
  );
}

async function slowbrute() {
  const log = join(folder, 'auth.log');
  const target = join(folder, 'blocked');
  const configuration = join(folder, 'slowbrute.toml');
  const others = Array.from({ length: Number(values.inputs) - 1 }, (_, i) => join(folder, `other-${i}.log`));
  for (const path of [log, ...others]) writeFileSync(path, '');
  writeFileSync(
    configuration,
    `state-folder = "${folder}/state"\nsocket = "${folder}/s"\ntimezone = "UTC"\n[history]\nengine = "${values.engine}"\n` +
      `[block]\nwith = ["file"]\n[block.file]\npath = "${target}"\n[block.unknown-user]\nblock = true\n[log]\nlevel = "error"\n`,
  );
  const flags = (process.env.NODE_FLAGS ?? '').split(' ').filter(Boolean);
  const daemon = spawn(
    process.execPath,
    [...flags, main, 'watch', '--config', configuration, log, ...others],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  process.on('exit', () => daemon.kill('SIGKILL'));
  const status = () => {
    const { stdout } = spawnSync(
      process.execPath,
      [main, 'status', '--config', configuration, '--format', 'json'],
      { encoding: 'utf8' },
    );
    return stdout === '' ? null : JSON.parse(stdout);
  };
  const behind = () => status()?.inputs.find(({ input }) => input === log)?.lagBytes ?? null;
  const { pid } = daemon;
  while (status() === null) await sleep(200);
  await sleep(2000);
  if (seconds > 0) await load('slowbrute', pid, log, behind);
  await idle('slowbrute', pid);
  if (Number(values.blocks) > 0) await blocks(log, target);
  daemon.kill('SIGTERM');
  await new Promise((done) => daemon.on('close', done));
}

async function blocks(log, target) {
  const nextLine = stream(sources);
  const times = [];
  for (let i = 0; i < Number(values.blocks); i++) {
    const source = `203.0.113.${1 + i}`;
    for (let n = 0; n < 5; n++) {
      appendFileSync(log, `${Array.from({ length: 100 }, () => nextLine(Date.now())).join('\n')}\n`);
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
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
  say(
    `from a line's writing to its block, at 1,000 lines a second: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${at(1)} ms`,
  );
}

async function peer(name) {
  const own = join(folder, name);
  const log = join(folder, `${name}.log`);
  writeFileSync(log, '');
  const { pid, stop, reason, closesLog } = await startPeer(name, log, own);
  if (reason !== undefined) {
    say(`${name}: not run: ${reason}`);
    return;
  }
  const said = () => readFileSync(join(own, 'said'), 'utf8');
  const follows = () =>
    readUpTo(pid, log) !== null || (closesLog === true && said().includes('Server ready'));
  for (let i = 0; i < 100 && !follows(); i++) await sleep(200);
  await sleep(2000);
  if (!follows()) {
    say(`${name}: does not follow the log: ${said().slice(-500)}`);
    stop();
    return;
  }
  // fail2ban has its log open only while there is something to read
  const behind = () => {
    const at = readUpTo(pid, log);
    return at === null ? 0 : statSync(log).size - at;
  };
  await load(name, pid, log, behind);
  await idle(name, pid);
  stop();
}

if (!values['only-peers']) {
  say(`slowbrute, ${rate.toLocaleString('en')} lines a second for ${seconds} s`);
  await slowbrute();
}
if (values.peers || values['only-peers']) {
  for (const name of peerNames) {
    say(`${name}, ${rate.toLocaleString('en')} lines a second for ${seconds} s`);
    await peer(name);
  }
}
