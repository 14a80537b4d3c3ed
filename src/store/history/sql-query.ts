/** A question about attempts as conditions on their table. */
import type { AttemptQuery, StoredAttempt } from '../history.ts';
import { rangeOf } from './address.ts';
import { readSpan } from './sql-campaigns.ts';
import type { Kind } from './sql-schema.ts';
import { atLeast, type SqlReader, type SqlRow, whole } from './sql-session.ts';
import type { TextsByNumber } from './sql-texts.ts';

/**
 * Conditions on `attempts` for `query` (normal), without `after`, which pages set; null: no attempt can be meant, as
 * nothing has that text. Error: `Trouble` with `wrong-call` for a network that is none.
 */
export async function conditionsOf(
  query: AttemptQuery,
  reader: SqlReader,
  texts: TextsByNumber,
): Promise<readonly string[] | null> {
  const conditions: string[] = [];
  if (query.network !== undefined) {
    // the digits of a key are hexadecimal: nothing here needs quoting
    const { first, last } = rangeOf(query.network);
    conditions.push(
      `source IN (SELECT id FROM sources WHERE address >= '${first}' AND address <= '${last}')`,
    );
  }
  if (query.source !== undefined) {
    const [row] = await reader.all('SELECT id FROM sources WHERE text = ?', [query.source]);
    if (row === undefined) return null;
    conditions.push(`source = ${whole(row[0] as number)}`);
  }
  for (const [kind, column, text] of [
    ['user', 'user_id', query.user],
    ['sensor', 'sensor', query.sensor],
    ['service', 'service', query.service],
  ] as const satisfies readonly (readonly [Kind, string, string | undefined])[]) {
    if (text === undefined) continue;
    const id = await texts.number(kind, text);
    if (id === undefined) return null;
    conditions.push(`${column} = ${whole(id)}`);
  }
  if (query.campaign !== undefined) {
    const span = await readSpan(reader, query.campaign);
    if (span === null) return null;
    conditions.push(
      `source IN (SELECT source FROM participants WHERE campaign = ${whole(span.place)} AND released = 0)`,
      `time >= ${atLeast(span.first)}`,
    );
    if (span.last !== null) conditions.push(`time <= ${whole(Math.floor(span.last))}`);
  }
  if (query.outcome !== undefined) conditions.push(`success = ${Number(query.outcome === 'success')}`);
  if (query.since !== undefined) conditions.push(`time >= ${atLeast(query.since)}`);
  if (query.until !== undefined) conditions.push(`time < ${atLeast(query.until)}`);
  return conditions;
}

export const ATTEMPT_COLUMNS =
  'seq, time, source, user_id, sensor, service, method, account, success, input, line, nth, text';

/** Rows of {@link ATTEMPT_COLUMNS} as attempts. */
export async function attemptsOf(rows: readonly SqlRow[], texts: TextsByNumber): Promise<StoredAttempt[]> {
  const column = (at: number) => rows.map((row) => row[at] as number);
  const sources = await texts.sources(column(2));
  const users = await texts.texts('user', column(3));
  const sensors = await texts.texts('sensor', column(4));
  const services = await texts.texts('service', column(5));
  const methods = await texts.texts('method', column(6));
  const inputs = await texts.texts('input', column(9));
  return rows.map((row) => ({
    seq: row[0] as number,
    time: row[1] as number,
    source: sources.get(row[2] as number) ?? '',
    user: users.get(row[3] as number) ?? null,
    sensor: sensors.get(row[4] as number) ?? '',
    service: services.get(row[5] as number) ?? '',
    success: row[8] === 1,
    known: knownOf(row[7] as number),
    method: methods.get(row[6] as number) ?? null,
    name: { input: inputs.get(row[9] as number) ?? '', line: row[10] as number, nth: row[11] as number },
    text: (row[12] as string | null) ?? '',
  }));
}

/** The code of `known` in the table. */
export function accountOf(known: boolean | null): number {
  return known === null ? 0 : known ? 2 : 1;
}

export function knownOf(account: number): boolean | null {
  return account === 0 ? null : account === 2;
}
