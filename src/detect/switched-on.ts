/**
 * Whether a rise was switched on. A botnet starts within a day; a worm, or a tool that goes round, swells for weeks. Both
 * end in many newcomers on one name, so what tells them apart is the shape: how many came before, in half as much time as
 * the rise lasts, and whether the rise still rises once it has begun.
 */

/** Counts of arrivals in bins, ends included; outside of the log there are none. */
export type CountBins = (from: number, to: number) => number;

/**
 * In as much time before as half of its length, fewer come than at this share of the rise's rate. On simulated logs worms
 * that double every four to seven days have 0.15 to 0.28 there, campaigns 0.1 at most.
 */
const EVE = 0.12;
/** Or at this many times the rate of the time before that, which is what came anyway. */
const ANYWAY = 1.5;
/** What came earlier is believed from a time of this share of the eve on. */
const EARLIER = 0.25;
/**
 * The first half of a rise of more than a day holds this share of it at least. What doubles every week has less after
 * three weeks; a botnet that is switched on bit by bit, over two fifths of the rise, has 0.37 there.
 */
const FIRST_HALF = 1 / 3;

/** `from` and `to` are the rise's bins, `day` the number of bins in a day; `base` is the usual rate, arrivals a bin. */
export function isSwitchedOn(count: CountBins, from: number, to: number, day: number, base: number): boolean {
  const length = to - from + 1;
  const inside = count(from, to);
  const eve = Math.max(1, Math.min(from, Math.round(length / 2)));
  const earlier = from - eve;
  const anyway = earlier >= EARLIER * eve ? count(0, earlier - 1) / earlier : base;
  const allowed = Math.max((EVE * inside) / length, ANYWAY * anyway) * eve;
  if (count(from - eve, from - 1) > allowed + Math.sqrt(allowed) + 1) return false;
  if (length <= day) return true;
  const half = count(from, from + Math.floor(length / 2) - 1);
  const spread = Math.sqrt(inside * FIRST_HALF * (1 - FIRST_HALF));
  return half >= FIRST_HALF * inside - spread / 2;
}
