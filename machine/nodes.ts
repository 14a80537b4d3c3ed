/** Small records in lists: a time, a number of times, the next one, and one thing more. */
import { take } from './memory';

const NODE: usize = 24; // time f64, count u32, next u32, extra u32
let free: usize = 0;

// @ts-ignore: decorator
@inline
export function allot(time: f64, count: u32, extra: u32): usize {
  if (free == 0) more();
  const node = free;
  free = load<u32>(node, 12);
  store<f64>(node, time);
  store<u32>(node, count, 8);
  store<u32>(node, 0, 12);
  store<u32>(node, extra, 16);
  return node;
}

// @ts-ignore: decorator
@inline
export function release(node: usize): void {
  store<u32>(node, <u32>free, 12);
  free = node;
}

function more(): void {
  const region = take(NODE * 2048);
  for (let i = 0; i < 2048; i++) release(region + <usize>i * NODE);
}
