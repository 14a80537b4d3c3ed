/**
 * The text of a message, for a person who was woken by it: what happened, since when, how much, who, what is done about
 * it, what to do. Each line is a paragraph; a blank line ends a section. Nothing of it needs colour, width or links.
 */
import { afterCompromise } from '../explain/advice.ts';
import { byWords } from '../explain/live-words.ts';
import { capital, clock, counted, duration, listed, oneIn, thousands } from '../explain/wording.ts';
import type { EvidenceKind } from '../model/detection.ts';
import type { AlarmItem, CampaignSummary } from './schema.ts';
import { partSentence } from './subject.ts';
import { hostWord, inputWord, saysWord, unlinked, userWord } from './words.ts';

export type Blocking = 'on' | 'dry-run' | 'off';
type Login = Extract<AlarmItem, { kind: 'account:compromised' }>;

/** Logins, sources, names and sections that are listed: a message is read on a telephone. */
const MOST_LOGINS = 10;
const MOST_SOURCES = 6;
const MOST_NAMES = 6;
const MOST_SECTIONS = 20;

export function textOf(
  items: readonly AlarmItem[],
  campaigns: readonly CampaignSummary[],
  blocking: Blocking,
): string {
  const find = (id: string) => campaigns.find((one) => one.id === id);
  const logins = items.filter((item) => item.kind === 'account:compromised');
  const others = items.filter((item) => item.kind !== 'account:compromised');
  const sections: string[][] = [];
  if (logins.length > 0) sections.push(...intrusion(logins, campaigns, blocking));
  for (const item of others.slice(0, MOST_SECTIONS)) sections.push(sectionOf(item, find, blocking));
  if (others.length > MOST_SECTIONS)
    sections.push([`And ${counted(others.length - MOST_SECTIONS, 'more thing')}, see: slowbrute history`]);
  const known = new Set(others.flatMap((item) => ('campaign' in item ? [item.campaign] : [])));
  if (known.size > 0 && logins.length === 0) sections.push(nextSteps(others, [...known]));
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function intrusion(
  logins: readonly Login[],
  campaigns: readonly CampaignSummary[],
  blocking: Blocking,
): string[][] {
  const head =
    logins.length === 1
      ? 'Somebody got in: a source that guesses passwords has logged in.'
      : `Somebody got in: sources that guess passwords have logged in ${logins.length} times.`;
  const told = logins
    .slice(0, MOST_LOGINS)
    .map(
      ({ time, user, sensor, source, campaign }) =>
        `- ${toTheSecond(time)}: ${userWord(user)} on ${hostWord(sensor)}, from ${hostWord(source)}` +
        (campaigns.length > 1 ? `, of campaign ${campaign}` : ''),
    );
  if (logins.length > MOST_LOGINS) told.push(`- and ${counted(logins.length - MOST_LOGINS, 'more login')}`);
  const [advice] = afterCompromise(logins);
  const steps = (advice?.steps ?? [])
    // the firewall has been told
    .filter((step) => blocking !== 'on' || !step.endsWith('out at the firewall.'))
    .map((step, i) => `${i + 1}. ${unlinked(step)}`);
  return [
    [head, ...told],
    ...campaigns.map((campaign) => [
      `The campaign (${campaign.id}): ${howMuch(campaign)}`,
      ...names(campaign),
    ]),
    [`What is done: ${afterLogin(blocking, logins.length)}`],
    ['What to do now:', ...steps],
  ];
}

function afterLogin(blocking: Blocking, logins: number): string {
  const who = logins === 1 ? 'its source is' : 'their sources are';
  if (blocking === 'on')
    return `${who} kept out from now on, where the firewall can. Sessions that are open already are not ended by that.`;
  return blocking === 'dry-run'
    ? 'nothing. Blocking is a dry run: it only says what it would do.'
    : 'nothing. Blocking is switched off.';
}

function sectionOf(
  item: Exclude<AlarmItem, Login>,
  find: (id: string) => CampaignSummary | undefined,
  blocking: Blocking,
): string[] {
  switch (item.kind) {
    case 'campaign:opened':
      return about(
        `Campaign ${item.campaign}: several sources guess passwords together.`,
        find(item.campaign),
        blocking,
      );
    case 'campaign:grown':
      return about(
        `Campaign ${item.campaign} has grown: ${counted(item.participants, 'source')} now, ${thousands(item.before)} when you were last told.`,
        find(item.campaign),
        blocking,
      );
    case 'campaign:returned': {
      const sources = `${thousands(item.sharedSources)} of its ${counted(item.sources, 'source')}`;
      const users = `${thousands(item.sharedUsers)} of its ${counted(item.users, 'user name')}`;
      return about(
        `Campaign ${item.campaign}: whoever ran campaign ${item.earlier} is back. ${sources} and ${users} were seen in that one.`,
        find(item.campaign),
        blocking,
      );
    }
    case 'campaign:ended':
      return ended(item, find(item.campaign));
    case 'campaign:withdrawn':
      return [
        `Campaign ${item.campaign} was a false alarm: with what has come since, chance explains it. Its sources are released, and blocks on them are lifted.`,
      ];
    case 'log:silent':
      return [
        `Nothing has come from ${inputWord(item.input)} for ${duration(item.seconds)}; the last line was at ${toTheSecond(item.lastLine)}.`,
        `At this time of the week such a stretch usually has ${counted(item.usual, 'minute')} with lines. Until it speaks again, nothing that happens there is seen.`,
        'What to do: see whether the log is still written, and whether slowbrute may read it. Who breaks in often stops the log first.',
      ];
    case 'log:back':
      return [
        `Lines come from ${inputWord(item.input)} again. It had been silent for ${duration(item.seconds)}.`,
      ];
    case 'unread-lines':
      return [
        `Of ${counted(item.lines, 'line')} of login services in ${inputWord(item.input)} within a day, ${thousands(item.unread)} could not be read: attempts may be missing.`,
        'What to do: slowbrute check --unread shows which they are; please report them.',
      ];
    case 'trouble':
      return trouble(item);
    case 'trouble:over':
      return [
        `${partSentence(item.part, item.name)} works again. The trouble had lasted since ${clock(item.since)}.`,
      ];
    case 'blocks:displaced':
      return [
        `${counted(item.count, 'block')} had to make room: there are as many as are allowed (${thousands(item.limit)}). Those least sure left.`,
        'What to do: allow more in the configuration, if the firewall can take them; or block by network.',
      ];
    case 'test':
      return [
        'This is a test: messages of slowbrute arrive here.',
        'It tells at once when a source that guesses passwords logs in, and gathers everything else.',
      ];
  }
}

function about(head: string, campaign: CampaignSummary | undefined, blocking: Blocking): string[] {
  if (campaign === undefined) return [head];
  const { by, bits, opened, sources, participants, compromised } = campaign;
  const lines = [head, `How much: ${howMuch(campaign)}`, ...names(campaign)];
  lines.push(
    `Why it is no coincidence: ${byWords(by as EvidenceKind)} (the chance of that among all that comes here: ${oneIn(2 ** -Math.max(1, bits))}). Seen at ${clock(opened)}.`,
  );
  if (sources.length > 0) {
    const shown = [...sources].reverse().slice(0, MOST_SOURCES).map(hostWord);
    lines.push(`Who: ${listed(shown, MOST_SOURCES, Math.max(participants, shown.length))}.`);
  }
  lines.push(
    compromised === 0
      ? 'None of them has logged in.'
      : `${capital(counted(compromised, 'login'))} by participants: you were told of ${compromised === 1 ? 'it' : 'them'}.`,
    `What is done: ${done(campaign, blocking)}`,
  );
  return lines;
}

function howMuch({ firstSeen, participants, attempts, medianGapSeconds, sensors }: CampaignSummary): string {
  const where = sensors.length === 0 ? '' : ` on ${listed(sensors.map(hostWord), 3)}`;
  const pace = medianGapSeconds === null ? '' : `, usually one every ${duration(medianGapSeconds)}`;
  return `since ${clock(firstSeen)}, ${counted(participants, 'source')}, ${counted(attempts, 'failed login')}${where}${pace}.`;
}

function names({ usernames, sample }: CampaignSummary): string[] {
  if (usernames === null || usernames === 0) return [];
  const shown = sample.slice(0, MOST_NAMES).map(userWord);
  if (shown.length === 0) return [`Users tried: ${thousands(usernames)}.`];
  return [`Users tried: ${listed(shown, MOST_NAMES, Math.max(usernames, shown.length))}.`];
}

function done({ blocked, participants }: CampaignSummary, blocking: Blocking): string {
  if (blocking === 'off') return 'nothing. Blocking is switched off.';
  if (blocking === 'dry-run') return 'nothing. Blocking is a dry run: it only says what it would do.';
  if (blocked === null) return 'its sources are kept out as they are named.';
  if (blocked >= participants && participants > 0) return 'all of them are kept out.';
  return `${thousands(blocked)} of them ${blocked === 1 ? 'is' : 'are'} kept out.`;
}

function ended(
  item: Extract<AlarmItem, { kind: 'campaign:ended' }>,
  campaign: CampaignSummary | undefined,
): string[] {
  const since = campaign === undefined ? '' : ` since ${clock(campaign.firstSeen)}`;
  const lines = [
    `Campaign ${item.campaign} is over: nothing has come from it since ${clock(item.lastSeen)}.`,
    `It was ${counted(item.attempts, 'failed login')} by ${counted(item.participants, 'source')}${since}.`,
  ];
  if (campaign !== undefined)
    lines.push(
      campaign.compromised === 0
        ? 'None of them has logged in.'
        : `${capital(counted(campaign.compromised, 'login'))} by participants: you were told of ${campaign.compromised === 1 ? 'it' : 'them'}.`,
    );
  return lines;
}

function trouble(item: Extract<AlarmItem, { kind: 'trouble' }>): string[] {
  const often = item.times > 1 ? ` It has come and gone ${thousands(item.times)} times.` : '';
  return [
    `${partSentence(item.part, item.name)} has been in trouble since ${toTheSecond(item.time)}: ${saysWord(item.says)}${often}`,
    `${CONSEQUENCE[item.part]} What to do: ${saysWord(item.remedy)}`,
  ];
}

const CONSEQUENCE: Readonly<Record<Extract<AlarmItem, { kind: 'trouble' }>['part'], string>> = {
  store: 'Attempts are still judged, but they are not kept on disk until it works again.',
  firewall: 'Participants are still named, but nobody new is kept out until it works again.',
  input: 'What happens there is not seen until it works again.',
  alarm: 'Messages wait and are delivered when it works again.',
  daemon: 'It goes on as well as it can.',
};

function nextSteps(items: readonly AlarmItem[], campaigns: readonly string[]): string[] {
  const isOver = items.every(({ kind }) => kind === 'campaign:ended' || kind === 'campaign:withdrawn');
  const [first = '', ...others] = campaigns;
  const which = others.length === 0 ? first : `${first} (or ${listed(others, 2)})`;
  if (isOver) return [`What to do: nothing. The whole story: slowbrute explain ${which}`];
  return [
    `What to do: nothing at once. The evidence: slowbrute explain ${which}`,
    'What to change in sshd so that guessing is pointless: slowbrute audit',
  ];
}

function toTheSecond(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
