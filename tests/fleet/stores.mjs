// Every scenario of the simulator put into three stores (memory, DuckDB, ClickHouse) by the same commits: what each of them gives
// back must make the same report, to the byte. Two reports a store: of its attempts as one log, as `scan` makes it, and of the
// fleet, as `fleet detect` does, where each store deals its attempts in its own way. Needs the built program (npm run build).
//
//   node tests/fleet/stores.mjs [--scenarios all] [--seed 1] [--replicas 1] [--url clickhouse://.../DATABASE]
//
// --url names another server (today's ClickHouse, say) instead of Debian's; DATABASE in it stands for the database's name.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { absentServers, startServers } from './servers.mjs';

const dist = resolve(import.meta.dirname, '../../dist');
/** Attempts of a commit: what a collector gathers in a second or two. */
const COMMIT = 20_000;

/**
 * What differs, and how much was compared; `{ absent }`: why it cannot be tried here. `scenarios`: names, or null for all;
 * `say` is told of each.
 */
export async function compareStores({
  scenarios = null,
  seed = 1,
  replicas = 1,
  url = null,
  say = () => undefined,
}) {
  if (!existsSync(join(dist, 'fleet/coordinate.js'))) return { absent: 'npm run build first' };
  const absent = url === null ? absentServers({ cluster: replicas > 1 }) : null;
  if (absent !== null) return { absent };
  const program = await loaded();
  const servers = url === null ? await startServers({ shards: 1, replicas }) : null;
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-stores-'));
  const result = { differences: [], scenarios: 0, attempts: 0, reports: 0 };
  try {
    const given = url ?? servers.url('DATABASE');
    for (const name of scenarios ?? Object.keys(program.SCENARIOS)) {
      const { table } = program.simulateTable(program.SCENARIOS[name](seed), seed);
      const stores = [
        ['memory', new program.MemoryHistory()],
        ['duckdb', await program.openHistory({ folder: join(folder, name), engine: 'duckdb' })],
        ['clickhouse', await program.openHistory({ folder: '', engine: withWriter(given, name) })],
      ];
      const told = [];
      for (const [engine, history] of stores) {
        await fill(program, history, table);
        const log = await logReport(program, history);
        const from =
          engine === 'clickhouse'
            ? { from: withSite(given, name), board: `stores-${name}` }
            : await spooled(program, history, join(folder, `${name}-${engine}`));
        told.push({ engine, log, fleet: await fleetReport(program, from) });
        await history.close();
      }
      for (const { engine, log, fleet } of told.slice(1)) {
        if (log !== told[0].log)
          result.differences.push(`${name}: the log's report of ${engine} is not memory's`);
        if (fleet !== told[0].fleet)
          result.differences.push(`${name}: the fleet's report of ${engine} is not memory's`);
      }
      result.scenarios++;
      result.attempts += table.length;
      result.reports += 2 * told.length;
      const digest = createHash('sha256')
        .update(told[0].log)
        .update(told[0].fleet)
        .digest('hex')
        .slice(0, 12);
      say(
        `${name}: ${table.length} attempts, ${told[0].log.length + told[0].fleet.length} bytes of reports, ${digest}`,
      );
      rmSync(join(folder, name), { recursive: true, force: true });
    }
    return result;
  } finally {
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loaded() {
  const load = (path) => import(pathToFileURL(join(dist, path)).href);
  const parts = await Promise.all(
    [
      'simulate/catalogue.js',
      'simulate/simulate-table.js',
      'store/history/memory.js',
      'store/history/open.js',
      'model/table.js',
      'model/attempt.js',
      'detect/detect.js',
      'explain/report.js',
      'show/json.js',
      'fleet/coordinate.js',
      'fleet/place.js',
      'fleet/fill-spool.js',
    ].map(load),
  );
  return Object.assign({}, ...parts);
}

/** Each scenario is a site of its own in one database. */
const withSite = (url, site) => {
  const named = url.replace('DATABASE', 'stores');
  return `${named}${named.includes('?') ? '&' : '?'}site=${site}`;
};
const withWriter = (url, name) => `${withSite(url, name)}&writer=all`;

async function fill({ METHODS, NO_USER, SUCCESS }, history, table) {
  let attempts = [];
  const commit = async () => {
    await history.commit({ attempts, amended: [], events: [], blocks: [], states: {} });
    attempts = [];
  };
  for (let i = 0; i < table.length; i++) {
    const account = table.account[i];
    attempts.push({
      seq: i + 1,
      time: table.time[i],
      source: table.sources[table.source[i]],
      user: table.user[i] === NO_USER ? null : table.users[table.user[i]],
      sensor: table.sensors[table.sensor[i]],
      service: table.services[table.service[i]],
      success: table.outcome[i] === SUCCESS,
      known: account === 0 ? null : account === 2,
      method: table.method[i] === 0 ? null : METHODS[table.method[i]],
      name: { input: 'auth.log', line: i + 1, nth: 0 },
      text: '',
    });
    if (attempts.length === COMMIT) await commit();
  }
  await commit();
}

const NOTHING_READ = { paths: [], bytes: 0, lines: 0, unreadLines: 0, unreadSamples: [] };

async function logReport({ AttemptTableBuilder, detect, buildReport, renderJson }, history) {
  const builder = new AttemptTableBuilder();
  for await (const attempt of history.attempts({})) builder.append(attempt);
  const table = builder.finish();
  return renderJson(buildReport({ table, input: NOTHING_READ }, detect(table)));
}

async function spooled({ fillSpool }, history, folder) {
  await fillSpool(history, folder);
  return { from: folder, board: join(folder, 'board') };
}

async function fleetReport({ openPlace, detectFleet, buildReport, renderJson }, from) {
  const place = await openPlace(from);
  const { table, detection, attempts, failures, sources, quietVisits, people } = await detectFleet(
    place.attempts,
    place.board,
  );
  await place.clear();
  await place.close();
  const report = buildReport({ table, input: NOTHING_READ }, detection);
  return `${renderJson(report)}${JSON.stringify({ attempts, failures, sources, quietVisits, people })}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      scenarios: { type: 'string', default: 'all' },
      seed: { type: 'string', default: '1' },
      replicas: { type: 'string', default: '1' },
      url: { type: 'string' },
    },
  });
  const result = await compareStores({
    scenarios: values.scenarios === 'all' ? null : values.scenarios.split(','),
    seed: Number(values.seed),
    replicas: Number(values.replicas),
    url: values.url ?? null,
    say: (text) => console.log(text),
  });
  if (result.absent !== undefined) {
    console.log(`not tried: ${result.absent}`);
    process.exit(0);
  }
  console.log(
    `${result.scenarios} scenarios, ${result.attempts} attempts, ${result.reports} reports, ${result.differences.length} differences`,
  );
  for (const difference of result.differences) console.log(`  ${difference}`);
  process.exit(result.differences.length === 0 ? 0 : 1);
}
