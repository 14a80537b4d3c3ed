/**
 * A replay for the person at the terminal: who got in, then what live detection would have said, in the order of the
 * log, then what blocking at those moments would have prevented. Eight hundred namings must not drown three
 * openings, so namings are gathered by hour, day, week or month, whichever keeps them to some forty lines a campaign.
 */
import { byWords } from '../explain/live-words.ts';
import type { ReplayReport } from '../explain/replay.ts';
import { reportTime } from '../explain/values.ts';
import { clock, counted, duration, hostText, shareOf, thousands, userText } from '../explain/wording.ts';
import type { LiveEvent } from '../model/live.ts';
import { DAY, HOUR } from '../model/time.ts';
import { BLANK, item, type Line, type Look, paragraph, printed, table } from './page.ts';
import { whatWasRead } from './text.ts';

/** `every`: a line for each naming. `all` of the look has no other meaning here. */
export interface ReplayLook extends Look {
  readonly every: boolean;
}

/** Lines that the namings of one campaign may take before they are gathered by a longer time. */
const NAMING_LINES = 40;
const GATHERED_BY = [HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY];
/** Logins shown at the top, and sources that log in at the end, without `--every`. */
const SHOWN = 10;

/** Lines end in a newline; none is wider than the look's width, and no text of the log acts on the terminal. */
export function renderReplay(report: ReplayReport, events: readonly LiveEvent[], look: ReplayLook): string {
  const lines = [
    ...intruders(report, look),
    ...whatWasRead(report, look),
    ...heading(report, look),
    ...timeline(events, look),
    ...prevention(report, look),
    ...logins(report, look),
  ];
  while (lines.at(-1) === BLANK) lines.pop();
  return printed(lines, look);
}

function intruders({ compromised }: ReplayReport, look: ReplayLook): Line[] {
  if (compromised.length === 0) return [];
  const headline = `SOMEBODY GOT IN: ${counted(compromised.length, 'login')} by ${compromised.length === 1 ? 'a participant' : 'participants'} of a campaign`;
  const shown = look.every ? compromised : compromised.slice(0, SHOWN);
  return [
    ...item('!!', headline, look, { tone: 'alarm' }),
    BLANK,
    ...shown.flatMap((one) =>
      paragraph(
        `${toTheSecond(one.time)}: ${userText(one.user)} on ${hostText(one.sensor)}, from ${hostText(one.source)} ` +
          `(${one.campaign})${one.refused ? '; a block would have refused it' : ''}`,
        look,
        { indent: 3, hang: 5, tone: 'alarm' },
      ),
    ),
    ...(shown.length < compromised.length ? rest(compromised.length - shown.length, 'login', look) : []),
    BLANK,
  ];
}

function rest(n: number, noun: string, look: Look): Line[] {
  return paragraph(`... and ${counted(n, `more ${noun}`)}: --every shows ${n === 1 ? 'it' : 'them'}.`, look, {
    indent: 3,
    tone: 'faint',
  });
}

function heading({ campaigns, options }: ReplayReport, look: Look): Line[] {
  const { falseCampaignsPerYear: rate, closed } = options;
  const accepted =
    rate >= 1
      ? `${thousandths(rate)} false ${rate === 1 ? 'campaign' : 'campaigns'} a year`
      : `one false campaign in ${thousandths(1 / rate)} years`;
  const kept = closed ? ' What a block would have stopped was kept from it.' : '';
  const found =
    campaigns.length === 0
      ? 'Live detection would have said nothing.'
      : `Live detection would have opened ${counted(campaigns.length, 'campaign')}.`;
  return [
    ...paragraph(found, look, { tone: campaigns.length === 0 ? 'heading' : 'finding' }),
    ...paragraph(`It accepts ${accepted}.${kept} Times are UTC.`, look, { tone: 'faint' }),
    BLANK,
  ];
}

/** `2`, `0.1`, `3.33`: no more digits than were asked for. */
function thousandths(value: number): string {
  return value >= 1000 ? thousands(value) : String(Number(value.toPrecision(3)));
}

interface Entry {
  readonly time: number;
  readonly text: string;
  readonly tone: Line['tone'];
}

function timeline(events: readonly LiveEvent[], look: ReplayLook): Line[] {
  if (events.length === 0) return [];
  const entries = look.every ? events.map((event) => entry(event)) : gathered(events);
  const lines: Line[] = [];
  for (const { time, text, tone } of entries)
    lines.push(...paragraph(`${stamp(time)}  ${text}`, look, { hang: 4, tone }));
  return [...lines, BLANK];
}

/** `2008-11-19 15:04` */
function stamp(time: number): string {
  return clock(reportTime(time)).slice(0, 16);
}

function toTheSecond(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** All events but namings and releases as they are; those by time and campaign, at the first of them. */
function gathered(events: readonly LiveEvent[]): Entry[] {
  const period = periodOf(events);
  const entries: Entry[] = [];
  interface Group {
    readonly at: number;
    readonly bin: number;
    readonly time: number;
    last: number;
    named: number;
    released: number;
    lone: string;
  }
  const open = new Map<string, Group>();
  const now = new Map<string, number>();
  const close = (campaign: string) => {
    const group = open.get(campaign);
    if (group === undefined) return;
    open.delete(campaign);
    entries[group.at] = groupEntry(campaign, group, now.get(campaign)!);
  };
  for (const event of events) {
    const { campaign, kind, time } = event;
    if (kind !== 'participant:named' && kind !== 'participant:released') {
      close(campaign);
      entries.push(entry(event));
      continue;
    }
    const bin = Math.floor(time / period);
    let group = open.get(campaign);
    if (group !== undefined && group.bin !== bin) {
      close(campaign);
      group = undefined;
    }
    if (group === undefined) {
      group = { at: entries.length, bin, time, last: time, named: 0, released: 0, lone: '' };
      open.set(campaign, group);
      entries.push(entry(event)); // its place; replaced when the group is closed
    }
    const change = kind === 'participant:named' ? 1 : -1;
    now.set(campaign, (now.get(campaign) ?? 0) + change);
    if (change > 0) group.named++;
    else group.released++;
    group.lone = event.source;
    group.last = time;
  }
  for (const campaign of [...open.keys()]) close(campaign);
  return entries;
}

/** The shortest of the times to gather by that leaves no campaign with too many lines. */
function periodOf(events: readonly LiveEvent[]): number {
  for (const period of GATHERED_BY) {
    const bins = new Map<string, Set<number>>();
    for (const { kind, campaign, time } of events) {
      if (kind !== 'participant:named' && kind !== 'participant:released') continue;
      const seen = bins.get(campaign) ?? new Set();
      bins.set(campaign, seen.add(Math.floor(time / period)));
    }
    if ([...bins.values()].every((seen) => seen.size <= NAMING_LINES)) return period;
  }
  return GATHERED_BY.at(-1)!;
}

function groupEntry(
  campaign: string,
  group: {
    readonly time: number;
    readonly last: number;
    readonly named: number;
    readonly released: number;
    readonly lone: string;
  },
  now: number,
): Entry {
  const { time, last, named, released, lone } = group;
  const parts: string[] = [];
  const what = (n: number) => (named + released === 1 ? hostText(lone) : counted(n, 'source'));
  if (named > 0) parts.push(`names ${what(named)}`);
  if (released > 0) parts.push(`releases ${what(released)}`);
  const until = stamp(last) === stamp(time) ? '' : ` until ${near(last, time)}`;
  return { time, text: `${campaign} ${parts.join(' and ')}${until} (${thousands(now)} now)`, tone: 'faint' };
}

/** A time beside another: on the same day the time of day is enough. */
function near(time: number, other: number): string {
  return stamp(time).slice(0, 10) === stamp(other).slice(0, 10) ? stamp(time).slice(11) : stamp(time);
}

function entry(event: LiveEvent): Entry {
  const { time, campaign } = event;
  const said = (text: string, tone: Line['tone'] = 'plain'): Entry => ({
    time,
    text: `${campaign} ${text}`,
    tone,
  });
  switch (event.kind) {
    case 'campaign:opened':
      return said(
        `opens after ${counted(event.attempts, 'attempt')} since ${near(event.firstSeen, time)}: ${byWords(event.by)} ` +
          `(${Math.round(event.bits)} bits)`,
        'finding',
      );
    case 'participant:named':
      return said(
        `names ${hostText(event.source)}, ${sure(event.confidence)} sure, after ${counted(event.attempts, 'attempt')}`,
        'faint',
      );
    case 'participant:released':
      return said(`releases ${hostText(event.source)}: it is somebody else's`, 'faint');
    case 'account:compromised':
      return {
        time,
        text: `!! SOMEBODY GOT IN: ${userText(event.user)} on ${hostText(event.sensor)}, from ${hostText(event.source)}, a participant of ${campaign}`,
        tone: 'alarm',
      };
    case 'campaign:returned':
      return said(
        `is the actor of ${event.earlier} again: ${shareOf(event.sharedSources, event.sources, 'source')} and ` +
          `${shareOf(event.sharedUsers, event.users, 'user name')} were there then (${Math.round(event.bits)} bits)`,
        'finding',
      );
    case 'campaign:ended':
      return said(
        `ends: nothing since ${near(event.lastSeen, time)}, ${counted(event.attempts, 'attempt')} by ` +
          `${counted(event.participants, 'source')}`,
        'heading',
      );
  }
}

/** As the report has it: never rounded up to certainty. */
function sure(confidence: number): string {
  return `${Math.min(99.9, Math.floor(confidence * 1000) / 10).toFixed(1)} %`;
}

function prevention(report: ReplayReport, look: Look): Line[] {
  const { campaigns, total } = report;
  if (campaigns.length === 0) return [];
  const row = (name: string, one: ReplayReport['total'], after: string) => [
    name,
    thousands(one.participants),
    thousands(one.attempts),
    thousands(one.prevented),
    one.share === null ? '-' : `${(Math.floor(one.share * 1000) / 10).toFixed(1)} %`,
    after,
  ];
  const rows = campaigns.map((one) =>
    row(one.id, one, duration(Math.max(0, Date.parse(one.opened) - Date.parse(one.firstSeen)) / 1000)),
  );
  return [
    ...paragraph('What blocking at these moments would have prevented', look, { tone: 'heading' }),
    ...table(
      ['', 'sources', 'attempts', 'prevented', 'of limit', 'opened after'],
      campaigns.length > 1 ? [...rows, row('all', total, '-')] : rows,
      look,
      2,
    ),
    ...paragraph(
      'The limit is all attempts but one of each source: no source can be blocked before it is seen.',
      look,
      { indent: 2, tone: 'faint' },
    ),
    BLANK,
  ];
}

/** Sources that log in and would have been kept out, besides those whose login was told of as an intruder's. */
function logins({ namedLogins, campaigns }: ReplayReport, look: ReplayLook): Line[] {
  if (campaigns.length === 0) return [];
  const others = namedLogins.filter(({ gotIn }) => !gotIn);
  const other = others.length === namedLogins.length ? '' : 'other ';
  if (others.length === 0)
    return paragraph(`No ${other}source that ever logged in would have been blocked.`, look);
  const refused = others.reduce((sum, one) => sum + one.refused, 0);
  const shown = look.every ? others : others.slice(0, SHOWN);
  return [
    ...paragraph(
      `${counted(others.length, `${other}source`)} that logged in at some time would have been blocked, and ` +
        `${counted(refused, 'login')} refused. Somebody who works there, or an intruder?`,
      look,
      { tone: 'finding' },
    ),
    ...shown.flatMap((one) =>
      item(
        '-',
        `${hostText(one.source)}: ${counted(one.logins, 'login')} in this log, ${thousands(one.refused)} refused; ` +
          `named ${clock(one.named)}${one.released === null ? '' : `, released ${clock(one.released)}`}`,
        look,
        { indent: 2 },
      ),
    ),
    ...(shown.length < others.length ? rest(others.length - shown.length, 'source', look) : []),
  ];
}
