/**
 * The records of connections. One has a serial number; its record stands at the serial modulo the size of a ring, which
 * doubles when it is half full. The living ones form a list in the order of their beginning.
 */
import { take } from './memory';

@unmanaged
export class Connection {
  lastHeard: f64;
  /** NaN where none did. */
  openedAt: f64;
  /** When it was heard first. */
  begun: f64;
  serial: u32;
  sensor: u32;
  source: u32;
  pid: u32;
  port: i32;
  user: u32;
  judged: u32;
  prompted: u32;
  refused: u32;
  modules: u32;
  /** How many sure attempts there are; those from `told` on wait in the list. */
  sure: u32;
  told: u32;
  moduleCounts: usize;
  moduleTimes: usize;
  moduleTimesEnd: usize;
  sureTimes: usize;
  sureTimesEnd: usize;
  keyTimes: usize;
  keyTimesEnd: usize;
  /** -1 where there is none; and what it was told last. */
  lastRow: i32;
  rowUser: u32;
  before: u32;
  after: u32;
  rowAccount: u8;
  rowMethod: u8;
  hasPid: u8;
  isLive: u8;
  account: u8;
  method: u8;
  keyMethod: u8;
  succeeded: u8;
  visits: u8;
  quietVisits: u8;
  hasSure: u8;
  hasKeys: u8;
}

/** Two lines of cache. */
const SIZE: usize = 128;
const NONE: u32 = 0xffffffff;

let ring: usize = 0;
let ringMask: u32 = 0;
let nextSerial: u32 = 1;
/** How many live. */
export let live: u32 = 0;
/** Slots of the first and the last living connection, in the order of their beginning. */
let first: u32 = NONE;
let last: u32 = NONE;

export function beginRing(): void {
  ring = take(256 * SIZE);
  ringMask = 255;
}

// @ts-ignore: decorator
@inline
function at(slot: u32): Connection {
  return changetype<Connection>(ring + <usize>slot * SIZE);
}

/** The living connection with this serial, or null. */
// @ts-ignore: decorator
@inline
export function alive(serial: u32): Connection | null {
  const found = at(serial & ringMask);
  return found.serial == serial && found.isLive != 0 ? found : null;
}

/** Whether the connection with this serial is not over. */
export function isLiving(serial: u32): bool {
  return alive(serial) != null;
}

/** Serial of the living connection that began first, or of the next one to begin: all before it are over. */
// @ts-ignore: decorator
@inline
export function oldestSerial(): u32 {
  return first == NONE ? nextSerial : at(first).serial;
}

export function livingConnections(): u32 {
  return live;
}

/** The living connection that began first, or null. */
export function firstLiving(): Connection | null {
  return first == NONE ? null : at(first);
}

/** The one that began after it, or null. */
export function afterIt(c: Connection): Connection | null {
  return c.after == NONE ? null : at(c.after);
}

/** A new one, the last of the list. */
export function allotConnection(sensor: u32, pid: i64, time: f64): Connection {
  if (live * 2 > ringMask) growRing();
  while (nextSerial == 0 || at(nextSerial & ringMask).isLive != 0) nextSerial++;
  const serial = nextSerial++;
  const slot = serial & ringMask;
  const c = at(slot);
  const zero = i64x2.splat(0);
  for (let i: usize = 0; i < SIZE; i += 16) v128.store(changetype<usize>(c) + i, zero);
  c.serial = serial;
  c.isLive = 1;
  c.sensor = sensor;
  if (pid >= 0) {
    c.hasPid = 1;
    c.pid = <u32>pid;
  }
  c.port = -1;
  c.lastHeard = time;
  c.begun = time;
  c.openedAt = NaN;
  c.lastRow = -1;
  c.before = last;
  c.after = NONE;
  if (last == NONE) first = slot;
  else at(last).after = slot;
  last = slot;
  live++;
  return c;
}

/** Twice the ring: serials that differ modulo the old size differ modulo the new one. */
function growRing(): void {
  const old = ring;
  const size = ringMask + 1;
  ring = take(<usize>size * 2 * SIZE);
  ringMask = size * 2 - 1;
  for (let i: u32 = 0; i < size; i++) {
    const from = changetype<Connection>(old + <usize>i * SIZE);
    if (from.isLive == 0) continue;
    const to = from.serial & ringMask;
    memory.copy(ring + <usize>to * SIZE, changetype<usize>(from), SIZE);
  }
  // the list is of slots: once more along it, in the old ring
  let before = NONE;
  let slot = first;
  while (slot != NONE) {
    const from = changetype<Connection>(old + <usize>slot * SIZE);
    const to = from.serial & ringMask;
    at(to).before = before;
    if (before == NONE) first = to;
    else at(before).after = to;
    before = to;
    slot = from.after;
  }
  last = before;
  if (before != NONE) at(before).after = NONE;
}

/** Takes it out of the list; its record stays as it is until the ring comes round. */
export function drop(c: Connection): void {
  if (c.before == NONE) first = c.after;
  else at(c.before).after = c.after;
  if (c.after == NONE) last = c.before;
  else at(c.after).before = c.before;
  live--;
}
