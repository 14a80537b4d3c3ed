/**
 * A campaign in a few sentences: since when, how many sources, attempts and names, how often, where in the alphabet
 * it is and when it will be done, which known users it tries, how sure that is. Why it is no coincidence is said by
 * the evidence (sentences.ts).
 */
import { SSHD_SERVICE } from '../model/attempt.ts';
import type { CampaignReport } from './schema.ts';
import {
  capital,
  clock,
  counted,
  duration,
  figure,
  hostText,
  interval,
  listed,
  oneIn,
  percent,
  shareOf,
  thousands,
  userText,
} from './wording.ts';

export type CampaignFacts = Omit<CampaignReport, 'title' | 'says' | 'certainty'>;

/** `Campaign c1: 837 sources, 16,727 attempts since 2008-11-19`. */
export function campaignTitle(facts: CampaignFacts): string {
  const sources = counted(facts.participants.length, 'source');
  const attempts = counted(facts.attempts, 'attempt');
  const from = facts.firstSeen.slice(0, 10);
  const to = facts.lastSeen.slice(0, 10);
  const when = facts.ongoing ? `since ${from}` : from === to ? `on ${from}` : `from ${from} to ${to}`;
  return `Campaign ${facts.id}: ${sources}, ${attempts} ${when}`;
}

/** Paragraphs: when, who and how often; then which names and where; then whose return it is. */
export function campaignParagraphs(facts: CampaignFacts): string[] {
  const targets = [
    ...whichNames(facts),
    ...knownUsers(facts),
    ...manySensors(facts),
    ...triedServices(facts),
  ];
  const visits = `${whenAndHowMany(facts)} ${howOften(facts)}`;
  const paragraphs = targets.length === 0 ? [visits] : [visits, targets.join(' ')];
  return facts.returnOf === null ? paragraphs : [...paragraphs, facts.returnOf.says];
}

function whenAndHowMany(facts: CampaignFacts): string {
  const names = facts.usernames.count;
  const tried = `${counted(facts.participants.length, 'source')} made ${counted(facts.attempts, 'attempt')}`;
  const on = names === 0 ? '' : names === 1 ? onOneName(facts) : ` on ${counted(names, 'user name')}`;
  const when = facts.ongoing
    ? `Since ${clock(facts.firstSeen)}, and still at the end of the log (last seen ${clock(facts.lastSeen)})`
    : capital(interval(facts.firstSeen, facts.lastSeen));
  return `${when}, ${tried}${on}.`;
}

function onOneName({ usernames, attempts }: CampaignFacts): string {
  const { sample, known } = usernames;
  const exists = known.count === 0 ? '' : ', which exists here';
  return `${attempts === 1 ? '' : ', all'} on the user ${userText(sample[0] ?? '')}${exists}`;
}

function howOften(facts: CampaignFacts): string {
  const { pace } = facts;
  const often = whichPace(facts);
  const daily = perDay(facts);
  if (pace.returnSeconds === null) return `${often}${daily}; no source came twice.`;
  const share = shareOf(pace.returningSources, facts.participants.length, 'source');
  if (pace.returnSeconds < SESSION_SECONDS) {
    const next = pace.returnSeconds < 1 ? 'at once' : `after ${duration(pace.returnSeconds)}`;
    return `${often}${daily}; ${share} tried more than once, the next time typically ${next}.`;
  }
  return `${often}${daily}; ${share} came back, typically after ${duration(pace.returnSeconds)}.`;
}

/** A source that tries again within this time has not been away: fail2ban's window, and longer than any login lasts. */
const SESSION_SECONDS = 600;

function whichPace(facts: CampaignFacts): string {
  const gap = facts.pace.medianGapSeconds;
  if (!isInBursts(facts)) return `One attempt about every ${duration(gap)}`;
  if (gap > LONGEST_BURST_GAP) return 'The attempts came at odd times';
  return `The attempts came in bursts, about ${gap < 1 ? 'a second' : duration(gap)} apart`;
}

/** Attempts further apart than an hour make no burst. */
const LONGEST_BURST_GAP = 3600;

/**
 * Whether the usual gap says little about the whole: at that gap the attempts would take less than a third of the time
 * that they took. Gaps of independent visitors, with a median of ln 2 of their mean, would take two thirds.
 */
function isInBursts(facts: CampaignFacts): boolean {
  const seconds = (Date.parse(facts.lastSeen) - Date.parse(facts.firstSeen)) / 1000;
  return facts.attempts > 2 && facts.pace.medianGapSeconds * (facts.attempts - 1) * 3 < seconds;
}

/** `, 733 a day`; of a campaign that pauses for more than half of its days, on how many it was seen. */
function perDay(facts: CampaignFacts): string {
  const active = facts.perDay.length;
  const days =
    (Date.parse(facts.lastSeen.slice(0, 10)) - Date.parse(facts.firstSeen.slice(0, 10))) / 86_400_000 + 1;
  if (active * 2 < days) return `, on ${thousands(active)} of ${thousands(days)} days`;
  // of less than a day, and of few more, the number of attempts says it all
  const seconds = (Date.parse(facts.lastSeen) - Date.parse(facts.firstSeen)) / 1000;
  const { attemptsPerDay } = facts.pace;
  return attemptsPerDay >= 1 && seconds > 2 * 86_400 ? `, ${figure(attemptsPerDay)} a day` : '';
}

function whichNames(facts: CampaignFacts): string[] {
  const { order, sample, walk, current, count } = facts.usernames;
  if (count < 2) return [];
  const some = listed(sample.map(userText), 6, count);
  if (order === 'one-name') {
    const { user, attempts } = facts.usernames.mostTried ?? {
      user: sample[0] ?? '',
      attempts: facts.attempts,
    };
    const others = listed(sample.filter((name) => name !== user).map(userText), 5, count - 1);
    const nearly = `${thousands(attempts)} of ${counted(facts.attempts, 'attempt')}`;
    return [`Nearly all of it goes for one name, ${userText(user)} (${nearly}); the rest for ${others}.`];
  }
  if (order === 'other') {
    const now = current === null ? '' : ` The last one was ${userText(current)}.`;
    return [`The names come in no order of the alphabet: ${some}.${now}`];
  }
  if (walk === null) return [`The names: ${some}.`];
  const way = order === 'alphabetical' ? 'in alphabetical order' : 'in reverse alphabetical order';
  const far = order === 'alphabetical' ? walk.position : 1 - walk.position;
  const from = userText(walk.start);
  const to = userText(walk.current);
  if (!facts.ongoing) return [`It went through the names ${way}, from ${from} to ${to}, and then stopped.`];
  const reached =
    `It goes through the names ${way}: it began with ${from} and has come to ${to}, about ${percent(far)} ` +
    'of the way through the alphabet.';
  if (walk.estimatedEnd === null) return [reached];
  return [reached, `At this speed it will be done about ${walk.estimatedEnd} (an estimate).`];
}

function knownUsers(facts: CampaignFacts): string[] {
  const { known, count } = facts.usernames;
  if (known.count === 0 || count < 2) return [];
  const [only] = known.top;
  if (known.count === 1 && only !== undefined)
    return [
      `${userText(only.user)}, which exists here, was tried ${only.attempts === 1 ? 'once' : counted(only.attempts, 'time')}.`,
    ];
  const top = known.top.map((one) => `${userText(one.user)} (${thousands(one.attempts)})`);
  return [
    `${counted(known.count, 'user')} that exist here were tried, ${counted(known.attempts, 'time')} in all: ` +
      `${listed(top, 5, known.count)}.`,
  ];
}

function manySensors(facts: CampaignFacts): string[] {
  if (facts.sensors.length < 2) return [];
  return [
    `It goes for ${counted(facts.sensors.length, 'sensor')}: ${listed(facts.sensors.map(hostText), 5)}.`,
  ];
}

/** Which services it tries, unless that is sshd alone. */
function triedServices(facts: CampaignFacts): string[] {
  const { services } = facts;
  if (services.length === 0 || (services.length === 1 && services[0]!.service === SSHD_SERVICE)) return [];
  const each = services.map((one) => `${hostText(one.service)} (${thousands(one.attempts)})`);
  return [`It tries the logins of ${listed(each, 5)}.`];
}

/**
 * Words for a chance of false alarm. 1e-6: no administrator reads a million logs. 1e-3: the default of what a user
 * accepts (DEFAULT_DETECT_OPTIONS.falseCampaigns); the words below it are for who accepts more. 0.05: the customary end
 * of what counts as a finding at all.
 */
export function howSureInWords(falseAlarm: number): string {
  if (falseAlarm <= 1e-6) return 'Practically certain';
  if (falseAlarm <= 1e-3) return 'Very sure';
  if (falseAlarm <= 0.01) return 'Sure';
  if (falseAlarm <= 0.05) return 'Fairly sure';
  return 'Only a suspicion';
}

export function certainty(facts: CampaignFacts): string {
  return (
    `${howSureInWords(facts.falseAlarm)}: the chance that visitors who know nothing of each other would look like ` +
    `this in this log is ${oneIn(facts.falseAlarm)}.`
  );
}
