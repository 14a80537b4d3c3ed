/**
 * What comes once and cannot be asked for again (messages of a receiver, standard input) is written to a spool on disk before
 * anybody sees it, and read from there: so it has positions, survives a crash, and a slow consumer fills a disk, not the memory.
 *
 * Append-only segments of whole lines, `00000001.log`, never rewritten; each start begins a new one, so a line that a crash cut
 * is at the end of an old segment and nowhere else. Lines are handed on only when they would survive a loss of power
 * (fdatasync, at most every {@link SYNC_SECONDS}), because what was made of them is stored under their numbers.
 * Segments before a released position are deleted.
 */
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** 80,000 lines: small enough that little is kept beyond what is needed, large enough that making files costs nothing. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
/** What may lie on disk unread: 1 GiB, a day of a thousand hosts under attack. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** What may wait in memory for the disk. At a tenth of it a burst of UDP is dropped while the disk syncs. */
const MOST_PENDING = 4 * 1024 * 1024;
/** Seconds from one fdatasync to the next. At half of it the disk is twice as busy; at five times it alarms are late. */
export const SYNC_SECONDS = 0.2;
/** Seconds until a write that failed (a full disk) is tried again. */
const RETRY_SECONDS = 1;

export interface SpoolLimits {
  readonly segmentBytes?: number;
  readonly mostBytes?: number;
}

/** Up to where lines would survive: segment number, and bytes of it. */
export interface SpoolEnd {
  readonly segment: number;
  readonly bytes: number;
}

export class Spool {
  readonly folder: string;
  readonly #segmentBytes: number;
  readonly #mostBytes: number;
  readonly #onDurable: () => void;
  readonly #onTrouble: (code: string | null) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #file: FileHandle | null = null;
  #segment: number;
  #written = 0;
  #durable: SpoolEnd;
  /** Of this segment. */
  #released = 0;
  #oldBytes = 0;
  #lastSync = 0;
  #running: Promise<void> | null = null;
  #failing: string | null = null;
  #closed = false;
  #roomWaiters: (() => void)[] = [];
  /** Bytes that were taken, that were written, and that are safe, of this run. */
  #takenBytes = 0;
  #writtenBytes = 0;
  #safeBytes = 0;
  #safeWaiters: { readonly upTo: number; readonly resolve: (isSafe: boolean) => void }[] = [];
  #wake: (() => void) | null = null;

  /**
   * `after`: the segment that a reader was at, so that no number is given twice even if the folder was emptied. `onDurable`: there is
   * more to read. `onTrouble`: writing fails, with the system's code, told once; null: it goes on. Throws what the system says
   * where the folder cannot be made.
   */
  constructor(
    folder: string,
    after: number,
    limits: SpoolLimits,
    onDurable: () => void,
    onTrouble: (code: string | null) => void,
  ) {
    this.folder = folder;
    this.#segmentBytes = limits.segmentBytes ?? SEGMENT_BYTES;
    this.#mostBytes = limits.mostBytes ?? MOST_BYTES;
    this.#onDurable = onDurable;
    this.#onTrouble = onTrouble;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const old = segmentsIn(folder);
    for (const segment of old) this.#oldBytes += bytesOf(segmentPath(folder, segment));
    this.#segment = Math.max(after, old.at(-1) ?? 0) + 1;
    this.#durable = { segment: this.#segment, bytes: 0 };
  }

  /** Up to where may be read. */
  get durable(): SpoolEnd {
    return this.#durable;
  }

  /** Whether more is taken now. */
  get hasRoom(): boolean {
    return !this.#closed && this.#pendingBytes < MOST_PENDING && this.bytes < this.#mostBytes;
  }

  /** Bytes that nobody has released, on disk and on their way there. */
  get bytes(): number {
    return this.#oldBytes + this.#written - this.#released + this.#pendingBytes;
  }

  /** Takes whole lines, each with its newline. False: there is no room, nothing was taken. The buffer is kept. */
  append(lines: Buffer): boolean {
    if (!this.hasRoom) return false;
    this.#pending.push(lines);
    this.#pendingBytes += lines.length;
    this.#takenBytes += lines.length;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return true;
  }

  /** Resolves when there may be room again. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.#closed)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Resolves when all that was taken up to now would survive a loss of power, with true; with false where it was closed before. */
  safe(): Promise<boolean> {
    const upTo = this.#takenBytes;
    if (this.#safeBytes >= upTo) return Promise.resolve(true);
    if (this.#closed && this.#running === null) return Promise.resolve(false);
    return new Promise((resolve) => this.#safeWaiters.push({ upTo, resolve }));
  }

  /** Whether the disk takes nothing now. */
  get isFailing(): boolean {
    return this.#failing !== null;
  }

  /** Resolves when all that was taken is safe, or can't be made so. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Nobody will ask again for what is before this place: deletes the segments before it. */
  release(segment: number, at: number): void {
    for (const old of segmentsIn(this.folder)) {
      if (old >= segment || old >= this.#segment) continue;
      const path = segmentPath(this.folder, old);
      this.#oldBytes -= bytesOf(path);
      rmSync(path, { force: true });
    }
    if (segment === this.#segment) this.#released = Math.min(at, this.#written);
    this.#tellRoom();
  }

  /** Writes what is there, as far as the disk lets it, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    this.#tellRoom();
    await this.#running;
    for (const { resolve } of this.#safeWaiters.splice(0)) resolve(false);
    await this.#file?.close().catch(() => {}); // synced already
    this.#file = null;
  }

  async #run(): Promise<void> {
    while (this.#pendingBytes > 0 || this.#durable.bytes < this.#written) {
      try {
        await this.#write();
        const rest = this.#lastSync + SYNC_SECONDS * 1000 - performance.now();
        if (rest > 0 && !this.#closed) await this.#pause(rest / 1000);
        if (this.#pendingBytes > 0) await this.#write();
        await this.#sync();
        if (this.#failing !== null) this.#onTrouble(null);
        this.#failing = null;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        if (this.#failing !== code) this.#onTrouble(code);
        this.#failing = code;
        if (this.#closed) return;
        await this.#pause(RETRY_SECONDS);
      }
    }
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      this.#file ??= await this.#begin();
      if (this.#written >= this.#segmentBytes) {
        await this.#next();
        continue;
      }
      const taken = this.#pending;
      const bytes = Buffer.concat(taken);
      this.#pending = [];
      try {
        let done = 0;
        // at its place, not at the end: what a failed write left is overwritten
        while (done < bytes.length)
          done += (await this.#file.write(bytes, done, bytes.length - done, this.#written + done))
            .bytesWritten;
      } catch (error) {
        this.#pending = [bytes, ...this.#pending];
        throw error;
      }
      this.#written += bytes.length;
      this.#writtenBytes += bytes.length;
      this.#pendingBytes -= bytes.length;
      this.#tellRoom();
    }
  }

  async #sync(): Promise<void> {
    if (this.#file === null || this.#durable.bytes === this.#written) return;
    const written = this.#written;
    const all = this.#writtenBytes;
    await this.#file.datasync();
    this.#lastSync = performance.now();
    this.#durable = { segment: this.#segment, bytes: written };
    this.#safeBytes = all;
    this.#tellSafe();
    this.#onDurable();
  }

  async #begin(): Promise<FileHandle> {
    const file = await open(segmentPath(this.folder, this.#segment), 'wx', 0o600);
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return file;
  }

  /** The next segment, when this one is whole on disk. */
  async #next(): Promise<void> {
    await this.#sync();
    await this.#file?.close();
    this.#file = null;
    this.#oldBytes += this.#written;
    this.#written = this.#released = 0;
    this.#segment++;
    this.#durable = { segment: this.#segment, bytes: 0 };
  }

  #tellSafe(): void {
    const waiters = this.#safeWaiters;
    let told = 0;
    for (; told < waiters.length && waiters[told]!.upTo <= this.#safeBytes; told++)
      waiters[told]!.resolve(true);
    if (told > 0) this.#safeWaiters = waiters.slice(told);
  }

  #tellRoom(): void {
    if (this.hasRoom || this.#closed) for (const waiter of this.#roomWaiters.splice(0)) waiter();
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Numbers of the segments in a folder, in order. */
export function segmentsIn(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // not made yet
  }
  return names
    .map((name) => /^(\d{8})\.log$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

export function segmentPath(folder: string, segment: number): string {
  return join(folder, `${String(segment).padStart(8, '0')}.log`);
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
