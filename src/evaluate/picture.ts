/**
 * Drawings for the documentation as SVG (W3C, SVG 1.1), by hand: axes, lines, dots, text, and scales to place them. A
 * handful of shapes needs no library, and a picture made twice is the same to the byte: positions are rounded to a tenth
 * of a pixel, nothing is measured from fonts. Every shape is a string of markup; {@link picture} puts them into one
 * document. White background, so that it can be read on a dark page, too.
 */

/** A value to a position in pixels. Values beyond the ends land on the end. */
export type Scale = (value: number) => number;

/** Two ends, of values or of pixels; pixels may run downwards. */
export type Ends = readonly [number, number];

export function linearScale(values: Ends, pixels: Ends): Scale {
  return scaleBy((value) => value, values, pixels);
}

/** For values above 0. */
export function logScale(values: Ends, pixels: Ends): Scale {
  return scaleBy((value) => Math.log(Math.max(value, Number.MIN_VALUE)), values, pixels);
}

/** For probabilities, by their log odds: 0.9, 0.99 and 0.999 are as far from each other. */
export function oddsScale(values: Ends, pixels: Ends): Scale {
  return scaleBy((value) => Math.log(value / (1 - value)), values, pixels);
}

function scaleBy(transform: (value: number) => number, [from, to]: Ends, [start, end]: Ends): Scale {
  const low = transform(from);
  const high = transform(to);
  const share = (value: number) => Math.min(1, Math.max(0, (transform(value) - low) / (high - low)));
  return (value) => start + share(value) * (end - start);
}

/** The part of the picture that data are drawn in, pixels from the upper left corner. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Colours that people with any kind of colour blindness tell apart (Okabe & Ito 2008), black first for text. */
export const COLOURS = ['#222222', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
export const GREY = '#888888';
const LIGHT = '#e4e4e4';

export interface Stroke {
  readonly colour: string;
  /** Pixels; default 1.5. */
  readonly width?: number;
  /** Lengths of dashes and gaps, as SVG has them; left out: unbroken. */
  readonly dash?: string;
}

export interface Lettering {
  readonly colour?: string;
  /** Pixels; default 12. */
  readonly size?: number;
  /** Which point of the text stands at the place; default `start`. */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Degrees clockwise. */
  readonly turn?: number;
  readonly bold?: boolean;
  /** White around the letters, where they may stand on a line. */
  readonly haloed?: boolean;
}

/** A whole document. `title` and `says` are for those who cannot see it. */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  says: string,
  shapes: readonly string[],
): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, Verdana, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(says)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...shapes.filter((shape) => shape !== ''),
    '</svg>\n',
  ].join('\n');
}

/** A line through points `[x, y]`; nothing for fewer than two. */
export function line(points: readonly Ends[], { colour, width = 1.5, dash }: Stroke): string {
  if (points.length < 2) return '';
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
  const dashed = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${px(width)}"${dashed}/>`;
}

/** A disc; `hollow` ones have a white inside. */
export function dot(x: number, y: number, radius: number, colour: string, hollow = false): string {
  const fill = hollow ? `#ffffff" stroke="${colour}" stroke-width="2` : colour;
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radius)}" fill="${fill}"/>`;
}

export function bar(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${colour}"/>`;
}

/** One line of text whose foot is at `y`. */
export function text(x: number, y: number, content: string, lettering: Lettering = {}): string {
  const { colour = COLOURS[0], size = 12, anchor = 'start', turn, bold = false, haloed = false } = lettering;
  const turned = turn === undefined ? '' : ` transform="rotate(${turn} ${px(x)} ${px(y)})"`;
  const weight = bold ? ' font-weight="bold"' : '';
  const halo = haloed ? ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' : '';
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}${halo}${turned}>${escaped(content)}</text>`;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** The axis below the frame, with a faint line up from each tick and what it is of. */
export function bottomAxis(frame: Frame, scale: Scale, ticks: readonly Tick[], title: string): string[] {
  const { left, right, top, bottom } = frame;
  return [
    ...ticks.flatMap(({ value, label }) => {
      const x = scale(value);
      return [
        line(
          [
            [x, top],
            [x, bottom + 5],
          ],
          { colour: LIGHT, width: 1 },
        ),
        text(x, bottom + 19, label, { anchor: 'middle' }),
      ];
    }),
    line(
      [
        [left, bottom],
        [right, bottom],
      ],
      { colour: COLOURS[0], width: 1 },
    ),
    text((left + right) / 2, bottom + 40, title, { anchor: 'middle', size: 13 }),
  ];
}

/** The axis to the left of the frame, in the same manner. */
export function leftAxis(frame: Frame, scale: Scale, ticks: readonly Tick[], title: string): string[] {
  const { left, right, top, bottom } = frame;
  const widest = Math.max(0, ...ticks.map(({ label }) => label.length));
  return [
    ...ticks.flatMap(({ value, label }) => {
      const y = scale(value);
      return [
        line(
          [
            [left - 5, y],
            [right, y],
          ],
          { colour: LIGHT, width: 1 },
        ),
        text(left - 8, y + 4, label, { anchor: 'end' }),
      ];
    }),
    line(
      [
        [left, top],
        [left, bottom],
      ],
      { colour: COLOURS[0], width: 1 },
    ),
    text(left - 20 - 7 * widest, (top + bottom) / 2, title, { anchor: 'middle', size: 13, turn: -90 }),
  ];
}

/** Tenths of a pixel, without a trailing zero and never `-0`. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

/** What is left of a text that XML 1.0 allows (section 2.2), its markup escaped. */
function escaped(content: string): string {
  return content
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
