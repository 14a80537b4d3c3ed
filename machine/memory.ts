/**
 * Memory of the byte machine: one linear memory, handed out from the bottom up and never given back. What grows does so
 * by doubling, so at most as much again is lost.
 */

let top: usize = 0;

/** `bytes` of zeros, at a multiple of 64. */
export function take(bytes: usize): usize {
  // behind the few objects of the runtime, which are all made before
  if (top == 0) top = (heap.alloc(64) + 127) & ~(<usize>63);
  const at = top;
  top = (top + bytes + 63) & ~(<usize>63);
  const have = (<usize>memory.size()) << 16;
  if (top > have) {
    // a quarter more than asked for, so that the views of the outside are made anew rarely
    const more = (top - have + (have >> 2) + 0xffff) >> 16;
    if (memory.grow(<i32>more) < 0 && memory.grow(<i32>((top - have + 0xffff) >> 16)) < 0) unreachable();
  }
  return at;
}

/** Bits of the low `n` bytes, 0 to 16, of a vector. */
const MASKS: usize = memory.data(272);

export function beginMemory(): void {
  for (let n = 0; n <= 16; n++) for (let i = 0; i < 16; i++) store<u8>(MASKS + n * 16 + i, i < n ? 255 : 0);
}

// @ts-ignore: decorator
@inline
export function lowBytes(n: u32): v128 {
  return v128.load(MASKS + (n << 4));
}

/** The end of the visible ASCII, without a blank, that begins at `from`. */
// @ts-ignore: decorator
@inline
export function visibleEnd(from: usize): usize {
  let p = from;
  while (true) {
    const v = v128.load(p);
    const bits = i8x16.bitmask(i8x16.gt_u(i8x16.sub(v, i8x16.splat(33)), i8x16.splat(93)));
    if (bits != 0) return p + ctz(bits);
    p += 16;
  }
}

/** Behind the digits that were read last; 0 where there were none, or more than were to be. */
export let digitsEnd: usize = 0;

/**
 * The number at `at`, of at most `most` digits, which are not more than fit in 32 bits. Up to seven at once: what is no
 * digit is found in eight bytes, and what is before it multiplied together in pairs, so that no branch depends on how
 * many there are.
 */
// @ts-ignore: decorator
@inline
export function digits(at: usize, most: usize): u32 {
  const word = load<u64>(at) ^ 0x3030303030303030;
  const others = (word | (word + 0x7676767676767676)) & 0x8080808080808080;
  const count = <usize>ctz(others) >> 3;
  if (count == 0 || count >= 8) return someDigits(at, most);
  digitsEnd = count > most ? 0 : at + count;
  let pairs = word << (<u64>(8 - count) << 3);
  pairs = pairs * 10 + (pairs >> 8);
  return <u32>(
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}

/** The same, one by one. */
function someDigits(at: usize, most: usize): u32 {
  let p = at;
  let value: u32 = 0;
  while (true) {
    const d = <u32>load<u8>(p) - 48;
    if (d > 9) break;
    value = value * 10 + d;
    p++;
    if (p - at > most) break;
  }
  digitsEnd = p == at || p - at > most ? 0 : p;
  return value;
}

/** The newline at `from` or behind it. */
// @ts-ignore: decorator
@inline
export function newline(from: usize): usize {
  const wanted = i8x16.splat(10);
  let p = from;
  while (true) {
    const first =
      <u64>i8x16.bitmask(i8x16.eq(v128.load(p), wanted)) | (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 16), wanted)) << 16);
    const second =
      <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 32), wanted)) | (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 48), wanted)) << 16);
    const bits = first | (second << 32);
    if (bits != 0) return p + <usize>ctz(bits);
    p += 64;
  }
}
