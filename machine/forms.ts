/**
 * Messages by the program of the forms, which src/parse/fast/program.ts makes of their templates. A form is a row of
 * steps, tried from left to right without going back but over an optional part; fields are single words of visible
 * ASCII. What fits no form is left to the readable path: so a step may refuse whatever it is not sure of.
 */
import { digits, digitsEnd, lowBytes, visibleEnd } from './memory';
import { NO_SOURCE, readAddress, readSource, sourceEnd } from './sources';
import { moduleKind } from './first-words';
import { forms, methodClass, methods } from './state';
import { askMethod } from './outside';

// the same numbers as in src/parse/fast/program.ts
const LITERAL = 0;
const END = 1;
const ANY = 2;
const USER = 4;
const SOURCE = 5;
const ADDRESS = 6;
const PORT = 7;
const METHOD = 8;
const COUNT = 9;
const INVALID = 10;
const STATE = 11;
const WORD = 12;
const NUMBER = 13;
const BLANKS = 14;
const KEY = 15;
const PAM_ERROR = 16;
const OPTION = 17;
const EITHER = 19;
const NOT = 20;
const LAST = 21;
const WITHOUT = 22;
const MODULE_KIND = 23;
const ABSENT = 24;

const STEP: usize = 48;
const HEAD: usize = 32;

export let userAt: usize = 0;
export let userEnd: usize = 0;
/** What the source is (sources.ts), and where it ends. */
export let source: u32 = 0;
export let sourceStop: usize = 0;
export let portPlus1: u32 = 0;
export let known: u32 = 0;
export let method: u32 = 0;
export let count: u32 = 0;
let lastMethod: v128 = i64x2.splat(0);
let lastMethodCode: u32 = 0;
/** The first form of the list that fits the whole of `start` to `end`; 0 where none surely does. */
export function match(list: usize, start: usize, end: usize): usize {
  let form = list;
  while (true) {
    if (fits(form, start, end)) return form;
    const next = load<u32>(form);
    if (next == 0) return 0;
    form = forms + next;
  }
}

function fits(form: usize, start: usize, end: usize): bool {
  let p = start;
  let step = form + HEAD;
  let otherwise: usize = 0;
  let otherwiseAt: usize = 0;
  userAt = 0;
  source = NO_SOURCE;
  portPlus1 = 0;
  known = 0;
  method = 0;
  count = 1;
  while (true) {
    let fitting = true;
    switch (<i32>load<u8>(step)) {
      case LITERAL: {
        const differing = v128.and(v128.xor(v128.load(p), v128.load(step, 16)), v128.load(step, 32));
        if (v128.any_true(differing)) fitting = false;
        else p += load<u8>(step, 1);
        break;
      }
      case END:
        if (p == end) return true;
        fitting = false;
        break;
      case ANY:
        if (p <= end) return true;
        fitting = false;
        break;
      case USER: {
        const stop = <u32>load<u8>(step, 1);
        userAt = p;
        // up to what is no visible ASCII, a bracket, or the text that follows
        while (true) {
          const v = v128.load(p);
          const bits = i8x16.bitmask(
            v128.or(
              i8x16.gt_u(i8x16.sub(v, i8x16.splat(33)), i8x16.splat(93)),
              v128.or(i8x16.eq(v, i8x16.splat(40)), i8x16.eq(v, i8x16.splat(<i8>stop))),
            ),
          );
          if (bits != 0) {
            p += ctz(bits);
            break;
          }
          p += 16;
        }
        if (p > end) p = end;
        userEnd = p;
        if (p - userAt > 255) fitting = false;
        break;
      }
      case SOURCE:
        source = readSource(p, end);
        if (source == NO_SOURCE) fitting = false;
        else p = sourceStop = sourceEnd;
        break;
      case ADDRESS:
        source = readAddress(p, end);
        if (source == NO_SOURCE) fitting = false;
        else p = sourceStop = sourceEnd;
        break;
      case PORT: {
        const value = digits(p, 5);
        if (digitsEnd == 0) fitting = false;
        else {
          portPlus1 = value > 65535 ? 0 : value + 1;
          p = digitsEnd;
        }
        break;
      }
      case METHOD: {
        const from = p;
        p = visibleEnd(p);
        const length = <u32>(p - from);
        if (length == 0 || length > 100) fitting = false;
        else if (
          length < 16 &&
          !v128.any_true(v128.xor(v128.and(v128.load(from), lowBytes(length + 1)), lastMethod))
        ) {
          // with the byte behind it, which is none of a method's
          method = lastMethodCode;
        } else {
          const number = methods.number(from, length);
          if (number >= 2000) return false;
          let code = <u32>load<u16>(methodClass + ((<usize>number) << 1));
          if (code == 0) {
            code = askMethod(<u32>from, length) + 1;
            store<u16>(methodClass + ((<usize>number) << 1), <u16>code);
          }
          method = code - 1;
          if (length < 16) {
            lastMethod = v128.and(v128.load(from), lowBytes(length + 1));
            lastMethodCode = method;
          }
        }
        break;
      }
      case COUNT: {
        const value = digits(p, 9);
        if (digitsEnd == 0) fitting = false;
        else {
          count = value > 1000 ? 1000 : value;
          p = digitsEnd;
        }
        break;
      }
      case INVALID: {
        // `invalid user ` or `illegal user `
        const word = load<u64>(p);
        if ((word == 0x2064696c61766e69 || word == 0x206c6167656c6c69) && load<u32>(p + 8) == 0x72657375 && load<u8>(p + 12) == 32) {
          known = 1;
          p += 13;
        } else known = 2;
        break;
      }
      case STATE: {
        if (load<u64>(p) == 0x2064696c61766e69 && load<u32>(p + 8) == 0x72657375) {
          known = 1;
          p += 12;
        } else if (
          load<u64>(p) == 0x69746e6568747561 && // authenti
          load<u64>(p + 8) == 0x7520676e69746163 && // cating u
          (load<u32>(p + 16) & 0xffffff) == 0x726573 // ser
        ) {
          known = 2;
          p += 19;
        } else fitting = false;
        break;
      }
      case WORD: {
        const from = p;
        p = visibleEnd(p);
        if (p - from > 300 || p > end) fitting = false;
        break;
      }
      case NUMBER: {
        if (load<u8>(p) == 45) p++;
        const from = p;
        while (<u32>load<u8>(p) - 48 < 10) p++;
        if (p == from || p - from > 20) fitting = false;
        break;
      }
      case BLANKS: {
        const from = p;
        while (load<u8>(p) == 32 && p < end) p++;
        if (p - from > 8 || p - from < <usize>load<u8>(step, 1)) fitting = false;
        break;
      }
      case KEY: {
        const from = p;
        p = visibleEnd(p);
        if (p == from || p - from > 300) fitting = false;
        else if (p < end && load<u8>(p) == 32) {
          const second = ++p;
          p = visibleEnd(p);
          if (p - second > 300) fitting = false;
        }
        break;
      }
      case PAM_ERROR: {
        // up to the first ` for `, in visible ASCII; not one of the three texts that contain one
        const word = load<u64>(p);
        // `Have exh`, `No accou`, `Conversa`
        if (word == 0x6878652065766148 || word == 0x756f636361206f4e || word == 0x61737265766e6f43) {
          fitting = false;
          break;
        }
        while (true) {
          const c = <u32>load<u8>(p);
          if (c - 32 > 94 || p >= end) {
            fitting = false;
            break;
          }
          if (c == 32 && load<u32>(p + 1) == 0x20726f66) break;
          p++;
        }
        break;
      }
      case OPTION:
        otherwise = forms + load<u32>(step, 4);
        otherwiseAt = p;
        break;
      case EITHER: {
        // n literals behind each other, the first that fits is taken; an empty one at the end fits always
        const n = <u32>load<u8>(step, 1);
        let found = false;
        for (let i: u32 = 0; i < n; i++) {
          step += STEP;
          if (!found && !v128.any_true(v128.and(v128.xor(v128.load(p), v128.load(step, 16)), v128.load(step, 32)))) {
            found = true;
            p += load<u8>(step, 1);
          }
        }
        if (!found) fitting = false;
        break;
      }
      case NOT: {
        // the whole text must not begin so
        const n = <u32>load<u8>(step, 1);
        let differs = false;
        let q = start;
        for (let i: u32 = 0; i < n; i++) {
          step += STEP;
          if (v128.any_true(v128.and(v128.xor(v128.load(q), v128.load(step, 16)), v128.load(step, 32)))) differs = true;
          q += load<u8>(step, 1);
        }
        if (!differs) return false;
        break;
      }
      case LAST: {
        // to the last place at which this literal stands
        const length = <usize>load<u8>(step, 1);
        let q = end - length;
        for (; q >= p; q--) {
          if (!v128.any_true(v128.and(v128.xor(v128.load(q), v128.load(step, 16)), v128.load(step, 32)))) break;
        }
        if (q < p) fitting = false;
        else p = q;
        break;
      }
      case WITHOUT: {
        // the rest must not contain this literal
        const length = <usize>load<u8>(step, 1);
        for (let q = p; q + length <= end; q++) {
          if (!v128.any_true(v128.and(v128.xor(v128.load(q), v128.load(step, 16)), v128.load(step, 32)))) return false;
        }
        break;
      }
      case ABSENT: {
        // the whole text must not contain this literal
        const length = <usize>load<u8>(step, 1);
        for (let q = start; q + length <= end; q++) {
          if (!v128.any_true(v128.and(v128.xor(v128.load(q), v128.load(step, 16)), v128.load(step, 32)))) return false;
        }
        break;
      }
      case MODULE_KIND:
        if ((<u32>load<u8>(step, 1) & (1 << moduleKind)) == 0) return false;
        break;
      default:
        return false;
    }
    if (fitting) {
      step += STEP;
      if (p > end) return false;
    } else {
      if (otherwise == 0) return false;
      step = otherwise;
      p = otherwiseAt;
      otherwise = 0;
    }
  }
}
