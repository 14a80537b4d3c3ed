/**
 * Lockstep: several sources, each perhaps loud by itself, start on one list of names within minutes of each other. Names
 * in turn do not see them (each source repeats the list in its own order, within its own burst); what shows them is that
 * their lists are the same where other sessions' are not.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { MINUTE } from '../model/time.ts';
import { FEWEST_PARTICIPANTS, type Finding } from './finding.ts';
import { Groups } from './groups.ts';
import { Marks } from './marks.ts';
import { type Session, sessionsOf } from './sessions.ts';
import type { Visitors } from './visitors.ts';

/** Sessions that start further apart than this did not get their list at the same time. */
const START_SECONDS = 15 * MINUTE;
/** A list has this many names at least; two visitors who both try root, admin and test share no list. */
const LEAST_NAMES = 6;
/** Longer sessions than this are one attacker's own bulk run, not a share of divided work. */
const MOST_NAMES = 200;
/** Of a common list a session covers this share of the names, typically. */
const COVER = 0.75;

/**
 * A group must be so far above what one pair needs: three sources on one list of eighteen names are 80 bits above it, three
 * users of one public list who happened to begin alike have been seen at 24.
 */
const LEAST_GROUP_BITS = 30;

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
}

export function findLockstep(
  _table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
  options: DetectOptions,
): readonly Finding[] {
  const sessionsFrom = (fewest: number) =>
    sessionsOf(visitors, fewest, MOST_NAMES).filter((s) => !taken.has(s.source));
  const sessions = sessionsFrom(LEAST_NAMES);
  if (sessions.length < FEWEST_PARTICIPANTS) return [];
  const likeness = new Likeness(sessions, visitors.userSuccessSources.length);
  const pairs: Pair[] = [];
  let tests = 0;
  for (let a = 0; a < sessions.length; a++) {
    for (let b = a + 1; b < sessions.length; b++) {
      if (sessions[b]!.from - sessions[a]!.from > START_SECONDS) break;
      if (sessions[a]!.source === sessions[b]!.source) continue;
      tests++;
      const bits = likeness.bits(sessions[a]!, sessions[b]!);
      if (bits > 0) pairs.push({ a, b, bits });
    }
  }
  const least = Math.max(
    Math.log2(Math.max(1, tests)) - Math.log2(options.falseCampaigns),
    usualLikeness(sessions, likeness, tests, options.falseCampaigns),
  );
  const groups = groupsOf(
    sessions,
    pairs.filter((pair) => pair.bits >= least),
  )
    .filter((group) => new Set(group.members.map((s) => s.source)).size >= FEWEST_PARTICIPANTS)
    .filter((group) => group.bits - least >= LEAST_GROUP_BITS);
  if (groups.length === 0) return [];
  const everyone = sessionsFrom(STRAGGLER_NAMES);
  return groups.map((group) =>
    toFinding(joined(group, everyone, likeness.popularity, sessions.length), least),
  );
}

/**
 * Beyond START_SECONDS, or with fewer names, a straggler may still belong: half an hour around the group, if its names fit the
 * group's list. Candidates are few, and the group is certain already: one in a thousand is enough.
 */
const STRAGGLER_SECONDS = 30 * MINUTE;
const STRAGGLER_BITS = 10;
const STRAGGLER_NAMES = 3;
/**
 * So many names that nobody else in the log tries, in the same half hour, are a common source even where the rest of the
 * list differs: one shared so is one in some 10^4 pairs of visitors (RARE_NAMES), three are beyond accident. With few
 * sessions 'nobody else' says little.
 */
const SHARED_ALONE = 3;
const ENOUGH_SESSIONS = 20;

/** The group with the sessions that fit its list: names that two of its members tried. */
function joined(
  group: Group,
  candidates: readonly Session[],
  popularity: Uint32Array,
  sessions: number,
): Group {
  const tried = new Map<number, number>();
  for (const session of group.members) for (const u of session.users) tried.set(u, (tried.get(u) ?? 0) + 1);
  const from = Math.min(...group.members.map((s) => s.from)) - STRAGGLER_SECONDS;
  const to = Math.max(...group.members.map((s) => s.to));
  const sources = new Set(group.members.map((s) => s.source));
  const members = [...group.members];
  for (const session of candidates) {
    if (session.from < from || session.from > to || sources.has(session.source)) continue;
    if (session.users.length < STRAGGLER_NAMES) continue;
    let bits = 0;
    let shared = 0;
    for (const u of session.users) {
      // tried by the group and by this session (if it counts), and by nobody else in the log
      const own = session.users.length >= LEAST_NAMES ? 1 : 0;
      if (tried.has(u) && popularity[u] === tried.get(u)! + own) shared++;
      const elsewhere = Math.max(0, popularity[u]! - (tried.get(u) ?? 0)) + 0.5;
      bits += (tried.get(u) ?? 0) >= 2 ? Math.log2(COVER / Math.min(0.95, elsewhere / (sessions + 1))) : -2;
    }
    if (bits >= STRAGGLER_BITS || (shared >= SHARED_ALONE && sessions >= ENOUGH_SESSIONS)) {
      members.push(session);
      sources.add(session.source);
    }
  }
  return { members, bits: group.bits };
}

/** How alike two sessions' lists are, and what that takes, reckoned once for each name. */
class Likeness {
  /** How many sessions tried each user. */
  readonly popularity: Uint32Array;
  /** Bits of a name that both lists have, and of one that only one of them has. */
  readonly #shared: Float64Array;
  readonly #alone: Float64Array;
  readonly #first: Marks;
  readonly #second: Marks;

  constructor(sessions: readonly Session[], users: number) {
    this.popularity = new Uint32Array(users);
    this.#shared = new Float64Array(users);
    this.#alone = new Float64Array(users);
    this.#first = new Marks(users);
    this.#second = new Marks(users);
    for (const session of sessions) for (const user of session.users) this.popularity[user]!++;
    for (let user = 0; user < users; user++) {
      const popularity = this.popularity[user]!;
      if (popularity === 0) continue;
      // with the popularity that other sessions give it, these two left out
      const usual = (own: number) => Math.min(0.95, (popularity - own + 0.5) / (sessions.length - 2 + 1));
      this.#shared[user] = Math.log2(COVER / usual(2));
      this.#alone[user] = Math.log2((1 - COVER) / (1 - usual(1)));
    }
  }

  /** log2 P(both lists | one common list) / P(both | lists drawn by popularity). */
  bits(a: Session, b: Session): number {
    const first = this.#first;
    const second = this.#second;
    first.clear();
    second.clear();
    for (const user of a.users) first.add(user);
    for (const user of b.users) second.add(user);
    let bits = 0;
    for (const user of a.users) bits += second.has(user) ? this.#shared[user]! : this.#alone[user]!;
    for (const user of b.users) if (!first.has(user)) bits += this.#alone[user]!;
    return bits;
  }
}

/** Pairs of sessions at different times that are compared to learn how alike lists are anyway. */
const FAR_PAIRS = 100_000;
/** Allowance in bits where no pair at different times comes near. */
const MARGIN = 3;

/**
 * How alike the lists of sessions are that did not start together: names of one public list are no independent draws, so
 * the likelihood ratio alone says too much. The value that so few of those pairs exceed that among as many as were
 * tested `accept` would.
 */
function usualLikeness(
  sessions: readonly Session[],
  likeness: Likeness,
  tests: number,
  accept: number,
): number {
  const n = sessions.length;
  const random = seededRandom(n);
  const all = (n * (n - 1)) / 2 <= FAR_PAIRS;
  const found = new Float64Array(all ? (n * (n - 1)) / 2 : FAR_PAIRS);
  let count = 0;
  const compare = (a: number, b: number) => {
    const [x, y] = [sessions[a]!, sessions[b]!];
    if (Math.abs(x.from - y.from) <= 4 * START_SECONDS || x.source === y.source) return;
    found[count++] = likeness.bits(x, y);
  };
  if (all) for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) compare(a, b);
  else for (let i = 0; i < FAR_PAIRS; i++) compare(random.below(n), random.below(n));
  if (count === 0) return 0;
  const sorted = found.subarray(0, count).sort();
  const allowed = Math.floor((accept * count) / Math.max(1, tests));
  return sorted[count - 1 - allowed]! + (allowed === 0 ? MARGIN : 0);
}

interface Group {
  readonly members: readonly Session[];
  readonly bits: number;
}

function groupsOf(sessions: readonly Session[], pairs: readonly Pair[]): readonly Group[] {
  const joined = new Groups<number>();
  for (const pair of pairs) joined.join(pair.a, pair.b);
  const groups = joined.all(new Set(pairs.flatMap((pair) => [pair.a, pair.b])));
  // a spanning tree's worth of pairs: each member is joined once, by its best pair
  const best = new Map<number, number>();
  for (const pair of pairs) {
    for (const i of [pair.a, pair.b]) best.set(i, Math.max(best.get(i) ?? 0, pair.bits));
  }
  const hub = hubsOf(sessions, pairs, (i) => joined.of(i));
  return [...groups]
    .filter(([at]) => !hub.has(at))
    .map(([, members]) => ({
      members: members.map((i) => sessions[i]!),
      bits: members.reduce((sum, i) => sum + best.get(i)! / 2, 0),
    }));
}

/** Groups whose pairs all have one source in common: one that repeats what others try, and nothing between those. */
function hubsOf(
  sessions: readonly Session[],
  pairs: readonly Pair[],
  root: (i: number) => number,
): ReadonlySet<number> {
  const common = new Map<number, ReadonlySet<number>>();
  for (const { a, b } of pairs) {
    const ends = [sessions[a]!.source, sessions[b]!.source];
    const so = common.get(root(a));
    common.set(root(a), new Set(so === undefined ? ends : ends.filter((s) => so.has(s))));
  }
  return new Set([...common].filter(([, sources]) => sources.size > 0).map(([at]) => at));
}

function toFinding(group: Group, least: number): Finding {
  const from = Math.min(...group.members.map((s) => s.from));
  const to = Math.max(...group.members.map((s) => s.to));
  const starts = new Map<number, number>();
  const names = new Map<number, Set<number>>();
  for (const session of group.members) {
    starts.set(session.source, Math.min(starts.get(session.source) ?? session.from, session.from));
    for (const user of session.users) {
      const sources = names.get(user);
      if (sources) sources.add(session.source);
      else names.set(user, new Set([session.source]));
    }
  }
  const bits = group.bits - least;
  const spread = Math.max(...starts.values()) - Math.min(...starts.values());
  return {
    from,
    to,
    probability: new Map([...starts.keys()].map((s) => [s, 0.99])),
    namedFrom: 0.9,
    falseAlarm: Math.max(1e-300, Math.min(1, 2 ** -bits)),
    onset: null,
    turnBits: 0,
    whole: true,
    evidence: [
      {
        kind: 'shared-list',
        bits,
        sources: starts.size,
        names: [...names.values()].filter((sources) => sources.size > 1).length,
        startSpreadSeconds: spread,
      },
    ],
  };
}
