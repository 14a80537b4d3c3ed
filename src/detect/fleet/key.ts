/**
 * Names and sources as numbers of 53 bits, the same on every machine: shares are dealt by them and surrogates seeded by
 * them, so that neither depends on how many workers there are. Of ten million texts two have the same number once in
 * 180 fleets; then two names count as one, which is no disaster. (Two rounds of MurmurHash3's mixing on either half:
 * A. Appleby, 2011, public domain.)
 */

/** A whole number in [0, 2^53). */
export function keyOf(text: string): number {
  let a = 0x9e3779b9;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x85ebca77);
    b = Math.imul(b ^ c, 0xc2b2ae3d);
  }
  a = mixed(a ^ text.length);
  b = mixed(b ^ a);
  return (b & 0x1fffff) * 4294967296 + a;
}

/** Which of so many shares a key belongs to. */
export function shareOf(key: number, shares: number): number {
  return key % shares;
}

/** A whole number in [0, below) from a key and a round, as good as drawn. */
export function drawnFor(key: number, round: number, below: number): number {
  const low = mixed((key >>> 0) ^ Math.imul(round + 1, 0x9e3779b9));
  const h = mixed(low ^ Math.floor(key / 4294967296));
  return Math.floor((h / 4294967296) * below);
}

/** Murmur3's finaliser: every bit of the result hangs on every bit of `x`. */
function mixed(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
