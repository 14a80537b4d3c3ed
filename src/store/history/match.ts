/** Whether an attempt is asked for, for the engines that look at attempts one by one. */
import type { AttemptQuery, CampaignHistory, StoredAttempt } from '../history.ts';
import { addressKey, rangeOf } from './address.ts';
import { wellFormed } from './texts.ts';

export type Matches = (attempt: StoredAttempt) => boolean;

/** `query` with its texts as they are stored. */
export function normalQuery(query: AttemptQuery): AttemptQuery {
  const texts: Partial<Record<'source' | 'user' | 'campaign' | 'sensor' | 'service', string>> = {};
  for (const field of ['source', 'user', 'campaign', 'sensor', 'service'] as const) {
    const text = query[field];
    if (text !== undefined) texts[field] = wellFormed(text);
  }
  return { ...query, ...texts };
}

/**
 * The condition that `query` (normal) sets, but for `limit` and the order. `campaign` is that of the query, null where
 * there is none. Error: `Trouble` with `wrong-call` for a network that is none.
 */
export function matcher(query: AttemptQuery, campaign: CampaignHistory | null): Matches {
  const { source, network, user, sensor, service, outcome, since, until, after, before } = query;
  const range = network === undefined ? null : rangeOf(network);
  const inRange = new Map<string, boolean>();
  const participants = campaign === null ? null : participantsOf(campaign);
  return (attempt) => {
    if (source !== undefined && attempt.source !== source) return false;
    if (user !== undefined && attempt.user !== user) return false;
    if (sensor !== undefined && attempt.sensor !== sensor) return false;
    if (service !== undefined && attempt.service !== service) return false;
    if (outcome !== undefined && attempt.success !== (outcome === 'success')) return false;
    if (since !== undefined && attempt.time < since) return false;
    if (until !== undefined && attempt.time >= until) return false;
    if (after !== undefined && attempt.seq <= after) return false;
    if (before !== undefined && attempt.seq >= before) return false;
    if (query.campaign !== undefined) {
      if (campaign === null || participants?.has(attempt.source) !== true) return false;
      if (attempt.time < campaign.firstSeen) return false;
      if (campaign.ended !== null && attempt.time > campaign.lastSeen) return false;
    }
    if (range === null) return true;
    let within = inRange.get(attempt.source);
    if (within === undefined) {
      const key = addressKey(attempt.source);
      within = key !== null && key >= range.first && key <= range.last;
      inRange.set(attempt.source, within);
    }
    return within;
  };
}

function participantsOf(campaign: CampaignHistory): ReadonlySet<string> {
  return new Set(
    campaign.participants.filter(({ released }) => released === null).map(({ source }) => source),
  );
}
