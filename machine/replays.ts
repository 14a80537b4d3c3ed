/**
 * Lines that come twice, as src/parse/replays.ts tells them, over the events of this machine: the same rules and the
 * same figures, so that both paths drop the same lines.
 */
import { take } from './memory';

const GENERATION: u32 = 32_768;
const SLOTS: u32 = 2 * GENERATION;
/** Lines that may wait to be put into the tables. */
const RING: u32 = 2 * GENERATION;
/** u64 key (0: empty), u16 told, u16 again, u32 replay. */
const SLOT: usize = 16;
const MOST_TOLD: u32 = 0xffff;
/** f64 latest, u32 replay, u32 whether it has any. */
const HOST: usize = 16;

/** Keys of the last lines, each at its number modulo RING. */
let ring: usize = 0;
let written: u64 = 0;
let tabled: u64 = 0;
let now: usize = 0;
let before: usize = 0;
let size: u32 = 0;
let beforeSize: u32 = 0;
let hosts: usize = 0;
let hostCapacity: u32 = 0;
let hostCount: u32 = 0;
let replays: u32 = 0;
/** Lines that were told before. */
export let replayedLines: u32 = 0;

export function beginReplays(): void {
  now = take(<usize>SLOTS * SLOT);
  before = take(<usize>SLOTS * SLOT);
  ring = take(<usize>RING * 8);
  hostCapacity = 1024;
  hosts = take(<usize>hostCapacity * HOST);
}

/** Forgets everything, for the next group. */
export function forgetReplays(): void {
  clearTables();
  written = tabled = 0;
  memory.fill(hosts, 0, <usize>hostCount * HOST);
  hostCount = 0;
}

function clearTables(): void {
  if (size > 0) memory.fill(now, 0, <usize>SLOTS * SLOT);
  if (beforeSize > 0) memory.fill(before, 0, <usize>SLOTS * SLOT);
  size = beforeSize = 0;
}

// @ts-ignore: decorator
@inline
function mix(h: u64, value: u64): u64 {
  h = (h ^ value) * 0x9ddfea08eb382d69;
  return h ^ (h >> 29);
}

/** Where the key is in a generation, or would be. */
// @ts-ignore: decorator
@inline
function slotOf(generation: usize, key: u64): usize {
  let i = <u32>(key >> 20) & (SLOTS - 1);
  while (true) {
    const slot = generation + <usize>i * SLOT;
    const there = load<u64>(slot);
    if (there == key || there == 0) return slot;
    i = (i + 1) & (SLOTS - 1);
  }
}

/** Whether what a line tells was told before: `what` is kind, known, flags, method and module, `who` source and user. */
export function isReplay(sensor: u32, time: f64, pid: i64, port: u32, count: u32, who: u64, what: u64): bool {
  if (sensor >= hostCapacity) growHosts(sensor);
  if (sensor >= hostCount) hostCount = sensor + 1;
  const host = hosts + <usize>sensor * HOST;
  const goesBack = load<u32>(host, 12) != 0 && time < load<f64>(host);
  store<f64>(host, time);
  store<u32>(host, 1, 12);

  let key = mix(who, what);
  key = mix(key, ((<u64>sensor) << 32) | <u64>port);
  key = mix(key, (<u64>pid << 16) ^ <u64>count);
  key = mix(key, <u64>(<i64>time)) | 1;

  const replay = load<u32>(host, 8);
  if ((goesBack || replay != 0) && isAgain(host, goesBack, replay, key)) {
    replayedLines++;
    return true;
  }
  store<u64>(ring + <usize>(<u32>written & (RING - 1)) * 8, key);
  written++;
  return false;
}

/** Whether a line of a replay, or of what may be one, was told as often before. */
function isAgain(host: usize, goesBack: bool, replay: u32, key: u64): bool {
  catchUp();
  const slot = holding(key);
  if (slot == 0) {
    store<u32>(host, 0, 8);
    return false;
  }
  if (goesBack || replay == 0) {
    replay = ++replays;
    store<u32>(host, replay, 8);
  }
  let again: u32 = load<u32>(slot, 12) == replay ? <u32>load<u16>(slot, 10) : 0;
  if (again < MOST_TOLD) again++;
  store<u16>(slot, <u16>again, 10);
  store<u32>(slot, replay, 12);
  return again <= <u32>load<u16>(slot, 8);
}

/** Puts the lines into the tables that are not in them yet. */
function catchUp(): void {
  if (written - tabled > <u64>RING) {
    tabled = written - <u64>RING;
    clearTables();
  }
  for (; tabled < written; tabled++) {
    const key = load<u64>(ring + <usize>(<u32>tabled & (RING - 1)) * 8);
    const slot = holding(key);
    if (slot == 0) add(key);
    else {
      const told = <u32>load<u16>(slot, 8);
      if (told < MOST_TOLD) store<u16>(slot, <u16>(told + 1), 8);
    }
  }
}

/** The slot of a key; 0 where it is in neither table. */
function holding(key: u64): usize {
  const slot = slotOf(now, key);
  if (load<u64>(slot) != 0) return slot;
  if (beforeSize == 0) return 0;
  const old = slotOf(before, key);
  return load<u64>(old) != 0 ? old : 0;
}

function add(key: u64): void {
  if (size == GENERATION) {
    const oldest = before;
    before = now;
    beforeSize = size;
    memory.fill(oldest, 0, <usize>SLOTS * SLOT);
    now = oldest;
    size = 0;
  }
  const slot = slotOf(now, key);
  store<u64>(slot, key);
  store<u16>(slot, 1, 8);
  store<u32>(slot, 0, 12);
  size++;
}

function growHosts(sensor: u32): void {
  let capacity = hostCapacity;
  while (capacity <= sensor) capacity *= 2;
  const larger = take(<usize>capacity * HOST);
  memory.copy(larger, hosts, <usize>hostCapacity * HOST);
  hosts = larger;
  hostCapacity = capacity;
}
