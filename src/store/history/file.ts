/**
 * The history in plain files, for where there is neither DuckDB nor SQLite: Node 20 on a BSD. Commits go to a log
 * (file-frames.ts), each synchronised; some ten thousand attempts at a time are put into a segment (file-segment.ts); all
 * that is not attempts is kept in memory (books.ts) and now and then written whole, after which a new log begins.
 *
 * Slower than the others where much is asked: a question reads the segments of its time, and one of everything reads all.
 * Memory grows with sources and events, some 300 bytes each, not with attempts.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
import { columnsOf, intervalOf, sharedNamesOf } from './columns.ts';
import { nameKey, normalCommit, twice } from './commit.ts';
import { emptyBooks, type FileBooks, type Overlay, readBooks, writeBooks } from './file-books.ts';
import { frameOf, readFrames } from './file-frames.ts';
import {
  codeOf,
  type Manifest,
  NEW_MANIFEST,
  readManifest,
  sweep,
  syncFolder,
  systemTrouble,
  writeDurably,
  writeManifest,
} from './file-manifest.ts';
import { isBeside, rowsOf, searchOf } from './file-search.ts';
import { type BriefAttempt, encodeSegment, Segment, type SegmentInfo } from './file-segment.ts';
import { matcher, normalQuery } from './match.ts';
import type { Amendable } from './source-record.ts';
import { corrupt } from './store-trouble.ts';
import { SourceTallies, UserTallies } from './tally.ts';
import { wellFormed } from './texts.ts';

export interface FileLimits {
  /** Attempts of a segment. */
  readonly segmentAttempts: number;
  /** Bytes of a log after which the books are written, or as many as they had last time: what a start reads again. */
  readonly logBytes: number;
}

/** A segment takes some 300 kB; with half as many attempts a year has twice as many files to look into. */
const LIMITS: FileLimits = { segmentAttempts: 32_768, logBytes: 8 * 1024 * 1024 };

/** A commit as it stands in the log: amendments say what they found, so that reading it again looks for nothing. */
interface Logged extends Omit<Commit, 'amended'> {
  readonly amended: readonly {
    readonly seq: number;
    readonly source: string;
    readonly before: Amendable;
    readonly after: Overlay;
  }[];
}

type Found = Overlay & { readonly seq: number; readonly source: string };

export class FileHistory implements History {
  readonly engine = 'file';
  readonly #folder: string;
  readonly #limits: FileLimits;
  #manifest: Manifest;
  #state: FileBooks;
  #tail: StoredAttempt[] = [];
  readonly #tailPlaces = new Map<string, number>();
  #log: FileHandle;
  #logEnd = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    limits: FileLimits,
    manifest: Manifest,
    state: FileBooks,
    log: FileHandle,
  ) {
    this.#folder = folder;
    this.#limits = limits;
    this.#manifest = manifest;
    this.#state = state;
    this.#log = log;
  }

  /** Errors: `Trouble` with `store-corrupt`, `store-newer`, `store-full`, `not-writable`. The caller sees to one owner. */
  static async open(folder: string, limits: FileLimits = LIMITS): Promise<FileHistory> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const manifest = await readManifest(folder);
      await sweep(folder, manifest);
      const { books } = manifest;
      const state = books === null ? emptyBooks() : await readBooks(join(folder, books.file), books.hash);
      const path = join(folder, manifest.log);
      if (manifest !== NEW_MANIFEST && !existsSync(path))
        throw corrupt(folder, `${manifest.log} is not there`);
      const log = await open(path, 'a+', 0o600);
      try {
        // a new file outlives a loss of power only with its folder, and that with its own
        await syncFolder(folder);
        await syncFolder(dirname(folder));
        // from here on a history without one is damaged: no segment is ever there before it
        if (manifest === NEW_MANIFEST) await writeManifest(folder, manifest);
        const history = new FileHistory(folder, limits, manifest, state, log);
        const { payloads, end } = readFrames(await readFile(path), path);
        for (const payload of payloads) history.#apply(JSON.parse(payload.toString()) as Logged);
        await log.truncate(end);
        await log.sync();
        history.#logEnd = end;
        return history;
      } catch (error) {
        await log.close();
        throw error;
      }
    } catch (error) {
      throw systemTrouble(error, folder);
    }
  }

  commit(given: Commit): Promise<void> {
    return this.#inTurn(async () => {
      const commit = normalCommit(given, this.#state.books.progress);
      await this.#refuseKnown(commit.attempts);
      this.#state.books.checkBlocks(commit);
      const logged = { ...commit, amended: await this.#resolve(commit) };
      await this.#write(frameOf(Buffer.from(JSON.stringify(logged))));
      this.#apply(logged);
      // the commit is stored: what is put in order now can wait where there is no room for it
      await this.#tidy().catch((error: unknown) => {
        if (systemTrouble(error, this.#folder) === error) throw error;
      });
    });
  }

  async lastSeq(): Promise<number> {
    await this.#queue;
    return this.#state.books.progress.lastSeq;
  }

  async state(name: string): Promise<string | null> {
    return this.#state.books.states.get(wellFormed(name)) ?? null;
  }

  async *attempts(query: AttemptQuery): AsyncIterable<StoredAttempt> {
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const attempt of this.#matching(query, 'whole')) {
      yield attempt;
      if (--left <= 0) return;
    }
  }

  columns(query: ColumnsQuery): Promise<AttemptColumns> {
    return columnsOf(this.attempts(intervalOf(query)), query);
  }

  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return sharedNamesOf(this.attempts({}), names);
  }

  async countAttempts(query: AttemptQuery): Promise<{ failures: number; successes: number }> {
    let failures = 0;
    let successes = 0;
    for await (const { success } of this.#matching(query, 'brief')) {
      if (success) successes++;
      else failures++;
    }
    return { failures, successes };
  }

  async names(input: string, from: number): Promise<readonly AttemptName[]> {
    const wanted = wellFormed(input);
    const names: AttemptName[] = [];
    const add = (name: AttemptName) => {
      if (name.input === wanted && name.line >= from) names.push(name);
    };
    const tail = [...this.#tail];
    for (const info of this.#manifest.segments) {
      if (!info.lines.some(([each, , last]) => each === wanted && last >= from)) continue;
      const segment = this.#segment(info);
      for (let i = 0; i < info.attempts; i++) add(segment.name(i));
      await pause();
    }
    for (const { name } of tail) add(name);
    return names.sort((a, b) => a.line - b.line || a.nth - b.nth);
  }

  async *events(query: { after?: number; since?: number; limit?: number }) {
    yield* this.#state.books.eventsOf(query);
  }

  async source(source: string) {
    return this.#state.books.source(wellFormed(source));
  }

  async people() {
    return this.#state.books.people();
  }

  async sources(query: AttemptQuery) {
    const tallies = new SourceTallies();
    for await (const attempt of this.#matching(query, 'brief')) tallies.add(attempt);
    return tallies.list(query.limit);
  }

  async users(query: AttemptQuery) {
    const tallies = new UserTallies();
    for await (const attempt of this.#matching(query, 'brief')) tallies.add(attempt);
    return tallies.list(query.limit);
  }

  async campaigns(query: { id?: string; since?: number; until?: number; limit?: number }) {
    return this.#state.books.campaignsOf(query);
  }

  async blocks(query: BlockQuery) {
    return this.#state.books.blocksOf(query);
  }

  retain(retention: Retention, now: number): Promise<number> {
    return this.#inTurn(async () => {
      try {
        const gone = retention.days === null ? 0 : await this.#forgetBefore(now - retention.days * DAY);
        return gone + (retention.bytes === null ? 0 : await this.#forgetBeyond(retention.bytes));
      } catch (error) {
        throw systemTrouble(error, this.#folder);
      }
    });
  }

  async size(): Promise<HistorySize> {
    const { books } = this.#state;
    let attempts = this.#tail.length;
    let oldest: number | null = null;
    for (const info of this.#manifest.segments) {
      attempts += info.attempts;
      oldest = Math.min(oldest ?? info.minTime, info.minTime);
    }
    for (const { time } of this.#tail) oldest = Math.min(oldest ?? time, time);
    return {
      attempts,
      sources: books.sources.size,
      campaigns: books.campaigns.records.size,
      blocks: books.blocks.size,
      bytes: this.#bytes(),
      freeBytes: 0,
      oldest,
    };
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#log.close());
  }

  #matching(query: AttemptQuery, wanted: 'whole'): AsyncGenerator<StoredAttempt, void, void>;
  #matching(query: AttemptQuery, wanted: 'brief'): AsyncGenerator<BriefAttempt, void, void>;
  /** Attempts that are meant, in the order that is wanted. */
  async *#matching(
    given: AttemptQuery,
    wanted: 'whole' | 'brief',
  ): AsyncGenerator<StoredAttempt | BriefAttempt, void, void> {
    const query = normalQuery(given);
    const back = query.newestFirst === true;
    const campaign = query.campaign === undefined ? null : this.#state.books.campaign(query.campaign);
    const matches = matcher(query, campaign);
    const search = searchOf(query, campaign);
    const { overlays } = this.#state;
    const tail = this.#tail.filter(matches);
    const segments = this.#manifest.segments.filter((info) => !isBeside(info, search));
    if (back) {
      yield* tail.reverse();
      segments.reverse();
    }
    for (const info of segments) {
      const segment = this.#segment(info);
      let rows: number[];
      try {
        rows = rowsOf(segment, search, overlays);
        // all that will be read of it, while its file is there
        if (rows.length > 0) segment[wanted === 'whole' ? 'row' : 'brief'](rows[0]!);
      } catch (error) {
        // retention was faster than the reader
        if (codeOf(error) === 'ENOENT') continue;
        throw error;
      }
      if (back) rows.reverse();
      for (const i of rows) {
        const overlay = overlays.get(segment.seq(i));
        if (overlay === undefined) yield wanted === 'whole' ? segment.row(i) : segment.brief(i);
        else {
          const attempt = overlaid(segment.row(i), overlay);
          if (matches(attempt)) yield attempt;
        }
      }
      await pause();
    }
    if (!back) yield* tail;
  }

  #apply(logged: Logged): void {
    const { books, overlays, lastLines } = this.#state;
    const commit = { ...logged, amended: [] };
    const { sealedSeq } = this.#manifest;
    for (const attempt of books.apply(commit, books.checkBlocks(commit))) {
      const { input, line } = attempt.name;
      lastLines.set(input, Math.max(lastLines.get(input) ?? Number.NEGATIVE_INFINITY, line));
      if (attempt.seq <= sealedSeq) continue;
      this.#tailPlaces.set(nameKey(attempt.name), this.#tail.length);
      this.#tail.push(attempt);
    }
    for (const { seq, source, before, after } of logged.amended) {
      books.amend(source, before, after);
      const place = seq > sealedSeq ? this.#tail.findLastIndex((attempt) => attempt.seq === seq) : -1;
      const { user, known, method } = after;
      if (place >= 0) this.#tail[place] = { ...this.#tail[place]!, user, known, method };
      else overlays.set(seq, after);
    }
  }

  /** Amendments with what they found and what it becomes; those of attempts that are not there are left out. */
  async #resolve({ attempts, amended }: Commit): Promise<Logged['amended']> {
    if (amended.length === 0) return [];
    const fresh = new Map(attempts.map((attempt) => [nameKey(attempt.name), attempt]));
    const older = amended.map(({ name }) => name).filter((name) => !fresh.has(nameKey(name)));
    const found = new Map<string, Found>([...(await this.#find(older)), ...fresh]);
    const resolved: Logged['amended'][number][] = [];
    for (const { name, user, known, method } of amended) {
      const key = nameKey(name);
      const was = found.get(key);
      if (was === undefined) continue;
      const { seq, source, success } = was;
      const after = {
        success,
        user: user ?? was.user,
        known: known ?? was.known,
        method: method ?? was.method,
      };
      resolved.push({ seq, source, before: { success, user: was.user, known: was.known }, after });
      found.set(key, { seq, source, ...after });
    }
    return resolved;
  }

  async #refuseKnown(attempts: readonly StoredAttempt[]): Promise<void> {
    const { lastLines } = this.#state;
    const names = attempts
      .map(({ name }) => name)
      .filter(({ input, line }) => line <= (lastLines.get(input) ?? Number.NEGATIVE_INFINITY));
    const found = await this.#find(names);
    for (const name of names) if (found.has(nameKey(name))) throw twice(name);
  }

  /** Those of the attempts with these names that are stored. */
  async #find(names: readonly AttemptName[]): Promise<ReadonlyMap<string, Found>> {
    const found = new Map<string, Found>();
    const left = new Map<string, AttemptName>();
    for (const name of names) {
      const key = nameKey(name);
      const place = this.#tailPlaces.get(key);
      if (place === undefined) left.set(key, name);
      else found.set(key, this.#tail[place]!);
    }
    for (const info of this.#manifest.segments.toReversed()) {
      if (left.size === 0) break;
      const within = [...left.values()].some((name) =>
        info.lines.some(
          ([input, first, last]) => input === name.input && name.line >= first && name.line <= last,
        ),
      );
      if (!within) continue;
      const segment = this.#segment(info);
      for (let i = 0; i < info.attempts && left.size > 0; i++) {
        const key = nameKey(segment.name(i));
        if (!left.delete(key)) continue;
        const attempt = segment.row(i);
        found.set(key, overlaid(attempt, this.#state.overlays.get(attempt.seq)));
      }
      await pause();
    }
    return found;
  }

  /** Appends to the log; what could be written of it where not all could is taken back. */
  async #write(frame: Buffer): Promise<void> {
    try {
      await this.#log.truncate(this.#logEnd);
      await this.#log.appendFile(frame);
      await this.#log.datasync();
      this.#logEnd += frame.length;
    } catch (error) {
      await this.#log.truncate(this.#logEnd).catch(() => undefined);
      throw systemTrouble(error, join(this.#folder, this.#manifest.log));
    }
  }

  /** Puts attempts into a segment, and the books on the disk, when it is time. */
  async #tidy(): Promise<void> {
    const isLong = this.#logEnd > Math.max(this.#limits.logBytes, this.#manifest.books?.bytes ?? 0);
    if (this.#tail.length >= this.#limits.segmentAttempts || (isLong && this.#tail.length > 0))
      await this.#seal();
    if (isLong) await this.#newLog();
  }

  async #seal(): Promise<void> {
    const info = await this.#writeSegment(this.#tail);
    await this.#name({
      segments: [...this.#manifest.segments, info],
      sealedSeq: info.lastSeq,
    });
    this.#tail = [];
    this.#tailPlaces.clear();
  }

  /** Only when all attempts are in segments. */
  async #newLog(): Promise<void> {
    const { next, log: oldLog, books: oldBooks } = this.#manifest;
    const file = `books-${next}`;
    const log = `log-${next}`;
    const books = { file, ...(await writeBooks(join(this.#folder, file), this.#state)) };
    const handle = await open(join(this.#folder, log), 'a+', 0o600);
    try {
      await handle.sync();
      await this.#name({ books, log });
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#log.close();
    this.#log = handle;
    this.#logEnd = 0;
    await this.#remove([oldLog, ...(oldBooks === null ? [] : [oldBooks.file])]);
  }

  async #writeSegment(attempts: readonly StoredAttempt[]): Promise<SegmentInfo> {
    const { info, bytes } = encodeSegment(`segment-${this.#manifest.next}`, attempts);
    await writeDurably(join(this.#folder, info.file), bytes);
    return info;
  }

  /** The manifest with `change`, durable. */
  async #name(change: Partial<Manifest>): Promise<void> {
    const manifest = { ...this.#manifest, ...change, next: this.#manifest.next + 1 };
    await writeManifest(this.#folder, manifest);
    this.#manifest = manifest;
  }

  async #remove(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(join(this.#folder, file), { force: true });
  }

  async #forgetBefore(oldest: number): Promise<number> {
    if (this.#tail.some(({ time }) => time < oldest)) await this.#seal();
    let gone = 0;
    for (const info of this.#manifest.segments.filter(({ minTime }) => minTime < oldest)) {
      const kept: StoredAttempt[] = [];
      const segment = this.#segment(info);
      for (let i = 0; info.maxTime >= oldest && i < info.attempts; i++)
        if (segment.time(i) >= oldest) kept.push(segment.row(i));
      gone += info.attempts - kept.length;
      await this.#exchange(info, kept.length === 0 ? [] : [await this.#writeSegment(kept)]);
    }
    return gone;
  }

  /** Whole segments go, the oldest first. */
  async #forgetBeyond(bytes: number): Promise<number> {
    let gone = 0;
    for (const info of this.#manifest.segments) {
      if (this.#bytes() < bytes) break;
      await this.#exchange(info, []);
      gone += info.attempts;
    }
    return gone;
  }

  async #exchange(old: SegmentInfo, by: readonly SegmentInfo[]): Promise<void> {
    await this.#name({
      segments: this.#manifest.segments.flatMap((info) => (info === old ? by : [info])),
    });
    await this.#remove([old.file]);
    for (const seq of this.#state.overlays.keys())
      if (by.length === 0 && seq >= old.firstSeq && seq <= old.lastSeq) this.#state.overlays.delete(seq);
    await pause();
  }

  #bytes(): number {
    const { segments, books } = this.#manifest;
    return segments.reduce((sum, info) => sum + info.bytes, this.#logEnd + (books?.bytes ?? 0));
  }

  #segment(info: SegmentInfo): Segment {
    return new Segment(info, join(this.#folder, info.file));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function overlaid(attempt: StoredAttempt, overlay: Overlay | undefined): StoredAttempt {
  if (overlay === undefined) return attempt;
  const { user, known, method } = overlay;
  return { ...attempt, user, known, method };
}

/** Lets others run between two segments. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
