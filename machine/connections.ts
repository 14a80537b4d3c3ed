/**
 * Several lines, one attempt: the rules of src/parse/connections.ts, which explains them, over records in memory. Both
 * must make the same rows of the same lines; src/parse/fast/differential.test.ts holds them together.
 *
 * Who remembers the serial of a connection finds out by its record whether that connection still lives (connection.ts),
 * so nothing needs to be taken out of the tables of processes and endpoints (serials.ts).
 */
import { take } from './memory';
import {
  Connection,
  afterIt,
  alive,
  allotConnection,
  beginRing,
  drop,
  firstLiving,
  live,
} from './connection';
import { allot } from './nodes';
import { beginOutcomes, close, moduleFailed, pairs, raise, succeed } from './outcomes';
import { beginReplays, forgetReplays, isReplay } from './replays';
import { beginRows } from './rows';
import { Serials } from './serials';

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

const ACCOUNT_UNKNOWN: u8 = 1;
const ACCOUNT_KNOWN: u8 = 2;

let lastSweep: f64 = NaN;
let linesSinceSweep: u32 = 0;
let sensorCount: u32 = 0;
let sensorRun: usize = 0;
let sensorCapacity: u32 = 0;
let run: u32 = 1;

export function beginConnections(defaultModule: u32): void {
  beginOutcomes(defaultModule);
  beginRing();
  sensorCapacity = 1024;
  sensorRun = take(<usize>sensorCapacity * 4);
  beginRows();
  processes.start(64);
  endpoints.start(64);
  beginReplays();
}

/** By sensor and process, and by source, sensor and port. */
const processes = new Serials();
const endpoints = new Serials();

/** Port of the entry for a source whose lines have neither process nor port. */
const ANYWHERE: u32 = 0x10000;

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
  if (c.method == 0 && method != 0 && !isKey && (tells == TELLS_FAILURE || tells == TELLS_PAM_ERROR)) c.method = <u8>method;

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
      if (isKey) c.keyMethod = <u8>method;
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
        c.keyMethod = <u8>method;
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
  for (let c = firstLiving(); c != null; c = firstLiving()) retire(c);
  pairs.clear();
  forgetReplays();
  lastSweep = NaN;
  lastTold = -Infinity;
  isDisordered = false;
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
  if (c.succeeded != 0 && pid >= 0 && c.hasPid != 0 && <u32>pid != c.pid) return false;
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
  // tags of what has no place yet
  let process: u32 = NO_TAG;
  let endpoint: u32 = NO_TAG;
  if (pid >= 0) {
    if (pid == lastPid && sensor == lastSensor) found = alive(lastSerial);
    else {
      const place = processes.place(sensor, <u32>pid, 0);
      if (place != 0) found = alive(load<u32>(place));
      else process = processes.tag;
    }
    if (found != null && !belongs(found, pid, time, source, portPlus1, user, isOpening)) {
      retire(found);
      found = null;
    }
  }
  const hasEndpoint = source != 0 && portPlus1 != 0;
  if (found == null && hasEndpoint) {
    const place = endpoints.place(source, sensor, portPlus1 - 1);
    if (place != 0) found = alive(load<u32>(place));
    else endpoint = endpoints.tag;
    if (found != null && !belongs(found, pid, time, source, portPlus1, user, isOpening)) {
      retire(found);
      found = null;
    }
  }
  if (found == null && pid < 0 && source != 0) {
    found = alive(endpoints.get(source, sensor, ANYWHERE));
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
    if (pid >= 0) {
      if (process != NO_TAG) processes.add(process, sensor, <u32>pid, 0, found.serial);
      else processes.set(sensor, <u32>pid, 0, found.serial);
    } else if (source != 0) {
      endpoints.set(source, sensor, ANYWHERE, found.serial);
      endpoint = NO_TAG; // the table may have been built anew
    }
  } else if (pid >= 0 && (found.hasPid == 0 || found.pid != <u32>pid)) {
    if (processes.get(sensor, <u32>pid, 0) != found.serial) {
      if (found.hasPid == 0) {
        found.hasPid = 1;
        found.pid = <u32>pid;
      }
      processes.set(sensor, <u32>pid, 0, found.serial);
    }
  }
  if (hasEndpoint && found.port < 0) {
    if (endpoint != NO_TAG) endpoints.add(endpoint, source, sensor, portPlus1 - 1, found.serial);
    else endpoints.set(source, sensor, portPlus1 - 1, found.serial);
  }
  found.lastHeard = time;
  lastPid = pid;
  lastSensor = sensor;
  lastSerial = found.serial;
  return found;
}

/** No tag (serials.ts): they are odd. */
const NO_TAG: u32 = 0;

// whose connection the line before was of
let lastPid: i64 = -1;
let lastSensor: u32 = 0;
let lastSerial: u32 = 0;

function begin(sensor: u32, pid: i64, time: f64): Connection {
  const oldest = live >= MOST_CONNECTIONS ? firstLiving() : null;
  if (oldest != null) retire(oldest);
  return allotConnection(sensor, pid, time);
}

function retire(c: Connection): void {
  drop(c);
  close(c);
}

/** Whether a connection may have been heard before one that began before it: the clock went back. */
let isDisordered = false;
let lastTold: f64 = -Infinity;

// @ts-ignore: decorator
@inline
function sweep(time: f64): void {
  linesSinceSweep++;
  if (time < lastTold) isDisordered = true;
  lastTold = time;
  if (abs<f64>(time - lastSweep) < 60) return;
  sweepAll(time);
}

function sweepAll(time: f64): void {
  if (isNaN(lastSweep)) {
    lastSweep = time;
    return;
  }
  if (<f64>linesSinceSweep < <f64>(live + sensorCount) / 4) return;
  lastSweep = time;
  linesSinceSweep = 0;
  let latest: f64 = -Infinity;
  let isOrdered = true;
  let c = firstLiving();
  while (c != null) {
    // all that began later were heard later, too
    if (!isDisordered && c.begun >= time - OVER_SECONDS) break;
    const next = afterIt(c);
    if (abs<f64>(time - c.lastHeard) > OVER_SECONDS) retire(c);
    else {
      if (c.begun < latest || c.lastHeard < c.begun) isOrdered = false;
      latest = c.begun;
    }
    c = next;
  }
  if (isOrdered && latest <= time) isDisordered = false;
  pairs.forget(time, OVER_SECONDS + 2 * SAME_GUESS_SECONDS);
}
