/**
 * A run: stamps that follow each other without a jump of a month, by one clock. A log is mostly one run; a quiet season, a
 * clock that was wrong, or pieces in the wrong order begin another one. See timeline.ts.
 */
import { DAY } from '../model/time.ts';

/** Years of the calendar on which yearless stamps are counted: every one has 366 days. */
export const YEAR = 366 * DAY;

/**
 * Two stamps at most this far apart, either way, are of one run. Lines come out of order by minutes, a clock is wrong by
 * hours, a weekly piece read in the wrong order is two weeks back. At twice the figure a machine that was off for six
 * weeks at the end of the year would seem late; at half of it, monthly pieces newest first would fall apart.
 */
export const JUMP = 31 * DAY;

/** For {@link Run.windows}: offsets of zones change at multiples of this only (zone.ts). */
export const QUARTER = 15 * 60;

export class Run {
  readonly index: number;
  /** Whether its stamps tell the year; then its positions are seconds since 1970 UTC, else on the calendar from year 0 on. */
  readonly isDated: boolean;
  /** The run that it jumped away from; null for the first. */
  readonly from: Run | null;
  /** Where `from` was then. */
  readonly at: number;
  readonly first: number;
  last: number;
  least: number;
  most: number;
  /** Quarters of an hour, each counted when it is entered: how much the run is worth, whatever a flood writes in it. */
  windows = 0;
  /** Years (from 0) with a 29 February. */
  readonly leapYears = new Set<number>();
  /** The year of its year 0, once known. */
  base: number | null = null;
  /** Whether something told {@link base}, so that it is not up for choice. */
  isTold = false;
  /** Beside another run: the log went back to that one. */
  side: Run | null = null;
  /** Whether the log did go back to {@link side}, or only ended or began there. */
  hasReturned = false;
  /** A clock that was not set yet: the first hour of a year. */
  isWaking = false;
  /** For the hour that comes twice: the latest wall time, and up to when the wall is on its second way. */
  latestWall = Number.NEGATIVE_INFINITY;
  foldUntil = Number.NEGATIVE_INFINITY;
  #window = Number.NaN;

  constructor(index: number, isDated: boolean, from: Run | null, first: number) {
    this.index = index;
    this.isDated = isDated;
    this.from = from;
    this.at = from?.last ?? Number.NaN;
    this.first = first;
    this.last = first;
    this.least = first;
    this.most = first;
  }

  /** Takes the next position. */
  take(position: number): void {
    this.last = position;
    if (position < this.least) this.least = position;
    if (position > this.most) this.most = position;
    const window = Math.floor(position / QUARTER);
    if (window !== this.#window) {
      this.#window = window;
      this.windows++;
    }
  }

  /** Seconds between the earliest and the latest. */
  get span(): number {
    return this.most - this.least;
  }
}

/**
 * Where a stamp at `inYear` (seconds of a year of 366 days) is if it is of the run, at most `reach` before or after its
 * last one; null where it is not.
 */
export function placeInRun(run: Run, inYear: number, reach: number): number | null {
  const ahead = (((inYear - run.last) % YEAR) + YEAR) % YEAR;
  if (ahead <= reach) return run.last + ahead;
  return YEAR - ahead <= reach ? run.last - (YEAR - ahead) : null;
}
