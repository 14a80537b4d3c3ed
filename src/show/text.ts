/**
 * The report for the person at the terminal, in the order of what matters: somebody got in; the campaigns; what a
 * per-source tool would have seen; loud sources; notices; the counts of 2008; advice; lines not understood. A pure
 * rendering of the report: it decides nothing.
 */
import type { Report } from '../explain/schema.ts';
import { clock, counted, hostText, interval, listed, thousands } from '../explain/wording.ts';
import { SSHD_SERVICE } from '../model/attempt.ts';
import { printable } from '../model/printable.ts';
import { alarm } from './alarm.ts';
import type { NamedDots } from './campaign-dots.ts';
import { campaignSection } from './campaigns.ts';
import { BLANK, type Line, type Look, paragraph, printed } from './page.ts';
import { advice, loudSources, notices, perSourceTool, summaryTable, unreadLines } from './rest.ts';

/**
 * `width` in columns (fewer than 40 count as 40), `colour` and `unicode` as the terminal has it, `all`: every
 * participant; `dots`: the attempts of a campaign, where they are to be drawn. Lines end in a newline; no line is wider than `width`, and no text of the log acts on the terminal.
 */
export function renderText(
  report: Report,
  options: Look,
  dots: (campaign: string) => NamedDots | null = () => null,
): string {
  const lines = [
    ...alarm(report, options),
    ...whatWasRead(report, options),
    ...verdict(report, options),
    ...report.campaigns.flatMap((campaign) => campaignSection(campaign, options, dots(campaign.id))),
    ...perSourceTool(report, options),
    ...loudSources(report, options),
    ...notices(report, options),
    ...summaryTable(report, options),
    ...advice(report, options),
    ...unreadLines(report, options),
    ...reminder(report, options),
  ];
  while (lines.at(-1) === BLANK) lines.pop();
  return printed(lines, options);
}

/** A terminal of 24 lines shows the end of the report: what matters most must not be missed for standing first. */
function reminder(report: Report, look: Look): Line[] {
  const logins = report.campaigns.reduce((sum, one) => sum + one.compromised.length, 0);
  if (logins === 0) return [];
  return paragraph(
    `Above all: somebody got in (${counted(logins, 'login')} by participants). What to do about it stands first.`,
    look,
    { tone: 'alarm' },
  );
}

/** The first sentence: how much of what, and from when to when. */
export function whatWasRead(report: Pick<Report, 'input'>, look: Look): Line[] {
  const { input } = report;
  const files =
    input.paths.length === 0
      ? 'the input'
      : listed(
          input.paths.map((path) => printable(path, 100)),
          3,
        );
  const lines = `${counted(input.lines, 'line')} of ${files}`;
  if (input.firstSeen === null || input.lastSeen === null)
    return [...paragraph(`Read ${lines}: no login attempts in it${asked(report)}.`, look), BLANK];
  const on = input.sensors.length === 0 ? '' : ` on ${listed(input.sensors.map(hostText), 3)}`;
  const others = input.services.some(({ service }) => service !== SSHD_SERVICE);
  const each = input.services.map(({ service, attempts }) => `${hostText(service)} (${thousands(attempts)})`);
  const outcome = `${thousands(input.failures)} failed, ${thousands(input.successes)} succeeded`;
  return [
    ...paragraph(
      `Read ${lines}: ${counted(input.attempts, 'attempt')} by ${counted(input.sources, 'source')}${on} ` +
        `(${outcome}), ${interval(input.firstSeen, input.lastSeen)}.` +
        (others ? ` They were for ${listed(each, 6)}.` : ''),
      look,
    ),
    ...(asked(report) === ''
      ? []
      : paragraph(`Others were left out: asked was for those${asked(report)}.`, look)),
    BLANK,
  ];
}

/** ` from 2026-10-26 00:00 UTC on`, ` up to ...`, or nothing where all of the log was asked for. */
function asked({ input: { since, until } }: Pick<Report, 'input'>): string {
  return `${since === null ? '' : ` from ${clock(since)} on`}${until === null ? '' : ` up to ${clock(until)}`}`;
}

function verdict(report: Report, look: Look): Line[] {
  const found = report.campaigns.length;
  if (found > 1)
    return [
      ...paragraph(`${counted(found, 'campaign')} of coordinated password guessing.`, look, {
        tone: 'finding',
      }),
      BLANK,
    ];
  if (found === 1) return [];
  const { quietFailures, quietSources } = report.judged;
  const heading = paragraph('No campaign found.', look, { tone: 'heading' });
  if (report.input.attempts === 0)
    return [
      ...heading,
      ...paragraph(`There was nothing to judge by${asked(report) === '' ? '' : ' in that time'}.`, look),
      BLANK,
    ];
  const basis =
    `There were ${counted(quietFailures, 'failure')} by ${counted(quietSources, 'quiet source')} (those that no ` +
    'per-source threshold sees) to judge by.';
  const tooLittle = report.notices.find((one) => one.kind === 'too-little-to-tell');
  const judgement = tooLittle === undefined ? `${basis} ${SURE}` : `That is not sure: ${tooLittle.says}`;
  return [...heading, ...paragraph(judgement, look), BLANK];
}

const SURE =
  'Their names, times and sources fit together no better than chance would have it. A campaign of only a few ' +
  'attempts could still hide among them.';
