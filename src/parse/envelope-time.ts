/**
 * The time that a field of a record holds, where it is the whole of a text or a number: epochs in any unit, ISO 8601
 * with any number of digits (Windows has seven), the forms of web servers (`22/Nov/2026:07:01:02 +0100`,
 * `2026/11/22 07:01:02`, `Sun Nov 22 07:01:02.123456 2026`), of exports (`Nov 22, 2026 @ 07:01:02.000`,
 * `11/22/2026 7:01:02 AM`, `22.11.2026 07:01:02`, `/Date(1795330862000)/`), of mail, and syslog's without a year.
 *
 * `3/4/2026` is March in some countries and April in others. What decides is a date of the same file whose day is
 * beyond 12 ({@link DateOrder}); before the first of them a month comes first, as in the invariant culture of .NET.
 */
import { monthAt, NO_STAMP, STAMP_EPOCH, STAMP_IMPOSSIBLE, STAMP_YEARLESS, type Stamp } from './stamp.ts';

/** What the dates with slashes of a file have shown so far. */
export interface DateOrder {
  dayFirst: boolean;
}

/** Longer texts are no times. */
const LONGEST = 64;

const CLOCK = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d{1,9})?`;
const ZONE = String.raw`(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)| [A-Z][A-Za-z]{1,5})?`;

const ISO = new RegExp(String.raw`^(\d{4})[-/](\d\d)[-/](\d\d)[T ]${CLOCK}${ZONE}$`, 'i');
const CLF = new RegExp(String.raw`^(\d{1,2})/([A-Za-z]{3})/(\d{4})[: ]${CLOCK}${ZONE}$`);
const CTIME = new RegExp(String.raw`^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) +(\d{1,2}) ${CLOCK}(?: (\d{4}))?$`);
const KIBANA = new RegExp(String.raw`^([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4}),?(?: @)? ${CLOCK}( [AP]M)?$`);
const SLASHES = new RegExp(String.raw`^(\d{1,2})/(\d{1,2})/(\d{4}),? ${CLOCK}(?:[ \u202f]([AP])M)?$`, 'i');
const DOTS = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4}),? ${CLOCK}$`);
const MAIL = new RegExp(String.raw`^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) ${CLOCK}${ZONE}$`);
const DOTNET = /^\\?\/Date\((\d{12,14})(?:[+-]\d{4})?\)\\?\/$/;
const EPOCH = /^(\d{9,20})(?:\.\d{1,9})?$/;

/** Seconds since 1970 from a number whose unit its size tells: seconds, or thousandths, millionths, billionths. */
export function epochSeconds(value: number): number {
  if (value >= 1e17) return Math.floor(value / 1e9);
  if (value >= 1e14) return Math.floor(value / 1e6);
  if (value >= 1e11) return Math.floor(value / 1e3);
  return Math.floor(value);
}

/**
 * Sets `stamp` from a field's value: {@link STAMP_IMPOSSIBLE} for a date that is none, {@link NO_STAMP} for no value and
 * for a text in no form of a time. Returns whether there is a time.
 */
export function readTime(value: unknown, stamp: Stamp, order: DateOrder): boolean {
  stamp.kind = NO_STAMP;
  if (typeof value === 'number') {
    // 1973: a smaller number is a duration or a counter
    if (value >= 1e8 && value < 1e20) stamp.setEpoch(epochSeconds(value));
    else stamp.kind = STAMP_IMPOSSIBLE;
    return stamp.kind !== STAMP_IMPOSSIBLE;
  }
  if (typeof value !== 'string') return false;
  const text = value.trim();
  if (text === '' || text === '-') return false;
  if (text.length <= LONGEST) readText(text, stamp, order);
  return stamp.kind !== NO_STAMP && stamp.kind !== STAMP_IMPOSSIBLE;
}

function readText(text: string, stamp: Stamp, order: DateOrder): void {
  let match = ISO.exec(text);
  if (match !== null) {
    const [, year, month, day, hours, minutes, seconds, zone] = match;
    set(stamp, Number(year), Number(month), day!, hours!, minutes!, seconds!, zone);
    return;
  }
  match = EPOCH.exec(text);
  if (match !== null) {
    stamp.setEpoch(epochSeconds(Number(match[1])));
    return;
  }
  match = CLF.exec(text) ?? MAIL.exec(text);
  if (match !== null) {
    const [, day, month, year, hours, minutes, seconds, zone] = match;
    set(stamp, Number(year), monthAt(month!, 0), day!, hours!, minutes!, seconds!, zone);
    return;
  }
  match = CTIME.exec(text);
  if (match !== null) {
    const [, month, day, hours, minutes, seconds, year] = match;
    set(stamp, Number(year ?? 0), monthAt(month!, 0), day!, hours!, minutes!, seconds!, undefined);
    return;
  }
  match = KIBANA.exec(text);
  if (match !== null) {
    const [, month, day, year, hours, minutes, seconds, half] = match;
    const hour = half === undefined ? hours! : hourOf(hours!, half[1]!);
    set(stamp, Number(year), monthAt(month!, 0), day!, hour, minutes!, seconds!, undefined);
    return;
  }
  match = SLASHES.exec(text);
  if (match !== null) {
    const [, first, second, year, hours, minutes, seconds, half] = match;
    if (Number(first) > 12) order.dayFirst = true;
    else if (Number(second) > 12) order.dayFirst = false;
    const [day, month] = order.dayFirst ? [first!, second!] : [second!, first!];
    const hour = half === undefined ? hours! : hourOf(hours!, half);
    set(stamp, Number(year), Number(month), day, hour, minutes!, seconds!, undefined);
    return;
  }
  match = DOTS.exec(text);
  if (match !== null) {
    const [, day, month, year, hours, minutes, seconds] = match;
    set(stamp, Number(year), Number(month), day!, hours!, minutes!, seconds!, undefined);
    return;
  }
  match = DOTNET.exec(text);
  if (match !== null) stamp.setEpoch(epochSeconds(Number(match[1])));
}

function hourOf(hours: string, half: string): string {
  const hour = Number(hours) % 12;
  if (Number(hours) > 12 || Number(hours) === 0) return '99';
  return String(half.toUpperCase() === 'P' ? hour + 12 : hour);
}

function set(
  stamp: Stamp,
  year: number,
  month: number,
  day: string,
  hours: string,
  minutes: string,
  seconds: string,
  zone: string | undefined,
): void {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  const second = h > 23 || m > 59 || s > 60 ? -1 : h * 3600 + m * 60 + Math.min(s, 59);
  stamp.set(year, month, Number(day), second, zoneOffset(zone));
}

/** Seconds east of UTC; null where a zone is not told, or only by a name that several zones have. */
function zoneOffset(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (!/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/**
 * The time of a line inside a record: the line's own, where it has one. A line without a year takes the one that brings
 * it closest to the record's time (`outer`); a line without a time takes all of the record's.
 */
export function placeStamp(inner: Stamp, outer: Stamp): void {
  if (inner.kind === NO_STAMP) {
    inner.kind = outer.kind;
    inner.year = outer.year;
    inner.month = outer.month;
    inner.day = outer.day;
    inner.second = outer.second;
    inner.zoneSeconds = outer.zoneSeconds;
    inner.epoch = outer.epoch;
    return;
  }
  if (inner.kind !== STAMP_YEARLESS || outer.kind <= STAMP_YEARLESS || outer.kind === STAMP_IMPOSSIBLE)
    return;
  const at = outer.year > 0 && outer.kind !== STAMP_EPOCH ? wall(outer, outer.year) : outer.epoch;
  const year = new Date(at * 1000).getUTCFullYear();
  let best = year;
  for (const near of [year - 1, year + 1]) {
    if (Math.abs(wall(inner, near) - at) < Math.abs(wall(inner, best) - at)) best = near;
  }
  inner.set(best, inner.month, inner.day, inner.second, null);
}

function wall(stamp: Stamp, year: number): number {
  return Date.UTC(year, stamp.month - 1, stamp.day) / 1000 + stamp.second;
}
