/** Which forms a message may fit: by its first word, and by whether a PAM module speaks. */
import { lowBytes } from './memory';
import { forms, modules } from './state';
import { askForms } from './outside';

/** The table of first words: of messages, and of messages behind a module's name. */
const WORDS: u32 = 1024;
const WORD_SLOT: usize = 32;
export const PLAIN_WORDS: usize = 0;
export const MODULE_WORDS: usize = <usize>WORDS * WORD_SLOT;

/** Of the module that spoke: 0 none, 1 pam_unix, 2 another, 3 neither (pam_unix_auth). */
export let moduleKind: u32 = 0;
export let module: u32 = 0;

/** `pam_unix(sshd:auth): `; behind the blank, or 0. */
export function readModule(at: usize): usize {
  let p = at + 4;
  for (; p < at + 45; p++) {
    const c = <u32>load<u8>(p);
    if (!((c | 32) - 97 < 26 || c - 48 < 10 || c == 95)) break;
  }
  const length = <u32>(p - at);
  if (length < 5 || length > 44) return 0;
  const c = load<u8>(p);
  if (c == 40) {
    const from = ++p;
    while (true) {
      const d = <u32>load<u8>(p);
      if (d == 41) break;
      if (d <= 32 || d == 40 || d > 126 || p - from >= 80) return 0;
      p++;
    }
    p++;
  } else if (c == 91) {
    const from = ++p;
    while (<u32>load<u8>(p) - 48 < 10) p++;
    if (p == from || p - from > 10 || load<u8>(p) != 93) return 0;
    p++;
  }
  if (load<u16>(p) != 0x203a) return 0; // `: `
  const isUnix = length >= 8 && load<u32>(at + 4) == 0x78696e75;
  moduleKind = !isUnix ? 2 : length == 8 || (length == 9 && load<u8>(at + 8) == 50) ? 1 : 3;
  module = modules.number(at, length);
  return p + 2;
}

/** More different first words than the forms have are left to the readable path: they are a stranger's. */
const MOST_WORDS: u32 = 768;
let words: u32 = 0;
const NO_PROGRAM: u32 = 0xffffffff;

/** The forms whose messages begin with the word at `at`; 0 where the machine knows none. */
export function formsAt(table: usize, at: usize, end: usize): usize {
  const blank = i8x16.splat(32);
  let v = v128.load(at);
  let bits = i8x16.bitmask(i8x16.eq(v, blank));
  let length: u32;
  if (bits != 0) length = ctz(bits);
  else {
    length = 16;
    while (true) {
      bits = i8x16.bitmask(i8x16.eq(v128.load(at + length), blank));
      if (bits != 0) {
        length += ctz(bits);
        break;
      }
      length += 16;
      if (length > 48) return 0;
    }
  }
  if (at + length > end) {
    if (at >= end) return 0;
    length = <u32>(end - at);
  }
  v = v128.and(v, lowBytes(length < 16 ? length : 16));
  const lo = i64x2.extract_lane(v, 0);
  const hi = i64x2.extract_lane(v, 1);
  let h: u32 = (<u32>lo ^ <u32>(lo >> 32) * 31 ^ <u32>hi * 131 ^ <u32>(hi >> 32) * 1031 ^ length * 65599) * 0x9e3779b1;
  h >>= 22;
  while (true) {
    const slot = forms + table + ((<usize>h) << 5);
    const program = load<u32>(slot, 20);
    if (program == 0) {
      if (words >= MOST_WORDS) return 0;
      words++;
      const asked = askForms(table == MODULE_WORDS ? 1 : 0, <u32>at, length);
      store<u64>(slot, lo);
      store<u64>(slot, hi, 8);
      store<u32>(slot, length, 16);
      store<u32>(slot, asked == 0 ? NO_PROGRAM : asked, 20);
      return asked == 0 ? 0 : forms + asked;
    }
    if (load<u64>(slot) == lo && load<u64>(slot, 8) == hi && load<u32>(slot, 16) == length)
      return program == NO_PROGRAM ? 0 : forms + program;
    h = (h + 1) & (WORDS - 1);
  }
}
