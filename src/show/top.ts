/**
 * `slowbrute top`: one screen of how it is now, from what a daemon tells. A pure rendering: lines that fit the terminal, no more of them
 * than it has, and no text of a log that acts on it.
 */
import { counted, duration, thousands } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { isoTime } from '../model/time.ts';
import type { AttemptRow, CampaignRow, Overview } from '../view/site.ts';
import { inert, type Line, type Look, padded, printed } from './page.ts';
import { displayWidth, pieces } from './width.ts';

export const TOP_ORDERS = ['last seen', 'attempts', 'participants', 'first seen'] as const;
export type TopOrder = (typeof TOP_ORDERS)[number];

export interface TopFacts {
  readonly overview: Overview;
  /** The newest first. */
  readonly attempts: readonly AttemptRow[];
  /** Attempts of the last hour, and of the last day. */
  readonly lastHour: number;
  readonly lastDay: number;
}

export interface TopLook extends Look {
  readonly lines: number;
  readonly order: TopOrder;
  readonly isPaused: boolean;
  /** Whether keys do something: then they are named below. */
  readonly hasKeys: boolean;
}

/** Widths of the columns after the id: numbers to the right, so that they can be compared. */
const HEAD = ['campaign', 'state', 'attempts', 'sources', 'names', 'logins', 'since', 'last seen'] as const;

/** At most `look.lines` lines, each no wider than `look.width`; ends in a newline. */
export function renderTop(facts: TopFacts, look: TopLook): string {
  const { overview } = facts;
  const head = [...state(overview, look), ...totals(facts), { text: '', tone: 'plain' as const }];
  const foot = look.hasKeys ? [keys(look)] : [];
  const room = Math.max(0, look.lines - head.length - foot.length);
  const campaigns = campaignLines(overview, look).slice(0, Math.max(2, Math.floor(room / 2)));
  const attempts = attemptLines(facts.attempts, overview, look).slice(
    0,
    Math.max(0, room - campaigns.length),
  );
  const lines = [...head, ...campaigns, ...attempts].slice(0, Math.max(1, look.lines - foot.length));
  return printed(
    [...lines, ...foot].map((line) => cut(line, look)),
    look,
  );
}

function state(overview: Overview, look: TopLook): Line[] {
  const { site, problems } = overview;
  const tone = { compromised: 'alarm', ongoing: 'finding', over: 'heading', quiet: 'heading' } as const;
  const name =
    site.sensors
      .slice(0, 3)
      .map((one) => printable(one, 60))
      .join(', ') || site.name;
  return [
    { text: `slowbrute on ${name}  ${isoTime(site.now)}${look.isPaused ? '  PAUSED' : ''}`, tone: 'faint' },
    ...overview.says.map((text): Line => ({ text, tone: tone[overview.state] })),
    ...problems
      .slice(0, 2)
      .map((one): Line => ({ text: `TROUBLE: ${printable(one.message, 300)}`, tone: 'alarm' })),
  ];
}

function totals({ overview, lastHour, lastDay }: TopFacts): Line[] {
  const { totals: all, blocks } = overview;
  const stand = `${counted(blocks.standing, 'block')} ${blocks.isDryRun ? 'would stand (dry run)' : blocks.standing === 1 ? 'stands' : 'stand'}`;
  const prevented =
    blocks.prevented > 0
      ? `, ${blocks.isEstimate ? 'about ' : ''}${thousands(blocks.prevented)} prevented`
      : '';
  return [
    {
      text: `attempts: ${thousands(lastHour)} in the last hour, ${thousands(lastDay)} in the last day, ${thousands(all.attempts)} in all by ${counted(all.sources, 'source')}`,
      tone: 'plain',
    },
    { text: `${stand}${prevented}; ${counted(all.participants, 'participant')} named`, tone: 'plain' },
  ];
}

const KEY: Record<TopOrder, (row: CampaignRow) => number> = {
  'last seen': (row) => row.lastSeen,
  attempts: (row) => row.attempts,
  participants: (row) => row.participants,
  'first seen': (row) => row.firstSeen,
};

function campaignLines({ campaigns, site }: Overview, look: TopLook): Line[] {
  if (campaigns.length === 0) return [{ text: 'no campaign', tone: 'faint' }];
  const by = KEY[look.order];
  const rows = [...campaigns]
    .sort((a, b) => Number(b.isOngoing) - Number(a.isOngoing) || by(b) - by(a))
    .map((row) => [
      row.id,
      row.isOngoing ? 'goes on' : 'over',
      thousands(row.attempts),
      thousands(row.participants),
      row.users === 0 ? '-' : thousands(row.users),
      row.compromised === 0 ? '-' : String(row.compromised),
      isoTime(row.firstSeen).slice(0, 10),
      ago(row.lastSeen, site.now),
    ]);
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => padded(cell, widths[i]!, i < 2 || i > 5 ? 'left' : 'right'))
      .join('  ')
      .trimEnd();
  return [
    { text: line(HEAD), tone: 'faint' },
    ...rows.map((row): Line => ({ text: line(row), tone: row[5] === '-' ? 'plain' : 'alarm' })),
    { text: '', tone: 'plain' },
  ];
}

function attemptLines(attempts: readonly AttemptRow[], { site }: Overview, look: Look): Line[] {
  if (attempts.length === 0) return [];
  const source = (one: AttemptRow) => printable(one.source, 45);
  const widest = Math.max(6, ...attempts.map((one) => displayWidth(source(one))));
  const wide = Math.min(widest, Math.max(15, look.width - 50));
  return [
    { text: `${padded('last attempts', 14)}  ${padded('source', wide)}  user`, tone: 'faint' },
    ...attempts.map((one): Line => {
      const user = one.user === null ? '(not told)' : printable(one.user, 40);
      const belongs = one.campaign === null ? '' : ` [${one.campaign}]`;
      const [shown = ''] = pieces(source(one), wide);
      return {
        text: `${padded(ago(one.time, site.now), 14)}  ${padded(shown, wide)}  ${user}${one.success ? ' LOGGED IN' : ''}${belongs}`,
        tone: one.success && one.campaign !== null ? 'alarm' : one.campaign === null ? 'plain' : 'finding',
      };
    }),
  ];
}

function keys({ order, isPaused }: TopLook): Line {
  return {
    text: `q quit  p ${isPaused ? 'go on' : 'pause'}  tab campaigns by ${order}`,
    tone: 'faint',
  };
}

function ago(time: number, now: number): string {
  const seconds = Math.max(0, now - time);
  return seconds < 1 ? 'now' : `${duration(seconds)} ago`;
}

/** A line that is too wide would take two, and move all that is below it. */
function cut({ text, tone }: Line, look: Look): Line {
  const safe = inert(text, look.unicode);
  return { text: displayWidth(safe) <= look.width ? safe : (pieces(safe, look.width)[0] ?? ''), tone };
}
