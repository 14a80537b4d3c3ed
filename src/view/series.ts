/** Attempts counted by steps of time: how long a step is, and the counting. */
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import type { Interval, Series } from './site.ts';

/** Steps that a person reads off an axis, seconds. */
const STEPS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  28 * DAY,
  84 * DAY,
  364 * DAY,
] as const;
/** Steps at most: a bar of three pixels each on a page of usual width. */
const MOST_STEPS = 400;

export interface Steps {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

/** Steps that cover the time from `first` to `last`, both included; those of the interval where it has an end. */
export function stepsOf(first: number, last: number, interval: Interval = {}): Steps {
  const begin = Math.max(interval.since ?? first, Math.min(first, interval.until ?? first));
  const end = Math.max(begin, Math.min(last, (interval.until ?? Number.POSITIVE_INFINITY) - 1));
  const step =
    STEPS.find((one) => Math.floor(end / one) - Math.floor(begin / one) < MOST_STEPS) ??
    Math.ceil((end - begin + 1) / MOST_STEPS / DAY) * DAY;
  const from = Math.floor(begin / step) * step;
  return { from, step, count: Math.min(MOST_STEPS + 1, Math.floor((end - from) / step) + 1) };
}

/** Counts failures and successes into steps. */
export class SeriesCounter {
  readonly #steps: Steps;
  readonly #quiet: number[];
  readonly #loud: number[];
  readonly #successes: number[];
  readonly #campaigns: { readonly id: string; readonly counts: number[] }[];

  /** `campaigns`: ids, which {@link add} means by their place from 1. */
  constructor(steps: Steps, campaigns: readonly string[]) {
    this.#steps = steps;
    const none = () => new Array<number>(steps.count).fill(0);
    this.#quiet = none();
    this.#loud = none();
    this.#successes = none();
    this.#campaigns = campaigns.map((id) => ({ id, counts: none() }));
  }

  /** `campaign`: 0 for none; `attempts`: how many it stands for, which need not be whole. A time outside the steps is not counted. */
  add(time: number, kind: 'success' | 'loud' | 'quiet', campaign: number, attempts = 1): void {
    const at = Math.floor((time - this.#steps.from) / this.#steps.step);
    if (at < 0 || at >= this.#steps.count) return;
    const counts =
      kind === 'success'
        ? this.#successes
        : (this.#campaigns[campaign - 1]?.counts ?? (kind === 'loud' ? this.#loud : this.#quiet));
    counts[at]! += attempts;
  }

  series(): Series {
    return {
      from: this.#steps.from,
      step: this.#steps.step,
      quiet: this.#quiet.map(Math.round),
      loud: this.#loud.map(Math.round),
      successes: this.#successes.map(Math.round),
      campaigns: this.#campaigns.map(({ id, counts }) => ({ id, counts: counts.map(Math.round) })),
    };
  }
}

export const NO_SERIES: Series = { from: 0, step: DAY, quiet: [], loud: [], successes: [], campaigns: [] };
