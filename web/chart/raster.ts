/**
 * A million dots into an image within a frame, without a graphics card: one integer write an attempt into a buffer that says which
 * attempt a pixel shows, then one pass over the pixels that gives them colour. The same buffer answers what is under the pointer.
 *
 * Layers are drawn in order, later ones over earlier: attempts of no campaign, those of campaigns, logins of participants. Within a
 * layer attempts are in order of time, so what is outside the view is skipped by two binary searches.
 */
import { ringOf, type Stamp, stampsOf } from './stamps.ts';

/** Attempts to draw, ascending in `time`. */
export interface Layer {
  /** Which attempts of the picture. */
  readonly index: Uint32Array;
  /** Their times, seconds from the picture's beginning. */
  readonly time: Uint32Array;
  /** The row of each, counted from 0 at the top. */
  readonly row: Uint32Array;
}

/** What part of time (seconds from the picture's beginning) and of the rows is seen; ends not included. */
export interface View {
  readonly t0: number;
  readonly t1: number;
  readonly r0: number;
  readonly r1: number;
}

/** How an attempt looks: an index into a table of inks, for each attempt of the picture. */
export interface Ink {
  /** As {@link packed} gives it. */
  readonly colour: number;
  /** Index of the shape. */
  readonly shape: number;
  /** A login: drawn as a ring, last. */
  readonly isRing: boolean;
  /** Drawn after those that are not. */
  readonly isAbove: boolean;
}

/** Buffers for one size of image, used again for every frame. */
export class Raster {
  readonly width: number;
  readonly height: number;
  /** 1 + the attempt that a pixel shows; 0: none. */
  readonly shown: Uint32Array;
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Pixels with something in them, drawn last. */
  readonly #above: Uint32Array;

  constructor(width: number, height: number) {
    this.width = Math.max(1, Math.floor(width));
    this.height = Math.max(1, Math.floor(height));
    this.shown = new Uint32Array(this.width * this.height);
    this.pixels = new Uint32Array(this.width * this.height);
    this.#above = new Uint32Array(this.width * this.height);
  }

  /** Draws; returns how many attempts are within the view. */
  draw(layers: readonly Layer[], view: View, inkOf: Uint8Array, inks: readonly Ink[], scale: number): number {
    this.shown.fill(0);
    this.pixels.fill(0);
    let count = 0;
    for (const layer of layers) count += this.#place(layer, view);
    const size = dotSize(this.#filled(), this.width * this.height, scale);
    if (size <= 1) this.#paintSmall(inkOf, inks, scale);
    else this.#paintLarge(inkOf, inks, size, scale);
    return count;
  }

  /** The attempt nearest to a pixel, at most `reach` pixels away; -1: there is none. */
  nearest(x: number, y: number, reach: number): number {
    const { width, height, shown } = this;
    let best = -1;
    let least = reach * reach + 1;
    const fromY = Math.max(0, Math.floor(y - reach));
    const toY = Math.min(height - 1, Math.ceil(y + reach));
    const fromX = Math.max(0, Math.floor(x - reach));
    const toX = Math.min(width - 1, Math.ceil(x + reach));
    for (let py = fromY; py <= toY; py++) {
      for (let px = fromX; px <= toX; px++) {
        const attempt = shown[py * width + px]!;
        if (attempt === 0) continue;
        const d = (px - x) ** 2 + (py - y) ** 2;
        if (d < least) {
          least = d;
          best = attempt - 1;
        }
      }
    }
    return best;
  }

  /** Pixels that show something: of a hundred attempts on one name in one hour there are not a hundred dots. */
  #filled(): number {
    const { shown } = this;
    let filled = 0;
    for (let p = 0; p < shown.length; p++) if (shown[p] !== 0) filled++;
    return filled;
  }

  #place(layer: Layer, view: View): number {
    const { width, height, shown } = this;
    const { index, time, row } = layer;
    const from = lowerBound(time, view.t0);
    const to = lowerBound(time, view.t1);
    const perSecond = width / (view.t1 - view.t0);
    const perRow = height / (view.r1 - view.r0);
    const t0 = view.t0;
    const r0 = view.r0 - 0.5;
    let count = 0;
    for (let i = from; i < to; i++) {
      const y = (row[i]! - r0) * perRow;
      if (!(y >= 0 && y < height)) continue;
      const x = (time[i]! - t0) * perSecond;
      shown[Math.floor(y) * width + Math.min(width - 1, Math.floor(x))] = index[i]! + 1;
      count++;
    }
    return count;
  }

  #paintSmall(inkOf: Uint8Array, inks: readonly Ink[], scale: number): void {
    const { shown, pixels } = this;
    const colours = Uint32Array.from(inks, (ink) => ink.colour);
    const rings: number[] = [];
    for (let p = 0; p < shown.length; p++) {
      const attempt = shown[p]!;
      if (attempt === 0) continue;
      const ink = inkOf[attempt - 1]!;
      pixels[p] = colours[ink]!;
      if (inks[ink]!.isRing) rings.push(p);
    }
    this.#paintRings(rings, inkOf, inks, Math.round(9 * scale));
  }

  #paintLarge(inkOf: Uint8Array, inks: readonly Ink[], size: number, scale: number): void {
    const { shown } = this;
    const above = this.#above;
    const stamps = stampsOf(size);
    const rings: number[] = [];
    let many = 0;
    for (let p = 0; p < shown.length; p++) {
      const attempt = shown[p]!;
      if (attempt === 0) continue;
      const ink = inks[inkOf[attempt - 1]!]!;
      if (ink.isRing) rings.push(p);
      else if (ink.isAbove) above[many++] = p;
      else this.#stamp(p, stamps[ink.shape]!, ink.colour);
    }
    for (let k = 0; k < many; k++) {
      const p = above[k]!;
      const ink = inks[inkOf[shown[p]! - 1]!]!;
      this.#stamp(p, stamps[ink.shape]!, ink.colour);
    }
    this.#paintRings(rings, inkOf, inks, Math.max(size + 4, Math.round(11 * scale)));
  }

  #paintRings(at: readonly number[], inkOf: Uint8Array, inks: readonly Ink[], size: number): void {
    if (at.length === 0) return;
    const ring = ringOf(size | 1);
    for (const p of at) this.#stamp(p, ring, inks[inkOf[this.shown[p]! - 1]!]!.colour);
  }

  #stamp(p: number, stamp: Stamp, colour: number): void {
    const { width, height, pixels } = this;
    const cx = p % width;
    const cy = (p - cx) / width;
    const { dx, dy } = stamp;
    for (let k = 0; k < dx.length; k++) {
      const x = cx + dx[k]!;
      const y = cy + dy[k]!;
      if (x >= 0 && x < width && y >= 0 && y < height) pixels[y * width + x] = colour;
    }
  }
}

/**
 * Pixels of a dot: so large that all together would cover a tenth of the image, between 1 and 8 of CSS. At twice that, lists of
 * names become bands; at half of it a few hundred attempts are dust.
 */
export function dotSize(count: number, area: number, scale: number): number {
  const side = Math.sqrt((0.1 * area) / Math.max(1, count));
  return Math.max(1, Math.min(Math.round(8 * scale), Math.round(side)));
}

/** The first place whose value is not below `wanted`. */
export function lowerBound(sorted: Uint32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
