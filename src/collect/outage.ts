/** When people are told that somebody does not answer: not for a restart, at once for what they must mend themselves. */
import { Trouble } from '../model/error.ts';

/** Seconds of silence that are nobody's business: a collector that is started anew has a thousand senders. */
const PATIENCE_SECONDS = 15;

export class Outage {
  #since: number | null = null;
  #isTold = false;

  /** It has failed again: whether to say so. */
  isTold(error: Error): boolean {
    this.#since ??= performance.now();
    this.#isTold ||= error instanceof Trouble || performance.now() - this.#since > PATIENCE_SECONDS * 1000;
    return this.#isTold;
  }

  /** It works: whether it was said that it does not. */
  end(): boolean {
    const was = this.#isTold;
    this.#since = null;
    this.#isTold = false;
    return was;
  }
}
