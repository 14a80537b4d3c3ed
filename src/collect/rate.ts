/** How much each sensor may send: a bucket of lines that fills by its rate. What is beyond waits with its sender, and is told when to come again. */

/** Seconds of its rate that may come at once: what a sender has kept while the collector was away comes in whole batches. */
const BURST_SECONDS = 30;
/** Sensors that are remembered. */
const MOST_SENSORS = 20_000;

interface Bucket {
  room: number;
  /** Seconds of the clock that was given. */
  at: number;
}

export class SensorRates {
  readonly #perSecond: number | null;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond;
  }

  /** Seconds that a sensor must wait before it may send; 0: it may now. `now`: of any clock that is never set, seconds. */
  wait(sensor: string, now: number): number {
    const perSecond = this.#perSecond;
    if (perSecond === null) return 0;
    const { room } = this.#bucket(sensor, perSecond, now);
    return room > 0 ? 0 : (1 - room) / perSecond;
  }

  /** It has sent so many: also more than there was room for, as a batch is taken whole or not; that is made up for later. */
  sent(sensor: string, lines: number, now: number): void {
    const perSecond = this.#perSecond;
    if (perSecond !== null) this.#bucket(sensor, perSecond, now).room -= lines;
  }

  #bucket(sensor: string, perSecond: number, now: number): Bucket {
    const most = perSecond * BURST_SECONDS;
    let bucket = this.#buckets.get(sensor);
    if (bucket === undefined) {
      bucket = { room: most, at: now };
      if (this.#buckets.size >= MOST_SENSORS) {
        const oldest = this.#buckets.keys().next();
        if (oldest.done !== true) this.#buckets.delete(oldest.value);
      }
      this.#buckets.set(sensor, bucket);
    }
    bucket.room = Math.min(most, bucket.room + (now - bucket.at) * perSecond);
    bucket.at = now;
    return bucket;
  }
}
