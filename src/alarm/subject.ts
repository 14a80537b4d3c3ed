/**
 * The one line that a person sees on a locked telephone: which machine, what, and how much more. Names in it are
 * printable, so it holds no line break, whatever the log holds.
 */
import { capital, counted, duration } from '../explain/wording.ts';
import type { AlarmItem, CampaignSummary, Part } from './schema.ts';
import { hostWord, inputWord, userWord } from './words.ts';

/** Mail readers and telephones show some 70 characters of it; the longest host and user names must not fill a page. */
const MOST_CHARACTERS = 180;

export function subjectOf(
  host: string,
  items: readonly AlarmItem[],
  campaigns: readonly CampaignSummary[],
): string {
  const [first] = items;
  const what = first === undefined ? 'nothing' : headline(first, items, campaigns);
  const told =
    first?.kind === 'account:compromised' ? items.filter((one) => one.kind !== first.kind) : items.slice(1);
  const rest = told.length === 0 ? '' : `, and ${told.length} more`;
  return cut(`slowbrute on ${hostWord(host)}: ${what}`, MOST_CHARACTERS - rest.length) + rest;
}

function headline(
  item: AlarmItem,
  items: readonly AlarmItem[],
  campaigns: readonly CampaignSummary[],
): string {
  switch (item.kind) {
    case 'account:compromised': {
      const logins = items.filter((one) => one.kind === 'account:compromised');
      const who = `as ${userWord(item.user)} from ${hostWord(item.source)}`;
      return logins.length === 1
        ? `SOMEBODY GOT IN ${who}`
        : `SOMEBODY GOT IN, ${logins.length} times, first ${who}`;
    }
    case 'campaign:opened': {
      const sources = campaigns.find(({ id }) => id === item.campaign)?.participants ?? 0;
      const who = sources < 2 ? 'several sources' : counted(sources, 'source');
      return `${who} guess passwords together (campaign ${item.campaign})`;
    }
    case 'campaign:grown':
      return `campaign ${item.campaign} has grown from ${counted(item.before, 'source')} to ${item.participants}`;
    case 'campaign:returned':
      return `campaign ${item.earlier} has come back as ${item.campaign}`;
    case 'campaign:ended':
      return `campaign ${item.campaign} is over`;
    case 'campaign:withdrawn':
      return `campaign ${item.campaign} was a false alarm`;
    case 'log:silent':
      return `nothing has come from ${inputWord(item.input)} for ${duration(item.seconds)}`;
    case 'log:back':
      return `lines come from ${inputWord(item.input)} again`;
    case 'unread-lines':
      return `many lines of ${inputWord(item.input)} cannot be read`;
    case 'trouble':
      return `trouble with ${partWord(item.part, item.name)}`;
    case 'trouble:over':
      return `${partWord(item.part, item.name)} works again`;
    case 'blocks:displaced':
      return `${counted(item.count, 'block')} had to make room for others`;
    case 'test':
      return 'a test message';
  }
}

/** `the firewall (nftables)`, `the store`: what is in trouble. */
export function partWord(part: Part, name: string): string {
  const which = name === '' || name === part ? '' : ` (${hostWord(name)})`;
  switch (part) {
    case 'store':
      return `the store${which}`;
    case 'firewall':
      return `the firewall${which}`;
    case 'input':
      return name === '' ? 'an input' : inputWord(name);
    case 'alarm':
      return `delivery by ${hostWord(name)}`;
    case 'daemon':
      return `slowbrute itself${which}`;
  }
}

/** The same for the beginning of a sentence. */
export function partSentence(part: Part, name: string): string {
  return capital(partWord(part, name));
}

function cut(text: string, most: number): string {
  const points = Array.from(text);
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`;
}
