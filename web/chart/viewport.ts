/** The part of a picture that is seen, and how it moves. Pure; a view never leaves the whole and never gets thinner than a minute. */
import type { View } from './raster.ts';

export interface Whole {
  /** Seconds of the whole, from the picture's beginning. */
  readonly seconds: number;
  readonly rows: number;
}

/** Least seconds and rows of a view. */
const LEAST_SECONDS = 60;
const LEAST_ROWS = 4;

/** All of it, with a little room at both ends of time. */
export function wholeView({ seconds, rows }: Whole): View {
  const room = Math.max(30, seconds * 0.01);
  return { t0: -room, t1: seconds + room, r0: 0, r1: Math.max(LEAST_ROWS, rows) };
}

/** `view` brought within the whole. */
export function clamped(view: View, whole: Whole): View {
  const all = wholeView(whole);
  const [t0, t1] = clampedPair(view.t0, view.t1, all.t0, all.t1, LEAST_SECONDS);
  const [r0, r1] = clampedPair(view.r0, view.r1, all.r0, all.r1, LEAST_ROWS);
  return { t0, t1, r0, r1 };
}

function clampedPair(from: number, to: number, first: number, last: number, least: number): [number, number] {
  const size = Math.min(last - first, Math.max(least, to - from));
  const start = Math.min(last - size, Math.max(first, (from + to - size) / 2));
  return [start, start + size];
}

/** Zoomed by `factor` (below 1: nearer) about a point given in shares of the view; `axis` both, or time or rows alone. */
export function zoomed(
  view: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
  axis: 'both' | 'time' | 'rows',
): View {
  const t = view.t0 + at.x * (view.t1 - view.t0);
  const r = view.r0 + at.y * (view.r1 - view.r0);
  const ft = axis === 'rows' ? 1 : factor;
  const fr = axis === 'time' ? 1 : factor;
  return {
    t0: t - (t - view.t0) * ft,
    t1: t + (view.t1 - t) * ft,
    r0: r - (r - view.r0) * fr,
    r1: r + (view.r1 - r) * fr,
  };
}

/** Moved by shares of the view. */
export function moved(view: View, dx: number, dy: number): View {
  const t = dx * (view.t1 - view.t0);
  const r = dy * (view.r1 - view.r0);
  return { t0: view.t0 + t, t1: view.t1 + t, r0: view.r0 + r, r1: view.r1 + r };
}

/** Whether two views show the same, but for rounding. */
export function isSameView(a: View, b: View): boolean {
  const isNear = (x: number, y: number) => Math.abs(x - y) < 1e-3;
  return isNear(a.t0, b.t0) && isNear(a.t1, b.t1) && isNear(a.r0, b.r0) && isNear(a.r1, b.r1);
}
