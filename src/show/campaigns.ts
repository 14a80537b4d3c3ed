/** Each campaign on the page: its sentences, why it is no coincidence, its days as bars, and who takes part. */
import type { CampaignReport } from '../explain/schema.ts';
import { thousands } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { more } from './alarm.ts';
import type { NamedDots } from './campaign-dots.ts';
import {
  BLANK,
  columns,
  inert,
  item,
  type Line,
  type Look,
  padded,
  pageWidth,
  paragraph,
  table,
} from './page.ts';
import { plot } from './plot.ts';
import { sparkline } from './sparkline.ts';
import { displayWidth } from './width.ts';

/** Evidences and participants shown without `--all`; the issue asks for the strongest few and for ten. */
const EVIDENCES = 4;
const PARTICIPANTS = 10;
/** Columns from which there is room for the first day beside the last, and for an IPv4 address. */
const BOTH_DATES = 60;
/** A DNS name has at most 253 characters (RFC 1035); what is longer is no host name but a trick. */
const SOURCE_LENGTH = 255;

/** `dots`: its attempts, drawn where they are given. */
export function campaignSection(campaign: CampaignReport, look: Look, dots: NamedDots | null = null): Line[] {
  return [
    ...paragraph(campaign.title, look, { tone: 'finding' }),
    BLANK,
    ...campaign.says.flatMap((says) => [...paragraph(says, look, { indent: 2 }), BLANK]),
    ...bars(campaign, look),
    ...picture(campaign, look, dots),
    ...reasons(campaign, look),
    ...participants(campaign, look),
  ];
}

function bars(campaign: CampaignReport, look: Look): Line[] {
  const drawn = sparkline(campaign.perDay, Math.min(pageWidth(look), 100) - 2, look.unicode);
  if (drawn.length === 0) return [];
  return [...drawn.map((text): Line => ({ text: `  ${text}`, tone: 'plain' })), BLANK];
}

/** Lines of a picture: a screen of 24 lines shows it with what stands around it. */
const PICTURE_LINES = 10;
/** Columns that the names beside it take at most. */
const NAME_COLUMNS = 14;

/** Time against names: the first name above, the last below, the days underneath. */
function picture(campaign: CampaignReport, look: Look, dots: NamedDots | null): Line[] {
  if (dots === null) return [];
  const label = (name: string) => inert(printable(name, NAME_COLUMNS), look.unicode);
  const names = [label(dots.first), label(dots.last)] as const;
  const beside = Math.max(...names.map(displayWidth), 5);
  const width = Math.min(pageWidth(look), 100) - 2 - beside - 2;
  const drawn = plot(dots, { columns: width, lines: PICTURE_LINES, unicode: look.unicode });
  if (drawn.length < 2) return [];
  const bar = look.unicode ? '│' : '|';
  const rows = drawn.map((text, i): Line => {
    const name = i === 0 ? names[0] : i === drawn.length - 1 ? names[1] : '';
    return { text: `  ${padded(name, beside, 'right')} ${bar}${text}`, tone: 'finding' };
  });
  const from = campaign.firstSeen.slice(0, 10);
  const to = campaign.lastSeen.slice(0, 10);
  const days = `${padded(from, Math.max(0, width - to.length))}${to}`;
  const what = `each dot an attempt on one of ${thousands(dots.names)} names, in the order of their first`;
  return [
    ...rows,
    { text: `  ${' '.repeat(beside)} ${' '}${from === to ? from : days}`, tone: 'faint' },
    ...paragraph(what, look, { indent: beside + 4, tone: 'faint' }),
    BLANK,
  ];
}

function reasons(campaign: CampaignReport, look: Look): Line[] {
  const speaks = campaign.evidence.filter((one) => one.bits > 0);
  const against = campaign.evidence.filter((one) => one.bits <= 0);
  const shown = look.all ? speaks : speaks.slice(0, EVIDENCES);
  return [
    ...paragraph(campaign.certainty, look, { indent: 2, tone: 'heading' }),
    ...shown.flatMap((one) => item('-', one.says, look, { indent: 2 })),
    ...(look.all ? against.flatMap((one) => item('-', `Against it: ${one.says}`, look, { indent: 2 })) : []),
    BLANK,
  ];
}

function participants(campaign: CampaignReport, look: Look): Line[] {
  const all = campaign.participants;
  const top = all.slice(0, PARTICIPANTS);
  const rest = all.slice(PARTICIPANTS);
  const both = pageWidth(look) >= BOTH_DATES;
  const rows = top.map((one) => [
    printable(one.source, SOURCE_LENGTH),
    thousands(one.attempts),
    ...(both ? [one.firstSeen.slice(0, 10)] : []),
    one.lastSeen.slice(0, 10),
    `${Math.min(99.9, Math.floor(one.confidence * 1000) / 10).toFixed(1)} %`,
  ]);
  const title = rest.length > 0 ? 'Most active participants' : 'Participants';
  const lines = table(
    [title, 'attempts', ...(both ? ['first seen'] : []), 'last seen', 'sure'],
    rows,
    look,
    2,
  );
  if (rest.length > 0 && look.all) {
    lines.push(
      BLANK,
      ...paragraph(`The other ${thousands(rest.length)}, with their attempts`, look, {
        indent: 2,
        tone: 'faint',
      }),
    );
    lines.push(
      ...columns(
        rest.map((one) => `${printable(one.source, SOURCE_LENGTH)} ${thousands(one.attempts)}`),
        look,
        2,
      ),
    );
  } else if (rest.length > 0) lines.push(...more(rest.length, 'participant', look, 2));
  return [...lines, BLANK];
}
