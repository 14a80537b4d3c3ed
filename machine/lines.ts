/**
 * Bytes of a block to events: which lines are of sshd, and what they tell. A line that is not surely like the readable
 * path would read it becomes an event of its own (`EVENT_UNSURE`), in its place in the order.
 *
 * Times: lines of the same quarter of an hour, by the wall, differ in minutes and seconds only. The first of each such
 * window is an event (`EVENT_WINDOW`), of which the outside makes a time; the others are counted from it.
 */
import { PREAUTH, POSTAUTH } from './words';
import { MODULE_WORDS, PLAIN_WORDS, formsAt, module, readModule } from './first-words';
import {
  count,
  known,
  match,
  method,
  portPlus1,
  source,
  sourceStop,
  userAt,
  userEnd,
} from './forms';
import { digits, digitsEnd, lowBytes, newline } from './memory';
import { askProgram } from './outside';
import { forgetWindow, second, stampEnd, windowStamp, windowTold } from './stamps';
import { IPV6, NO_SOURCE, QUAD, quadRead, sourceAt } from './sources';
import {
  EVENT,
  EVENT_END,
  EVENT_LINE,
  EVENT_UNSURE,
  EVENT_WINDOW,
  MOST_CLASSES,
  MOST_EVENTS,
  events,
  programClass,
  programs,
  sensors,
} from './state';
import { NOTHING, lookUp, wait } from './waiting';

/** Seconds since the window's beginning: of the latest stamp and of the last, since the last event that says so. */
let greatest: i32 = -1;
let latest: i32 = -1;

let host: v128 = i64x2.splat(0);
let hostMask: v128 = i64x2.splat(0);
let hostLength: usize = 0;
let hostSensor: u32 = 0;

let lines: u32 = 0;
let serviceLines: u32 = 0;
let toldSensor: u32 = 0;

let event: usize = 0;
let origin: usize = 0;
let before: usize = 0;

/** Where the last scan stopped. */
export let scanned: usize = 0;

/** Lines at a file's beginning that may be something else: the header of a table. */
let heads: u32 = 0;

/** A new window is to be found: another file begins, whose first `unsureLines` are left to the outside. */
export function beginFile(unsureLines: u32): void {
  forgetWindow();
  greatest = latest = -1;
  heads = unsureLines;
}

/** Behind a line that was too long for a block, and that the outside has read. */
export function afterLong(): void {
  forgetWindow();
  greatest = latest = -1;
  if (heads > 0) heads--;
}

// @ts-ignore: decorator
@inline
function special(what: u8, at: usize, length: usize): void {
  store<u8>(event, what);
  store<i16>(event, <i16>greatest, 2);
  store<i16>(event, <i16>latest, 4);
  store<u32>(event, <u32>(at - origin), 8);
  store<u32>(event, <u32>length, 12);
  store<u32>(event, lines, 16);
  store<u32>(event, serviceLines, 20);
  store<u32>(event, toldSensor, 24);
  store<i32>(event, before == 0 ? -1 : <i32>(before - origin), 28);
  greatest = latest = -1;
  lines = serviceLines = toldSensor = 0;
  event += EVENT;
}

/** The line at `p` is surely read, and so is its stamp. */
// @ts-ignore: decorator
@inline
function takeStamp(p: usize): void {
  if (windowStamp != 0) {
    special(EVENT_WINDOW, p, windowStamp);
    windowTold();
  } else {
    latest = second;
    if (<i32>second > greatest) greatest = second;
  }
}

/** A host name: visible ASCII up to a blank, no tag. Its end, or 0. */
function readHost(at: usize): usize {
  let p = at;
  const c = load<u8>(p);
  if (c == 60) return 0;
  while (<u32>load<u8>(p) - 33 <= 93) p++;
  const length = p - at;
  if (length == 0 || length > 255 || load<u8>(p) != 32 || load<u8>(p - 1) == 58) return 0;
  hostSensor = sensors.number(at, <u32>length);
  if (length < 16) {
    hostMask = lowBytes(<u32>length + 1);
    host = v128.and(v128.load(at), hostMask);
    hostLength = length;
  } else hostLength = 0;
  return p;
}

/** Scans whole lines from `from` to `to`, the byte behind the last newline, as far as there is room for events. */
export function scan(from: usize, to: usize): u32 {
  event = events;
  origin = from;
  before = 0;
  const full = events + EVENT * (MOST_EVENTS - 4);
  let p = from;
  while (p < to && event < full) {
    const next = readLine(p);
    before = p;
    p = next;
  }
  lookUp();
  scanned = p;
  special(EVENT_END, p, 0);
  return <u32>((event - events) / EVENT);
}

// @ts-ignore: decorator
@inline
function unsure(p: usize): usize {
  // it may hold a record with a time of its own, behind which the window's may not hold
  forgetWindow();
  const end = newline(p);
  special(EVENT_UNSURE, p, end - p);
  return end + 1;
}

/** `last` or `[ID `: what may repeat the line before. */
// @ts-ignore: decorator
@inline
function mayRepeat(at: usize): bool {
  const word = load<u32>(at);
  return word == 0x7473616c || word == 0x2044495b;
}

// @ts-ignore: decorator
@inline
function unsureTo(p: usize, end: usize): usize {
  // its stamp is the line's own, which the readable path takes
  if (windowStamp != 0) {
    forgetWindow();
  }
  special(EVENT_UNSURE, p, end - p);
  return end + 1;
}

/**
 * Whether a module of PAM may tell of an attempt in the name of another program: behind its name an `a`
 * (`authentication failure`) or a number of them.
 */
function mayTellOfModule(at: usize, end: usize): bool {
  const colon = i8x16.splat(58);
  const blank = i8x16.splat(32);
  for (let p = at; p < end; p += 16) {
    const bits = i8x16.bitmask(v128.and(i8x16.eq(v128.load(p), colon), i8x16.eq(v128.load(p, 1), blank)));
    if (bits == 0) continue;
    const behind = p + ctz(bits) + 2;
    if (behind > end) return false;
    const c = <u32>load<u8>(behind);
    return c == 97 || c - 48 < 10;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function readLine(p: usize): usize {
  let q = stampEnd(p);
  if (heads > 0) {
    heads--;
    return unsure(p);
  }
  if (q == 0) return unsure(p);
  q++;
  if (hostLength != 0 && !v128.any_true(v128.xor(v128.and(v128.load(q), hostMask), host))) q += hostLength + 1;
  else {
    q = readHost(q);
    if (q == 0) return unsure(p);
    q++;
  }
  // the program: `sshd[` by far the most
  const name = q;
  let pid: u32 = 0;
  let hasPid: u32 = 0;
  let what: u32;
  let c: u32;
  if (load<u32>(q) == 0x64687373 && load<u8>(q + 4) == 91) {
    what = 2;
    c = 91;
    q += 4;
  } else {
    const v = v128.load(q);
    const bits = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(91)), i8x16.eq(v, i8x16.splat(58))));
    if (bits == 0) {
      while (true) {
        c = load<u8>(q);
        if (c == 91 || c == 58) break;
        if (c - 33 > 93 || c == 40) return unsure(p);
        q++;
      }
      const length = <u32>(q - name);
      if (length > 64) return unsure(p);
      what = classOf(name, length);
    } else {
      const length = ctz(bits);
      if (length == 0) return unsure(p);
      const key = v128.and(v, lowBytes(length));
      const lo = i64x2.extract_lane(key, 0);
      const slot = PROGRAM_CACHE + (<usize>((<u64>lo * 0x9ddfea08eb382d69) >> 59) << 5);
      if (v128.any_true(v128.xor(v128.load(slot), key)) || load<u32>(slot, 16) != length) {
        for (let i: usize = 0; i < <usize>length; i++) {
          const d = <u32>load<u8>(name + i);
          if (d - 33 > 93 || d == 40) return unsure(p);
        }
        v128.store(slot, key);
        store<u32>(slot, length, 16);
        store<u32>(slot, classOf(name, length), 20);
      }
      what = load<u32>(slot, 20);
      q += length;
      c = load<u8>(q);
    }
    if (what == 3) return unsure(p);
  }
  if (c == 91) {
    hasPid = 1;
    pid = digits(q + 1, 9);
    // `]: `
    if (digitsEnd == 0 || (load<u32>(digitsEnd) & 0xffffff) != 0x203a5d) return unsure(p);
    q = digitsEnd + 3;
  } else {
    if (load<u8>(q + 1) != 32) return unsure(p);
    q += 2;
  }
  // an empty message
  if (load<u8>(q) == 10) return unsure(p);
  if (mayRepeat(q)) return unsure(p);
  const end = newline(q);
  if (what == 1) {
    if (load<u32>(q) == 0x5f6d6170 && mayTellOfModule(q, end)) return unsureTo(p, end);
    takeStamp(p);
    lines++;
    return end + 1;
  }
  if (load<u8>(end - 1) == 13 || !readMessage(p, q, end, pid, hasPid)) return unsureTo(p, end);
  lines++;
  serviceLines++;
  return end + 1;
}

/** What the outside says of the program with this name, plus 1; 3 where there are too many. */
function classOf(name: usize, length: u32): u32 {
  const number = programs.number(name, length);
  if (number >= MOST_CLASSES) return 3;
  let what = <u32>load<u8>(programClass + number);
  if (what == 0) {
    what = askProgram(<u32>name, length) + 1;
    store<u8>(programClass + number, <u8>what);
  }
  return what;
}

/** 32 names of programs, by their first 8 bytes: name, length, class. */
const PROGRAM_CACHE: usize = memory.data(1024);

/** Longer ones the readable path does not hold against all forms (LONGEST_OF_MORE in src/parse/message.ts). */
const LONGEST: usize = 2048;

/** Whether the message was surely read; what tells anything is an event. */
function readMessage(line: usize, from: usize, to: usize, pid: u32, hasPid: u32): bool {
  if (to - from > LONGEST) return false;
  let start = from;
  let end = to;
  let repeats: u32 = 1;
  if (load<u64>(start) == 0x206567617373656d) {
    // `message repeated 3 times: [ ..]`
    if (load<u64>(start + 8) != 0x6465746165706572 || load<u8>(start + 16) != 32) return false;
    const value = digits(start + 17, 9);
    if (digitsEnd == 0) return false;
    const q = digitsEnd;
    // ` times: [`
    if (load<u64>(q) != 0x203a73656d697420 || load<u8>(q + 8) != 91 || load<u8>(end - 1) != 93) return false;
    repeats = value > 1000 ? 1000 : value;
    start = q + 9;
    end--;
    if (load<u8>(start) == 32) start++;
  }
  const first = load<u64>(start);
  if ((first & 0xffffffffffffff) == 0x203a726f727265) start += 7; // `error: `
  if ((load<u64>(start) & 0xffffffffffffff) == 0x203a6c61746166) start += 7; // `fatal: `
  if (end < start + 11) return false;
  // suffixes
  if (load<u8>(end - 1) == 93) {
    const tail = v128.load(end - 16);
    if (!v128.any_true(v128.and(v128.xor(tail, v128.load(PREAUTH)), v128.load(PREAUTH + 16)))) end -= 10;
    else if (!v128.any_true(v128.and(v128.xor(tail, v128.load(POSTAUTH)), v128.load(POSTAUTH + 16)))) end -= 11;
  }
  let list: usize;
  let at = start;
  let spoke: u32 = 0;
  if (load<u32>(start) == 0x5f6d6170) {
    at = readModule(start);
    if (at == 0 || at >= end) return false;
    spoke = module;
    list = formsAt(MODULE_WORDS, at, end);
  } else list = formsAt(PLAIN_WORDS, start, end);
  if (list == 0) return false;
  const form = match(list, at, end);
  if (form == 0) return false;
  takeStamp(line);
  const tells = load<u8>(form, 4);
  if (tells == 0) return true;
  const fixedUser = load<u32>(form, 8);
  const told = load<u8>(form, 5);
  const fixedMethod = <u32>load<u8>(form, 6);
  const code = fixedMethod != 0 ? fixedMethod : method;
  const record = event;
  store<u8>(record, EVENT_LINE);
  store<u8>(record, tells, 1);
  store<u16>(record, <u16>second, 2);
  store<u32>(record, pid, 4);
  store<u32>(record, hostSensorNow(), 8);
  store<u32>(record, 0, 12);
  store<u32>(record, fixedUser, 16);
  store<u32>(record, portPlus1, 20);
  let counted = count * repeats;
  if (counted > 1000) counted = 1000;
  store<u16>(record, <u16>counted, 24);
  store<u8>(record, told == 3 ? <u8>known : told, 26);
  store<u8>(record, <u8>(hasPid | load<u8>(form, 7) | ((code >> 2) & 12)), 27);
  store<u8>(record, <u8>(code & 15), 28);
  store<u16>(record, <u16>spoke, 30);
  if (source != NO_SOURCE || userAt != 0) {
    const isQuad = source == QUAD;
    wait(
      record,
      isQuad ? quadRead : <u32>sourceAt,
      isQuad ? 0 : source == NO_SOURCE ? NOTHING : <u32>(sourceStop - sourceAt),
      source == IPV6,
      userAt,
      userAt == 0 ? NOTHING : <u32>(userEnd - userAt),
    );
  }
  event = record + EVENT;
  return true;
}

// @ts-ignore: decorator
@inline
function hostSensorNow(): u32 {
  toldSensor = hostSensor;
  return hostSensor;
}
