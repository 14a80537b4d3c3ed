/**
 * Several followers as one stream of batches, fairly: whichever has a batch is next, in the order in which they had it, and none
 * gives a second one while another waits with its first. So a flood on one input delays the others by one batch.
 * A follower is asked for its next batch only after its last one was taken, which is the backpressure.
 */
import type { Batch, Follower } from './follower.ts';

interface Ready {
  readonly source: Source;
  readonly result: IteratorResult<Batch>;
}

interface Source {
  readonly follower: Follower;
  readonly iterator: AsyncIterator<Batch>;
}

export class MergedFollowers {
  readonly #sources = new Map<Follower, Source>();
  readonly #ready: Ready[] = [];
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;
  #stopped = false;
  /** Ends when all have ended; otherwise only when stopped. */
  readonly #isOpen: boolean;

  constructor(followers: Iterable<Follower>, isOpen: boolean) {
    this.#isOpen = isOpen;
    for (const follower of followers) this.add(follower);
  }

  /** One more, now. */
  add(follower: Follower): void {
    const source = { follower, iterator: follower.batches()[Symbol.asyncIterator]() };
    this.#sources.set(follower, source);
    this.#ask(source);
  }

  /** Stops one and forgets it. What it has read and was not taken is read again by whoever follows it next. */
  async remove(follower: Follower): Promise<void> {
    const source = this.#sources.get(follower);
    if (source === undefined) return;
    this.#sources.delete(follower);
    const at = this.#ready.findIndex((ready) => ready.source === source);
    if (at >= 0) this.#ready.splice(at, 1);
    await follower.stop();
    await source.iterator.return?.();
  }

  get followers(): readonly Follower[] {
    return [...this.#sources.keys()];
  }

  /** Throws what a follower throws (a bug). */
  async *batches(): AsyncGenerator<Batch> {
    try {
      while (!this.#stopped) {
        if (this.#failure !== null) throw this.#failure.error;
        const next = this.#ready.shift();
        if (next === undefined) {
          if (this.#sources.size === 0 && !this.#isOpen) return;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        if (!this.#sources.has(next.source.follower)) continue;
        if (next.result.done === true) {
          this.#sources.delete(next.source.follower);
          continue;
        }
        yield next.result.value;
        if (this.#sources.has(next.source.follower)) this.#ask(next.source);
      }
    } finally {
      await this.stop();
    }
  }

  caughtUp(): boolean {
    return this.#ready.length === 0 && this.followers.every((follower) => follower.caughtUp());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await Promise.all([...this.#sources.keys()].map((follower) => follower.stop()));
  }

  #ask(source: Source): void {
    source.iterator.next().then(
      (result) => this.#has({ source, result }),
      (error: unknown) => {
        this.#failure ??= { error };
        this.#wake?.();
      },
    );
  }

  #has(ready: Ready): void {
    this.#ready.push(ready);
    this.#wake?.();
    this.#wake = null;
  }
}

/** All batches of all of them; ends when all have ended. More can be added and taken away while it runs. */
export function mergeFollowers(followers: Iterable<Follower>, { isOpen = false } = {}): MergedFollowers {
  return new MergedFollowers(followers, isOpen);
}
