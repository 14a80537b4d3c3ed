// The suites of the embedded engines over ClickHouse: the contract, columns, and equal answers with memory to the byte. They
// are started with the URL of servers that live as long as they.
//
//   node tests/fleet/suite.mjs [--shards 1] [--replicas 1] [--runs 25] [--url clickhouse://...]
//
// --url names other servers (today's ClickHouse, say) instead of Debian's; DATABASE in it stands for the database's name.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { absentServers, startServers } from './servers.mjs';

const root = resolve(import.meta.dirname, '../..');

/** `{ absent }`: why there are no servers; else the status of the suites and what they said. */
export async function runSuites({
  shards = 1,
  replicas = 1,
  runs = 25,
  url = null,
  only = ['history', 'columns', 'model'],
}) {
  const absent = url === null ? absentServers({ cluster: shards * replicas > 1 }) : null;
  if (absent !== null) return { absent };
  const servers = url === null ? await startServers({ shards, replicas }) : null;
  try {
    const child = spawn(
      process.execPath,
      [
        resolve(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...only.map((name) => `src/store/history/${name}.test.ts`),
        ...['-t', 'clickhouse'],
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          SLOWBRUTE_TEST_CLICKHOUSE: url ?? servers.url('DATABASE'),
          HISTORY_RUNS: String(runs),
          NO_COLOR: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let text = '';
    const take = (data) => {
      text += data;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const status = await new Promise((done) => child.on('close', done));
    return { status, text };
  } finally {
    await servers?.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      shards: { type: 'string', default: '1' },
      replicas: { type: 'string', default: '1' },
      runs: { type: 'string', default: '25' },
      url: { type: 'string' },
    },
  });
  const result = await runSuites({
    shards: Number(values.shards),
    replicas: Number(values.replicas),
    runs: Number(values.runs),
    url: values.url ?? null,
  });
  console.log(result.absent === undefined ? result.text : `not tried: ${result.absent}`);
  process.exit(result.status ?? 0);
}
