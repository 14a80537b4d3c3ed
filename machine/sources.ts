/**
 * Sources as codes: `number << 2 | isText << 1 | isAddress`; 0 is none. IPv4 addresses are numbers, IPv6 addresses and
 * host names texts. Read are only those that are canonical as they stand (src/parse/source.ts says which); whatever
 * else may be a source is left to the readable path.
 */
import { AddressTable, Dictionary } from './dictionary';
import { take } from './memory';

export const addresses = new AddressTable();
export const sourceTexts = new Dictionary();

let addressOf: usize = 0;
let addressCapacity: u32 = 0;

export function beginSources(): void {
  addresses.start(4096);
  sourceTexts.start(1024);
  addressCapacity = 4096;
  addressOf = take(<usize>addressCapacity * 4);
}

/** Where the IPv4 addresses are by their numbers. */
export function addressList(): usize {
  return addressOf;
}

/** The IPv4 address with this number. */
export function addressAt(number: u32): u32 {
  return load<u32>(addressOf + ((<usize>number) << 2));
}

export function addressCode(address: u32): u32 {
  const slot = addresses.slot(address);
  let number = load<u32>(slot, 4);
  if (number == 0) {
    number = addresses.count;
    store<u32>(slot, number, 4);
    if (number >= addressCapacity) {
      const larger = take(<usize>addressCapacity * 8);
      memory.copy(larger, addressOf, <usize>addressCapacity * 4);
      addressOf = larger;
      addressCapacity *= 2;
    }
    store<u32>(addressOf + ((<usize>number) << 2), address);
  }
  return (number << 2) | 1;
}

export function textCode(at: usize, length: u32, isAddress: bool): u32 {
  return (sourceTexts.number(at, length) << 2) | 2 | (isAddress ? 1 : 0);
}

// what was read of a source; its number is looked up when the whole line is understood (waiting.ts)
export const NO_SOURCE: u32 = 0;
export const QUAD: u32 = 1;
export const NAME: u32 = 2;
export const IPV6: u32 = 3;

/** Behind the source that was read last, and where it begins; a dotted quad as a number. */
export let sourceEnd: usize = 0;
export let sourceAt: usize = 0;
export let quadRead: u32 = 0;

/** The least that a part of so many digits stands for: it has no leading zeros. */
// @ts-ignore: decorator
@inline
function leastOf(length: u32): u32 {
  return <u32>(0x640a0000 >> (length << 3)) & 0xff;
}

/** The digits, `length` of them and at most three, in front of `end`. */
// @ts-ignore: decorator
@inline
function part(end: usize, length: u32): u32 {
  const bytes = (load<u32>(end - 4) ^ 0x30303030) & <u32>(0xffffffff << (32 - (length << 3)));
  return ((bytes >> 8) & 0xff) * 100 + ((bytes >> 16) & 0xff) * 10 + (bytes >> 24);
}

/**
 * The dotted quad at `at`: QUAD, or NO_SOURCE. Ends at what is neither a digit nor a dot. All four parts are read side by
 * side: where the dots are is found in 16 bytes, and only the sum of all doubts is asked for.
 */
// @ts-ignore: decorator
@inline
function quad(at: usize): u32 {
  const v = v128.load(at);
  let dots = i8x16.bitmask(i8x16.eq(v, i8x16.splat(46)));
  const all = dots | i8x16.bitmask(i8x16.lt_u(i8x16.sub(v, i8x16.splat(48)), i8x16.splat(10)));
  const length = <u32>ctz(~all);
  dots &= (1 << length) - 1;
  if (popcnt(dots) != 3 || length > 15) return 0;
  const d1 = <u32>ctz(dots);
  dots &= dots - 1;
  const d2 = <u32>ctz(dots);
  dots &= dots - 1;
  const d3 = <u32>ctz(dots);
  const l1 = d1;
  const l2 = d2 - d1 - 1;
  const l3 = d3 - d2 - 1;
  const l4 = length - d3 - 1;
  // each of one to three digits
  if (((l1 - 1) | (l2 - 1) | (l3 - 1) | (l4 - 1)) > 3 || l1 > 3 || l2 > 3 || l3 > 3 || l4 > 3) return 0;
  const a = part(at + d1, l1);
  const b = part(at + d2, l2);
  const c = part(at + d3, l3);
  const d = part(at + length, l4);
  const isWrong =
    <u32>((a | b | c | d) > 255) |
    <u32>(a < leastOf(l1)) |
    <u32>(b < leastOf(l2)) |
    <u32>(c < leastOf(l3)) |
    <u32>(d < leastOf(l4));
  if (isWrong != 0) return 0;
  sourceEnd = at + length;
  quadRead = (a << 24) | (b << 16) | (c << 8) | d;
  return QUAD;
}

/** The canonical address at `at`, which a blank, a bracket or the end must follow: what it is, or NO_SOURCE. */
export function readAddress(at: usize, end: usize): u32 {
  let kind = quad(at);
  if (kind == NO_SOURCE) kind = readIpv6(at);
  if (kind == NO_SOURCE || sourceEnd == end) return kind;
  const c = <u32>load<u8>(sourceEnd);
  return c == 32 || c == 93 ? kind : NO_SOURCE;
}

/** An address or a host name that is canonical as it stands, with a blank or the end behind it. */
export function readSource(at: usize, end: usize): u32 {
  let kind = quad(at);
  if (kind == NO_SOURCE) kind = readIpv6(at);
  if (kind != NO_SOURCE && (sourceEnd == end || load<u8>(sourceEnd) == 32)) return kind;
  return readName(at, end);
}

const GROUPS: usize = memory.data(32);

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function readIpv6(at: usize): u32 {
  let p = at;
  let groups = 0;
  let gap = -1;
  if (load<u8>(p) == 58) {
    if (load<u8>(p + 1) != 58) return 0;
    gap = 0;
    p += 2;
  }
  while (true) {
    let value: u32 = 0;
    let digits = 0;
    while (true) {
      const c = <u32>load<u8>(p);
      let d: u32 = 0;
      if (c - 48 < 10) d = c - 48;
      else if (c - 97 < 6) d = c - 87;
      else break;
      if (digits > 0 && value == 0) return 0;
      value = (value << 4) | d;
      digits++;
      p++;
      if (digits > 4) return 0;
    }
    if (digits == 0) {
      // only right behind `::`, at the very end
      if (gap != groups || groups > 7) return 0;
      break;
    }
    if (groups == 8) return 0;
    store<u32>(GROUPS + ((<usize>groups) << 2), value);
    groups++;
    if (load<u8>(p) != 58) break;
    const next = <u32>load<u8>(p + 1);
    if (next == 58) {
      if (gap >= 0) return 0;
      gap = groups;
      p += 2;
    } else {
      // `2001:db8::1: ` is an address and a colon
      if (!(next - 48 < 10 || next - 97 < 6)) break;
      p++;
    }
  }
  const length = <u32>(p - at);
  if (length < 2 || length > 39) return 0;
  if (gap < 0) {
    if (groups != 8) return 0;
  } else if (groups > 6) return 0;
  // the longest run of zeros outside the gap must be shorter, before it, or not longer, behind it
  const gapLength = gap < 0 ? 1 : 8 - groups;
  let run = 0;
  for (let i = 0; i < groups; i++) {
    if (i == gap) run = 0;
    if (load<u32>(GROUPS + ((<usize>i) << 2)) == 0) {
      run++;
      if (run > 1 && (gap < 0 || run > gapLength || (run == gapLength && i < gap))) return 0;
      // a zero beside the gap belongs into it
      if (gap >= 0 && (i == gap - 1 || i == gap)) return 0;
    } else run = 0;
  }
  // ::ffff:192.0.2.1 in hexadecimal stands for an IPv4 address
  if (gap == 0 && groups == 3 && load<u32>(GROUPS) == 0xffff) return 0;
  sourceEnd = p;
  sourceAt = at;
  return IPV6;
}

/** A host name in lower case whose last label begins with a letter, so that it is no address. */
function readName(at: usize, end: usize): u32 {
  let p = at;
  let before: u32 = 46;
  let label = at;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c - 97 < 26 || c - 48 < 10 || c == 95) {
      // part of a label
    } else if (c == 46) {
      if (before == 46 || before == 45) return 0;
      label = p + 1;
    } else if (c == 45) {
      if (before == 46) return 0;
    } else if (c == 32) break;
    else return 0;
    before = c;
  }
  const length = <u32>(p - at);
  if (length == 0 || length > 255 || before == 46 || before == 45) return 0;
  if (<u32>load<u8>(label) - 97 >= 26) return 0;
  sourceEnd = p;
  sourceAt = at;
  return NAME;
}
