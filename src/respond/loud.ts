/**
 * Whether a source fails so often within so many seconds that a per-source threshold sees it. Bounded: a flood of
 * sources that each fail once makes it forget the one that was heard of longest ago.
 */

/** Sources whose failures are counted at once: 5 times each, 100 bytes, 10 MB. */
const MOST_COUNTED = 50_000;

export class LoudSources {
  /** Source to the times of its last failures, the one heard of longest ago first. */
  readonly #times = new Map<string, number[]>();

  /** Counts a failure; true where it is the one that reaches the threshold. */
  fails(source: string, time: number, failures: number, withinSeconds: number): boolean {
    const times = this.#times.get(source) ?? [];
    this.#times.delete(source);
    const since = time - withinSeconds;
    const recent = times.filter((one) => one > since);
    recent.push(time);
    if (recent.length >= failures) return true;
    this.#times.set(source, recent);
    if (this.#times.size > MOST_COUNTED) this.#times.delete(this.#times.keys().next().value!);
    return false;
  }
}
