/**
 * Events of another machine, which scanned the block in a thread of its own: its numbers of users, sources, sensors and
 * modules are made this one's. The outside tells each text of the other's once, in the order of the other's numbers.
 */
import { take } from './memory';
import { addressCode, textCode } from './sources';
import { EVENT, EVENT_LINE, events, exchange, modules, sensors, users } from './state';

/** This machine's number for each of another's: a list that doubles, with room for what its count says. */
@unmanaged
class Numbers {
  list: usize;
  count: u32;
  capacity: u32;
}

const userOf = changetype<Numbers>(memory.data(16));
const sensorOf = changetype<Numbers>(memory.data(16));
const moduleOf = changetype<Numbers>(memory.data(16));
const textOf = changetype<Numbers>(memory.data(16));
const addressOf = changetype<Numbers>(memory.data(16));

export function beginAdoption(): void {
  start(userOf, 1024);
  start(sensorOf, 64);
  start(moduleOf, 64);
  start(textOf, 256);
  start(addressOf, 1024);
}

/** Numbers begin with 1; 0 stays 0, for none. */
function start(numbers: Numbers, capacity: u32): void {
  numbers.list = take(<usize>capacity * 4);
  numbers.count = 1;
  numbers.capacity = capacity;
}

function add(numbers: Numbers, number: u32): void {
  if (numbers.count == numbers.capacity) {
    const larger = take(<usize>numbers.capacity * 8);
    memory.copy(larger, numbers.list, <usize>numbers.capacity * 4);
    numbers.list = larger;
    numbers.capacity *= 2;
  }
  store<u32>(numbers.list + ((<usize>numbers.count) << 2), number);
  numbers.count += 1;
}

// @ts-ignore: decorator
@inline
function own(numbers: Numbers, number: u32): u32 {
  return load<u32>(numbers.list + ((<usize>number) << 2));
}

// the next text of the other machine, 64 bytes into the exchange

export function adoptUser(length: u32): void {
  add(userOf, users.number(exchange + 64, length));
}
export function adoptSensor(length: u32): void {
  add(sensorOf, sensors.number(exchange + 64, length));
}
export function adoptModule(length: u32): void {
  add(moduleOf, modules.number(exchange + 64, length));
}
export function adoptSourceText(length: u32): void {
  add(textOf, textCode(exchange + 64, length, false) >> 2);
}
export function adoptAddress(address: u32): void {
  add(addressOf, addressCode(address) >> 2);
}

/** Makes the numbers in the first `count` events this machine's. */
export function adopt(count: u32): void {
  const end = events + <usize>count * EVENT;
  for (let event = events; event < end; event += EVENT) {
    if (load<u8>(event) != EVENT_LINE) {
      store<u32>(event, own(sensorOf, load<u32>(event, 24)), 24);
      continue;
    }
    store<u32>(event, own(sensorOf, load<u32>(event, 8)), 8);
    const source = load<u32>(event, 12);
    const number = source >> 2;
    store<u32>(event, ((source & 2) != 0 ? own(textOf, number) : own(addressOf, number)) << 2 | (source & 3), 12);
    store<u32>(event, own(userOf, load<u32>(event, 16)), 16);
    store<u16>(event, <u16>own(moduleOf, <u32>load<u16>(event, 30)), 30);
  }
}
