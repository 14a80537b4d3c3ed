/**
 * Dates as positions on a calendar in which every year has 366 days, so that a stamp without a year has one place in
 * any year; and the date in a file's name.
 */
import { DAY } from '../model/time.ts';
import type { Stamp } from './stamp.ts';
import { YEAR } from './timeline-run.ts';

const DAYS_BEFORE = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];

/** Where a stamp with a year is on the calendar of 366 days. */
export function calendar(stamp: Stamp): number {
  return stamp.year * YEAR + dayOfYear(stamp) * DAY + stamp.second;
}

/** The same of a time in UTC. */
export function calendarOf(utc: number): number {
  const date = new Date(utc * 1000);
  const day = DAYS_BEFORE[date.getUTCMonth()]! + date.getUTCDate() - 1;
  return date.getUTCFullYear() * YEAR + day * DAY + (utc % DAY);
}

/** Seconds of the year of a position. */
export function inYearOf(position: number): number {
  return ((position % YEAR) + YEAR) % YEAR;
}

/** Days of the calendar year before the stamp's; every February has 29. */
export function dayOfYear(stamp: Stamp): number {
  return DAYS_BEFORE[stamp.month - 1]! + stamp.day - 1;
}

/** Seconds from 1970-01-01T00:00:00 to a date and time on the same wall. */
export function wallSeconds(year: number, month: number, day: number, second: number): number {
  return Date.UTC(year, month - 1, day) / 1000 + second;
}

/** The date in the name of a rotated file, as seconds since 1970; null when there is none. */
export function dateInName(name: string): number | null {
  const match = /(?:^|[^0-9])(19[7-9]\d|20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?![0-9])/.exec(
    name.slice(name.lastIndexOf('/') + 1),
  );
  if (match === null) return null;
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / 1000;
}
