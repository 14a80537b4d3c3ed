/**
 * Attempts per day as one line of bars between its first and last day. A stretch with more days than columns puts
 * several days into one bar; a day without attempts stays empty, so that a pause can be seen.
 */
import { thousands } from '../explain/wording.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** For terminals without Unicode: as dark as they are high. */
const ASCII_BARS = ['.', ':', '-', '=', '+', '*', '#', '@'];

const DAY_MS = 86_400_000;

/** Fewer days than this are said better by the sentence above. */
const LEAST_DAYS = 3;

export interface PerDay {
  readonly date: string;
  readonly attempts: number;
}

/** `2008-11-19 |▂▆█▇| 2008-11-22, at most 733 a day`; undefined where there is nothing to draw. */
export function sparkline(perDay: readonly PerDay[], width: number, unicode: boolean): string | undefined {
  const first = perDay[0];
  const last = perDay[perDay.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const start = Date.parse(first.date);
  const days = (Date.parse(last.date) - start) / DAY_MS + 1;
  if (!(days >= LEAST_DAYS)) return undefined;
  const most = perDay.reduce((max, day) => Math.max(max, day.attempts), 0);
  const label = `, at most ${thousands(most)} a day`;
  const wide = width - first.date.length - last.date.length - label.length - 4;
  const daysPerBar = Math.max(1, Math.ceil(days / Math.max(8, wide)));
  const each = daysPerBar > 1 ? `; a bar is ${thousands(daysPerBar)} days` : '';
  const bars = daysPerBar > 1 ? Math.max(8, wide - each.length) : days;
  const perBar = Math.ceil(days / bars);
  const sums = new Float64Array(Math.ceil(days / perBar));
  for (const day of perDay) {
    const at = Math.floor((Date.parse(day.date) - start) / DAY_MS / perBar);
    if (at >= 0 && at < sums.length) sums[at]! += day.attempts;
  }
  const highest = sums.reduce((max, sum) => Math.max(max, sum), 1);
  const shapes = unicode ? BARS : ASCII_BARS;
  let drawn = '';
  for (const sum of sums) drawn += sum === 0 ? ' ' : shapes[Math.ceil((sum / highest) * shapes.length) - 1]!;
  const note = perBar > 1 ? `; a bar is ${thousands(perBar)} days` : '';
  return `${first.date} |${drawn}| ${last.date}${label}${note}`;
}
