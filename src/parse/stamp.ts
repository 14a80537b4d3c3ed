/**
 * The stamp of a line: which date and time its characters say, and how much they leave open.
 *
 * RFC 3164 section 4.1.2 (`Nov 19 15:04:22`), with a year or a fraction where a daemon adds them; ISO 8601 and
 * RFC 3339, blank or T between; journalctl(1)'s short-full and short-unix. An object is filled again for every line.
 */

export const NO_STAMP = 0;
/** Date and time without a year, in local time. */
export const STAMP_YEARLESS = 1;
/** Date and time with year, in local time. */
export const STAMP_LOCAL = 2;
/** Date and time with year and zone. */
export const STAMP_ZONED = 3;
/** Seconds since 1970. */
export const STAMP_EPOCH = 4;
/** Looks like a stamp, but there is no such date. */
export const STAMP_IMPOSSIBLE = 5;

export class Stamp {
  text = '';
  /** One of the STAMP codes. */
  kind = NO_STAMP;
  year = 0;
  /** 1 to 12. */
  month = 0;
  day = 0;
  /** Of the day. */
  second = 0;
  /** Seconds east of UTC, for {@link STAMP_ZONED}. */
  zoneSeconds = 0;
  /** For {@link STAMP_EPOCH}. */
  epoch = 0;

  /** Reads the stamp at `start` and returns its end, or sets {@link NO_STAMP} and returns `start`. */
  read(text: string, start: number): number {
    this.text = text;
    this.kind = NO_STAMP;
    return this.#scan(start);
  }

  /**
   * Sets a date and time that was read elsewhere; {@link STAMP_IMPOSSIBLE} where there is no such one.
   *
   * @param year 0 where it is not told
   * @param second of the day; below 0 where the clock is impossible
   * @param zoneSeconds seconds east of UTC; null where no zone is told
   */
  set(year: number, month: number, day: number, second: number, zoneSeconds: number | null): void {
    this.second = second;
    this.zoneSeconds = zoneSeconds ?? 0;
    const kind = year === 0 ? STAMP_YEARLESS : zoneSeconds === null ? STAMP_LOCAL : STAMP_ZONED;
    this.#setDate(year, month, day, kind);
  }

  /** Sets seconds since 1970. */
  setEpoch(seconds: number): void {
    this.kind = STAMP_EPOCH;
    this.epoch = seconds;
  }

  /** Makes this the same date and time as `other`. */
  assign(other: Stamp): void {
    this.kind = other.kind;
    this.year = other.year;
    this.month = other.month;
    this.day = other.day;
    this.second = other.second;
    this.zoneSeconds = other.zoneSeconds;
    this.epoch = other.epoch;
  }

  #scan(start: number): number {
    const c = this.text.charCodeAt(start);
    if (c >= 48 && c <= 57) return this.#readNumericStamp(start);
    const month = monthAt(this.text, start);
    if (month > 0) return this.#readNamedStamp(start, month, 0);
    // journalctl -o short-full: `Mon 2021-08-16 12:00:00 UTC host ..`
    if (isWeekday(this.text, start)) {
      const end = this.#readNumericStamp(start + 4);
      if (this.kind !== NO_STAMP) return this.#readZoneName(end);
    }
    return start;
  }

  /** `Nov 19 15:04:22`, `Nov  9 2008 15:04:22`, `2008 Nov 19 15:04:22`, a fraction behind. */
  #readNamedStamp(start: number, month: number, year: number): number {
    const text = this.text;
    let i = start + 3;
    const blanks = i;
    while (isBlank(text, i)) i++;
    if (i === blanks) return start;
    let day = digit(text, i++);
    if (day < 0) return start;
    const second = digit(text, i);
    if (second >= 0) {
      day = day * 10 + second;
      i++;
    }
    if (text.charCodeAt(i++) !== SPACE) return start;
    let years = year;
    if (years === 0) {
      years = number(text, i, 4);
      if (years < 0 || text.charCodeAt(i + 4) !== SPACE) years = 0;
      else i += 5;
    }
    const end = this.#readClock(i);
    if (end < 0) return start;
    i = end;
    this.#setDate(years, month, day, years === 0 ? STAMP_YEARLESS : STAMP_LOCAL);
    if (text.charCodeAt(i) === COLON && this.#atBlank(i + 1)) i++; // Cisco and some relays: `15:04:22: host`
    return this.#atBlank(i) ? i : this.#none(start);
  }

  /** `2026-02-01T00:00:01.5+01:00`, `2008 Nov 19 ..`, `1629108000.123456`. */
  #readNumericStamp(start: number): number {
    const text = this.text;
    const year = number(text, start, 4);
    if (year < 0) return start;
    const separator = text.charCodeAt(start + 4);
    if (separator === SPACE) {
      const month = monthAt(text, start + 5);
      return month === 0 ? start : this.#backTo(start, this.#readNamedStamp(start + 5, month, year));
    }
    if (separator !== DASH) return this.#readEpoch(start);
    const month = number(text, start + 5, 2);
    const day = number(text, start + 8, 2);
    const t = text.charCodeAt(start + 10);
    if (month < 0 || day < 0 || text.charCodeAt(start + 7) !== DASH || (t !== SPACE && t !== 84 && t !== 116))
      return start;
    let i = this.#readClock(start + 11);
    if (i < 0) return start;
    const c = text.charCodeAt(i);
    let kind = STAMP_LOCAL;
    if (c === 90 || c === 122) {
      kind = STAMP_ZONED;
      this.zoneSeconds = 0;
      i++;
    } else if (c === PLUS || c === DASH) {
      const hours = number(text, i + 1, 2);
      if (hours < 0) return start;
      let next = i + 3;
      if (text.charCodeAt(next) === COLON) next++;
      let minutes = number(text, next, 2);
      if (minutes < 0) minutes = 0;
      else next += 2;
      this.zoneSeconds = (c === DASH ? -1 : 1) * (hours * 3600 + minutes * 60);
      kind = STAMP_ZONED;
      i = next;
      if (hours > 18 || minutes > 59) this.month = 0;
    }
    this.#setDate(year, month, day, kind);
    if (text.charCodeAt(i) === COLON && this.#atBlank(i + 1)) i++;
    return this.#atBlank(i) ? i : this.#none(start);
  }

  #readEpoch(start: number): number {
    const match = /^(\d{9,11})(?:\.\d{1,9})? /.exec(this.text.slice(start, start + 24));
    if (match === null) return start;
    this.kind = STAMP_EPOCH;
    this.epoch = Number(match[1]);
    return start + match[0].length - 1;
  }

  /** The zone behind journalctl's short-full: `UTC`, `CEST`, `+03`. Only UTC and numbers say which. */
  #readZoneName(i: number): number {
    const match = /^ (?:(UTC|GMT)|([+-])(\d\d)(\d\d)?|[A-Z]{2,5})(?= )/.exec(this.text.slice(i, i + 8));
    if (match === null) return i;
    if (this.kind === STAMP_LOCAL && (match[1] !== undefined || match[2] !== undefined)) {
      this.kind = STAMP_ZONED;
      const seconds = match[1] === undefined ? Number(match[3]) * 3600 + Number(match[4] ?? 0) * 60 : 0;
      this.zoneSeconds = match[2] === '-' ? -seconds : seconds;
    }
    return i + match[0].length;
  }

  /** `15:04:22` with a fraction; the end, or -1. An impossible clock leaves {@link second} at -1. */
  #readClock(start: number): number {
    const text = this.text;
    let i = start;
    let hours = digit(text, i++);
    if (hours < 0) return -1;
    const ones = digit(text, i);
    if (ones >= 0) {
      hours = hours * 10 + ones;
      i++;
    }
    const minutes = number(text, i + 1, 2);
    const seconds = number(text, i + 4, 2);
    if (minutes < 0 || seconds < 0 || text.charCodeAt(i) !== COLON || text.charCodeAt(i + 3) !== COLON)
      return -1;
    i += 6;
    const c = text.charCodeAt(i);
    if ((c === 46 || c === 44) && digit(text, i + 1) >= 0) {
      i++;
      while (digit(text, i) >= 0) i++;
    }
    // a leap second (:60) is the last second of its minute here, as in POSIX time
    this.second =
      hours > 23 || minutes > 59 || seconds > 60 ? -1 : hours * 3600 + minutes * 60 + Math.min(seconds, 59);
    return i;
  }

  #setDate(year: number, month: number, day: number, kind: number): void {
    this.year = year;
    this.month = month;
    this.day = day;
    const possible =
      this.second >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= monthDays(year, month);
    this.kind = possible ? kind : STAMP_IMPOSSIBLE;
  }

  #atBlank(i: number): boolean {
    return i >= this.text.length || this.text.charCodeAt(i) === SPACE;
  }

  #none(start: number): number {
    this.kind = NO_STAMP;
    return start;
  }

  #backTo(start: number, end: number): number {
    return this.kind === NO_STAMP ? start : end;
  }
}

const SPACE = 32;
const PLUS = 43;
const DASH = 45;
const COLON = 58;

/** Days of a month; year 0 stands for 'not told' and has a February of 29. */
export function monthDays(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** A space, or the one that does not break, which logs have that went through a web page. */
export function isBlank(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  return c === SPACE || c === 0xa0;
}

/** The digit at `i`, else -1. */
export function digit(text: string, i: number): number {
  const c = text.charCodeAt(i);
  return c >= 48 && c <= 57 ? c - 48 : -1;
}

/** A number of exactly `digits` digits, else -1. */
function number(text: string, start: number, digits: number): number {
  let value = 0;
  for (let i = start; i < start + digits; i++) {
    const c = text.charCodeAt(i);
    if (!(c >= 48 && c <= 57)) return -1;
    value = value * 10 + c - 48;
  }
  return value;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH_CODES = new Map(MONTHS.map((name, i) => [nameCode(name, 0), i + 1]));
const WEEKDAY_CODES = new Set(
  ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((name) => nameCode(name, 0)),
);

/** Three letters as one number, without regard to case. */
function nameCode(text: string, i: number): number {
  return (
    ((text.charCodeAt(i) | 32) << 16) | ((text.charCodeAt(i + 1) | 32) << 8) | (text.charCodeAt(i + 2) | 32)
  );
}

/** 1 to 12 for the English name that begins at `i`, in three letters or more; 0 for none. */
export function monthAt(text: string, i: number): number {
  return MONTH_CODES.get(nameCode(text, i)) ?? 0;
}

function isWeekday(text: string, i: number): boolean {
  return text.charCodeAt(i + 3) === SPACE && WEEKDAY_CODES.has(nameCode(text, i));
}
