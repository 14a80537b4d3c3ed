/**
 * What has been told of each campaign and what is still to be told: the part of alarms.ts that is about campaigns. A
 * campaign of a thousand sources is a dozen messages and not a thousand: it is told when it opens, when it has doubled,
 * once a day while it grows, when its actor comes back, and when it is over. Plain data, so that it can be saved.
 */
import type { LiveEvent } from '../model/live.ts';
import { DAY, HOUR } from '../model/time.ts';

export interface CampaignTimes {
  /** Seconds from the first news of a campaign to the message. */
  readonly gatherSeconds: number;
  /** Seconds between two messages on one campaign, at least. */
  readonly spaceSeconds: number;
  /** Seconds after which growth that is no doubling is told; 0: never. */
  readonly growSeconds: number;
}

/**
 * - 60 s: the namings of those already known come in one burst at the opening, and the next few with the attempts of the
 *   minute (a campaign at its usual pace has one every two minutes). At half of it a message tells of three sources and
 *   the next of ten; at twice nobody acts any sooner, since blocking does not wait for the message.
 * - 15 min: what a person can do about a campaign takes longer than that. At half of it a flood that doubles every ten
 *   minutes is ten messages an hour; at twice little changes.
 * - a day: the pace of the campaigns of 2008 to 2012 (200 to 2,200 attempts a day): a line in the morning's mail.
 */
export const DEFAULT_CAMPAIGN_TIMES: CampaignTimes = {
  gatherSeconds: 60,
  spaceSeconds: 15 * 60,
  growSeconds: DAY,
};

/** Sources of a campaign that a message can show: the last ones named. */
const MOST_SOURCES = 12;
/** Campaigns of which is remembered what was told: a year of the busiest site, and those that are over go first. */
const MOST_CAMPAIGNS = 500;
/** A campaign that was over before it was told, so long ago, is history: a first start reads weeks of old logs. */
const OLD_SECONDS = 48 * HOUR;

export interface CampaignState {
  readonly id: string;
  readonly by: string;
  readonly bits: number;
  readonly opened: number;
  readonly firstSeen: number;
  /** At the opening; later as the naming of each source, or its end, told. */
  attempts: number;
  /** Named less released. */
  participants: number;
  /** The last ones named that have not been released. */
  sources: string[];
  compromised: number;
  readonly returnOf: string[];
  over: boolean;
  /** Participants when it was last told; null: it never was. */
  told: number | null;
  toldAt: number | null;
  /** Whether its end, or that it was none, is told. */
  closed: boolean;
  news: News | null;
}

interface News {
  readonly since: number;
  opened: boolean;
  grown: boolean;
  returned: Extract<LiveEvent, { kind: 'campaign:returned' }> | null;
  ended: Extract<LiveEvent, { kind: 'campaign:ended' }> | null;
  withdrawn: boolean;
}

/** What is to be told of a campaign now, and what was told of it before. */
export interface CampaignNews {
  readonly campaign: CampaignState;
  readonly news: News;
  readonly before: number | null;
}

export class Campaigns {
  readonly #times: CampaignTimes;
  readonly #all = new Map<string, CampaignState>();

  constructor(times: CampaignTimes, saved: readonly CampaignState[] = []) {
    this.#times = times;
    for (const one of saved)
      this.#all.set(one.id, { ...one, sources: [...one.sources], news: one.news && { ...one.news } });
  }

  get(id: string): CampaignState | undefined {
    return this.#all.get(id);
  }

  save(): readonly CampaignState[] {
    return [...this.#all.values()];
  }

  take(event: LiveEvent, now: number): void {
    if (event.kind === 'campaign:opened') {
      this.#open(event, now);
      return;
    }
    const campaign = this.#all.get(event.campaign);
    if (campaign === undefined) return;
    switch (event.kind) {
      case 'participant:named':
        campaign.participants++;
        // those that are named with the opening are in its count
        if (event.time > campaign.opened) campaign.attempts += event.attempts;
        campaign.sources = [...campaign.sources.filter((one) => one !== event.source), event.source].slice(
          -MOST_SOURCES,
        );
        if (campaign.news !== null) campaign.news.withdrawn = false;
        else if (campaign.told === null) this.#news(campaign, now).opened = true;
        if (campaign.told !== null && campaign.participants >= 2 * Math.max(1, campaign.told))
          this.#news(campaign, now).grown = true;
        break;
      case 'participant:released':
        campaign.participants = Math.max(0, campaign.participants - 1);
        campaign.sources = campaign.sources.filter((one) => one !== event.source);
        if (campaign.participants === 0 && !campaign.over) this.#news(campaign, now).withdrawn = true;
        break;
      case 'campaign:returned':
        if (campaign.returnOf.includes(event.earlier)) break;
        campaign.returnOf.push(event.earlier);
        this.#news(campaign, now).returned ??= event;
        break;
      case 'campaign:ended':
        if (campaign.over) break;
        campaign.over = true;
        campaign.attempts = Math.max(campaign.attempts, event.attempts);
        this.#news(campaign, now).ended = event;
        break;
      case 'account:compromised':
        campaign.compromised++;
        break;
    }
  }

  /** When the next of them is due, seconds since 1970; null: none has news. */
  nextDue(now: number): number | null {
    let next: number | null = null;
    for (const campaign of this.#all.values()) {
      const due = this.#due(campaign, now);
      if (due !== null && (next === null || due < next)) next = due;
    }
    return next;
  }

  /** Campaigns with news that are due, or will be within `early` seconds: one message for them all. */
  due(now: number, early = 0): CampaignNews[] {
    const found: CampaignNews[] = [];
    for (const campaign of this.#all.values()) {
      const due = this.#due(campaign, now);
      if (due === null || due > now + early) continue;
      const news = campaign.news ?? { ...NO_NEWS, since: now, grown: true };
      if (isToTell(campaign, news, now)) found.push({ campaign, news, before: campaign.told });
      else this.#drop(campaign);
    }
    return found;
  }

  /** Everything about it up to now has been told. */
  told(id: string, now: number): void {
    const campaign = this.#all.get(id);
    if (campaign === undefined) return;
    campaign.told = campaign.participants;
    campaign.toldAt = now;
    campaign.closed = campaign.over || campaign.news?.withdrawn === true;
    campaign.news = null;
    this.#forget();
  }

  #open(event: Extract<LiveEvent, { kind: 'campaign:opened' }>, now: number): void {
    if (this.#all.has(event.campaign)) return;
    const campaign: CampaignState = {
      id: event.campaign,
      by: event.by,
      bits: event.bits,
      opened: event.time,
      firstSeen: event.firstSeen,
      attempts: event.attempts,
      participants: 0,
      sources: [],
      compromised: 0,
      returnOf: [],
      over: false,
      told: null,
      toldAt: null,
      closed: false,
      news: null,
    };
    this.#all.set(campaign.id, campaign);
    this.#news(campaign, now).opened = true;
    this.#forget();
  }

  #news(campaign: CampaignState, now: number): News {
    campaign.news ??= { ...NO_NEWS, since: now };
    return campaign.news;
  }

  #due(campaign: CampaignState, now: number): number | null {
    const { gatherSeconds, spaceSeconds, growSeconds } = this.#times;
    const { news, toldAt, told } = campaign;
    // a clock that was set back must not keep anything waiting for longer than the pause itself
    const after = toldAt === null ? Number.NEGATIVE_INFINITY : Math.min(toldAt, now);
    if (news !== null) return Math.max(Math.min(news.since, now) + gatherSeconds, after + spaceSeconds);
    if (growSeconds <= 0 || campaign.over || told === null || campaign.participants <= told) return null;
    return after + growSeconds;
  }

  /** What was never told and is nothing any more. */
  #drop(campaign: CampaignState): void {
    campaign.news = null;
    campaign.closed = true;
  }

  /** The oldest go when there are too many, those that are over before those that are not. */
  #forget(): void {
    if (this.#all.size <= MOST_CAMPAIGNS) return;
    for (const wanted of [true, false]) {
      for (const { id, closed } of this.#all.values()) {
        if (this.#all.size <= MOST_CAMPAIGNS) return;
        if (closed === wanted) this.#all.delete(id);
      }
    }
  }
}

const NO_NEWS: Omit<News, 'since'> = {
  opened: false,
  grown: false,
  returned: null,
  ended: null,
  withdrawn: false,
};

function isToTell(campaign: CampaignState, news: News, now: number): boolean {
  const isNew = campaign.told === null;
  if (isNew && campaign.participants === 0 && !campaign.over) return news.withdrawn ? false : news.opened;
  if (isNew && news.ended !== null && news.ended.lastSeen < now - OLD_SECONDS) return false;
  return true;
}
