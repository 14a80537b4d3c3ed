/**
 * What share of what could be prevented each peer prevented: a dot plot (Cleveland, "The Elements of Graphing Data",
 * 1985), a panel a scenario, a row a peer. A full dot is what it prevented; a ring what it would have, had no block
 * ended. Where both are the same there is the dot alone. To the right stands what it cost: sources of people blocked.
 */
import { COLOURS, element, FAINT, INK, line, picture, RULE, text } from './svg.ts';

export interface DotPanel {
  readonly title: string;
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly title: string;
  /** Shares from 0 to 1; null: not measured. */
  readonly share: number | null;
  readonly shareForGood: number | null;
  /** Sources of people that were ever blocked. */
  readonly people: number;
}

const COLUMNS = 2;
const LABEL = 100;
const PLOT = 240;
const GAP = 40;
/** Room for the count of people at the right of a panel. */
const COST = 44;
/** Room for the headline. */
const LEAST_WIDTH = 470;
const ROW = 17;
const HEAD = 30;
const FOOT = 26;
const TOP = 62;
const EDGE = 16;
/** Rings that differ from their dot by less than this share are left out: they could not be told apart. */
const TELLING = 0.012;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function dotPicture(panels: readonly DotPanel[]): string {
  const rows = Math.max(...panels.map((panel) => panel.rows.length));
  const panelHeight = HEAD + rows * ROW + FOOT;
  const panelWidth = LABEL + PLOT + COST;
  const columns = Math.min(COLUMNS, panels.length);
  const width = Math.max(LEAST_WIDTH, 2 * EDGE + columns * panelWidth + (columns - 1) * GAP);
  const height = TOP + Math.ceil(panels.length / columns) * panelHeight + EDGE;
  const content = [
    text(EDGE, 24, 'Attack attempts prevented, share of what can be', { size: 16, bold: true }),
    element('circle', { cx: EDGE + 5, cy: 42, r: 4.5, fill: INK }),
    text(EDGE + 15, 46, 'as it blocks', { colour: FAINT }),
    element('circle', { cx: EDGE + 105, cy: 42, r: 4.5, fill: 'none', stroke: INK, 'stroke-width': 1.5 }),
    text(EDGE + 115, 46, 'had no block ended', { colour: FAINT }),
    text(EDGE + 250, 46, '3', { colour: COLOURS[1], bold: true }),
    text(EDGE + 262, 46, 'sources of people blocked', { colour: FAINT }),
  ];
  panels.forEach((panel, i) => {
    const x = EDGE + (i % columns) * (panelWidth + GAP);
    const y = TOP + Math.floor(i / columns) * panelHeight;
    content.push(...panelContent(panel, x + LABEL, y));
  });
  return picture(width, height, 'Attack attempts prevented by each tool in each scenario', content);
}

function panelContent(panel: DotPanel, left: number, top: number): readonly string[] {
  const at = (share: number) => left + Math.min(1, Math.max(0, share)) * PLOT;
  const first = top + HEAD;
  const bottom = first + panel.rows.length * ROW;
  const content = [text(left, top + 16, panel.title, { bold: true, size: 13 })];
  const cost = left + PLOT + COST;
  for (const tick of TICKS) {
    content.push(line(at(tick), first - 4, at(tick), bottom, RULE));
    content.push(
      text(at(tick), bottom + 13, `${tick * 100} %`, { anchor: 'middle', size: 10, colour: FAINT }),
    );
  }
  panel.rows.forEach(({ title, share, shareForGood, people }, i) => {
    const y = first + i * ROW + ROW / 2;
    // the first row is the one that the picture is about
    const colour = i === 0 ? COLOURS[0] : INK;
    content.push(text(left - 10, y + 4, title, { anchor: 'end', size: 11, colour, bold: i === 0 }));
    content.push(line(left, y, left + PLOT, y, '#eeeeee'));
    if (share === null) {
      content.push(text(left + 6, y + 4, 'not measured', { size: 10, colour: FAINT }));
      return;
    }
    const none = people === 0;
    const paint = { anchor: 'end', size: 11, colour: none ? FAINT : COLOURS[1], bold: !none } as const;
    content.push(text(cost - 8, y + 4, String(people), paint));
    if (shareForGood !== null && Math.abs(shareForGood - share) > TELLING) {
      content.push(line(at(share), y, at(shareForGood) - 4.5, y, colour, 1));
      content.push(
        element('circle', {
          cx: at(shareForGood),
          cy: y,
          r: 4.5,
          fill: '#ffffff',
          stroke: colour,
          'stroke-width': 1.5,
        }),
      );
    }
    content.push(element('circle', { cx: at(share), cy: y, r: 4.5, fill: colour }));
  });
  return content;
}
