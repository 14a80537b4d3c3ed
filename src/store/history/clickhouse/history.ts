/**
 * The history of one writer in ClickHouse, by the contract of the embedded engines. Commits and retention wait for each
 * other; questions do not wait for them, and are answered from what was committed when they came.
 */
import type { AttemptName } from '../../../model/stream.ts';
import { DAY } from '../../../model/time.ts';
import type {
  AttemptColumns,
  AttemptQuery,
  BlockQuery,
  CampaignHistory,
  ColumnsQuery,
  Commit,
  History,
  HistorySize,
  Person,
  Retention,
  SourceHistory,
  SourceTally,
  StoredAttempt,
  StoredBlock,
  StoredEvent,
  UserTally,
} from '../../history.ts';
import { normalQuery } from '../match.ts';
import { PAGE, pagesOf } from '../pages.ts';
import { atLeast, whole } from '../sql-session.ts';
import { wellFormed } from '../texts.ts';
import { attemptOf, READ_COLUMNS, READ_TYPES } from './attempt-rows.ts';
import { type CampaignQuery, readCampaigns } from './campaigns.ts';
import { Claim } from './claim.ts';
import { deleteOld, type Share, shareOf } from './cleaning.ts';
import { readColumns, readSharedNames } from './columns.ts';
import { literal } from './literal.ts';
import { conditionsOf, oneRow } from './query.ts';
import { type Identity, ofWriter, Records } from './records.ts';
import type { ColumnType, Row } from './row-binary.ts';
import type { Tables } from './schema.ts';
import { Shard } from './shard.ts';
import { readPeople, readSource } from './sources.ts';
import { type Standing, shown, withFloor } from './standing.ts';
import { type ClickHousePlace, type ClickHouseUrl, clickHousePlace, shownUrl } from './url.ts';
import { standingProbe, told, Writer } from './writer.ts';

/** What a row takes is known on average: a retention by bytes aims this much below its bound. */
const LITTLE_LESS = 0.98;

const TALLY = 'toUInt64(countIf(success = 0)), toUInt64(countIf(success = 1)), min(time), max(time)';
const TALLY_TYPES: readonly ColumnType[] = ['UInt64', 'UInt64', 'Int64', 'Int64'];

/** The commit that met an error, which may have come after it was stored, and what it would have been. */
interface Doubtful {
  readonly commit: Commit;
  readonly batch: number;
  readonly generation: number;
}

export class ClickHouseHistory implements History {
  readonly engine = 'clickhouse';
  readonly #shard: Shard;
  readonly #identity: Identity;
  readonly #records: Records;
  readonly #claim: Claim;
  readonly #tables: Tables;
  /** null: must be loaded again. */
  #writer: Writer | null;
  #doubtful: Doubtful | null = null;
  /** As it was after the last commit. */
  #standing: Standing;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(shard: Shard, identity: Identity, claim: Claim, writer: Writer) {
    this.#shard = shard;
    this.#identity = identity;
    this.#records = new Records(shard, identity);
    this.#claim = claim;
    this.#tables = shard.tables;
    this.#writer = writer;
    this.#standing = writer.standing;
  }

  /** Errors: `Trouble` with `store-busy`, `store-away`, `store-newer`, `no-rights`, `bad-config`. */
  static async open(url: ClickHouseUrl): Promise<ClickHouseHistory> {
    return ClickHouseHistory.at(clickHousePlace(url), shownUrl(url));
  }

  static async at(place: ClickHousePlace, name: string): Promise<ClickHouseHistory> {
    const identity = { site: place.site, writer: place.writer };
    const shard = await Shard.of(place);
    try {
      const claim = await Claim.make(shard, identity, name);
      try {
        const writer = await Writer.load(shard, identity, claim);
        await writer.tidy();
        return new ClickHouseHistory(shard, identity, claim, writer);
      } catch (error) {
        await claim.release();
        throw error;
      }
    } catch (error) {
      await shard.close();
      throw error;
    }
  }

  commit(commit: Commit): Promise<void> {
    return this.#inTurn(async () => {
      const doubtful = this.#doubtful;
      const writer = await this.#loaded();
      this.#doubtful = null;
      if (doubtful?.commit === commit && isStored(doubtful, writer.standing)) {
        this.#doubtful = doubtful;
        await this.#copied(writer.standing);
        this.#doubtful = null;
        return;
      }
      const { batch } = writer.standing;
      await this.#withWriter(writer, { commit, batch: batch + 1, generation: this.#claim.generation }, () =>
        writer.commit(commit),
      );
    });
  }

  lastSeq(): Promise<number> {
    return this.#inTurn(async () => (await this.#loaded()).standing.lastSeq);
  }

  async state(name: string): Promise<string | null> {
    const rows = await this.#records.versions(
      'state',
      'flag, value',
      ['UInt8', 'String'],
      `num = 0 AND key = ${literal(wellFormed(name))}`,
    );
    const row = rows.at(-1);
    return row === undefined || row[0] === 1 ? null : (row[1] as string);
  }

  async *attempts(query: AttemptQuery): AsyncIterable<StoredAttempt> {
    const standing = this.#standing;
    const conditions = await this.#conditions(query);
    if (conditions === null) return;
    const own = [ofWriter(this.#identity), ...shown(standing)];
    const table = this.#tables.attempts;
    const rowsThatHold = oneRow(standing, this.#identity, this.#tables, 'the last');
    const [bounds] = await this.#shard.all(
      `SELECT min(seq), max(seq), toUInt64(count()) FROM ${table} WHERE ${own.join(' AND ')}`,
      ['UInt64', 'UInt64', 'UInt64'],
    );
    if (bounds === undefined || bounds[2] === 0) return;
    const [first, last] = bounds as readonly [number, number, number];
    const order = query.newestFirst === true ? 'DESC' : 'ASC';
    const pages = pagesOf({ first, last }, query, ({ after, upTo, most }) => {
      const span = [`seq > ${whole(after)}`, `seq <= ${whole(upTo)}`];
      const where = [...own, ...span, ...conditions, ...rowsThatHold].join(' AND ');
      return this.#shard.all(
        `SELECT ${READ_COLUMNS} FROM ${table} WHERE ${where} ORDER BY seq ${order} LIMIT ${whole(most)}`,
        READ_TYPES,
      );
    });
    for await (const rows of pages) for (const row of rows) yield attemptOf(row).attempt;
  }

  columns(query: ColumnsQuery): Promise<AttemptColumns> {
    return readColumns((...asked) => this.#lastRows(...asked), query);
  }

  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return readSharedNames((...asked) => this.#lastRows(...asked), names);
  }

  async countAttempts(query: AttemptQuery): Promise<{ failures: number; successes: number }> {
    const rows = await this.#grouped(
      query,
      'success, toUInt64(count())',
      ['UInt8', 'UInt64'],
      'GROUP BY success',
    );
    const count = (success: number) => Number(rows.find((row) => row[0] === success)?.[1] ?? 0);
    return { failures: count(0), successes: count(1) };
  }

  async names(input: string, from: number): Promise<readonly AttemptName[]> {
    const name = wellFormed(input);
    const rows = await this.#grouped(
      {},
      'line, nth',
      ['Int64', 'UInt32'],
      'ORDER BY line, nth',
      `input = ${literal(name)} AND line >= ${atLeast(from)}`,
    );
    return rows.map(([line, nth]) => ({ input: name, line: line as number, nth: nth as number }));
  }

  async *events(query: { after?: number; since?: number; limit?: number }): AsyncIterable<StoredEvent> {
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let seq = Math.floor(query.after ?? 0);
    let nth = '~';
    const since = query.since === undefined ? '' : ` AND first_seen >= ${atLeast(query.since)}`;
    while (left > 0) {
      const page = Math.min(PAGE, left);
      const rows = await this.#records.held(
        'event',
        'num, key, value',
        ['Int64', 'String', 'String'],
        `num >= ${whole(seq)} AND (num > ${whole(seq)} OR key > ${literal(nth)})${since}`,
        `ORDER BY num, key LIMIT ${whole(page)}`,
      );
      for (const row of rows) {
        yield {
          seq: row[0] as number,
          nth: Number(row[1]),
          event: JSON.parse(row[2] as string) as StoredEvent['event'],
        };
      }
      if (rows.length < page) return;
      left -= rows.length;
      [seq, nth] = rows.at(-1) as readonly [number, string, string];
    }
  }

  source(source: string): Promise<SourceHistory | null> {
    return readSource(this.#records, wellFormed(source));
  }

  people(): Promise<readonly Person[]> {
    return readPeople(this.#records);
  }

  async sources(query: AttemptQuery): Promise<readonly SourceTally[]> {
    const rows = await this.#grouped(
      query,
      `source, ${TALLY}`,
      ['String', ...TALLY_TYPES],
      `GROUP BY source ORDER BY count() DESC, source ${limited(query)}`,
    );
    return rows.map(([source, failures, successes, firstSeen, lastSeen]) => ({
      source: source as string,
      failures: failures as number,
      successes: successes as number,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
    }));
  }

  async users(query: AttemptQuery): Promise<readonly UserTally[]> {
    const rows = await this.#grouped(
      query,
      `user, bitAnd(told, 1) AS is_told, ${TALLY}, toUInt64(uniqExact(source))`,
      ['String', 'UInt8', ...TALLY_TYPES, 'UInt64'],
      `GROUP BY user, is_told ORDER BY count() DESC, is_told, user ${limited(query)}`,
      '1',
      'the last',
    );
    return rows.map(([user, isTold, failures, successes, firstSeen, lastSeen, sources]) => ({
      user: isTold === 1 ? (user as string) : null,
      failures: failures as number,
      successes: successes as number,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
      sources: sources as number,
    }));
  }

  campaigns(query: CampaignQuery): Promise<readonly CampaignHistory[]> {
    const id = query.id === undefined ? {} : { id: wellFormed(query.id) };
    return readCampaigns(this.#records, { ...query, ...id });
  }

  async blocks(query: BlockQuery): Promise<readonly StoredBlock[]> {
    const conditions = ['1'];
    if (query.standing === true) conditions.push('flag = 0');
    for (const column of ['target', 'source', 'campaign'] as const) {
      const text = query[column];
      if (text !== undefined)
        conditions.push(`${column} = ${literal(column === 'target' ? text : told(text))}`);
    }
    const rows = await this.#records.held(
      'block',
      'value',
      ['String'],
      conditions.join(' AND '),
      `ORDER BY num DESC ${limited(query)}`,
    );
    return rows.map(([block]) => JSON.parse(block as string) as StoredBlock);
  }

  retain(retention: Retention, now: number): Promise<number> {
    return this.#inTurn(async () => {
      let gone = 0;
      if (retention.days !== null) {
        const time = Math.ceil(now - retention.days * DAY);
        gone += await this.#putAway(`time < ${atLeast(time)}`, ({ batch, floors }) => ({
          floors: withFloor(floors, { batch, time }),
        }));
      }
      if (retention.bytes !== null) gone += await this.#putAwayBeyond(retention.bytes);
      if (gone > 0) await deleteOld(this.#shard, this.#identity, this.#standing);
      return gone;
    });
  }

  async size(): Promise<HistorySize> {
    const standing = this.#standing;
    const { attempts, sources, campaigns, blocks } = standing;
    const [row] = await this.#grouped({}, 'min(time), toUInt64(count())', ['Int64', 'UInt64'], '');
    const share = await this.#share();
    return {
      attempts,
      sources,
      campaigns,
      blocks,
      bytes: share.attempts + share.records,
      freeBytes: share.free,
      oldest: row![1] === 0 ? null : (row![0] as number),
    };
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#claim.release();
      } finally {
        await this.#shard.close();
      }
    });
  }

  /** The oldest attempts until what is left is as small as it should be; what is not attempts stays. */
  async #putAwayBeyond(bytes: number): Promise<number> {
    const share = await this.#share();
    const { attempts } = this.#standing;
    const used = share.attempts - share.free;
    const most = bytes - share.records;
    // it is not the attempts that take the room: to delete them would not help
    if (attempts === 0 || used <= most || most <= 0) return 0;
    const count = Math.min(attempts, Math.ceil(attempts * (1 - (LITTLE_LESS * most) / used)));
    const [row] = await this.#grouped({}, 'seq', ['UInt64'], `ORDER BY seq LIMIT ${whole(count - 1)}, 1`);
    const last = row?.[0] as number | undefined;
    if (last === undefined) return 0;
    return this.#putAway(`seq <= ${whole(last)}`, () => ({ seqFloor: last }));
  }

  #share(): Promise<Share> {
    const { attempts, amended } = this.#standing;
    return shareOf(this.#shard, this.#identity, attempts + amended);
  }

  async #putAway(condition: string, change: (standing: Standing) => Partial<Standing>): Promise<number> {
    const writer = await this.#loaded();
    const [row] = await this.#grouped({}, 'toUInt64(count())', ['UInt64'], '', condition);
    const gone = row![0] as number;
    if (gone === 0) return 0;
    const { standing } = writer;
    await this.#withWriter(writer, null, () =>
      writer.change({ ...change(standing), attempts: standing.attempts - gone }),
    );
    return gone;
  }

  /** Does what may fail half way: then the writer must be loaded again, and `doubtful` may be there or not. */
  async #withWriter(writer: Writer, doubtful: Doubtful | null, work: () => Promise<void>): Promise<void> {
    this.#claim.check();
    this.#writer = null;
    try {
      await work();
    } catch (error) {
      this.#doubtful = doubtful;
      throw error;
    }
    this.#writer = writer;
    this.#standing = writer.standing;
  }

  /** The commit that was in doubt is there: on as many replicas as it should be? */
  async #copied(standing: Standing): Promise<void> {
    await this.#shard.copied([standingProbe(this.#tables.records, this.#identity, standing)]);
  }

  async #grouped(
    query: AttemptQuery,
    columns: string,
    types: readonly ColumnType[],
    tail: string,
    more = '1',
    what: 'any' | 'the last' = query.user === undefined ? 'any' : 'the last',
  ): Promise<readonly Row[]> {
    const standing = this.#standing;
    const conditions = await this.#conditions(query);
    if (conditions === null) return [];
    const { after, before } = query;
    const between = [
      ...(after === undefined ? [] : [`seq > ${whole(Math.max(0, Math.floor(after)))}`]),
      ...(before === undefined ? [] : [`seq < ${whole(Math.max(0, Math.ceil(before)))}`]),
    ];
    const where = [
      ofWriter(this.#identity),
      ...shown(standing),
      ...conditions,
      ...between,
      more,
      ...oneRow(standing, this.#identity, this.#tables, what),
    ].join(' AND ');
    return this.#shard.all(`SELECT ${columns} FROM ${this.#tables.attempts} WHERE ${where} ${tail}`, types);
  }

  #lastRows(columns: string, types: readonly ColumnType[], condition: string, tail: string) {
    return this.#grouped({}, columns, types, tail, condition, 'the last');
  }

  #conditions(query: AttemptQuery): Promise<readonly string[] | null> {
    return conditionsOf(normalQuery(query), this.#identity, this.#tables, this.#records);
  }

  async #loaded(): Promise<Writer> {
    this.#claim.check();
    if (this.#writer !== null) return this.#writer;
    // what was sent and not acknowledged must have arrived or be lost before it is looked for
    await this.#claim.renew();
    this.#writer = await Writer.load(this.#shard, this.#identity, this.#claim);
    this.#standing = this.#writer.standing;
    return this.#writer;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function isStored({ batch, generation }: Doubtful, standing: Standing): boolean {
  return standing.batch === batch && standing.generation === generation;
}

function limited({ limit }: { readonly limit?: number }): string {
  return limit === undefined || !Number.isFinite(limit) ? '' : `LIMIT ${whole(limit)}`;
}
