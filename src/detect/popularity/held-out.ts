/**
 * Held-out estimation (Jelinek and Mercer 1985; Church and Gale 1991, Computer Speech and Language 5): what a share
 * that some sites show is worth at a site that had no part in it. Names are put into classes by the share the other
 * sites show, and each class is given the share that the held-out site has of it. A name that was a favourite at one
 * site is less of one elsewhere, a name that only loud lists had is more; the curve says by how much, and what is
 * left over is the tail's.
 */

export interface HeldOutShare {
  /** What the other sites show. */
  readonly shown: number;
  /** What the held-out site has. */
  readonly found: number;
  /** Weight of the held-out site. */
  readonly weight: number;
}

/** Maps a share as shown to the share expected elsewhere; rising. */
export type Curve = (shown: number) => number;

/** Classes are a factor of four wide: narrower ones hold too few of the popular names. */
const CLASS_FACTOR = 4;

interface Point {
  readonly names: number;
  readonly shown: number;
  readonly found: number;
}

/** The curve through the classes' means, straight between them on a logarithmic scale, never falling. */
export function heldOutCurve(shares: readonly HeldOutShare[]): Curve {
  const classes = new Map<number, { names: number; shown: number; found: number }>();
  for (const { shown, found, weight } of shares) {
    if (shown <= 0) continue;
    const c = Math.floor(Math.log(shown) / Math.log(CLASS_FACTOR));
    const entry = classes.get(c) ?? { names: 0, shown: 0, found: 0 };
    entry.names += weight;
    entry.shown += weight * shown;
    entry.found += weight * found;
    classes.set(c, entry);
  }
  const points = risingPoints([...classes].sort(([a], [b]) => a - b).map(([, entry]) => entry));
  const xs = points.map(({ names, shown }) => Math.log(shown / names));
  const ys = points.map(({ names, found }) => Math.log(found / names));
  return (shown) => {
    const x = Math.log(shown);
    if (points.length === 0) return shown;
    if (x <= xs[0]!) return shown * Math.exp(ys[0]! - xs[0]!);
    const last = xs.length - 1;
    if (x >= xs[last]!) return shown * Math.exp(ys[last]! - xs[last]!);
    const i = xs.findIndex((at) => at > x);
    const part = (x - xs[i - 1]!) / (xs[i]! - xs[i - 1]!);
    return Math.exp(ys[i - 1]! + part * (ys[i]! - ys[i - 1]!));
  };
}

/** Neighbouring classes are pooled until what was found per name rises with what was shown (and is never nothing). */
function risingPoints(classes: readonly Point[]): readonly Point[] {
  const points: Point[] = [];
  for (const next of classes) {
    points.push(next);
    while (points.length > 1) {
      const [a, b] = [points.at(-2)!, points.at(-1)!];
      if (a.found > 0 && a.found / a.names < b.found / b.names) break;
      points.splice(-2, 2, {
        names: a.names + b.names,
        shown: a.shown + b.shown,
        found: a.found + b.found,
      });
    }
  }
  return points.filter(({ found }) => found > 0);
}
