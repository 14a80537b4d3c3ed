/**
 * The byte machine: blocks of a log to rows of attempts, as src/parse/ reads them line by line. AssemblyScript, compiled to
 * WebAssembly with SIMD by scripts/machine.mjs. What it takes and gives is in state.ts; src/parse/fast/machine.ts is
 * its other side.
 */
import { replayedLines } from './replays';
import { beginConnections, finishConnections, setEmptyUser, tell } from './connections';
import { AMENDS, MOST_ROWS, amendCount, rowCount, rows, rowsTaken } from './rows';
import { seedHash } from './dictionary';
import {
  adopt,
  adoptAddress,
  adoptModule,
  adoptSensor,
  adoptSourceText,
  adoptUser,
  beginAdoption,
} from './adopt';
import { afterLong, beginFile, scan, scanned } from './lines';
import { beginStamps } from './stamps';
import { beginMemory, take } from './memory';
import { addressAt, addressCode, addressList, addresses, beginSources, sourceTexts, textCode } from './sources';
import {
  BLOCK,
  EVENT,
  EVENT_LINE,
  FORMS,
  SLOTS,
  beginState,
  blockOf,
  events,
  eventsOf,
  exchange,
  forms,
  methods,
  modules,
  sensors,
  useSlot,
  users,
} from './state';
import { beginWaiting } from './waiting';
import { beginWords } from './words';

/** Once, before everything else; the arguments are the outside's chance. */
export function begin(seed0: u64, seed1: u64): void {
  beginMemory();
  seedHash(seed0, seed1);
  beginState();
  beginSources();
  beginWaiting();
  beginWords();
  beginStamps();
  setText('pam_unix');
  beginConnections(modules.number(exchange, 8));
  setEmptyUser(users.number(exchange, 0));
  beginAdoption();
}

function setText(text: string): void {
  for (let i = 0; i < text.length; i++) store<u8>(exchange + i, <u8>text.charCodeAt(i));
}

export function blockSize(): usize {
  return BLOCK;
}
export function slots(): u32 {
  return SLOTS;
}
export function exchangeAt(): usize {
  return exchange;
}
export function formsAt(): usize {
  return forms;
}
export function formsSize(): usize {
  return FORMS;
}
export function rowsAt(): usize {
  return rows;
}
export function rowsReady(): u32 {
  return rowCount;
}
export function mostRows(): u32 {
  return <u32>MOST_ROWS;
}
export function amendsAt(): usize {
  return rows + AMENDS;
}
export function amendsReady(): u32 {
  return amendCount;
}

export { scan, beginFile, afterLong, rowsTaken, blockOf, eventsOf, useSlot };
export { adopt, adoptAddress, adoptModule, adoptSensor, adoptSourceText, adoptUser };

/** Where {@link scan} stopped. */
export function scannedTo(): usize {
  return scanned;
}

let base: f64 = 0;

/** Seconds at the beginning of the window that the next events are of. */
export function setBase(seconds: f64): void {
  base = seconds;
}

/** Tells the connections of the events from `from` on; the number of the first that is no line's. */
export function apply(from: u32): u32 {
  let i = from;
  while (true) {
    const event = events + <usize>i * EVENT;
    if (load<u8>(event) != EVENT_LINE) return i;
    tell(event, base + <f64>load<u16>(event, 2));
    i++;
  }
}

/** Tells of one event, written by the outside into the exchange. */
export function tellExchange(time: f64): void {
  tell(exchange, time);
}

export function finish(): void {
  finishConnections();
}

/** Lines that were told before and were dropped, since the beginning. */
export function replayed(): u32 {
  return replayedLines;
}

// numbers of texts that the outside has put into the exchange, 64 bytes in

export function userNumber(length: u32): u32 {
  return users.number(exchange + 64, length);
}
export function opaqueUser(): u32 {
  return users.opaque();
}
export function sensorNumber(length: u32): u32 {
  return sensors.number(exchange + 64, length);
}
export function opaqueSensor(): u32 {
  return sensors.opaque();
}
export function moduleNumber(length: u32): u32 {
  return modules.number(exchange + 64, length);
}
export function sourceText(length: u32, isAddress: u32): u32 {
  return textCode(exchange + 64, length, isAddress != 0);
}
export function sourceAddress(address: u32): u32 {
  return addressCode(address);
}

// how many numbers there are, and where the lists are of what they stand for

export function userCount(): u32 {
  return users.count;
}
export function sensorCount(): u32 {
  return sensors.count;
}
export function moduleCount(): u32 {
  return modules.count;
}
export function sourceTextCount(): u32 {
  return sourceTexts.count;
}
export function addressCount(): u32 {
  return addresses.count;
}
export function userList(): usize {
  return users.entries;
}
export function sensorList(): usize {
  return sensors.entries;
}
export function moduleList(): usize {
  return modules.entries;
}
export function sourceTextList(): usize {
  return sourceTexts.entries;
}
export { addressList };

// and the texts of numbers: where, and how long

export function addressOf(number: u32): u32 {
  return addressAt(number);
}
export function userEntry(number: u32): usize {
  return users.entries + <usize>number * 8;
}
export function sensorEntry(number: u32): usize {
  return sensors.entries + <usize>number * 8;
}
export function sourceEntry(number: u32): usize {
  return sourceTexts.entries + <usize>number * 8;
}
