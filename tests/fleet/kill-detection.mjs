// A detection over three replicas, worked on by a coordinator and two workers as processes of their own, while one node after
// the other is killed with SIGKILL and started again, a worker is killed, another joins, and the coordinator is killed and started
// again on the same board. What it reports must be what it reports undisturbed, to the byte. Needs the built program (npm run
// build) and Debian's packages (packages.mjs).
//
//   node tests/fleet/kill-detection.mjs [--attempts 200000] [--every 10]
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { absentServers, startServers } from './servers.mjs';

const dist = resolve(import.meta.dirname, '../../dist');

/** What is wrong at the end, and what was done; null where there are no servers to be had. */
export async function killDetection({ attempts, every = 10, say = () => undefined }) {
  if (!existsSync(join(dist, 'cli/main.js')) || absentServers({ cluster: true }) !== null) return null;
  const load = (path) => import(pathToFileURL(join(dist, path)).href);
  const { openHistory } = await load('store/history/open.js');
  const { fleetLog } = await load('simulate/fleet-log.js');
  const servers = await startServers({ shards: 1, replicas: 3 });
  const children = new Set();
  const program = (...args) => {
    const child = spawn(process.execPath, [join(dist, 'cli/main.js'), 'fleet', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const told = { child, out: '', err: '' };
    child.stdout.on('data', (data) => {
      told.out += data;
    });
    child.stderr.on('data', (data) => {
      told.err += data;
    });
    told.ended = new Promise((done) => child.on('close', (status) => done(status)));
    return told;
  };
  try {
    const participants = await fill(openHistory, fleetLog, servers.url('fleet', { writer: 'all' }), attempts);
    const url = servers.url('fleet');
    const alone = program('detect', '--from', url, '--format', 'json');
    if ((await alone.ended) !== 0) return { faults: [`undisturbed it fails: ${alone.err.slice(-500)}`] };
    say(`undisturbed: ${alone.out.length} bytes of report, ${participants} participants hidden`);

    const began = Date.now();
    const board = ['--from', url, '--board', 'disturbed'];
    let coordinator = program('detect', ...board, '--format', 'json');
    let worker = program('worker', ...board);
    const other = program('worker', ...board);
    let isOver = false;
    let ended = coordinator.ended;
    const done = { kills: 0, workersKilled: 0, coordinatorsKilled: 0 };
    const killing = (async () => {
      await sleep(Math.min(2000, every * 300));
      for (let round = 0; !isOver; round++) {
        say(`node ${round % 3} is killed`);
        await servers.kill(round % 3);
        done.kills++;
        if (round === 0) {
          worker.child.kill('SIGKILL');
          done.workersKilled++;
          worker = program('worker', ...board);
        }
        if (round === 1) {
          coordinator.child.kill('SIGKILL');
          done.coordinatorsKilled++;
          coordinator = program('detect', ...board, '--format', 'json');
          ended = coordinator.ended;
        }
        await sleep(1500);
        servers.start(round % 3);
        await servers.ready(round % 3);
        for (let waited = 0; waited < every * 1000 && !isOver; waited += 100) await sleep(100);
      }
    })();
    let status;
    for (let seen = null; seen !== ended; ) {
      seen = ended;
      status = await ended;
    }
    isOver = true;
    await killing;
    await Promise.all([worker.ended, other.ended]);
    const faults = [];
    if (status !== 0) faults.push(`the coordinator ended with ${status}: ${coordinator.err.slice(-500)}`);
    else if (coordinator.out !== alone.out) faults.push('it reports something else than undisturbed');
    if (other.child.exitCode !== 0)
      faults.push(`a worker ended with ${other.child.exitCode}: ${other.err.slice(-500)}`);
    return { faults, ...done, seconds: Math.round((Date.now() - began) / 1000), bytes: alone.out.length };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await servers.stop();
  }
}

/** Says how many participants are hidden in it. */
async function fill(openHistory, fleetLog, url, count) {
  const history = await openHistory({ folder: '', engine: url });
  const rows = [];
  const truth = fleetLog({ attempts: count, sensors: 300, days: 30 }, 3, (row) => rows.push(row));
  for (let from = 0; from < rows.length; from += 100_000)
    await history.commit({
      attempts: rows.slice(from, from + 100_000).map((row, i) => ({
        ...row,
        seq: from + i + 1,
        service: 'sshd',
        name: { input: 'fleet', line: from + i + 1, nth: 0 },
        text: '',
      })),
      amended: [],
      events: [],
      blocks: [],
      states: {},
    });
  await history.close();
  return truth.reduce((sum, { sources }) => sum + sources.length, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { attempts: { type: 'string', default: '200000' }, every: { type: 'string', default: '10' } },
  });
  const result = await killDetection({
    attempts: Number(values.attempts),
    every: Number(values.every),
    say: (text) => console.log(text),
  });
  if (result === null) {
    console.log(`not tried: ${absentServers({ cluster: true }) ?? 'npm run build first'}`);
    process.exit(0);
  }
  const { faults, ...done } = result;
  console.log(JSON.stringify(done));
  console.log(`${faults.length} faults`);
  for (const fault of faults) console.log(`  ${fault}`);
  process.exit(faults.length === 0 ? 0 : 1);
}
