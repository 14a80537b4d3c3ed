/**
 * Several lines, one attempt: the rules of src/parse/connections.ts, which explains them, over records in memory. Both
 * must make the same rows of the same lines; src/parse/fast/differential.test.ts holds them together.
 *
 * A connection has a serial number; its record stands at the serial modulo the size of a ring, which doubles when it is
 * half full. Who remembers a serial finds out by the record whether that connection still lives, so nothing needs to be
 * taken out of the tables of processes and endpoints: what is dead is dropped when they fill up.
 */
import { take } from './memory';
import { takeRows } from './outside';
import { Pairs } from './pairs';
import { allot, release } from './nodes';
import { beginReplays, forgetReplays, isReplay } from './replays';

const OVER_SECONDS: f64 = 300;
const SAME_GUESS_SECONDS: f64 = 60;
const MOST_CONNECTIONS: u32 = 100_000;

// kinds of telling, the same numbers as in src/parse/fast/program.ts
export const TELLS_CONTEXT: u32 = 1;
export const TELLS_SUCCESS: u32 = 2;
export const TELLS_VISIT: u32 = 3;
export const TELLS_QUIET_VISIT: u32 = 4;
export const TELLS_PAM_ERROR: u32 = 5;
export const TELLS_MODULE_FAILURE: u32 = 6;
export const TELLS_FAILURE: u32 = 7;

export const HAS_PID: u32 = 1;
export const IS_OPENING: u32 = 2;
export const IS_KEY: u32 = 4;
export const IS_PROMPTED: u32 = 8;

const ACCOUNT_UNKNOWN: u32 = 1;
const ACCOUNT_KNOWN: u32 = 2;
const METHOD_PASSWORD: u32 = 1;

@unmanaged
class Connection {
  serial: u32;
  isLive: u32;
  sensor: u32;
  source: u32;
  /** -1 where there is none. */
  pid: i64;
  port: i32;
  user: u32;
  lastHeard: f64;
  /** NaN where none did. */
  openedAt: f64;
  account: u32;
  method: u32;
  keyMethod: u32;
  succeeded: u32;
  judged: u32;
  prompted: u32;
  refused: u32;
  visits: u32;
  quietVisits: u32;
  modules: u32;
  moduleCounts: usize;
  moduleTimes: usize;
  moduleTimesEnd: usize;
  /** How many sure attempts there are; those from `told` on wait in the list. */
  sure: u32;
  hasSure: u32;
  sureTimes: usize;
  sureTimesEnd: usize;
  hasKeys: u32;
  keyTimes: usize;
  keyTimesEnd: usize;
  told: u32;
  /** -1 where there is none; and what it was told last. */
  lastRow: i32;
  rowUser: u32;
  rowAccount: u32;
  rowMethod: u32;
  before: u32;
  after: u32;
}

const SIZE: usize = 160;
const NONE: u32 = 0xffffffff;

let ring: usize = 0;
let ringMask: u32 = 0;
let nextSerial: u32 = 1;
let live: u32 = 0;
/** Slots of the first and the last living connection, in the order of their beginning. */
let first: u32 = NONE;
let last: u32 = NONE;

let lastSweep: f64 = NaN;
let linesSinceSweep: u32 = 0;
let sensorCount: u32 = 0;
let sensorRun: usize = 0;
let sensorCapacity: u32 = 0;
let run: u32 = 1;

const pairs = new Pairs();

/** The module that speaks where none is named. */
let pamUnix: u32 = 0;

// rows for the outside, in columns: time f64; source, user, sensor, codes u32
export const MOST_ROWS: usize = 8192;
export let rows: usize = 0;
export let rowCount: u32 = 0;
/** Rows appended since the beginning. */
let rowNumber: u32 = 0;
const TIMES: usize = 0;
const SOURCES: usize = MOST_ROWS * 8;
const USERS: usize = MOST_ROWS * 12;
const SENSORS: usize = MOST_ROWS * 16;
const CODES: usize = MOST_ROWS * 20;
// what is to be changed of rows: the row, a user, codes, and how many rows were there then
export const AMENDS: usize = MOST_ROWS * 24;
const MOST_AMENDS: u32 = 4096;
export let amendCount: u32 = 0;

export function beginConnections(defaultModule: u32): void {
  pamUnix = defaultModule;
  ring = take(256 * SIZE);
  ringMask = 255;
  sensorCapacity = 1024;
  sensorRun = take(<usize>sensorCapacity * 4);
  rows = take(MOST_ROWS * 24 + <usize>MOST_AMENDS * 16);
  processes = take(2048 * 16);
  processMask = 2047;
  endpoints = take(2048 * 16);
  endpointMask = 2047;
  pairs.start();
  beginReplays();
}

export function rowsTaken(): void {
  rowCount = 0;
  amendCount = 0;
}

// @ts-ignore: decorator
@inline
function at(slot: u32): Connection {
  return changetype<Connection>(ring + <usize>slot * SIZE);
}

// ---- tables: process (pid, sensor) and endpoint (source, sensor, port) to serial

let processes: usize = 0; // u64 key (sensor << 32 | pid), u32 serial, u32 unused
let processMask: u32 = 0;
let processCount: u32 = 0;
let endpoints: usize = 0; // u32 source, u32 sensor, u32 port, u32 serial
let endpointMask: u32 = 0;
let endpointCount: u32 = 0;

/** Port of the entry for a source whose lines have neither process nor port. */
const ANYWHERE: u32 = 0x10000;

// @ts-ignore: decorator
@inline
function spread(a: u64): u32 {
  let h = a * 0x9ddfea08eb382d69;
  h ^= h >> 32;
  h *= 0xff51afd7ed558ccd;
  return <u32>(h >> 40);
}

/** The living connection with this serial, or null. */
// @ts-ignore: decorator
@inline
function alive(serial: u32): Connection | null {
  const found = at(serial & ringMask);
  return found.serial == serial && found.isLive != 0 ? found : null;
}

function processSlot(sensor: u32, pid: u32): usize {
  const key = ((<u64>sensor) << 32) | <u64>pid;
  let i = spread(key) & processMask;
  while (true) {
    const slot = processes + ((<usize>i) << 4);
    if (load<u32>(slot, 8) == 0 || load<u64>(slot) == key) return slot;
    i = (i + 1) & processMask;
  }
}

function setProcess(sensor: u32, pid: u32, serial: u32): void {
  let slot = processSlot(sensor, pid);
  if (load<u32>(slot, 8) == 0) {
    if (++processCount * 2 > processMask) {
      cleanProcesses();
      slot = processSlot(sensor, pid);
      processCount++;
    }
    store<u64>(slot, ((<u64>sensor) << 32) | <u64>pid);
  }
  store<u32>(slot, serial, 8);
}

function cleanProcesses(): void {
  const old = processes;
  const size = processMask + 1;
  // nearly as many as there are connections stay
  const larger = live * 4 > size ? size * 2 : size;
  // two regions in turn: the one before has at least half the size
  processes = spareProcesses != 0 && spareProcessSize == larger ? spareProcesses : take(<usize>larger * 16);
  memory.fill(processes, 0, <usize>larger * 16);
  spareProcesses = old;
  spareProcessSize = size;
  processMask = larger - 1;
  processCount = 0;
  for (let i: u32 = 0; i < size; i++) {
    const from = old + ((<usize>i) << 4);
    const serial = load<u32>(from, 8);
    if (serial == 0 || alive(serial) == null) continue;
    const key = load<u64>(from);
    const slot = processSlot(<u32>(key >> 32), <u32>key);
    processCount++;
    store<u64>(slot, key);
    store<u32>(slot, serial, 8);
  }
}

let spareProcesses: usize = 0;
let spareProcessSize: u32 = 0;
let spareEndpoints: usize = 0;
let spareEndpointSize: u32 = 0;

function endpointSlot(sensor: u32, source: u32, port: u32): usize {
  let i = spread(((<u64>source) << 32) | <u64>(sensor << 17) ^ <u64>port ^ ((<u64>sensor) >> 15)) & endpointMask;
  while (true) {
    const slot = endpoints + ((<usize>i) << 4);
    if (
      load<u32>(slot, 12) == 0 ||
      (load<u32>(slot) == source && load<u32>(slot, 8) == port && load<u32>(slot, 4) == sensor)
    )
      return slot;
    i = (i + 1) & endpointMask;
  }
}

function setEndpoint(sensor: u32, source: u32, port: u32, serial: u32): void {
  let slot = endpointSlot(sensor, source, port);
  if (load<u32>(slot, 12) == 0) {
    if (++endpointCount * 2 > endpointMask) {
      cleanEndpoints();
      slot = endpointSlot(sensor, source, port);
      endpointCount++;
    }
    store<u32>(slot, source);
    store<u32>(slot, sensor, 4);
    store<u32>(slot, port, 8);
  }
  store<u32>(slot, serial, 12);
}

function cleanEndpoints(): void {
  const old = endpoints;
  const size = endpointMask + 1;
  const larger = live * 4 > size ? size * 2 : size;
  endpoints = spareEndpoints != 0 && spareEndpointSize == larger ? spareEndpoints : take(<usize>larger * 16);
  memory.fill(endpoints, 0, <usize>larger * 16);
  spareEndpoints = old;
  spareEndpointSize = size;
  endpointMask = larger - 1;
  endpointCount = 0;
  for (let i: u32 = 0; i < size; i++) {
    const from = old + ((<usize>i) << 4);
    const serial = load<u32>(from, 12);
    if (serial == 0 || alive(serial) == null) continue;
    const slot = endpointSlot(load<u32>(from, 4), load<u32>(from), load<u32>(from, 8));
    v128.store(slot, v128.load(from));
    endpointCount++;
  }
}

// ---- what a line tells

/** Takes what a line tells; `event` is a record of state.ts, `time` in seconds. */
export function tell(event: usize, time: f64): void {
  const tells = <u32>load<u8>(event, 1);
  const flags = <u32>load<u8>(event, 27);
  const sensor = load<u32>(event, 8);
  const source = load<u32>(event, 12);
  const user = load<u32>(event, 16);
  const portPlus1 = load<u32>(event, 20);
  const count = <u32>load<u16>(event, 24);
  const known = <u32>load<u8>(event, 26);
  const method = <u32>load<u8>(event, 28);
  const pid: i64 = (flags & HAS_PID) != 0 ? <i64>load<u32>(event, 4) : -1;
  const module = tells == TELLS_MODULE_FAILURE ? <u32>load<u16>(event, 30) : 0;
  const what = (tells << 24) | (known << 16) | (flags << 8) | method;
  if (
    isReplay(sensor, time, pid, portPlus1, count, ((<u64>source) << 32) | <u64>user, ((<u64>module) << 32) | <u64>what)
  )
    return;
  sweep(time);
  hear(sensor);
  const isOpening = tells == TELLS_VISIT && (flags & IS_OPENING) != 0;
  const c = find(sensor, pid, time, source, portPlus1, user, isOpening, tells == TELLS_CONTEXT && source == 0 && known == 0);
  if (changetype<usize>(c) == 0) return;

  // learn
  const heard = c.source;
  if (source != 0 && heard != 0 && ((source ^ heard) & 1) != 0) {
    if ((source & 1) != 0) pairs.alias(c.sensor, heard, source);
    else pairs.alias(c.sensor, source, heard);
  }
  if (source != 0 && (heard == 0 || ((source & 1) != 0 && (heard & 1) == 0))) c.source = source;
  if (portPlus1 != 0 && c.port < 0) c.port = <i32>portPlus1 - 1;
  if (user != 0 && (c.user == 0 || c.user == emptyUser)) c.user = user;
  if (known == 2) c.account = ACCOUNT_KNOWN;
  else if (known == 1 && c.account == 0) c.account = ACCOUNT_UNKNOWN;
  const isKey = (flags & IS_KEY) != 0;
  if (c.method == 0 && method != 0 && !isKey && (tells == TELLS_FAILURE || tells == TELLS_PAM_ERROR)) c.method = method;

  switch (<i32>tells) {
    case TELLS_SUCCESS:
      succeed(c, source, user, method, time);
      break;
    case TELLS_VISIT:
      if (isOpening) c.openedAt = time;
      c.visits = 1;
      raise(c, time, 0);
      break;
    case TELLS_QUIET_VISIT:
      c.quietVisits = 1;
      if (isKey) c.keyMethod = method;
      break;
    case TELLS_PAM_ERROR:
      c.refused += count;
      raise(c, time, method);
      break;
    case TELLS_MODULE_FAILURE:
      moduleFailed(c, <u32>load<u16>(event, 30), count, time);
      break;
    case TELLS_FAILURE:
      if (isKey) {
        c.hasKeys = 1;
        c.keyMethod = method;
        if (count > 0) {
          const node = allot(time, count, 0);
          if (c.keyTimes == 0) c.keyTimes = node;
          else store<u32>(c.keyTimesEnd, <u32>node, 12);
          c.keyTimesEnd = node;
        }
        break;
      }
      if ((flags & IS_PROMPTED) != 0) c.prompted += count;
      else c.judged += count;
      raise(c, time, method);
      break;
    default:
      break;
  }
}

/** The number of the user whose name is empty. */
let emptyUser: u32 = 0;
export function setEmptyUser(number: u32): void {
  emptyUser = number;
}

/** Counts every connection as over. */
export function finishConnections(): void {
  while (first != NONE) {
    const c = at(first);
    drop(c);
    close(c);
  }
  pairs.clear();
  forgetReplays();
  lastSweep = NaN;
  sensorCount = 0;
  run++;
}

function hear(sensor: u32): void {
  if (sensor >= sensorCapacity) {
    let larger = sensorCapacity * 2;
    while (larger <= sensor) larger *= 2;
    const moved = take(<usize>larger * 4);
    memory.copy(moved, sensorRun, <usize>sensorCapacity * 4);
    sensorRun = moved;
    sensorCapacity = larger;
  }
  const place = sensorRun + ((<usize>sensor) << 2);
  if (load<u32>(place) != run) {
    store<u32>(place, run);
    sensorCount++;
  }
}

// @ts-ignore: decorator
@inline
function belongs(c: Connection, pid: i64, time: f64, source: u32, portPlus1: u32, user: u32, isOpening: bool): bool {
  if (abs<f64>(time - c.lastHeard) > OVER_SECONDS) return false;
  if (c.succeeded != 0 && pid >= 0 && c.pid >= 0 && pid != c.pid) return false;
  if (portPlus1 != 0 && c.port >= 0 && c.port != <i32>portPlus1 - 1) return false;
  if ((source & 1) != 0 && (c.source & 1) != 0 && source != c.source) return false;
  if (isOpening && !isNaN(c.openedAt)) return c.user == user && time - c.openedAt < 2;
  return true;
}

function find(
  sensor: u32,
  pid: i64,
  time: f64,
  source: u32,
  portPlus1: u32,
  user: u32,
  isOpening: bool,
  beginsNone: bool,
): Connection {
  let found: Connection | null = null;
  if (pid >= 0) {
    if (pid == lastPid && sensor == lastSensor) found = alive(lastSerial);
    else found = alive(load<u32>(processSlot(sensor, <u32>pid), 8));
    if (found != null && !belongs(found, pid, time, source, portPlus1, user, isOpening)) {
      retire(found);
      found = null;
    }
  }
  const hasEndpoint = source != 0 && portPlus1 != 0;
  if (found == null && hasEndpoint) {
    found = alive(load<u32>(endpointSlot(sensor, source, portPlus1 - 1), 12));
    if (found != null && !belongs(found, pid, time, source, portPlus1, user, isOpening)) {
      retire(found);
      found = null;
    }
  }
  if (found == null && pid < 0 && source != 0) {
    found = alive(load<u32>(endpointSlot(sensor, source, ANYWHERE), 12));
    if (
      found != null &&
      (time - found.lastHeard > SAME_GUESS_SECONDS ||
        (portPlus1 != 0 && found.port >= 0 && found.port != <i32>portPlus1 - 1) ||
        !belongs(found, pid, time, source, portPlus1, user, isOpening))
    )
      found = null;
  }
  if (found == null) {
    if (beginsNone) return changetype<Connection>(<usize>0);
    found = begin(sensor, pid, time);
    if (pid < 0 && source != 0) setEndpoint(sensor, source, ANYWHERE, found.serial);
  }
  if (pid >= 0 && found.pid != pid && load<u32>(processSlot(sensor, <u32>pid), 8) != found.serial) {
    if (found.pid < 0) found.pid = pid;
    setProcess(sensor, <u32>pid, found.serial);
  }
  if (hasEndpoint && found.port < 0) setEndpoint(sensor, source, portPlus1 - 1, found.serial);
  found.lastHeard = time;
  lastPid = pid;
  lastSensor = sensor;
  lastSerial = found.serial;
  return found;
}

// whose connection the line before was of
let lastPid: i64 = -1;
let lastSensor: u32 = 0;
let lastSerial: u32 = 0;

function begin(sensor: u32, pid: i64, time: f64): Connection {
  if (live >= MOST_CONNECTIONS) retire(at(first));
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
  c.pid = pid;
  c.port = -1;
  c.lastHeard = time;
  c.openedAt = NaN;
  c.lastRow = -1;
  c.before = last;
  c.after = NONE;
  if (last == NONE) first = slot;
  else at(last).after = slot;
  last = slot;
  live++;
  if (pid >= 0) setProcess(sensor, <u32>pid, serial);
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

function drop(c: Connection): void {
  if (c.before == NONE) first = c.after;
  else at(c.before).after = c.after;
  if (c.after == NONE) last = c.before;
  else at(c.after).before = c.before;
  live--;
}

function retire(c: Connection): void {
  drop(c);
  close(c);
}

function moduleFailed(c: Connection, module: u32, counted: u32, time: f64): void {
  const name = module == 0 ? pamUnix : module;
  let node = c.moduleCounts;
  while (node != 0 && load<u32>(node, 16) != name) node = load<u32>(node, 12);
  if (node == 0) {
    node = allot(0, 0, name);
    store<u32>(node, <u32>c.moduleCounts, 12);
    c.moduleCounts = node;
  }
  const count = load<u32>(node, 8) + counted;
  store<u32>(node, count, 8);
  if (c.modules < count) {
    const times = allot(time, count - c.modules, 0);
    if (c.moduleTimes == 0) c.moduleTimes = times;
    else store<u32>(c.moduleTimesEnd, <u32>times, 12);
    c.moduleTimesEnd = times;
    c.modules = count;
  }
}

function raise(c: Connection, time: f64, method: u32): void {
  const judged = c.judged + (c.prompted > c.refused ? c.prompted : c.refused);
  const sure = c.visits > judged ? c.visits : judged;
  c.hasSure = 1;
  if (c.sure < sure) {
    const count = sure - c.sure;
    const node = allot(time, count, method);
    if (c.sureTimes == 0) c.sureTimes = node;
    else store<u32>(c.sureTimesEnd, <u32>node, 12);
    c.sureTimesEnd = node;
    for (let i: u32 = 0; i < count; i++) {
      c.sure++;
      if (c.modules < c.sure && c.source != 0) pairs.add(c.sensor, c.source, time);
    }
  }
  if ((c.source & 1) != 0) tellSure(c);
  if (c.lastRow >= 0) amend(c, c.user, c.account, c.method);
}

function tellSure(c: Connection): void {
  while (c.sureTimes != 0) {
    const node = c.sureTimes;
    const time = load<f64>(node);
    const own = load<u32>(node, 16);
    for (let left = load<u32>(node, 8); left > 0; left--) append(c, time, 0, own == 0 ? c.method : own);
    c.sureTimes = load<u32>(node, 12);
    release(node);
  }
}

function succeed(c: Connection, source: u32, user: u32, method: u32, time: f64): void {
  if (source == 0 && c.source == 0) return;
  if (c.succeeded != 0) return;
  c.quietVisits = 0;
  releaseAll(c.keyTimes);
  c.keyTimes = 0;
  c.hasKeys = 0;
  c.keyMethod = 0;
  releaseAll(c.moduleTimes);
  c.moduleTimes = 0;
  c.modules = 0;
  releaseAll(c.moduleCounts);
  c.moduleCounts = 0;
  if (c.source != 0) tellSure(c);
  c.succeeded = 1;
  if (c.source != 0) pairs.add(c.sensor, c.source, time);
  if (user != 0) c.user = user;
  append(c, time, 1, method);
  c.told--;
  c.lastRow = -1;
}

function append(c: Connection, time: f64, outcome: u32, method: u32): void {
  c.told++;
  if (c.source == 0) return;
  const account = outcome == 1 ? ACCOUNT_KNOWN : c.account;
  if (<usize>rowCount == MOST_ROWS) takeRows();
  const i = <usize>(rowCount++);
  store<f64>(rows + TIMES + (i << 3), time);
  store<u32>(rows + SOURCES + (i << 2), c.source);
  store<u32>(rows + USERS + (i << 2), c.user);
  store<u32>(rows + SENSORS + (i << 2), c.sensor);
  store<u32>(rows + CODES + (i << 2), outcome | (account << 8) | (method << 16));
  c.lastRow = <i32>(rowNumber++);
  c.rowUser = c.user;
  c.rowAccount = account;
  c.rowMethod = method;
}

/** Changes the row where it still is here; else tells the outside, also of a name for the first time. */
function amend(c: Connection, user: u32, account: u32, method: u32): void {
  if (c.rowUser == user && account <= c.rowAccount && (c.rowMethod != 0 || method == 0)) return;
  const left = rowNumber - <u32>c.lastRow;
  if (c.rowUser == user && left <= rowCount) {
    const codes = rows + CODES + (<usize>(rowCount - left) << 2);
    if (account > c.rowAccount) store<u8>(codes, <u8>account, 1);
    if (c.rowMethod == 0) store<u8>(codes, <u8>method, 2);
  } else {
    if (amendCount == MOST_AMENDS) takeRows();
    const record = rows + AMENDS + (<usize>(amendCount++) << 4);
    store<u32>(record, c.lastRow);
    store<u32>(record, user, 4);
    store<u32>(record, (account << 8) | (method << 16), 8);
    store<u32>(record, rowCount, 12);
  }
  c.rowUser = user;
  if (account > c.rowAccount) c.rowAccount = account;
  if (c.rowMethod == 0) c.rowMethod = method;
}

/** The connection is over: what waited is told. */
function close(c: Connection): void {
  c.isLive = 0;
  if (c.source != 0) {
    tellSure(c);
    let node = c.moduleTimes;
    let index: u32 = 0;
    while (node != 0) {
      const time = load<f64>(node);
      for (let left = load<u32>(node, 8); left > 0; left--) {
        if (index++ < c.told) continue;
        if (c.hasSure == 0 && pairs.take(c.sensor, c.source, time)) c.told++;
        else append(c, time, 0, c.method == 0 ? METHOD_PASSWORD : c.method);
      }
      node = load<u32>(node, 12);
    }
    if (c.told == 0 && c.succeeded == 0) {
      if (c.hasKeys != 0) {
        for (let key = c.keyTimes; key != 0; key = load<u32>(key, 12)) {
          const time = load<f64>(key);
          for (let left = load<u32>(key, 8); left > 0; left--) append(c, time, 0, c.keyMethod);
        }
      } else if (c.quietVisits > 0) append(c, c.lastHeard, 0, c.method == 0 ? c.keyMethod : c.method);
    }
    if (c.lastRow >= 0 && c.method == 0 && c.keyMethod != 0) amend(c, 0, 0, c.keyMethod);
  }
  releaseAll(c.sureTimes);
  releaseAll(c.moduleTimes);
  releaseAll(c.keyTimes);
  releaseAll(c.moduleCounts);
}

function releaseAll(list: usize): void {
  let node = list;
  while (node != 0) {
    const next = load<u32>(node, 12);
    release(node);
    node = next;
  }
}

// @ts-ignore: decorator
@inline
function sweep(time: f64): void {
  linesSinceSweep++;
  if (abs<f64>(time - lastSweep) < 60) return;
  if (isNaN(lastSweep)) {
    lastSweep = time;
    return;
  }
  if (<f64>linesSinceSweep < <f64>(live + sensorCount) / 4) return;
  lastSweep = time;
  linesSinceSweep = 0;
  let slot = first;
  while (slot != NONE) {
    const c = at(slot);
    slot = c.after;
    if (abs<f64>(time - c.lastHeard) > OVER_SECONDS) retire(c);
  }
  pairs.forget(time, OVER_SECONDS + 2 * SAME_GUESS_SECONDS);
}
