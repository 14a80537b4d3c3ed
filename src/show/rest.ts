/**
 * What stands below the campaigns: what a per-source tool would have seen, loud sources, notices, the table that was
 * counted by hand in 2008, advice, and lines that nobody understood.
 */
import { groupedNotices } from '../explain/notice-groups.ts';
import type { Report, SummaryReport } from '../explain/schema.ts';
import { counted, duration, hostText, shareOf, thousands } from '../explain/wording.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { printable } from '../model/printable.ts';
import { ALARM_NOTICE, isAlarmAdvice } from './alarm.ts';
import { BLANK, columns, item, type Line, type Look, paragraph, table } from './page.ts';

export function perSourceTool(report: Report, look: Look): Line[] {
  if (report.campaigns.length === 0) return [];
  const { loudFailures, loudSeconds } = report.judged;
  const isDefault =
    loudFailures === DEFAULT_DETECT_OPTIONS.loudFailures &&
    loudSeconds === DEFAULT_DETECT_OPTIONS.loudSeconds;
  const rule = `${counted(loudFailures, 'failure')} in ${loudSeconds === 600 ? '10 minutes' : duration(loudSeconds)}`;
  const who = isDefault ? `fail2ban's default (${rule})` : `A threshold of ${rule} for each source`;
  const participants = report.campaigns.reduce((sum, one) => sum + one.participants.length, 0);
  const seen = report.campaigns.reduce((sum, one) => sum + one.loud, 0);
  const each = seen === 0 ? '' : seen === 1 ? ', by itself' : ', each by itself';
  const says = `${who} would have seen ${shareOf(seen, participants, 'participant')}${each}.`;
  return [...paragraph(says, look), BLANK];
}

export function loudSources(report: Report, look: Look): Line[] {
  const [loudest] = report.loudSources;
  if (loudest === undefined) return [];
  const attempts = report.loudSources.reduce((sum, one) => sum + one.attempts, 0);
  const many = report.loudSources.length;
  const which =
    many === 1
      ? `: ${hostText(loudest.source)}`
      : `, the loudest ${hostText(loudest.source)} with ${thousands(loudest.attempts)}`;
  const says = `${counted(many, 'loud source')} made ${counted(attempts, 'attempt')}${which}.`;
  const lines = paragraph(report.campaigns.length === 0 ? says : `Beside that, ${says}`, look);
  if (look.all && many > 1) {
    const each = report.loudSources.map((one) => `${printable(one.source, 255)} ${thousands(one.attempts)}`);
    lines.push(...columns(each, look, 2));
  }
  return [...lines, BLANK];
}

export function notices(report: Report, look: Look): Line[] {
  const isSaidAbove = (kind: string) =>
    kind === ALARM_NOTICE || (kind === 'too-little-to-tell' && report.campaigns.length === 0);
  const shown = report.notices.filter((one) => !isSaidAbove(one.kind));
  if (shown.length === 0) return [];
  return [
    { text: 'Also seen, and no attack of this kind', tone: 'heading' },
    ...(look.all ? shown.map((one) => one.says) : groupedNotices(shown)).flatMap((says) =>
      item('-', says, look),
    ),
    BLANK,
  ];
}

/** Tables of single campaigns shown without `--all`. */
const CAMPAIGN_TABLES = 2;

export function summaryTable(report: Report, look: Look): Line[] {
  if (report.input.attempts === 0) return [];
  const rows = summaryRows('Failed attempts', report.summary);
  for (const campaign of look.all ? report.campaigns : report.campaigns.slice(0, CAMPAIGN_TABLES)) {
    if (campaign.summary.all.attempts === report.summary.all.attempts) continue;
    rows.push([], ...summaryRows(`Of these, in campaign ${campaign.id}`, campaign.summary));
  }
  return [...table(['What', 'attempts', 'names', 'sources'], rows, look, 0), BLANK];
}

function summaryRows(title: string, summary: SummaryReport): string[][] {
  const row = (name: string, of: SummaryReport['all']) => [
    name,
    thousands(of.attempts),
    thousands(of.usernames),
    thousands(of.sources),
  ];
  const rows = [
    row(title, summary.all),
    row("  for users that don't exist", summary.unknownUsers),
    row('  for existing users', summary.knownUsers),
  ];
  if (summary.notTold.attempts > 0) rows.push(row('  where the log does not tell', summary.notTold));
  return rows;
}

export function advice(report: Report, look: Look): Line[] {
  // lines that nobody understood have a section of their own, with what to do
  const shown = report.advice.filter((one) => !isAlarmAdvice(one) && one.kind !== 'unread-lines');
  if (shown.length === 0) return [];
  return [
    { text: 'What to do', tone: 'heading' },
    ...shown.flatMap((one, i) => [
      ...item(`${i + 1}.`, one.says, look, { indent: 1 }),
      ...one.steps.flatMap((step) => item('-', step, look, { indent: 4 })),
    ]),
    BLANK,
  ];
}

const UNREAD_SAMPLES = 3;
/** Characters of an unread line shown: what names its form stands at its beginning. */
const UNREAD_LENGTH = 140;

export function unreadLines(report: Report, look: Look): Line[] {
  const { unreadLines: unread, unreadSamples } = report.input;
  if (unread === 0) return [];
  const shown = look.all ? unreadSamples : unreadSamples.slice(0, UNREAD_SAMPLES);
  const lines = paragraph(
    `${counted(unread, 'line')} of a login service ${unread === 1 ? 'was' : 'were'} not understood` +
      `${shown.length > 0 ? ', for example:' : '.'}`,
    look,
    { tone: 'heading' },
  );
  for (const one of shown) {
    const place = `${printable(one.file, 120)}:${one.line}`;
    lines.push(...item('-', `${place} (${printable(one.reason, 80)})`, look));
    lines.push(...paragraph(printable(one.text, UNREAD_LENGTH), look, { indent: 2, tone: 'faint' }));
  }
  lines.push(
    ...paragraph('slowbrute check --explain FILE shows what is read from each line, and what is not.', look),
    BLANK,
  );
  return lines;
}
