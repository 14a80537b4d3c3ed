/**
 * A watching daemon and what peers told: a hash can be met, not undone, so a source is known when it comes here. Whoever fails here and is believed to
 * attack by enough peers (belief.ts) is wished to be kept out (respond/told.ts), at its first attempt instead of when detection is sure. What is
 * imported while it runs is seen within seconds, and held against the sources of the last days, too.
 */
import { statSync } from 'node:fs';
import type { Heard } from '../respond/told.ts';
import type { History } from '../store/history.ts';
import { Beliefs } from './belief.ts';
import { sourceHash } from './hashing.ts';
import type { ExchangePlace } from './place.ts';

/** As a teller of blocks (model/block.ts). */
export const BY_PEERS = 'peers';
/** Seconds of the past whose sources are looked at when peers say something new. */
const BACK_SECONDS = 7 * 86_400;
/** Sources that were asked about and need not be again, until peers say something else. */
const MOST_ASKED = 100_000;

export interface RecognizingEffects {
  now(): number;
  /** All that peers want kept out of those who came here, when they said something new; else what came to it. */
  heed(add: readonly Heard[], all: boolean): void;
  trouble(error: unknown): void;
}

export class Recognizing {
  readonly #history: Pick<History, 'attempts' | 'lastSeq' | 'sources'>;
  readonly #place: ExchangePlace;
  readonly #effects: RecognizingEffects;
  #beliefs = new Beliefs([], 0);
  #state = '';
  #after = 0;
  readonly #asked = new Set<string>();
  #working: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(
    history: Pick<History, 'attempts' | 'lastSeq' | 'sources'>,
    place: ExchangePlace,
    effects: RecognizingEffects,
  ) {
    this.#history = history;
    this.#place = place;
    this.#effects = effects;
  }

  /** There may be more in the history, or peers may have said something else. */
  poke(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#working ??= this.#work()
      .catch((error: unknown) => this.#effects.trouble(error))
      .finally(() => {
        this.#working = null;
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      if (this.#isNews()) await this.#hear();
      else if (!this.#beliefs.isEmpty) await this.#look();
    }
  }

  /** Peers said something else: all who came lately are asked about. */
  async #hear(): Promise<void> {
    const now = this.#effects.now();
    this.#beliefs = new Beliefs(this.#place.heard(), now);
    this.#asked.clear();
    this.#after = await this.#history.lastSeq();
    const tallies = this.#beliefs.isEmpty ? [] : await this.#history.sources({ since: now - BACK_SECONDS });
    const heard = tallies.flatMap(({ source, failures }) => (failures === 0 ? [] : this.#about(source, now)));
    this.#effects.heed(heard, true);
  }

  async #look(): Promise<void> {
    const now = this.#effects.now();
    const heard: Heard[] = [];
    for await (const { seq, source, success } of this.#history.attempts({ after: this.#after })) {
      this.#after = seq;
      if (!success && !this.#asked.has(source)) heard.push(...this.#about(source, now));
      if (this.#stopped) return;
    }
    if (heard.length > 0) this.#effects.heed(heard, false);
  }

  #about(source: string, now: number): readonly Heard[] {
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
    this.#asked.add(source);
    const belief = this.#beliefs.of((key) => sourceHash(key, source), now);
    if (belief === null || !belief.mayBlock) return [];
    return [{ target: source, until: belief.until, confidence: belief.confidence }];
  }

  #isNews(): boolean {
    let state: string;
    try {
      const { mtimeMs, size, ino } = statSync(this.#place.path);
      state = `${mtimeMs} ${size} ${ino}`;
    } catch {
      state = ''; // no exchange
    }
    if (state === this.#state) return false;
    this.#state = state;
    return true;
  }
}
