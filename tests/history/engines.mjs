// The engines of the built program with limits so small that a short test meets every path: logs folded in, segments written.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const dist = resolve(import.meta.dirname, '../../dist/store/history');
const load = (name) => import(pathToFileURL(join(dist, name)).href);

export const ENGINES = ['duckdb', 'sqlite', 'file'];

/** Opens a history in `folder`; null where this system has no such engine. */
export async function openSmall(engine, folder) {
  if (engine === 'file') {
    const { FileHistory } = await load('file.js');
    return FileHistory.open(join(folder, 'history'), { segmentAttempts: 300, logBytes: 30_000 });
  }
  const { migrate } = await load('migrate.js');
  const { SqlHistory } = await load('sql-history.js');
  const path = join(folder, `history.${engine}`);
  let session = null;
  if (engine === 'duckdb') {
    const { DuckDBSession, DUCKDB_SETTINGS, loadDuckDB } = await load('duckdb.js');
    const module = await loadDuckDB();
    if (module !== null)
      session = await DuckDBSession.open(path, module, { ...DUCKDB_SETTINGS, checkpoint_threshold: '100KB' });
  } else {
    const { loadSQLite, SQLiteSession } = await load('sqlite.js');
    const module = await loadSQLite();
    if (module !== null) session = await SQLiteSession.open(path, module);
  }
  if (session === null) return null;
  await migrate(session, path);
  return SqlHistory.load(session);
}

/** The commit of `count` attempts after `seq`: what it holds follows from the numbers, so that it can be checked later. */
export function commitAfter(seq, count) {
  const attempts = Array.from({ length: count }, (_, i) => attempt(seq + i + 1));
  const last = seq + count;
  return {
    attempts,
    amended:
      seq % 7 === 0 && seq > 0
        ? [{ name: attempt(seq).name, user: 'amended', known: null, method: null }]
        : [],
    events: [{ seq: last, nth: 0, event: event(last) }],
    blocks: [{ kind: 'block:added', time: last, block: block(last) }],
    states: { position: String(last), [`odd-${last % 5}`]: last % 2 === 0 ? null : 'x'.repeat(last % 300) },
  };
}

export function attempt(seq) {
  return {
    seq,
    time: 1_700_000_000 + seq,
    source: `192.0.2.${(seq * 7) % 250}`,
    user: `user${(seq * 31) % 997}`,
    sensor: 'host.example',
    service: 'sshd',
    success: seq % 97 === 0,
    known: false,
    method: 'password',
    name: { input: '/var/log/auth.log', line: seq * 2, nth: 0 },
    text: `Failed password for invalid user user${(seq * 31) % 997} from 192.0.2.${(seq * 7) % 250} port ${seq % 65_536} ssh2`,
  };
}

function event(seq) {
  return {
    kind: 'participant:named',
    time: 1_700_000_000 + seq,
    campaign: `c${1 + (seq % 3)}`,
    source: `192.0.2.${(seq * 7) % 250}`,
    confidence: 0.99,
    firstSeen: 1_700_000_000,
    attempts: 1,
  };
}

function block(seq) {
  return {
    id: seq,
    target: `192.0.2.${(seq * 7) % 250}`,
    source: null,
    reason: { kind: 'loud' },
    from: seq,
    until: null,
    repetition: 0,
    weight: 1,
  };
}

/** What is wrong in a history that holds commits of {@link commitAfter} and nothing else; empty: nothing. */
export async function faultsOf(history, acknowledged) {
  const faults = [];
  const last = await history.lastSeq();
  if (last < acknowledged) faults.push(`${acknowledged} was acknowledged, ${last} is the last`);
  if (((await history.state('position')) ?? '0') !== String(last))
    faults.push(`position ${await history.state('position')} beside attempt ${last}`);
  let expected = 0;
  for await (const one of history.attempts({})) {
    expected++;
    const given = attempt(expected);
    const isSame =
      one.seq === given.seq &&
      one.source === given.source &&
      one.name.line === given.name.line &&
      (one.user === given.user || one.user === 'amended') &&
      (one.text === given.text || one.text === '');
    if (!isSame) {
      faults.push(`instead of attempt ${expected}: ${JSON.stringify(one)}`);
      break;
    }
  }
  if (expected !== last) faults.push(`${expected} attempts up to ${last}`);
  const size = await history.size();
  if (size.attempts !== last) faults.push(`counted ${size.attempts} of ${last}`);
  let failures = 0;
  for (const { source } of await history.sources({})) {
    const known = await history.source(source);
    const told = await history.countAttempts({ source });
    failures += known.failures;
    if (known.failures !== told.failures || known.successes !== told.successes)
      faults.push(
        `${source}: ${known.failures}, ${known.successes} beside ${told.failures}, ${told.successes}`,
      );
  }
  const all = await history.countAttempts({});
  if (failures !== all.failures) faults.push(`${failures} failures of sources, ${all.failures} in all`);
  let events = 0;
  let lastEvent = 0;
  for await (const { seq } of history.events({})) {
    if (seq <= lastEvent) faults.push(`event ${seq} after ${lastEvent}`);
    lastEvent = seq;
    events++;
  }
  if (lastEvent !== last) faults.push(`event ${lastEvent} beside attempt ${last}`);
  const blocks = await history.blocks({});
  if (blocks.length !== events || (blocks[0]?.id ?? 0) !== last)
    faults.push(`${blocks.length} blocks beside ${events} events`);
  return faults;
}

export function clean(folder) {
  rmSync(folder, { recursive: true, force: true });
}
