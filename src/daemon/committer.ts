/**
 * One commit after the other, each with all that came while the last one was on its way: under load commits grow and become
 * fewer, when little comes each attempt is in the history at once. A history that cannot take a commit (its disk is full) gets the
 * same one again, later; until then what comes waits, up to a bound beyond which no input is read.
 */
import { Trouble } from '../model/error.ts';
import type { Commit, History } from '../store/history.ts';
import type { Core } from './core.ts';
import type { Tell } from './happening.ts';

/**
 * Seconds from one commit to the next, at least: a commit waits for the disk, which takes 2 to 20 ms, so half of this would be a
 * disk that never rests, and at ten times this an alarm that needs the history waits for a second.
 */
const PAUSE_SECONDS = 0.1;
/**
 * The same while what waits is attempts that brought nothing about, which nobody waits for. A commit is 7 ms of processor, however
 * little is in it: at 0.1 s a flood would spend a fifteenth of a core on that alone, at a second it waits in more memory.
 */
const QUIET_PAUSE_SECONDS = 0.5;
/** Seconds until a commit that failed is tried again, growing by half each time up to the second one. */
const RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60;
/**
 * Beyond so many attempts that wait nothing more is read, while the history takes what it is given: a third of a second of a flood.
 * With a commit each 0.1 s that is 30,000 attempts a second; twice as many are 10 MB more when much has to be caught up with.
 */
const MOST_AHEAD = 4000;
/** The same while the history takes nothing: half a day of a busy site, some 25 MB. */
export const MOST_WAITING = 50_000;

export class Committer {
  readonly #core: Core;
  readonly #history: History;
  readonly #tell: Tell;
  #running: Promise<void> | null = null;
  #failed: Commit | null = null;
  #stopped = false;
  #wake: (() => void) | null = null;
  /** Ends a pause that is as long as it is because nobody waits. */
  #hurry: (() => void) | null = null;
  /** By the clock of `performance`, milliseconds. */
  #committedAt = Number.NEGATIVE_INFINITY;
  #roomWaiters: (() => void)[] = [];
  #idleWaiters: (() => void)[] = [];

  constructor(core: Core, history: History, tell: Tell) {
    this.#core = core;
    this.#history = history;
    this.#tell = tell;
  }

  /** There is something new. */
  poke(): void {
    if (this.#core.isUrgent || this.#core.waiting >= MOST_AHEAD) this.#hurry?.();
    if (this.#running !== null || this.#stopped) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      // what came between the last look and the end
      if (this.#core.hasWork && !this.#stopped) this.poke();
      this.#wakeIdle();
    });
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#core.waiting >= (this.isFailing ? MOST_WAITING : MOST_AHEAD) && !this.#stopped)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Resolves when nothing waits for the history, with true; with false where it takes nothing now, or it was stopped. */
  async drained(): Promise<boolean> {
    for (;;) {
      if (this.#failed !== null || this.#stopped) return false;
      if (this.#running === null && !this.#core.hasWork) return true;
      this.poke();
      this.#wake?.();
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
  }

  /** Whether the history has refused what it was given last. */
  get isFailing(): boolean {
    return this.#failed !== null;
  }

  /** Commits what is there and resolves when the history has it. Throws what the history throws, after `patience` seconds of tries. */
  async settle(patience: number): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
    const until = performance.now() + patience * 1000;
    for (;;) {
      const commit = this.#failed ?? this.#core.flush();
      try {
        await this.#history.commit(commit);
        this.#failed = null;
        if (!this.#core.hasWork) return;
      } catch (error) {
        this.#failed = commit;
        if (!(error instanceof Trouble) || performance.now() > until) throw error;
        await this.#pause(RETRY_SECONDS);
      }
    }
  }

  async #run(): Promise<void> {
    let retry = RETRY_SECONDS;
    while (!this.#stopped && (this.#failed !== null || this.#core.hasWork)) {
      if (this.#failed === null && this.#left(QUIET_PAUSE_SECONDS) > 0) await this.#rest();
      const commit = this.#failed ?? this.#core.flush();
      const began = performance.now();
      try {
        await this.#history.commit(commit);
        this.#committedAt = performance.now();
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.#failed = commit;
        this.#wakeReaders(); // there is more room now
        const { message, remedy } = error;
        this.#tell({
          kind: 'history:failed',
          problem: { message, remedy },
          waiting: commit.attempts.length + this.#core.waiting,
        });
        this.#wakeIdle();
        await this.#pause(retry);
        retry = Math.min(retry * 1.5, LONGEST_RETRY_SECONDS);
        continue;
      }
      if (this.#failed !== null) this.#tell({ kind: 'history:restored', attempts: commit.attempts.length });
      this.#failed = null;
      retry = RETRY_SECONDS;
      const seconds = (performance.now() - began) / 1000;
      this.#tell({ kind: 'history:committed', attempts: commit.attempts.length, seconds });
      this.#wakeReaders();
    }
  }

  /** Until the next commit may be. */
  async #rest(): Promise<void> {
    const least = this.#left(PAUSE_SECONDS);
    if (least > 0) await this.#pause(least);
    const quiet = this.#left(QUIET_PAUSE_SECONDS);
    if (this.#isWaitedFor || quiet <= 0) return;
    this.#hurry = () => this.#wake?.();
    await this.#pause(quiet);
    this.#hurry = null;
  }

  /** Seconds that are left of a pause since the last commit. */
  #left(pause: number): number {
    return pause - (performance.now() - this.#committedAt) / 1000;
  }

  get #isWaitedFor(): boolean {
    const waiters = this.#idleWaiters.length + this.#roomWaiters.length;
    return waiters > 0 || this.#core.isUrgent || this.#stopped;
  }

  #wakeReaders(): void {
    for (const waiter of this.#roomWaiters.splice(0)) waiter();
  }

  #wakeIdle(): void {
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }

  #pause(seconds: number): Promise<void> {
    if (this.#stopped) return new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 0.1) * 1000));
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      this.#wake = done;
    });
  }
}
