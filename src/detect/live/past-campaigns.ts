/**
 * Campaigns that are over, remembered for a year and more: small beside what is remembered of attempts, and enough to know
 * an actor again (returning.ts).
 */
import { DAY } from '../../model/time.ts';
import { type Actor, type Return, returnOf } from '../returning.ts';
import type { LiveCampaign } from './affair.ts';
import type { Memory } from './memory.ts';
import { priorOf } from './prior.ts';

/** Botnets have come back after most of a year. */
const REMEMBERED_DAYS = 400;
/** So many campaigns, sources and names of each, and strangers of its time are remembered at most. */
const MOST_CAMPAIGNS = 50;
const MOST_SOURCES = 20_000;
const MOST_NAMES = 10_000;
const MOST_STRANGERS = 2000;
/** A name that strangers try more often than this says nothing about whose list it is on. */
const EVERYBODYS = 5e-4;

export interface Past {
  readonly id: string;
  readonly lastSeen: number;
  readonly actor: Actor;
  /** Some of the others who failed in its time. */
  readonly strangers: readonly string[];
}

export class PastCampaigns {
  #past: Past[] = [];

  remember(campaign: LiveCampaign, memory: Memory): void {
    if (campaign.named.size === 0) return;
    const actor = actorOf(campaign);
    const strangers: string[] = [];
    for (const source of memory.sources.values()) {
      if (strangers.length === MOST_STRANGERS) break;
      if (source.failures === 0 || source.lastSeen < campaign.firstSeen || campaign.named.has(source))
        continue;
      strangers.push(source.text);
    }
    this.#past.push({ id: campaign.id, lastSeen: campaign.lastSeen, actor, strangers });
    if (this.#past.length > MOST_CAMPAIGNS) this.#past.shift();
  }

  /** What is remembered never changes, so it is handed out as it is. */
  save(): readonly Past[] {
    return [...this.#past];
  }

  restore(past: readonly Past[]): void {
    this.#past = [...past];
  }

  /** Earlier campaigns whose actor this one's seems to be. */
  returnsOf(
    campaign: LiveCampaign,
    memory: Memory,
    time: number,
  ): readonly { readonly earlier: string; readonly found: Return }[] {
    this.#past = this.#past.filter((past) => time - past.lastSeen <= REMEMBERED_DAYS * DAY);
    if (this.#past.length === 0) return [];
    const actor = actorOf(campaign);
    const returns: { earlier: string; found: Return }[] = [];
    for (const past of this.#past) {
      if (campaign.returnOf.has(past.id)) continue;
      const since = campaign.firstSeen;
      const again = past.strangers.filter((text) => {
        const source = memory.sources.get(text);
        return source !== undefined && source.lastSeen >= since && !campaign.named.has(source);
      }).length;
      let users = 0;
      let usersOnList = 0;
      for (const name of memory.names.values()) {
        if (campaign.names.has(name.text) || priorOf(name.text).share >= EVERYBODYS) continue;
        if (!name.visits.some((visit) => visit.time >= since && !campaign.named.has(visit.source))) continue;
        users++;
        if (past.actor.users.has(name.text)) usersOnList++;
      }
      const found = returnOf(past.actor, actor, {
        sources: past.strangers.length,
        again,
        users,
        usersOnList,
      });
      if (found !== null) returns.push({ earlier: past.id, found });
    }
    return returns;
  }
}

function actorOf(campaign: LiveCampaign): Actor {
  const sources = new Set<string>();
  for (const source of campaign.named.keys()) {
    if (sources.size === MOST_SOURCES) break;
    sources.add(source.text);
  }
  const users = new Set<string>();
  for (const name of campaign.names) {
    if (users.size === MOST_NAMES) break;
    if (priorOf(name).share < EVERYBODYS) users.add(name);
  }
  return { sources, users, medianGapSeconds: Math.max(1, campaign.medianGapSeconds) };
}
