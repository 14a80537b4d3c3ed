/**
 * Makes any value fit for the report: numbers rounded to what they are worth, so that the document is equal to the
 * byte on machines whose logarithms differ in the last place; times clamped to four-digit years; texts without lone
 * surrogates, which strict JSON readers refuse. None of these throws on any input.
 */
import { isoTime } from '../model/time.ts';

/** 0000-01-01 and 9999-12-31T23:59:59Z in seconds since 1970: what fits ISO 8601 with a four-digit year. */
const FIRST_SECOND = -62_167_219_200;
const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970 within the years 0 to 9999; what is no number is 1970. */
export function wholeSeconds(seconds: number): number {
  if (Number.isNaN(seconds)) return 0;
  return Math.floor(Math.min(LAST_SECOND, Math.max(FIRST_SECOND, seconds)));
}

/** `2008-11-19T15:04:22Z`. */
export function reportTime(seconds: number): string {
  return isoTime(wholeSeconds(seconds));
}

/** `2008-11-19`, the day in UTC. */
export function reportDate(seconds: number): string {
  return reportTime(seconds).slice(0, 10);
}

/** The text with each lone surrogate replaced by U+FFFD (`String.prototype.toWellFormed` is not in ES2023). */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(/\p{Cs}/gu, '\ufffd') : text;
}

/** Half a pair or one of both: texts without any, nearly all of hundreds of thousands, are left as they are. */
const SURROGATE = /[\ud800-\udfff]/;

/** A number of things: whole, not negative, small enough to be exact; 0 for what is no number. */
export function wholeCount(value: number): number {
  return value > 0 ? Math.min(Number.MAX_SAFE_INTEGER, Math.round(value)) : 0;
}

/** `value` to `digits` significant decimal digits; 0 for what is no finite number. */
export function significant(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : 0;
}

/** `value` to `decimals` decimal places; 0 for what is no finite number, never -0. */
export function decimals(value: number, places: number): number {
  if (!Number.isFinite(value)) return 0;
  const scaled = value * 10 ** places;
  // beyond 2^53 there are no decimal places left to round
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / 10 ** places + 0 : value;
}

/** A duration in seconds, not negative, one decimal. */
export function reportSeconds(value: number): number {
  return Math.max(0, decimals(value, 1));
}

/**
 * The smallest chance of a false alarm that is ever claimed: one in a million million. A formula gives any number, but
 * what chance does was seen in surrogates and in labelled logs only, some thousands of them, and whatever the formula
 * does not know of (a clock set back, a log joined twice, visitors that copy each other) is more likely than this.
 */
export const LEAST_FALSE_ALARM = 1e-12;

/**
 * A chance of false alarm: two significant digits, in [{@link LEAST_FALSE_ALARM}, 1]. What is no number counts as 1,
 * no reason for alarm.
 */
export function reportFalseAlarm(value: number): number {
  if (Number.isNaN(value)) return 1;
  return Math.min(1, Math.max(LEAST_FALSE_ALARM, significant(Math.min(1, Math.max(0, value)), 2)));
}

/** A probability strictly between 0 and 1: four significant digits, and never rounded to certainty. */
export function reportConfidence(value: number): number {
  if (Number.isNaN(value)) return 0.0001;
  return Math.min(0.9999, Math.max(0.0001, significant(value, 4)));
}

/** Plain order of UTF-16 code units: the same on every machine, which `localeCompare` is not. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Median of numbers, undefined of none; of an even number of them, the mean of the middle two. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
