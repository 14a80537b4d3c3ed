/**
 * Separation of campaigns that overlap in time. Names in turn find both at once; what tells them apart is who works on
 * what: a campaign's sources meet on its own names, again and again, and meet the other's sources only by accident.
 * Communities of the graph of sources and turns (Louvain: Blondel et al. 2008) are joined again wherever they meet as
 * often as one campaign's halves would. Where sources come only once there is nobody to meet; then an alphabetical walk
 * is told from the rest by its order.
 */
import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import type { AttemptTable } from '../model/attempt.ts';
import { seededRandom } from '../model/random.ts';
import { type Walk, walkOf } from './order.ts';
import { tracksOf } from './tracks.ts';

// a CommonJS module whose default export is the function itself, though its types say otherwise
const louvain = louvainModule as unknown as typeof louvainModule.default;

/** Attempts of one name that follow each other closely. */
export interface Turn {
  readonly user: number;
  readonly rows: readonly number[];
  /** Time of the middle attempt. */
  readonly time: number;
}

/** A part of a campaign smaller than this is not told apart from the rest: sources, and share of all. */
const FEWEST_SOURCES = 8;
const LEAST_SHARE = 0.06;
/**
 * Two communities are one campaign when they meet at least this share of what random halves of one would. Louvain cuts
 * even a random graph into parts that meet at 0.3 to 0.6; two campaigns that share a tenth of their names meet at 0.05.
 */
const MEET = 0.15;

/** Edges for each node of a community that holds together: a tree has one. */
const WOVEN = 1.1;
/** A name with a larger share of the attempts (root) is everybody's, and brings together who has nothing in common. */
const EVERYBODYS = 0.15;

/** The rows of a name cut into turns where it rests for longer than `restSeconds`. */
export function turnsOf(table: AttemptTable, rows: Uint32Array, restSeconds: number): readonly Turn[] {
  const byUser = new Map<number, number[]>();
  for (const row of rows) {
    const list = byUser.get(table.user[row]!);
    if (list) list.push(row);
    else byUser.set(table.user[row]!, [row]);
  }
  const turns: Turn[] = [];
  for (const [user, own] of byUser) {
    let current: number[] = [];
    const close = () => {
      if (current.length > 0) {
        turns.push({ user, rows: current, time: table.time[current[current.length >> 1]!]! });
      }
    };
    for (const row of own) {
      if (current.length > 0 && table.time[row]! - table.time[current.at(-1)!]! > restSeconds) {
        close();
        current = [];
      }
      current.push(row);
    }
    close();
  }
  return turns.sort((a, b) => a.time - b.time || a.user - b.user);
}

/**
 * Splits the rows of a finding's participants into campaigns: a map from source to part, parts numbered from 0. One
 * part only where nothing tells them apart.
 */
export function separate(table: AttemptTable, rows: Uint32Array): ReadonlyMap<number, number> {
  const sources = new Set<number>();
  for (const row of rows) sources.add(table.source[row]!);
  const single = new Map([...sources].map((s) => [s, 0]));
  if (sources.size < 2 * FEWEST_SOURCES) return single;
  const span = table.time[rows.at(-1)!]! - table.time[rows[0]!]!;
  const rest = Math.max(600, span / 40);
  const turns = turnsOf(table, rows, rest);
  return (
    byMeeting(table, turns, sources) ??
    byTracks(table, turns, sources) ??
    byOrder(table, turns, sources) ??
    single
  );
}

function byMeeting(
  table: AttemptTable,
  turns: readonly Turn[],
  sources: ReadonlySet<number>,
): ReadonlyMap<number, number> | null {
  const graph = new UndirectedGraph();
  const total = turns.reduce((n, turn) => n + turn.rows.length, 0);
  const share = new Map<number, number>();
  for (const turn of turns) share.set(turn.user, (share.get(turn.user) ?? 0) + turn.rows.length / total);
  turns.forEach((turn, t) => {
    if (share.get(turn.user)! > EVERYBODYS) return;
    const own = new Set(turn.rows.map((row) => table.source[row]!));
    if (own.size < 2) return; // a name that one source tries alone brings nobody together
    graph.addNode(`t${t}`);
    for (const s of own) {
      graph.mergeNode(`s${s}`);
      graph.addEdge(`t${t}`, `s${s}`);
    }
  });
  if (graph.size < 4 * FEWEST_SOURCES) return null;
  const random = seededRandom(7);
  const community = louvain(graph, { rng: () => random.next(), getEdgeWeight: null });
  const group = merged(graph, community);
  const count = new Map<number, number>();
  for (const s of sources) {
    const g = group.get(`s${s}`);
    if (g !== undefined) count.set(g, (count.get(g) ?? 0) + 1);
  }
  const large = [...count]
    .filter(([g, n]) => n >= Math.max(FEWEST_SOURCES, LEAST_SHARE * sources.size) && woven(graph, group, g))
    .sort((a, b) => b[1] - a[1])
    .map(([g]) => g);
  if (large.length < 2) return null;
  const covered = large.reduce((n, g) => n + count.get(g)!, 0);
  if (covered < 0.6 * sources.size) return null;
  const part = new Map<number, number>();
  for (const s of sources) {
    const at = large.indexOf(group.get(`s${s}`) ?? -1);
    if (at >= 0) part.set(s, at);
  }
  assignRest(table, turns, sources, part);
  return oneWalk(table, turns, part) ? null : part;
}

/** A walk through the alphabet is believed from this many bits on; two of them are one if together they go as straight. */
const WALK_BITS = 40;
const AS_STRAIGHT = 0.8;

/** Whether all parts go through the alphabet together: proxies used in bursts meet little, and are one walk all the same. */
function oneWalk(table: AttemptTable, turns: readonly Turn[], part: ReadonlyMap<number, number>): boolean {
  const names = (which: number | null) =>
    turns.filter((turn) => which === null || part.get(table.source[turn.rows[0]!]!) === which);
  const walk = (some: readonly Turn[]) => walkOf(some.map((turn) => table.users[turn.user]!));
  const together = walk(turns);
  if (together.bits < WALK_BITS) return false;
  let straightest = 0;
  for (const which of new Set(part.values())) {
    const own = walk(names(which));
    if (own.bits < WALK_BITS / 2) return false;
    straightest = Math.max(straightest, own.members.size / own.names);
  }
  return together.members.size / together.names >= AS_STRAIGHT * straightest;
}

/**
 * Whether a community is woven: sources that come once hang together by single names, like beads on strings, and fall
 * apart anywhere. In one that holds by itself sources meet again under other names.
 */
function woven(graph: UndirectedGraph, group: ReadonlyMap<string, number>, community: number): boolean {
  let nodes = 0;
  let edges = 0;
  for (const g of group.values()) if (g === community) nodes++;
  graph.forEachEdge((_edge, _attributes, a, b) => {
    if (group.get(a) === community && group.get(b) === community) edges++;
  });
  return edges >= WOVEN * nodes;
}

/** Joins communities that meet often enough, the best pair first, until none does. */
function merged(graph: UndirectedGraph, community: Record<string, number>): Map<string, number> {
  const parent = new Map<number, number>();
  const root = (g: number): number => {
    let at = g;
    while (parent.get(at) !== undefined) at = parent.get(at)!;
    return at;
  };
  for (;;) {
    const degree = new Map<number, number>();
    const between = new Map<string, number>();
    graph.forEachEdge((_edge, _attributes, a, b) => {
      const ga = root(community[a]!);
      const gb = root(community[b]!);
      degree.set(ga, (degree.get(ga) ?? 0) + 1);
      degree.set(gb, (degree.get(gb) ?? 0) + 1);
      if (ga !== gb) {
        const key = ga < gb ? `${ga} ${gb}` : `${gb} ${ga}`;
        between.set(key, (between.get(key) ?? 0) + 1);
      }
    });
    let best = MEET;
    let pair: [number, number] | null = null;
    for (const [key, n] of between) {
      const [a, b] = key.split(' ').map(Number) as [number, number];
      const expected = (degree.get(a)! * degree.get(b)!) / (2 * graph.size);
      // a few accidental meetings of small communities are no meeting
      const ratio = (n - 1) / expected;
      if (ratio > best) {
        best = ratio;
        pair = [a, b];
      }
    }
    if (pair === null) break;
    parent.set(pair[1], pair[0]);
  }
  return new Map(Object.entries(community).map(([node, g]) => [node, root(g)]));
}

/** Sources without a part go to the one whose attempts are nearest to theirs in time, in most of their attempts. */
function assignRest(
  table: AttemptTable,
  turns: readonly Turn[],
  sources: ReadonlySet<number>,
  part: Map<number, number>,
): void {
  const partOfTurn = turns.map((turn) => {
    const votes = new Map<number, number>();
    for (const row of turn.rows) {
      const p = part.get(table.source[row]!);
      if (p !== undefined) votes.set(p, (votes.get(p) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
  });
  const votes = new Map<number, Map<number, number>>();
  turns.forEach((turn, t) => {
    let p = partOfTurn[t];
    for (let d = 1; p === undefined && d < turns.length; d++) p = partOfTurn[t - d] ?? partOfTurn[t + d];
    for (const row of turn.rows) {
      const s = table.source[row]!;
      if (part.has(s)) continue;
      let own = votes.get(s);
      if (own === undefined) {
        own = new Map();
        votes.set(s, own);
      }
      own.set(p ?? 0, (own.get(p ?? 0) ?? 0) + 1);
    }
  });
  for (const s of sources) {
    if (part.has(s)) continue;
    const own = votes.get(s);
    part.set(s, own ? [...own].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]![0] : 0);
  }
}

/** Two walks or more at once: sources go with the walk that most of their attempts belong to, strays with the larger. */
function byTracks(
  table: AttemptTable,
  turns: readonly Turn[],
  sources: ReadonlySet<number>,
): ReadonlyMap<number, number> | null {
  const names = turns.map((turn) => table.users[turn.user]!.toLowerCase());
  const rank = ranksOf(names);
  const least = SHARE_LEAST * turns.length;
  for (const sign of [1, -1]) {
    const ranks = names.map((name) => sign * rank.get(name)!);
    const track = tracksOf(ranks, names.length, least);
    const count = Math.max(-1, ...new Set(track)) + 1;
    if (count < 2 || track.filter((k) => k >= 0).length < TRACKED * turns.length) continue;
    const straight = Array.from({ length: count }, (_, k) =>
      walkOf(names.filter((_name, t) => track[t] === k)),
    );
    if (straight.some((walk) => walk.bits < WALK_BITS) || !sideBySide(track, count)) continue;
    const lead = new Map<number, number[]>();
    turns.forEach((turn, t) => {
      for (const row of turn.rows) {
        const s = table.source[row]!;
        const votes = lead.get(s) ?? new Array<number>(count).fill(0);
        if (track[t]! >= 0) votes[track[t]!]!++;
        lead.set(s, votes);
      }
    });
    return new Map(
      [...sources].map((s) => {
        const votes = lead.get(s) ?? [0];
        return [s, votes.indexOf(Math.max(...votes))];
      }),
    );
  }
  return null;
}

/** Whether each two walks go on at the same time for most of the shorter: one walk that was lost and found again does not. */
function sideBySide(track: Int32Array, count: number): boolean {
  const ranges = Array.from({ length: count }, (_, k) => {
    const at: number[] = [];
    track.forEach((one, t) => {
      if (one === k) at.push(t);
    });
    return { from: at[Math.floor(0.05 * at.length)]!, to: at[Math.floor(0.95 * (at.length - 1))]! };
  });
  return ranges.every((a, i) =>
    ranges.slice(i + 1).every((b) => {
      const together = Math.min(a.to, b.to) - Math.max(a.from, b.from);
      return together >= 0.5 * Math.min(a.to - a.from, b.to - b.from);
    }),
  );
}

/** Walks that are told apart hold this share of the turns between them. */
const TRACKED = 0.8;

/** Place of each name in the alphabet of the names given. */
function ranksOf(names: readonly string[]): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  names
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .forEach((name, r) => {
      if (!rank.has(name)) rank.set(name, r);
    });
  return rank;
}

/** A turn this share of the alphabet from where the walk is at its time belongs to the walk: lists are sorted in many ways. */
const NEAR_WALK = 0.08;
/** A walk is told from the rest when it holds between these shares of the turns. */
const SHARE_LEAST = 0.15;
const SHARE_MOST = 0.85;

/** Whether part of the turns walks through the alphabet while the rest does not: that part is a campaign of its own. */
function byOrder(
  table: AttemptTable,
  turns: readonly Turn[],
  sources: ReadonlySet<number>,
): ReadonlyMap<number, number> | null {
  const names = turns.map((turn) => table.users[turn.user]!.toLowerCase());
  const walk: Walk = walkOf(names);
  if (walk.bits < WALK_BITS || walk.members.size < 20) return null;
  const near = nearWalk(names, walk);
  const inWalk = near.filter(Boolean).length;
  if (inWalk > SHARE_MOST * turns.length || inWalk < SHARE_LEAST * turns.length) return null;
  const lead = new Map<number, number>();
  turns.forEach((turn, t) => {
    for (const row of turn.rows) {
      const s = table.source[row]!;
      lead.set(s, (lead.get(s) ?? 0) + (near[t] ? 1 : -1));
    }
  });
  const walkers = [...sources].filter((s) => (lead.get(s) ?? 0) > 0).length;
  const smaller = Math.min(walkers, sources.size - walkers);
  if (smaller < Math.max(FEWEST_SOURCES, LEAST_SHARE * sources.size)) return null;
  return new Map([...sources].map((s) => [s, (lead.get(s) ?? 0) > 0 ? 0 : 1]));
}

/** For each turn whether it lies where the walk is at its time, in ranks among the names. */
function nearWalk(names: readonly string[], walk: Walk): readonly boolean[] {
  const rank = ranksOf(names);
  const steps = [...walk.members].sort((a, b) => a - b);
  let next = 0;
  return names.map((name, t) => {
    while (next < steps.length - 1 && steps[next]! < t) next++;
    const here = rank.get(name)!;
    const after = rank.get(names[steps[next]!]!)!;
    const before = rank.get(names[steps[Math.max(0, next - 1)]!]!)!;
    const off = Math.min(Math.abs(here - after), Math.abs(here - before));
    return walk.members.has(t) || off <= NEAR_WALK * names.length;
  });
}
