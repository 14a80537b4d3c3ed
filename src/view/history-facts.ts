/**
 * What a history tells of its campaigns, at hand: which there are, who takes part in which and when, who is loud. Read again when an
 * attempt has come since, at most once a second: every question of a page needs it.
 */
import { counted } from '../explain/wording.ts';
import { DAY, isoTime } from '../model/time.ts';
import type { CampaignHistory } from '../store/history.ts';
import type { Questions } from '../store/questions.ts';
import type { CampaignRow, Compromise, Interval } from './site.ts';

/** Seconds that what was read holds. */
const FRESH_SECONDS = 1;

export interface HistoryFacts {
  /** The last opened first. */
  readonly campaigns: readonly CampaignHistory[];
  readonly rows: readonly CampaignRow[];
  /** Ids, the first opened first: the order of a picture's. */
  readonly ids: readonly string[];
  /** The newest first. */
  readonly compromised: readonly Compromise[];
  /** Sources that take part, each with the places of its campaigns in {@link ids} from 1, and their times. */
  readonly members: ReadonlyMap<string, readonly Membership[]>;
}

export interface Membership {
  readonly number: number;
  readonly first: number;
  /** Infinity while the campaign goes on. */
  readonly last: number;
}

export class Facts {
  readonly #questions: Questions;
  readonly #now: () => number;
  #read: { readonly at: number; readonly facts: Promise<HistoryFacts> } | null = null;

  constructor(questions: Questions, now: () => number) {
    this.#questions = questions;
    this.#now = now;
  }

  get(): Promise<HistoryFacts> {
    const now = this.#now();
    if (this.#read !== null && now - this.#read.at < FRESH_SECONDS && now >= this.#read.at)
      return this.#read.facts;
    const facts = this.#questions.campaigns({}).then(factsOf);
    const read = { at: now, facts };
    this.#read = read;
    facts.catch(() => {
      if (this.#read === read) this.#read = null;
    });
    return facts;
  }
}

function factsOf(campaigns: readonly CampaignHistory[]): HistoryFacts {
  const ids = campaigns.map(({ id }) => id).reverse();
  const members = new Map<string, Membership[]>();
  campaigns.forEach((campaign, i) => {
    const number = campaigns.length - i;
    const last = campaign.ended === null ? Number.POSITIVE_INFINITY : campaign.lastSeen;
    for (const { source, released } of campaign.participants) {
      if (released !== null) continue;
      const known = members.get(source);
      const one = { number, first: campaign.firstSeen, last };
      if (known === undefined) members.set(source, [one]);
      else known.push(one);
    }
  });
  return {
    campaigns,
    rows: campaigns.map(rowOf),
    ids,
    compromised: campaigns
      .flatMap((campaign) => campaign.compromised.map((one) => ({ campaign: campaign.id, ...one })))
      .sort((a, b) => b.time - a.time),
    members,
  };
}

/** Number of the campaign that an attempt of `source` at `time` belongs to, in {@link HistoryFacts.ids} from 1; 0: none. */
export function campaignAt(members: readonly Membership[] | undefined, time: number): number {
  if (members === undefined) return 0;
  for (const { number, first, last } of members) if (time >= first && time <= last) return number;
  return 0;
}

export function rowOf(campaign: CampaignHistory): CampaignRow {
  const { id, firstSeen, lastSeen, attempts, returnOf, opened, ended, compromised } = campaign;
  const participants = campaign.participants.filter(({ released }) => released === null).length;
  const days =
    lastSeen - firstSeen < DAY ? `on ${day(firstSeen)}` : `from ${day(firstSeen)} to ${day(lastSeen)}`;
  return {
    id,
    title: `Campaign ${id}: ${counted(participants, 'source')}, ${counted(attempts, 'attempt')} ${days}`,
    firstSeen,
    lastSeen,
    opened,
    isOngoing: ended === null,
    attempts,
    participants,
    users: 0,
    compromised: compromised.length,
    returnOf,
  };
}

export function touches(one: CampaignRow, { since, until }: Interval): boolean {
  return one.lastSeen >= (since ?? one.lastSeen) && one.firstSeen < (until ?? Number.POSITIVE_INFINITY);
}

const day = (time: number) => isoTime(time).slice(0, 10);
