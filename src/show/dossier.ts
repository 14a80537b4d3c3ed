/** A dossier on the page: who this is, what it takes part in and why, its blocks and their end, the lines themselves. */
import type { Membership, SharedName, SourceDossier } from '../explain/dossier.ts';
import { clock, counted, duration, userText } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import type { CampaignHistory, StoredAttempt, StoredBlock } from '../store/history.ts';
import { isoTime } from './history.ts';
import { BLANK, item, type Line, type Look, paragraph, printed } from './page.ts';

/** Names that are told one by one without `--all`. */
const NAMES = 8;
/** Lines of the log that are shown without `--all`. */
const LINES = 12;

export function renderSource(dossier: SourceDossier, look: Look): string {
  const lines: Line[] = [
    ...paragraph(printable(dossier.source, 255), look, { tone: 'heading' }),
    ...paragraph(known(dossier), look, { indent: 2 }),
    BLANK,
    ...(dossier.memberships.length === 0
      ? paragraph('It was never named for a campaign.', look, { indent: 2 }).concat([BLANK])
      : dossier.memberships.flatMap((one) => membership(one, look))),
    ...blocks(dossier.blocks, look),
    ...logLines(dossier.attempts, look),
  ];
  return printed(trimmed(lines), look);
}

function known({ history }: SourceDossier): string {
  if (history === null) return 'The history does not know it.';
  const { failures, unknownUserFailures, successes, firstSeen, lastSeen, successUsers } = history;
  const logins =
    successes === 0
      ? 'It never logged in.'
      : `It logged in ${counted(successes, 'time')}, as ${successUsers.map(userText).join(', ')}; the last time at ${at(history.lastSuccess)}.`;
  return (
    `${counted(failures, 'failed attempt')}, ${counted(unknownUserFailures, 'of them', 'of them')} on users that do not exist, ` +
    `from ${at(firstSeen)} to ${at(lastSeen)}. ${logins}`
  );
}

function membership(one: Membership, look: Look): Line[] {
  const { campaign, participants, confidence, named, released } = one;
  const sure = `${Math.min(99.9, Math.floor(confidence * 1000) / 10).toFixed(1)} %`;
  const head =
    `Campaign ${campaign.id}, ${counted(participants, 'source')} and ${counted(campaign.attempts, 'attempt')} from ` +
    `${at(campaign.firstSeen)} to ${at(campaign.lastSeen)}: named at ${at(named)}, ${sure} sure` +
    `${released === null ? '.' : `; released at ${at(released)}: it was somebody else.`}`;
  const gotIn = campaign.compromised.filter((login) => login.time >= campaign.firstSeen);
  const shown = look.all ? one.names : one.names.slice(0, NAMES);
  return [
    ...paragraph(head, look, { indent: 2, tone: released === null ? 'finding' : 'plain' }),
    ...(gotIn.length === 0
      ? []
      : paragraph(`SOMEBODY GOT IN: ${counted(gotIn.length, 'login')} by participants of it.`, look, {
          indent: 2,
          tone: 'alarm',
        })),
    ...shown.flatMap((name) => item('-', nameSentence(name), look, { indent: 2 })),
    ...(shown.length < one.names.length
      ? paragraph(`and ${counted(one.names.length - shown.length, 'more name')} (--all).`, look, {
          indent: 4,
          tone: 'faint',
        })
      : []),
    BLANK,
  ];
}

function nameSentence({ user, time, others, from, to, before }: SharedName): string {
  if (others === 0 || from === null || to === null)
    return `${userText(user)}, at ${at(time)}: no other participant tried it.`;
  const turn =
    before === null
      ? 'it was the first of them'
      : `${duration(before.seconds)} after ${printable(before.source, 64)} had`;
  return `${userText(user)}, at ${at(time)}, ${turn}: ${counted(others, 'other participant')} tried it from ${at(from)} to ${at(to)}.`;
}

export function blocks(all: readonly StoredBlock[], look: Look): Line[] {
  if (all.length === 0) return [...paragraph('It was never blocked.', look, { indent: 2 }), BLANK];
  return [...all.flatMap((block) => item('-', blockSentence(block), look, { indent: 2 })), BLANK];
}

function blockSentence({ id, target, reason, from, until, ended, why, repetition }: StoredBlock): string {
  const again = repetition === 0 ? '' : `, for the ${repetition + 1}th time`;
  const end =
    ended !== null
      ? `ended at ${at(ended)} (${why ?? 'over'})`
      : until === null
        ? 'stands until a hand ends it'
        : `stands until ${at(until)}`;
  const because =
    reason.kind === 'participant'
      ? `takes part in campaign ${reason.campaign}`
      : reason.kind === 'by-hand'
        ? `by hand of ${printable(reason.by)}: ${printable(reason.why, 200)}`
        : reason.kind.replaceAll('-', ' ');
  return `Block ${id} of ${target}${again}, from ${at(from)}: ${because}; ${end}.`;
}

export function logLines(attempts: readonly StoredAttempt[], look: Look): Line[] {
  const withText = attempts.filter(({ text }) => text !== '');
  if (withText.length === 0) return [];
  const shown = look.all ? withText : withText.slice(0, LINES);
  return [
    ...paragraph(
      shown.length < withText.length
        ? `The newest ${shown.length} lines that told of it`
        : 'The lines that told of it, newest first',
      look,
      { indent: 2, tone: 'heading' },
    ),
    ...shown.flatMap(({ text, name }) =>
      paragraph(`${printable(text, 1000)}`, look, { indent: 2, hang: 4 }).concat(
        look.all
          ? paragraph(`(${printable(name.input, 200)}, line ${name.line})`, look, {
              indent: 4,
              tone: 'faint',
            })
          : [],
      ),
    ),
    BLANK,
  ];
}

/** What is known of a campaign beside its evidence: when it was opened, by what, who got in. */
export function campaignFacts(campaign: CampaignHistory, look: Look): Line[] {
  const standing = campaign.participants.filter(({ released }) => released === null).length;
  const lines = paragraph(
    `Campaign ${campaign.id} was opened at ${at(campaign.opened)}, by ${campaign.by.replaceAll('-', ' ')} (${campaign.bits.toFixed(1)} bits), ` +
      `${campaign.ended === null ? 'and goes on' : `and was over at ${at(campaign.ended)}`}: ${counted(standing, 'source')}, ` +
      `${counted(campaign.attempts, 'attempt')} from ${at(campaign.firstSeen)} to ${at(campaign.lastSeen)}.`,
    look,
    { tone: 'heading' },
  );
  const returns =
    campaign.returnOf.length === 0
      ? []
      : paragraph(`It is the same actor as in ${campaign.returnOf.join(', ')}.`, look);
  const hits = campaign.compromised.flatMap(({ source, user, sensor, time }) =>
    item(
      '!!',
      `${printable(source, 255)} LOGGED IN as ${userText(user)} on ${printable(sensor)} at ${at(time)}`,
      look,
      { tone: 'alarm' },
    ),
  );
  return [...hits, ...lines, ...returns, BLANK];
}

export function trimmed(lines: readonly Line[]): Line[] {
  const copy = [...lines];
  while (copy.at(-1) === BLANK) copy.pop();
  return copy;
}

function at(time: number | null): string {
  const iso = isoTime(time);
  return iso === null ? 'no time' : clock(iso);
}
