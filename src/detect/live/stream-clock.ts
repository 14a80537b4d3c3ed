/**
 * The clock of a stream of attempts. It never goes back: what comes late counts now, a clock that was set back goes on
 * from where it was, and a single attempt from far ahead of all others is a wrong clock's.
 */
import { DAY } from '../../model/time.ts';

/** A clock that goes back further than this has been set; less is a wobble. */
const CLOCK_SET = DAY;
/** One attempt further ahead than this is not believed before the next agrees. */
const CLOCK_AHEAD = 14 * DAY;

export interface SavedClock {
  readonly now: number;
  readonly ahead: number;
  readonly behind: number;
}

export class StreamClock {
  #now = Number.NaN;
  /** A time that was far ahead of all others. */
  #ahead = Number.NaN;
  /** What a clock that was set back is behind. */
  #behind = 0;

  save(): SavedClock {
    return { now: this.#now, ahead: this.#ahead, behind: this.#behind };
  }

  restore({ now, ahead, behind }: SavedClock): void {
    this.#now = now;
    this.#ahead = ahead;
    this.#behind = behind;
  }

  /** The time that an attempt counts at, by the one that its line says; both in seconds since 1970, both finite. */
  time(said: number): number {
    if (Number.isNaN(this.#now)) this.#now = said;
    if (said > this.#now + CLOCK_AHEAD && Math.abs(said - this.#ahead) > CLOCK_SET) {
      // far ahead of all others: a wrong clock, unless the next attempt agrees with it
      this.#ahead = said;
      return this.#now;
    }
    if (said >= this.#now) this.#behind = 0;
    else if (said + this.#behind < this.#now - CLOCK_SET) this.#behind = this.#now - said;
    this.#now = Math.max(this.#now, said + this.#behind);
    return this.#now;
  }
}
