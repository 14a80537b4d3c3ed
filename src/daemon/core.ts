/**
 * The heart of the daemon, without input or output: what the parsers tell goes into live detection, what detection tells goes to
 * whoever decides on blocks, and all of it waits in one {@link Commit} until the history takes it. An attempt that the history
 * has already is passed over (see recovery.ts), so that nothing is stored, judged or blocked twice.
 */
import type { Live } from '../detect/live/live.ts';
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { AttemptName, StreamedAttempt, Told } from '../model/stream.ts';
import type { Commit, StoredAttempt, StoredEvent } from '../store/history.ts';
import { Lateness } from './lateness.ts';

/** Who decides what is blocked; see src/respond/. */
export interface Decides {
  /** An attempt and what detection said of it, in the order of the log. `now`: the wall clock, seconds. */
  take(attempt: StreamedAttempt, events: readonly LiveEvent[], now: number): readonly BlockChange[];
  /** An attempt of this source for an unknown user was for one that there is: a later line of it said so. */
  known(source: string, now: number): readonly BlockChange[];
  /** Blocks that are over, or must give way. */
  pass(now: number): readonly BlockChange[];
}

export interface CoreHears {
  told(event: LiveEvent, attempt: StreamedAttempt): void;
  changed(change: BlockChange): void;
}

/** More of an attempt comes within seconds, by lines of the same connection: in a flood of 1,000 a second these are ten. */
const MOST_UNKNOWN = 10_000;

export class Core {
  #live: Live;
  readonly #decides: Decides;
  readonly #hears: CoreHears;
  readonly #known: Map<string, Set<string>>;
  #seq: number;
  #attempts: StoredAttempt[] = [];
  #amended: Commit['amended'][number][] = [];
  #events: StoredEvent[] = [];
  #blocks: BlockChange[] = [];
  readonly #states: Record<string, string | null> = {};
  #stated = 0;
  readonly #lateness: Lateness;
  /** Attempts for unknown users of which more may be told, with their sources. */
  readonly #unknown = new Map<string, string>();

  /** `seq`: the last that was given. `known`: names by input that the history has. */
  constructor(
    live: Live,
    decides: Decides,
    hears: CoreHears,
    seq: number,
    known: ReadonlyMap<string, readonly AttemptName[]>,
    lateness: Lateness = new Lateness(),
  ) {
    this.#live = live;
    this.#decides = decides;
    this.#hears = hears;
    this.#seq = seq;
    this.#lateness = lateness;
    this.#known = new Map([...known].map(([input, names]) => [input, new Set(names.map(keyOf))]));
  }

  /** The last number that was given to an attempt. */
  get seq(): number {
    return this.#seq;
  }

  /** Time of the latest attempt that was judged. */
  get latest(): number {
    return this.#lateness.latest;
  }

  get live(): Live {
    return this.#live;
  }

  /** Judges by another one from now on, which knows what this one knew. */
  judgeBy(live: Live): void {
    this.#live = live;
  }

  /** Attempts that wait for the history. */
  get waiting(): number {
    return this.#attempts.length;
  }

  /** Whether somebody waits for what waits: a firewall for a block, people for what was told. */
  get isUrgent(): boolean {
    return this.#blocks.length + this.#events.length > 0;
  }

  get hasWork(): boolean {
    return this.#attempts.length + this.#amended.length + this.#blocks.length + this.#stated > 0;
  }

  /** Takes what parsers told, in order; says how many attempts were new. */
  take(told: readonly Told[], now: number): number {
    let fresh = 0;
    for (const one of told) {
      if (one.kind === 'amended') {
        this.#amend(one, now);
        continue;
      }
      if (this.#known.get(one.attempt.name.input)?.has(keyOf(one.attempt.name)) === true) continue;
      fresh++;
      this.#attempt(one.attempt, now);
    }
    return fresh;
  }

  /** Time goes by without attempts. */
  pass(now: number): void {
    this.change(this.#decides.pass(now));
  }

  /** Changes of blocks that no attempt brought about. */
  change(changes: readonly BlockChange[]): void {
    for (const change of changes) {
      this.#blocks.push(change);
      this.#hears.changed(change);
    }
  }

  state(name: string, value: string | null): void {
    if (!(name in this.#states)) this.#stated++;
    this.#states[name] = value;
  }

  /** What the history does not have yet; the caller sees that it gets there. */
  flush(): Commit {
    const commit = {
      attempts: this.#attempts,
      amended: this.#amended,
      events: this.#events,
      blocks: this.#blocks,
      states: { ...this.#states },
    };
    this.#attempts = [];
    this.#amended = [];
    this.#events = [];
    this.#blocks = [];
    for (const name of Object.keys(this.#states)) delete this.#states[name];
    this.#stated = 0;
    return commit;
  }

  /** The history's own names are not needed any more: nothing that is read can be in it. */
  forgetKnown(): void {
    this.#known.clear();
  }

  #amend({ name, user, known, method }: Extract<Told, { readonly kind: 'amended' }>, now: number): void {
    this.#amended.push({ name, user, known, method });
    const text = `${name.input} ${keyOf(name)}`;
    const source = this.#unknown.get(text);
    if (known !== true || source === undefined) return;
    this.#unknown.delete(text);
    this.change(this.#decides.known(source, now));
  }

  #attempt(attempt: StreamedAttempt, now: number): void {
    const seq = ++this.#seq;
    if (attempt.known === false && !attempt.success) {
      const [oldest] = this.#unknown.size >= MOST_UNKNOWN ? this.#unknown.keys() : [];
      if (oldest !== undefined) this.#unknown.delete(oldest);
      this.#unknown.set(`${attempt.name.input} ${keyOf(attempt.name)}`, attempt.source);
    }
    const { time, source, user, sensor, success, known, method, name, service, text } = attempt;
    // field by field: V8 gives each object that is spread and added to a shape of its own, which is bigger than the object
    this.#attempts.push({ time, source, user, sensor, success, known, method, name, service, text, seq });
    const events = this.#lateness.isLate(attempt) ? [] : this.#live.push(attempt);
    events.forEach((event, nth) => {
      this.#events.push({ seq, nth, event });
      this.#hears.told(event, attempt);
    });
    this.change(this.#decides.take(attempt, events, now));
  }
}

function keyOf(name: AttemptName): string {
  return `${name.line} ${name.nth}`;
}
