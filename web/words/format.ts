/** Numbers and times of the page: the words of the reports (src/explain/wording.ts), and what only a page needs. */
import { thousands } from '../../src/explain/wording.ts';
import { printable } from '../../src/model/printable.ts';
import { isoTime } from '../../src/model/time.ts';

export { capital, counted, duration, figure, oneIn, percent, thousands } from '../../src/explain/wording.ts';

/** `2008-11-19 15:04:22`, UTC: the page says once that all times are. */
export function moment(seconds: number): string {
  return Number.isFinite(seconds) ? isoTime(seconds).replace('T', ' ').slice(0, 19) : '';
}

/** `2008-11-19 15:04`. */
export function minute(seconds: number): string {
  return moment(seconds).slice(0, 16);
}

/** Hostile text for a place where there are no elements (a canvas, a title): printable, at most `limit` characters. */
export function shortText(text: string, limit: number): string {
  return printable(text, limit);
}

/** `1.2 M`, `34 k`, `5,678`: for an axis. */
export function compact(value: number): string {
  if (value >= 10_000_000) return `${Math.round(value / 1e6)} M`;
  if (value >= 1_000_000) return `${(value / 1e6).toFixed(1).replace(/\.0$/, '')} M`;
  if (value >= 10_000) return `${Math.round(value / 1000)} k`;
  return thousands(value);
}
