/**
 * What is coordinated but no attack, and what else deserves a word, as sentences. None of these sources is called a
 * participant: the owner's own machines, a broken job, an office behind one address.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Notice } from '../model/detection.ts';
import { sourceText, userName } from './campaign.ts';
import type { NoticeReport } from './schema.ts';
import { reportSeconds, reportTime, wholeCount } from './values.ts';
import { clock, counted, duration, hostText, listed, userText } from './wording.ts';

export function noticeReport(notice: Notice, table: AttemptTable): NoticeReport {
  const sources = notice.sources.map((one) => sourceText(table, one));
  const usernames = notice.users.map((one) => userName(table, one));
  const time =
    notice.kind === 'own-machines'
      ? reportTime(notice.since)
      : notice.kind === 'success-after-guessing'
        ? reportTime(notice.time)
        : null;
  return {
    kind: notice.kind,
    says: noticeSentence(notice, sources, usernames, time),
    sources,
    usernames,
    attempts: wholeCount(notice.attempts),
    time,
    everySeconds: notice.kind === 'broken-job' ? reportSeconds(notice.everySeconds) : null,
  };
}

function noticeSentence(
  notice: Notice,
  sources: readonly string[],
  usernames: readonly string[],
  time: string | null,
): string {
  const from =
    sources.length === 0 ? 'a source' : listed(sources.slice(0, 3).map(hostText), 3, sources.length);
  const who =
    usernames.length === 0 ? 'a user' : listed(usernames.slice(0, 4).map(userText), 4, usernames.length);
  const attempts = counted(wholeCount(notice.attempts), 'attempt');
  const one = usernames.length === 1;
  switch (notice.kind) {
    case 'own-machines':
      return (
        `${counted(sources.length, 'source')} that used to log in as ${who} ${sources.length === 1 ? 'has' : 'have'} ` +
        `failed ${counted(wholeCount(notice.attempts), 'time')} since ${time === null ? 'then' : clock(time)}, at a ` +
        'steady pace: most likely your own machines with a password that has expired or was changed. ' +
        'They are not part of any campaign.'
      );
    case 'broken-job':
      return (
        `${from} ${sources.length > 1 ? 'have' : 'has'} failed as ${who} ${counted(wholeCount(notice.attempts), 'time')}, the same way every ` +
        `${duration(notice.everySeconds)}: a job with a wrong password or key, not an attack.`
      );
    case 'office':
      return (
        `${counted(usernames.length, 'user')} (${who}) ${one ? 'logs' : 'log'} in from ` +
        `${sources.length > 1 ? 'shared addresses' : 'one address'}, ${from}: an office or a gateway. ` +
        'Its failures are mistakes of many people and were not held against it.'
      );
    case 'shared-dictionary':
      return (
        `${counted(sources.length, 'source')} tried ${one ? `only ${who}` : `the same few names (${who})`}, ` +
        `${attempts} in all, but each on its own and at any time: a worm or a public word list, not one campaign.`
      );
    case 'success-after-guessing':
      return (
        `${from} logged in as ${who}${time === null ? '' : ` on ${clock(time)}`} after ` +
        `${counted(wholeCount(notice.attempts), 'failed attempt')}, outside any campaign.`
      );
    case 'too-little-to-tell':
      return (
        `${attempts} by ${counted(sources.length, 'quiet source')} ${wholeCount(notice.attempts) === 1 ? 'is' : 'are'} ` +
        'too little to tell coordination from chance: scan a longer log, or several machines together.'
      );
  }
}
