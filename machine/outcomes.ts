/**
 * What a connection's lines come to: attempts, as src/parse/connection.ts explains. What is sure is told as soon as the
 * address is known, what a PAM module alone has said when the connection is over.
 */
import { Connection } from './connection';
import { allot, release } from './nodes';
import { Pairs } from './pairs';
import { amend, append } from './rows';

const METHOD_PASSWORD: u32 = 1;

/** Attempts for which no module of the same process spoke. */
export const pairs = new Pairs();

/** The module that speaks where none is named. */
let pamUnix: u32 = 0;

export function beginOutcomes(defaultModule: u32): void {
  pamUnix = defaultModule;
  pairs.start();
}

export function moduleFailed(c: Connection, module: u32, counted: u32, time: f64): void {
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

export function raise(c: Connection, time: f64, method: u32): void {
  const judged = c.judged + (c.prompted > c.refused ? c.prompted : c.refused);
  const sure = c.visits > judged ? c.visits : judged;
  c.hasSure = 1;
  if (c.sure < sure) {
    const count = sure - c.sure;
    const isTold = c.sureTimes == 0 && (c.source & 1) != 0;
    if (!isTold) {
      const node = allot(time, count, method);
      if (c.sureTimes == 0) c.sureTimes = node;
      else store<u32>(c.sureTimesEnd, <u32>node, 12);
      c.sureTimesEnd = node;
    }
    for (let i: u32 = 0; i < count; i++) {
      c.sure++;
      if (c.modules < c.sure && c.source != 0) pairs.add(c.sensor, c.source, time);
      if (isTold) append(c, time, 0, method == 0 ? c.method : method);
    }
  }
  if (c.sureTimes != 0 && (c.source & 1) != 0) tellSure(c);
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

export function succeed(c: Connection, source: u32, user: u32, method: u32, time: f64): void {
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

/** The connection is over: what waited is told. */
export function close(c: Connection): void {
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
