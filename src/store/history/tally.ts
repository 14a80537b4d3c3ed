/** Sums over attempts, for the engines that look at them one by one. */
import type { SourceTally, UserTally } from '../history.ts';
import type { BriefAttempt } from './file-segment.ts';
import { compareTexts } from './texts.ts';

interface Sum {
  failures: number;
  successes: number;
  firstSeen: number;
  lastSeen: number;
}

export class SourceTallies {
  readonly #sums = new Map<string, Sum>();

  add({ source, success, time }: BriefAttempt): void {
    addTo(this.#sums, source, success, time);
  }

  /** The busiest first, then by text; at most `limit`. */
  list(limit: number | undefined): SourceTally[] {
    return [...this.#sums]
      .sort(([a, x], [b, y]) => busier(x, y) || compareTexts(a, b))
      .slice(0, limit)
      .map(([source, sum]) => ({ source, ...sum }));
  }
}

export class UserTallies {
  readonly #sums = new Map<string | null, Sum>();
  readonly #sources = new Map<string | null, Set<string>>();

  add({ user, source, success, time }: BriefAttempt): void {
    addTo(this.#sums, user, success, time);
    let sources = this.#sources.get(user);
    if (sources === undefined) {
      sources = new Set();
      this.#sources.set(user, sources);
    }
    sources.add(source);
  }

  list(limit: number | undefined): UserTally[] {
    return [...this.#sums]
      .sort(([a, x], [b, y]) => busier(x, y) || compareUsers(a, b))
      .slice(0, limit)
      .map(([user, sum]) => ({ user, ...sum, sources: this.#sources.get(user)?.size ?? 0 }));
  }
}

function addTo<K>(sums: Map<K, Sum>, key: K, success: boolean, time: number): void {
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { failures: 0, successes: 0, firstSeen: time, lastSeen: time };
    sums.set(key, sum);
  }
  if (success) sum.successes++;
  else sum.failures++;
  if (time < sum.firstSeen) sum.firstSeen = time;
  if (time > sum.lastSeen) sum.lastSeen = time;
}

function busier(x: Sum, y: Sum): number {
  return y.failures + y.successes - x.failures - x.successes;
}

function compareUsers(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return compareTexts(a, b);
}
