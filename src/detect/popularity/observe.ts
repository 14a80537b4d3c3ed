/**
 * What one site tells about strangers: which user names they try, and how many of them come. People, broken jobs and
 * machines of the house are left out, and so are names that somebody logs in with there: a failure on them may be
 * a person's. `root` stays, because strangers try it everywhere.
 *
 * A source has one voice, however much it tries. Quiet sources are what the live detector hears; a loud one is heard
 * only until it is loud, which is after four tries (fail2ban: five failures make it so). So a source that tried m
 * names counts min(1, cap / m) for each, and a list of ten thousand names from one loud source weighs four tries in
 * all, but still tells which names are on such lists.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS } from '../../model/detection.ts';
import { DAY } from '../../model/time.ts';
import { classifyVisitors, rowsOf } from '../visitors.ts';

/** The one name that is learnt by itself: about a third of everything, and not told at all by some servers' logs. */
export const ROOT = 'root';

export interface ObserveOptions {
  /** Sources whose attempts are left out: participants of campaigns that are known to be in this log. */
  readonly exclude: ReadonlySet<string>;
  /** Names that stand for something else and are left out, such as the pseudonyms of people in a log made public. */
  readonly masked: (name: string) => boolean;
}

export interface SiteVisits {
  readonly site: string;
  /** Weight of each name: the sum of its sources' voices. */
  readonly voices: ReadonlyMap<string, number>;
  /** Number of quiet sources that tried each name. */
  readonly quiet: ReadonlyMap<string, number>;
  /** Number of sources of any kind that tried each name. */
  readonly support: ReadonlyMap<string, number>;
  /** Strangers: quiet and loud sources, without the excluded. */
  readonly sources: number;
  readonly quietSources: number;
  /** Quiet attempts of strangers, those of one source on one name within ten minutes taken as one. */
  readonly quietVisits: number;
  /** False where the log does not tell of tries on root: servers without passwords log unknown users only. */
  readonly tellsRoot: boolean;
  /** False where it tells of root alone: old PAM lines name no unknown user, and names may be masked. */
  readonly tellsNames: boolean;
  /** Names somebody logs in with here: nothing is known of how popular they are with strangers here. */
  readonly accounts: ReadonlySet<string>;
  /** New quiet sources of each day of the log, in order; null for a day that the log does not cover. */
  readonly newcomers: readonly (number | null)[];
  /** Of each new quiet source, the names it tried in all its time, without masked ones. */
  readonly newcomerNames: readonly (readonly string[])[];
}

/** So many names' worth at most speaks a quiet source: more than 19 of 20 in the logs this was learnt from try fewer. */
const QUIET_CAP = 8;
/** A loud source is heard for so many tries before it is loud. */
const LOUD_CAP = DEFAULT_DETECT_OPTIONS.loudFailures - 1;
/** Tries of one source on one name within so many seconds are one visit. */
const VISIT_SECONDS = 600;
/**
 * A log with so many strangers of whom hardly any tries root, or hardly any another name, does not tell of it. At the
 * sites whose logs tell of both, between one source in ten and three in four try root.
 */
const TELLING_SOURCES = 20;
const HARDLY_ANY = 0.02;
/**
 * So many days without a single attempt in a log that has at least `GAP_RATE` a day on average: the log has a gap
 * (Poisson: e^-15), it was not a quiet time.
 */
const GAP_DAYS = 3;
const GAP_RATE = 5;

/** Reads off a finished table what strangers do. Pure. */
export function observeSite(site: string, table: AttemptTable, options: ObserveOptions): SiteVisits {
  const visitors = classifyVisitors(table, DEFAULT_DETECT_OPTIONS);
  const accounts = new Set<string>();
  for (let i = 0; i < table.length; i++) {
    const name = table.users[table.user[i]!]!;
    if (table.outcome[i] === SUCCESS && table.user[i] !== NO_USER && name !== ROOT) accounts.add(name);
  }
  const voices = new Map<string, number>();
  const quiet = new Map<string, number>();
  const support = new Map<string, number>();
  const newcomerNames: (readonly string[])[] = [];
  const arrivalDays: number[] = [];
  let sources = 0;
  let quietSources = 0;
  let quietVisits = 0;
  let rootSources = 0;
  let otherSources = 0;
  for (let s = 0; s < table.sources.length; s++) {
    if (visitors.failures[s] === 0) continue;
    const own = rowsOf(visitors, s);
    const last = new Map<string, number>();
    let visits = 0;
    for (const row of own) {
      if (table.user[row] === NO_USER || table.outcome[row] === SUCCESS) continue;
      const name = table.users[table.user[row]!]!;
      const before = last.get(name);
      const time = table.time[row]!;
      if (before === undefined || time - before > VISIT_SECONDS) {
        visits++;
        last.set(name, time);
      }
    }
    const kind = visitors.kind[s]!;
    if (kind !== 'quiet' && kind !== 'loud') continue;
    if (visitors.house[s] === 1 || options.exclude.has(table.sources[s]!)) continue;
    const names = [...last.keys()].filter((name) => !options.masked(name) && !accounts.has(name));
    sources++;
    if (last.has(ROOT)) rootSources++;
    if (names.some((name) => name !== ROOT)) otherSources++;
    const voice = Math.min(1, (kind === 'quiet' ? QUIET_CAP : LOUD_CAP) / names.length);
    for (const name of names) {
      voices.set(name, (voices.get(name) ?? 0) + voice);
      support.set(name, (support.get(name) ?? 0) + 1);
      if (kind === 'quiet') quiet.set(name, (quiet.get(name) ?? 0) + 1);
    }
    if (kind !== 'quiet') continue;
    quietSources++;
    quietVisits += visits;
    arrivalDays.push(Math.floor(table.time[own[0]!]! / DAY));
    newcomerNames.push(names);
  }
  return {
    site,
    voices,
    quiet,
    support,
    sources,
    quietSources,
    quietVisits,
    tellsRoot: sources < TELLING_SOURCES || rootSources >= HARDLY_ANY * sources,
    tellsNames: sources < TELLING_SOURCES || otherSources >= HARDLY_ANY * sources,
    accounts,
    newcomers: newcomersByDay(table, arrivalDays),
    newcomerNames,
  };
}

/** Whole days only: the first and the last day of the log, and of each stretch between gaps, are cut somewhere. */
function newcomersByDay(table: AttemptTable, arrivalDays: readonly number[]): readonly (number | null)[] {
  if (table.length === 0) return [];
  const first = Math.floor(table.time[0]! / DAY);
  const last = Math.floor(table.time[table.length - 1]! / DAY);
  const attempts = new Float64Array(last - first + 1);
  const counts: (number | null)[] = new Array(last - first + 1).fill(0);
  for (let i = 0; i < table.length; i++) attempts[Math.floor(table.time[i]! / DAY) - first]!++;
  for (const day of arrivalDays) counts[day - first] = counts[day - first]! + 1;
  counts[0] = null;
  counts[last - first] = null;
  const active = attempts.filter((count) => count > 0).length;
  if (table.length / active < GAP_RATE) return counts;
  for (let day = 0; day < attempts.length; ) {
    let end = day;
    while (end < attempts.length && attempts[end] === 0) end++;
    if (end - day >= GAP_DAYS)
      for (let d = Math.max(0, day - 1); d <= Math.min(last - first, end); d++) counts[d] = null;
    day = Math.max(end, day + 1);
  }
  return counts;
}
