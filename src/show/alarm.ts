/**
 * The loudest thing on the page: a login that succeeded from a source that had been guessing. Who, from where, when,
 * on which sensor, and what to do now.
 */
import type { AdviceReport, Report } from '../explain/schema.ts';
import { counted, hostText, userText } from '../explain/wording.ts';
import { BLANK, item, type Line, type Look, paragraph } from './page.ts';

/** Kinds of notice and advice that stand here and are not repeated below. */
export const ALARM_NOTICE = 'success-after-guessing';
const ALARM_ADVICE: readonly AdviceReport['kind'][] = ['after-a-compromise', 'check-that-login'];

export function isAlarmAdvice(advice: AdviceReport): boolean {
  return ALARM_ADVICE.includes(advice.kind);
}

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
    for (const { login, campaign } of look.all ? logins : logins.slice(0, SHOWN)) {
      const time = `${login.time.slice(0, 10)} ${login.time.slice(11, 19)} UTC`;
      const how = login.method === null ? '' : `by ${login.method}, `;
      const before =
        login.failuresBefore === 0
          ? 'at its first try'
          : `after ${counted(login.failuresBefore, 'failure')} of that source`;
      lines.push(
        ...paragraph(
          `${time}: ${userText(login.user)} on ${hostText(login.sensor)}, from ${hostText(login.source)}`,
          look,
          { indent: 3, hang: 5, tone: 'alarm' },
        ),
        ...paragraph(`${how}${before}, in campaign ${campaign.id}`, look, { indent: 5 }),
      );
    }
    if (!look.all && logins.length > SHOWN) lines.push(...more(logins.length - SHOWN, 'login', look, 3));
    lines.push(BLANK, ...whatToDo(report, 'after-a-compromise', look));
  }
  if (doubtful.length > 0) {
    lines.push(
      ...item('!', 'A login succeeded after guessing: was that its owner?', look, { tone: 'alarm' }),
      BLANK,
    );
    for (const notice of look.all ? doubtful : doubtful.slice(0, SHOWN))
      lines.push(...item('-', notice.says, look, { indent: 3 }));
    if (!look.all && doubtful.length > SHOWN) lines.push(...more(doubtful.length - SHOWN, 'login', look, 3));
    lines.push(BLANK, ...whatToDo(report, 'check-that-login', look));
  }
  return lines;
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
