/**
 * For the tests: the engines that can be had here, each in a folder of its own, and small commits to put in. SQLite needs a
 * newer Node than the oldest that is supported; `node scripts/history-on-newer-node.mjs` runs these tests there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveEvent } from '../../model/live.ts';
import type { AttemptQuery, Commit, History, StoredAttempt } from '../history.ts';
import { loadDuckDB } from './duckdb.ts';
import { MemoryHistory } from './memory.ts';
import { openHistory } from './open.ts';
import { loadSQLite } from './sqlite.ts';

export interface TestPlace {
  readonly folder: string;
  open(): Promise<History>;
  remove(): void;
}

export interface TestEngine {
  readonly name: 'memory' | 'duckdb' | 'sqlite' | 'file' | 'clickhouse';
  /** Why it cannot be tested here; null: it can. */
  readonly absent: string | null;
  readonly isDurable: boolean;
  place(): TestPlace;
}

const hasSQLite = (await loadSQLite()) !== null;
const hasDuckDB = (await loadDuckDB()) !== null;

function durable(name: 'duckdb' | 'sqlite' | 'file', absent: string | null): TestEngine {
  return {
    name,
    absent,
    isDurable: true,
    place() {
      const folder = mkdtempSync(join(tmpdir(), `slowbrute-${name}-`));
      return {
        folder,
        open: () => openHistory({ folder, engine: name }),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}

export const ENGINES: readonly TestEngine[] = [
  {
    name: 'memory',
    absent: null,
    isDurable: false,
    place: () => ({ folder: '', open: async () => new MemoryHistory(), remove: () => undefined }),
  },
  durable('duckdb', hasDuckDB ? null : 'the package @duckdb/node-api is not installed'),
  durable('sqlite', hasSQLite ? null : `Node ${process.versions.node} has no node:sqlite`),
  durable('file', null),
  ...(await clickHouseEngines()),
];

/**
 * ClickHouse where a test has started servers (tests/fleet), which it names in SLOWBRUTE_TEST_CLICKHOUSE as the history's URL.
 * Each place is a database of its own.
 */
async function clickHouseEngines(): Promise<readonly TestEngine[]> {
  const url = process.env.SLOWBRUTE_TEST_CLICKHOUSE;
  if (url === undefined) return [];
  let next = 0;
  return [
    {
      name: 'clickhouse',
      absent: null,
      isDurable: true,
      place() {
        const database = `test_${process.pid}_${++next}`;
        const engine = url.replace('DATABASE', database) as `clickhouse://${string}`;
        const folder = mkdtempSync(join(tmpdir(), 'slowbrute-clickhouse-'));
        return {
          folder,
          open: () => openHistory({ folder: '', engine }),
          remove: () => rmSync(folder, { recursive: true, force: true }),
        };
      },
    },
  ];
}

/** A failed attempt on an unknown user, but for what is said; its line is its seq. */
export function attempt(seq: number, more: Partial<StoredAttempt> = {}): StoredAttempt {
  return {
    seq,
    time: 1_700_000_000 + seq,
    source: '192.0.2.1',
    user: 'alias',
    sensor: 'host',
    service: 'sshd',
    success: false,
    known: false,
    method: 'password',
    name: { input: '/var/log/auth.log', line: seq, nth: 0 },
    text: `line ${seq}`,
    ...more,
  };
}

export function commitOf(more: Partial<Commit> = {}): Commit {
  return { attempts: [], amended: [], events: [], blocks: [], states: {}, ...more };
}

export function opened(campaign: string, time: number, attempts = 3): LiveEvent {
  return {
    kind: 'campaign:opened',
    time,
    campaign,
    by: 'names-in-turn',
    bits: 20.5,
    attempts,
    firstSeen: time - 50,
  };
}

export function named(campaign: string, source: string, time: number, attempts = 1): LiveEvent {
  return {
    kind: 'participant:named',
    time,
    campaign,
    source,
    confidence: 0.99,
    firstSeen: time - 40,
    attempts,
  };
}

export async function attemptsIn(history: History, query: AttemptQuery = {}): Promise<StoredAttempt[]> {
  return collected(history.attempts(query));
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
