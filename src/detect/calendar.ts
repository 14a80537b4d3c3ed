/**
 * False campaigns a year, for a finished log. `falseCampaigns` of the options is for the log as a whole, whatever its
 * length: an administrator reads one log, and one in a thousand may mislead him. Whoever reads the same site's logs again
 * and again, or hundreds of sites', counts by the calendar instead: what is accepted in this log is its part of a year.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { DAY } from '../model/time.ts';

/** In one log no more is accepted than one chance in five: what is weaker is no finding, however long the log. */
const MOST = 0.2;
/** A log of minutes has its part of an hour's: less would ask for what no campaign shows. */
const LEAST_SECONDS = 3600;

/** Expected number of false campaigns to accept in this log, where so many are accepted in a year of its own time; above 0. */
export function falseCampaignsIn(table: AttemptTable, perYear: number): number {
  const seconds = table.length === 0 ? 0 : table.time[table.length - 1]! - table.time[0]!;
  return Math.min(MOST, (perYear * Math.max(LEAST_SECONDS, seconds)) / (365 * DAY));
}
