/**
 * Users and sources that lines have named, and whose numbers wait to be looked up: in batches, since with 200,000 of them
 * each look-up waits for memory. A batch's slots are first touched, one behind the other without waiting, so that the
 * processor fetches them side by side; then each is looked up where it is at hand.
 *
 * While one waits, its bytes must stay where they are: nothing may wait when a block ends.
 */
import { lowBytes, take } from './memory';
import { addressCode, addresses, sourceTexts, textCode } from './sources';
import { users } from './state';

/** How many wait at most: 256 slots of 64 bytes are half of a processor's first cache. */
const MOST: u32 = 256;
/** With fewer slots than this a table stays near the processor by itself, and nothing needs to wait. */
const LARGE: u32 = 8192;

// event u32, source u32 (an address, or where the text is), its length u16 (0: an address; NONE), whether the text is an
// address u16, user u32, its length u32 (NONE)
const RECORD: usize = 20;
const NO_TEXT: u32 = 0xffff;
/** Where an event has its source and its user (state.ts). */
const EVENT_SOURCE: usize = 12;
const EVENT_USER: usize = 16;

let records: usize = 0;
let recordsEnd: usize = 0;
let recordsFull: usize = 0;

export function beginWaiting(): void {
  records = recordsEnd = take(<usize>MOST * RECORD);
  recordsFull = records + <usize>MOST * RECORD;
  lastCode = addressCode(0);
}

/** The address or the text that the event at `event` came from, and the name that it used, if it has any. */
// @ts-ignore: decorator
@inline
export function wait(
  event: usize,
  source: u32,
  sourceLength: u32,
  isAddress: bool,
  user: usize,
  userLength: u32,
): void {
  if (!isLarge) {
    numberNow(<usize>event, source, sourceLength, isAddress, user, userLength);
    return;
  }
  const record = recordsEnd;
  store<u32>(record, <u32>event);
  store<u32>(record, source, 4);
  store<u16>(record, <u16>sourceLength, 8);
  store<u16>(record, <u16>isAddress, 10);
  store<u32>(record, <u32>user, 12);
  store<u32>(record, userLength, 16);
  recordsEnd = record + RECORD;
  if (recordsEnd == recordsFull) lookUp();
}

/** The length of a source or a user of which nothing waits. */
export const NOTHING: u32 = NO_TEXT;

/** Whether a table is so large that look-ups wait; nothing waits while it is not. */
let isLarge = false;

/** Gives all that wait their numbers. */
export function lookUp(): void {
  if (!isLarge) {
    isLarge = addresses.mask > LARGE || users.mask > LARGE || sourceTexts.mask > LARGE;
    return;
  }
  touch();
  for (let record = records; record < recordsEnd; record += RECORD)
    numberNow(
      <usize>load<u32>(record),
      load<u32>(record, 4),
      <u32>load<u16>(record, 8),
      load<u16>(record, 10) != 0,
      <usize>load<u32>(record, 12),
      load<u32>(record, 16),
    );
  recordsEnd = records;
}

// @ts-ignore: decorator
@inline
function numberNow(event: usize, source: u32, length: u32, isAddress: bool, user: usize, userLength: u32): void {
  if (length == 0) {
    if (source != lastAddress) {
      lastAddress = source;
      lastCode = addressCode(source);
    }
    store<u32>(event, lastCode, EVENT_SOURCE);
  } else if (length != NO_TEXT) store<u32>(event, textCode(source, length, isAddress), EVENT_SOURCE);
  if (userLength != NO_TEXT) store<u32>(event, userNumber(user, userLength), EVENT_USER);
}

let lastAddress: u32 = 0;
/** That of the address 0.0.0.0, once it is read. */
let lastCode: u32 = 0;

/** The user of the line before. */
let lastUser: v128 = i64x2.splat(0);
let lastUserLength: u32 = 0xffffffff;
let lastUserNumber: u32 = 0;

// @ts-ignore: decorator
@inline
function userNumber(at: usize, length: u32): u32 {
  if (length > 16) return users.number(at, length);
  const key = v128.and(v128.load(at), lowBytes(length));
  if (length != lastUserLength || v128.any_true(v128.xor(key, lastUser))) {
    lastUserNumber = users.number(at, length);
    lastUserLength = length;
    lastUser = key;
  }
  return lastUserNumber;
}

/** Where what was touched is put together: the compiler would leave out loads of which nothing comes. */
const TOUCHED: usize = memory.data(16);

function touch(): void {
  let touched: u32 = 0;
  for (let record = records; record < recordsEnd; record += RECORD) {
    const length = <u32>load<u16>(record, 8);
    if (length == 0) touched ^= addresses.touch(load<u32>(record, 4));
    else if (length != NO_TEXT) touched ^= sourceTexts.touch(load<u32>(record, 4), length);
    const userLength = load<u32>(record, 16);
    if (userLength != NO_TEXT) touched ^= users.touch(load<u32>(record, 12), userLength);
  }
  store<u32>(TOUCHED, touched);
}
