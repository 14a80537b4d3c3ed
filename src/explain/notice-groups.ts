/**
 * Notices of one kind as one sentence: a log of a busy host has three shared dictionaries and five broken jobs, and
 * nobody reads eight paragraphs about what is no attack. The count comes first, then the few largest; each notice by
 * itself stays in the report.
 */
import type { NoticeReport } from './schema.ts';
import { clock, counted, duration, hostText, listed, thousands, userText } from './wording.ts';

/** As many as one sentence can hold. */
const LARGEST = 3;

/** A sentence for each kind, in the order in which the kinds first come. Pure and total. */
export function groupedNotices(notices: readonly NoticeReport[]): string[] {
  const groups = new Map<NoticeReport['kind'], NoticeReport[]>();
  for (const notice of notices) {
    const group = groups.get(notice.kind);
    if (group === undefined) groups.set(notice.kind, [notice]);
    else group.push(notice);
  }
  return [...groups].map(([kind, group]) => (group.length === 1 ? group[0]!.says : sentenceOf(kind, group)));
}

function sentenceOf(kind: NoticeReport['kind'], group: readonly NoticeReport[]): string {
  const many = group.length;
  const largest = (size: (notice: NoticeReport) => number, says: (notice: NoticeReport) => string) =>
    listed(
      [...group]
        .sort((a, b) => size(b) - size(a))
        .slice(0, LARGEST)
        .map(says),
      LARGEST,
      many,
    );
  const attempts = (notice: NoticeReport) => notice.attempts;
  switch (kind) {
    case 'own-machines':
      return (
        `${counted(many, 'group')} of sources that used to log in fail at a steady pace: ` +
        `${largest(attempts, (one) => `${counted(one.sources.length, 'source')} as ${users(one)}${since(one)}`)}. ` +
        'Most likely your own machines with a password that has expired or was changed; they are not part of any ' +
        'campaign.'
      );
    case 'broken-job':
      return (
        `${counted(many, 'source')} fail the same way over and over: ` +
        `${largest(attempts, (one) => `${from(one)} as ${users(one)}${every(one)}`)}. ` +
        'Jobs with a wrong password or key, not an attack.'
      );
    case 'office':
      return (
        `From ${counted(many, 'address', 'addresses')} many users log in: ` +
        `${largest(
          (one) => one.usernames.length,
          (one) => `${from(one)} (${counted(one.usernames.length, 'user')})`,
        )}. ` +
        'Offices or gateways; their failures are mistakes of many people and were not held against them.'
      );
    case 'shared-dictionary':
      return (
        `${counted(
          group.reduce((sum, one) => sum + one.sources.length, 0),
          'source',
        )} tried one name each and no other, each on its own and at any time: ` +
        `${largest(
          (one) => one.sources.length,
          (one) => `${users(one)} (${counted(one.sources.length, 'source')})`,
        )}. Worms or public word lists, not one campaign.`
      );
    case 'success-after-guessing':
      return (
        `${counted(many, 'login')} succeeded after failed attempts, outside any campaign: ` +
        `${largest(attempts, (one) => `${from(one)} as ${users(one)} after ${thousands(one.attempts)}`)}.`
      );
    case 'too-little-to-tell':
      return group[0]!.says;
  }
}

function from(notice: NoticeReport): string {
  return notice.sources.length === 0 ? 'a source' : listed(notice.sources.map(hostText), 2);
}

function users(notice: NoticeReport): string {
  return notice.usernames.length === 0 ? 'a user' : listed(notice.usernames.map(userText), 2);
}

function since(notice: NoticeReport): string {
  return notice.time === null ? '' : ` since ${clock(notice.time)}`;
}

function every(notice: NoticeReport): string {
  return notice.everySeconds === null ? '' : ` every ${duration(notice.everySeconds)}`;
}
