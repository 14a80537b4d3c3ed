/**
 * Who is named for which campaign, and everything that is told of it: each opening, naming, intrusion, return and end once.
 */
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import { numbered } from '../../model/columns.ts';
import type { Campaign, EvidenceKind } from '../../model/detection.ts';
import type { LiveEvent } from '../../model/live.ts';
import { FEWEST_PARTICIPANTS } from '../finding.ts';
import type { LiveCampaign } from './affair.ts';
import type { Memory } from './memory.ts';
import { type Past, PastCampaigns } from './past-campaigns.ts';
import type { SourceState } from './remembered.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';

/** Intrusions that have been told are remembered, so that each is told once. */
const MOST_TOLD = 10_000;
/** Participants of one campaign that are remembered when memory has forgotten what they did; the others are counted. */
const MOST_NAMED = 20_000;

export type CampaignFacts = Pick<LiveCampaign, 'firstSeen' | 'lastSeen' | 'medianGapSeconds' | 'attempts'>;

/** Sources and campaigns by their numbers (states.ts): a source, and at the same place the campaign. */
interface SavedPlaces {
  readonly sources: Uint32Array;
  readonly campaigns: Uint32Array;
}

export interface SavedRoster {
  readonly campaignOf: SavedPlaces;
  readonly former: SavedPlaces;
  readonly over: readonly Past[];
  readonly told: readonly string[];
  readonly opened: number;
}

export class Roster {
  readonly #memory: Memory;
  readonly #campaignOf = new Map<SourceState, LiveCampaign>();
  /** Participants of campaigns that are over: they may be named anew, and a login of theirs is still an intrusion. */
  readonly #former = new Map<SourceState, LiveCampaign>();
  readonly #over = new PastCampaigns();
  readonly #told = new Set<string>();
  #opened = 0;
  #events: LiveEvent[] = [];

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** What has been told since the last call. */
  events(): readonly LiveEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  campaignOf(source: SourceState): LiveCampaign | undefined {
    return this.#campaignOf.get(source);
  }

  /** Whoever is named now, with the campaign. */
  named(): Iterable<[SourceState, LiveCampaign]> {
    return this.#campaignOf;
  }

  open(facts: CampaignFacts, by: EvidenceKind, bits: number, time: number): LiveCampaign {
    const { firstSeen, lastSeen, medianGapSeconds, attempts } = facts;
    const campaign: LiveCampaign = {
      id: `c${++this.#opened}`,
      named: new Map(),
      unremembered: 0,
      names: new Set(),
      firstSeen,
      lastSeen,
      attempts,
      medianGapSeconds,
      returnOf: new Set(),
    };
    this.#events.push({
      kind: 'campaign:opened',
      time,
      campaign: campaign.id,
      by,
      bits,
      attempts,
      firstSeen,
    });
    return campaign;
  }

  /** Names a source; says whether that is new for this campaign. One that was named for another goes over. */
  name(campaign: LiveCampaign, source: SourceState, confidence: number, time: number): boolean {
    const before = this.#campaignOf.get(source);
    campaign.named.set(source, confidence);
    if (before === campaign) return false;
    this.#campaignOf.set(source, campaign);
    this.#former.delete(source);
    this.#events.push({
      kind: 'participant:named',
      time,
      campaign: campaign.id,
      source: source.text,
      confidence,
      firstSeen: source.firstSeen,
      attempts: source.failures,
    });
    if (before !== undefined) {
      // told apart by now; named first, so that whoever blocks does not let it in between
      before.named.delete(source);
      this.#tellReleased(before, source, time);
    }
    return true;
  }

  /** A source that was named is nobody's any more. */
  release(source: SourceState, time: number): void {
    const campaign = this.#campaignOf.get(source);
    if (campaign === undefined) return;
    campaign.named.delete(source);
    this.#campaignOf.delete(source);
    this.#tellReleased(campaign, source, time);
  }

  /** All that were named for a campaign are nobody's any more. */
  releaseAll(campaign: LiveCampaign, time: number): void {
    for (const source of campaign.named.keys()) {
      this.#campaignOf.delete(source);
      this.#tellReleased(campaign, source, time);
    }
    campaign.named.clear();
  }

  /** A login by whoever is, or was, a participant is told; says whether it was one. */
  login(source: SourceState, user: string, sensor: string, time: number): boolean {
    const campaign = this.#campaignOf.get(source) ?? this.#former.get(source);
    if (campaign === undefined) return false;
    this.#tellHit(campaign, source.text, user, sensor, time);
    return true;
  }

  /** What a fit says of a campaign beside its participants: its names, its pace, who got in, whose return it is. */
  update(
    live: LiveCampaign,
    campaign: Campaign,
    table: AttemptTable,
    time: number,
    speaks: 'name' | 'rate',
  ): void {
    live.lastSeen = Math.max(live.lastSeen, campaign.lastSeen);
    live.medianGapSeconds = campaign.medianGapSeconds;
    for (const row of campaign.rows) {
      if (table.outcome[row] !== SUCCESS) live.names.add(table.users[table.user[row]!]!);
    }
    for (const { source, user, sensor } of campaign.compromised) {
      // an account that people use from elsewhere and nobody else of the campaign tried is a person's login
      const name = table.users[user]!;
      const state = this.#memory.sources.get(table.sources[source]!);
      // nor is one from where somebody logged in before it began, though a fit may look back no further than this login
      const begun = Math.min(live.firstSeen, campaign.firstSeen);
      if (state !== undefined && this.#memory.hadLoggedIn(state, begun)) continue;
      // a source that never failed is told by the turn of the account: a number of strangers has no turns
      if (speaks === 'rate' && (state?.failures ?? 0) === 0) continue;
      if ((this.#memory.names.get(name)?.loginSources ?? 0) > 1 && !live.names.has(name)) continue;
      this.#tellHit(live, table.sources[source]!, table.users[user]!, table.sensors[sensor]!, time);
    }
    if (live.named.size < FEWEST_PARTICIPANTS) return;
    for (const { earlier, found } of this.#over.returnsOf(live, this.#memory, time)) {
      live.returnOf.add(earlier);
      this.#events.push({
        kind: 'campaign:returned',
        time,
        campaign: live.id,
        earlier,
        sharedSources: found.sharedSources,
        sources: live.named.size + live.unremembered,
        sharedUsers: found.sharedUsernames,
        users: live.names.size,
        bits: found.bits,
      });
    }
  }

  end(campaign: LiveCampaign, time: number): void {
    this.#over.remember(campaign, this.#memory);
    for (const source of campaign.named.keys()) {
      if (this.#campaignOf.get(source) === campaign) this.#campaignOf.delete(source);
      this.#former.set(source, campaign);
    }
    const { id, lastSeen, attempts, named, unremembered } = campaign;
    const participants = named.size + unremembered;
    const told = Math.max(attempts, participants);
    this.#events.push({
      kind: 'campaign:ended',
      time,
      campaign: id,
      lastSeen,
      attempts: told,
      participants,
    });
  }

  /** Sources that are not remembered any more are forgotten here, too. */
  forget(): void {
    for (const source of this.#former.keys()) if (!this.#memory.knows(source)) this.#former.delete(source);
    for (const [source, campaign] of this.#campaignOf) {
      if (this.#memory.knows(source)) continue;
      this.#campaignOf.delete(source);
      // its block, if there is one, ends by itself
      if (campaign.named.size > MOST_NAMED && campaign.named.delete(source)) campaign.unremembered++;
    }
  }

  /** To be called when its events have been fetched. */
  save(numbers: StateNumbers): SavedRoster {
    const places = (map: ReadonlyMap<SourceState, LiveCampaign>): SavedPlaces => ({
      sources: numbers.sources(map),
      campaigns: numbered([...map.values()], (campaign) => numbers.campaign(campaign)),
    });
    return {
      campaignOf: places(this.#campaignOf),
      former: places(this.#former),
      over: this.#over.save(),
      told: [...this.#told],
      opened: this.#opened,
    };
  }

  /** Takes over what was saved; to be called before anybody was named. */
  restore({ campaignOf, former, over, told, opened }: SavedRoster, states: States): void {
    const place = (map: Map<SourceState, LiveCampaign>, { sources, campaigns }: SavedPlaces) => {
      sources.forEach((s, i) => {
        map.set(states.sources[s]!, states.campaigns[campaigns[i]!]!);
      });
    };
    place(this.#campaignOf, campaignOf);
    place(this.#former, former);
    this.#over.restore(over);
    for (const key of told) this.#told.add(key);
    this.#opened = opened;
  }

  #tellHit(campaign: LiveCampaign, source: string, user: string, sensor: string, time: number): void {
    const key = JSON.stringify([source, user, sensor]);
    if (this.#told.has(key)) return;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.add(key);
    this.#events.push({ kind: 'account:compromised', time, campaign: campaign.id, source, user, sensor });
  }

  #tellReleased(campaign: LiveCampaign, source: SourceState, time: number): void {
    this.#events.push({ kind: 'participant:released', time, campaign: campaign.id, source: source.text });
  }
}
