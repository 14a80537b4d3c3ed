/**
 * Attempts as columns to a {@link Picture} of at most so many: those of campaigns before the others, each of the two thinned evenly,
 * and the texts numbered anew in order of first appearance. A finished log and a history hand their columns in as they have them.
 */
import { NO_INDEX, type Picture } from './site.ts';

/** Columns in order of time; indexes are into lists of the caller's. */
export interface DrawnColumns {
  readonly length: number;
  /** Seconds since 1970 UTC. */
  readonly time: Float64Array;
  /** {@link NO_INDEX} where no line told a name. */
  readonly user: Uint32Array;
  readonly source: Uint32Array;
  readonly sensor: Uint16Array;
  /** 0: none. */
  readonly campaign: Uint16Array;
  readonly flags: Uint8Array;
  /** As AttemptRow.seq. */
  readonly seq: Float64Array;
}

export interface DrawnTexts {
  readonly user: (index: number) => string;
  readonly source: (index: number) => string;
  readonly sensor: (index: number) => string;
  readonly campaigns: readonly string[];
}

/** Which rows of `columns` are looked at, ascending; all of them where it is left out. */
export type RowFilter = (row: number) => boolean;

/** `all`: attempts there were where some are not in `columns` (they were counted only); left out: those of `filter`. */
export function draw(
  columns: DrawnColumns,
  texts: DrawnTexts,
  {
    limit,
    filter,
    notKept = 0,
  }: { readonly limit: number; readonly filter?: RowFilter; readonly notKept?: number },
): Picture {
  const rows = pick(columns, limit, filter ?? (() => true));
  const from = rows.kept.length === 0 ? 0 : Math.floor(columns.time[rows.kept[0]!]!);
  const n = rows.kept.length;
  const users = new Numbering(texts.user);
  const sources = new Numbering(texts.source);
  const sensors = new Numbering(texts.sensor);
  const time = new Uint32Array(n);
  const user = new Uint32Array(n);
  const source = new Uint32Array(n);
  const sensor = new Uint16Array(n);
  const campaign = new Uint16Array(n);
  const flags = new Uint8Array(n);
  const seq = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = rows.kept[i]!;
    time[i] = Math.max(0, columns.time[row]! - from);
    const name = columns.user[row]!;
    user[i] = name === NO_INDEX ? NO_INDEX : users.of(name);
    source[i] = sources.of(columns.source[row]!);
    sensor[i] = sensors.of(columns.sensor[row]!);
    campaign[i] = columns.campaign[row]!;
    flags[i] = columns.flags[row]!;
    seq[i] = columns.seq[row]!;
  }
  return {
    length: n,
    isThinned: rows.all > n || notKept > 0,
    all: rows.all + notKept,
    from,
    time,
    user,
    source,
    sensor,
    campaign,
    flags,
    seq,
    users: users.texts,
    sources: sources.texts,
    sensors: sensors.texts,
    campaigns: texts.campaigns,
  };
}

/** Rows that are drawn. Of those of campaigns all are, or `limit` at even distances; of the others what room is left. */
function pick({ length, campaign }: DrawnColumns, limit: number, filter: RowFilter) {
  let inCampaigns = 0;
  let others = 0;
  for (let row = 0; row < length; row++) {
    if (!filter(row)) continue;
    if (campaign[row] === 0) others++;
    else inCampaigns++;
  }
  const ofCampaigns = even(inCampaigns, Math.min(inCampaigns, limit));
  const ofOthers = even(others, Math.min(others, limit - Math.min(inCampaigns, limit)));
  const kept = new Uint32Array(Math.min(limit, inCampaigns + others));
  let n = 0;
  for (let row = 0; row < length; row++) {
    if (!filter(row)) continue;
    if (campaign[row] === 0 ? ofOthers() : ofCampaigns()) kept[n++] = row;
  }
  return { kept: kept.subarray(0, n), all: inCampaigns + others };
}

/** Says true `room` times in `all` calls, as evenly as can be (Bresenham). */
function even(all: number, room: number): () => boolean {
  let sum = 0;
  return () => {
    sum += room;
    if (sum < all) return false;
    sum -= all;
    return true;
  };
}

/** Numbers in order of first appearance. */
class Numbering {
  readonly texts: string[] = [];
  readonly #text: (index: number) => string;
  readonly #numbers = new Map<number, number>();

  constructor(text: (index: number) => string) {
    this.#text = text;
  }

  of(index: number): number {
    const known = this.#numbers.get(index);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.#numbers.set(index, number);
    this.texts.push(this.#text(index));
    return number;
  }
}
