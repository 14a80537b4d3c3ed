/**
 * Something to be done every so often, by a clock that nobody sets: the wall clock of a machine jumps, by hours where it had no
 * battery, and what was due "in ten seconds" by it would be due in a week.
 */
export class Every {
  readonly #seconds: number;
  #at: number;

  /** `first`: seconds until it is due for the first time; left out: at once. */
  constructor(seconds: number, first = 0) {
    this.#seconds = seconds;
    this.#at = uptime() + first;
  }

  /** Whether it is due; if so, the next time is that many seconds from now. */
  take(): boolean {
    if (uptime() < this.#at) return false;
    this.#at = uptime() + this.#seconds;
    return true;
  }

  /** It is due at once. */
  hasten(): void {
    this.#at = uptime();
  }

  /** It is due so many seconds from now. */
  put(seconds: number): void {
    this.#at = uptime() + seconds;
  }

  get isDue(): boolean {
    return uptime() >= this.#at;
  }
}

/** Seconds since the process began. */
function uptime(): number {
  return performance.now() / 1000;
}
