/** A question about attempts of a writer as conditions on their table. */
import type { AttemptQuery } from '../../history.ts';
import { rangeOf } from '../address.ts';
import { atLeast, whole } from '../sql-session.ts';
import { readSpan } from './campaigns.ts';
import { literal } from './literal.ts';
import { type Identity, ofWriter, type Records } from './records.ts';
import { KINDS, type Tables, TOLD_USER } from './schema.ts';
import { type Standing, shown } from './standing.ts';

export const TOLD_THE_USER = `bitAnd(told, ${TOLD_USER}) = ${TOLD_USER}`;

/**
 * Conditions on `attempts` for `query` (normal), without `after`, which pages set; null: no attempt can be meant. Error:
 * `Trouble` with `wrong-call` for a network that is none.
 */
export async function conditionsOf(
  query: AttemptQuery,
  identity: Identity,
  tables: Tables,
  records: Records,
): Promise<readonly string[] | null> {
  const conditions: string[] = [];
  if (query.network !== undefined) {
    const { first, last } = rangeOf(query.network);
    conditions.push(`address >= ${literal(first)}`, `address <= ${literal(last)}`);
  }
  if (query.source !== undefined) conditions.push(`source = ${literal(query.source)}`);
  if (query.user !== undefined) conditions.push(`user = ${literal(query.user)}`, TOLD_THE_USER);
  if (query.sensor !== undefined) conditions.push(`sensor = ${literal(query.sensor)}`);
  if (query.service !== undefined) conditions.push(`service = ${literal(query.service)}`);
  if (query.campaign !== undefined) {
    const span = await readSpan(records, query.campaign);
    if (span === null) return null;
    conditions.push(
      `source IN (SELECT key FROM ${tables.records} FINAL WHERE ${ofWriter(identity)}` +
        ` AND kind = ${KINDS.participant} AND num = ${whole(span.place)} AND flag = 0)`,
      `time >= ${atLeast(span.first)}`,
    );
    if (span.last !== null) conditions.push(`time <= ${whole(Math.floor(span.last))}`);
  }
  if (query.outcome !== undefined) conditions.push(`success = ${Number(query.outcome === 'success')}`);
  if (query.since !== undefined) conditions.push(`time >= ${atLeast(query.since)}`);
  if (query.until !== undefined) conditions.push(`time < ${atLeast(query.until)}`);
  return conditions;
}

/**
 * Of several rows of an attempt the one that holds. Only user, account and method change from one to the next: where a
 * question asks for none of these any one row serves, and the first is always there.
 */
export function oneRow(
  standing: Standing,
  identity: Identity,
  tables: Tables,
  what: 'any' | 'the last',
): readonly string[] {
  if (standing.amended === 0) return [];
  if (what === 'any') return ['version = 0'];
  const where = [ofWriter(identity), 'version > 0', ...shown(standing)].join(' AND ');
  return [`(seq, version) NOT IN (SELECT seq, toUInt32(version - 1) FROM ${tables.attempts} WHERE ${where})`];
}
