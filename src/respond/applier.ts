/**
 * Brings firewalls in line with what is wanted, and keeps them so. What is wanted is a state, not a row of orders: a
 * backend is told the difference between that state and what it was last told, so changes that come while it is busy
 * are told together, and an unblock that failed is still owed. Each backend goes at its own pace; one that fails is
 * tried again after growing pauses with the whole set, and the others do not wait for it.
 *
 * Where a backend can list what it holds, it is asked now and then, so that what was changed behind our back (a
 * firewall reloaded, an entry deleted by hand) is put right with one replacement.
 */
import type { Block, FirewallChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { Backend } from './backends/backend.ts';
import { afterChange, planChange, type Wanted, wantedOf } from './plan.ts';

export interface ApplierOptions {
  /** Changes that come within so many seconds are told together; and so much longer for each thousand blocks. */
  readonly gatherSeconds: number;
  readonly gatherSecondsAThousand: number;
  /** Pauses after failures: the first, doubling up to the longest. */
  readonly firstPauseSeconds: number;
  readonly mostPauseSeconds: number;
  /** How often a backend is asked what it holds; 0: never. */
  readonly checkSeconds: number;
}

export const DEFAULT_APPLIER_OPTIONS: ApplierOptions = {
  // a planning takes 3 ms for each thousand blocks: this keeps it below a sixth of one core, and at 20,000 blocks a
  // block is still applied within half a second
  gatherSeconds: 0.05,
  gatherSecondsAThousand: 0.015,
  firstPauseSeconds: 1,
  mostPauseSeconds: 60,
  // listing 20,000 entries takes 0.15 s: less than a thousandth of the time
  checkSeconds: 300,
};

export interface ApplierEffects {
  /** Seconds since 1970, with fractions. */
  now(): number;
  /** Told when a backend begins to fail, fails otherwise, or works again: for the log, an alarm. */
  readonly changed?: (status: BackendStatus) => void;
  /** Told what was applied. */
  readonly applied?: (backend: string, change: FirewallChange, seconds: number) => void;
}

export interface BackendStatus {
  readonly backend: string;
  readonly isDry: boolean;
  readonly state: 'in-step' | 'behind' | 'failing';
  /** Since when, seconds since 1970. */
  readonly since: number;
  /** What it failed with last; null unless it is failing. */
  readonly trouble: { readonly message: string; readonly remedy: string } | null;
  /** Entries that it holds as far as known; null: not known. */
  readonly entries: number | null;
  /** Standing blocks for which it has no room. */
  readonly left: number;
}

export interface Applier {
  /** What should stand from now on. Returns at once. */
  want(blocks: readonly Block[]): void;
  /** What would be told to each backend now. */
  pending(): readonly { readonly backend: string; readonly change: FirewallChange | null }[];
  status(): readonly BackendStatus[];
  /** Resolves when every backend is in step or failing. */
  settled(): Promise<void>;
  /** Takes everything of ours out of every backend and applies nothing more until {@link want} is called again. */
  flush(): Promise<void>;
  /**
   * Other backends from now on. One that is gone has everything of ours taken out of it; one that is new is told all that
   * should stand; one that is the same goes on. Rejects with the `Trouble` of one that could not be emptied, after all that.
   */
  use(backends: readonly Backend[]): Promise<void>;
  /** Ends after what is under way; entries stay as they are. */
  stop(): Promise<void>;
}

/** Never throws; troubles are in {@link Applier.status}. */
export function createApplier(
  backends: readonly Backend[],
  options: ApplierOptions = DEFAULT_APPLIER_OPTIONS,
  effects: ApplierEffects = { now: () => Date.now() / 1000 },
): Applier {
  let workers = backends.map((backend) => new Worker(backend, options, effects));
  let wanted: readonly Block[] | null = null;
  return {
    want(blocks) {
      wanted = blocks;
      for (const worker of workers) worker.want(blocks);
    },
    pending: () => workers.map((worker) => ({ backend: worker.name, change: worker.pending() })),
    status: () => workers.map((worker) => worker.status()),
    settled: async () => void (await Promise.all(workers.map((worker) => worker.settled()))),
    flush: async () => {
      wanted = null;
      const results = await Promise.allSettled(workers.map((worker) => worker.flush()));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
    async use(next) {
      const kept = workers.filter((worker) => next.includes(worker.backend));
      const gone = workers.filter((worker) => !kept.includes(worker));
      workers = kept;
      const emptied = await Promise.allSettled(
        gone.map(async (worker) => {
          try {
            await worker.flush();
          } finally {
            await worker.stop();
          }
        }),
      );
      workers = next.map(
        (backend) =>
          kept.find((worker) => worker.backend === backend) ?? new Worker(backend, options, effects),
      );
      for (const worker of workers) if (wanted !== null && !kept.includes(worker)) worker.want(wanted);
      for (const result of emptied) if (result.status === 'rejected') throw result.reason;
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}

/** Node's longest timer, milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One backend: one change at a time. */
class Worker {
  readonly backend: Backend;
  readonly #options: ApplierOptions;
  readonly #effects: ApplierEffects;
  #blocks: readonly Block[] | null = null;
  #applied: Wanted | null = null;
  #isReady = false;
  #state: BackendStatus['state'] = 'behind';
  #since: number;
  #trouble: Trouble | null = null;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #dueAt = Number.POSITIVE_INFINITY;
  #checked: number;
  /** What is under way; one after the other. */
  #busy: Promise<void> = Promise.resolve();
  #isBusy = false;
  #isStopped = false;
  #waiting: (() => void)[] = [];

  constructor(backend: Backend, options: ApplierOptions, effects: ApplierEffects) {
    this.backend = backend;
    this.#options = options;
    this.#effects = effects;
    this.#since = effects.now();
    this.#checked = this.#since;
  }

  get name(): string {
    return this.backend.name;
  }

  want(blocks: readonly Block[]): void {
    this.#blocks = blocks;
    if (this.#isStopped) return;
    if (this.#state === 'in-step') this.#become('behind', null);
    // a failing backend keeps its pause
    const { gatherSeconds, gatherSecondsAThousand } = this.#options;
    if (this.#failures === 0) this.#wake(gatherSeconds + (gatherSecondsAThousand * blocks.length) / 1000);
  }

  pending(): FirewallChange | null {
    const now = this.#effects.now();
    return this.#blocks === null ? null : this.#plan(this.#wanted(now), now);
  }

  status(): BackendStatus {
    const trouble = this.#trouble;
    const standing = this.#blocks?.length ?? 0;
    return {
      backend: this.name,
      isDry: this.backend.isDry,
      state: this.#state,
      since: this.#since,
      trouble: trouble === null ? null : { message: trouble.message, remedy: trouble.remedy },
      entries: this.#applied?.size ?? null,
      left: Math.max(0, standing - this.backend.capacity),
    };
  }

  settled(): Promise<void> {
    if (this.#state !== 'behind' || this.#blocks === null || this.#isStopped) return this.#busy;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async flush(): Promise<void> {
    this.#blocks = null;
    this.#sleep();
    await this.#exclusively(async () => {
      this.#applied = null;
      this.#isReady = false;
      await this.backend.flush();
      this.#failures = 0;
      this.#become('in-step', null);
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sleep();
    await this.#busy;
    this.#tellWaiting();
  }

  /** Runs after what is under way. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }

  #wake(inSeconds: number): void {
    const at = this.#effects.now() + inSeconds;
    if (this.#isStopped || (this.#timer !== null && this.#dueAt <= at)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        if (!this.#isBusy) void this.#exclusively(() => this.#step());
      },
      Math.min(inSeconds * 1000, LONGEST_TIMER),
    );
    this.#timer.unref();
  }

  #sleep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #step(): Promise<void> {
    this.#isBusy = true;
    try {
      if (!this.#isReady) await this.backend.check();
      this.#isReady = true;
      await this.#look();
      // what came while it was busy is told at once
      while (this.#blocks !== null && !this.#isStopped && (await this.#bringInStep())) {}
      this.#failures = 0;
      this.#become('in-step', null);
      this.#tellWaiting();
      if (this.#blocks !== null && this.#nextLook() < Number.POSITIVE_INFINITY) this.#wake(this.#nextLook());
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Whether anything was applied. */
  async #bringInStep(): Promise<boolean> {
    const now = this.#effects.now();
    const wanted = this.#wanted(now);
    const change = this.#plan(wanted, now);
    if (change === null) return false;
    const before = this.#applied;
    // until it has said yes, what it holds is not known
    this.#applied = null;
    await this.backend.apply(change);
    this.#applied = afterChange(before, change, now, this.backend.timed);
    this.#effects.applied?.(this.name, change, this.#effects.now() - now);
    return true;
  }

  /** Asks now and then what the firewall holds; where that is something else, the whole set is told. */
  async #look(): Promise<void> {
    const { list, timed } = this.backend;
    const now = this.#effects.now();
    const applied = this.#applied;
    if (list === undefined || this.#options.checkSeconds === 0 || applied === null) return;
    if (now - this.#checked < this.#options.checkSeconds) return;
    this.#checked = now;
    const held = new Set((await list()).map(({ target }) => target));
    for (const [target, until] of applied) {
      // what is about to end may have ended
      const isEnding = timed && until !== null && until < this.#effects.now() + 5;
      if (held.delete(target) || isEnding) continue;
      this.#applied = null;
      return;
    }
    if (held.size > 0) this.#applied = null;
  }

  #nextLook(): number {
    const { checkSeconds } = this.#options;
    const looks =
      this.backend.list !== undefined && checkSeconds > 0 ? checkSeconds : Number.POSITIVE_INFINITY;
    // a time that the firewall cannot hold is renewed when half of it is over
    return Math.min(looks, this.backend.mostSeconds / 2);
  }

  #wanted(now: number): Wanted {
    return wantedOf(this.#blocks ?? [], now, this.backend.capacity);
  }

  #plan(wanted: Wanted, now: number): FirewallChange | null {
    return planChange(wanted, this.#applied, now, this.backend);
  }

  #fail(error: unknown): void {
    const { firstPauseSeconds, mostPauseSeconds } = this.#options;
    this.#isReady = false;
    const pause = Math.min(firstPauseSeconds * 2 ** Math.min(this.#failures, 30), mostPauseSeconds);
    this.#failures++;
    const trouble =
      error instanceof Trouble
        ? error
        : new Trouble(
            'firewall-failed',
            `${this.name}: ${String(error)}`,
            'This is a bug: please report it.',
          );
    this.#become('failing', trouble);
    this.#tellWaiting();
    this.#wake(pause);
  }

  #become(state: BackendStatus['state'], trouble: Trouble | null): void {
    // being behind for a moment is no news, failing is
    const isNews = trouble?.message !== this.#trouble?.message;
    this.#trouble = trouble;
    if (state !== this.#state) this.#since = this.#effects.now();
    this.#state = state;
    if (isNews) this.#effects.changed?.(this.status());
  }

  #tellWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
