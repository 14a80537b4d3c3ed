// Attempts a second into ClickHouse: one server, then three replicas with ZooKeeper; by commits of a history (what a collector
// does: each attempt counted with its source, then stored) and as bare rows (what the servers take). An attempt counts when it
// is acknowledged: in a cluster, when a second replica has it. Afterwards every one is read back and compared, and the
// replicas with each other. Needs the built program (npm run build) and Debian's packages (tests/fleet/packages.mjs).
//
//   node bench/fleet-ingest.mjs [--attempts 2000000] [--commit 100000] [--servers 1,3] [--sources 20000] [--writers 1] [--ways history,bare]
//
// --writers: threads, each a writer of its own with its share of the attempts. Processor seconds are what a busy machine does
// not change; those of the servers hold their merging until everything is acknowledged.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { absentServers, startServers } from '../tests/fleet/servers.mjs';

const dist = resolve(import.meta.dirname, '../dist/store/history');
if (!existsSync(dist)) throw new Error('npm run build first');
const load = (name) => import(pathToFileURL(resolve(dist, name)).href);
const { openHistory } = await load('open.js');
const { AttemptBlock } = await load('clickhouse/attempt-rows.js');
const { readRows } = await load('clickhouse/row-binary.js');
const { Shard } = await load('clickhouse/shard.js');
const { clickHousePlace } = await load('clickhouse/url.js');

const texts = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const USERS = texts(5000, (i) => `user${i}`);
const SENSORS = texts(1000, (i) => `host${i}.example`);

function attemptsOf(sources) {
  const addresses = texts(sources, (i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
  return (seq) => ({
    seq,
    time: 1_700_000_000 + Math.floor(seq / 1000),
    source: addresses[(seq * 7919) % sources],
    user: seq % 2 === 0 ? 'root' : USERS[(seq * 31) % 5000],
    sensor: SENSORS[seq % 1000],
    service: 'sshd',
    success: false,
    known: seq % 2 === 0,
    method: 'password',
    name: { input: 'syslog', line: seq, nth: 0 },
    text: '',
  });
}

const WAYS = {
  async history({ url, writer, attempts, commit, attempt, begin }) {
    const history = await openHistory({ folder: '', engine: url(writer) });
    await begin();
    for (let seq = 0; seq < attempts; seq += commit) {
      const some = Array.from({ length: Math.min(commit, attempts - seq) }, (_, i) => attempt(seq + i + 1));
      await history.commit({ attempts: some, amended: [], events: [], blocks: [], states: {} });
    }
    return () => history.close();
  },
  async bare({ url, writer, attempts, commit, attempt, begin }) {
    const place = clickHousePlace(url(writer));
    const shard = await Shard.of(place);
    await begin();
    // the next block is made while the servers take the one before
    let before = Promise.resolve();
    for (let seq = 0, batch = 1; seq < attempts; seq += commit, batch++) {
      const block = new AttemptBlock({ site: place.site, writer }, 1, batch, commit);
      for (let i = 1; i <= Math.min(commit, attempts - seq); i++) block.add(attempt(seq + i), 0, '');
      const { columns, bytes } = block.native();
      const probes = block.samples.map((last) => ({
        sql: `SELECT toUInt64(count()) FROM ${shard.tables.attempts} WHERE site = '${place.site}' AND writer = '${writer}' AND seq = ${last}`,
        count: 1,
      }));
      await before;
      before = shard
        .insert(shard.tables.attempts, columns, bytes, `${writer}-${seq}`, 'Native')
        .then(() => shard.copied(probes));
      before.catch(() => undefined);
    }
    await before;
    return () => shard.close();
  },
};

if (isMainThread) await measureAll();
else await work(workerData);

async function work({ way, urlOf, writer, attempts, commit, sources }) {
  const end = await WAYS[way]({
    url: (name) => urlOf.replace('WRITER', name),
    writer,
    attempts,
    commit,
    attempt: attemptsOf(sources),
    begin: () =>
      new Promise((go) => {
        parentPort.once('message', go);
        parentPort.postMessage('ready');
      }),
  });
  parentPort.postMessage('done');
  await end();
}

async function measureAll() {
  const { values } = parseArgs({
    options: {
      attempts: { type: 'string', default: '2000000' },
      commit: { type: 'string', default: '100000' },
      servers: { type: 'string', default: '1,3' },
      sources: { type: 'string', default: '20000' },
      writers: { type: 'string', default: '1' },
      ways: { type: 'string', default: 'history,bare' },
    },
  });
  const all = Number(values.attempts);
  const writers = Number(values.writers);
  const each = Math.ceil(all / writers);
  for (const count of values.servers.split(',').map(Number)) {
    const absent = absentServers({ cluster: count > 1 });
    if (absent !== null) {
      console.log(`${count} servers: not measured: ${absent}`);
      continue;
    }
    const servers = await startServers({ shards: 1, replicas: count });
    try {
      for (const way of values.ways.split(',')) {
        const given = { way, attempts: each, commit: Number(values.commit), sources: Number(values.sources) };
        // the tables are there before
        await (await openHistory({ folder: '', engine: servers.url(way, { writer: 'first' }) })).close();
        const threads = texts(
          writers,
          (i) =>
            new Worker(new URL(import.meta.url), {
              workerData: { ...given, writer: `writer${i}`, urlOf: servers.url(way, { writer: 'WRITER' }) },
            }),
        );
        const gone = threads.map((thread) => new Promise((exited) => thread.once('exit', exited)));
        const said = (what) =>
          Promise.all(
            threads.map(
              (thread) =>
                new Promise((done, failed) => {
                  thread.on('message', (text) => text === what && done());
                  thread.once('error', failed);
                }),
            ),
          );
        await said('ready');
        const done = said('done');
        const used = cpu(servers);
        const began = performance.now();
        for (const thread of threads) thread.postMessage('go');
        await done;
        say({ servers, way, writers, all: each * writers, began, used });
        await Promise.all(gone);
        console.log(`  read back: ${await readBack(servers, way, writers, each, Number(values.sources))}`);
      }
    } finally {
      await servers.stop();
    }
  }
  process.exit(0);
}

/** Processor seconds so far of this process, and of the servers: what a busy machine does not change. */
function cpu(servers) {
  const { user, system } = process.cpuUsage();
  let ticks = 0;
  for (const { child } of servers.nodes) {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return { here: (user + system) / 1e6, there: ticks / 100 };
}

function say({ servers, way, writers, all, began, used }) {
  const took = (performance.now() - began) / 1000;
  const now = cpu(servers);
  const here = now.here - used.here;
  const there = now.there - used.there;
  const rate = (seconds) => Math.round(all / seconds / 1000);
  const { length } = servers.nodes;
  console.log(
    `${length} server${length > 1 ? 's' : ''}, ${way === 'bare' ? 'bare rows' : 'commits of a history'}, ${writers} writer${writers > 1 ? 's' : ''}: ` +
      `${rate(took)} thousand acknowledged attempts a second (${all} in ${took.toFixed(1)} s); a processor second: ` +
      `${rate(here)} thousand here (${here.toFixed(1)} s), ${rate(there)} thousand of all servers (${there.toFixed(1)} s), ${rate(here + there)} thousand of both`,
  );
}

/** Every attempt of one replica beside what was given; then all replicas beside each other. */
async function readBack(servers, database, writers, each, sources) {
  const attempt = attemptsOf(sources);
  const columns = [
    'seq',
    'time',
    'source',
    'user',
    'sensor',
    'service',
    'method',
    'account',
    'success',
    'input',
    'line',
    'nth',
  ];
  const types = [
    'UInt64',
    'Int64',
    'String',
    'String',
    'String',
    'String',
    'String',
    'UInt8',
    'UInt8',
    'String',
    'Int64',
    'UInt32',
  ];
  let compared = 0;
  for (let writer = 0; writer < writers; writer++) {
    const page = 200_000;
    for (let after = 0; after < each; after += page) {
      const sql = `SELECT ${columns.join(', ')} FROM ${database}.attempts WHERE site = 'default' AND writer = 'writer${writer}' AND seq > ${after} AND seq <= ${after + page} ORDER BY seq FORMAT RowBinary`;
      const answer = await fetch(`http://127.0.0.1:${servers.nodes[0].http}/`, { method: 'POST', body: sql });
      const rows = readRows(Buffer.from(await answer.arrayBuffer()), types);
      for (const row of rows) {
        const given = attempt(++compared - writer * each);
        const { seq, time, source, user, sensor, service, method, name } = given;
        const expected = [
          seq,
          time,
          source,
          user,
          sensor,
          service,
          method,
          given.known ? 2 : 1,
          0,
          name.input,
          name.line,
          name.nth,
        ];
        for (let c = 0; c < expected.length; c++)
          if (row[c] !== expected[c])
            return `WRONG: ${JSON.stringify(row)} instead of ${JSON.stringify(expected)}`;
      }
    }
    if (compared !== each * (writer + 1)) return `WRONG: ${compared} attempts of ${each * (writer + 1)}`;
  }
  const digest = `SELECT count(), sum(cityHash64(seq, writer, time, source, user, sensor)) FROM ${database}.attempts`;
  for (let tries = 0; ; tries++) {
    const answers = await Promise.all(servers.nodes.map(({ index }) => servers.ask(digest, index)));
    if (new Set(answers).size === 1) break;
    if (tries === 100) return `WRONG: the replicas differ: ${answers.join(' ')}`;
    await sleep(200);
  }
  const [rows, bytes] = (
    await servers.ask(
      `SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE database = '${database}' AND table = 'attempts' AND active`,
    )
  )
    .trim()
    .split('\t')
    .map(Number);
  return `all ${compared} as they were given, on every replica; ${(bytes / rows).toFixed(1)} bytes an attempt on the disk of one`;
}
