// Today's ClickHouse: chDB (the engine in a process, ClickHouse 26.7) behind a port that speaks as ClickHouse's own for HTTP does,
// as far as slowbrute asks; then the suites of every store over it. chDB is 546 MB on the disk, so it is no dependency: it is
// fetched with npm into the folder that SLOWBRUTE_CHDB names (.cache/chdb), once.
//
//   node tests/fleet/chdb.mjs [--runs 10] [--only history,columns,model] [--scenarios twenty-sensors,short]
//   node tests/fleet/chdb.mjs --serve 8123        answers there until it is interrupted
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareStores } from './stores.mjs';
import { runSuites } from './suite.mjs';

const VERSION = '3.4.0';
const FOLDER = process.env.SLOWBRUTE_CHDB ?? resolve(import.meta.dirname, '../../.cache/chdb');

/** Fetches chDB where it is not there; why it cannot be had, or null. */
export function fetchChdb() {
  if (existsSync(join(FOLDER, 'node_modules/chdb/package.json'))) return null;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}\n');
  const got = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', `chdb@${VERSION}`], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  return got.status === 0 ? null : `npm install chdb@${VERSION} failed: ${got.stderr.slice(-300)}`;
}

/** Serves; `port` 0 is any. Resolves with the port and how to stop. */
export async function serveChdb(port = 0) {
  const { Session } = createRequire(join(FOLDER, 'package.json'))('chdb');
  const data = mkdtempSync(join(tmpdir(), 'slowbrute-chdb-'));
  const session = new Session(join(data, 'data'));
  session.query('SET max_query_size = 67108864');
  let turn = Promise.resolve();
  let inserts = 0;
  const answer = async (sql, body) => {
    if (body === null) return (await session.queryAsync(sql)).bytes();
    // what comes with an INSERT is read from a file: its bytes may be anything
    const file = join(data, `insert-${++inserts}`);
    writeFileSync(file, body);
    try {
      await session.queryAsync(sql.replace(/ FORMAT (\w+)$/, ` FROM INFILE '${file}' FORMAT $1`));
    } finally {
      rmSync(file);
    }
    return Buffer.alloc(0);
  };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { searchParams } = new URL(request.url, 'http://localhost');
      const query = searchParams.get('query');
      if (request.method === 'GET' && query === null) return response.end('Ok.\n');
      const sql = (query ?? body.toString()).trim();
      // one after the other: the session is one
      turn = turn.then(async () => {
        try {
          response.end(await answer(sql, query === null || body.length === 0 ? null : body));
        } catch (error) {
          const text = String(error.message ?? error);
          const code = /Code: (\d+)/.exec(text)?.[1] ?? '1002';
          response.writeHead(500, { 'X-ClickHouse-Exception-Code': code });
          response.end(text.slice(text.indexOf('Code: ') < 0 ? 0 : text.indexOf('Code: ')));
        }
      });
    });
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    port: server.address().port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await turn;
      session.cleanup?.();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      serve: { type: 'string' },
      runs: { type: 'string', default: '10' },
      only: { type: 'string', default: 'history,columns,model' },
      scenarios: { type: 'string', default: 'twenty-sensors,short,dealt-targets,office' },
    },
  });
  const absent = fetchChdb();
  if (absent !== null) {
    console.log(`not tried: ${absent}`);
    process.exit(0);
  }
  const served = await serveChdb(Number(values.serve ?? 0));
  const url = `clickhouse://default@127.0.0.1:${served.port}/DATABASE`;
  console.log(url);
  if (values.serve === undefined) {
    const suites = await runSuites({ url, runs: Number(values.runs), only: values.only.split(',') });
    console.log(suites.text);
    const stores = await compareStores({ url, scenarios: values.scenarios.split(','), say: console.log });
    console.log(stores.absent ?? `${stores.reports} reports, ${stores.differences.length} differences`);
    for (const difference of stores.differences ?? []) console.log(`  ${difference}`);
    await served.stop();
    process.exit(suites.status === 0 && (stores.differences ?? []).length === 0 ? 0 : 1);
  }
}
