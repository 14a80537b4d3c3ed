/** A question to the segments of the plain-file engine: the rows that are meant, from as few of their columns as that takes. */
import type { AttemptQuery, CampaignHistory } from '../history.ts';
import { addressKey, rangeOf } from './address.ts';
import type { Segment, SegmentInfo } from './file-segment.ts';

export interface Search {
  readonly query: AttemptQuery;
  readonly since: number;
  /** The first second that is not meant any more. */
  readonly until: number;
  readonly after: number;
  readonly before: number;
  /** null: all sources. */
  readonly keepsSource: ((source: string) => boolean) | null;
}

/** `query` is normal; `campaign` is that of the query. Error: `Trouble` with `wrong-call` for a network that is none. */
export function searchOf(query: AttemptQuery, campaign: CampaignHistory | null): Search {
  let { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query;
  const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = query;
  if (query.campaign !== undefined) {
    since = Math.max(since, campaign?.firstSeen ?? Number.POSITIVE_INFINITY);
    if (campaign !== null && campaign.ended !== null)
      until = Math.min(until, Math.floor(campaign.lastSeen) + 1);
  }
  return { query, since, until, after, before, keepsSource: keeperOf(query, campaign) };
}

function keeperOf(
  { source, network, campaign: id }: AttemptQuery,
  campaign: CampaignHistory | null,
): Search['keepsSource'] {
  if (source === undefined && network === undefined && id === undefined) return null;
  const range = network === undefined ? null : rangeOf(network);
  const participants = new Set(
    campaign?.participants.filter(({ released }) => released === null).map((each) => each.source),
  );
  return (text) => {
    if (source !== undefined && text !== source) return false;
    if (id !== undefined && !participants.has(text)) return false;
    if (range === null) return true;
    const key = addressKey(text);
    return key !== null && key >= range.first && key <= range.last;
  };
}

/** Whether no attempt of it can be meant, from what is known of it in memory. */
export function isBeside(info: SegmentInfo, { since, until, after, before }: Search): boolean {
  if (info.lastSeq <= after || info.firstSeq >= before) return true;
  return info.maxTime < since || info.minTime >= until;
}

/**
 * Rows that are meant, in ascending order. Those of which something else became known later (`overlays`, by seq) are among
 * them whatever their user is: the caller looks at them again.
 */
export function rowsOf(segment: Segment, search: Search, overlays: ReadonlyMap<number, unknown>): number[] {
  const { query, since, until, after, before, keepsSource } = search;
  let kept: Uint8Array | null = null;
  if (keepsSource !== null) {
    kept = Uint8Array.from(segment.sources, (source) => Number(keepsSource(source)));
    if (!kept.includes(1)) return [];
  }
  const { attempts, firstSeq, lastSeq } = segment.info;
  let hasOverlays = false;
  for (const seq of overlays.keys()) hasOverlays ||= seq >= firstSeq && seq <= lastSeq;
  const user = query.user === undefined ? null : segment.users.indexOf(query.user);
  const sensor = query.sensor === undefined ? null : segment.others.indexOf(query.sensor);
  const service = query.service === undefined ? null : segment.others.indexOf(query.service);
  if ((user === -1 && !hasOverlays) || sensor === -1 || service === -1) return [];
  const success = query.outcome === undefined ? null : query.outcome === 'success';
  const rows: number[] = [];
  for (let i = 0; i < attempts; i++) {
    if (kept !== null && kept[segment.source(i)] === 0) continue;
    if (success !== null && segment.success(i) !== success) continue;
    if (sensor !== null && segment.sensor(i) !== sensor) continue;
    if (service !== null && segment.service(i) !== service) continue;
    const time = segment.time(i);
    if (time < since || time >= until) continue;
    const seq = segment.seq(i);
    if (seq <= after || seq >= before) continue;
    if (user !== null && segment.user(i) !== user && !(hasOverlays && overlays.has(seq))) continue;
    rows.push(i);
  }
  return rows;
}
