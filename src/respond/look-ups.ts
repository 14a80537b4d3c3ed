/**
 * Look-ups of sources that are host names, where they are switched on, beside everything else: nothing that is read or judged
 * waits for an answer. What guesses chooses names, so a flood of them must cost next to nothing: so many wait, so many are
 * under way, so many begin in a minute, each has its time, and what was found (or not) is known for a while.
 *
 * When a name may be believed at all: confirm-name.ts. That needs the service to have checked it, so every attempt of the
 * source that the history has must be of such a service.
 */
import { confirmName, isChecking, type Resolver } from './confirm-name.ts';

export interface LookUpOptions {
  /** So many sources in a minute at most; null: none, look-ups are off. */
  readonly perMinute: number | null;
}

/** Off: a name is its sender's to choose, and a look-up tells the owner of its zone that somebody asks. */
export const NO_LOOK_UPS: LookUpOptions = { perMinute: null };
/** What is taken where they are on and nothing else is said: 43,000 a day, more than any campaign on record has hosts. */
export const USUAL_PER_MINUTE = 30;

/** Names that wait. The largest campaign on record had 5,568 hosts; whoever finds no room is asked for again when it guesses again. */
const MOST_WAITING = 5000;
/** Under way at once: each may take six questions of some seconds. */
const AT_ONCE = 4;
/** Of one name, all questions together. Beyond, nothing is confirmed. */
const LONGEST_SECONDS = 20;
/** An address that a name had is taken for its own so long ... (most zones say an hour to a day) */
const KNOWN_SECONDS = 3600;
/** ... and one that was not confirmed is not asked for again: half as long doubles the questions, twice lets a fixed zone wait. */
const REFUSED_SECONDS = 6 * 3600;
const MOST_KNOWN = 10_000;

export interface LookUpEffects {
  /** Seconds since 1970. */
  now(): number;
  readonly resolver: Resolver;
  /** Services of the attempts of a source, as far as the history has them. */
  services(source: string): Promise<ReadonlySet<string>>;
  /** These are addresses of the source; never none. */
  confirmed(source: string, addresses: readonly string[]): void;
}

export class LookUps {
  readonly #effects: LookUpEffects;
  #perMinute: number;
  readonly #waiting = new Set<string>();
  readonly #known = new Map<string, { readonly addresses: readonly string[]; readonly until: number }>();
  readonly #underWay = new Map<string, Promise<void>>();
  #mayBegin: number;
  #filledAt: number;
  #isStopped = false;

  constructor(options: LookUpOptions, effects: LookUpEffects) {
    this.#effects = effects;
    this.#perMinute = options.perMinute ?? 0;
    this.#mayBegin = this.#perMinute;
    this.#filledAt = effects.now();
  }

  /** A source that is a name should be kept out. */
  want(source: string): void {
    if (this.#perMinute === 0 || this.#isStopped) return;
    const known = this.#known.get(source);
    // a clock that was set back makes no memory longer
    if (known !== undefined && this.#effects.now() < known.until) {
      if (known.addresses.length > 0) this.#effects.confirmed(source, known.addresses);
      return;
    }
    if (this.#waiting.size < MOST_WAITING && !this.#underWay.has(source)) this.#waiting.add(source);
  }

  /** Begins what may begin; to be called about once a second. Waits for nothing. */
  second(): void {
    const now = this.#effects.now();
    const passed = Math.min(60, Math.max(0, now - this.#filledAt));
    this.#filledAt = now;
    this.#mayBegin = Math.min(this.#perMinute, this.#mayBegin + (passed * this.#perMinute) / 60);
    for (const source of this.#waiting) {
      if (this.#mayBegin < 1 || this.#underWay.size >= AT_ONCE || this.#isStopped) return;
      this.#mayBegin--;
      this.#waiting.delete(source);
      const done = this.#lookUp(source).finally(() => this.#underWay.delete(source));
      this.#underWay.set(source, done);
    }
  }

  /** Other bounds; what is known stays known. */
  change(options: LookUpOptions): void {
    this.#perMinute = options.perMinute ?? 0;
    this.#mayBegin = Math.min(this.#mayBegin, this.#perMinute);
    if (this.#perMinute === 0) this.#waiting.clear();
  }

  get waiting(): number {
    return this.#waiting.size + this.#underWay.size;
  }

  /** Nothing is confirmed any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
  }

  async #lookUp(source: string): Promise<void> {
    const addresses = await inTime(this.#confirm(source), LONGEST_SECONDS);
    if (this.#isStopped) return;
    if (this.#known.size >= MOST_KNOWN) this.#forgetHalf();
    const lasts = addresses.length > 0 ? KNOWN_SECONDS : REFUSED_SECONDS;
    this.#known.set(source, { addresses, until: this.#effects.now() + lasts });
    if (addresses.length > 0) this.#effects.confirmed(source, addresses);
  }

  async #confirm(source: string): Promise<readonly string[]> {
    const services = await this.#effects.services(source);
    if (services.size === 0 || ![...services].every(isChecking)) return [];
    const [service = ''] = services;
    return confirmName(source, service, this.#effects.resolver);
  }

  #forgetHalf(): void {
    for (const source of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN / 2) return;
      this.#known.delete(source);
    }
  }
}

/** What `work` gives; nothing where it fails, or takes longer. */
async function inTime(work: Promise<readonly string[]>, seconds: number): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), seconds * 1000);
    timer.unref();
  });
  try {
    return await Promise.race([work.catch(() => []), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
