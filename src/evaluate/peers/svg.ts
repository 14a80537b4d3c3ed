/**
 * A few words of SVG 1.1: elements as strings, text escaped. Light background and the colours of Okabe & Ito
 * ("Color Universal Design", 2008), which people with any kind of colour vision tell apart; nothing is told by colour
 * alone.
 */

export const INK = '#222222';
export const FAINT = '#767676';
export const RULE = '#dddddd';
export const PAPER = '#ffffff';
/** Okabe & Ito without yellow, which is lost on white. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;

type Attributes = Readonly<Record<string, string | number>>;

/** One element; `content` is SVG already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? number(value) : value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
}

/** A line of text; `y` is its base line. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { anchor = 'start', size = 12, colour = INK, bold = false } = options;
  const weight: Attributes = bold ? { 'font-weight': 'bold' } : {};
  return element(
    'text',
    { x, y, 'text-anchor': anchor, 'font-size': size, fill: colour, ...weight },
    escaped(content),
  );
}

export function line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string {
  return element('line', { x1, y1, x2, y2, stroke: colour, 'stroke-width': width });
}

/** A whole picture: paper, title for those who cannot see it, content. Ends in a line feed. */
export function picture(width: number, height: number, title: string, content: readonly string[]): string {
  const paper = element('rect', { x: 0, y: 0, width, height, fill: PAPER });
  const inside = ['', element('title', {}, escaped(title)), paper, ...content, ''].join('\n');
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'Helvetica, Arial, sans-serif',
      role: 'img',
    },
    inside,
  )}\n`;
}

/** At most two decimals: a hundredth of a pixel. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
