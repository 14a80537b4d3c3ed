/**
 * What live detection remembers of one source, of one name, and of the first visit of the one to the other. They refer to
 * each other; memory.ts makes them and lets go of them, turns.ts adds the visits.
 */
import type { Few } from './few.ts';

/** One source, as long as an attempt of it is remembered. */
export interface SourceState {
  readonly text: string;
  /** A number of its own: others remember it by that, so that they do not keep it alive. */
  readonly id: number;
  readonly firstSeen: number;
  lastSeen: number;
  /** Failures and successes since it is remembered, kept or only counted. */
  failures: number;
  successes: number;
  /** Seen by a per-source threshold, lately or often. */
  loud: boolean;
  loudAt: number;
  /** Attempts of it that are remembered. */
  kept: number;
  /** Its first visits to names, oldest first, `MOST_VISITS` at most. */
  visits: readonly Visit[];
  /** Sources that it has met on some name: a pair proves nothing by meeting again. */
  met: readonly number[];
  /** Times of the last failures on each sensor, null without any; no more than make it loud. */
  recent: Few<string, number[]> | null;
  /** Day of the last kept login of each account, null without any. */
  logins: Few<NameState, number> | null;
  /** A bit for each affair that takes it for a member, however unlikely (beliefs.ts). */
  suspected: number;
  /** Number in the table that is being made. */
  index: number;
  table: number;
}

export interface NameState {
  readonly text: string;
  kept: number;
  /** Whether the server has said that the account exists, and from how many sources somebody has logged in to it. */
  known: boolean;
  loginSources: number;
  /** First visits to the name by different sources, oldest first. */
  visits: readonly Visit[];
  /** Sum of what all first visits weigh (see Popularity). */
  weight: number;
  index: number;
  table: number;
}

/** The first time that a source tries a name: one tick of operational time. */
export interface Visit {
  readonly time: number;
  readonly tick: number;
  readonly source: SourceState;
  readonly name: NameState;
  /** What it added to its name's weight. */
  weight: number;
  /** The weight that its name had before it. */
  readonly seen: number;
  /** Visits of others to the name before, the latest first, by sources that this one had not met before. */
  links: readonly Visit[];
  /** Number in what is being saved. */
  index: number;
}

/** Whether a source may be a participant by what is known of it alone: it is quiet and has never logged in. */
export function mayBelong(source: SourceState): boolean {
  return !source.loud && source.successes === 0;
}

/** Nobody's visits: one list for all, so that what has none costs nothing. */
export const NO_VISITS: readonly Visit[] = [];
export const NOBODY_MET: readonly number[] = [];

/** Of a name's visits those of so many forgotten sources stay, in a flood: as many as a visit has links. */
const FORGOTTEN_VISITS = 8;
/**
 * Lets a name forget all but the latest visits of forgotten sources. Only where there are too many attempts: a list of
 * 5,000 names that is tried again and again by ever other sources would keep 300,000 of these.
 */
export function thin(name: NameState): void {
  let forgotten = 0;
  for (const { source } of name.visits) if (source.kept === 0) forgotten++;
  if (forgotten <= FORGOTTEN_VISITS) return;
  name.visits = name.visits.filter(({ source }) => source.kept > 0 || forgotten-- <= FORGOTTEN_VISITS);
}
