// `node bench/follow.mjs [--lines 10m] [--rate 20000] [--seconds 60]`: what following a log costs. First a finished log of so many
// lines, read by the follower to its end, beside `tail -F | wc -l`: CPU time and peak memory of each. Then a program that writes
// so many lines a second for so long while the log is rotated every ten seconds: how far the follower lags behind, its CPU
// time, and its memory. Compare the ratios; the figures are this machine's.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '10m' },
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '60' },
    part: { type: 'string' },
    path: { type: 'string' },
  },
});
const count = Number(values.lines.replace(/m$/, '000000').replace(/k$/, '000'));
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const line = (n) =>
  `Nov 19 15:04:22 host sshd[${n % 65536}]: Failed password for invalid user alias from 192.0.2.${n % 256} port 40992 ssh2\n`;

if (values.part === 'read') await read();
else if (values.part === 'write') write();
else await compare();

/** Reads so many lines and says on standard error what it took. */
async function read() {
  const { followFile } = await import('../dist/read/follow/file.js').catch(() => {
    process.stderr.write('dist/ is not built: npm run build\n');
    process.exit(1);
  });
  const { realFollowEffects } = await import('../dist/read/follow/follower.js');
  const follower = followFile(values.path, null, { from: 'oldest' }, realFollowEffects());
  let lines = 0;
  let characters = 0;
  let lag = 0;
  for await (const batch of follower.batches()) {
    lines += batch.lines.length;
    for (const text of batch.lines) characters += text.length;
    lag = Math.max(lag, follower.status().behindBytes ?? 0);
    if (lines >= count) break;
  }
  await follower.stop();
  const { user, system } = process.cpuUsage();
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
  process.stdout.write(JSON.stringify({ lines, characters, cpu: (user + system) / 1e6, peak, lag }));
}

/** Writes at a steady rate and rotates. */
function write() {
  let descriptor = openSync(values.path, 'a');
  let written = 0;
  let rotated = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * rate));
    while (written < due) {
      const until = Math.min(due, written + 100);
      let text = '';
      while (written < until) text += line(written++);
      writeSync(descriptor, text);
    }
    if (written >= (rotated + 1) * rate * 10) {
      rotated++;
      closeSync(descriptor);
      for (let n = rotated; n > 0; n--)
        if (existsSync(`${values.path}.${n}`)) renameSync(`${values.path}.${n}`, `${values.path}.${n + 1}`);
      renameSync(values.path, `${values.path}.1`);
      descriptor = openSync(values.path, 'a');
    }
    if (written >= count) clearInterval(timer);
  }, 10);
}

async function compare() {
  const root = mkdtempSync(join(tmpdir(), 'slowbrute-bench-'));
  try {
    const path = join(root, 'auth.log');
    const descriptor = openSync(path, 'w');
    for (let n = 0; n < count; ) {
      let text = '';
      for (const end = Math.min(count, n + 10_000); n < end; n++) text += line(n);
      writeSync(descriptor, text);
    }
    closeSync(descriptor);
    process.stdout.write(`${count} lines, ${(statSync(path).size / 1e6).toFixed(0)} MB\n`);
    const empty = await run(['--part', 'read', '--path', path, '--lines', '1']);
    show('node alone, one line', empty);
    show('follower', await run(['--part', 'read', '--path', path, '--lines', String(count)]));
    const tail = await timed('sh', ['-c', `tail -n +1 -F ${path} 2>/dev/null | head -n ${count} | wc -l`]);
    process.stdout.write(`${'tail -F | head | wc -l'.padEnd(24)} ${tail.cpu.toFixed(2)} s of CPU\n`);

    const live = join(root, 'live.log');
    const total = String(rate * seconds);
    const writer = spawn(process.execPath, [
      import.meta.filename,
      '--part',
      'write',
      '--path',
      live,
      '--lines',
      total,
      '--rate',
      String(rate),
    ]);
    const began = performance.now();
    const result = await run(['--part', 'read', '--path', live, '--lines', total]);
    writer.kill();
    process.stdout.write(
      `${rate} lines a second for ${((performance.now() - began) / 1000).toFixed(1)} s, rotated every 10 s\n`,
    );
    show('follower', result);
    process.stdout.write(`${''.padEnd(24)} at most ${(result.lag / 1024).toFixed(0)} KiB behind\n`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function show(name, { cpu, peak, lines }) {
  process.stdout.write(
    `${name.padEnd(24)} ${cpu.toFixed(2)} s of CPU, peak ${peak.toFixed(0)} MB, ${lines} lines\n`,
  );
}

async function run(args) {
  const { stdout } = await timed(process.execPath, [resolve(import.meta.filename), ...args]);
  return JSON.parse(stdout);
}

/** Output of a program, and the CPU time of it and its children. */
function timed(command, args) {
  return new Promise((done, fail) => {
    const child = spawn('sh', ['-c', '"$0" "$@"; times >&2', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('close', (status) => {
      if (status !== 0) return fail(new Error(stderr));
      const [, children = ''] = stderr.trim().split('\n').slice(-2);
      const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
        (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
        0,
      );
      return done({ stdout, cpu });
    });
  });
}
