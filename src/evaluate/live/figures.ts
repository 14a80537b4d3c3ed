/** Small statistics of what was counted. A value that is infinite stands for a run in which the thing never came. */

export { ratio } from '../score.ts';

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}

/** Median; null of none, and where the middle is infinite. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const value = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return Number.isFinite(value) ? value : null;
}

/** The largest; null of none, and where it is infinite. */
export function worstOf(values: readonly number[]): number | null {
  let worst = Number.NEGATIVE_INFINITY;
  for (const value of values) worst = Math.max(worst, value);
  return Number.isFinite(worst) ? worst : null;
}

/** The smallest of those that are numbers; null of none. */
export function least(values: readonly (number | null)[]): number | null {
  let smallest: number | null = null;
  for (const value of values) if (value !== null && (smallest === null || value < smallest)) smallest = value;
  return smallest;
}
