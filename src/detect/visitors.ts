/**
 * Who comes to this log: each source's attempts at a glance, and what can be said of a source by itself, before any
 * thought of coordination: loud, a person's, a broken job, or quiet (the rest, among whom campaigns are sought).
 */
import {
  ACCOUNT_KNOWN,
  ACCOUNT_UNKNOWN,
  type AttemptTable,
  METHOD_PUBLICKEY,
  NO_USER,
  SUCCESS,
} from '../model/attempt.ts';
import { countedOf } from '../model/counted.ts';
import type { DetectOptions } from '../model/detection.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { rowsBySource, type SourceColumns } from './by-source.ts';
import { Marks } from './marks.ts';
import { NearMisses } from './near-miss.ts';

export type VisitorKind =
  /** Failures that no per-source threshold sees, and nothing that speaks for a person. */
  | 'quiet'
  /** Seen by a per-source threshold. */
  | 'loud'
  /** Logs in, and what fails from here is explained by that. */
  | 'person'
  /** One user, over and over, by the clock. */
  | 'job'
  /** No failure, and nothing known but a success or two. */
  | 'visitor';

export interface Visitors {
  readonly kind: readonly VisitorKind[];
  /** Failures of each source, with those that the table only counts. */
  readonly failures: Uint32Array;
  readonly successes: Uint32Array;
  /** Whether a per-source threshold sees the source, whatever its kind. */
  readonly loud: Uint8Array;
  /** Rows of source s are `rows[start[s]] .. rows[start[s + 1] - 1]`, in time. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
  /** The table's columns in the order of `rows`: who asks source by source reads straight on. */
  readonly columns: SourceColumns;
  /** Per user: number of sources it has logged in from. */
  readonly userSuccessSources: Uint32Array;
  /** Per user: number of sources that try it, and names which don't exist. */
  readonly guessers: Uint32Array;
  /**
   * 1 for a source that fails on accounts of the house only, which guessers are not after: a machine with an expired
   * password, a person who never got in. Such sources are no evidence for a campaign, though a participant may look so.
   */
  readonly house: Uint8Array;
}

/** Rows of one source, in time. */
export function rowsOf(visitors: Visitors, source: number): Uint32Array {
  return visitors.rows.subarray(visitors.start[source]!, visitors.start[source + 1]!);
}

/** So many different slips of the finger are forgiven; a list of oracle1 to oracle50 is not typed by mistake. */
const NEAR_MISSES = 3;
/** An account that fewer guessers than this are after (sources that also try names which don't exist) is the house's own. */
const GUESSERS = 3;
/** A machine or person of the house fails on so many of its own accounts at most. */
const OWN_ACCOUNTS = 2;
/**
 * A machine whose account was renamed or deleted goes on with one name, so often and so long. Guessers come once or twice
 * for a name nobody has, or for one that everybody has.
 */
const GONE_TRIES = 4;
const GONE_SECONDS = DAY / 2;
/** Of a source that tries more names than this, the rest are not asked for. */
const MOST_USERS = 1000;
/** First guesses of every tool: that a source tries one of these for days says nothing about the house. */
const EVERYBODYS: ReadonlySet<string> = new Set(
  'root admin administrator test user guest ubuntu debian centos oracle postgres mysql git pi ftp ftpuser www www-data support info deploy hadoop nagios tomcat jenkins ec2-user ubnt operator manager service supervisor backup student minecraft'.split(
    ' ',
  ),
);

/** Letters of the longest of them; lower case makes hardly a name shorter, and none of these shorter by half. */
const longestOfThese = 2 * [...EVERYBODYS].reduce((longest, name) => Math.max(longest, name.length), 0);

/** A job repeats this often at least before its regularity is believed; at half of it, three lucky gaps do. */
const JOB_ATTEMPTS = 6;
/** Share of a job's gaps that are its usual gap (or twice or three times it, for a missed run) ... */
const JOB_REGULAR = 0.8;
/**
 * ... to so many seconds or this share of the gap. cron is exact to the second, systemd's timers to a minute
 * (AccuracySec); of sources that come at random one in 10^4 looks like that, at a tenth of the gap one in 10^2.
 */
const JOB_SECONDS = 75;
const JOB_SHARE = 0.02;

/** What one source's judgement takes from others: counts per user of the table. */
export interface NameWitnesses {
  /** Number of sources it has logged in from. */
  readonly userSuccessSources: Uint32Array;
  /** Number of sources that try it, and names which don't exist. */
  readonly guessers: Uint32Array;
}

/** `witnesses`: what is known of the names where the table holds some of the sources only; left out: it holds all. */
export function classifyVisitors(
  table: AttemptTable,
  options: DetectOptions,
  witnesses?: NameWitnesses,
): Visitors {
  const count = table.sources.length;
  const { start, rows, columns, successes } = rowsBySource(table);
  const failures = new Uint32Array(count);
  for (let s = 0; s < count; s++)
    failures[s] = start[s + 1]! - start[s]! - successes[s]! + countedOf(table, s);
  const userSuccessSources =
    witnesses?.userSuccessSources ?? successSources(table, columns, successes, start);
  const isLoud = loudness(table, columns, options);
  const isPerson = personality(table, rows, columns, userSuccessSources);
  const loud = new Uint8Array(count);
  const kind: VisitorKind[] = new Array(count);
  for (let s = 0; s < count; s++) {
    const [from, to] = [start[s]!, start[s + 1]!];
    if (failures[s]! >= options.loudFailures && isLoud(from, to)) loud[s] = 1;
    if (successes[s]! > 0 && isPerson(from, to)) kind[s] = 'person';
    else if (failures[s] === 0) kind[s] = 'visitor';
    else if (isJob(columns, from, to)) kind[s] = 'job';
    else kind[s] = loud[s] ? 'loud' : 'quiet';
  }
  const { house, guessers } = houseSources(table, columns, start, witnesses?.guessers);
  return { kind, failures, successes, loud, start, rows, columns, userSuccessSources, guessers, house };
}

function successSources(
  table: AttemptTable,
  { user, outcome }: SourceColumns,
  successes: Uint32Array,
  start: Uint32Array,
): Uint32Array {
  const counts = new Uint32Array(table.users.length);
  const users = new Marks(table.users.length);
  for (let s = 0; s + 1 < start.length; s++) {
    if (successes[s] === 0) continue;
    users.clear();
    for (let j = start[s]!; j < start[s + 1]!; j++) {
      if (outcome[j] === SUCCESS && users.add(user[j]!)) counts[user[j]!]!++;
    }
  }
  return counts;
}

function houseSources(
  table: AttemptTable,
  { time, user, outcome, account }: SourceColumns,
  start: Uint32Array,
  told: Uint32Array | undefined,
): { readonly house: Uint8Array; readonly guessers: Uint32Array } {
  const count = start.length - 1;
  const own = new Uint32Array(table.users.length);
  const users = new Marks(table.users.length);
  const candidate = new Uint8Array(count);
  for (let s = 0; s < count; s++) {
    users.clear();
    let known = true;
    let guesser = false;
    let failures = 0;
    let first = 0;
    let last = 0;
    for (let j = start[s]!; j < start[s + 1]!; j++) {
      if (outcome[j] === SUCCESS) continue;
      if (account[j] !== ACCOUNT_KNOWN) known = false;
      if (account[j] === ACCOUNT_UNKNOWN) guesser = true;
      if (users.size <= MOST_USERS) users.add(user[j]!);
      if (failures++ === 0) first = time[j]!;
      last = time[j]!;
    }
    if (failures === 0) continue;
    const isOwn = known && users.size <= OWN_ACCOUNTS;
    const gone = !known && users.size === 1 && failures >= GONE_TRIES && last - first >= GONE_SECONDS;
    // who comes again and again for one name that does not exist is no witness that guessers are after it
    if (guesser && !gone) for (let i = 0; i < users.size; i++) own[users.at(i)]!++;
    candidate[s] = isOwn || gone ? 1 : 0;
  }
  const guessers = told ?? own;
  const everybodys = new Set<number>();
  for (let u = 0; u < table.users.length; u++) {
    const name = table.users[u]!;
    if (name.length <= longestOfThese && EVERYBODYS.has(name.toLowerCase())) everybodys.add(u);
  }
  const root = table.users.indexOf('root');
  for (let s = 0; s < count; s++) {
    if (candidate[s] === 0) continue;
    for (let j = start[s]!; candidate[s] === 1 && j < start[s + 1]!; j++) {
      const name = user[j]!;
      const unknown = account[j] !== ACCOUNT_KNOWN;
      if (name === root || guessers[name]! >= GUESSERS || (unknown && everybodys.has(name))) candidate[s] = 0;
    }
  }
  return { house: candidate, guessers };
}

/** Whether some sensor saw `loudFailures` failures of a source within `loudSeconds` (fail2ban's findtime, maxretry). */
function loudness(
  table: AttemptTable,
  { time, sensor, outcome }: SourceColumns,
  { loudFailures, loudSeconds }: DetectOptions,
) {
  // the last failures on each sensor, in rings; they start anew with each source
  const times = new Float64Array(table.sensors.length * loudFailures);
  const counts = new Uint32Array(table.sensors.length);
  const sensors = new Marks(table.sensors.length);
  return (from: number, to: number): boolean => {
    sensors.clear();
    for (let j = from; j < to; j++) {
      if (outcome[j] === SUCCESS) continue;
      const where = sensor[j]!;
      if (sensors.add(where)) counts[where] = 0;
      const count = counts[where]!++;
      const now = time[j]!;
      const at = where * loudFailures;
      times[at + (count % loudFailures)] = now;
      const first = times[at + ((count + 1) % loudFailures)]!;
      if (count + 1 >= loudFailures && now - first <= loudSeconds) return true;
    }
    return false;
  };
}

/**
 * A person's source (or a machine's of the house): it logs in, and its failures are on accounts that it logs in to,
 * near misses of them, or, where many log in from it, accounts that log in elsewhere. A guesser that got in fails
 * that: what it tried besides has nothing to do with what it got into. One slip in four logins is forgiven.
 */
function personality(
  table: AttemptTable,
  rows: Uint32Array,
  { time, user, outcome }: SourceColumns,
  userSuccessSources: Uint32Array,
) {
  const mine = new Marks(table.users.length);
  // what has been said of each name that the source at hand failed on
  const judged = new Marks(table.users.length);
  const forgiven = new Uint8Array(table.users.length);
  const slips = new NearMisses(table.users);
  const isSlip = (name: number) => {
    for (let i = 0; i < mine.size; i++) if (slips.is(name, mine.at(i))) return true;
    return false;
  };
  const hasKey = (from: number, to: number) => {
    for (let j = from; j < to; j++)
      if (outcome[j] === SUCCESS && table.method[rows[j]!] === METHOD_PUBLICKEY) return true;
    return false;
  };
  return (from: number, to: number): boolean => {
    mine.clear();
    judged.clear();
    let day = Number.NaN;
    let severalDays = false;
    let successes = 0;
    for (let j = from; j < to; j++) {
      if (outcome[j] !== SUCCESS) continue;
      successes++;
      mine.add(user[j]!);
      const today = Math.floor(time[j]! / DAY);
      if (Number.isNaN(day)) day = today;
      else if (today !== day) severalDays = true;
    }
    let strange = 0;
    let strangers = 0;
    let nearMisses = 0;
    for (let j = from; j < to; j++) {
      if (outcome[j] === SUCCESS) continue;
      const name = user[j]!;
      if (judged.add(name)) {
        forgiven[name] = 1;
        if (name === NO_USER || mine.has(name) || (mine.size > 1 && userSuccessSources[name]! > 0)) continue;
        if (nearMisses < NEAR_MISSES && isSlip(name)) nearMisses++;
        else {
          forgiven[name] = 0;
          strangers++;
        }
      }
      if (forgiven[name] !== 0) continue;
      strange++;
      // nobody stands so well that more could be forgiven
      if (strangers > 1 && strange * 4 > successes) return false;
    }
    if (strange === 0) return true;
    // a person logs in again and again; a guesser that got in once or twice has tried more than it got
    const standing = severalDays || successes > 4 || hasKey(from, to) ? successes : 0;
    return strange * 4 <= standing || (strangers === 1 && standing >= 3);
  };
}

/**
 * The same user again and again by the clock: a cron job with an old password, a monitoring probe. Each sensor has a
 * timetable of its own, and one sensor's log may hold several (a relay that hides where it gathers from).
 */
function isJob({ time, user, sensor }: SourceColumns, from: number, to: number): boolean {
  if (to - from < JOB_ATTEMPTS) return false;
  const timetables = new Map<number, number[]>();
  for (let j = from; j < to; j++) {
    if (user[j] !== user[from]) return false;
    const times = timetables.get(sensor[j]!);
    if (times === undefined) timetables.set(sensor[j]!, [time[j]!]);
    // tries of one connection belong to one run of the job
    else if (time[j]! - times.at(-1)! > 5) times.push(time[j]!);
  }
  let gaps = 0;
  let regular = 0;
  for (const times of timetables.values()) {
    gaps += Math.max(0, times.length - 1);
    regular += regularShare(times) * (times.length - 1);
  }
  return gaps >= JOB_ATTEMPTS - 1 && regular >= JOB_REGULAR * gaps;
}

/** So many runs may share one timetable: each comes again when as many others have. */
const JOB_RUNS = 8;
/** Of several runs' gaps more must be regular, since several numbers of runs are tried. */
const RUNS_REGULAR = 0.9;

/** Share of the gaps from a run to the next of its kind that are regular, by the fewest kinds that make them so. */
function regularShare(times: readonly number[]): number {
  let most = 0;
  for (let runs = 1; runs <= JOB_RUNS && times.length >= runs * JOB_ATTEMPTS; runs++) {
    const gaps: number[] = [];
    for (let i = runs; i < times.length; i++) gaps.push(times[i]! - times[i - runs]!);
    const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
    if (usual < runs * MINUTE) continue;
    const slack = Math.max(Math.min(JOB_SECONDS, 0.1 * usual), JOB_SHARE * usual);
    const regular = gaps.filter((gap) => {
      const times = Math.max(1, Math.round(gap / usual)); // a run or two may be missed
      return times <= 3 && Math.abs(gap - times * usual) <= slack;
    }).length;
    const share = regular / gaps.length;
    if (share >= (runs === 1 ? JOB_REGULAR : RUNS_REGULAR)) return share;
    if (runs === 1) most = share;
  }
  return most;
}
