/** Sources of a writer: records of those that came lately in memory, all of them in `records`. */
import type { Person, SourceHistory, StoredAttempt } from '../../history.ts';
import { addressKey } from '../address.ts';
import {
  type Amendable,
  addAttempt,
  amendAttempt,
  byLogin,
  newSource,
  type SourceRecord,
  sourceHistory,
} from '../source-record.ts';
import { pieces } from '../sql-session.ts';
import { literals } from './literal.ts';
import type { RecordBlock, Records } from './records.ts';
import type { ColumnType } from './row-binary.ts';

/** Records kept between commits, some 400 bytes each: a collector of a thousand hosts has as many sources in an hour. */
const MOST_KEPT = 100_000;
const AT_ONCE = 2000;

const COLUMNS =
  'key, first_seen, last_seen, failures, unknown_user_failures, successes, last_success, flag, value';
const TYPES: readonly ColumnType[] = [
  'String',
  'Int64',
  'Int64',
  'UInt64',
  'UInt64',
  'UInt64',
  'Int64',
  'UInt8',
  'String',
];

/** What of a record has no column. */
type More = readonly [textDay: number, texts: number, ...successUsers: string[]];

export class Sources {
  readonly #records: Records;
  readonly #kept = new Map<string, SourceRecord>();
  readonly #changed = new Set<SourceRecord>();
  #count: number;

  /** `count`: how many there are. */
  constructor(records: Records, count: number) {
    this.#records = records;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** Must be called with every source of a commit before the calls below. */
  async load(sources: Iterable<string>): Promise<void> {
    const wanted: string[] = [];
    for (const source of new Set(sources)) if (!this.#kept.has(source)) wanted.push(source);
    // all that there are: a history that began with this process, and is small yet
    if (this.#count === this.#kept.size) return;
    for (const some of pieces(wanted, AT_ONCE))
      for (const record of await readRecords(this.#records, some)) this.#kept.set(record.source, record);
  }

  /** Counts `attempt`; returns the text to keep. */
  add(attempt: StoredAttempt): string {
    let record = this.#kept.get(attempt.source);
    if (record === undefined) {
      record = newSource(attempt.source);
      this.#kept.set(attempt.source, record);
      this.#count++;
    }
    this.#changed.add(record);
    return addAttempt(record, attempt);
  }

  amend(source: string, before: Amendable, after: Amendable): void {
    const record = this.#kept.get(source);
    if (record === undefined) return;
    amendAttempt(record, before, after);
    this.#changed.add(record);
  }

  write(block: RecordBlock): void {
    for (const record of this.#changed) {
      const more: More = [record.textDay, record.texts, ...record.successUsers];
      block.add('source', {
        key: record.source,
        firstSeen: record.firstSeen,
        lastSeen: record.lastSeen,
        failures: record.failures,
        unknownUserFailures: record.unknownUserFailures,
        successes: record.successes,
        lastSuccess: record.lastSuccess ?? 0,
        flag: record.lastSuccess !== null,
        target: addressKey(record.source) ?? '',
        value: JSON.stringify(more),
      });
    }
  }

  /** After the commit. */
  settle(): void {
    this.#changed.clear();
    if (this.#kept.size > MOST_KEPT) this.#kept.clear();
  }
}

export async function readSource(records: Records, source: string): Promise<SourceHistory | null> {
  const [found] = await readRecords(records, [source]);
  return found === undefined ? null : sourceHistory(found);
}

/** Of the several rows of a source the one of the last login tells it: logins only become later. */
export async function readPeople(records: Records): Promise<readonly Person[]> {
  const rows = await records.held(
    'source',
    'key, max(last_success)',
    ['String', 'Int64'],
    'flag = 1',
    'GROUP BY key',
  );
  return rows
    .map(([source, lastSuccess]) => ({ source: source as string, lastSuccess: lastSuccess as number }))
    .sort(byLogin);
}

async function readRecords(records: Records, sources: readonly string[]): Promise<Iterable<SourceRecord>> {
  if (sources.length === 0) return [];
  const rows = await records.versions('source', COLUMNS, TYPES, `num = 0 AND key IN (${literals(sources)})`);
  const found = new Map<string, SourceRecord>();
  for (const row of rows) {
    const [source, firstSeen, lastSeen, failures, unknown, successes, lastSuccess, hasLogin, value] = row;
    const [textDay, texts, ...successUsers] = JSON.parse(value as string) as More;
    found.set(source as string, {
      source: source as string,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
      failures: failures as number,
      unknownUserFailures: unknown as number,
      successes: successes as number,
      lastSuccess: hasLogin === 1 ? (lastSuccess as number) : null,
      successUsers,
      textDay,
      texts,
    });
  }
  return found.values();
}
