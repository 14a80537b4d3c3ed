/**
 * Some attempts are told of twice, in two files, by two programs: by the service, and by a module that it asked
 * (second-voices.ts, whose rules these are, for logs without an end). What a module told is held back until a row of the
 * same source comes that the service itself told of, at most {@link SAME_ATTEMPT_SECONDS} away; then it is dropped, and
 * the row learns what it knew. If none comes in that time, by the clock of its input or by the wall's, it is told, and
 * stands for what other modules told. Everything else is told at once.
 *
 * Inputs are not read in step. A row of the service that comes only when the module's was told already is the same attempt
 * still: it is dropped, unless it is a login, and what it knew is told as an amendment.
 *
 * A module's row takes the first row of its time that no other row of that module took, so pointers that only go
 * forwards do: no search, whatever a flood brings.
 */
import { SSHD_SERVICE } from '../../model/attempt.ts';
import type { StreamedAttempt, Told } from '../../model/stream.ts';
import { SAME_ATTEMPT_SECONDS } from '../second-voices.ts';
import { Queue } from './queue.ts';
import { nameText, type Standing, StandingRows } from './standing-rows.ts';
import type { Spoken } from './stream-sink.ts';

/** Held back at most; beyond, the oldest is told before its time. With their lines 10 to 30 MB. */
const MOST_HELD = 20_000;
/** Modules of one source that are told apart; more names come of forged lines only. */
const MOST_MODULES = 32;
/** In the place of a module's name: the service itself. */
const SERVICE = '';

interface Held {
  readonly attempt: StreamedAttempt;
  readonly module: string;
  /** By the wall. */
  readonly arrived: number;
  /** Whether it was told or dropped. */
  isSettled: boolean;
  /** Whether rows have come that are too late for it. */
  isPassed: boolean;
}

interface OfSource {
  /** For each module the number of the first standing row that it may take. */
  readonly next: Map<string, number>;
  readonly held: Map<string, Queue<Held>>;
}

/** Plain data. */
export interface SavedVoices {
  readonly version: 1;
  readonly clocks: readonly (readonly [input: string, latest: number])[];
  readonly held: readonly Held[];
  readonly standing: ReturnType<StandingRows['save']>;
  readonly next: readonly (readonly [source: string, modules: readonly (readonly [string, number])[]])[];
}

/** Behind the parsers of all inputs. Goes on where `saved` was saved. */
export class Voices {
  #told: Told[] = [];
  /** Of each input the latest time that was told. */
  readonly #clocks = new Map<string, number>();
  readonly #sources = new Map<string, OfSource>();
  /** In the order of coming. */
  readonly #held = new Queue<Held>();
  readonly #standing: StandingRows;

  constructor(saved?: SavedVoices) {
    this.#standing = new StandingRows(saved?.standing);
    if (saved === undefined) return;
    for (const [input, latest] of saved.clocks) this.#clocks.set(input, latest);
    for (const [source, modules] of saved.next)
      for (const [module, next] of modules) this.#ofSource(source).next.set(module, next);
    for (const held of saved.held) this.#keep(this.#ofSource(held.attempt.source), { ...held });
  }

  /** Takes what a parser told. `now`: the wall clock, seconds since 1970. */
  take(told: readonly Spoken[], now: number): void {
    for (const one of told) {
      if (one.kind === 'amended') this.#amend(one);
      else this.#attempt(one.attempt, one.module, now);
    }
  }

  /** Nothing has come up to `now`: what was held back its time by the wall clock is told. */
  tick(now: number): void {
    for (let held = this.#held.head; held !== undefined; held = this.#held.head) {
      if (!held.isSettled && this.#held.size <= MOST_HELD && !this.#hasWaited(held, now)) break;
      this.#held.shift();
      if (!held.isSettled) this.#release(held, now);
    }
    for (const source of this.#standing.forget(now, this.#clocks)) this.#forgetSource(source);
  }

  /** What is told since the last call, in order. */
  drain(): readonly Told[] {
    if (this.#told.length === 0) return NOTHING;
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** Plain data, which structured clone and v8.serialize take; a copy. What was not drained is not in it: drain first. */
  save(): SavedVoices {
    return {
      version: 1,
      clocks: [...this.#clocks],
      held: this.#held
        .list()
        .filter(({ isSettled }) => !isSettled)
        .map((held) => ({ ...held })),
      standing: this.#standing.save(),
      // in an order of their own: which source was met first is forgotten by what was restored
      next: [...this.#sources]
        .filter(([, { next }]) => next.size > 0)
        .map(([source, { next }]) => [source, [...next]] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }

  #attempt(attempt: StreamedAttempt, module: string | null, now: number): void {
    const { input } = attempt.name;
    // a clock that is ahead would end every wait
    const time = Math.min(attempt.time, now);
    this.#clocks.set(input, Math.max(this.#clocks.get(input) ?? time, time));
    this.tick(now);
    if (module === null && attempt.service === SSHD_SERVICE) {
      // its own modules are joined to its connections
      this.#told.push({ kind: 'attempt', attempt });
      return;
    }
    const of = this.#ofSource(attempt.source);
    if (module !== null) this.#hold(of, attempt, module, now);
    else if (attempt.success || !this.#isToldAlready(of, attempt)) this.#tell(of, attempt, null, now);
  }

  /** A module told of it: it is set off against the first row of its time, or held back for one. */
  #hold(of: OfSource, attempt: StreamedAttempt, told: string, now: number): void {
    const module = of.next.has(told) || of.next.size < MOST_MODULES ? told : '(others)';
    const row = this.#taken(of, attempt, module, (standing) => standing.module !== module);
    if (row === null) this.#keep(of, { attempt, module, arrived: now, isSettled: false, isPassed: false });
    else this.#learn(row, attempt.user, attempt.known, null);
  }

  /** The first row of the attempt's time that `module` may take and has not taken; null where there is none. */
  #taken(
    of: OfSource,
    { source, time }: StreamedAttempt,
    module: string,
    mayTake: (row: Standing) => boolean,
  ): Standing | null {
    const rows = this.#standing.of(source);
    let number = Math.max(of.next.get(module) ?? 0, rows?.first ?? 0);
    let row = rows?.at(number);
    while (row !== undefined && (row.time < time - SAME_ATTEMPT_SECONDS || !mayTake(row)))
      row = rows?.at(++number);
    const isNear = row !== undefined && row.time <= time + SAME_ATTEMPT_SECONDS;
    of.next.set(module, isNear ? number + 1 : number);
    return isNear ? row! : null;
  }

  #keep(of: OfSource, held: Held): void {
    this.#held.push(held);
    if (held.isPassed) return;
    let queue = of.held.get(held.module);
    if (queue === undefined) {
      queue = new Queue();
      of.held.set(held.module, queue);
    }
    queue.push(held);
  }

  /** Whether a module's row that was told is the same attempt; it learns what the service knows. */
  #isToldAlready(of: OfSource, attempt: StreamedAttempt): boolean {
    const row = this.#taken(of, attempt, SERVICE, (standing) => standing.module !== null);
    if (row === null) return false;
    this.#standing.isSame(attempt.name, row);
    this.#learn(row, attempt.user, attempt.known, attempt.method);
    return true;
  }

  /** Tells an attempt, and drops what modules told of it before. */
  #tell(of: OfSource, attempt: StreamedAttempt, module: string | null, now: number): void {
    this.#told.push({ kind: 'attempt', attempt });
    const { row, number } = this.#standing.add(attempt, module, now);
    for (const [other, queue] of of.held) {
      if (other === module) continue;
      let held = queue.head;
      while (held !== undefined && held.attempt.time < attempt.time - SAME_ATTEMPT_SECONDS) {
        held.isPassed = true;
        queue.shift();
        held = queue.head;
      }
      if (held !== undefined && held.attempt.time <= attempt.time + SAME_ATTEMPT_SECONDS) {
        queue.shift();
        held.isSettled = true;
        of.next.set(other, number + 1);
        this.#learn(row, held.attempt.user, held.attempt.known, null);
      }
      if (queue.size === 0) of.held.delete(other);
    }
  }

  #hasWaited({ attempt, arrived }: Held, now: number): boolean {
    return (
      now - arrived > SAME_ATTEMPT_SECONDS ||
      (this.#clocks.get(attempt.name.input) ?? now) > attempt.time + SAME_ATTEMPT_SECONDS
    );
  }

  /** Its time is over: it is told. */
  #release(held: Held, now: number): void {
    held.isSettled = true;
    const of = this.#ofSource(held.attempt.source);
    const queue = of.held.get(held.module);
    if (queue?.head === held) queue.shift();
    if (queue?.size === 0) of.held.delete(held.module);
    this.#tell(of, held.attempt, held.module, now);
  }

  #amend(told: Extract<Told, { readonly kind: 'amended' }>): void {
    const row = this.#standing.named(nameText(told.name));
    // an attempt of sshd, or one of long ago
    if (row === undefined) this.#told.push(told);
    else this.#learn(row, told.user, told.known, told.method);
  }

  /** What is told stays, except that a known user overrides an unknown one (AttemptTableBuilder.amend). */
  #learn(row: Standing, user: string | null, known: boolean | null, method: string | null): void {
    const isKnown = known !== null && row.known !== true && known !== row.known;
    if ((row.user !== null || user === null) && !isKnown && (row.method !== null || method === null)) return;
    row.user ??= user;
    if (isKnown) row.known = known;
    row.method ??= method;
    const { name } = row;
    this.#told.push({ kind: 'amended', name, user: row.user, known: row.known, method: row.method });
  }

  #ofSource(source: string): OfSource {
    let of = this.#sources.get(source);
    if (of === undefined) {
      of = { next: new Map(), held: new Map() };
      this.#sources.set(source, of);
    }
    return of;
  }

  /** No row of it stands any more, and the next one is number 0. */
  #forgetSource(source: string): void {
    const of = this.#sources.get(source);
    of?.next.clear();
    if (of?.held.size === 0) this.#sources.delete(source);
  }
}

const NOTHING: readonly Told[] = [];
