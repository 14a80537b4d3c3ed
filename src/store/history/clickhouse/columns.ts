/** Attempts as columns, and names that several sources tried, out of ClickHouse. */
import type { AttemptColumns, ColumnsQuery } from '../../history.ts';
import { ColumnsBuilder, NO_NAME } from '../columns.ts';
import { atLeast, pieces, whole } from '../sql-session.ts';
import { wellFormed } from '../texts.ts';
import { literals } from './literal.ts';
import { TOLD_THE_USER } from './query.ts';
import type { ColumnType, Row } from './row-binary.ts';

/** Rows of one answer, some 8 MB. */
const PAGE = 100_000;
/** Texts in one question. */
const AT_ONCE = 5000;

/** Asks for rows of attempts that hold now, under a further condition. */
export type Ask = (
  columns: string,
  types: readonly ColumnType[],
  condition: string,
  tail: string,
) => Promise<readonly Row[]>;

export async function readColumns(ask: Ask, query: ColumnsQuery): Promise<AttemptColumns> {
  const conditions = ['1'];
  if (query.since !== undefined) conditions.push(`time >= ${atLeast(query.since)}`);
  if (query.until !== undefined) conditions.push(`time < ${atLeast(query.until)}`);
  const [row] = await ask('toUInt64(count())', ['UInt64'], conditions.join(' AND '), '');
  const all = row![0] as number;
  const every = Math.ceil(all / Math.max(1, query.most));
  if (every > 1) {
    const rest = `seq % ${whole(every)} = 0`;
    const sources = [...query.whole];
    conditions.push(sources.length === 0 ? rest : `(${rest} OR source IN (${literals(sources)}))`);
  }
  const builder = new ColumnsBuilder();
  const sources = new Texts();
  const users = new Texts();
  const sensors = new Texts();
  for (let after = 0; ; ) {
    const rows = await ask(
      'seq, time, source, user, bitAnd(told, 1), sensor, toUInt8(account + 4 * success)',
      ['UInt64', 'Int64', 'String', 'String', 'UInt8', 'String', 'UInt8'],
      `${conditions.join(' AND ')} AND seq > ${whole(after)}`,
      `ORDER BY seq LIMIT ${PAGE}`,
    );
    for (const [seq, time, source, user, isTold, sensor, flags] of rows)
      builder.add(
        seq as number,
        time as number,
        sources.of(source as string),
        isTold === 1 ? users.of(user as string) : NO_NAME,
        sensors.of(sensor as string),
        flags as number,
      );
    if (rows.length < PAGE) break;
    after = rows.at(-1)![0] as number;
  }
  return builder.columns(all, { sources: sources.list, users: users.list, sensors: sensors.list });
}

/** `ask` must ask for the last row of each attempt. */
export async function readSharedNames(ask: Ask, names: readonly string[]): Promise<ReadonlySet<string>> {
  const shared = new Set<string>();
  for (const some of pieces([...new Set(names.map(wellFormed))], AT_ONCE)) {
    const rows = await ask(
      'user',
      ['String'],
      `user IN (${literals(some)}) AND ${TOLD_THE_USER}`,
      'GROUP BY user HAVING min(source) < max(source) OR max(account) = 2 OR max(success) = 1',
    );
    for (const [user] of rows) shared.add(user as string);
  }
  return new Set(names.filter((name) => shared.has(wellFormed(name))));
}

class Texts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}
