/**
 * When a snapshot is written, and the writing. What is read again after a crash is at most what came since the last one, so they
 * come every few minutes, after much work, when all there was has been read, and when a log was rotated; but no more than a
 * twentieth of the time goes into them.
 */
import { Trouble } from '../model/error.ts';
import { MINUTE } from '../model/time.ts';
import { Every } from './every.ts';
import type { Tell } from './happening.ts';
import { partsOf, SNAPSHOT_FORMAT, type Snapshot } from './recovery.ts';
import { writeSnapshot } from './snapshot-file.ts';
import type { Troubles } from './troubles.ts';

/** At 1,000 lines a second what is read again after a crash is a second or two of work. */
const SECONDS = 5 * MINUTE;
/** After so many lines, a quarter of a second of work: a daemon that is killed again and again must get on even so. */
const LINES = 50_000;
/** No more than this share of the time is spent on them. */
const SHARE = 0.05;
/** So long after a history that takes nothing was in the way. */
const LATER_SECONDS = MINUTE;

export class Snapshots {
  readonly #path: string;
  readonly #version: string;
  readonly #tell: Tell;
  readonly #troubles: Troubles;
  #lines = 0;
  readonly #every = new Every(SECONDS, SECONDS);
  /** By the clock of `performance`, milliseconds. */
  #mayAt = 0;

  constructor(path: string, version: string, tell: Tell, troubles: Troubles) {
    this.#path = path;
    this.#version = version;
    this.#tell = tell;
    this.#troubles = troubles;
  }

  /** So many lines were read. */
  read(lines: number): void {
    this.#lines += lines;
  }

  /** The next one is due as soon as may be. */
  hasten(): void {
    this.#every.hasten();
  }

  postpone(): void {
    this.#every.put(LATER_SECONDS);
  }

  get isDue(): boolean {
    if (this.#lines === 0) return false;
    return (this.#every.isDue || this.#lines >= LINES) && performance.now() >= this.#mayAt;
  }

  /** Writes it; says whether it is there. Nothing in it may change until then. */
  async write(snapshot: Snapshot): Promise<boolean> {
    const began = performance.now();
    this.#lines = 0;
    this.#every.put(SECONDS);
    // one after the other
    this.#mayAt = Number.POSITIVE_INFINITY;
    try {
      const head = { format: SNAPSHOT_FORMAT, version: this.#version };
      const bytes = await writeSnapshot(this.#path, partsOf(snapshot), head);
      this.#tell({ kind: 'snapshot:written', bytes, seconds: (performance.now() - began) / 1000 });
      this.#troubles.end('snapshot');
      return true;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const { message, remedy } = error;
      this.#tell({ kind: 'snapshot:failed', problem: { message, remedy } });
      this.#troubles.begin('snapshot', error);
      return false;
    } finally {
      this.#mayAt = performance.now() + (performance.now() - began) / SHARE;
    }
  }
}
