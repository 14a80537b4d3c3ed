/**
 * Stamps of logs that programs write by themselves, where they are not syslog's or ISO 8601:
 *
 * - `Mon Oct 24 11:32:53 2016` (ctime(3): vsftpd, OpenVPN, OpenWrt's logread);
 * - `2016/10/24 11:32:53` (Go's log package: Gitea);
 * - `20161024-11:32:53`, `[20161024-11:32:53]` (xrdp before 0.10);
 * - `24-Oct-2016 11:32:53 +0000` in brackets (PHP's error_log: Roundcube);
 * - `161024 11:32:53`, `2016-10-24  1:32:53` (MySQL before 5.6, MariaDB: the hour is padded with a blank);
 * - ISO 8601 in brackets (`[2016-10-24 11:32:53]`, asterisk and vaultwarden), or with a colon or tabulator behind it.
 */
import { STAMP_IMPOSSIBLE, STAMP_LOCAL, STAMP_ZONED, type Stamp } from './stamp.ts';

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const MONTH_NAMES = MONTHS.split('|');
const CLOCK = '(?<clock>[ \\d]?\\d:\\d\\d:\\d\\d)(?:[.,]\\d{1,9})?';
const ZONE = '(?: ?(?<zone>Z|[+-]\\d\\d:?\\d\\d))?';

/** What may follow: a blank, a bracket, a colon or the end. */
const END = '(?=[\\s\\]:]|$)';
const FORMS = [
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<name>${MONTHS}) {1,2}(?<day>\\d{1,2}) ${CLOCK} (?<year>\\d{4})${END}`,
  `(?<year>\\d{4})/(?<month>\\d\\d)/(?<day>\\d\\d) ${CLOCK}${END}`,
  `\\[?(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)-${CLOCK}${END}`,
  `\\[(?<day>\\d\\d)-(?<name>${MONTHS})-(?<year>\\d{4}) ${CLOCK}${ZONE}${END}`,
  `(?<short>\\d\\d)(?<month>\\d\\d)(?<day>\\d\\d) {1,2}${CLOCK}${END}`,
  `\\[?(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[ T] {0,1}${CLOCK}${ZONE}${END}`,
].map((form) => new RegExp(`^${form}`));

/** Longest of them, with room. */
const LONGEST = 48;

/** Fills `stamp` from the start of `text` and returns its end, behind a closing bracket and a colon; 0 for none. */
export function readOwnStamp(text: string, stamp: Stamp): number {
  const c = text.charCodeAt(0);
  // a digit, a bracket, or a weekday
  if (!((c >= 48 && c <= 57) || c === 91 || (c >= 70 && c <= 87))) return 0;
  const head = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  for (const form of FORMS) {
    const match = form.exec(head);
    const groups = match?.groups;
    if (match === null || groups === undefined) continue;
    const { year, short, month, name, day, clock = '', zone } = groups;
    stamp.text = text;
    // two digits of the year: MySQL wrote them from 1995 to 2013
    stamp.year = year !== undefined ? Number(year) : Number(short) + (Number(short) < 70 ? 2000 : 1900);
    stamp.month = name === undefined ? Number(month) : MONTH_NAMES.indexOf(name) + 1;
    stamp.day = Number(day);
    const [hours = 0, minutes = 0, seconds = 0] = clock.trim().split(':').map(Number);
    stamp.second = hours * 3600 + minutes * 60 + Math.min(seconds, 59);
    stamp.zoneSeconds = zone === undefined ? 0 : zoneSeconds(zone);
    const isDate =
      stamp.month >= 1 &&
      stamp.month <= 12 &&
      stamp.day >= 1 &&
      stamp.day <= new Date(Date.UTC(stamp.year, stamp.month, 0)).getUTCDate() &&
      hours < 24 &&
      minutes < 60 &&
      seconds < 61;
    stamp.kind = !isDate ? STAMP_IMPOSSIBLE : zone === undefined ? STAMP_LOCAL : STAMP_ZONED;
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

/** Seconds east of UTC. */
function zoneSeconds(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -60 : 60) * minutes;
}
