/**
 * Stamps to times. Most syslogs write no year (RFC 3164), so a group of files is one timeline, made of runs: stamps that
 * follow each other without a jump of more than a month. A run's year is chosen when the group is at its end; in the
 * order of strength it comes from
 *
 * 1. what told it: `--year`, a stamp with a year in the same timeline, the date in a file's name;
 * 2. a run that it meets: where one piece of a log ends another one begins, whatever the order they are read in;
 * 3. the run behind it, before which it is as late as it can be;
 * 4. the present, for the last one: it is as late as it can be without lying in the future, and every 29 February in
 *    a leap year.
 *
 * A clock that is wrong for a while (one line a year ahead, a machine without a battery that wakes up on 1 January) makes a short
 * run beside the one that the log goes back to, and moves no other line. Late lines count at their own time; what
 * would lie more than a month behind the end of everything is no time at all, and counts where the log was then.
 *
 * Until the end a yearless time is provisional: a number above {@link PROVISIONAL} that says which run and where on a
 * calendar in which every year, numbered from 0, has 366 days, plus one half where the wall clock is on its second way
 * through the same hour. {@link Timeline.settled} turns it into UTC. On that calendar 28 February and 1 March are two
 * days apart in every year; only the joining of lines within minutes sees it.
 */
import { DAY, HOUR } from '../model/time.ts';
import { isLeap, STAMP_EPOCH, STAMP_LOCAL, STAMP_YEARLESS, STAMP_ZONED, type Stamp } from './stamp.ts';
import { calendar, calendarOf, dayOfYear, inYearOf, wallSeconds } from './timeline-calendar.ts';
import { JUMP, placeInRun, QUARTER, Run, YEAR } from './timeline-run.ts';
import { chooseYears, setAsideStrays, type WrongClock, wrongClocks } from './timeline-years.ts';
import type { Zone } from './zone.ts';

/** The date in a file's name may be the day of the first or of the last line: `auth.log.2021-08-15`. */
const NAME_SLACK = 31 * DAY;

/**
 * When the wall clock goes back by half an hour to an hour and a bit, it may be on its second way through an hour:
 * zones go back by 30 (Lord Howe), 60 or, once, 120 minutes.
 */
const FOLD_LEAST = 20 * 60;
const FOLD_MOST = 121 * 60;

/**
 * A machine whose clock has no battery wakes up at the beginning of a year and knows the time a little later. Such a
 * line does not make it the next year, unless the log was already in December.
 */
export const WAKING = 3600;
export const DECEMBER = 335 * DAY;

/**
 * The log has gone back to a run if it takes it up within a week of where it left it; within a month, if it was away
 * for no more than one quarter of an hour of log. Where the run is worth less than {@link RETURN_WINDOWS} quarters,
 * within a day; within an hour, if it is worth one; and never to a single stamp, so that a log with a line or two a
 * season is no back and forth.
 */
const RETURN = 7 * DAY;
const RETURN_WINDOWS = 8;
/** Away for a day of log at most, at no more than so many places: longer is a piece of another log. */
const AWAY_SPAN = DAY;
const MOST_AWAY = 8;

/** Above all seconds since 1970 that a stamp can tell (year 9999), and the room of one run: 478 years. Both are quarters of an hour. */
export const PROVISIONAL = QUARTER * 2 ** 29;
const RUN_ROOM = QUARTER * 2 ** 24;
const MOST_YEARS = 200;
/** Runs may begin before their year 0: a late line. */
const BEFORE = 2 * YEAR;
/** Beyond that many runs, of a log whose stamps are chance, the last one takes every stamp. */
const MOST_RUNS = 10_000;

export class Timeline {
  readonly #zone: Zone;
  #runs: Run[] = [];
  /** The runs that the next stamp with and without a year is held against. */
  #dated: Run | null = null;
  #yearless: Run | null = null;
  /** Whether the last stamp told its year; then where it was on the calendar of 366 days. */
  #lastDated = Number.NaN;
  #toldYear: number | null = null;
  #wrong = new Map<number, number>();
  #wrongDated: { readonly from: number; readonly to: number; readonly time: number }[] = [];

  #lastBlock = Number.NaN;
  #lastPass = false;
  #lastShift = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Forgets everything for the next group. */
  reset(): void {
    this.#runs = [];
    this.#dated = null;
    this.#yearless = null;
    this.#lastDated = Number.NaN;
    this.#toldYear = null;
    this.#wrong = new Map();
    this.#wrongDated = [];
    this.#lastBlock = Number.NaN;
  }

  /**
   * Seconds since 1970 UTC, or provisional ones for a stamp without a year. NaN for an impossible stamp (29 February
   * in a year that has none) and for none.
   */
  time(stamp: Stamp): number {
    switch (stamp.kind) {
      case STAMP_EPOCH:
        return this.#tellDated(stamp.epoch, stamp);
      case STAMP_ZONED:
        return this.#tellDated(
          wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second) - stamp.zoneSeconds,
          stamp,
        );
      case STAMP_LOCAL:
        return this.#local(stamp);
      case STAMP_YEARLESS:
        return this.#yearlessTime(stamp);
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
    const run = stamp.kind === STAMP_YEARLESS ? this.#yearless : this.#dated;
    if (run === null) return false;
    // in the first hour of a year the next stamp may be of another run, unless the log is in that hour already
    if (
      stamp.kind === STAMP_YEARLESS &&
      dayOfYear(stamp) === 0 &&
      stamp.second < WAKING &&
      inYearOf(run.last) >= WAKING
    )
      return false;
    const wall = stamp.kind === STAMP_YEARLESS ? run.last : calendar(stamp);
    const start = wall - (stamp.second % QUARTER);
    const behind = run.latestWall - start;
    const tellsFold = behind >= FOLD_LEAST && behind - QUARTER <= FOLD_MOST;
    const inFold = Math.abs(run.foldUntil - start) <= FOLD_MOST + QUARTER;
    return !tellsFold && !inFold;
  }

  /** The year of the next yearless stamp, for `--year`. */
  anchorYear(year: number): void {
    this.#toldYear = year;
  }

  /** The next yearless stamp is the latest one not after `limit` (seconds since 1970) and a month. */
  anchorBefore(stamp: Stamp, limit: number): void {
    this.#toldYear = this.#latestYear(stamp, limit + NAME_SLACK);
  }

  /** The time of one line by itself: the latest one not after `reference`. */
  timeAlone(stamp: Stamp, reference: number): number {
    if (stamp.kind !== STAMP_YEARLESS) return this.time(stamp);
    const year = this.#latestYear(stamp, reference + DAY);
    return this.#zone.toUtc(wallSeconds(year, stamp.month, stamp.day, stamp.second), false);
  }

  /**
   * Chooses the years, none later than `limit` (seconds since 1970). True if a time told before must go through
   * {@link settled}.
   */
  settle(limit: number): boolean {
    this.#lastBlock = Number.NaN;
    const yearless = this.#runs.filter((run) => !run.isDated);
    const isAfter = (run: Run, base: number): boolean => this.#utc(base, run.most) > limit;
    setAsideStrays(yearless);
    setAsideStrays(this.#runs.filter((run) => run.isDated));
    chooseYears(yearless, new Date(limit * 1000).getUTCFullYear() + 1, isAfter);
    for (const wrong of wrongClocks(this.#runs, limit, isAfter)) this.#setRight(wrong);
    return yearless.length > 0 || this.#wrongDated.length > 0;
  }

  /** UTC of a time that {@link time} told, after {@link settle}; before it only where `--year` told the year. */
  settled(time: number): number {
    if (Number.isNaN(time)) return time;
    if (time < PROVISIONAL) {
      for (const { from, to, time: right } of this.#wrongDated) if (time >= from && time <= to) return right;
      return time;
    }
    // an offset holds for a quarter of an hour, on one way through it
    const block = Math.floor(time / QUARTER);
    const secondPass = time % 1 !== 0;
    if (block === this.#lastBlock && secondPass === this.#lastPass) return time + this.#lastShift;
    const index = Math.floor((time - PROVISIONAL) / RUN_ROOM);
    const right = this.#wrong.get(index);
    if (right !== undefined) return right;
    const run = this.#runs[index];
    const utc = this.#utc(
      run === undefined ? 1970 : baseOf(run),
      time - PROVISIONAL - index * RUN_ROOM - BEFORE,
    );
    this.#lastBlock = block;
    this.#lastPass = secondPass;
    this.#lastShift = utc - time;
    return utc;
  }

  /**
   * How far {@link settled} moves every whole second of the quarter of an hour that `time` is in; NaN where it does not
   * move them alike, or `time` is on its second way through an hour.
   */
  shift(time: number): number {
    if (time < PROVISIONAL) return this.#wrongDated.length === 0 ? 0 : Number.NaN;
    return time % 1 !== 0 || this.isWrong(time) ? Number.NaN : this.settled(time) - time;
  }

  /** Whether a wrong clock stamped what {@link settled} was given. */
  isWrong(time: number): boolean {
    return time < PROVISIONAL
      ? this.#wrongDated.some(({ from, to }) => time >= from && time <= to)
      : this.#wrong.has(Math.floor((time - PROVISIONAL) / RUN_ROOM));
  }

  #setRight({ run, near, at }: WrongClock): void {
    const time = near.isDated ? at : this.#utc(near.base ?? 1970, at);
    if (run.isDated) this.#wrongDated.push({ from: run.least, to: run.most, time });
    else this.#wrong.set(run.index, time);
  }

  /** UTC of a position on the calendar, its year 0 being `base`. */
  #utc(base: number, position: number): number {
    const secondPass = position % 1 !== 0;
    const whole = Math.floor(position);
    const index = Math.floor(whole / YEAR);
    const rest = whole - index * YEAR;
    const year = base + index;
    let day = Math.floor(rest / DAY);
    // on the calendar of 366 days, 31 + 28 is 29 February
    if (day > 59 && !isLeap(year)) day--;
    return this.#zone.toUtc(Date.UTC(year, 0, 1) / 1000 + day * DAY + (rest % DAY), secondPass);
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

  #local(stamp: Stamp): number {
    const wall = wallSeconds(stamp.year, stamp.month, stamp.day, stamp.second);
    // which way the clock goes through the hour is asked of the run it is in: a jump is no hour that comes twice
    const run = this.#dated;
    const near = run !== null && Math.abs(run.last - wall) <= JUMP ? run : null;
    const second = near !== null && passes(near, calendar(stamp));
    const time = this.#tellDated(this.#zone.toUtc(wall, second), stamp);
    if (near === null && this.#dated !== null) passes(this.#dated, calendar(stamp));
    return time;
  }

  /** Takes a stamp that tells its year. */
  #tellDated(utc: number, stamp: Stamp): number {
    const position = stamp.kind === STAMP_EPOCH ? calendarOf(utc) : calendar(stamp);
    const yearless = this.#yearless;
    if (yearless !== null && yearless.base === null) {
      // what came before it is as late as it can be, by a day for zones
      yearless.base = Math.floor((position + DAY - yearless.last) / YEAR);
      yearless.isTold = true;
    }
    this.#lastDated = position;
    let run = this.#dated;
    if (run === null || Math.abs(utc - run.last) > JUMP) {
      const back = this.#goneBack(run, (to, reach) => Math.abs(utc - to.last) <= reach);
      run = back ?? this.#begin(true, run, utc);
      this.#dated = run;
    }
    run.take(utc);
    return utc;
  }

  #yearlessTime(stamp: Stamp): number {
    const inYear = dayOfYear(stamp) * DAY + stamp.second;
    const told = this.#toldYear;
    this.#toldYear = null;
    let run = this.#yearless;
    // a log that has been in this hour already did not wake up in it
    const isWaking =
      inYear < WAKING &&
      told === null &&
      run !== null &&
      inYearOf(run.last) >= WAKING &&
      inYearOf(run.last) < DECEMBER;
    if (isWaking && run !== null) return this.#waking(run, stamp, inYear);

    let position = run === null ? null : placeInRun(run, inYear, JUMP);
    if (position !== null && run !== null && told !== null) {
      const base = told - Math.floor(position / YEAR);
      if (run.base === null) {
        run.base = base;
        run.isTold = true;
      } else if (run.base !== base) position = null;
    }
    if (position !== null && Math.abs(position) > MOST_YEARS * YEAR) position = null;
    if (position === null && told === null) {
      const back = this.#goneBack(run, (to, reach) => placeInRun(to, inYear, reach) !== null);
      if (back !== null) {
        run = back;
        position = placeInRun(back, inYear, JUMP);
      }
    }
    if (run === null || position === null) {
      position = inYear;
      run = this.#begin(false, run, position);
      if (told !== null) run.base = told;
      // as it follows a stamp with a year: a month before it, or up to eleven after
      else if (!Number.isNaN(this.#lastDated))
        run.base = Math.ceil((this.#lastDated - JUMP - position) / YEAR);
      run.isTold = run.base !== null;
    } else if (run.base === null && !Number.isNaN(this.#lastDated)) {
      run.base = Math.round((this.#lastDated - position) / YEAR);
      run.isTold = true;
    }
    this.#yearless = run;
    this.#lastDated = Number.NaN;
    run.take(position);
    return this.#place(run, stamp, position);
  }

  /** A clock that has just been switched on: a run by itself, from which the log goes on where it was. */
  #waking(current: Run, stamp: Stamp, inYear: number): number {
    let run = this.#runs.at(-1);
    if (run === undefined || !run.isWaking || run.from !== current || run.at !== current.last) {
      run = this.#begin(false, current, inYear);
      run.isWaking = true;
    }
    run.take(inYear);
    return this.#place(run, stamp, inYear);
  }

  /** The provisional time at a position; NaN for a 29 February that there was not. */
  #place(run: Run, stamp: Stamp, position: number): number {
    if (stamp.month === 2 && stamp.day === 29) {
      const year = Math.floor(position / YEAR);
      if (run.base !== null && !isLeap(run.base + year)) return Number.NaN;
      run.leapYears.add(year);
    }
    const second = passes(run, position);
    return PROVISIONAL + run.index * RUN_ROOM + BEFORE + position + (second ? 0.5 : 0);
  }

  /** The run that a jump away from `run` goes back to; null where it goes on to another place. */
  #goneBack(run: Run | null, isNear: (to: Run, reach: number) => boolean): Run | null {
    if (run === null) return null;
    const away: Run[] = [];
    for (let at = run; at.from !== null && away.length < MOST_AWAY && !at.isTold; at = at.from) {
      const { from } = at;
      if (at.side !== from && (at.span > AWAY_SPAN || at.windows > from.windows)) break;
      away.push(at);
      if (!isNear(from, reachBack(from, run))) continue;
      for (const short of away) {
        short.side = from;
        short.hasReturned = true;
      }
      return from;
    }
    // a host whose clock is always wrong, between the lines of others
    const beside = this.#runs.at(-1);
    if (
      beside !== undefined &&
      beside.side === run &&
      beside.isDated === run.isDated &&
      isNear(beside, RETURN)
    )
      return beside;
    return null;
  }

  #begin(isDated: boolean, from: Run | null, first: number): Run {
    const last = this.#runs.at(-1);
    if (this.#runs.length >= MOST_RUNS && last !== undefined && last.isDated === isDated) return last;
    const run = new Run(this.#runs.length, isDated, from, first);
    this.#runs.push(run);
    return run;
  }
}

/** How far from where `to` was left the log may take it up again after `away`; below 0: it may not. */
function reachBack(to: Run, away: Run): number {
  if (to.windows >= RETURN_WINDOWS) return away.span <= QUARTER ? JUMP : RETURN;
  if (to.span === 0) return -1;
  return to.windows > 1 ? DAY : HOUR;
}

/** The year of a run's year 0; where it is not chosen yet, the first after the run before. */
function baseOf(run: Run): number {
  if (run.base !== null) return run.base;
  return run.from === null ? 1970 : Math.ceil((baseOf(run.from) * YEAR + run.at - JUMP - run.first) / YEAR);
}

/**
 * Whether the clock is on its second way through this hour; `wall` is on the calendar of 366 days, or on any on which
 * the hours of a day are one after the other.
 */
export function passes(run: Pick<Run, 'latestWall' | 'foldUntil'>, wall: number): boolean {
  if (wall >= run.latestWall) {
    run.latestWall = wall;
  } else {
    const back = run.latestWall - wall;
    if (back >= FOLD_LEAST && back <= FOLD_MOST) run.foldUntil = run.latestWall;
  }
  // only asked of a time that comes twice: the flag may stay until well behind it
  return Math.abs(run.foldUntil - wall) <= FOLD_MOST;
}

export { dateInName } from './timeline-calendar.ts';
