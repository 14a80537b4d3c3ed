/**
 * Times as a person writes them on the command line: an ISO 8601 date or date-time, read in the zone of the log
 * unless it names its own, or a span back from now (`36h`, `14d`, `2w`).
 */
import { Temporal } from 'temporal-polyfill';
import { Trouble } from '../model/error.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';

const SPAN = /^(\d{1,6})([smhdw])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Seconds since 1970 UTC; null for null. A date alone is its midnight. Throws a wrong call otherwise. */
export function timeOption(
  option: '--since' | '--until',
  text: string | null,
  timezone: string,
  now: number,
): number | null {
  if (text === null) return null;
  const span = SPAN.exec(text.trim());
  if (span !== null) return now - Number(span[1]) * UNIT_SECONDS[span[2]!]!;
  const iso = text.trim().replace(' ', 'T');
  try {
    if (/T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(iso))
      return Math.floor(Temporal.Instant.from(iso).epochMilliseconds / 1000);
    const plain = Temporal.PlainDateTime.from(iso, { overflow: 'reject' });
    return Math.floor(plain.toZonedDateTime(timezone).epochMilliseconds / 1000);
  } catch {
    throw new Trouble(
      'wrong-call',
      `${option} ${text}: no such time`,
      'Write 2026-11-19, 2026-11-19T15:04, or a span back from now: 36h, 14d, 2w.',
    );
  }
}

/** The zone as given. Throws a wrong call where there is no such zone. */
export function checkZone(timezone: string): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
    return timezone;
  } catch {
    throw new Trouble(
      'wrong-call',
      `--timezone ${timezone}: no such zone`,
      'Write it as the tz database does: UTC, Europe/Oslo, America/New_York.',
    );
  }
}
