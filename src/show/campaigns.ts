/** Each campaign on the page: its sentences, why it is no coincidence, its days as bars, and who takes part. */
import type { CampaignReport } from '../explain/schema.ts';
import { thousands } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { more } from './alarm.ts';
import { BLANK, columns, item, type Line, type Look, pageWidth, paragraph, table } from './page.ts';
import { sparkline } from './sparkline.ts';

/** Evidences and participants shown without `--all`; the issue asks for the strongest few and for ten. */
const EVIDENCES = 4;
const PARTICIPANTS = 10;
/** Columns from which there is room for the first day beside the last, and for an IPv4 address. */
const BOTH_DATES = 60;
/** A DNS name has at most 253 characters (RFC 1035); what is longer is no host name but a trick. */
const SOURCE_LENGTH = 255;

export function campaignSection(campaign: CampaignReport, look: Look): Line[] {
  return [
    ...paragraph(campaign.title, look, { tone: 'finding' }),
    BLANK,
    ...campaign.says.flatMap((says) => [...paragraph(says, look, { indent: 2 }), BLANK]),
    ...bars(campaign, look),
    ...reasons(campaign, look),
    ...participants(campaign, look),
  ];
}

function bars(campaign: CampaignReport, look: Look): Line[] {
  const drawn = sparkline(campaign.perDay, Math.min(pageWidth(look), 100) - 2, look.unicode);
  if (drawn.length === 0) return [];
  return [...drawn.map((text): Line => ({ text: `  ${text}`, tone: 'plain' })), BLANK];
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
