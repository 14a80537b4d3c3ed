/** A question to one segment of the plain-file engine: the rows that are meant, read as little as that takes. */
import type { AttemptQuery, CampaignHistory } from '../history.ts';
import { addressKey, rangeOf } from './address.ts';
import type { Segment, SegmentInfo } from './file-segment.ts';

/** Whether no attempt of it can be meant, from what is known of it in memory. `query` is normal, but for `campaign`. */
export function isBeside(info: SegmentInfo, query: AttemptQuery): boolean {
  const { since, until, after } = query;
  return (
    (since !== undefined && info.maxTime < since) ||
    (until !== undefined && info.minTime >= until) ||
    (after !== undefined && info.lastSeq <= after)
  );
}

/**
 * Which sources of a segment are meant: null for all. The sets are those of the question, made once: names of the
 * participants where it is about a campaign.
 */
export interface SourceFilter {
  keeps(source: string): boolean;
}

export function sourceFilter(query: AttemptQuery, campaign: CampaignHistory | null): SourceFilter | null {
  const { source, network } = query;
  if (source === undefined && network === undefined && query.campaign === undefined) return null;
  const range = network === undefined ? null : rangeOf(network);
  const participants = new Set(
    campaign?.participants.filter(({ released }) => released === null).map((each) => each.source),
  );
  return {
    keeps(text) {
      if (source !== undefined && text !== source) return false;
      if (query.campaign !== undefined && !participants.has(text)) return false;
      if (range === null) return true;
      const key = addressKey(text);
      return key !== null && key >= range.first && key <= range.last;
    },
  };
}

/**
 * Rows that may be meant, in ascending order: what the filter of sources, times and numbers keep. `user`, `sensor` and
 * `service` are left to the row itself, as it may have been amended since.
 */
export function rowsOf(segment: Segment, query: AttemptQuery, filter: SourceFilter | null): number[] {
  let kept: Uint8Array | null = null;
  if (filter !== null) {
    kept = Uint8Array.from(segment.sources, (source) => Number(filter.keeps(source)));
    if (!kept.includes(1)) return [];
  }
  const {
    since = Number.NEGATIVE_INFINITY,
    until = Number.POSITIVE_INFINITY,
    after = Number.NEGATIVE_INFINITY,
  } = query;
  const rows: number[] = [];
  for (let i = 0; i < segment.info.attempts; i++) {
    if (kept !== null && kept[segment.source(i)] === 0) continue;
    if (query.outcome !== undefined && segment.success(i) !== (query.outcome === 'success')) continue;
    const time = segment.time(i);
    if (time < since || time >= until || segment.seq(i) <= after) continue;
    rows.push(i);
  }
  return rows;
}
