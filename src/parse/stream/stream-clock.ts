/**
 * Stamps of a log that is being written to times. A finished log's years are settled at its end (timeline.ts); here the
 * present is known instead:
 *
 * - A stamp without a year is the latest one that is at most a day ahead of the present. So a line of last December read
 *   in January is last year's, and an old file is read right if the present is given as when the file was last written.
 * - In the hour that comes twice in autumn, the way through it is taken that is nearest to the present; where the
 *   present is far away (an old file), the order of the log tells, as in timeline.ts.
 * - What lies more than a month ahead of the present, was stamped before there was SSH, or in the first hour of a year by
 *   a machine that has just been switched on (all as in timeline-years.ts) was stamped by a wrong clock: it counts at the time of
 *   the line before. Late lines count at their own time.
 */
import { DAY, HOUR } from '../../model/time.ts';
import { isLeap, STAMP_EPOCH, STAMP_LOCAL, STAMP_YEARLESS, STAMP_ZONED, type Stamp } from '../stamp.ts';
import { DECEMBER, passes, WAKING } from '../timeline.ts';
import { dayOfYear, wallSeconds } from '../timeline-calendar.ts';
import { JUMP, QUARTER } from '../timeline-run.ts';
import { FIRST_SSH } from '../timeline-years.ts';
import type { Zone } from '../zone.ts';

/** 29 February is there every 4 years, but 8 apart around 1900 and 2100. */
const YEARS_TRIED = 10;
/** A line is written, forwarded and read within this time of its second way through an hour, or it is an old log's. */
const NEAR = HOUR;

/** Plain data; times are seconds since 1970. */
export interface SavedClock {
  readonly last: number;
  readonly lastInYear: number;
  readonly latestWall: number;
  readonly foldUntil: number;
  readonly wrongStamps: number;
}

export class StreamClock {
  /** Stamps that a wrong clock made. */
  wrongStamps = 0;
  readonly #zone: Zone;
  /** The last time that was believed. */
  #last = Number.NaN;
  /** Seconds of the year of the last stamp without one. */
  #lastInYear = Number.NaN;
  /** For the hour that comes twice. */
  readonly #wall = { latestWall: Number.NEGATIVE_INFINITY, foldUntil: Number.NEGATIVE_INFINITY };
  /** The quarter of an hour whose year and offset are known: both hold for all of it. */
  #block = Number.NaN;
  #blockNow = Number.NaN;
  #blockStart = 0;
  #blockUtc = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Seconds since 1970 UTC; NaN for an impossible stamp and for none. `now`: the present, seconds since 1970. */
  time(stamp: Stamp, now: number): number {
    switch (stamp.kind) {
      case STAMP_EPOCH:
        return this.#believed(stamp.epoch, now);
      case STAMP_ZONED:
        return this.#believed(
          wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second) - stamp.zoneSeconds,
          now,
        );
      case STAMP_LOCAL:
        return this.#believed(
          this.#utc(wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second), now),
          now,
        );
      case STAMP_YEARLESS:
        return this.#yearless(stamp, now);
      default:
        return Number.NaN;
    }
  }

  save(): SavedClock {
    const { latestWall, foldUntil } = this.#wall;
    return {
      last: this.#last,
      lastInYear: this.#lastInYear,
      latestWall,
      foldUntil,
      wrongStamps: this.wrongStamps,
    };
  }

  restore(saved: SavedClock): void {
    this.#last = saved.last;
    this.#lastInYear = saved.lastInYear;
    this.#wall.latestWall = saved.latestWall;
    this.#wall.foldUntil = saved.foldUntil;
    this.wrongStamps = saved.wrongStamps;
  }

  #yearless(stamp: Stamp, now: number): number {
    const inYear = dayOfYear(stamp) * DAY + stamp.second;
    const block = Math.floor(inYear / QUARTER);
    const blockNow = Math.floor(now / QUARTER);
    const start = block * QUARTER;
    if (block === this.#block && blockNow === this.#blockNow) {
      this.#lastInYear = inYear;
      this.#passes(this.#blockStart + inYear - start, now);
      this.#last = this.#blockUtc + inYear - start;
      return this.#last;
    }
    const wall = this.#wallOf(stamp, now);
    const last = this.#lastInYear;
    const isWaking = inYear < WAKING && last >= WAKING && last < DECEMBER;
    if (isWaking && Math.abs(this.#zone.toUtc(wall, false) - now) > DAY) return this.#wrong(now);
    this.#lastInYear = inYear;
    this.#block = Number.NaN;
    const utc = this.#utc(wall, now);
    const time = this.#believed(utc, now);
    const blockWall = wall - (inYear - start);
    if (time === utc && inYear >= WAKING && !this.#isTwice(blockWall)) {
      this.#block = block;
      this.#blockNow = blockNow;
      this.#blockStart = blockWall;
      this.#blockUtc = utc - (inYear - start);
    }
    return time;
  }

  /** Seconds by the wall of a stamp without a year: the latest year in which it is at most a day ahead. */
  #wallOf(stamp: Stamp, now: number): number {
    const isLeapDay = stamp.month === 2 && stamp.day === 29;
    // for a quarter of an hour the same year
    const limit = Math.floor(now / QUARTER) * QUARTER + QUARTER + DAY;
    let year = new Date(now * 1000).getUTCFullYear() + 1;
    for (let tries = 0; tries < YEARS_TRIED; tries++, year--) {
      if (isLeapDay && !isLeap(year)) continue;
      const wall = wallSeconds(year, stamp.month, stamp.day, stamp.second);
      if (this.#zone.toUtc(wall - (wall % QUARTER), false) < limit) return wall;
    }
    return wallSeconds(year, stamp.month, stamp.day, stamp.second);
  }

  /** A wall time to UTC. */
  #utc(wall: number, now: number): number {
    const first = this.#zone.toUtc(wall, false);
    const isSecondByOrder = this.#passes(wall, now);
    if (!this.#isTwice(wall)) return first;
    const second = this.#zone.toUtc(wall, true);
    if (Math.min(Math.abs(now - first), Math.abs(now - second)) > NEAR)
      return isSecondByOrder ? second : first;
    return Math.abs(now - second) < Math.abs(now - first) ? second : first;
  }

  /** Whether the order of the log says that the wall is on its second way through this hour. */
  #passes(wall: number, now: number): boolean {
    const state = this.#wall;
    if (wall > now + JUMP && now >= FIRST_SSH) return false; // a wrong clock's
    if (wall < state.latestWall - JUMP) state.latestWall = wall; // an older piece of the log
    return passes(state, wall);
  }

  #isTwice(wall: number): boolean {
    return this.#zone.toUtc(wall, true) !== this.#zone.toUtc(wall, false);
  }

  #believed(utc: number, now: number): number {
    if ((utc > now + JUMP && now >= FIRST_SSH) || utc < FIRST_SSH) return this.#wrong(now);
    this.#last = utc;
    return utc;
  }

  /** The time of a stamp that is none: that of the line before. */
  #wrong(now: number): number {
    this.wrongStamps++;
    return Number.isNaN(this.#last) ? now : this.#last;
  }
}
