/**
 * Dots of several pixels as lists of offsets, so that a dot is a handful of integer writes. Shapes are drawn from five pixels on;
 * below that nobody sees a difference, and all are squares.
 */
import { SHAPES, type Shape } from './palette.ts';

export interface Stamp {
  /** Pixels from the middle. */
  readonly dx: Int8Array;
  readonly dy: Int8Array;
}

const LEAST_SHAPED = 5;

/** The stamp of `shape`, `size` pixels wide (1 to 31). */
export function stampOf(shape: Shape | 'square', size: number): Stamp {
  const dx: number[] = [];
  const dy: number[] = [];
  const half = (size - 1) / 2;
  const plain = size < LEAST_SHAPED;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!plain && !isInside(shape, x - half, y - half, half + 0.35)) continue;
      dx.push(Math.round(x - half - 0.25));
      dy.push(Math.round(y - half - 0.25));
    }
  }
  return { dx: Int8Array.from(dx), dy: Int8Array.from(dy) };
}

function isInside(shape: Shape, x: number, y: number, r: number): boolean {
  const thin = Math.max(0.8, r / 3);
  switch (shape) {
    case 'disc':
      return x * x + y * y <= r * r;
    case 'square':
      return Math.abs(x) <= r * 0.85 && Math.abs(y) <= r * 0.85;
    case 'diamond':
      return Math.abs(x) + Math.abs(y) <= r;
    case 'triangle':
      return Math.abs(x) <= (y + r) / 2 + 0.2;
    case 'wedge':
      return Math.abs(x) <= (r - y) / 2 + 0.2;
    case 'cross':
      return Math.abs(Math.abs(x) - Math.abs(y)) <= thin;
    case 'plus':
      return Math.abs(x) <= thin || Math.abs(y) <= thin;
  }
}

/** A ring, for logins: what counts most is drawn last and largest. */
export function ringOf(size: number): Stamp {
  const dx: number[] = [];
  const dy: number[] = [];
  const half = (size - 1) / 2;
  const inner = half - Math.max(1.6, size / 6);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const d = Math.hypot(x - half, y - half);
      if (d > half + 0.3 || d < inner) continue;
      dx.push(Math.round(x - half));
      dy.push(Math.round(y - half));
    }
  }
  return { dx: Int8Array.from(dx), dy: Int8Array.from(dy) };
}

/** One for each shape, in the order of {@link SHAPES}. */
export function stampsOf(size: number): readonly Stamp[] {
  return SHAPES.map((shape) => stampOf(shape, size));
}
