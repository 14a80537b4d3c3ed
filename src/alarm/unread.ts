/**
 * Whether too many lines of login services are not understood: a new release that words its messages anew makes the
 * detector blind without a word. Counted for each input over the last day, hour by hour.
 */
import { HOUR } from '../model/time.ts';
import type { Condition } from './condition.ts';

export interface UnreadOptions {
  /** Share of the lines of login services. */
  readonly share: number;
  /** Unread lines in a day, at least. */
  readonly least: number;
}

/**
 * One in a hundred, as the advice of a report has it (explain/advice.ts): from there on attempts may be missing in number.
 * Twenty: a handful of odd lines on a quiet host is no trend.
 */
export const DEFAULT_UNREAD_OPTIONS: UnreadOptions = { share: 0.01, least: 20 };

const HOURS = 24;
const MOST_INPUTS = 1000;

interface Counted {
  /** By hour since 1970: lines of a login service, and of them unread. */
  hours: [hour: number, lines: number, unread: number][];
}

export interface UnreadWatch {
  /** Counts of an input since the last call, lines of login services and those of them that were unread. */
  count(input: string, lines: number, unread: number, now: number): void;
  /** Inputs that are above; each is said as long as it is (alarms.ts tells it once a day). */
  look(now: number): readonly Condition[];
}

export function createUnreadWatch(options: UnreadOptions = DEFAULT_UNREAD_OPTIONS): UnreadWatch {
  const inputs = new Map<string, Counted>();
  return {
    count(input, lines, unread, now) {
      let one = inputs.get(input);
      if (one === undefined) {
        if (inputs.size >= MOST_INPUTS) return;
        one = { hours: [] };
        inputs.set(input, one);
      }
      const hour = Math.floor(now / HOUR);
      const last = one.hours.at(-1);
      if (last !== undefined && last[0] === hour) {
        last[1] += lines;
        last[2] += unread;
      } else one.hours.push([hour, lines, unread]);
    },
    look(now) {
      const found: Condition[] = [];
      const hour = Math.floor(now / HOUR);
      for (const [input, one] of inputs) {
        one.hours = one.hours.filter(([at]) => at > hour - HOURS && at <= hour);
        const lines = one.hours.reduce((sum, [, n]) => sum + n, 0);
        const unread = one.hours.reduce((sum, [, , n]) => sum + n, 0);
        if (unread >= options.least && unread >= options.share * lines)
          found.push({ kind: 'unread:above', input, lines, unread });
      }
      return found;
    },
  };
}
