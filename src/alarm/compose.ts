/**
 * A message from its items: the subject, the text and the facts. The text is paragraphs, one a line, which a channel
 * wraps as it needs; the first says what happened, the last what to do.
 */
import { byText, decimals, reportTime, wellFormed } from '../explain/values.ts';
import type { LiveEvent } from '../model/live.ts';
import type { AlarmOptions } from './alarms.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import type { CampaignNews, CampaignState } from './campaigns.ts';
import type { AlarmItem, CampaignSummary, Message } from './schema.ts';
import { subjectOf } from './subject.ts';
import { textOf } from './text.ts';

/** Items of one message as facts: what is beyond is only counted in its text. A flood of logins or of campaigns. */
const MOST_ITEMS = 300;

export interface Draft {
  readonly id: string;
  readonly severity: Message['severity'];
  readonly items: readonly AlarmItem[];
  readonly campaigns: readonly CampaignState[];
  readonly facts: ReadonlyMap<string, CampaignFacts>;
  readonly now: number;
  readonly options: AlarmOptions;
}

export function compose({ id, severity, items, campaigns, facts, now, options }: Draft): Message {
  const sorted = [...items].sort((a, b) => RANK[a.kind] - RANK[b.kind] || byText(a.time, b.time));
  const summaries = campaigns.map((campaign) => summaryOf(campaign, facts.get(campaign.id)));
  const host = wellFormed(options.host);
  return {
    schema: 'slowbrute.alarm/1',
    id,
    time: reportTime(now),
    host,
    severity,
    subject: subjectOf(host, sorted, summaries),
    text: textOf(sorted, summaries, options.blocking),
    items: sorted.slice(0, MOST_ITEMS),
    campaigns: summaries.slice(0, MOST_ITEMS),
  };
}

/** What is told first. */
const RANK: Readonly<Record<AlarmItem['kind'], number>> = {
  'account:compromised': 0,
  trouble: 1,
  'log:silent': 2,
  'campaign:returned': 3,
  'campaign:opened': 4,
  'blocks:displaced': 5,
  'unread-lines': 6,
  'campaign:grown': 7,
  'campaign:ended': 8,
  'campaign:withdrawn': 9,
  'log:back': 10,
  'trouble:over': 11,
  test: 12,
};

function summaryOf(campaign: CampaignState, facts: CampaignFacts | undefined): CampaignSummary {
  const firstSeen = Math.min(campaign.firstSeen, facts?.firstSeen ?? campaign.firstSeen);
  return {
    id: campaign.id,
    by: campaign.by,
    bits: decimals(campaign.bits, 1),
    opened: reportTime(campaign.opened),
    firstSeen: reportTime(firstSeen),
    lastSeen: facts === undefined ? null : reportTime(facts.lastSeen),
    participants: campaign.participants,
    sources: campaign.sources.map(wellFormed),
    attempts: Math.max(campaign.attempts, facts?.attempts ?? 0),
    medianGapSeconds: facts?.medianGapSeconds ?? null,
    sensors: (facts?.sensors ?? []).map(wellFormed),
    usernames: facts?.usernames ?? null,
    sample: (facts?.sample ?? []).map(wellFormed),
    blocked: facts?.blocked ?? null,
    compromised: campaign.compromised,
    returnOf: campaign.returnOf,
  };
}

/** Items from what happened. */
export const newsItems = {
  compromised(event: Extract<LiveEvent, { kind: 'account:compromised' }>): AlarmItem {
    const { kind, campaign } = event;
    return {
      kind,
      time: reportTime(event.time),
      campaign,
      source: wellFormed(event.source),
      user: wellFormed(event.user),
      sensor: wellFormed(event.sensor),
    };
  },

  /** One for each thing that is new of a campaign; where it is over, that it opened or grew is no news. */
  campaign({ campaign, news, before }: CampaignNews, now: number): AlarmItem[] {
    const { id, participants } = campaign;
    const time = reportTime(now);
    if (news.ended !== null) {
      const { lastSeen, attempts } = news.ended;
      const told = { attempts, participants: news.ended.participants };
      return [{ kind: 'campaign:ended', time, campaign: id, lastSeen: reportTime(lastSeen), ...told }];
    }
    if (news.withdrawn && before !== null) return [{ kind: 'campaign:withdrawn', time, campaign: id }];
    if (news.returned !== null) {
      const { earlier, sharedSources, sources, sharedUsers, users } = news.returned;
      const shared = { sharedSources, sources, sharedUsers, users };
      return [{ kind: 'campaign:returned', time, campaign: id, earlier, ...shared }];
    }
    if (before === null) return [{ kind: 'campaign:opened', time, campaign: id }];
    return [{ kind: 'campaign:grown', time, campaign: id, participants, before }];
  },

  test(now: number): AlarmItem {
    return { kind: 'test', time: reportTime(now) };
  },
};
