/** For tests: reads a follower as a daemon would, keeps every line under its number, and stops or dies where it is told to. */
import type { Batch, FollowEffects, Follower, FollowerState, FollowNotice } from './follower.ts';
import { realFollowEffects } from './follower.ts';

export class Reader {
  /** Text by line number. */
  readonly lines = new Map<number, string>();
  readonly batches: Batch[] = [];
  readonly notices: FollowNotice[] = [];
  /** Lines that came under a number that had another text. */
  readonly contradictions: string[] = [];
  readonly effects: FollowEffects;
  #follower: Follower | null = null;
  #iterator: AsyncIterator<Batch> | null = null;
  #asked: Promise<IteratorResult<Batch>> | null = null;
  readonly #make: (from: string | null, known: string | null, effects: FollowEffects) => Follower;

  constructor(
    make: (from: string | null, known: string | null, effects: FollowEffects) => Follower,
    effects: Partial<FollowEffects> = {},
  ) {
    this.#make = make;
    this.effects = { ...realFollowEffects(), onNotice: (notice) => this.notices.push(notice), ...effects };
  }

  get follower(): Follower {
    if (this.#follower === null) this.start(null, null);
    return this.#follower!;
  }

  start(from: string | null, known: string | null): void {
    this.#follower = this.#make(from, known, this.effects);
    this.#iterator = this.#follower.batches()[Symbol.asyncIterator]();
    this.#asked = null;
  }

  /** The next batch; null where none came within `seconds`, or it has ended. */
  async pull(seconds = 2): Promise<Batch | null> {
    if (this.#follower === null) this.start(null, null);
    this.#asked ??= this.#iterator!.next();
    let timer: NodeJS.Timeout | undefined;
    const result = await Promise.race([
      this.#asked,
      new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), seconds * 1000);
      }),
    ]);
    clearTimeout(timer);
    if (result === null) return null;
    this.#asked = null;
    if (result.done === true) return null;
    const batch = result.value;
    this.batches.push(batch);
    for (const [i, text] of batch.lines.entries()) {
      const before = this.lines.get(batch.firstLine + i);
      if (before !== undefined && before !== text)
        this.contradictions.push(`${batch.firstLine + i}: ${before} / ${text}`);
      this.lines.set(batch.firstLine + i, text);
    }
    return batch;
  }

  /** Reads until so many lines are there. */
  async until(count: number, seconds = 10): Promise<readonly string[]> {
    const end = performance.now() + seconds * 1000;
    while (this.lines.size < count && performance.now() < end)
      await this.pull((end - performance.now()) / 1000);
    return this.texts();
  }

  /** Reads until the follower is in such a state. */
  async untilState(kind: FollowerState['kind'], seconds = 20): Promise<FollowerState> {
    const end = performance.now() + seconds * 1000;
    while (this.#follower?.status().state.kind !== kind && performance.now() < end) await this.pull(0.05);
    return this.follower.status().state;
  }

  /** Lines in the order of their numbers. */
  texts(): readonly string[] {
    return [...this.lines].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  /** Whether numbers go from 1 to the count of lines without a hole. */
  get isContiguous(): boolean {
    return this.lines.size === 0 || Math.max(...this.lines.keys()) === this.lines.size;
  }

  async stop(): Promise<void> {
    await this.#follower?.stop();
    await this.#asked?.catch(() => {});
    await this.#iterator?.return?.();
    this.#follower = this.#iterator = this.#asked = null;
  }

  /** Goes on with a new follower from the position of batch `index` (-1: of none). */
  async restart(index = this.batches.length - 1): Promise<void> {
    await this.stop();
    const known = this.batches.at(-1)?.position ?? null;
    this.start(index < 0 ? null : (this.batches[index]?.position ?? null), known);
  }
}
