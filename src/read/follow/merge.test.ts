import { describe, expect, it } from 'vitest';
import type { Batch, Follower, FollowerStatus } from './follower.ts';
import { mergeFollowers } from './merge.ts';

/** Gives so many batches, one after the other, each `pause` milliseconds after it was asked for; then ends, or waits for ever. */
class Source implements Follower {
  readonly input: string;
  asked = 0;
  stopped = false;
  readonly #count: number;
  readonly #pause: number;
  readonly #ends: boolean;
  #wake = (): void => {};

  constructor(input: string, count: number, pause = 0, ends = true) {
    this.input = input;
    this.#count = count;
    this.#pause = pause;
    this.#ends = ends;
  }

  async *batches(): AsyncGenerator<Batch> {
    while (this.asked < this.#count && !this.stopped) {
      this.asked++;
      await new Promise((resolve) => setTimeout(resolve, this.#pause));
      const number = this.asked;
      yield {
        input: this.input,
        lines: [`${number}`],
        firstLine: number,
        position: `${number}`,
        arrived: 0,
        written: 0,
      };
    }
    if (!this.#ends && !this.stopped)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  status(): FollowerStatus {
    throw new Error('nobody asks');
  }

  caughtUp(): boolean {
    return this.asked === this.#count;
  }

  // oxlint-disable-next-line require-await -- the contract of all followers
  async stop(): Promise<void> {
    this.stopped = true;
    this.#wake();
  }
}

describe('several followers', () => {
  it('give all their batches, each in its order, and end together', async () => {
    const got: string[] = [];
    for await (const { input, lines } of mergeFollowers([
      new Source('a', 3, 2),
      new Source('b', 2, 5),
    ]).batches())
      got.push(input + lines[0]!);
    expect(got.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(got.filter((one) => one.startsWith('b'))).toEqual(['b1', 'b2']);
  });

  it('take turns, however fast one of them is', async () => {
    const got: string[] = [];
    for await (const { input } of mergeFollowers([
      new Source('flood', 50),
      new Source('calm', 10),
    ]).batches()) {
      got.push(input);
      await new Promise((resolve) => setTimeout(resolve, 2)); // whoever consumes is slower than both
    }
    expect(got.slice(0, 20).filter((input) => input === 'calm').length).toBeGreaterThanOrEqual(9);
  });

  it('are asked for one batch ahead, no more', async () => {
    const source = new Source('a', 100);
    const batches = mergeFollowers([source]).batches();
    await batches.next();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(source.asked).toBe(1);
    await batches.return(undefined);
    expect(source.stopped).toBe(true);
  });

  it('can come and go while they are read', async () => {
    const waiting = new Source('a', 1, 0, false);
    const merged = mergeFollowers([waiting], { isOpen: true });
    const batches = merged.batches();
    expect((await batches.next()).value).toMatchObject({ input: 'a' });
    merged.add(new Source('b', 1));
    expect((await batches.next()).value).toMatchObject({ input: 'b' });
    await merged.remove(waiting);
    expect(waiting.stopped).toBe(true);
    const last = batches.next();
    await merged.stop();
    expect((await last).done).toBe(true);
  });
});
