/** Rows for the outside, in columns, and what is to be changed of rows that it has taken already. */
import { Connection } from './connection';
import { take } from './memory';
import { takeRows } from './outside';

const ACCOUNT_KNOWN: u32 = 2;

// time f64; source, user, sensor, codes u32
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
// of changes: the row, a user, codes, and how many rows were there then
export const AMENDS: usize = MOST_ROWS * 24;
const MOST_AMENDS: u32 = 4096;
export let amendCount: u32 = 0;

export function beginRows(): void {
  rows = take(MOST_ROWS * 24 + <usize>MOST_AMENDS * 16);
}

export function rowsTaken(): void {
  rowCount = 0;
  amendCount = 0;
}

/** A row for an attempt on this connection; `outcome` 1 is a success. */
export function append(c: Connection, time: f64, outcome: u32, method: u32): void {
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
  c.rowAccount = <u8>account;
  c.rowMethod = <u8>method;
}

/** Changes the row where it still is here; else tells the outside, also of a name for the first time. */
export function amend(c: Connection, user: u32, account: u32, method: u32): void {
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
  if (account > c.rowAccount) c.rowAccount = <u8>account;
  if (c.rowMethod == 0) c.rowMethod = <u8>method;
}
