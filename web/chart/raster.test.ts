import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DARK, LIGHT, packed, placeOf, SHAPES } from './palette.ts';
import { dotSize, type Layer, lowerBound, Raster } from './raster.ts';
import { inksOf } from './scene.ts';
import { stampsOf } from './stamps.ts';

const inks = inksOf(LIGHT);
const CAMPAIGN = 4;

const layer = (dots: readonly (readonly [index: number, time: number, row: number])[]): Layer => ({
  index: Uint32Array.from(dots, ([index]) => index),
  time: Uint32Array.from(dots, ([, time]) => time),
  row: Uint32Array.from(dots, ([, , row]) => row),
});

test('a dot is where its time and row are, and is found there', () => {
  const raster = new Raster(100, 50);
  const count = raster.draw(
    [layer([[0, 50, 2]])],
    { t0: 0, t1: 100, r0: 0, r1: 5 },
    Uint8Array.of(CAMPAIGN),
    inks,
    1,
  );
  expect(count).toBe(1);
  expect(raster.nearest(50, 25, 0)).toBe(0);
  expect(raster.nearest(53, 22, 6)).toBe(0);
  expect(raster.nearest(60, 25, 6)).toBe(-1);
  expect(raster.pixels[25 * 100 + 50]).toBe(packed(LIGHT.campaigns[0]!));
});

test('what lies on top is a campaign, whatever came after it', () => {
  const raster = new Raster(10, 10);
  const view = { t0: 0, t1: 10, r0: 0, r1: 1 };
  raster.draw([layer([[1, 5, 0]]), layer([[0, 5, 0]])], view, Uint8Array.of(CAMPAIGN, 0), inks, 1);
  expect(raster.nearest(5, 5, 2)).toBe(0);
});

test('nothing is drawn outside the view, and nothing throws, wherever the view is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1000), fc.nat(40)), { maxLength: 60 }),
      fc.integer({ min: -500, max: 1500 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: -20, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (dots, t0, seconds, r0, rows) => {
        const sorted = dots.sort((a, b) => a[0] - b[0]);
        const drawn = layer(sorted.map(([time, row], i) => [i, time, row]));
        const raster = new Raster(64, 32);
        const view = { t0, t1: t0 + seconds, r0, r1: r0 + rows };
        const inkOf = new Uint8Array(dots.length).fill(3);
        const count = raster.draw([drawn], view, inkOf, inks, 2);
        const inside = sorted.filter(
          ([time, row]) => time >= t0 && time < t0 + seconds && row + 0.5 >= r0 && row + 0.5 < r0 + rows,
        );
        expect(count).toBe(inside.length);
        expect(raster.shown.some((one) => one > 0)).toBe(inside.length > 0);
      },
    ),
  );
});

test('dots are large where they are few, and never nothing', () => {
  expect(dotSize(1, 800_000, 1)).toBe(8);
  expect(dotSize(1_000_000, 800_000, 1)).toBe(1);
  expect(dotSize(0, 0, 1)).toBe(1);
});

test('every shape differs from every other from five pixels on', () => {
  for (const size of [5, 6, 8, 12, 16]) {
    const drawn = stampsOf(size).map(({ dx, dy }) => `${dx.join()} ${dy.join()}`);
    expect(new Set(drawn).size).toBe(SHAPES.length);
  }
});

test('a palette has a colour for each shape, all of them different', () => {
  for (const palette of [LIGHT, DARK]) {
    expect(palette.campaigns).toHaveLength(SHAPES.length);
    expect(new Set([...palette.campaigns, palette.other, palette.loud, palette.login]).size).toBe(
      SHAPES.length + 3,
    );
  }
});

test('a campaign keeps its colour, whatever else is there', () => {
  expect(['c1', 'c2', 'c17', 'nonsense'].map(placeOf)).toEqual([0, 1, 16, 0]);
});

test('the first place that is not below is found', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(60), (values, wanted) => {
      const sorted = Uint32Array.from(values).sort();
      const at = lowerBound(sorted, wanted);
      expect(sorted.slice(0, at).every((value) => value < wanted)).toBe(true);
      expect(sorted.slice(at).every((value) => value >= wanted)).toBe(true);
    }),
  );
});
