/**
 * A history in memory, for tests and for `--no-store`: the plainest of the engines, by whose answers the others are
 * measured. Nothing outlives the process. Attempts are bounded in number: the oldest go.
 */
import type { AttemptName } from '../../model/stream.ts';
import { DAY } from '../../model/time.ts';
import type {
  AttemptColumns,
  AttemptQuery,
  BlockQuery,
  ColumnsQuery,
  Commit,
  History,
  HistorySize,
  Retention,
  StoredAttempt,
} from '../history.ts';
import { Books } from './books.ts';
import { columnsOf, intervalOf, sharedNamesOf } from './columns.ts';
import { nameKey, normalCommit, twice } from './commit.ts';
import { matcher, normalQuery } from './match.ts';
import { SourceTallies, UserTallies } from './tally.ts';
import { wellFormed } from './texts.ts';

export interface MemoryOptions {
  /** Attempts kept at most; left out: no bound. */
  readonly mostAttempts?: number;
}

export class MemoryHistory implements History {
  readonly engine = 'memory';
  readonly #books = new Books();
  readonly #mostAttempts: number;
  /** By seq. */
  #attempts: StoredAttempt[] = [];
  readonly #bySeq = new Map<string, number>();

  constructor(options: MemoryOptions = {}) {
    this.#mostAttempts = options.mostAttempts ?? Number.POSITIVE_INFINITY;
  }

  async commit(given: Commit): Promise<void> {
    const commit = normalCommit(given, this.#books.progress);
    for (const { name } of commit.attempts) if (this.#bySeq.has(nameKey(name))) throw twice(name);
    const blocks = this.#books.checkBlocks(commit);
    for (const attempt of this.#books.apply(commit, blocks)) {
      this.#bySeq.set(nameKey(attempt.name), attempt.seq);
      this.#attempts.push(attempt);
    }
    for (const { name, user, known, method } of commit.amended) {
      const at = this.#placeOf(name);
      const before = this.#attempts[at];
      if (before === undefined) continue;
      const after = {
        ...before,
        user: user ?? before.user,
        known: known ?? before.known,
        method: method ?? before.method,
      };
      this.#attempts[at] = after;
      this.#books.amend(before.source, before, after);
    }
    // a tenth at once, so that not every commit moves all
    if (this.#attempts.length > this.#mostAttempts * 1.1)
      this.#keep(this.#attempts.slice(this.#attempts.length - this.#mostAttempts));
  }

  async lastSeq(): Promise<number> {
    return this.#books.progress.lastSeq;
  }

  async state(name: string): Promise<string | null> {
    return this.#books.states.get(wellFormed(name)) ?? null;
  }

  async *attempts(query: AttemptQuery): AsyncIterable<StoredAttempt> {
    const { limit = Number.POSITIVE_INFINITY, newestFirst } = query;
    let told = 0;
    const attempts = this.#attempts;
    const matches = this.#matcher(query);
    for (let i = 0; i < attempts.length && told < limit; i++) {
      const attempt = attempts[newestFirst === true ? attempts.length - 1 - i : i]!;
      if (!matches(attempt)) continue;
      told++;
      yield attempt;
    }
  }

  columns(query: ColumnsQuery): Promise<AttemptColumns> {
    return columnsOf(this.attempts(intervalOf(query)), query);
  }

  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return sharedNamesOf(this.attempts({}), names);
  }

  async countAttempts(query: AttemptQuery): Promise<{ failures: number; successes: number }> {
    const matches = this.#matcher(query);
    let failures = 0;
    let successes = 0;
    for (const attempt of this.#attempts) {
      if (!matches(attempt)) continue;
      if (attempt.success) successes++;
      else failures++;
    }
    return { failures, successes };
  }

  async names(input: string, from: number): Promise<readonly AttemptName[]> {
    const wanted = wellFormed(input);
    return this.#attempts
      .map(({ name }) => name)
      .filter((name) => name.input === wanted && name.line >= from)
      .sort((a, b) => a.line - b.line || a.nth - b.nth);
  }

  async *events(query: { after?: number; since?: number; limit?: number }) {
    yield* this.#books.eventsOf(query);
  }

  async source(source: string) {
    return this.#books.source(wellFormed(source));
  }

  async people() {
    return this.#books.people();
  }

  async sources(query: AttemptQuery) {
    const matches = this.#matcher(query);
    const tallies = new SourceTallies();
    for (const attempt of this.#attempts) if (matches(attempt)) tallies.add(attempt);
    return tallies.list(query.limit);
  }

  async users(query: AttemptQuery) {
    const matches = this.#matcher(query);
    const tallies = new UserTallies();
    for (const attempt of this.#attempts) if (matches(attempt)) tallies.add(attempt);
    return tallies.list(query.limit);
  }

  async campaigns(query: { id?: string; since?: number; until?: number; limit?: number }) {
    return this.#books.campaignsOf(query);
  }

  async blocks(query: BlockQuery) {
    return this.#books.blocksOf(query);
  }

  /** There are no bytes here to bound: `mostAttempts` does. */
  async retain(retention: Retention, now: number): Promise<number> {
    if (retention.days === null) return 0;
    const oldest = now - retention.days * DAY;
    const before = this.#attempts.length;
    this.#keep(this.#attempts.filter(({ time }) => time >= oldest));
    return before - this.#attempts.length;
  }

  async size(): Promise<HistorySize> {
    const { sources, campaigns, blocks } = this.#books;
    let oldest: number | null = null;
    for (const { time } of this.#attempts) oldest = Math.min(oldest ?? time, time);
    return {
      attempts: this.#attempts.length,
      sources: sources.size,
      campaigns: campaigns.records.size,
      blocks: blocks.size,
      bytes: 0,
      freeBytes: 0,
      oldest,
    };
  }

  async close(): Promise<void> {}

  #matcher(query: AttemptQuery) {
    const normal = normalQuery(query);
    return matcher(normal, normal.campaign === undefined ? null : this.#books.campaign(normal.campaign));
  }

  #keep(attempts: StoredAttempt[]): void {
    this.#attempts = attempts;
    this.#bySeq.clear();
    for (const { name, seq } of attempts) this.#bySeq.set(nameKey(name), seq);
  }

  #placeOf(name: AttemptName): number {
    const seq = this.#bySeq.get(nameKey(name));
    if (seq === undefined) return -1;
    let low = 0;
    let high = this.#attempts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#attempts[middle]!.seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
