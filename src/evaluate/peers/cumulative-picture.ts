/**
 * Attack attempts of one log over time, cumulated: those made (the upper edge of the grey), those that can be prevented
 * at all (of sources that were seen before: the edge of the darker grey), and those that each peer prevented. Curves are named at their right end, and where ends lie close names are moved apart.
 */
import { DAY, isoTime } from '../../model/time.ts';
import type { AttackAttempt } from './score.ts';
import { COLOURS, element, FAINT, INK, line, number, picture, RULE, text } from './svg.ts';

export interface Curve {
  readonly title: string;
  /** Times of what it prevented, ascending, seconds since 1970. */
  readonly times: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 460;
const LEFT = 64;
const RIGHT = 210;
const TOP = 56;
const BOTTOM = 48;
/** Steps a curve is drawn with: one a pixel or so. */
const STEPS = 400;
const LABEL_HEIGHT = 15;
/** Dashes tell curves apart where colour does not. */
const DASHES = ['', '7 3', '2 3', '10 3 2 3', '4 2', '1 4', '12 4'] as const;

export function cumulativePicture(
  title: string,
  attempts: readonly AttackAttempt[],
  curves: readonly Curve[],
): string {
  const made = attempts.map(({ time }) => time);
  const possible = attempts.filter((attempt) => !attempt.first).map(({ time }) => time);
  const first = made[0] ?? 0;
  const last = Math.max(first + 1, made.at(-1) ?? 1);
  const most = Math.max(1, made.length);
  const x = (time: number) => LEFT + ((time - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (count: number) => HEIGHT - BOTTOM - (count / most) * (HEIGHT - TOP - BOTTOM);
  const path = (times: readonly number[]) => {
    const points: string[] = [];
    let count = 0;
    let before = -1;
    let skipped = '';
    for (let step = 0; step <= STEPS; step++) {
      const time = first + ((last - first) * step) / STEPS;
      while (count < times.length && times[count]! <= time) count++;
      const point = `${number(x(time))} ${number(y(count))}`;
      // of a level stretch only the ends
      if (count === before && step < STEPS) skipped = point;
      else {
        if (skipped !== '') points.push(skipped);
        points.push(point);
        skipped = '';
      }
      before = count;
    }
    return `M${points.join('L')}`;
  };
  const content = [
    text(LEFT, 24, 'Attack attempts made, and those prevented', { size: 16, bold: true }),
    text(LEFT, 42, title, { colour: FAINT }),
  ];
  for (const count of countTicks(most)) {
    content.push(line(LEFT, y(count), WIDTH - RIGHT, y(count), RULE));
    content.push(
      text(LEFT - 8, y(count) + 4, count.toLocaleString('en'), { anchor: 'end', size: 11, colour: FAINT }),
    );
  }
  for (const time of dayTicks(first, last)) {
    content.push(line(x(time), HEIGHT - BOTTOM, x(time), HEIGHT - BOTTOM + 5, FAINT));
    content.push(
      text(x(time), HEIGHT - BOTTOM + 19, isoTime(time).slice(0, 10), {
        anchor: 'middle',
        size: 11,
        colour: FAINT,
      }),
    );
  }
  const floor = `L${number(x(last))} ${number(y(0))}L${number(x(first))} ${number(y(0))}Z`;
  for (const [times, fill] of [
    [made, '#f2f2f2'],
    [possible, '#e2e2e2'],
  ] as const) {
    const d = path(times);
    content.push(element('path', { d: d + floor, fill, stroke: 'none' }));
    content.push(element('path', { d, fill: 'none', stroke: FAINT, 'stroke-width': 1 }));
  }
  curves.forEach(({ times }, i) => {
    const dash = DASHES[i % DASHES.length]!;
    content.push(
      element('path', {
        d: path(times),
        fill: 'none',
        stroke: COLOURS[i % COLOURS.length]!,
        'stroke-width': i === 0 ? 3 : 1.8,
        ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
      }),
    );
  });
  content.push(line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK));
  const names = [
    { title: 'made', count: made.length, colour: FAINT, bold: false },
    { title: 'of sources seen before', count: possible.length, colour: FAINT, bold: false },
    ...curves.map((curve, i) => ({
      title: curve.title,
      count: curve.times.length,
      colour: COLOURS[i % COLOURS.length]!,
      bold: i === 0,
    })),
  ].map((name) => ({ ...name, wanted: y(name.count) }));
  for (const { title: name, count, colour, bold, wanted, placed } of apart(names)) {
    content.push(line(WIDTH - RIGHT, wanted, WIDTH - RIGHT + 12, placed, colour));
    content.push(
      text(WIDTH - RIGHT + 16, placed + 4, `${name} ${count.toLocaleString('en')}`, { colour, bold }),
    );
  }
  return picture(WIDTH, HEIGHT, `Attack attempts made and prevented over time: ${title}`, content);
}

/** Heights at which labels do not touch, in the order of their wishes, none below the bottom line. */
export function apart<T extends { readonly wanted: number }>(
  labels: readonly T[],
): readonly (T & { readonly placed: number })[] {
  const sorted = [...labels].sort((a, b) => a.wanted - b.wanted);
  const placed: number[] = [];
  let above = Number.NEGATIVE_INFINITY;
  for (const { wanted } of sorted) {
    above = Math.max(wanted, above + LABEL_HEIGHT);
    placed.push(above);
  }
  // pushed below the bottom: push back up
  let below = HEIGHT - BOTTOM + LABEL_HEIGHT / 2;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i]!, below);
    below = placed[i]! - LABEL_HEIGHT;
  }
  return sorted.map((label, i) => ({ ...label, placed: placed[i]! }));
}

/** Round counts from 0 up to `most`, five or six of them. */
function countTicks(most: number): readonly number[] {
  const raw = most / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, ([1, 2, 5, 10].find((digit) => digit * power >= raw) ?? 10) * power);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

/** Midnights, five or so of them. */
function dayTicks(first: number, last: number): readonly number[] {
  const step = Math.max(1, Math.ceil((last - first) / DAY / 5)) * DAY;
  const ticks: number[] = [];
  for (let time = Math.ceil(first / DAY) * DAY; time <= last; time += step) ticks.push(time);
  return ticks;
}
