/** Where axes have marks and what these say. Times are seconds since 1970, shown in UTC as everywhere in the program. */
import { DAY, HOUR, isoTime, MINUTE } from '../../src/model/time.ts';

const STEPS = [
  1,
  5,
  15,
  30,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
] as const;
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** Monday 1970-01-05: weeks begin there. */
const FIRST_MONDAY = 4 * DAY;

export interface Tick {
  readonly at: number;
  readonly says: string;
}

/** At most `most` marks from `from` to `to`. The first, and each that begins a new day or year, says the larger unit too. */
export function timeTicks(from: number, to: number, most: number): readonly Tick[] {
  const span = to - from;
  if (!(span > 0) || most < 1) return [];
  const step = STEPS.find((one) => span / one <= most);
  const times = step === undefined ? months(from, to, most) : even(from, to, step);
  let before = '';
  return times.map((at) => {
    const iso = isoTime(at);
    const day = dayOf(at);
    const isMidnight = at % DAY === 0;
    const isFine = step !== undefined && step < DAY;
    const large = isFine ? day : iso.slice(0, 4);
    const says = isFine
      ? isMidnight || before !== large
        ? isMidnight
          ? day
          : `${day} ${small(iso, step)}`
        : small(iso, step)
      : step === undefined
        ? before === large
          ? MONTHS[Number(iso.slice(5, 7)) - 1]!
          : `${MONTHS[Number(iso.slice(5, 7)) - 1]!} ${large}`
        : before === large
          ? day
          : `${day} ${large}`;
    before = large;
    return { at, says };
  });
}

function small(iso: string, step: number): string {
  return step < MINUTE ? iso.slice(11, 19) : iso.slice(11, 16);
}

/** `19 Nov`. */
export function dayOf(seconds: number): string {
  const iso = isoTime(seconds);
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]!}`;
}

function even(from: number, to: number, step: number): number[] {
  const origin = step % (7 * DAY) === 0 ? FIRST_MONDAY : 0;
  const out: number[] = [];
  for (let at = Math.ceil((from - origin) / step) * step + origin; at <= to; at += step) out.push(at);
  return out;
}

function months(from: number, to: number, most: number): number[] {
  const span = (to - from) / (30.44 * DAY);
  const step = MONTH_STEPS.find((one) => span / one <= most) ?? 120;
  const start = new Date(from * 1000);
  const out: number[] = [];
  const first = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let month = Math.floor(first / step) * step; out.length <= most + 1; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
    if (at > to) break;
    if (at >= from) out.push(at);
  }
  return out;
}

/** Round numbers from 0 to `top` or a little beyond: at most `most` steps; whole, as they count things. */
export function countTicks(top: number, most: number): readonly number[] {
  if (!(top > 0)) return [0];
  const rough = Math.max(1, top / Math.max(1, most));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power * 10;
  const out: number[] = [];
  for (let at = 0; at < top + step; at += step) out.push(at);
  return out;
}
