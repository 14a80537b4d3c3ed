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
import type { DetectOptions } from '../model/detection.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { isNearMiss } from './near-miss.ts';

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
  readonly failures: Uint32Array;
  readonly successes: Uint32Array;
  /** Whether a per-source threshold sees the source, whatever its kind. */
  readonly loud: Uint8Array;
  /** Rows of source s are `rows[start[s]] .. rows[start[s + 1] - 1]`, in time. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
  /** Per user: number of sources it has logged in from. */
  readonly userSuccessSources: Uint32Array;
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
/** First guesses of every tool: that a source tries one of these for days says nothing about the house. */
const EVERYBODYS: ReadonlySet<string> = new Set(
  'root admin administrator test user guest ubuntu debian centos oracle postgres mysql git pi ftp ftpuser www www-data support info deploy hadoop nagios tomcat jenkins ec2-user ubnt operator manager service supervisor backup student minecraft'.split(
    ' ',
  ),
);

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

export function classifyVisitors(table: AttemptTable, options: DetectOptions): Visitors {
  const n = table.length;
  const count = table.sources.length;
  const start = new Uint32Array(count + 1);
  for (let i = 0; i < n; i++) start[table.source[i]! + 1]!++;
  for (let s = 0; s < count; s++) start[s + 1]! += start[s]!;
  const fill = start.slice(0, count);
  const rows = new Uint32Array(n);
  const failures = new Uint32Array(count);
  const successes = new Uint32Array(count);
  for (let i = 0; i < n; i++) {
    const s = table.source[i]!;
    rows[fill[s]!++] = i;
    if (table.outcome[i] === SUCCESS) successes[s]!++;
    else failures[s]!++;
  }
  const userSuccessSources = successSources(table, start, rows);
  const loud = new Uint8Array(count);
  const kind: VisitorKind[] = new Array(count);
  for (let s = 0; s < count; s++) {
    const own = rows.subarray(start[s]!, start[s + 1]!);
    if (failures[s]! >= options.loudFailures && isLoud(table, own, options)) loud[s] = 1;
    if (successes[s]! > 0 && isPerson(table, own, userSuccessSources)) kind[s] = 'person';
    else if (failures[s] === 0) kind[s] = 'visitor';
    else if (isJob(table, own)) kind[s] = 'job';
    else kind[s] = loud[s] ? 'loud' : 'quiet';
  }
  const house = houseSources(table, start, rows);
  return { kind, failures, successes, loud, start, rows, userSuccessSources, house };
}

function successSources(table: AttemptTable, start: Uint32Array, rows: Uint32Array): Uint32Array {
  const counts = new Uint32Array(table.users.length);
  for (let s = 0; s + 1 < start.length; s++) {
    let users: Set<number> | undefined;
    for (let j = start[s]!; j < start[s + 1]!; j++) {
      const row = rows[j]!;
      if (table.outcome[row] !== SUCCESS) continue;
      users ??= new Set();
      users.add(table.user[row]!);
    }
    if (users) for (const user of users) counts[user]!++;
  }
  return counts;
}

function houseSources(table: AttemptTable, start: Uint32Array, rows: Uint32Array): Uint8Array {
  const count = start.length - 1;
  const guessers = new Uint32Array(table.users.length);
  const users = new Set<number>();
  const candidate = new Uint8Array(count);
  for (let s = 0; s < count; s++) {
    users.clear();
    let known = true;
    let guesser = false;
    let failures = 0;
    let first = 0;
    let last = 0;
    for (let j = start[s]!; j < start[s + 1]!; j++) {
      const row = rows[j]!;
      if (table.outcome[row] === SUCCESS) continue;
      if (table.account[row] !== ACCOUNT_KNOWN) known = false;
      if (table.account[row] === ACCOUNT_UNKNOWN) guesser = true;
      if (users.size <= 1000) users.add(table.user[row]!);
      if (failures++ === 0) first = table.time[row]!;
      last = table.time[row]!;
    }
    if (failures === 0) continue;
    const own = known && users.size <= OWN_ACCOUNTS;
    const gone = !known && users.size === 1 && failures >= GONE_TRIES && last - first >= GONE_SECONDS;
    // who comes again and again for one name that does not exist is no witness that guessers are after it
    if (guesser && !gone) for (const user of users) guessers[user]!++;
    candidate[s] = own || gone ? 1 : 0;
  }
  const everybodys = new Set(
    table.users.flatMap((name, u) => (EVERYBODYS.has(name.toLowerCase()) ? [u] : [])),
  );
  const root = table.users.indexOf('root');
  for (let s = 0; s < count; s++) {
    for (let j = start[s]!; candidate[s] === 1 && j < start[s + 1]!; j++) {
      const user = table.user[rows[j]!]!;
      const unknown = table.account[rows[j]!] !== ACCOUNT_KNOWN;
      if (user === root || guessers[user]! >= GUESSERS || (unknown && everybodys.has(user))) candidate[s] = 0;
    }
  }
  return candidate;
}

/** Whether some sensor saw `loudFailures` failures of this source within `loudSeconds` (fail2ban's findtime, maxretry). */
function isLoud(table: AttemptTable, own: Uint32Array, options: DetectOptions): boolean {
  const recent = new Map<number, number[]>();
  for (const row of own) {
    if (table.outcome[row] === SUCCESS) continue;
    const sensor = table.sensor[row]!;
    let times = recent.get(sensor);
    if (times === undefined) {
      times = [];
      recent.set(sensor, times);
    }
    times.push(table.time[row]!);
    if (times.length > options.loudFailures) times.shift();
    if (times.length === options.loudFailures && times.at(-1)! - times[0]! <= options.loudSeconds)
      return true;
  }
  return false;
}

/**
 * A person's source (or a machine's of the house): it logs in, and its failures are on accounts that it logs in to,
 * near misses of them, or, where many log in from it, accounts that log in elsewhere. A guesser that got in fails
 * that: what it tried besides has nothing to do with what it got into. One slip in four logins is forgiven.
 */
function isPerson(table: AttemptTable, own: Uint32Array, userSuccessSources: Uint32Array): boolean {
  const mine = new Set<number>();
  const days = new Set<number>();
  let successes = 0;
  let byKey = 0;
  for (const row of own) {
    if (table.outcome[row] !== SUCCESS) continue;
    successes++;
    if (table.method[row] === METHOD_PUBLICKEY) byKey++;
    mine.add(table.user[row]!);
    days.add(Math.floor(table.time[row]! / DAY));
  }
  let strange = 0;
  const strangers = new Set<number>();
  const nearMisses = new Set<number>();
  for (const row of own) {
    if (table.outcome[row] === SUCCESS) continue;
    const user = table.user[row]!;
    if (user === NO_USER || mine.has(user)) continue;
    if (mine.size > 1 && userSuccessSources[user]! > 0) continue;
    if (nearMisses.has(user)) continue;
    if (
      nearMisses.size < NEAR_MISSES &&
      [...mine].some((known) => isNearMiss(table.users[user]!, table.users[known]!))
    ) {
      nearMisses.add(user);
      continue;
    }
    strangers.add(user);
    strange++;
  }
  if (strange === 0) return true;
  // a person logs in again and again; a guesser that got in once or twice has tried more than it got
  const standing = byKey > 0 ? successes : days.size > 1 || successes > 4 ? successes : 0;
  return strange * 4 <= standing || (strangers.size === 1 && standing >= 3);
}

/**
 * The same user again and again by the clock: a cron job with an old password, a monitoring probe. Each sensor has a
 * timetable of its own, and one sensor's log may hold several (a relay that hides where it gathers from).
 */
function isJob(table: AttemptTable, own: Uint32Array): boolean {
  if (own.length < JOB_ATTEMPTS) return false;
  const user = table.user[own[0]!]!;
  const timetables = new Map<number, number[]>();
  for (const row of own) {
    if (table.user[row] !== user) return false;
    const times = timetables.get(table.sensor[row]!);
    if (times === undefined) timetables.set(table.sensor[row]!, [table.time[row]!]);
    // tries of one connection belong to one run of the job
    else if (table.time[row]! - times.at(-1)! > 5) times.push(table.time[row]!);
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
