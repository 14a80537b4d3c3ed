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

/**
 * `2008-11-19 |▂▆█▇| 2008-11-22, at most 733 a day` in lines of at most `width` columns (at least 36); none where
 * there is nothing to draw.
 */
export function sparkline(perDay: readonly PerDay[], width: number, unicode: boolean): string[] {
  const first = perDay[0];
  const last = perDay[perDay.length - 1];
  if (first === undefined || last === undefined) return [];
  const start = Date.parse(first.date);
  const days = Math.round((Date.parse(last.date) - start) / DAY_MS) + 1;
  if (!(days >= LEAST_DAYS)) return [];
  const room = Math.max(8, width - first.date.length - last.date.length - 4);
  const perBar = Math.ceil(days / room);
  const sums = new Float64Array(Math.ceil(days / perBar));
  let most = 0;
  for (const day of perDay) {
    const at = Math.floor((Date.parse(day.date) - start) / DAY_MS / perBar);
    if (at >= 0 && at < sums.length) sums[at]! += day.attempts;
    most = Math.max(most, day.attempts);
  }
  const highest = sums.reduce((max, sum) => Math.max(max, sum), 1);
  const shapes = unicode ? BARS : ASCII_BARS;
  let drawn = '';
  for (const sum of sums) drawn += sum === 0 ? ' ' : shapes[Math.ceil((sum / highest) * shapes.length) - 1]!;
  const bars = `${first.date} |${drawn}| ${last.date}`;
  const note = `at most ${thousands(most)} a day${perBar > 1 ? `; a bar is ${thousands(perBar)} days` : ''}`;
  return bars.length + 2 + note.length <= width ? [`${bars}, ${note}`] : [bars, note];
}
