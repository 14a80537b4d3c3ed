/**
 * What of this history others are told. Only who attacks: sources of campaigns, sure enough, and **never one from which anybody has ever
 * logged in**, whatever else it did: it may be somebody's address. Nobody's account is in the fingerprint of a campaign: only
 * names that the servers here do not have, tried by two of its sources at least, so no password that was typed as a name is in it.
 */

import { parseNetwork } from '../respond/network.ts';
import { createNever, DEFAULT_NEVER_OPTIONS } from '../respond/never.ts';
import type { CampaignHistory, History } from '../store/history.ts';
import type { ExchangeBody } from './document.ts';
import { groupId } from './document.ts';
import { fingerprint, sourceHash } from './hashing.ts';

export interface TellOptions {
  readonly site: string;
  readonly groupKey: Buffer;
  readonly number: number;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds that it holds. */
  readonly lifeSeconds: number;
  /** Campaigns that ended earlier are not told. Seconds since 1970. */
  readonly since: number;
  /** From so sure on, 0 to 1. */
  readonly leastConfidence: number;
}

/**
 * Of fewer names no fingerprint is told. Who has the key can count how many of the 128 bytes fit a word: half a byte by chance, 128 / n more
 * for one of n names. At 64 that is two, which one word in seventy of any list has by chance; at 8 it would be sixteen, and tell each name.
 */
const LEAST_NAMES = 64;
/** Campaigns and participants of a document; the latest are told. */
const MOST_CAMPAIGNS = 1000;
const MOST_PARTICIPANTS = 100_000;
const HOUR = 3600;
/** What is no address of the internet. */
const PUBLIC = createNever(DEFAULT_NEVER_OPTIONS, { own: [], gateways: [], sessions: [] });

export interface ToldBody {
  readonly body: ExchangeBody;
  /** Sources of campaigns that are not told: because somebody logged in from there, because too unsure, because no address of the internet. */
  readonly left: { readonly people: number; readonly unsure: number; readonly notPublic: number };
}

export async function bodyOf(
  history: Pick<History, 'campaigns' | 'source' | 'attempts'>,
  options: TellOptions,
): Promise<ToldBody> {
  const { groupKey, since, leastConfidence, now } = options;
  const left = { people: 0, unsure: 0, notPublic: 0 };
  const campaigns: ExchangeBody['campaigns'][number][] = [];
  const participants: ExchangeBody['participants'][number][] = [];
  const told = new Set<string>();
  const found = await history.campaigns({ since });
  for (const campaign of found.slice(0, MOST_CAMPAIGNS)) {
    const at = campaigns.length;
    const named: string[] = [];
    for (const one of campaign.participants) {
      if (one.released !== null) continue;
      const network = parseNetwork(one.source);
      const hash = sourceHash(groupKey, one.source);
      if (hash === null || network === null || PUBLIC.why(network) !== null) {
        left.notPublic++;
        continue;
      }
      if (((await history.source(one.source))?.successes ?? 0) > 0) {
        left.people++;
        continue;
      }
      named.push(one.source);
      if (one.confidence < leastConfidence) {
        left.unsure++;
        continue;
      }
      if (told.has(hash) || participants.length >= MOST_PARTICIPANTS) continue;
      told.add(hash);
      participants.push({
        source: hash,
        campaign: at,
        confidence: Math.floor(one.confidence * 100) / 100,
        last: Math.floor(one.lastSeen / HOUR),
        attempts: powerOf(one.attempts),
      });
    }
    const names = await namesOf(history, campaign, new Set(named));
    campaigns.push({
      first: Math.floor(campaign.firstSeen / HOUR),
      last: Math.floor(campaign.lastSeen / HOUR),
      attempts: powerOf(campaign.attempts),
      sources: powerOf(named.length),
      names: powerOf(names.length),
      fingerprint: names.length < LEAST_NAMES ? '' : fingerprint(groupKey, names),
    });
  }
  const made = Math.floor(now);
  // in the order of the hashes, which says nothing of when and where
  participants.sort((a, b) => (a.source < b.source ? -1 : 1));
  const body: ExchangeBody = {
    schema: 'slowbrute.exchange/1',
    site: options.site,
    group: groupId(groupKey),
    number: options.number,
    made,
    expires: made + Math.floor(options.lifeSeconds),
    campaigns,
    participants,
  };
  return { body, left };
}

/** Names that nobody has here, tried by two of the campaign's sources at least. */
export async function namesOf(
  history: Pick<History, 'attempts'>,
  { id }: Pick<CampaignHistory, 'id'>,
  sources: ReadonlySet<string>,
): Promise<readonly string[]> {
  const triers = new Map<string, string | null>();
  const accounts = new Set<string>();
  for await (const { user, known, success, source } of history.attempts({ campaign: id })) {
    if (user === null) continue;
    if (known === true || success) accounts.add(user);
    if (!sources.has(source)) continue;
    const first = triers.get(user);
    if (first === undefined) triers.set(user, source);
    else if (first !== source) triers.set(user, null); // two
  }
  return [...triers].flatMap(([user, only]) => (only === null && !accounts.has(user) ? [user] : [])).sort();
}

/** Which power of two is not beyond it; 0 for 0 and 1. */
export function powerOf(count: number): number {
  return count <= 1 ? 0 : Math.floor(Math.log2(count));
}
