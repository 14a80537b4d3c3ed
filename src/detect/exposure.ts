/**
 * When the log was being written: time in bins, without its holes. A rate is attempts by such time, not by the calendar.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { DAY, HOUR } from '../model/time.ts';

/** A log with a hole longer than this many times its mean gap (and two days) was not written in the meantime. */
const HOLE = 50;
/** After a hole of this many days the world is another: what came before it is no base rate. */
const ERA_DAYS = 14;

export interface ExposedClock {
  /** Bins are hours, longer where the log spans years. */
  readonly binSeconds: number;
  binOf(time: number): number;
  /** Stretches of bins, ends included, without a hole of ERA_DAYS. */
  readonly eras: readonly { readonly from: number; readonly to: number }[];
}

/** More bins than this (two years of hours) add nothing but work. */
const MOST_BINS = 20_000;

/** Time during which the log was being written, in bins numbered without holes. */
export function exposedClock(table: AttemptTable): ExposedClock {
  const n = table.length;
  if (n === 0) return { binSeconds: HOUR, binOf: () => 0, eras: [] };
  const first = table.time[0]!;
  const hole = Math.max(2 * DAY, (HOLE * (table.time[n - 1]! - first)) / n);
  const starts: number[] = [first];
  const skipped: number[] = [0];
  const begins: number[] = [first];
  for (let i = 1; i < n; i++) {
    const gap = table.time[i]! - table.time[i - 1]!;
    if (gap <= hole) continue;
    starts.push(table.time[i]!);
    skipped.push(skipped.at(-1)! + gap - HOUR);
    if (gap > ERA_DAYS * DAY) begins.push(table.time[i]!);
  }
  const exposed = table.time[n - 1]! - first - skipped.at(-1)!;
  const binSeconds = HOUR * Math.max(1, Math.ceil(exposed / HOUR / MOST_BINS));
  const binOf = (time: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    return Math.floor((time - first - skipped[low]!) / binSeconds);
  };
  const eras = begins.map((time, i) => ({
    from: binOf(time),
    to: i + 1 < begins.length ? binOf(begins[i + 1]!) - 1 : binOf(table.time[n - 1]!),
  }));
  return { binSeconds, binOf, eras };
}
