/**
 * What a count says about the rate or the share behind it: 95 % intervals. Exact for rates of events (Garwood 1936);
 * Wilson's score interval (1927) for shares, which stays within 0 and 1 and does not collapse where all or none are.
 * Both take the events to be independent of each other; where they come in clumps the truth is wider.
 */
import { lnFactorial } from '../../detect/tails.ts';

/** Chance left out on either side. */
const SIDE = 0.025;
/** The 97.5th percentile of the normal distribution. */
const Z = 1.959964;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Means of a Poisson distribution that do not make `count` events a surprise. */
export function poissonInterval(count: number): Interval {
  const top = count + 10 * Math.sqrt(count + 1) + 10;
  return {
    low: count === 0 ? 0 : solve((mean) => 1 - poissonAtMost(count - 1, mean) - SIDE, 0, top),
    high: solve((mean) => SIDE - poissonAtMost(count, mean), 0, top),
  };
}

/** Shares that do not make `part` of `whole` a surprise; null where there is nothing to take a share of. */
export function shareInterval(part: number, whole: number): Interval | null {
  if (whole === 0) return null;
  const share = part / whole;
  const square = Z * Z;
  const middle = (share + square / (2 * whole)) / (1 + square / whole);
  const half =
    (Z / (1 + square / whole)) * Math.sqrt((share * (1 - share)) / whole + square / (4 * whole * whole));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** P(X <= count) for X ~ Poisson(mean). */
function poissonAtMost(count: number, mean: number): number {
  if (mean <= 0) return 1;
  let sum = 0;
  for (let k = 0; k <= count; k++) sum += Math.exp(k * Math.log(mean) - mean - lnFactorial(k));
  return Math.min(1, sum);
}

/** Where `rising` goes through zero, by halving: sixty halvings are past the precision of a double. */
function solve(rising: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
