/**
 * The writer of the SQL engines: everything is looked up before the transaction, which then only writes. What is kept
 * between commits (numbers, sources, campaigns that go on) is a copy of what the database holds; after a commit that
 * failed it is thrown away with the writer, and a new one reads it again.
 */
import type { AttemptName } from '../../model/stream.ts';
import type { Commit, StoredAttempt, StoredBlock } from '../history.ts';
import { blockIdOf, campaignOf, changedBlock } from './block-record.ts';
import { nameKey, normalCommit, type Progress, progressAfter, stepsOf, twice } from './commit.ts';
import type { Amendable } from './source-record.ts';
import { SqlCampaigns } from './sql-campaigns.ts';
import { accountOf, knownOf } from './sql-query.ts';
import { PROGRESS, readStanding, type Standing, stateKey, TABLES } from './sql-schema.ts';
import { pieces, type SqlRow, type SqlSession, type SqlValue, whole } from './sql-session.ts';
import { SqlSources } from './sql-sources.ts';
import { TextNumbers } from './sql-texts.ts';

/** An attempt of which more became known. */
interface Amended extends Amendable {
  readonly seq: number;
  readonly source: string;
  readonly method: string | null;
}

export class SqlWriter {
  readonly #session: SqlSession;
  readonly #texts: TextNumbers;
  readonly #sources: SqlSources;
  readonly #campaigns: SqlCampaigns;
  readonly #lastLines: Map<number, number>;
  #progress: Progress;
  #attempts: number;
  #commits: number;

  private constructor(session: SqlSession, standing: Standing, campaigns: SqlCampaigns) {
    this.#session = session;
    this.#texts = new TextNumbers(session);
    this.#sources = new SqlSources(session, standing.sources);
    this.#campaigns = campaigns;
    this.#lastLines = new Map(standing.lastLines);
    this.#progress = standing;
    this.#attempts = standing.attempts;
    this.#commits = standing.commits;
  }

  static async load(session: SqlSession): Promise<SqlWriter> {
    const standing = await readStanding(session);
    return new SqlWriter(session, standing, await SqlCampaigns.load(session, standing.campaigns));
  }

  get lastSeq(): number {
    return this.#progress.lastSeq;
  }

  /** Commits that are stored. */
  get commits(): number {
    return this.#commits;
  }

  /** After an error the writer must not be used any more. */
  async commit(given: Commit): Promise<void> {
    const commit = normalCommit(given, this.#progress);
    const { attempts, amended } = commit;
    const inputs = await this.#texts.numbers(
      'input',
      attempts.map(({ name }) => name.input),
    );
    await this.#refuseKnown(attempts, inputs);
    const blocks = await this.#changedBlocks(commit);
    const older = await this.#olderAmended(commit, inputs);
    await this.#sources.load([
      ...attempts.map(({ source }) => source),
      ...[...older.values()].map(({ source }) => source),
      ...commit.events.flatMap(({ event }) => ('source' in event ? [event.source] : [])),
    ]);
    await this.#campaigns.loadFor(commit.events);

    const kept: { attempt: StoredAttempt; readonly source: number; readonly text: string }[] = [];
    const fresh = new Map<string, number>();
    for (const step of stepsOf(commit)) {
      if (step.kind === 'event') {
        this.#campaigns.event(step.event);
        continue;
      }
      const { attempt } = step;
      const { id, text } = this.#sources.add(attempt);
      if (amended.length > 0) fresh.set(nameKey(attempt.name), kept.length);
      kept.push({ attempt, source: id, text });
      if (!attempt.success) this.#campaigns.failure(attempt.source, attempt.time);
    }
    const changed = new Map<number, Amended>();
    for (const { name, user, known, method } of amended) {
      const key = nameKey(name);
      const row = kept[fresh.get(key) ?? -1];
      const before = row?.attempt ?? older.get(key);
      if (before === undefined) continue;
      const more = {
        user: user ?? before.user,
        known: known ?? before.known,
        method: method ?? before.method,
      };
      this.#sources.amend(before.source, before, { success: before.success, ...more });
      if (row !== undefined) row.attempt = { ...row.attempt, ...more };
      else {
        const { seq, source, success } = before;
        const after = { seq, source, success, ...more };
        older.set(key, after);
        changed.set(seq, after);
      }
    }

    const told = [...kept.map(({ attempt }) => attempt), ...changed.values()];
    const users = await this.#texts.numbers('user', present(told.map(({ user }) => user)));
    const methods = await this.#texts.numbers('method', present(told.map(({ method }) => method)));
    const sensors = await this.#texts.numbers(
      'sensor',
      attempts.map(({ sensor }) => sensor),
    );
    const services = await this.#texts.numbers(
      'service',
      attempts.map(({ service }) => service),
    );
    const number = (ids: ReadonlyMap<string, number>, text: string | null) =>
      text === null ? 0 : ids.get(text)!;
    const rows = kept.map(
      ({ attempt, source, text }): SqlRow => [
        attempt.seq,
        attempt.time,
        source,
        number(users, attempt.user),
        number(sensors, attempt.sensor),
        number(services, attempt.service),
        number(methods, attempt.method),
        accountOf(attempt.known),
        Number(attempt.success),
        number(inputs, attempt.name.input),
        attempt.name.line,
        attempt.name.nth,
        text === '' ? null : text,
      ],
    );
    const lines = this.#newLines(attempts, inputs);
    const progress = progressAfter(commit, this.#progress);

    await this.#session.transaction(async () => {
      const session = this.#session;
      await this.#texts.write();
      await this.#sources.write(this.#commits + 1);
      await session.append(TABLES.attempts, rows);
      for (const { seq, user, method, known } of changed.values()) {
        await session.run(
          `UPDATE attempts SET user_id = ${whole(number(users, user))}, method = ${whole(number(methods, method))},` +
            ` account = ${accountOf(known)} WHERE seq = ${whole(seq)}`,
        );
      }
      await session.append(
        TABLES.events,
        commit.events.map(({ seq, nth, event }) => [seq, nth, Math.floor(event.time), JSON.stringify(event)]),
      );
      await this.#campaigns.write((source) => this.#sources.id(source));
      await session.replace(TABLES.blocks, [...blocks.values()].map(blockRow));
      await this.#writeStates(commit.states, {
        commits: this.#commits + 1,
        lastSeq: progress.lastSeq,
        eventSeq: progress.eventSeq,
        eventNth: progress.eventNth,
        attempts: this.#attempts + rows.length,
        sources: this.#sources.count,
        campaigns: this.#campaigns.count,
        lastLines: [...new Map([...this.#lastLines, ...lines])],
      });
    });
    this.#commits++;
    this.#progress = progress;
    this.#attempts += rows.length;
    for (const [id, line] of lines) this.#lastLines.set(id, line);
    this.#sources.settle();
    this.#campaigns.settle();
  }

  async #refuseKnown(attempts: readonly StoredAttempt[], inputs: ReadonlyMap<string, number>): Promise<void> {
    // a line beyond the last that told of an attempt is new; only the others are looked for
    const late = attempts.filter(
      ({ name }) => name.line <= (this.#lastLines.get(inputs.get(name.input)!) ?? Number.NEGATIVE_INFINITY),
    );
    const names = late.map(({ name }) => name);
    const found = new Map(await this.#find(names, inputs));
    for (const name of names) if (found.has(nameKey(name))) throw twice(name);
  }

  async #changedBlocks({ blocks: changes }: Commit): Promise<ReadonlyMap<number, StoredBlock>> {
    const blocks = new Map<number, StoredBlock>();
    for (const some of pieces([...new Set(changes.map(blockIdOf))], 500)) {
      const rows = await this.#session.all(
        `SELECT id, block FROM blocks WHERE id IN (${some.map(whole).join(', ')})`,
      );
      for (const [id, block] of rows) blocks.set(id as number, JSON.parse(block as string) as StoredBlock);
    }
    for (const change of changes)
      blocks.set(blockIdOf(change), changedBlock(blocks.get(blockIdOf(change)), change));
    return blocks;
  }

  /** Of the attempts to amend, those that were committed before, by the key of their names. */
  async #olderAmended(
    { attempts, amended }: Commit,
    known: ReadonlyMap<string, number>,
  ): Promise<Map<string, Amended>> {
    if (amended.length === 0) return new Map();
    const inputs = new Map(known);
    for (const [input, id] of await this.#texts.numbers(
      'input',
      amended.map(({ name }) => name.input),
    ))
      inputs.set(input, id);
    const fresh = new Set(attempts.map(({ name }) => nameKey(name)));
    const names = amended.map(({ name }) => name).filter((name) => !fresh.has(nameKey(name)));
    return new Map(await this.#find(names, inputs));
  }

  /** Those of the attempts with these names that are stored. */
  async #find(
    names: readonly AttemptName[],
    inputs: ReadonlyMap<string, number>,
  ): Promise<(readonly [key: string, attempt: Amended])[]> {
    const found: (readonly [string, Amended])[] = [];
    const wanted = new Map(names.map((name) => [nameKey(name), name]));
    for (const some of pieces([...wanted.values()], 500)) {
      const lines = some.map(({ line }) => line);
      // the bounds first: DuckDB passes over the blocks in which no such line can be
      const rows = await this.#session.all(
        `SELECT i.text AS input, a.line, a.nth, a.seq, s.text AS source, a.user_id, u.text AS username, a.account,
         a.method, m.text AS way, a.success
         FROM attempts a JOIN sources s ON s.id = a.source JOIN texts i ON i.kind = 4 AND i.id = a.input
         LEFT JOIN texts u ON u.kind = 0 AND u.id = a.user_id LEFT JOIN texts m ON m.kind = 3 AND m.id = a.method
         WHERE a.line >= ${whole(Math.min(...lines))} AND a.line <= ${whole(Math.max(...lines))}
         AND a.line IN (${lines.map(whole).join(', ')})
         AND a.input IN (${[...new Set(some.map(({ input }) => whole(inputs.get(input)!)))].join(', ')})`,
      );
      for (const row of rows) {
        const key = nameKey({ input: row[0] as string, line: row[1] as number, nth: row[2] as number });
        if (!wanted.has(key)) continue;
        found.push([
          key,
          {
            seq: row[3] as number,
            source: row[4] as string,
            user: row[5] === 0 ? null : (row[6] as string),
            known: knownOf(row[7] as number),
            method: row[8] === 0 ? null : (row[9] as string),
            success: row[10] === 1,
          },
        ]);
      }
    }
    return found;
  }

  #newLines(attempts: readonly StoredAttempt[], inputs: ReadonlyMap<string, number>): Map<number, number> {
    const lines = new Map<number, number>();
    for (const { name } of attempts) {
      const id = inputs.get(name.input)!;
      const last = lines.get(id) ?? this.#lastLines.get(id) ?? Number.NEGATIVE_INFINITY;
      if (name.line > last) lines.set(id, name.line);
    }
    return lines;
  }

  async #writeStates(states: Readonly<Record<string, string | null>>, standing: Standing): Promise<void> {
    const rows: SqlRow[] = [[PROGRESS, JSON.stringify(standing)]];
    for (const [name, value] of Object.entries(states)) {
      if (value === null) await this.#session.run('DELETE FROM states WHERE name = ?', [stateKey(name)]);
      else rows.push([stateKey(name), value]);
    }
    await this.#session.replace(TABLES.states, rows);
  }
}

function blockRow(block: StoredBlock): SqlRow {
  return [
    block.id,
    block.target,
    block.source,
    campaignOf(block),
    Number(block.ended !== null),
    JSON.stringify(block),
  ];
}

function present(texts: readonly SqlValue[]): string[] {
  return texts.filter((text): text is string => typeof text === 'string');
}
