// The daemon is killed with SIGKILL at random moments while its log is written and rotated, and started again, so often. What its
// history holds at the end is compared with that of one that read the same lines undisturbed: the same attempts under the
// same names, the same events, the same campaigns and blocks, none twice. Needs the built program (npm run build).
//
//   node tests/watch/kill.mjs --kills 200 --seed 1 [--scenario alphabetical] [--keep]
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const main = resolve(import.meta.dirname, '../../dist/cli/main.js');

/** Mulberry32: the same seed, the same run, as far as a scheduler lets it. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Runs it; resolves with what differs, empty where nothing does, and counts. */
export async function killOften({ kills, seed, scenario, keep = false, say = () => {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-kill-'));
  const chance = random(seed);
  const lines = simulated(scenario, seed);
  const configuration = (name) => {
    const path = join(folder, `${name}.toml`);
    // the log is of the simulator's own time: blocks must outlast the time since then
    writeFileSync(
      path,
      `state-folder = "${join(folder, name)}"\nsocket = "${join(folder, `${name}.sock`)}"\ntimezone = "UTC"\n[block]\nprivate = true\n[block.participants]\nhours = 80000\nmost-hours = 87600\n[log]\nlevel = "warn"\n`,
    );
    return path;
  };

  const logs = join(folder, 'log');
  mkdirSync(logs);
  const log = join(logs, 'auth.log');
  writeFileSync(log, '');
  const disturbed = configuration('disturbed');
  let written = 0;
  let rotations = 0;
  const said = [];
  const start = () => {
    const child = spawn(process.execPath, [main, 'watch', '--config', disturbed, log], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text) => said.push(text));
    child.ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
    return child;
  };
  for (let k = 0; k < kills; k++) {
    const child = start();
    const end = Math.round((lines.length * (k + 1)) / kills);
    const life = 300 + chance() * 3700;
    const until = Date.now() + life;
    while (written < end || Date.now() < until) {
      const most = Math.max(1, Math.round((end - written) * chance()));
      if (written < end) {
        const text = lines.slice(written, written + most).join('\n');
        written += Math.min(most, end - written, lines.length - written);
        // some lines come in two pieces
        const cut = chance() < 0.3 ? Math.floor(text.length * chance()) : text.length;
        appendFileSync(log, text.slice(0, cut));
        if (cut < text.length) await sleep(chance() * 20);
        appendFileSync(log, `${text.slice(cut)}\n`);
        if (chance() < 0.02) {
          rotate(log, chance);
          rotations++;
        }
      }
      await sleep(chance() * 60);
      if (Date.now() >= until && written >= end) break;
    }
    child.kill('SIGKILL');
    const { code, signal } = await child.ended;
    if (signal !== 'SIGKILL') throw new Error(`it ended by itself (${code ?? signal}): ${said.join('')}`);
    if (k % 10 === 9) say(`${k + 1} kills, ${written} of ${lines.length} lines, ${rotations} rotations`);
  }
  const last = start();
  const socket = join(folder, 'disturbed.sock');
  await settled(socket);
  last.kill('SIGTERM');
  await last.ended;

  const whole = join(folder, 'whole.log');
  writeFileSync(whole, `${lines.join('\n')}\n`);
  const undisturbed = configuration('undisturbed');
  run(['watch', '--config', undisturbed, '--once', whole]);
  const found = compare(contents(disturbed), contents(undisturbed));
  if (!keep && found.differences.length === 0) rmSync(folder, { recursive: true });
  return { ...found, kills, rotations, lines: lines.length, folder, said: said.join('') };
}

function simulated(scenario, seed) {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [main, 'simulate', '--like', scenario, '--seed', String(seed)],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, -1);
}

/** More than a slow machine, on which most lives are over before anything is read, leaves unread: what is lost is another test's. */
const KEPT_PIECES = 60;

/** As logrotate does it: by renaming, the older pieces compressed, now and then with the file made anew a little later. */
function rotate(log, chance) {
  for (let n = KEPT_PIECES; n >= 1; n--) {
    const from = `${log}.${n}`;
    if (existsSync(`${from}.gz`)) renameSync(`${from}.gz`, `${log}.${n + 1}.gz`);
    else if (existsSync(from)) {
      renameSync(from, `${log}.${n + 1}`);
      spawnSync('gzip', ['-f', `${log}.${n + 1}`]);
    }
  }
  renameSync(log, `${log}.1`);
  if (chance() < 0.7) writeFileSync(log, '');
}

function run(args) {
  const { stdout, status, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`slowbrute ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Waits until everything was read and two looks a second apart are the same. */
async function settled(socket) {
  let before = '';
  for (let i = 0; i < 120; i++) {
    await sleep(1000);
    const { stdout } = spawnSync(process.execPath, [main, 'status', '--socket', socket, '--format', 'json'], {
      encoding: 'utf8',
    });
    if (stdout === '') continue;
    const { inputs, history } = JSON.parse(stdout);
    const now = JSON.stringify([inputs.map((one) => one.lines), history.attempts, history.blocks]);
    if (now === before && inputs.every((one) => (one.lagBytes ?? 0) === 0)) return;
    before = now;
  }
  throw new Error('it did not come to rest within two minutes');
}

function contents(configuration) {
  const all = (what) =>
    run(['history', what, '--config', configuration, '--limit', '0', '--format', 'json'])
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    attempts: all('attempts').map(({ input: _input, ...rest }) => rest),
    campaigns: all('campaigns'),
    blocks: all('blocks').map(({ target, reason, campaign, repetition }) => ({
      target,
      reason,
      campaign,
      repetition,
    })),
  };
}

function compare(got, wanted) {
  const differences = [];
  for (const what of ['attempts', 'campaigns', 'blocks']) {
    const count = new Map();
    for (const one of wanted[what]) count.set(JSON.stringify(one), (count.get(JSON.stringify(one)) ?? 0) + 1);
    for (const one of got[what]) count.set(JSON.stringify(one), (count.get(JSON.stringify(one)) ?? 0) - 1);
    for (const [text, number] of count)
      if (number !== 0)
        differences.push(`${what}: ${number > 0 ? 'missing' : 'too many'} (${Math.abs(number)}): ${text}`);
  }
  const counts = Object.fromEntries(Object.entries(wanted).map(([what, list]) => [what, list.length]));
  return { differences, counts };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      scenario: { type: 'string', default: 'alphabetical' },
      keep: { type: 'boolean', default: false },
    },
  });
  const found = await killOften({
    kills: Number(values.kills),
    seed: Number(values.seed),
    scenario: values.scenario,
    keep: values.keep,
    say: (text) => process.stdout.write(`${text}\n`),
  });
  const { attempts, campaigns, blocks } = found.counts;
  process.stdout.write(
    `${found.kills} kills, ${found.rotations} rotations, ${found.lines} lines: ${attempts} attempts, ${campaigns} campaigns, ${blocks} blocks; ${found.differences.length} differences\n`,
  );
  const warnings = [...new Set(found.said.split('\n').map((line) => line.replace(/^\S+ /, '')))].filter(
    (line) => line !== '',
  );
  for (const one of warnings.slice(0, 10)) process.stdout.write(`  it said: ${one}\n`);
  for (const one of found.differences.slice(0, 20)) process.stdout.write(`  ${one}\n`);
  if (found.differences.length > 0) process.stdout.write(`left in ${found.folder}\n`);
  process.exitCode = found.differences.length === 0 ? 0 : 1;
}
