/** Attempts as columns out of a database, and names that several sources tried. */
import type { AttemptColumns, ColumnsQuery } from '../history.ts';
import { ColumnsBuilder, NO_NAME } from './columns.ts';
import { KINDS } from './sql-schema.ts';
import { atLeast, marks, pieces, type SqlReader, type SqlSession, whole } from './sql-session.ts';
import { wellFormed } from './texts.ts';

/** Rows of one question where the engine gives no columns. */
const PAGE = 20_000;
/** Texts in one question. */
const AT_ONCE = 500;
/** Beyond so many all texts between the least and the greatest number are read, in one question. */
const MANY = 2000;

export async function readColumns(session: SqlSession, query: ColumnsQuery): Promise<AttemptColumns> {
  const { reader } = session;
  const conditions = ['true'];
  if (query.since !== undefined) conditions.push(`time >= ${atLeast(query.since)}`);
  if (query.until !== undefined) conditions.push(`time < ${atLeast(query.until)}`);
  const [row] = await reader.all(`SELECT count(*) FROM attempts WHERE ${conditions.join(' AND ')}`);
  const all = row![0] as number;
  const every = Math.ceil(all / Math.max(1, query.most));
  if (every > 1) conditions.push(await thinned(reader, every, query.whole));
  const builder = new ColumnsBuilder();
  const sources = new Numbers();
  const users = new Numbers();
  const sensors = new Numbers();
  await eachRow(session, conditions.join(' AND '), (columns, rows) => {
    const [seq, time, source, user, sensor, flags] = columns;
    for (let i = 0; i < rows; i++)
      builder.add(
        seq![i]!,
        time![i]!,
        sources.of(source![i]!),
        user![i] === 0 ? NO_NAME : users.of(user![i]!),
        sensors.of(sensor![i]!),
        flags![i]!,
      );
  });
  return builder.columns(all, {
    sources: await textsOf(reader, 'sources WHERE', sources.list),
    users: await textsOf(reader, `texts WHERE kind = ${KINDS.user} AND`, users.list),
    sensors: await textsOf(reader, `texts WHERE kind = ${KINDS.sensor} AND`, sensors.list),
  });
}

/** Every n-th attempt, and all of those sources (participants, as they are in the database already). */
async function thinned(reader: SqlReader, every: number, sources: ReadonlySet<string>): Promise<string> {
  const rest = `seq % ${whole(every)} = 0`;
  if (sources.size === 0) return rest;
  const rows = await reader.all(
    'SELECT DISTINCT p.source, s.text FROM participants p JOIN sources s ON s.id = p.source',
  );
  const ids = rows.filter(([, text]) => sources.has(text as string)).map(([id]) => id as number);
  return ids.length === 0 ? rest : `(${rest} OR source IN (${ids.map(whole).join(', ')}))`;
}

type Take = (columns: readonly ArrayLike<number>[], rows: number) => void;

async function eachRow(session: SqlSession, where: string, take: Take): Promise<void> {
  const select = 'SELECT seq, time, source, user_id, sensor, account + 4 * success FROM attempts WHERE';
  if (session.columns !== undefined) {
    await session.columns(`${select} ${where}`, 6, take);
    return;
  }
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = await session.reader.all(
      `${select} ${where} AND seq > ${whole(after)} ORDER BY seq LIMIT ${whole(PAGE)}`,
    );
    take(
      Array.from({ length: 6 }, (_, at) => rows.map((row) => row[at] as number)),
      rows.length,
    );
    if (rows.length < PAGE) return;
    after = rows.at(-1)![0] as number;
  }
}

async function textsOf(reader: SqlReader, from: string, ids: readonly number[]): Promise<string[]> {
  const texts = new Map<number, string>();
  const read = async (condition: string) => {
    const rows = await reader.all(`SELECT id, text FROM ${from} ${condition}`);
    for (const [id, text] of rows) texts.set(id as number, text as string);
  };
  if (ids.length > MANY) {
    const [least, most] = ids.reduce(
      ([low, high], id) => [Math.min(low, id), Math.max(high, id)],
      [Number.MAX_SAFE_INTEGER, 0],
    );
    await read(`id >= ${whole(least)} AND id <= ${whole(most)}`);
  } else for (const some of pieces(ids, AT_ONCE)) await read(`id IN (${some.map(whole).join(', ')})`);
  return ids.map((id) => texts.get(id) ?? '');
}

export async function readSharedNames(
  reader: SqlReader,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const shared = new Set<string>();
  const wanted = [...new Set(names.map(wellFormed))];
  const test = 'HAVING min(a.source) < max(a.source) OR max(a.account) = 2 OR max(a.success) = 1';
  if (wanted.length > MANY) {
    const all = new Set(wanted);
    const rows = await reader.all(
      `SELECT t.text FROM (SELECT a.user_id AS id FROM attempts a WHERE a.user_id > 0 GROUP BY a.user_id ${test}) u
       JOIN texts t ON t.kind = ${KINDS.user} AND t.id = u.id`,
    );
    for (const [text] of rows) if (all.has(text as string)) shared.add(text as string);
  } else
    for (const some of pieces(wanted, AT_ONCE)) {
      const numbers = await reader.all(
        `SELECT id, text FROM texts WHERE kind = ${KINDS.user} AND text IN (${marks(some.length)})`,
        some,
      );
      if (numbers.length === 0) continue;
      const texts = new Map(numbers as readonly (readonly [number, string])[]);
      const list = [...texts.keys()].map(whole).join(', ');
      const rows = await reader.all(
        `SELECT a.user_id FROM attempts a WHERE a.user_id IN (${list}) GROUP BY a.user_id ${test}`,
      );
      for (const [id] of rows) shared.add(texts.get(id as number)!);
    }
  return new Set(names.filter((name) => shared.has(wellFormed(name))));
}

/** Indexes for numbers of the database, in order of first appearance. */
class Numbers {
  readonly list: number[] = [];
  readonly #indexes = new Map<number, number>();

  of(id: number): number {
    const known = this.#indexes.get(id);
    if (known !== undefined) return known;
    this.#indexes.set(id, this.list.length);
    return this.list.push(id) - 1;
  }
}
