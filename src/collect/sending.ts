/**
 * A sensor's attempts on their way to a collector or a store. The sensor's own history is the buffer: an attempt is in it before it is
 * sent, under a number that never changes, so nothing else is kept. Where the other side is away attempts wait there for as long as
 * the history keeps them (400 days by default); what leaves it before it was sent is told, with its number. What the other side has lost
 * (its disk, an old copy put back) it asks for again by saying how far it is.
 */

import { Trouble } from '../model/error.ts';
import type { History, StoredAttempt } from '../store/history.ts';
import { type Amendment, Away, type Destination, type Parcel } from './destination.ts';
import { Outage } from './outage.ts';

export interface SendingEffects {
  /** The wall clock, seconds since 1970. */
  now(): number;
  /** It cannot be sent now: what, and what can be done; null: it can. Told once each time it changes. */
  trouble(problem: { readonly message: string; readonly remedy: string } | null): void;
  /** A bug: nothing more is sent. */
  failed(error: unknown): void;
  /** So many more were sent; `unsent`: so many wait. */
  sent(attempts: number, unsent: number): void;
  /** So many left the history before they were sent. */
  lost(attempts: number): void;
  /** Resolves after so many seconds, or when `signal` is aborted. */
  pause?(seconds: number, signal: AbortSignal): Promise<void>;
}

/** Attempts in one parcel: 400 kB before compression; at a tenth of it an hour of waiting is sent in ten thousand round trips. */
const MOST_IN_PARCEL = 4000;
/** Seconds until it is tried again, growing to the second one. */
const RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60;
/** Seconds after which trouble that a person must mend is tried again. */
const REFUSED_SECONDS = 60;
/**
 * More of an attempt is told by later lines of its connection, at most so much later (OVER_SECONDS of parse/connection.ts is five minutes). So long what
 * was sent is compared with what the history has, every so often.
 */
const AMENDABLE_SECONDS = 600;
const AMEND_SECONDS = 15;
/** Of the last sent that are compared: a flood's are amended within its own seconds. */
const MOST_AMENDABLE = 5000;
/** A parcel waits so long for more: at every commit of a flood it would be ten requests a second. */
const GATHER_SECONDS = 0.2;

interface Sent {
  readonly seq: number;
  readonly at: number;
  /** What was sent; null: by an earlier run, so it is not known. */
  readonly told: string | null;
}

export class Sending {
  readonly #history: Pick<History, 'attempts' | 'lastSeq'>;
  readonly #stream: string;
  readonly #destination: Destination;
  readonly #effects: SendingEffects;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #sent: Sent[] = [];
  #amendedAt = 0;
  readonly #outage = new Outage();
  #isNews = true;
  #wake: (() => void) | null = null;
  /** The last number that the other side has; null: not known yet. */
  #cursor: number | null = null;

  constructor(
    history: Pick<History, 'attempts' | 'lastSeq'>,
    stream: string,
    destination: Destination,
    effects: SendingEffects,
  ) {
    this.#history = history;
    this.#stream = stream;
    this.#destination = destination;
    this.#effects = effects;
  }

  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => this.#effects.failed(error));
  }

  /** There is more in the history. */
  poke(): void {
    this.#isNews = true;
    this.#wake?.();
  }

  /** The last number that the other side has, as far as is known here; null: not at all. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** Ends at once: what was not acknowledged is sent by the next run. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
    await this.#destination.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let retry = RETRY_SECONDS;
    let parcel: Parcel | null = null;
    while (!signal.aborted) {
      try {
        this.#cursor ??= await this.#begin(signal);
        parcel ??= await this.#next(this.#cursor);
        if (parcel === null) {
          this.#well();
          retry = RETRY_SECONDS;
          await this.#news();
          continue;
        }
        const last = await this.#destination.give(this.#stream, parcel, signal);
        this.#well();
        retry = RETRY_SECONDS;
        await this.#given(parcel, last);
        parcel = null;
        if (this.#isNews) await this.#pause(GATHER_SECONDS);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Away) && !(error instanceof Trouble)) throw error;
        this.#troubled(error);
        if (this.#cursor !== null)
          this.#effects.sent(0, Math.max(0, (await this.#history.lastSeq()) - this.#cursor));
        const asked = error instanceof Away ? error.seconds : REFUSED_SECONDS;
        // not all sensors at the same moment
        await this.#pause(Math.max(asked ?? 0, retry) * (0.75 + Math.random() / 2));
        retry = Math.min(retry * 2, LONGEST_RETRY_SECONDS);
        // what is there may be more than was acknowledged; a parcel is given again as it is where it is a commit
      }
    }
  }

  /** Where the other side is. */
  async #begin(signal: AbortSignal): Promise<number> {
    const last = await this.#destination.last(this.#stream, signal);
    const own = await this.#history.lastSeq();
    if (last > own)
      throw new Trouble(
        'bad-config',
        `${this.#destination.name} has attempts of this sensor up to ${last}, its own history goes to ${own} only`,
        'An old copy of the history was put back. Take up a new stream: set stream = "NAME" under [fleet].',
      );
    // of the last ones more may have become known while this was not running
    const at = this.#effects.now();
    for await (const { seq, time } of this.#history.attempts({
      after: Math.max(0, last - MOST_AMENDABLE / 10),
      limit: MOST_AMENDABLE / 10,
    }))
      if (seq <= last && at - time < AMENDABLE_SECONDS) this.#sent.push({ seq, at, told: null });
    return last;
  }

  async #next(cursor: number): Promise<Parcel | null> {
    this.#isNews = false;
    const attempts: StoredAttempt[] = [];
    for await (const attempt of this.#history.attempts({ after: cursor, limit: MOST_IN_PARCEL }))
      attempts.push(attempt);
    const amendments = await this.#amendments();
    const first = attempts[0];
    if (first === undefined && amendments.length === 0) return null;
    return { attempts, amendments, lacks: first !== undefined && first.seq > cursor + 1 };
  }

  /** Attempts of which more is known than was sent. */
  async #amendments(): Promise<readonly Amendment[]> {
    const now = this.#effects.now();
    if (this.#sent.length === 0 || Math.abs(now - this.#amendedAt) < AMEND_SECONDS) return [];
    this.#amendedAt = now;
    this.#sent = this.#sent.filter(({ at }) => Math.abs(now - at) < AMENDABLE_SECONDS).slice(-MOST_AMENDABLE);
    const first = this.#sent[0];
    if (first === undefined) return [];
    const told = new Map(this.#sent.map((one) => [one.seq, one.told]));
    const amendments: Amendment[] = [];
    for await (const attempt of this.#history.attempts({ after: first.seq - 1, limit: MOST_AMENDABLE })) {
      const { seq, name, user, known, method } = attempt;
      if (told.has(seq) && told.get(seq) !== factsOf(attempt))
        amendments.push({ seq, name, user, known, method });
    }
    return amendments;
  }

  async #given({ attempts, amendments, lacks }: Parcel, last: number): Promise<void> {
    const at = this.#effects.now();
    const first = attempts[0];
    const before = this.#cursor ?? 0;
    if (first !== undefined && last < first.seq) {
      // it lacks what is before these: from there again
      this.#cursor = last;
      this.#isNews = true;
      return;
    }
    if (first !== undefined && lacks) this.#effects.lost(first.seq - 1 - before);
    const amended = new Map(amendments.map((one) => [one.seq, factsOf(one)]));
    if (amended.size > 0)
      this.#sent = this.#sent.map((one) => ({ ...one, told: amended.get(one.seq) ?? one.told }));
    for (const attempt of attempts) this.#sent.push({ seq: attempt.seq, at, told: factsOf(attempt) });
    if (this.#sent.length > 2 * MOST_AMENDABLE) this.#sent = this.#sent.slice(-MOST_AMENDABLE);
    this.#cursor = attempts.at(-1)?.seq ?? before;
    const unsent = Math.max(0, (await this.#history.lastSeq()) - this.#cursor);
    if (unsent > 0) this.#isNews = true;
    this.#effects.sent(attempts.length, unsent);
  }

  #troubled(error: Away | Trouble): void {
    if (!this.#outage.isTold(error)) return;
    const remedy =
      error instanceof Trouble
        ? error.remedy
        : 'Attempts wait in the history here, and are sent when it is back; nothing is lost.';
    const message =
      error instanceof Trouble
        ? error.message
        : `${this.#destination.name} takes no attempts now: ${error.message}`;
    this.#effects.trouble({ message, remedy });
  }

  #well(): void {
    if (this.#outage.end()) this.#effects.trouble(null);
  }

  /** Waits for more in the history, or until what was sent is to be compared again. */
  async #news(): Promise<void> {
    if (this.#isNews) return;
    const seconds = this.#sent.length === 0 ? 3600 : AMEND_SECONDS;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  async #pause(seconds: number): Promise<void> {
    const { signal } = this.#stopping;
    if (this.#effects.pause === undefined) await pause(seconds, signal);
    else await this.#effects.pause(seconds, signal);
  }
}

function factsOf({ user, known, method }: Pick<Amendment, 'user' | 'known' | 'method'>): string {
  return JSON.stringify([user, known, method]);
}

/** Resolves after so many seconds, or when it is aborted. */
export function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener('abort', done);
  });
}
