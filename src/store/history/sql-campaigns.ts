/** Campaigns in the SQL engines: those that go on in memory, all of them in two tables. */
import type { CampaignHistory, StoredEvent } from '../history.ts';
import {
  type CampaignHead,
  type CampaignRecord,
  campaignHistory,
  OpenCampaigns,
  type ParticipantRecord,
} from './campaign-record.ts';
import { TABLES } from './sql-schema.ts';
import { atLeast, marks, type SqlReader, type SqlRow, type SqlSession, whole } from './sql-session.ts';

export interface CampaignQuery {
  readonly id?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

interface Read {
  readonly place: number;
  readonly record: CampaignRecord;
  /** Place and number of the source of each participant. */
  readonly rows: ReadonlyMap<ParticipantRecord, readonly [place: number, source: number]>;
}

export class SqlCampaigns {
  readonly #session: SqlSession;
  readonly #open = new OpenCampaigns();
  readonly #places = new WeakMap<CampaignRecord, number>();
  readonly #rows = new WeakMap<ParticipantRecord, readonly [place: number, source: number]>();
  #count: number;

  private constructor(session: SqlSession, count: number) {
    this.#session = session;
    this.#count = count;
  }

  static async load(session: SqlSession, count: number): Promise<SqlCampaigns> {
    const campaigns = new SqlCampaigns(session, count);
    campaigns.#add(await readRecords(session, 'ended = 0', []));
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
    if (wanted.length === 0) return;
    this.#add(await readRecords(this.#session, `id IN (${marks(wanted.length)})`, wanted));
  }

  event({ event }: StoredEvent): void {
    this.#open.event(event);
  }

  failure(source: string, time: number): void {
    this.#open.failure(source, time);
  }

  /** Writes what changed, within a transaction; `sourceId` numbers the sources that were named. */
  async write(sourceId: (source: string) => number): Promise<void> {
    const heads: SqlRow[] = [];
    const participants: SqlRow[] = [];
    for (const [record, changed] of this.#open.changed) {
      let place = this.#places.get(record);
      if (place === undefined) {
        place = ++this.#count;
        this.#places.set(record, place);
      }
      const { head } = record;
      heads.push([
        place,
        head.id,
        Math.floor(head.firstSeen),
        Math.floor(head.lastSeen),
        Number(head.ended !== null),
        JSON.stringify(head),
      ]);
      if (changed.size === 0) continue;
      let next = 0;
      for (const participant of record.participants.values()) {
        const row = this.#rows.get(participant) ?? [next, sourceId(participant.source)];
        this.#rows.set(participant, row);
        next++;
        if (changed.has(participant))
          participants.push([
            place,
            ...row,
            Number(participant.released !== null),
            JSON.stringify(participant),
          ]);
      }
    }
    await this.#session.replace(TABLES.campaigns, heads);
    await this.#session.replace(TABLES.participants, participants);
  }

  settle(): void {
    this.#open.settle('forget ended');
  }

  #add(found: readonly Read[]): void {
    for (const { place, record, rows } of found) {
      this.#open.add(record);
      this.#places.set(record, place);
      for (const [participant, row] of rows) this.#rows.set(participant, row);
    }
  }
}

/** The last opened first. */
export async function readCampaigns(reader: SqlReader, query: CampaignQuery): Promise<CampaignHistory[]> {
  const { id, since, until, limit } = query;
  const conditions = ['true'];
  if (id !== undefined) conditions.push('id = ?');
  if (since !== undefined) conditions.push(`last_seen >= ${atLeast(since)}`);
  if (until !== undefined) conditions.push(`first_seen < ${atLeast(until)}`);
  const found = await readRecords(reader, conditions.join(' AND '), id === undefined ? [] : [id], limit);
  return found.map(({ record }) => campaignHistory(record));
}

/** Number of a campaign, and the attempts of it that are asked for; null where there is none of that name. */
export async function readSpan(
  reader: SqlReader,
  id: string,
): Promise<{ readonly place: number; readonly first: number; readonly last: number | null } | null> {
  const [row] = await reader.all('SELECT place, head FROM campaigns WHERE id = ?', [id]);
  if (row === undefined) return null;
  const head = JSON.parse(row[1] as string) as CampaignHead;
  return {
    place: row[0] as number,
    first: head.firstSeen,
    last: head.ended === null ? null : head.lastSeen,
  };
}

async function readRecords(
  reader: SqlReader,
  condition: string,
  texts: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): Promise<Read[]> {
  const most = Number.isFinite(limit) ? ` LIMIT ${whole(limit)}` : '';
  const heads = await reader.all(
    `SELECT place, head FROM campaigns WHERE ${condition} ORDER BY place DESC${most}`,
    texts,
  );
  const found = heads.map(([place, head]) => ({
    place: place as number,
    record: {
      head: JSON.parse(head as string) as CampaignHead,
      participants: new Map<string, ParticipantRecord>(),
    },
    rows: new Map<ParticipantRecord, readonly [number, number]>(),
  }));
  if (found.length === 0) return found;
  const byPlace = new Map(found.map((each) => [each.place, each]));
  const list = found.map(({ place }) => whole(place)).join(', ');
  const participants = await reader.all(
    `SELECT campaign, place, source, record FROM participants WHERE campaign IN (${list}) ORDER BY campaign, place`,
  );
  for (const [campaign, place, source, text] of participants) {
    const participant = JSON.parse(text as string) as ParticipantRecord;
    const each = byPlace.get(campaign as number)!;
    each.record.participants.set(participant.source, participant);
    each.rows.set(participant, [place as number, source as number]);
  }
  return found;
}
