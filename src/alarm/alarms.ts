/**
 * From what the detector and the daemon say to messages to people: when, and how few. Pure: it is told what happens and
 * what time it is, and asked what is due. A login by a participant is due at once; everything else is gathered, so that
 * three hundred namings are one message. What was told is saved with what happened, in one commit, so that a daemon
 * that comes back tells nothing twice: it takes only such events as it had not stored yet.
 */
import type { LiveEvent } from '../model/live.ts';
import { MINUTE } from '../model/time.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { type CampaignState, Campaigns, type CampaignTimes, DEFAULT_CAMPAIGN_TIMES } from './campaigns.ts';
import { compose, newsItems } from './compose.ts';
import type { Condition } from './condition.ts';
import type { AlarmItem, Message } from './schema.ts';
import { type Standing, StandingConditions } from './standing.ts';

export interface AlarmOptions extends CampaignTimes {
  /** How this machine is called in messages. */
  readonly host: string;
  /** What becomes of a source that is named: kept out, only said so, or nothing at all. */
  readonly blocking: 'on' | 'dry-run' | 'off';
}

/** Times with their reasons: campaigns.ts. */
export const DEFAULT_ALARM_OPTIONS: Omit<AlarmOptions, 'host'> = {
  ...DEFAULT_CAMPAIGN_TIMES,
  blocking: 'dry-run',
};

/** Logins that are told at once within ten minutes; the next ones wait, so that 300 of them are a dozen messages. */
const AT_ONCE = 3;
const AT_ONCE_SECONDS = 10 * MINUTE;
/** So long after the last message; a person reads no faster. */
const URGENT_SPACE_SECONDS = MINUTE;
/** Logins that were told, so that none is twice: as many as the detector remembers (live/roster.ts). */
const MOST_LOGINS = 10_000;
/** What will be due so soon goes with what is due: seconds. */
const EARLY_SECONDS = MINUTE;

type Compromised = Extract<LiveEvent, { kind: 'account:compromised' }>;

export interface Alarms {
  /** What happened, in order. `now` is the wall clock, seconds since 1970 UTC. */
  take(news: LiveEvent | Condition, now: number): void;
  /** When something is due, seconds since 1970 (past or now: at once); null: nothing is. */
  nextDue(now: number): number | null;
  /** Campaigns that {@link due} would tell of now: whoever can look them up hands in their facts. */
  wanted(now: number): readonly string[];
  /** What is to be told now, the most urgent first; it counts as told. Without facts a message says less. */
  due(now: number, facts?: ReadonlyMap<string, CampaignFacts>): readonly Message[];
  /** All of it as JSON text; what is saved after `due` must be committed with the messages it gave. */
  save(): string;
}

interface Saved {
  readonly version: 1;
  readonly messages: number;
  readonly campaigns: readonly CampaignState[];
  readonly standing: readonly Standing[];
  readonly logins: readonly string[];
  readonly urgent: readonly Compromised[];
  readonly urgentTimes: readonly number[];
  readonly digestAt: number | null;
}

/** `saved`: what `save` gave. Text that is none of it (of another version, or damaged) counts as nothing saved. */
export function createAlarms(options: AlarmOptions, saved?: string | null): Alarms {
  return new AlarmCentre(options, readSaved(saved));
}

class AlarmCentre implements Alarms {
  readonly #options: AlarmOptions;
  readonly #campaigns: Campaigns;
  readonly #standing: StandingConditions;
  readonly #logins: Set<string>;
  #urgent: Compromised[];
  #urgentTimes: number[];
  #digestAt: number | null;
  #messages: number;

  constructor(options: AlarmOptions, saved: Saved | null) {
    this.#options = options;
    this.#campaigns = new Campaigns(options, saved?.campaigns);
    this.#standing = new StandingConditions(options, saved?.standing);
    this.#logins = new Set(saved?.logins);
    this.#urgent = [...(saved?.urgent ?? [])];
    this.#urgentTimes = [...(saved?.urgentTimes ?? [])];
    this.#digestAt = saved?.digestAt ?? null;
    this.#messages = saved?.messages ?? 0;
  }

  take(news: LiveEvent | Condition, now: number): void {
    if (!('campaign' in news)) {
      this.#standing.take(news, now);
      return;
    }
    if (news.kind === 'account:compromised') {
      const key = JSON.stringify([news.campaign, news.source, news.user, news.sensor]);
      if (this.#logins.has(key)) return;
      if (this.#logins.size >= MOST_LOGINS) this.#logins.clear();
      this.#logins.add(key);
      this.#urgent.push(news);
    }
    this.#campaigns.take(news, now);
  }

  nextDue(now: number): number | null {
    const times = [this.#urgentDue(now), this.#digestDue(now)].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  wanted(now: number): readonly string[] {
    const ids = new Set<string>();
    if (isBy(this.#urgentDue(now), now)) for (const { campaign } of this.#urgent) ids.add(campaign);
    if (isBy(this.#digestDue(now), now))
      for (const { campaign } of this.#campaigns.due(now, EARLY_SECONDS)) ids.add(campaign.id);
    return [...ids];
  }

  due(now: number, facts: ReadonlyMap<string, CampaignFacts> = new Map()): readonly Message[] {
    const messages: Message[] = [];
    if (isBy(this.#urgentDue(now), now)) messages.push(...this.#tellUrgent(now, facts));
    if (isBy(this.#digestDue(now), now)) messages.push(...this.#tellDigest(now, facts));
    return messages;
  }

  save(): string {
    const saved: Saved = {
      version: 1,
      messages: this.#messages,
      campaigns: this.#campaigns.save(),
      standing: this.#standing.save(),
      logins: [...this.#logins],
      urgent: this.#urgent,
      urgentTimes: this.#urgentTimes,
      digestAt: this.#digestAt,
    };
    return JSON.stringify(saved);
  }

  #urgentDue(now: number): number | null {
    if (this.#urgent.length === 0) return null;
    const recent = this.#urgentTimes.filter((time) => time > now - AT_ONCE_SECONDS && time <= now);
    return recent.length < AT_ONCE ? now : recent.at(-1)! + URGENT_SPACE_SECONDS;
  }

  #digestDue(now: number): number | null {
    const times = [this.#campaigns.nextDue(now), this.#standing.nextDue(now)].filter((time) => time !== null);
    if (times.length === 0) return null;
    const after = this.#digestAt === null ? 0 : Math.min(this.#digestAt, now) + this.#options.gatherSeconds;
    return Math.max(Math.min(...times), after);
  }

  #tellUrgent(now: number, facts: ReadonlyMap<string, CampaignFacts>): Message[] {
    const items = this.#urgent.map((event) => newsItems.compromised(event));
    const campaigns = [...new Set(this.#urgent.map(({ campaign }) => campaign))].flatMap(
      (id) => this.#campaigns.get(id) ?? [],
    );
    const message = this.#compose('urgent', items, campaigns, facts, now);
    this.#urgent = [];
    this.#urgentTimes = [...this.#urgentTimes, now].slice(-AT_ONCE);
    // the message says all that there is to say of them, unless they are over: that is told by itself
    for (const campaign of campaigns) if (!campaign.over) this.#campaigns.told(campaign.id, now);
    return [message];
  }

  #tellDigest(now: number, facts: ReadonlyMap<string, CampaignFacts>): Message[] {
    const news = this.#campaigns.due(now, EARLY_SECONDS);
    const standing = this.#standing.due(now, EARLY_SECONDS);
    const items = [...standing, ...news.flatMap((one) => newsItems.campaign(one, now))];
    if (items.length === 0) return [];
    const campaigns = news.map(({ campaign }) => campaign);
    const severity = items.some(isWarning) ? 'warning' : 'notice';
    const message = this.#compose(severity, items, campaigns, facts, now);
    for (const { id } of campaigns) this.#campaigns.told(id, now);
    this.#digestAt = now;
    return [message];
  }

  #compose(
    severity: Message['severity'],
    items: readonly AlarmItem[],
    campaigns: readonly CampaignState[],
    facts: ReadonlyMap<string, CampaignFacts>,
    now: number,
  ): Message {
    const number = ++this.#messages;
    // the time keeps the names apart where the store was lost and the count begins anew
    const id = `${number}-${Math.max(0, Math.floor(now)).toString(36)}`;
    return compose({ id, severity, items, campaigns, facts, now, options: this.#options });
  }
}

function isBy(time: number | null, now: number): boolean {
  return time !== null && time <= now;
}

const NOTICES: ReadonlySet<AlarmItem['kind']> = new Set([
  'campaign:grown',
  'campaign:ended',
  'campaign:withdrawn',
  'log:back',
  'trouble:over',
  'test',
]);

function isWarning({ kind }: AlarmItem): boolean {
  return !NOTICES.has(kind);
}

function readSaved(text: string | null | undefined): Saved | null {
  if (text === null || text === undefined || text === '') return null;
  try {
    const saved = JSON.parse(text) as Partial<Saved> | null;
    const lists = [saved?.campaigns, saved?.standing, saved?.logins, saved?.urgent, saved?.urgentTimes];
    return saved?.version === 1 && lists.every(Array.isArray) ? (saved as Saved) : null;
  } catch {
    return null;
  }
}

/** A message that tells nothing but that messages arrive: for whoever has just written the configuration. */
export function testMessage(options: AlarmOptions, now: number): Message {
  const id = `test-${Math.max(0, Math.floor(now)).toString(36)}`;
  const items = [newsItems.test(now)];
  return compose({ id, severity: 'notice', items, campaigns: [], facts: new Map(), now, options });
}
