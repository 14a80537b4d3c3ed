/**
 * The reading half of a spool: hands on what is safe on disk, line by line, from a position on, the segments of earlier runs
 * first. What fills the spool (a socket, standard input) is a {@link SpoolSource}; it begins when reading begins and ends with it.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Batch, FollowEffects, Follower, FollowerStatus } from './follower.ts';
import { Tally } from './follower.ts';
import { LineCursor } from './line-cursor.ts';
import { CHUNK_BYTES } from './open-piece.ts';
import { Spool, type SpoolLimits, segmentPath, segmentsIn } from './spool.ts';

export interface SpoolSource {
  /** Begins to fill the spool. What goes wrong is told to the tally; never throws for the operator's trouble. */
  start(spool: Spool, tally: Tally): void;
  /** Whether nothing will come any more. */
  readonly hasEnded: boolean;
  stop(): Promise<void>;
}

interface SpoolPosition {
  readonly v: 1;
  readonly line: number;
  readonly segment: number;
  readonly at: number;
}

export class SpoolFollower implements Follower {
  readonly input: string;
  readonly #folder: string;
  readonly #source: SpoolSource;
  readonly #limits: SpoolLimits;
  readonly #effects: FollowEffects;
  readonly #tally: Tally;
  readonly #knownLine: number;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #line: number;
  #segment: number;
  #cursor: LineCursor;
  #open: { readonly descriptor: number; readonly segment: number } | null = null;
  #spool: Spool | null = null;
  #stopped = false;
  #isWorking = false;
  #pending = false;
  #resolve: (() => void) | null = null;

  constructor(
    input: string,
    folder: string,
    from: string | null,
    source: SpoolSource,
    limits: SpoolLimits & { readonly known: string | null },
    effects: FollowEffects,
  ) {
    this.input = input;
    this.#folder = folder;
    this.#source = source;
    this.#limits = limits;
    this.#effects = effects;
    this.#tally = new Tally(input, (notice) => effects.onNotice(notice));
    const position = from === null ? null : readSpoolPosition(from);
    if (from !== null && position === null) this.#tally.gap('changed', folder, 0);
    this.#knownLine = limits.known === null ? 0 : (readSpoolPosition(limits.known)?.line ?? 0);
    this.#line = position?.line ?? (segmentsIn(folder).length === 0 ? this.#knownLine : 0);
    this.#segment = position?.segment ?? 0;
    this.#cursor = new LineCursor(position?.at ?? 0, false);
  }

  async *batches(): AsyncGenerator<Batch> {
    this.#isWorking = true;
    try {
      await this.#begin();
      while (!this.#stopped) {
        const batch = this.#next();
        if (batch !== null) {
          this.#isWorking = false;
          yield batch;
          this.#isWorking = true;
          continue;
        }
        if (this.#source.hasEnded && this.#isAtEnd()) break;
        await this.#wait();
      }
    } finally {
      this.#isWorking = false;
      await this.#close();
    }
  }

  status(): FollowerStatus {
    const spool = this.#spool;
    if (spool === null) return this.#tally.status(null);
    let behind = 0;
    for (const segment of segmentsIn(this.#folder))
      if (segment >= this.#segment)
        behind += statSync(segmentPath(this.#folder, segment), { throwIfNoEntry: false })?.size ?? 0;
    return this.#tally.status(Math.max(0, behind - this.#cursor.readAt));
  }

  caughtUp(): boolean {
    return this.#isAtEnd();
  }

  release(position: string): void {
    const released = readSpoolPosition(position);
    if (released !== null) this.#spool?.release(released.segment, released.at);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#source.stop();
    this.#now();
    if (!this.#isWorking) await this.#close();
  }

  async #close(): Promise<void> {
    await this.#source.stop();
    await this.#spool?.close();
    if (this.#open !== null) closeSync(this.#open.descriptor);
    this.#open = null;
    this.#tally.become({ kind: 'ended' });
  }

  /** Makes the spool; where that fails (no rights, a full disk) it is tried again until it works. */
  async #begin(): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#spool = new Spool(
          this.#folder,
          this.#segment,
          this.#limits,
          () => this.#now(),
          (code) =>
            this.#tally.become(
              code === null ? { kind: 'following' } : { kind: 'failed', path: this.#folder, code },
            ),
        );
        this.#tally.become({ kind: 'following' });
        this.#source.start(this.#spool, this.#tally);
        return;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined) throw error;
        this.#tally.become({ kind: 'failed', path: this.#folder, code });
        await this.#wait(1);
      }
    }
  }

  #isAtEnd(): boolean {
    const end = this.#spool?.durable;
    if (end === undefined) return false;
    return this.#segment > end.segment || (this.#segment === end.segment && this.#cursor.readAt >= end.bytes);
  }

  #next(): Batch | null {
    const spool = this.#spool!;
    for (;;) {
      const end = spool.durable;
      if (this.#segment > end.segment) return null;
      const room = this.#segment === end.segment ? end.bytes - this.#cursor.readAt : CHUNK_BYTES;
      const read = room <= 0 ? 0 : this.#read(Math.min(room, CHUNK_BYTES));
      if (read === 0) {
        if (this.#segment === end.segment) return null;
        this.#nextSegment(end.segment);
        continue;
      }
      const cut = this.#cursor.cutLines;
      const lines = this.#cursor.push(this.#buffer.subarray(0, read));
      this.#tally.bytes += read;
      this.#tally.cutLines += this.#cursor.cutLines - cut;
      if (lines.length > 0) return this.#batch(lines);
    }
  }

  /** 0 at the end of the segment, or where it is not there. */
  #read(bytes: number): number {
    if (this.#open?.segment !== this.#segment) {
      if (this.#open !== null) closeSync(this.#open.descriptor);
      this.#open = null;
      try {
        const descriptor = openSync(segmentPath(this.#folder, this.#segment), 'r');
        this.#open = { descriptor, segment: this.#segment };
      } catch {
        if (this.#cursor.at > 0) {
          this.#tally.gap('vanished', segmentPath(this.#folder, this.#segment), this.#line);
          this.#line = Math.max(this.#line, this.#knownLine);
        }
        return 0;
      }
    }
    return readSync(this.#open.descriptor, this.#buffer, 0, bytes, this.#cursor.readAt);
  }

  /** The next one that is there. A line that a crash cut off at the end of the last one was acknowledged to nobody: it is left out. */
  #nextSegment(last: number): void {
    this.#segment = segmentsIn(this.#folder).find((segment) => segment > this.#segment) ?? last;
    this.#segment = Math.min(this.#segment, last);
    this.#cursor = new LineCursor(0, false);
  }

  #batch(lines: readonly string[]): Batch {
    const firstLine = this.#line + 1;
    this.#line += lines.length;
    this.#tally.lines += lines.length;
    const arrived = this.#effects.now();
    this.#tally.lastLine = arrived;
    const position: SpoolPosition = { v: 1, line: this.#line, segment: this.#segment, at: this.#cursor.at };
    return {
      input: this.input,
      lines,
      firstLine,
      position: JSON.stringify(position),
      arrived,
      written: arrived,
    };
  }

  /** Whoever waits looks again. */
  look(): void {
    this.#now();
  }

  #now(): void {
    this.#pending = true;
    this.#resolve?.();
    this.#resolve = null;
  }

  async #wait(seconds = 60): Promise<void> {
    if (!this.#pending)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#pending = false;
  }
}

function readSpoolPosition(text: string): SpoolPosition | null {
  try {
    const value = JSON.parse(text) as Partial<SpoolPosition> | null;
    const isGood =
      value?.v === 1 && [value.line, value.segment, value.at].every((number) => Number.isSafeInteger(number));
    return isGood ? (value as SpoolPosition) : null;
  } catch {
    return null;
  }
}
