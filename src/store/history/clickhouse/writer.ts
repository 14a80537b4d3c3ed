/**
 * The writer: a commit is looked up, sent as attempts, and made by one block of records (schema.ts). What is kept between
 * commits is a copy of what the servers hold; after a commit that failed it is thrown away with the writer, and a new one reads
 * it again under a new generation.
 */
import type { AttemptName } from '../../../model/stream.ts';
import type { Commit, StoredAttempt, StoredBlock } from '../../history.ts';
import { blockIdOf, campaignOf, changedBlock } from '../block-record.ts';
import { nameKey, normalCommit, progressAfter, stepsOf, twice } from '../commit.ts';
import { pieces, whole } from '../sql-session.ts';
import { wellFormed } from '../texts.ts';
import { AttemptBlock, type AttemptVersion, attemptOf, READ_COLUMNS, READ_TYPES } from './attempt-rows.ts';
import { Campaigns } from './campaigns.ts';
import type { Claim } from './claim.ts';
import { deleteRemains, hasRemains } from './cleaning.ts';
import { literals } from './literal.ts';
import { type Identity, ofWriter, RecordBlock, Records } from './records.ts';
import { KINDS, RECORD_COLUMNS } from './schema.ts';
import type { Shard } from './shard.ts';
import { Sources } from './sources.ts';
import { NOTHING_YET, runsAfter, type Standing, shown, versionOf } from './standing.ts';

/** Names that are looked for at once. */
const AT_ONCE = 1000;
/** Runs that stand with every question: a few cost nothing, and each opening makes one. */
const MOST_RUNS = 8;

/** A question that is answered with a number, at least `count` where what was written is there. */
export interface Probe {
  readonly sql: string;
  readonly count: number;
}

export class Writer {
  readonly #shard: Shard;
  readonly #identity: Identity;
  readonly #records: Records;
  readonly #claim: Claim;
  readonly #sources: Sources;
  readonly #campaigns: Campaigns;
  readonly #lastLines: Map<string, number>;
  #standing: Standing;

  private constructor(
    shard: Shard,
    identity: Identity,
    claim: Claim,
    standing: Standing,
    records: Records,
    campaigns: Campaigns,
  ) {
    this.#shard = shard;
    this.#identity = identity;
    this.#claim = claim;
    this.#standing = standing;
    this.#records = records;
    this.#sources = new Sources(records, standing.sources);
    this.#campaigns = campaigns;
    this.#lastLines = new Map(standing.lastLines);
  }

  static async load(shard: Shard, identity: Identity, claim: Claim): Promise<Writer> {
    const records = new Records(shard, identity);
    const standing = await readStanding(records);
    const campaigns = await Campaigns.load(records, standing.campaigns);
    return new Writer(shard, identity, claim, standing, records, campaigns);
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** After an error the writer must not be used any more. */
  async commit(given: Commit): Promise<void> {
    const commit = normalCommit(given, this.#standing);
    if (isEmpty(commit)) return;
    const batch = this.#standing.batch + 1;
    const { generation } = this.#claim;
    const version = versionOf(batch, generation);
    const { attempts, amended } = commit;
    await this.#refuseKnown(attempts);
    const blocks = await this.#changedBlocks(commit);
    const older = await this.#olderAmended(commit);
    await this.#sources.load([
      ...attempts.map(({ source }) => source),
      ...[...older.values()].map(({ attempt }) => attempt.source),
    ]);
    await this.#campaigns.loadFor(commit.events);

    const kept: StoredAttempt[] = [];
    const fresh = new Map<string, number>();
    for (const step of stepsOf(commit)) {
      if (step.kind === 'event') {
        this.#campaigns.event(step.event);
        continue;
      }
      const { attempt } = step;
      const text = this.#sources.add(attempt);
      if (amended.length > 0) fresh.set(nameKey(attempt.name), kept.length);
      kept.push(text === attempt.text ? attempt : { ...attempt, text });
      if (!attempt.success) this.#campaigns.failure(attempt.source, attempt.time);
    }
    const changed = new Map<number, AttemptVersion>();
    for (const { name, user, known, method } of amended) {
      const key = nameKey(name);
      const at = fresh.get(key) ?? -1;
      const before = kept[at] ?? older.get(key)?.attempt;
      if (before === undefined) continue;
      const more = {
        user: user ?? before.user,
        known: known ?? before.known,
        method: method ?? before.method,
      };
      const after = { ...before, ...more };
      this.#sources.amend(before.source, before, after);
      if (at >= 0) kept[at] = after;
      else {
        const now = { attempt: after, version: older.get(key)!.version };
        older.set(key, now);
        changed.set(before.seq, { attempt: after, version: now.version + 1 });
      }
    }

    const probes = await this.#sendAttempts(kept, [...changed.values()], generation, batch);
    for (const { name } of attempts) {
      const last = this.#lastLines.get(name.input) ?? Number.NEGATIVE_INFINITY;
      if (name.line > last) this.#lastLines.set(name.input, name.line);
    }
    const block = new RecordBlock(this.#identity, version);
    this.#sources.write(block);
    this.#campaigns.write(block);
    let added = 0;
    for (const one of blocks.values()) block.add('block', blockFields(one));
    for (const change of commit.blocks) if (change.kind === 'block:added') added++;
    for (const { seq, nth, event } of commit.events)
      block.add('event', {
        num: seq,
        key: String(nth).padStart(10, '0'),
        firstSeen: Math.floor(event.time),
        value: JSON.stringify(event),
      });
    for (const [name, value] of Object.entries(commit.states))
      block.add('state', { key: name, flag: value === null, value: value ?? '' });
    const before = this.#standing;
    const standing: Standing = {
      ...before,
      ...progressAfter(commit, before),
      batch,
      generation,
      runs: runsAfter(before, generation, batch),
      attempts: before.attempts + kept.length,
      sources: this.#sources.count,
      campaigns: this.#campaigns.count,
      blocks: before.blocks + added,
      amended: before.amended + changed.size,
      lastLines: [...this.#lastLines],
    };
    await this.#make(block, standing, probes);
    this.#sources.settle();
    this.#campaigns.settle();
  }

  /**
   * Forgets runs and floors where nothing is left that they keep from being shown; else has that taken away, for the
   * next time.
   */
  async tidy(): Promise<void> {
    const { runs, floors, batch } = this.#standing;
    if (runs.length <= MOST_RUNS && floors.length === 0) return;
    if (await hasRemains(this.#shard, this.#identity, this.#standing))
      return deleteRemains(this.#shard, this.#identity, this.#standing, this.#claim.generation);
    await this.change({ clean: batch, runs: [], floors: [] });
  }

  /** Commits a standing and nothing else. */
  async change(changed: Partial<Standing>): Promise<void> {
    const batch = this.#standing.batch + 1;
    const { generation } = this.#claim;
    const block = new RecordBlock(this.#identity, versionOf(batch, generation));
    const standing = { ...this.#standing, ...changed };
    const runs = runsAfter(standing, generation, batch);
    await this.#make(block, { ...standing, runs, batch, generation }, []);
  }

  /** Makes the commit; resolves when as many replicas have it as are wanted. */
  async #make(block: RecordBlock, standing: Standing, probes: readonly Probe[]): Promise<void> {
    this.#claim.check();
    block.add('standing', { value: JSON.stringify(standing) });
    const { records } = this.#shard.tables;
    await this.#shard.insert(records, RECORD_COLUMNS, block.bytes(), this.#claim.key);
    await this.#shard.copied([...probes, standingProbe(records, this.#identity, standing)]);
    this.#claim.heard();
    this.#standing = standing;
  }

  async #sendAttempts(
    attempts: readonly StoredAttempt[],
    changed: readonly AttemptVersion[],
    generation: number,
    batch: number,
  ): Promise<readonly Probe[]> {
    const table = this.#shard.tables.attempts;
    const probes: Probe[] = [];
    let block: AttemptBlock | null = null;
    const send = async (): Promise<void> => {
      if (block === null || block.isEmpty) return;
      const { samples } = block;
      const { columns, bytes } = block.native();
      await this.#shard.insert(table, columns, bytes, this.#claim.key, 'Native');
      for (const some of pieces(samples, AT_ONCE))
        probes.push({
          sql:
            `SELECT toUInt64(uniqExact(seq)) FROM ${table} WHERE ${ofWriter(this.#identity)}` +
            ` AND seq IN (${some.map(whole).join(', ')}) AND generation = ${whole(generation)} AND batch = ${whole(batch)}`,
          count: new Set(some).size,
        });
      block = null;
    };
    const rows = attempts.length + changed.length;
    for (const attempt of attempts) {
      block ??= new AttemptBlock(this.#identity, generation, batch, rows);
      block.add(attempt, 0, attempt.text);
      if (block.isFull) await send();
    }
    for (const { attempt, version } of changed) {
      block ??= new AttemptBlock(this.#identity, generation, batch, rows);
      block.add(attempt, version, attempt.text);
      if (block.isFull) await send();
    }
    await send();
    return probes;
  }

  async #refuseKnown(attempts: readonly StoredAttempt[]): Promise<void> {
    // a line beyond the last that told of an attempt is new; only the others are looked for
    const late = attempts.filter(
      ({ name }) => name.line <= (this.#lastLines.get(name.input) ?? Number.NEGATIVE_INFINITY),
    );
    if (late.length === 0) return;
    const names = late.map(({ name }) => name);
    const found = await this.#find(names);
    for (const name of names) if (found.has(nameKey(name))) throw twice(name);
  }

  async #changedBlocks({ blocks: changes }: Commit): Promise<ReadonlyMap<number, StoredBlock>> {
    const blocks = new Map<number, StoredBlock>();
    for (const some of pieces([...new Set(changes.map(blockIdOf))], AT_ONCE)) {
      const rows = await this.#records.versions(
        'block',
        'num, value',
        ['Int64', 'String'],
        `num IN (${some.map(whole).join(', ')})`,
      );
      for (const [id, block] of rows) blocks.set(id as number, JSON.parse(block as string) as StoredBlock);
    }
    for (const change of changes)
      blocks.set(blockIdOf(change), changedBlock(blocks.get(blockIdOf(change)), change));
    return blocks;
  }

  /** Of the attempts to amend, those that were committed before, by the key of their names. */
  async #olderAmended({ attempts, amended }: Commit): Promise<Map<string, AttemptVersion>> {
    if (amended.length === 0) return new Map();
    const fresh = new Set(attempts.map(({ name }) => nameKey(name)));
    return this.#find(amended.map(({ name }) => name).filter((name) => !fresh.has(nameKey(name))));
  }

  /** Those of the attempts with these names that are stored, as they are now. */
  async #find(names: readonly AttemptName[]): Promise<Map<string, AttemptVersion>> {
    const found = new Map<string, AttemptVersion>();
    const wanted = new Map(names.map((name) => [nameKey(name), name]));
    for (const some of pieces([...wanted.values()], AT_ONCE)) {
      const lines = some.map(({ line }) => line);
      const inputs = [...new Set(some.map(({ input }) => input))];
      const rows = await this.#shard.all(
        `SELECT ${READ_COLUMNS} FROM ${this.#shard.tables.attempts}
         WHERE ${[ofWriter(this.#identity), ...shown(this.#standing)].join(' AND ')}
         AND line >= ${whole(Math.min(...lines))} AND line <= ${whole(Math.max(...lines))}
         AND line IN (${lines.map(whole).join(', ')}) AND input IN (${literals(inputs)}) ORDER BY seq, version`,
        READ_TYPES,
      );
      for (const row of rows) {
        const read = attemptOf(row);
        const key = nameKey(read.attempt.name);
        if (wanted.has(key)) found.set(key, read);
      }
    }
    return found;
  }
}

export async function readStanding(records: Records): Promise<Standing> {
  const rows = await records.versions('standing', 'value', ['String'], '1');
  const row = rows.at(-1);
  return row === undefined ? NOTHING_YET : (JSON.parse(row[0] as string) as Standing);
}

/** Whether this standing, or a later one, is there. */
export function standingProbe(records: string, identity: Identity, standing: Standing): Probe {
  const version = versionOf(standing.batch, standing.generation);
  return {
    sql: `SELECT toUInt64(count()) FROM ${records} WHERE ${ofWriter(identity)} AND kind = ${KINDS.standing} AND version >= ${version}`,
    count: 1,
  };
}

function isEmpty({ attempts, amended, events, blocks, states }: Commit): boolean {
  return attempts.length + amended.length + events.length + blocks.length + Object.keys(states).length === 0;
}

/** A text of a column in which the empty one stands for none. */
export function told(text: string | null): string {
  return text === null ? '' : `.${wellFormed(text)}`;
}

function blockFields(block: StoredBlock) {
  return {
    num: block.id,
    flag: block.ended !== null,
    target: block.target,
    source: told(block.source),
    campaign: told(campaignOf(block)),
    value: JSON.stringify(block),
  };
}
