/**
 * The reliability diagram: confidence stated against the share that belongs, each bin with its count and 95 % interval.
 * Both axes are by log odds, because nearly all sources are named with 0.99 and more, and there a linear axis shows one
 * point; the diagonal is a confidence that means what it says, above it lies modesty, below it boasting.
 */
import { thousands } from '../../explain/wording.ts';
import {
  bottomAxis,
  COLOURS,
  dot,
  type Frame,
  GREY,
  leftAxis,
  line,
  oddsScale,
  picture,
  text,
} from '../picture.ts';
import { type Reliability, type ReliabilityPoint, reliabilityPoints } from './reliability.ts';

const SIZE = { width: 720, height: 560 };
const FRAME: Frame = { left: 90, right: 690, top: 66, bottom: 480 };
const TICKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
/** What is certain has no log odds: it is drawn at this. */
const MOST = 0.9998;
/** Nobody is named with less than even odds; a bin of those would be drawn at the edge. */
const LEAST = 0.42;
/** Pixels between the two kinds of a bin, so that neither hides the other. */
const APART = 5;

const KINDS = [
  { which: 'scan', says: 'scan, after the fact', colour: COLOURS[1] },
  { which: 'live', says: 'live, at the moment of naming', colour: COLOURS[2] },
] as const;

/** An SVG document. */
export function reliabilityPicture(reliability: Readonly<Record<'scan' | 'live', Reliability>>): string {
  const series = KINDS.map((kind) => ({ ...kind, points: reliabilityPoints(reliability[kind.which]) }));
  const points = series.flatMap((one) => one.points);
  const lowest = Math.min(LEAST, ...points.map(({ interval }) => interval.low));
  const x = oddsScale([LEAST, MOST], [FRAME.left, FRAME.right]);
  const y = oddsScale([Math.max(0.02, lowest), MOST], [FRAME.bottom, FRAME.top]);
  const least = Math.max(0.02, lowest);
  const ticks = (from: number) =>
    TICKS.filter((value) => value >= from).map((value) => ({ value, label: String(value) }));
  /** The number stands above the bar for the first kind and below it for the second. */
  const drawn = ({ stated, share, interval, sources }: ReliabilityPoint, colour: string, side: number) => {
    const at = x(stated) + side * APART;
    const low = y(interval.low);
    const high = y(Math.min(MOST, interval.high));
    return [
      line(
        [
          [at, low],
          [at, high],
        ],
        { colour, width: 2 },
      ),
      dot(at, y(Math.min(MOST, share)), 5, colour, share >= MOST),
      text(at, side < 0 ? high - 8 : Math.min(FRAME.bottom - 4, low + 16), thousands(sources), {
        anchor: 'middle',
        size: 11,
        colour,
        haloed: true,
      }),
    ];
  };
  const diagonal = Math.max(least, LEAST);
  return picture(
    SIZE,
    'What a confidence is worth',
    `Of sources named with a confidence, the share that belong to a campaign. ${series
      .flatMap(({ says, points: all }) =>
        all.map((one) => `${says}: ${one.stated.toFixed(4)} stated, ${one.belong} of ${one.sources} belong.`),
      )
      .join(' ')}`,
    [
      text(FRAME.left, 24, 'Of the sources named with a confidence, how many belong', {
        size: 15,
        bold: true,
      }),
      ...bottomAxis(FRAME, x, ticks(LEAST), 'confidence stated (mean of the bin, log odds)'),
      ...leftAxis(FRAME, y, ticks(least), 'share that belongs to a campaign'),
      line(
        [
          [x(diagonal), y(diagonal)],
          [x(MOST), y(MOST)],
        ],
        { colour: GREY, dash: '5 4' },
      ),
      ...series.flatMap(({ points: all, colour }, i) =>
        all.flatMap((point) => drawn(point, colour, i === 0 ? -1 : 1)),
      ),
      ...series.flatMap(({ says, colour }, i) => [
        dot(FRAME.left + 8 + i * 190, 42, 5, colour),
        text(FRAME.left + 19 + i * 190, 46, says, { colour }),
      ]),
      text(
        FRAME.left,
        540,
        'Numbers: sources of a bin. Bars: 95 % interval. Hollow: all of them belong. Dashed: a',
        {
          size: 11,
          colour: GREY,
        },
      ),
      text(FRAME.left, 554, 'confidence that means what it says; above it is modest, below it boasts.', {
        size: 11,
        colour: GREY,
      }),
    ],
  );
}
