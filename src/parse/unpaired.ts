/**
 * Sure attempts of a source for which no PAM module of the same process spoke. A module's refusal under a process
 * number of its own, as PAM's keyboard-interactive logs on Linux, is set off against one of them.
 */

import { type Lists, ListsBuilder } from '../model/columns.ts';

/** How far apart the two processes' lines of one guess are: PAM's delay is 2 s, a stuck look-up of a name 30 s. */
export const SAME_GUESS_SECONDS = 60;

/** Of one source, kept at most: more within minutes are told by modules of a loud source, where one is as good. */
const MOST = 256;

/** Of one host name, kept at most: a name of more machines than this is a pool, of which any will do. */
const MOST_ADDRESSES = 8;

export interface SavedUnpaired {
  readonly sources: readonly string[];
  /** Of each source. */
  readonly times: Lists;
  readonly addresses: readonly (readonly [name: string, addresses: readonly string[]])[];
}

export class Unpaired {
  /** Attempts that are kept, of all sources. */
  size = 0;
  readonly #times = new Map<string, number[]>();
  /** Addresses that a host name was seen to stand for. */
  readonly #addresses = new Map<string, string[]>();

  /** A sure attempt of `source` at `time` (seconds). */
  add(source: string, time: number): void {
    const times = this.#times.get(source);
    this.size++;
    if (times === undefined) this.#times.set(source, [time]);
    else {
      if (times.length === MOST) {
        times.shift();
        this.size--;
      }
      times.push(time);
    }
  }

  /** The host name `name` stands for `address`: with UseDNS, sshd writes the one and PAM's modules the other. */
  alias(name: string, address: string): void {
    const addresses = this.#addresses.get(name);
    if (addresses === undefined) this.#addresses.set(name, [address]);
    else if (!addresses.includes(address)) {
      if (addresses.length >= MOST_ADDRESSES) addresses.shift();
      addresses.push(address);
    }
  }

  /** Whether there is one of `source` within {@link SAME_GUESS_SECONDS}; it is used up. */
  take(source: string, time: number): boolean {
    if (this.#takeOf(source, time)) return true;
    return this.#addresses.get(source)?.some((address) => this.#takeOf(address, time)) === true;
  }

  #takeOf(source: string, time: number): boolean {
    const times = this.#times.get(source);
    if (times === undefined) return false;
    const i = times.findIndex((other) => Math.abs(other - time) <= SAME_GUESS_SECONDS);
    if (i < 0) return false;
    times.splice(i, 1);
    this.size--;
    if (times.length === 0) this.#times.delete(source);
    return true;
  }

  get isEmpty(): boolean {
    return this.#times.size === 0 && this.#addresses.size === 0;
  }

  clear(): void {
    this.#times.clear();
    this.#addresses.clear();
    this.size = 0;
  }

  /** A copy of what is in it, for {@link restore}. */
  save(): SavedUnpaired {
    const times = new ListsBuilder(this.#times.size, this.size);
    for (const own of this.#times.values()) {
      for (const time of own) times.add(time);
      times.end();
    }
    return {
      sources: [...this.#times.keys()],
      times: times.lists(),
      addresses: [...this.#addresses].map(([name, addresses]) => [name, [...addresses]]),
    };
  }

  restore(saved: SavedUnpaired): void {
    const { length, items } = saved.times;
    let at = 0;
    saved.sources.forEach((source, i) => {
      this.#times.set(source, [...items.subarray(at, at + length[i]!)]);
      at += length[i]!;
    });
    this.size += at;
    for (const [name, addresses] of saved.addresses) this.#addresses.set(name, [...addresses]);
  }

  /** Forgets attempts more than `seconds` before or after `time`. */
  forget(time: number, seconds: number): void {
    for (const [source, times] of this.#times) {
      const kept = times.filter((other) => Math.abs(time - other) <= seconds);
      this.size -= times.length - kept.length;
      if (kept.length === 0) this.#times.delete(source);
      else if (kept.length < times.length) this.#times.set(source, kept);
    }
    for (const [name, addresses] of this.#addresses) {
      if (!addresses.some((address) => this.#times.has(address))) this.#addresses.delete(name);
    }
  }
}
