/**
 * The loudest thing on the page: a login that succeeded from a source that had been guessing. Who, from where, when,
 * on which sensor, and what to do now.
 */
import type { AdviceReport, CampaignReport, CompromisedReport, Report } from '../explain/schema.ts';
import { counted, hostText, userText } from '../explain/wording.ts';
import { BLANK, item, type Line, type Look, paragraph } from './page.ts';

/** Kinds of notice and advice that stand here and are not repeated below. */
export const ALARM_NOTICE = 'success-after-guessing';
const ALARM_ADVICE: readonly AdviceReport['kind'][] = ['after-a-compromise', 'check-that-login'];

export function isAlarmAdvice(advice: AdviceReport): boolean {
  return ALARM_ADVICE.includes(advice.kind);
}

/** Sources shown without `--all` that got in after failures outside any campaign: a busy host has a dozen typists. */
const DOUBTFUL = 5;

/** Logins shown without `--all`: the rest is more of the same and would push the campaigns off the page. */
const SHOWN = 10;

export function alarm(report: Report, look: Look): Line[] {
  const logins = report.campaigns
    .flatMap((campaign) => campaign.compromised.map((login) => ({ login, campaign })))
    .sort((a, b) => (a.login.time < b.login.time ? -1 : a.login.time > b.login.time ? 1 : 0));
  const doubtful = report.notices.filter((notice) => notice.kind === ALARM_NOTICE);
  const lines: Line[] = [];
  if (logins.length > 0) {
    const headline = `SOMEBODY GOT IN: ${counted(logins.length, 'login')} by ${logins.length === 1 ? 'a participant' : 'participants'} of a campaign`;
    lines.push(...item('!!', headline, look, { tone: 'alarm' }), BLANK);
    const gotIn = byWhomAndWhere(logins);
    for (const one of look.all ? gotIn : gotIn.slice(0, SHOWN)) {
      const { login, campaign, again, last } = one;
      const how = login.method === null ? '' : `by ${login.method}, `;
      const before =
        login.failuresBefore === 0
          ? 'at its first try'
          : `after ${counted(login.failuresBefore, 'failure')} of that source`;
      const further = again === 0 ? '' : `; ${counted(again, 'more login')} until ${toTheSecond(last)}`;
      lines.push(
        ...paragraph(
          `${toTheSecond(login.time)}: ${userText(login.user)} on ${hostText(login.sensor)}, from ` +
            hostText(login.source),
          look,
          { indent: 3, hang: 5, tone: 'alarm' },
        ),
        ...paragraph(`${how}${before}, in campaign ${campaign.id}${further}`, look, { indent: 5 }),
      );
    }
    if (!look.all && gotIn.length > SHOWN)
      lines.push(
        ...more(
          gotIn.slice(SHOWN).reduce((sum, one) => sum + 1 + one.again, 0),
          'login',
          look,
          3,
        ),
      );
    lines.push(BLANK, ...whatToDo(report, 'after-a-compromise', look));
  }
  if (doubtful.length > 0) {
    const question =
      doubtful.length === 1
        ? 'A login succeeded after failed attempts: was that its owner?'
        : `${counted(doubtful.length, 'source')} logged in after failed attempts: were those the owners?`;
    lines.push(...item('!', question, look, { tone: 'alarm' }), BLANK);
    const worst = [...doubtful].sort((a, b) => b.attempts - a.attempts);
    const few = doubtful.length <= DOUBTFUL;
    for (const notice of look.all || few ? doubtful : worst.slice(0, DOUBTFUL))
      lines.push(...item('-', notice.says, look, { indent: 3 }));
    if (!look.all && !few) lines.push(...more(doubtful.length - DOUBTFUL, 'source', look, 3));
    lines.push(BLANK, ...whatToDo(report, 'check-that-login', look));
  }
  return lines;
}

interface GotIn {
  readonly login: CompromisedReport;
  readonly campaign: CampaignReport;
  /** Further logins of the same source as the same user on the same sensor, and the time of the last. */
  again: number;
  last: string;
}

/** An intruder that comes back is one trouble: the first login tells of it, the others are counted. */
function byWhomAndWhere(
  logins: readonly { readonly login: CompromisedReport; readonly campaign: CampaignReport }[],
): GotIn[] {
  const found = new Map<string, GotIn>();
  for (const { login, campaign } of logins) {
    const key = JSON.stringify([login.source, login.user, login.sensor]);
    const before = found.get(key);
    if (before === undefined) found.set(key, { login, campaign, again: 0, last: login.time });
    else {
      before.again++;
      before.last = login.time;
    }
  }
  return [...found.values()];
}

function toTheSecond(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function whatToDo(report: Report, kind: AdviceReport['kind'], look: Look): Line[] {
  const lines: Line[] = [];
  for (const one of report.advice.filter((advice) => advice.kind === kind)) {
    lines.push(...paragraph(`What to do now: ${one.says}`, look, { indent: 3 }));
    for (const [i, step] of one.steps.entries()) lines.push(...item(`${i + 1}.`, step, look, { indent: 4 }));
    lines.push(BLANK);
  }
  return lines;
}

/** `... and 12 more logins: --all shows them.` */
export function more(n: number, noun: string, look: Look, indent: number): Line[] {
  return paragraph(`... and ${counted(n, `more ${noun}`)}: --all shows ${n === 1 ? 'it' : 'them'}.`, look, {
    indent,
    tone: 'faint',
  });
}
