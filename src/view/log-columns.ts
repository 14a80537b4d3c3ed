/** A finished log's table as columns to draw and to look up: each row with its campaign, and whether its source is loud. */
import { ACCOUNT_KNOWN, ACCOUNT_UNKNOWN, type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Campaign, Detection } from '../model/detection.ts';
import type { DrawnColumns } from './drawing.ts';
import { IS_KNOWN, IS_LOUD, IS_SUCCESS, IS_UNKNOWN, NO_INDEX } from './site.ts';

/** The wire has two bytes for a campaign. */
const MOST_CAMPAIGNS = 0xffff;

/** `campaigns`: in the order of their ids, `c1` first. Columns of the table that fit are used as they are. */
export function logColumns(
  table: AttemptTable,
  detection: Detection,
  campaigns: readonly Campaign[],
): DrawnColumns {
  const { length } = table;
  const campaign = new Uint16Array(length);
  const isLoud = new Uint8Array(table.sources.length);
  for (const { source } of detection.loudSources) isLoud[source] = 1;
  const gotIn = new Map<number, { readonly source: number; readonly number: number }[]>();
  campaigns.slice(0, MOST_CAMPAIGNS).forEach((one, i) => {
    for (const row of one.rows) if (row < length) campaign[row] = i + 1;
    for (const { source, loud } of one.participants) if (loud) isLoud[source] = 1;
    for (const { source, time } of one.compromised) {
      const known = gotIn.get(time) ?? [];
      known.push({ source, number: i + 1 });
      gotIn.set(time, known);
    }
  });
  const user = new Uint32Array(length);
  const flags = new Uint8Array(length);
  const seq = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    user[row] = table.user[row] === NO_USER ? NO_INDEX : table.user[row]!;
    const account = table.account[row];
    const isSuccess = table.outcome[row] === SUCCESS;
    flags[row] =
      (isSuccess ? IS_SUCCESS : 0) |
      (account === ACCOUNT_KNOWN ? IS_KNOWN : 0) |
      (account === ACCOUNT_UNKNOWN ? IS_UNKNOWN : 0) |
      (isLoud[table.source[row]!] === 1 ? IS_LOUD : 0);
    seq[row] = row + 1;
    // a login is no row of its campaign, but nothing is looked for as much
    if (isSuccess && gotIn.size > 0) {
      const one = gotIn.get(table.time[row]!)?.find(({ source }) => source === table.source[row]);
      if (one !== undefined) campaign[row] = one.number;
    }
  }
  return { length, time: table.time, user, source: table.source, sensor: table.sensor, campaign, flags, seq };
}
