/**
 * Stamps of logs that programs write by themselves, where they are not syslog's or ISO 8601:
 *
 * - `Mon Oct 24 11:32:53 2016` (ctime(3): vsftpd, OpenVPN, OpenWrt's logread);
 * - `2016/10/24 11:32:53` (Go's log package: Gitea);
 * - `20161024-11:32:53`, `[20161024-11:32:53]` (xrdp before 0.10);
 * - `24-Oct-2016 11:32:53 +0000` in brackets (PHP's error_log: Roundcube);
 * - `161024 11:32:53`, `2016-10-24  1:32:53` (MySQL before 5.6, MariaDB: the hour is padded with a blank);
 * - ISO 8601 in brackets (`[2016-10-24 11:32:53]`, asterisk and vaultwarden), or with a colon, a tabulator or `|` behind it
 *   (Centreon), or `<W>` before it (Mumble);
 * - `[24/Oct/2016 11:32:53]` (Kerio), `[Oct 24 11:32:53]` (asterisk's default), `[CEST Oct 24 11:32:53]` (Monit);
 * - `2016:10:24-11:32:53` (Sophos and Astaro, DirectAdmin), `2016.10.24 11:32:53`;
 * - `24-10-2016 11:32:53` (Domino): the day first, unless the second number can be no month;
 * - `10/24/2016 11:32:53` (squirrel_logger): the month first, unless the first number can be none;
 * - `@4000000058...` (TAI64N, multilog(8) and s6-log): seconds since 1970 and 2^62 + 10, as daemontools' tai_now() has them, which
 *   counts no leap seconds.
 */
import {
  monthDays,
  STAMP_IMPOSSIBLE,
  STAMP_LOCAL,
  STAMP_YEARLESS,
  STAMP_ZONED,
  type Stamp,
} from './stamp.ts';

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const MONTH_NAMES = MONTHS.split('|');
const CLOCK = '(?<clock>[ \\d]?\\d:\\d\\d:\\d\\d)(?:[.,]\\d{1,9})?';
const ZONE = '(?: ?(?<zone>Z|[+-]\\d\\d:?\\d\\d))?';

/** What may follow: a blank, a bracket, a colon, a bar or the end. */
const END = '(?=[\\s\\]:|]|$)';
const FORMS = [
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<name>${MONTHS}) {1,2}(?<day>\\d{1,2}) ${CLOCK} (?<year>\\d{4})${END}`,
  `(?<year>\\d{4})/(?<month>\\d\\d)/(?<day>\\d\\d) ${CLOCK}${END}`,
  `\\[?(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)-${CLOCK}${END}`,
  `\\[(?<day>\\d\\d)-(?<name>${MONTHS})-(?<year>\\d{4}) ${CLOCK}${ZONE}${END}`,
  `(?<short>\\d\\d)(?<month>\\d\\d)(?<day>\\d\\d) {1,2}${CLOCK}${END}`,
  `(?:\\[|<[A-Z]>)?(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[ T] {0,1}${CLOCK}${ZONE}${END}`,
  `\\[(?<day>\\d\\d)/(?<name>${MONTHS})/(?<year>\\d{4})[ :]${CLOCK}${ZONE}${END}`,
  `\\[(?:[A-Z]{3,5} )?(?<name>${MONTHS}) {1,2}(?<day>\\d{1,2}) ${CLOCK}${END}`,
  `(?<year>\\d{4}):(?<month>\\d\\d):(?<day>\\d\\d)-${CLOCK}${END}`,
  `(?<year>\\d{4})\\.(?<month>\\d\\d)\\.(?<day>\\d\\d) ${CLOCK}${END}`,
  `(?<day>\\d\\d)-(?<month>\\d\\d)-(?<year>\\d{4}) ${CLOCK}${END}`,
  `(?<month>\\d\\d)/(?<day>\\d\\d)/(?<year>\\d{4}) ${CLOCK}${END}`,
].map((form) => new RegExp(`^${form}`));

/** Longest of them, with room. */
const LONGEST = 48;

/** Fills `stamp` from the start of `text` and returns its end, behind a closing bracket and a colon; 0 for none. */
export function readOwnStamp(text: string, stamp: Stamp): number {
  const c = text.charCodeAt(0);
  if (c === 64) return readTai64(text, stamp);
  // a digit, a bracket, or a weekday
  if (!((c >= 48 && c <= 57) || c === 60 || c === 91 || (c >= 70 && c <= 87))) return 0;
  const head = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  for (const form of FORMS) {
    const match = form.exec(head);
    const groups = match?.groups;
    if (match === null || groups === undefined) continue;
    const { year, short, month, name, day, clock = '', zone } = groups;
    stamp.text = text;
    // two digits of the year: MySQL wrote them from 1995 to 2013
    if (year !== undefined) stamp.year = Number(year);
    else stamp.year = short === undefined ? 0 : Number(short) + (Number(short) < 70 ? 2000 : 1900);
    stamp.month = name === undefined ? Number(month) : MONTH_NAMES.indexOf(name) + 1;
    stamp.day = Number(day);
    if (stamp.month > 12) [stamp.month, stamp.day] = [stamp.day, stamp.month];
    const [hours = 0, minutes = 0, seconds = 0] = clock.trim().split(':').map(Number);
    stamp.second = hours * 3600 + minutes * 60 + Math.min(seconds, 59);
    stamp.zoneSeconds = zone === undefined ? 0 : zoneSeconds(zone);
    const isDate =
      stamp.month >= 1 &&
      stamp.month <= 12 &&
      stamp.day >= 1 &&
      stamp.day <= monthDays(stamp.year, stamp.month) &&
      hours < 24 &&
      minutes < 60 &&
      seconds < 61;
    if (!isDate) stamp.kind = STAMP_IMPOSSIBLE;
    else if (stamp.year === 0) stamp.kind = STAMP_YEARLESS;
    else stamp.kind = zone === undefined ? STAMP_LOCAL : STAMP_ZONED;
    let end = match[0].length;
    if (c === 91) {
      if (text[end] !== ']') continue;
      end++;
    }
    if (text[end] === ':') end++;
    return end;
  }
  return 0;
}

/** TAI64 and TAI64N labels (cr.yp.to/libtai/tai64.html): 16 or 24 hexadecimal digits, of seconds below 2^31. */
function readTai64(text: string, stamp: Stamp): number {
  const seconds = /^@40000000([0-9a-f]{8})(?:[0-9a-f]{8})?(?=\s|$)/.exec(text);
  if (seconds === null) return 0;
  stamp.text = text;
  stamp.setEpoch(Number.parseInt(seconds[1]!, 16) - TAI_AHEAD);
  return seconds[0].length;
}

/** What tai_now() of daemontools adds beside 2^62. */
const TAI_AHEAD = 10;

/** Seconds east of UTC. */
function zoneSeconds(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -60 : 60) * minutes;
}
