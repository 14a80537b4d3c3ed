/**
 * How far a campaign in alphabetical or reverse order has come, and when it will be through: the longest run of
 * names in order (by first attempt; patience sorting, Fredman 1975), the position of its ends in the alphabet, and a
 * straight line through both. Users tried all along, root above all, fall out of the run by themselves.
 *
 * The end is an estimate: the list may stop short of z, and its letters may be spread otherwise (alphabet.ts).
 */
import { DAY, HOUR } from '../model/time.ts';
import { alphabetKey, alphabetPosition } from './alphabet.ts';
import type { WalkReport } from './schema.ts';
import { decimals, reportDate, wellFormed } from './values.ts';

/** A name with the time of its first attempt, seconds since 1970. */
export interface FirstTry {
  readonly name: string;
  readonly time: number;
}

/** Below this share of the alphabet, or this time, a line through the ends says nothing about the speed. */
const LEAST_PROGRESS = 0.01;
const LEAST_SECONDS = HOUR;
/** An end further away than this is no forecast but a wrong premise. */
const FURTHEST_SECONDS = 3650 * DAY;

/**
 * `tries` in order of time; `ongoing`: whether the campaign was still going on when the log ended; `lastSeen`: its
 * last attempt in seconds since 1970, before which no end is forecast.
 */
export function walkReport(
  tries: readonly FirstTry[],
  direction: 'alphabetical' | 'reverse-alphabetical',
  ongoing: boolean,
  lastSeen: number,
): WalkReport | null {
  const run = longestRun(tries, direction);
  const start = run[0];
  const current = run[run.length - 1];
  if (start === undefined || current === undefined || run.length < 2) return null;
  const here = alphabetPosition(current.name);
  const progress = Math.abs(here - alphabetPosition(start.name));
  const seconds = current.time - start.time;
  let estimatedEnd: string | null = null;
  if (ongoing && progress >= LEAST_PROGRESS && seconds >= LEAST_SECONDS) {
    const left = direction === 'alphabetical' ? 1 - here : here;
    const secondsLeft = (left / progress) * seconds;
    const end = current.time + secondsLeft;
    if (secondsLeft <= FURTHEST_SECONDS && end >= lastSeen) estimatedEnd = reportDate(end);
  }
  return {
    start: wellFormed(start.name),
    current: wellFormed(current.name),
    position: decimals(here, 3),
    estimatedEnd,
  };
}

/** The longest run of `tries` whose names do not step back in the given direction. */
function longestRun(
  tries: readonly FirstTry[],
  direction: 'alphabetical' | 'reverse-alphabetical',
): FirstTry[] {
  const keys = tries.map((one) => alphabetKey(one.name));
  const fits = (earlier: string, later: string) =>
    direction === 'alphabetical' ? earlier <= later : earlier >= later;
  const tails: number[] = []; // tails[k]: the best last name of a run of k + 1
  const before = new Int32Array(tries.length).fill(-1);
  for (let i = 0; i < tries.length; i++) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(keys[tails[middle]!]!, keys[i]!)) low = middle + 1;
      else high = middle;
    }
    before[i] = low === 0 ? -1 : tails[low - 1]!;
    tails[low] = i;
  }
  const run: FirstTry[] = [];
  for (let i = tails[tails.length - 1] ?? -1; i >= 0; i = before[i]!) run.push(tries[i]!);
  return run.reverse();
}
