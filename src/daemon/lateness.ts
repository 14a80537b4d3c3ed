/**
 * What comes too late to be judged as it happens. Live detection has one clock, that of the latest attempt, and takes what is a day behind it for
 * a clock that was set back (detect/live/stream-clock.ts): right for one machine, wrong for a sensor that sends what it kept while a
 * collector was away, or its whole past at the first start, which would take the clock of all others along. Such attempts go into
 * the history, where `scan`, `fleet detect` and people look; whether their sources are people is learnt; they are judged by nobody live.
 *
 * Only of those that come from a collector: what a daemon reads itself is in order.
 */
import type { StreamedAttempt } from '../model/stream.ts';
import { DAY } from '../model/time.ts';

/** As CLOCK_SET of detect/live/stream-clock.ts: beyond it an attempt would move the clock of the others. */
const LATEST_SECONDS = DAY;
const COLLECTOR = 'collector ';

export class Lateness {
  /** Time of the latest attempt that was judged, seconds since 1970. */
  latest: number;

  constructor(latest: number = Number.NEGATIVE_INFINITY) {
    this.latest = latest;
  }

  /** Whether it comes too late; to be asked once for each attempt, in the order of their numbers. */
  isLate({ time, name }: Pick<StreamedAttempt, 'time' | 'name'>): boolean {
    if (name.input.startsWith(COLLECTOR) && time < this.latest - LATEST_SECONDS) return true;
    this.latest = Math.max(this.latest, time);
    return false;
  }
}
