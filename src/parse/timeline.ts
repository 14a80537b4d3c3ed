/**
 * Stamps to times. Most syslogs write no year (RFC 3164), so a group of files is one timeline: years run forward
 * with its lines, and which year it began in is settled when something says so (a stamp with a year, a date in a
 * file's name) or at its end: the last line is then as late as it can be without lying in the future, and every
 * 29 February in a leap year.
 *
 * Until then a time is provisional: seconds on a calendar in which every year, numbered from 0, has 366 days, plus
 * one half where the wall clock is on its second way through the same hour. {@link Timeline.settled} turns it into
 * UTC. On that calendar 28 February and 1 March are two days apart in every year; only the joining of lines within
 * minutes sees it.
 */
import { DAY } from '../model/time.ts';
import { isLeap, STAMP_EPOCH, STAMP_LOCAL, STAMP_YEARLESS, STAMP_ZONED, type Stamp } from './stamp.ts';
import type { Zone } from './zone.ts';

const YEAR = 366 * DAY;

/**
 * A stamp this much before the one before it is of the next year. Lines come out of order by minutes, a clock is
 * wrong by hours, rarely days; a log that is silent for 11 months is rare too. At twice the figure a log that is
 * silent from February to December is read wrong, at half of it a machine whose clock was off by three weeks.
 */
const BACKWARDS = 31 * DAY;
/** A stamp this much after the one before it is a late line of the year before: the same 31 days, seen from there. */
const FORWARDS = YEAR - 32 * DAY;

/** The date in a file's name may be the day of the first or of the last line: `auth.log.2021-08-15`. */
const NAME_SLACK = 31 * DAY;

/**
 * When the wall clock goes back by half an hour to an hour and a bit, it may be on its second way through an hour:
 * zones go back by 30 (Lord Howe), 60 or, once, 120 minutes.
 */
const FOLD_LEAST = 20 * 60;
const FOLD_MOST = 121 * 60;

/** Offsets of zones change at multiples of this only (zone.ts). */
const QUARTER = 15 * 60;

/**
 * A machine whose clock has no battery wakes up at the beginning of a year and knows the time a little later. Such a
 * line does not make it the next year, unless the log was already in December.
 */
const WAKING = 3600;
const DECEMBER = 335 * DAY;

const DAYS_BEFORE = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];

export class Timeline {
  readonly #zone: Zone;
  /** Whether the year is known; else {@link #year} counts from 0. */
  anchored = false;
  #year = 0;
  /** On the calendar of 366-day years; NaN before the first stamp. */
  #previous = Number.NaN;
  #latest = Number.NEGATIVE_INFINITY;
  #foldUntil = Number.NEGATIVE_INFINITY;
  readonly #leapYears = new Set<number>();
  #base = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Forgets everything for the next group. */
  reset(): void {
    this.anchored = false;
    this.#year = 0;
    this.#previous = Number.NaN;
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#foldUntil = Number.NEGATIVE_INFINITY;
    this.#leapYears.clear();
  }

  /**
   * Seconds since 1970 UTC, or provisional seconds while not {@link anchored} for a stamp without a year. NaN for an
   * impossible stamp (29 February in a year that has none) and for none.
   */
  time(stamp: Stamp): number {
    switch (stamp.kind) {
      case STAMP_EPOCH:
        return stamp.epoch;
      case STAMP_ZONED:
        return wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second) - stamp.zoneSeconds;
      case STAMP_LOCAL: {
        const wall = wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second);
        return this.#zone.toUtc(
          wall,
          this.#passes(dayOfYear(stamp) * DAY + stamp.second + stamp.year * YEAR),
        );
      }
      case STAMP_YEARLESS:
        return this.#yearless(stamp);
      default:
        return Number.NaN;
    }
  }

  /**
   * Whether the quarter of an hour that `stamp` is in, by the wall, goes by like any other: no stamp of it comes twice
   * or shows that an hour does, whatever their order. `stamp` was the last one given to {@link time}.
   */
  isSteady(stamp: Stamp): boolean {
    if (stamp.kind === STAMP_ZONED) return true;
    const year = stamp.kind === STAMP_YEARLESS ? this.#year : stamp.year;
    const start = year * YEAR + dayOfYear(stamp) * DAY + Math.floor(stamp.second / QUARTER) * QUARTER;
    const behind = this.#latest - start;
    const tellsFold = behind >= FOLD_LEAST && behind - QUARTER <= FOLD_MOST;
    const inFold = Math.abs(this.#foldUntil - start) <= FOLD_MOST + QUARTER;
    return !tellsFold && !inFold;
  }

  /** The year of a stamp that tells it holds for the lines that follow. */
  anchorAt(stamp: Stamp, utc: number): void {
    const date = stamp.kind === STAMP_EPOCH ? new Date(utc * 1000) : null;
    const year = date === null ? stamp.year : date.getUTCFullYear();
    const day = date === null ? dayOfYear(stamp) : DAYS_BEFORE[date.getUTCMonth()]! + date.getUTCDate() - 1;
    const second = date === null ? stamp.second : utc % DAY;
    this.anchored = true;
    this.#year = year;
    this.#previous = year * YEAR + day * DAY + second;
  }

  /** The year of the next yearless stamp, for `--year`. */
  anchorYear(year: number): void {
    this.anchored = true;
    this.#year = year;
    this.#previous = Number.NaN;
  }

  /** The next yearless stamp is the latest one not after `limit` (seconds since 1970) and a month. */
  anchorBefore(stamp: Stamp, limit: number): void {
    this.anchorYear(this.#latestYear(stamp, limit + NAME_SLACK));
  }

  /** The year that makes this stamp, alone, the latest one not after `limit`. */
  #latestYear(stamp: Stamp, limit: number): number {
    const leapDay = stamp.month === 2 && stamp.day === 29;
    let year = new Date(limit * 1000).getUTCFullYear() + 1;
    for (let tries = 0; tries < 12; tries++, year--) {
      if (leapDay && !isLeap(year)) continue;
      const wall = wallSeconds(year, stamp.month, stamp.day, stamp.second);
      if (this.#zone.toUtc(wall, false) <= limit) return year;
    }
    return year;
  }

  /** The time of one line by itself: the latest one not after `reference`. */
  timeAlone(stamp: Stamp, reference: number): number {
    if (stamp.kind !== STAMP_YEARLESS) return this.time(stamp);
    const year = this.#latestYear(stamp, reference + DAY);
    return this.#zone.toUtc(wallSeconds(year, stamp.month, stamp.day, stamp.second), false);
  }

  /** Chooses the year in which the provisional times begin: the last of them is not after `limit`. */
  settle(limit: number): void {
    const last = this.#latest;
    if (last === Number.NEGATIVE_INFINITY) return;
    const index = Math.floor(last / YEAR);
    const newest = new Date(limit * 1000).getUTCFullYear() + 1 - index;
    // 29 February comes every 4 years, but 8 apart around 1900 and 2100
    for (let base = newest; base > newest - 12; base--) {
      let real = true;
      for (const year of this.#leapYears) real &&= isLeap(base + year);
      this.#base = base;
      if (real && this.settled(last) <= limit) return;
    }
    // no year fits (two 29 February in years that follow each other): the latest one
    for (let base = newest; base > newest - 3; base--) {
      this.#base = base;
      if (this.settled(last) <= limit) return;
    }
  }

  /** UTC of a provisional time, after {@link settle}. */
  settled(provisional: number): number {
    const secondPass = provisional % 1 !== 0;
    const whole = Math.floor(provisional);
    const index = Math.floor(whole / YEAR);
    const rest = whole - index * YEAR;
    const year = this.#base + index;
    let day = Math.floor(rest / DAY);
    // on the calendar of 366 days, 31 + 28 is 29 February
    if (day > 59 && !isLeap(year)) day--;
    const wall = Date.UTC(year, 0, 1) / 1000 + day * DAY + (rest % DAY);
    return this.#zone.toUtc(wall, secondPass);
  }

  #yearless(stamp: Stamp): number {
    const inYear = dayOfYear(stamp) * DAY + stamp.second;
    let at = this.#year * YEAR + inYear;
    const step = at - this.#previous;
    if (step < -BACKWARDS) {
      const isWaking = inYear < WAKING && this.#previous - this.#year * YEAR < DECEMBER;
      if (isWaking) return this.#atWall(stamp, at);
      this.#year++;
      at += YEAR;
    } else if (step > FORWARDS) {
      at -= YEAR;
    }
    this.#year = Math.floor(at / YEAR);
    this.#previous = at;
    return this.#atWall(stamp, at);
  }

  /** The time of a wall time on the calendar of 366 days. */
  #atWall(stamp: Stamp, at: number): number {
    const year = Math.floor(at / YEAR);
    if (this.anchored) {
      if (stamp.month === 2 && stamp.day === 29 && !isLeap(year)) return Number.NaN;
      const wall = wallSeconds(year, stamp.month, stamp.day, stamp.second);
      return this.#zone.toUtc(wall, this.#passes(at));
    }
    if (stamp.month === 2 && stamp.day === 29) this.#leapYears.add(year);
    const second = this.#passes(at);
    return second ? at + 0.5 : at;
  }

  /** Whether the clock is on its second way through this hour; `at` is the wall on the calendar of 366 days. */
  #passes(at: number): boolean {
    if (at >= this.#latest) {
      this.#latest = at;
    } else {
      const back = this.#latest - at;
      if (back >= FOLD_LEAST && back <= FOLD_MOST) this.#foldUntil = this.#latest;
    }
    // only asked of a time that comes twice: the flag may stay until well behind it
    return Math.abs(this.#foldUntil - at) <= FOLD_MOST;
  }
}

function dayOfYear(stamp: Stamp): number {
  return DAYS_BEFORE[stamp.month - 1]! + stamp.day - 1;
}

function wallSeconds(year: number, month: number, day: number, second: number): number {
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
