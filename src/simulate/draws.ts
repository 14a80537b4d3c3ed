/**
 * What the actors draw: the usual distributions from one uniform generator, so that a simulated log is a pure
 * function of its scenario and seed. Gamma: Marsaglia & Tsang, ACM TOMS 26 (2000). Poisson: Knuth, TAOCP 3.4.1,
 * in pieces of at most 20 so that exp() never underflows.
 */
import { type Random, seededRandom } from '../model/random.ts';

/** A generator of its own for each actor, so that adding one actor leaves the others' attempts as they were. */
export function forkedRandom(seed: number, label: string): Random {
  let hash = 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1);
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return seededRandom(Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 13));
}

/** Uniform real number in [low, high). */
export function uniform(random: Random, low: number, high: number): number {
  return low + random.next() * (high - low);
}

/** Uniform whole number, both ends included. */
export function whole(random: Random, low: number, high: number): number {
  return low + random.below(high - low + 1);
}

/** Uniform in the logarithm: as many draws between 1 and 10 as between 10 and 100. */
export function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.next();
}

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/** Standard normal (Box & Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export function gamma(random: Random, shape: number, scale: number): number {
  if (shape < 1) return gamma(random, shape + 1, scale) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
  }
}

export function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 20) {
    const limit = Math.exp(-Math.min(left, 20));
    for (let product = random.next(); product > limit; product *= random.next()) count++;
  }
  return count;
}

/**
 * A count with more spread than Poisson: variance = mean + dispersion x mean^2. Visits to a host are such counts
 * (detection.md: binomial variance promises six times fewer false alarms than happen).
 */
export function overdispersed(random: Random, mean: number, dispersion: number): number {
  if (mean <= 0) return 0;
  return poisson(random, dispersion > 0 ? gamma(random, 1 / dispersion, mean * dispersion) : mean);
}

/** Geometric on 1, 2, 3, ... with the given mean (at least 1). */
export function geometric(random: Random, mean: number): number {
  if (mean <= 1) return 1;
  return 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / mean));
}

export function pick<T>(random: Random, list: readonly T[]): T {
  const item = list[random.below(list.length)];
  if (item === undefined) throw new Error('pick from an empty list');
  return item;
}

/** A new array in random order (Fisher & Yates). */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = out[i]!;
    out[i] = out[j]!;
    out[j] = held;
  }
  return out;
}

/** Draws index i with weight 1 / (i + shift)^exponent. */
export function zipf(size: number, exponent: number, shift = 1): (random: Random) => number {
  const cumulated = new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum += (i + shift) ** -exponent;
    cumulated[i] = sum;
  }
  return (random) => {
    const at = random.next() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/**
 * Whole numbers, each at least 1, of the same shape as `weights` whose sum is exactly `total`.
 * `total` is at least the number of weights.
 */
export function sharedOut(random: Random, weights: readonly number[], total: number): number[] {
  if (total < weights.length) throw new Error(`cannot share ${total} out among ${weights.length}`);
  const sum = weights.reduce((a, b) => a + b, 0);
  const out = weights.map((weight) => Math.max(1, Math.floor((weight / sum) * total)));
  let rest = total - out.reduce((a, b) => a + b, 0);
  while (rest !== 0) {
    const i = random.below(out.length);
    if (rest > 0) {
      out[i]!++;
      rest--;
    } else if (out[i]! > 1) {
      out[i]!--;
      rest++;
    }
  }
  return out;
}

/**
 * The draws themselves where their sum is `total`; otherwise some of them one up or down until it is, none below 1
 * and, as long as that is possible, none above the largest draw.
 */
export function fitted(random: Random, draws: readonly number[], total: number): number[] {
  if (total < draws.length) throw new Error(`cannot fit ${draws.length} numbers to ${total}`);
  const out = draws.map((one) => Math.max(1, Math.floor(one)));
  const most = Math.max(...out, Math.ceil(total / out.length));
  let rest = total - out.reduce((a, b) => a + b, 0);
  while (rest !== 0) {
    const i = random.below(out.length);
    if (rest > 0 && out[i]! < most) {
      out[i]!++;
      rest--;
    } else if (rest < 0 && out[i]! > 1) {
      out[i]!--;
      rest++;
    }
  }
  return out;
}
