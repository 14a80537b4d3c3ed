// Attempts a second into ClickHouse: one server, then three replicas with ZooKeeper; through the history (what a collector does:
// each attempt counted with its source, then stored) and as bare rows (what the servers take). Needs the built program (npm run
// build) and Debian's packages (tests/fleet/packages.mjs).
//
//   node bench/fleet-ingest.mjs [--attempts 2000000] [--commit 50000] [--servers 1,3] [--sources 20000]
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { absentServers, startServers } from '../tests/fleet/servers.mjs';

const { values } = parseArgs({
  options: {
    attempts: { type: 'string', default: '2000000' },
    commit: { type: 'string', default: '50000' },
    servers: { type: 'string', default: '1,3' },
    sources: { type: 'string', default: '20000' },
  },
});
const dist = resolve(import.meta.dirname, '../dist/store/history');
if (!existsSync(dist)) throw new Error('npm run build first');
const load = (name) => import(pathToFileURL(resolve(dist, name)).href);
const { openHistory } = await load('open.js');
const { AttemptBlock } = await load('clickhouse/attempt-rows.js');
const { ATTEMPT_COLUMNS } = await load('clickhouse/schema.js');
const { Server } = await load('clickhouse/server.js');
const { clickHousePlace } = await load('clickhouse/url.js');

const all = Number(values.attempts);
const size = Number(values.commit);
const sources = Number(values.sources);

function attempt(seq) {
  const source = (seq * 7919) % sources;
  return {
    seq,
    time: 1_700_000_000 + Math.floor(seq / 1000),
    source: `198.18.${(source >> 8) & 255}.${source & 255}`,
    user: seq % 2 === 0 ? 'root' : `user${(seq * 31) % 5000}`,
    sensor: `host${seq % 1000}.example`,
    service: 'sshd',
    success: false,
    known: seq % 2 === 0,
    method: 'password',
    name: { input: 'syslog', line: seq, nth: 0 },
    text: '',
  };
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

for (const count of values.servers.split(',').map(Number)) {
  const absent = absentServers({ cluster: count > 1 });
  if (absent !== null) {
    console.log(`${count} servers: not measured: ${absent}`);
    continue;
  }
  const servers = await startServers({ shards: 1, replicas: count });
  try {
    const history = await openHistory({ folder: '', engine: servers.url('fleet') });
    let began = performance.now();
    let used = cpu(servers);
    for (let seq = 0; seq < all; seq += size) {
      const attempts = Array.from({ length: size }, (_, i) => attempt(seq + i + 1));
      await history.commit({ attempts, amended: [], events: [], blocks: [], states: {} });
    }
    say(servers, 'by commits of a history', began, used);
    await history.close();

    const place = clickHousePlace(servers.url('fleet'));
    const server = await Server.at(place, place.hosts[0]);
    began = performance.now();
    used = cpu(servers);
    let sending = Promise.resolve();
    for (let seq = 0, batch = 1; seq < all; seq += size, batch++) {
      const block = new AttemptBlock({ site: 'bare', writer: 'bare' }, 1, batch, size * 300);
      for (let i = 1; i <= size; i++) {
        const one = attempt(seq + i);
        block.add(one, 0, one.text);
      }
      await sending;
      sending = server.insert('fleet.attempts', ATTEMPT_COLUMNS, block.bytes(), 'bare');
      sending.catch(() => undefined);
    }
    await sending;
    say(servers, 'as bare rows', began, used);
    await server.close();
    const bytes = await servers.ask(
      "SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE database = 'fleet' AND table = 'attempts' AND active",
    );
    const [rows, size2] = bytes.trim().split('\t').map(Number);
    console.log(`${count} servers: ${(size2 / rows).toFixed(1)} bytes an attempt on the disk of one`);
  } finally {
    await servers.stop();
  }
}

function say(servers, what, began, used) {
  const took = (performance.now() - began) / 1000;
  const now = cpu(servers);
  const here = now.here - used.here;
  const there = now.there - used.there;
  console.log(
    `${servers.nodes.length} servers, ${what}: ${Math.round(all / took)} attempts a second (${all} in ${took.toFixed(1)} s; processor seconds: ${here.toFixed(1)} here, ${there.toFixed(1)} of the servers)`,
  );
}
process.exit(0);
