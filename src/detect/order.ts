/**
 * Order: how far the names, in the order in which they are taken, run through the alphabet, across sources. Measured by
 * the longest increasing (or decreasing) run that may leave out names; among n names in random order it is about
 * 2 sqrt(n) long, its spread n^(1/6) (Logan & Shepp 1977, Vershik & Kerov 1977; Baik, Deift & Johansson 1999).
 */

export interface Walk {
  readonly direction: 'alphabetical' | 'reverse-alphabetical';
  /** Positions, in the list given, that belong to the longest run. */
  readonly members: ReadonlySet<number>;
  readonly names: number;
  readonly expected: number;
  /** log2 of how unlikely so long a run is among names in random order, both directions tried. */
  readonly bits: number;
}

/** Longest run through `names`, upwards or downwards, whichever is longer. Names are compared as lower case text. */
export function walkOf(names: readonly string[]): Walk {
  const keys = names.map((name) => name.toLowerCase());
  const up = longestRun(keys, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const down = longestRun(keys, (a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const longer = up.length >= down.length ? up : down;
  const n = names.length;
  const expected = n < 3 ? n : 2 * Math.sqrt(n) - 1.77 * n ** (1 / 6);
  return {
    direction: longer === up ? 'alphabetical' : 'reverse-alphabetical',
    members: new Set(longer),
    names: n,
    expected: Math.max(1, expected),
    bits: Math.max(0, runBits(longer.length, n) - 1),
  };
}

/** The bits of {@link walkOf} for names that are numbered in their order: equal numbers are equal names. */
export function walkBits(ranks: Float64Array): number {
  const n = ranks.length;
  const longer = Math.max(runLength(ranks, 1), runLength(ranks, -1));
  return Math.max(0, runBits(longer, n) - 1);
}

/** Length of the longest run of numbers that rise (`sign` 1) or fall (-1). */
function runLength(ranks: Float64Array, sign: 1 | -1): number {
  const tails = new Float64Array(ranks.length);
  let longest = 0;
  for (let i = 0; i < ranks.length; i++) {
    const rank = sign * ranks[i]!;
    let low = 0;
    let high = longest;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < rank) low = middle + 1;
      else high = middle;
    }
    tails[low] = rank;
    if (low === longest) longest++;
  }
  return longest;
}

/**
 * -log2 P(longest increasing run of a random permutation of n >= k): by the union bound over all subsequences,
 * C(n, k) / k!, which is sharp far out in the tail, where it matters.
 */
function runBits(k: number, n: number): number {
  if (k <= 2 * Math.sqrt(n)) return 0;
  let ln = 0;
  for (let i = 1; i <= k; i++) ln += Math.log((n - k + i) / i) - Math.log(i);
  return Math.max(0, -ln / Math.LN2);
}

/** Positions of a longest strictly ordered run (patience sorting: Fredman 1975); a name that comes again is no step. */
function longestRun(keys: readonly string[], compare: (a: string, b: string) => number): readonly number[] {
  const tails: number[] = [];
  const previous = new Int32Array(keys.length).fill(-1);
  for (let i = 0; i < keys.length; i++) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(keys[tails[middle]!]!, keys[i]!) < 0) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[i] = tails[low - 1]!;
    tails[low] = i;
  }
  const run: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) run.push(at);
  return run.reverse();
}
