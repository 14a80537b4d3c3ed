/**
 * What stands around a message: stamp, host, program, process. One scanner over the characters for the envelopes
 * that text logs have:
 *
 * - RFC 3164 as syslog daemons write it: `Nov 19 15:04:22 host sshd[40232]: ..`, with `<38>` before it, FreeBSD's
 *   `<auth.info>` behind the stamp, a year (`Nov 19 2008 15:04:22`, `2008 Nov 19 15:04:22`), fractions, AIX's
 *   `auth|security:info`, Solaris' `[ID 800047 auth.info]`, macOS' `<Notice>:`, or no host;
 * - ISO 8601: `2026-02-01T00:00:01.123456+00:00 host sshd[1]: ..`, blank for T, `Z`, `+0100`, no zone;
 * - RFC 5424: `<38>1 2026-02-01T00:00:01Z host sshd 123 - - ..`;
 * - journalctl -o short, short-precise, short-iso, short-full, short-unix, with-unit (systemd's journalctl(1)).
 *
 * One object is filled again for every line: ten million of them need no garbage.
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

export class Envelope {
  text = '';
  /** One of the STAMP codes. */
  stamp = NO_STAMP;
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
  stampEnd = 0;
  hostStart = 0;
  hostEnd = 0;
  programStart = 0;
  programEnd = 0;
  /** -1 where there is none. */
  pid = -1;
  /** PAM module of the old tag `sshd(pam_unix)[123]`, else the empty string. */
  module = '';
  messageStart = 0;
  /** `last message repeated 3 times`: 3, else 0. */
  repeated = 0;
  /** For envelopes whose message is not a part of the line (journal JSON). */
  message: string | null = null;
  host: string | null = null;
  program: string | null = null;

  /** Splits a line. What it finds no stamp and no program in is a bare message. */
  read(text: string): void {
    this.text = text;
    this.stamp = NO_STAMP;
    this.hostStart = this.hostEnd = this.programStart = this.programEnd = this.messageStart = 0;
    this.pid = -1;
    this.module = '';
    this.repeated = 0;
    this.message = this.host = this.program = null;
    let i = 0;
    if (text.charCodeAt(0) === LESS) {
      const end = priorityEnd(text, 0);
      if (end > 0) {
        i = end;
        if (text.startsWith('1 ', i)) {
          this.#readRfc5424(i + 2);
          return;
        }
        while (text.charCodeAt(i) === SPACE) i++;
      }
    }
    i = this.#readStamp(i);
    this.stampEnd = i;
    if (this.stamp === NO_STAMP) {
      this.#readTag(i, false);
      return;
    }
    this.#readTag(i, true);
  }

  /** Host and tag behind the stamp. A line without a stamp has no host either, at most a tag. */
  #readTag(from: number, stamped: boolean): void {
    const text = this.text;
    let i = from;
    while (text.charCodeAt(i) === SPACE) i++;
    this.messageStart = i;
    if (text.charCodeAt(i) === LESS) {
      const end = text.indexOf('> ', i);
      if (end > 0 && end - i < 24) i = end + 2;
    }
    const tokenEnd = wordEnd(text, i);
    if (stamped) {
      // `host tag: ..` unless the first word is itself a tag, or the host is missing and two blanks show it
      const blankHost = i - from > 1 && text.charCodeAt(from) === SPACE && isTag(text, i, tokenEnd);
      if (blankHost || isTag(text, i, tokenEnd)) {
        this.hostStart = this.hostEnd = i;
      } else {
        this.hostStart = i;
        this.hostEnd = tokenEnd;
        i = tokenEnd;
        while (text.charCodeAt(i) === SPACE) i++;
      }
    }
    if (text.startsWith('last message repeated ', i) || text.startsWith('--- last message repeated ', i)) {
      this.#readLastRepeated(i);
      return;
    }
    let end = wordEnd(text, i);
    // AIX: `auth|security:info sshd[1]: ..`
    if (
      end > i &&
      text.charCodeAt(end - 1) !== COLON &&
      text.lastIndexOf('|', end) >= i &&
      /^\w+\|\w+:\w+$/.test(text.slice(i, end))
    ) {
      i = end + 1;
      end = wordEnd(text, i);
    }
    if (!this.#readProgram(i, end, stamped)) {
      this.programStart = this.programEnd = i;
      this.messageStart = stamped ? i : from;
      return;
    }
    if (text.startsWith('last message repeated ', this.messageStart))
      this.#readLastRepeated(this.messageStart);
  }

  /** `sshd[123]:`, `sshd:`, `/usr/sbin/sshd[1]:`, `sshd(pam_unix)[1]:`, `sshd[1] <Notice>:`. */
  #readProgram(start: number, end: number, stamped: boolean): boolean {
    const text = this.text;
    let programEnd = start;
    while (programEnd < end) {
      const c = text.charCodeAt(programEnd);
      if (c === BRACKET || c === PARENTHESIS || c === COLON) break;
      programEnd++;
    }
    let i = programEnd;
    if (i === end && !stamped) return false;
    if (text.charCodeAt(i) === PARENTHESIS) {
      const close = text.indexOf(')', i);
      if (close < 0 || close > end) return false;
      this.module = text.slice(i + 1, close);
      i = close + 1;
    }
    let pid = -1;
    if (text.charCodeAt(i) === BRACKET) {
      pid = 0;
      i++;
      for (; i < text.length; i++) {
        const c = text.charCodeAt(i);
        if (c < 48 || c > 57) break;
        pid = pid * 10 + c - 48;
        if (pid > 4_294_967_295) return false;
      }
      if (text.charCodeAt(i) !== BRACKET_CLOSE) return false;
      i++;
    }
    if (text.startsWith(' <', i)) {
      const close = text.indexOf('>', i);
      if (close > 0 && close - i < 24) i = close + 1;
    }
    if (text.charCodeAt(i) === COLON) i++;
    else if (!stamped || pid < 0) return false;
    const before = text.charCodeAt(i);
    if (i < text.length && before !== SPACE) return false;
    this.programStart = start;
    this.programEnd = programEnd;
    this.pid = pid;
    if (before === SPACE) i++;
    // Solaris: `[ID 800047 auth.info] ..`
    if (text.startsWith('[ID ', i)) {
      const close = text.indexOf('] ', i);
      if (close > 0 && close - i < 40) i = close + 2;
    }
    this.messageStart = i;
    return true;
  }

  #readLastRepeated(start: number): void {
    const match = /^(?:--- )?last message repeated (\d{1,9}) times?(?: ---)?\s*$/.exec(
      this.text.slice(start),
    );
    if (match !== null) {
      this.repeated = Number(match[1]);
      this.messageStart = start;
    }
  }

  /** RFC 5424 section 6: behind the version. Structured data is skipped. */
  #readRfc5424(from: number): void {
    const text = this.text;
    let i = from;
    if (text.startsWith('- ', i)) i++;
    else {
      i = this.#readStamp(i);
      if (this.stamp === NO_STAMP) return;
    }
    this.stampEnd = i;
    const host = ++i;
    i = wordEnd(text, i);
    this.hostStart = host;
    this.hostEnd = text.slice(host, i) === '-' ? host : i;
    const program = ++i;
    i = wordEnd(text, i);
    this.programStart = program;
    this.programEnd = i;
    const process = ++i;
    i = wordEnd(text, i);
    const pid = text.slice(process, i);
    this.pid = /^\d{1,10}$/.test(pid) ? Number(pid) : -1;
    i = wordEnd(text, i + 1) + 1; // MSGID
    if (text.charCodeAt(i) === BRACKET) i = structuredDataEnd(text, i);
    else if (text.charCodeAt(i) === DASH) i++;
    if (text.charCodeAt(i) === SPACE) i++;
    if (text.charCodeAt(i) === 0xfeff) i++;
    this.messageStart = Math.min(i, text.length);
  }

  /** A stamp at `start`: sets it and returns its end, or leaves {@link NO_STAMP} and returns `start`. */
  #readStamp(start: number): number {
    const c = this.text.charCodeAt(start);
    if (c >= 48 && c <= 57) return this.#readNumericStamp(start);
    const month = monthAt(this.text, start);
    if (month > 0) return this.#readNamedStamp(start, month, 0);
    // journalctl -o short-full: `Mon 2021-08-16 12:00:00 UTC host ..`
    if (isWeekday(this.text, start)) {
      const end = this.#readNumericStamp(start + 4);
      if (this.stamp !== NO_STAMP) return this.#readZoneName(end);
    }
    return start;
  }

  /** `Nov 19 15:04:22`, `Nov  9 2008 15:04:22`, `2008 Nov 19 15:04:22`, a fraction behind. */
  #readNamedStamp(start: number, month: number, year: number): number {
    const text = this.text;
    let i = start + 3;
    const blanks = i;
    while (text.charCodeAt(i) === SPACE) i++;
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
    this.stamp = STAMP_EPOCH;
    this.epoch = Number(match[1]);
    return start + match[0].length - 1;
  }

  /** The zone behind journalctl's short-full: `UTC`, `CEST`, `+03`. Only UTC and numbers say which. */
  #readZoneName(i: number): number {
    const match = /^ (?:(UTC|GMT)|([+-])(\d\d)(\d\d)?|[A-Z]{2,5})(?= )/.exec(this.text.slice(i, i + 8));
    if (match === null) return i;
    if (this.stamp === STAMP_LOCAL && (match[1] !== undefined || match[2] !== undefined)) {
      this.stamp = STAMP_ZONED;
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
    this.stamp = possible ? kind : STAMP_IMPOSSIBLE;
  }

  #atBlank(i: number): boolean {
    return i >= this.text.length || this.text.charCodeAt(i) === SPACE;
  }

  #none(start: number): number {
    this.stamp = NO_STAMP;
    return start;
  }

  #backTo(start: number, end: number): number {
    return this.stamp === NO_STAMP ? start : end;
  }
}

const SPACE = 32;
const PARENTHESIS = 40;
const PLUS = 43;
const DASH = 45;
const COLON = 58;
const LESS = 60;
const BRACKET = 91;
const BRACKET_CLOSE = 93;

/** Days of a month; year 0 stands for 'not told' and has a February of 29. */
export function monthDays(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function digit(text: string, i: number): number {
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

function wordEnd(text: string, start: number): number {
  const end = text.indexOf(' ', start);
  return end < 0 ? text.length : end;
}

/** Behind `<38>`; 0 when there is no priority. */
function priorityEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < start + 4 && digit(text, i) >= 0) i++;
  return i > start + 1 && text.charCodeAt(i) === 62 ? i + 1 : 0;
}

/** Whether the word is a program's tag (`sshd[1]:`, `sshd:`) rather than a host. */
function isTag(text: string, start: number, end: number): boolean {
  if (end <= start) return false;
  const last = text.charCodeAt(end - 1);
  if (last !== COLON) return false;
  const open = text.indexOf('[', start);
  // an IPv6 address as host ends in no colon but `::`
  return (open > start && open < end) || text.charCodeAt(end - 2) !== COLON;
}

function structuredDataEnd(text: string, start: number): number {
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92) i++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === BRACKET_CLOSE && text.charCodeAt(i + 1) !== BRACKET) return i + 1;
  }
  return text.length;
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

function monthAt(text: string, i: number): number {
  return MONTH_CODES.get(nameCode(text, i)) ?? 0;
}

function isWeekday(text: string, i: number): boolean {
  return text.charCodeAt(i + 3) === SPACE && WEEKDAY_CODES.has(nameCode(text, i));
}
