// Runs one command and says what it took: wall and CPU seconds, peak memory. By GNU time where the machine has it;
// otherwise /proc is looked at every 20 ms, which misses the last moments.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GNU_TIME = '/usr/bin/time';
const TICKS_PER_SECOND = 100;

/** Resolves with `{ wall, cpu, peakMegabytes, status, output }`; `output` is the start of what it printed. */
export async function measure(command, args, { stdin = null, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-bench-'));
  const figures = join(folder, 'time');
  const timed = existsSync(GNU_TIME);
  const call = timed
    ? [GNU_TIME, '-q', '-f', '%U %S %M', '-o', figures, command, ...args]
    : [command, ...args];
  const input = stdin === null ? 'ignore' : openSync(stdin, 'r');
  const started = process.hrtime.bigint();
  const child = spawn(call[0], call.slice(1), {
    stdio: [input, 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const seen = { cpu: 0, peakMegabytes: 0 };
  const watch = timed ? null : setInterval(() => look(child.pid, seen), 20);
  let output = '';
  let said = '';
  child.stdout.on('data', (data) => {
    if (output.length < 4096) output += data;
  });
  child.stderr.on('data', (data) => {
    if (said.length < 4096) said += data;
  });
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  if (watch !== null) clearInterval(watch);
  if (typeof input === 'number') closeSync(input);
  if (timed && existsSync(figures)) {
    const [user, system, kilobytes] = readFileSync(figures, 'utf8')
      .trim()
      .split('\n')
      .at(-1)
      .split(' ')
      .map(Number);
    seen.cpu = user + system;
    seen.peakMegabytes = (kilobytes * 1024) / 1e6;
  }
  rmSync(folder, { recursive: true });
  return { wall, ...seen, status, output, said };
}

function look(pid, seen) {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (peak !== null) seen.peakMegabytes = (Number(peak[1]) * 1024) / 1e6;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    seen.cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    // it ended between two looks
  }
}
