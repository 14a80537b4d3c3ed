/** Campaigns of a writer: those that go on in memory, all of them in `records`. */
import type { CampaignHistory, StoredEvent } from '../../history.ts';
import {
  type CampaignHead,
  type CampaignRecord,
  campaignHistory,
  OpenCampaigns,
  type ParticipantRecord,
} from '../campaign-record.ts';
import { atLeast, whole } from '../sql-session.ts';
import { literal, literals } from './literal.ts';
import type { RecordBlock, Records } from './records.ts';

export interface CampaignQuery {
  readonly id?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

interface Read {
  readonly place: number;
  readonly record: CampaignRecord;
  /** Places of the participants, in the order of being named. */
  readonly places: ReadonlyMap<ParticipantRecord, number>;
}

export class Campaigns {
  readonly #records: Records;
  readonly #open = new OpenCampaigns();
  readonly #places = new WeakMap<CampaignRecord, number>();
  readonly #participantPlaces = new WeakMap<ParticipantRecord, number>();
  #count: number;

  private constructor(records: Records, count: number) {
    this.#records = records;
    this.#count = count;
  }

  static async load(records: Records, count: number): Promise<Campaigns> {
    const campaigns = new Campaigns(records, count);
    if (count > 0) campaigns.#add(await readRecords(records, 'flag = 0'));
    return campaigns;
  }

  get count(): number {
    return this.#count;
  }

  /** Must be called with the events of a commit before they are told. */
  async loadFor(events: readonly StoredEvent[]): Promise<void> {
    const wanted = [...new Set(events.map(({ event }) => event.campaign))].filter(
      (id) => !this.#open.records.has(id),
    );
    if (wanted.length > 0 && this.#count > 0)
      this.#add(await readRecords(this.#records, `key IN (${literals(wanted)})`));
  }

  event({ event }: StoredEvent): void {
    this.#open.event(event);
  }

  failure(source: string, time: number): void {
    this.#open.failure(source, time);
  }

  write(block: RecordBlock): void {
    for (const [record, changed] of this.#open.changed) {
      let place = this.#places.get(record);
      if (place === undefined) {
        place = ++this.#count;
        this.#places.set(record, place);
      }
      const { head } = record;
      block.add('campaign', {
        num: place,
        key: head.id,
        firstSeen: Math.floor(head.firstSeen),
        lastSeen: Math.floor(head.lastSeen),
        flag: head.ended !== null,
        value: JSON.stringify(head),
      });
      if (changed.size === 0) continue;
      let next = 0;
      for (const participant of record.participants.values()) {
        const at = this.#participantPlaces.get(participant) ?? next;
        this.#participantPlaces.set(participant, at);
        next++;
        if (!changed.has(participant)) continue;
        block.add('participant', {
          num: place,
          key: participant.source,
          firstSeen: at,
          flag: participant.released !== null,
          campaign: head.id,
          value: JSON.stringify(participant),
        });
      }
    }
  }

  settle(): void {
    this.#open.settle('forget ended');
  }

  #add(found: readonly Read[]): void {
    for (const { place, record, places } of found) {
      this.#open.add(record);
      this.#places.set(record, place);
      for (const [participant, at] of places) this.#participantPlaces.set(participant, at);
    }
  }
}

/** The last opened first. */
export async function readCampaigns(records: Records, query: CampaignQuery): Promise<CampaignHistory[]> {
  const { id, since, until, limit } = query;
  const conditions = ['1'];
  if (id !== undefined) conditions.push(`key = ${literal(id)}`);
  if (since !== undefined) conditions.push(`last_seen >= ${atLeast(since)}`);
  if (until !== undefined) conditions.push(`first_seen < ${atLeast(until)}`);
  const found = await readRecords(records, conditions.join(' AND '), limit);
  return found.map(({ record }) => campaignHistory(record));
}

/** Number of a campaign, and its times; null where there is none of that name. */
export async function readSpan(
  records: Records,
  id: string,
): Promise<{ readonly place: number; readonly first: number; readonly last: number | null } | null> {
  const rows = await records.held('campaign', 'num, value', ['Int64', 'String'], `key = ${literal(id)}`);
  const row = rows.at(-1);
  if (row === undefined) return null;
  const head = JSON.parse(row[1] as string) as CampaignHead;
  return {
    place: row[0] as number,
    first: head.firstSeen,
    last: head.ended === null ? null : head.lastSeen,
  };
}

async function readRecords(
  records: Records,
  condition: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<Read[]> {
  const most = Number.isFinite(limit) ? ` LIMIT ${whole(limit)}` : '';
  const heads = await records.held(
    'campaign',
    'num, value',
    ['Int64', 'String'],
    condition,
    `ORDER BY num DESC${most}`,
  );
  const found = heads.map(([place, head]) => ({
    place: place as number,
    record: {
      head: JSON.parse(head as string) as CampaignHead,
      participants: new Map<string, ParticipantRecord>(),
    },
    places: new Map<ParticipantRecord, number>(),
  }));
  if (found.length === 0) return found;
  const byPlace = new Map(found.map((each) => [each.place, each]));
  const rows = await records.held(
    'participant',
    'num, first_seen, value',
    ['Int64', 'Int64', 'String'],
    `num IN (${found.map(({ place }) => whole(place)).join(', ')})`,
    'ORDER BY num, first_seen',
  );
  for (const [campaign, place, text] of rows) {
    const participant = JSON.parse(text as string) as ParticipantRecord;
    const each = byPlace.get(campaign as number)!;
    each.record.participants.set(participant.source, participant);
    each.places.set(participant, place as number);
  }
  return found;
}
