// Writers commit to a cluster of three replicas while one node after the other is killed with SIGKILL and started again.
// At the end: every attempt that was acknowledged is there, and none is there twice. Needs the built program (npm run
// build) and Debian's packages (packages.mjs).
//
//   node tests/fleet/kill-nodes.mjs [--seconds 300] [--every 10] [--writers 2] [--rows 2000]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { absentServers, startServers } from './servers.mjs';

const opener = resolve(import.meta.dirname, '../../dist/store/history/open.js');

/**
 * What is wrong at the end, and what was done; null where there are no servers to be had. `say` is told of each kill and of
 * what the writers met.
 */
export async function killNodes({ seconds, every = 10, writers = 2, rows = 2000, say = () => undefined }) {
  if (!existsSync(opener) || absentServers({ cluster: true }) !== null) return null;
  const { openHistory } = await import(pathToFileURL(opener).href);
  const servers = await startServers({ shards: 1, replicas: 3 });
  const faults = [];
  try {
    const end = Date.now() + seconds * 1000;
    const all = await Promise.all(
      Array.from({ length: writers }, (_, i) =>
        openHistory({ folder: '', engine: servers.url('fleet', { writer: `writer${i}` }) }),
      ),
    );
    const done = all.map(() => ({ acknowledged: 0, commits: 0, troubles: 0, longest: 0 }));
    const working = all.map((history, i) => write(history, i, rows, end, done[i], say));
    const kills = await killInTurn(servers, every, end, say);
    await Promise.all(working);
    for (let i = 0; i < all.length; i++) {
      const { acknowledged } = done[i];
      const last = await all[i].lastSeq();
      if (last < acknowledged)
        faults.push(`writer${i}: ${acknowledged} was acknowledged, ${last} is the last`);
      const { failures, successes } = await all[i].countAttempts({});
      if (failures + successes !== last)
        faults.push(`writer${i}: ${failures + successes} attempts up to ${last}`);
      faults.push(...(await differences(all[i], i, last)));
      await all[i].close();
    }
    // and each replica by itself has the same, once it has caught up
    for (const { index } of servers.nodes) {
      const text = await caughtUp(servers, index);
      if (text !== null) faults.push(text);
    }
    return { faults, kills, done };
  } finally {
    await servers.stop();
  }
}

async function write(history, number, rows, end, done, say) {
  let seq = 0;
  while (Date.now() < end) {
    const commit = {
      attempts: Array.from({ length: rows }, (_, i) => attempt(number, seq + i + 1)),
      amended: [],
      events: [],
      blocks: [],
      states: { position: String(seq + rows) },
    };
    const began = Date.now();
    for (;;) {
      try {
        await history.commit(commit);
        break;
      } catch (error) {
        if (error.code === undefined) throw error;
        done.troubles++;
        say(`writer${number}: ${error.message}`);
        await sleep(300);
      }
    }
    done.longest = Math.max(done.longest, Date.now() - began);
    seq += rows;
    done.acknowledged = seq;
    done.commits++;
  }
}

async function killInTurn(servers, every, end, say) {
  let kills = 0;
  for (;;) {
    await sleep(Math.max(0, Math.min(every * 1000, end - Date.now())));
    if (Date.now() >= end) return kills;
    const index = kills % servers.nodes.length;
    say(`kill ${kills + 1}: node ${index}`);
    await servers.kill(index);
    kills++;
    await sleep(1500);
    servers.start(index);
    await servers.ready(index);
  }
}

/** All that is told of every attempt, in order. */
async function differences(history, number, last) {
  let expected = 0;
  for await (const one of history.attempts({})) {
    expected++;
    const given = attempt(number, expected);
    if (
      one.seq !== given.seq ||
      one.source !== given.source ||
      one.user !== given.user ||
      one.name.line !== given.name.line
    )
      return [`writer${number}: instead of attempt ${expected}: ${JSON.stringify(one)}`];
  }
  if (expected !== last) return [`writer${number}: ${expected} attempts are told up to ${last}`];
  if (((await history.state('position')) ?? '0') !== String(last))
    return [`writer${number}: position ${await history.state('position')} beside attempt ${last}`];
  return [];
}

/** Compares a replica with the first. */
async function caughtUp(servers, index) {
  const sql =
    'SELECT writer, generation, batch, count(), sum(seq) FROM fleet.attempts GROUP BY writer, generation, batch ORDER BY writer, generation, batch';
  for (let tries = 0; ; tries++) {
    const [own, first] = [await servers.ask(sql, index), await servers.ask(sql, 0)];
    if (own === first) return null;
    if (tries === 60) return `node ${index} has other rows than node 0`;
    await sleep(500);
  }
}

function attempt(writer, seq) {
  const source = (seq * 7 + writer) % 60_000;
  return {
    seq,
    time: 1_700_000_000 + Math.floor(seq / 50),
    source: `198.18.${source >> 8}.${source & 255}`,
    user: `user${(seq * 31) % 997}`,
    sensor: `host${seq % 50}.example`,
    service: 'sshd',
    success: false,
    known: false,
    method: 'password',
    name: { input: '/var/log/auth.log', line: seq, nth: 0 },
    text: '',
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '300' },
      every: { type: 'string', default: '10' },
      writers: { type: 'string', default: '2' },
      rows: { type: 'string', default: '2000' },
      quiet: { type: 'boolean', default: false },
    },
  });
  const result = await killNodes({
    seconds: Number(values.seconds),
    every: Number(values.every),
    writers: Number(values.writers),
    rows: Number(values.rows),
    say: values.quiet ? () => undefined : (text) => console.log(text),
  });
  if (result === null) {
    console.log(`not tried: ${absentServers({ cluster: true }) ?? 'npm run build first'}`);
    process.exit(0);
  }
  for (const [i, { acknowledged, commits, troubles, longest }] of result.done.entries())
    console.log(
      `writer${i}: ${acknowledged} attempts acknowledged in ${commits} commits, ${troubles} troubles, the longest commit ${longest} ms`,
    );
  console.log(`${result.kills} kills, ${result.faults.length} faults`);
  for (const fault of result.faults) console.log(`  ${fault}`);
  process.exit(result.faults.length === 0 ? 0 : 1);
}
