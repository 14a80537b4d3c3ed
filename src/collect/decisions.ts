/**
 * Who is kept out, for sensors to fetch: the whole list at first, then what has changed, at once when it changes (long polling), so
 * that a thousand sensors cost a few bytes each and not a list each. A version is `RUN-NUMBER`; who comes with one of another run, or
 * one that is too old, gets the whole list.
 *
 * Told is what detection found (participants, and networks full of them) and what was blocked by hand; what only one host saw (a loud
 * source, an unknown user) is that host's affair, and what others told is not handed on, so that no rumour goes in circles.
 */
import { randomBytes } from 'node:crypto';
import type { Block, BlockChange } from '../model/block.ts';

/** A decision as it is sent. `until`: seconds since 1970; null: until it is taken back. `left`: seconds until then, for clocks that differ. */
export interface Decision {
  readonly target: string;
  readonly until: number | null;
  readonly left: number | null;
  readonly confidence: number;
  readonly why: string;
}

/** `after` null: `add` is the whole list. */
export interface DecisionNews {
  readonly schema: 'slowbrute.blocks/1';
  readonly version: string;
  readonly after: string | null;
  readonly add: readonly Decision[];
  readonly remove: readonly string[];
}

export interface DecisionFeed {
  /**
   * What has changed since version `after` (null: all), at once if anything has; else when something does, or after `wait` seconds,
   * or when `signal` says so. `text` null: nothing has.
   */
  after(
    after: string | null,
    wait: number,
    signal: AbortSignal,
  ): Promise<{ readonly version: string; readonly text: string | null }>;
}

/** Changes that are remembered: as many as there may be blocks. Who was away for longer gets the whole list. */
const MOST_CHANGES = 20_000;
/** Seconds that changes are gathered: a campaign's sources are named in one go, and one answer tells of all. */
const GATHER_SECONDS = 0.05;

export class Decisions implements DecisionFeed {
  readonly #now: () => number;
  readonly #run = randomBytes(6).toString('hex');
  readonly #standing = new Map<number, Block>();
  /** Numbers of the blocks of each target. */
  #changes: { readonly number: number; readonly target: string }[] = [];
  readonly #targets = new Map<string, number>();
  #number = 0;
  readonly #waiters = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  /** The last whole list. */
  #whole: { readonly number: number; readonly at: number; readonly text: string } | null = null;

  /** `now`: seconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Blocks that stand already. */
  begin(blocks: Iterable<Block>): void {
    for (const block of blocks) this.#take({ kind: 'block:added', time: block.from, block });
    this.#tell();
  }

  take(change: BlockChange): void {
    if (!this.#take(change)) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, GATHER_SECONDS * 1000);
    this.#timer.unref();
  }

  async after(after: string | null, wait: number, signal: AbortSignal) {
    const number = this.#numberOf(after);
    if (number === this.#number && wait > 0) await this.#news(wait, signal);
    const version = `${this.#run}-${this.#number}`;
    if (number === this.#number) return { version, text: null };
    const oldest = this.#changes[0]?.number ?? this.#number + 1;
    if (number === null || number + 1 < oldest) return { version, text: this.#wholeText(version) };
    const targets = new Set(
      this.#changes.filter((change) => change.number > number).map(({ target }) => target),
    );
    const add: Decision[] = [];
    const remove: string[] = [];
    for (const target of targets) {
      const block = this.#at(target);
      if (block === undefined) remove.push(target);
      else add.push(decisionOf(block, this.#now()));
    }
    const news: DecisionNews = { schema: 'slowbrute.blocks/1', version, after, add, remove };
    return { version, text: `${JSON.stringify(news)}\n` };
  }

  #take(change: BlockChange): boolean {
    if (change.kind === 'block:added') {
      const { block } = change;
      if (!isTold(block)) return false;
      this.#standing.set(block.id, block);
      this.#targets.set(block.target, block.id);
      this.#changed(block.target);
      return true;
    }
    const block = this.#standing.get(change.id);
    if (block === undefined) return false;
    if (change.kind === 'block:extended') this.#standing.set(change.id, { ...block, until: change.until });
    else {
      this.#standing.delete(change.id);
      if (this.#targets.get(block.target) === change.id) this.#targets.delete(block.target);
      // its time is over there as it is here
      if (change.why === 'expired') return false;
    }
    this.#changed(block.target);
    return true;
  }

  #changed(target: string): void {
    this.#changes.push({ number: ++this.#number, target });
    if (this.#changes.length > MOST_CHANGES * 2) this.#changes = this.#changes.slice(-MOST_CHANGES);
  }

  #tell(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }

  #news(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      if (signal.aborted) done();
      else {
        signal.addEventListener('abort', done);
        this.#waiters.add(done);
      }
    });
  }

  #at(target: string): Block | undefined {
    const id = this.#targets.get(target);
    const block = id === undefined ? undefined : this.#standing.get(id);
    return block !== undefined && (block.until === null || block.until > this.#now()) ? block : undefined;
  }

  /** null: of another run, or none. */
  #numberOf(version: string | null): number | null {
    const [run, number] = version?.split('-') ?? [];
    return run === this.#run && /^\d{1,15}$/.test(number ?? '')
      ? Math.min(Number(number), this.#number)
      : null;
  }

  /** Made once for all who start at the same time. */
  #wholeText(version: string): string {
    const now = this.#now();
    if (this.#whole?.number === this.#number && now - this.#whole.at < 1) return this.#whole.text;
    const add = [...this.#standing.values()]
      .filter(({ until }) => until === null || until > now)
      .map((block) => decisionOf(block, now));
    const news: DecisionNews = { schema: 'slowbrute.blocks/1', version, after: null, add, remove: [] };
    const text = `${JSON.stringify(news)}\n`;
    this.#whole = { number: this.#number, at: now, text };
    return text;
  }
}

function isTold({ reason }: Block): boolean {
  return reason.kind === 'participant' || reason.kind === 'network' || reason.kind === 'by-hand';
}

function decisionOf({ target, until, reason, weight }: Block, now: number): Decision {
  const left = until === null ? null : Math.max(0, Math.round(until - now));
  const why =
    reason.kind === 'participant'
      ? `participant of ${reason.campaign}`
      : reason.kind === 'network'
        ? `network of ${reason.sources} participants`
        : 'by hand';
  return { target, until, left, confidence: weight, why };
}
