/**
 * Stamps of lines. Lines of the same quarter of an hour, by the wall, differ in minutes and seconds only: the first of each
 * such window is told to the outside, which makes a time of it; the others are counted from it.
 */
const YEARLESS = 1;
const ISO = 2;
const YEARLESS_END: usize = 15;

// the window
let kind: u32 = 0;
let prefix: v128 = i64x2.splat(0);
let prefixMask: v128 = i64x2.splat(0);
let quarter: u32 = 0;
let zone: u64 = 0;
let zoneMask: u64 = 0;
let zoneLength: usize = 0;
/** Seconds since the window's beginning, of the stamp that was read last. */
export let second: u32 = 0;
/** The stamp's bytes 0 to 15 and, of ISO stamps, 16 to 18, of the line before. */
let lastStamp: v128 = i64x2.splat(0);

export function beginStamps(): void {
  // `Mmm dd hh:` and the colon and the blank behind the minutes
  for (let i: usize = 0; i < 16; i++) store<u8>(YEARLESS_MASK + i, i < 10 || i == 12 || i == 15 ? 255 : 0);
  for (let i: usize = 0; i < 16; i++) store<u8>(ISO_MASK + i, i < 14 ? 255 : 0);
}
const YEARLESS_MASK: usize = memory.data(16);
const ISO_MASK: usize = memory.data(16);

/** How long the stamp is that begins a window which no event has told of yet; 0 where there is none. */
export let windowStamp: usize = 0;

/** The next line begins a window, or is told by the outside. */
// @ts-ignore: decorator
@inline
export function forgetWindow(): void {
  kind = 0;
  windowStamp = 0;
}

/** The window that begins with the line at hand is told. */
// @ts-ignore: decorator
@inline
export function windowTold(): void {
  windowStamp = 0;
}

// @ts-ignore: decorator
@inline
function two(p: usize): u32 {
  const tens = <u32>load<u8>(p) - 48;
  const ones = <u32>load<u8>(p + 1) - 48;
  return tens > 9 || ones > 9 ? 99 : tens * 10 + ones;
}

/** Sets `second`; where the stamp ends, or 0 where there is none that the machine reads. */
// @ts-ignore: decorator
@inline
export function stampEnd(p: usize): usize {
  const v = v128.load(p);
  if (kind == YEARLESS) {
    const differing = v128.xor(v, lastStamp);
    if (!v128.any_true(differing)) return p + YEARLESS_END;
    if (!v128.any_true(v128.and(differing, prefixMask))) {
      const minute = two(p + 10);
      const seconds = two(p + 13);
      if (minute < 60 && seconds < 60 && minute / 15 == quarter) {
        second = (minute - quarter * 15) * 60 + seconds;
        lastStamp = v;
        return p + YEARLESS_END;
      }
    }
  } else if (kind == ISO) {
    if (!v128.any_true(v128.and(v128.xor(v, prefix), prefixMask))) {
      const minute = two(p + 14);
      const seconds = two(p + 17);
      if (minute < 60 && seconds < 60 && minute / 15 == quarter && load<u8>(p + 16) == 58) {
        const end = fractionEnd(p + 19);
        if ((load<u64>(end) & zoneMask) == zone && load<u8>(end + zoneLength) == 32) {
          second = (minute - quarter * 15) * 60 + seconds;
          return end + zoneLength;
        }
      }
    }
  }
  return beginWindow(p);
}

// @ts-ignore: decorator
@inline
function fractionEnd(at: usize): usize {
  let p = at;
  const c = load<u8>(p);
  if ((c == 46 || c == 44) && <u32>load<u8>(p + 1) - 48 < 10) {
    p++;
    while (<u32>load<u8>(p) - 48 < 10) p++;
  }
  return p;
}

function beginWindow(p: usize): usize {
  const v = v128.load(p);
  // a short line is none with a stamp
  if (i8x16.bitmask(i8x16.eq(v, i8x16.splat(10))) != 0) return 0;
  if (load<u8>(p + 3) == 32 && load<u8>(p + 6) == 32 && load<u8>(p + 9) == 58) {
    const minute = two(p + 10);
    const seconds = two(p + 13);
    if (load<u8>(p + 12) != 58 || load<u8>(p + 15) != 32 || minute > 59 || seconds > 59) return 0;
    windowStamp = YEARLESS_END;
    kind = YEARLESS;
    prefixMask = v128.load(YEARLESS_MASK);
    prefix = v;
    lastStamp = v;
    quarter = minute / 15;
    second = (minute - quarter * 15) * 60 + seconds;
    return p + YEARLESS_END;
  }
  if (load<u8>(p + 4) == 45 && load<u8>(p + 7) == 45 && load<u8>(p + 13) == 58 && load<u8>(p + 16) == 58) {
    const minute = two(p + 14);
    const seconds = two(p + 17);
    if (minute > 59 || seconds > 59) return 0;
    const end = fractionEnd(p + 19);
    let q = end;
    while (load<u8>(q) != 32) {
      const c = <u32>load<u8>(q);
      if (!(c - 48 < 11 || c == 43 || c == 45 || c == 90 || c == 122) || q - end >= 6) return 0;
      q++;
    }
    windowStamp = q - p;
    kind = ISO;
    prefixMask = v128.load(ISO_MASK);
    prefix = v;
    quarter = minute / 15;
    zoneLength = q - end;
    zoneMask = ((<u64>1) << (<u64>zoneLength * 8)) - 1;
    zone = load<u64>(end) & zoneMask;
    second = (minute - quarter * 15) * 60 + seconds;
    return q;
  }
  return 0;
}
