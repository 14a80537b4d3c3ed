/**
 * The evidence for a campaign, each kind measured by itself against what independent visitors would show. Every kind
 * is optional; the strongest comes first.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Evidence, NameOrder } from '../model/detection.ts';
import { DAY, HOUR } from '../model/time.ts';
import type { Finding } from './finding.ts';
import { walkOf } from './order.ts';
import { type Turn, turnsOf } from './separate.ts';
import { binomialTailBits, poissonTailBits } from './tails.ts';
import type { Visitors } from './visitors.ts';

/** Evidence below this many bits (one chance in eight) is not worth a sentence. */
const LEAST_BITS = 3;
/** A walk through the alphabet is believed from this many bits on, and where it holds this share of the names. */
const WALK_BITS = 8;
const WALK_SHARE = 0.6;

export function nameOrder(table: AttemptTable, rows: Uint32Array): NameOrder {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(table.user[row]!, (counts.get(table.user[row]!) ?? 0) + 1);
  let most = 0;
  for (const n of counts.values()) most = Math.max(most, n);
  if (most >= 0.95 * rows.length) return 'one-name';
  const walk = walkOf(namesInOrder(table, turnsOf(table, rows, restSeconds(table, rows))));
  return walk.bits >= WALK_BITS && walk.members.size >= WALK_SHARE * walk.names ? walk.direction : 'other';
}

export function evidenceOf(
  table: AttemptTable,
  visitors: Visitors,
  finding: Finding,
  rows: Uint32Array,
): readonly Evidence[] {
  const turns = turnsOf(table, rows, restSeconds(table, rows));
  const found = [
    ...(finding.evidence ?? []),
    namesInTurn(table, finding, rows, turns),
    rateChange(finding),
    order(table, turns),
    pace(table, rows),
    divisionOfLabour(table, visitors, rows),
    acrossSensors(table, rows),
  ].filter((e): e is Evidence => e !== null && e.bits >= LEAST_BITS);
  return found.sort((a, b) => b.bits - a.bits || (a.kind < b.kind ? -1 : 1));
}

/** A name rests when it is not tried for a twentieth of the campaign, ten minutes at least. */
function restSeconds(table: AttemptTable, rows: Uint32Array): number {
  return Math.max(600, (table.time[rows.at(-1)!]! - table.time[rows[0]!]!) / 20);
}

/** Names in the order of their turns; a name that never rests (root) is no step of a walk. */
function namesInOrder(table: AttemptTable, turns: readonly Turn[]): readonly string[] {
  const times = new Map<number, number>();
  for (const turn of turns) times.set(turn.user, (times.get(turn.user) ?? 0) + 1);
  return turns.filter((turn) => times.get(turn.user)! <= 2).map((turn) => table.users[turn.user]!);
}

function namesInTurn(
  table: AttemptTable,
  finding: Finding,
  rows: Uint32Array,
  turns: readonly Turn[],
): Evidence | null {
  if (finding.turnBits <= 0) return null;
  const span = Math.max(1, table.time[rows.at(-1)!]! - table.time[rows[0]!]!);
  let best: { turn: Turn; sources: number; seconds: number; expected: number; bits: number } | null = null;
  const names = new Set<number>();
  for (const turn of turns) {
    const sources = new Set(turn.rows.map((row) => table.source[row]!)).size;
    if (sources < 2) continue;
    names.add(turn.user);
    const seconds = table.time[turn.rows.at(-1)!]! - table.time[turn.rows[0]!]!;
    // had the campaign's attempts on this name fallen anywhere in its time
    const expected = (turn.rows.length * Math.max(1, seconds)) / span;
    const bits = -poissonTailBits(sources, expected);
    // an example that chance explains in part (root, tried all along) convinces nobody, however many bits it has
    const isPlainer = best !== null && expected < 1 !== best.expected < 1 ? expected < 1 : null;
    if (best === null || (isPlainer ?? bits > best.bits)) best = { turn, sources, seconds, expected, bits };
  }
  if (best === null) return null;
  return {
    kind: 'names-in-turn',
    bits: finding.turnBits,
    user: best.turn.user,
    userAttempts: best.turn.rows.length,
    userSources: best.sources,
    userSeconds: best.seconds,
    userSourcesExpected: best.expected,
    names: names.size,
  };
}

function rateChange(finding: Finding): Evidence | null {
  const { onset } = finding;
  if (onset === null) return null;
  const one = /^n(\d+)$/.exec(onset.what);
  return {
    kind: 'rate-change',
    bits: onset.bits,
    of: one ? 'one-name' : onset.what === 'rare' ? 'rare-names' : 'new-sources',
    user: one ? Number(one[1]) : null,
    perDay: onset.perDay,
    perDayBefore: onset.perDayBefore,
  };
}

function order(table: AttemptTable, turns: readonly Turn[]): Evidence | null {
  const walk = walkOf(namesInOrder(table, turns));
  if (walk.bits < WALK_BITS || walk.members.size < WALK_SHARE * walk.names) return null;
  return {
    kind: 'order',
    bits: walk.bits,
    direction: walk.direction,
    inOrder: walk.members.size,
    names: walk.names,
    inOrderExpected: walk.expected,
  };
}

/**
 * Regularity of the gaps: how many lie within a quarter of the median, against the share that exponential gaps (those of
 * independent visitors) have there: exp(-0.75 ln 2) - exp(-1.25 ln 2) = 0.174.
 */
function pace(table: AttemptTable, rows: Uint32Array): Evidence | null {
  const gaps: number[] = [];
  for (let i = 1; i < rows.length; i++) {
    if (table.source[rows[i]!] === table.source[rows[i - 1]!]) continue;
    gaps.push(table.time[rows[i]!]! - table.time[rows[i - 1]!]!);
  }
  if (gaps.length < 10) return null;
  const sorted = gaps.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  if (median < 5) return null;
  const near = gaps.filter((gap) => Math.abs(gap - median) <= median / 4).length;
  const quarter = (q: number) => sorted[Math.floor(q * (sorted.length - 1))]!;
  const spreadSeconds = (quarter(0.75) - quarter(0.25)) / 2;
  // quartiles of an exponential: ln 4 - ln(4/3) = ln 3 means, half of it; its median is ln 2 means
  const spreadSecondsExpected = (Math.log(3) / 2 / Math.LN2) * median;
  if (spreadSeconds > REGULAR * spreadSecondsExpected) return null;
  return {
    kind: 'pace',
    bits: -binomialTailBits(near, gaps.length, 0.174),
    medianGapSeconds: median,
    spreadSeconds,
    spreadSecondsExpected,
  };
}

/**
 * A pace is called regular only where the middle half of its gaps is narrower than this share of what independent
 * visitors have: a few gaps too many near the median of a wide spread (bursts have them) are no clock, whatever their
 * bits. The simulated campaigns that keep a pace lie below 0.35.
 */
const REGULAR = 0.75;

/**
 * Sources are alike where at least this share of them makes the usual number of tries, and clearly more than elsewhere:
 * twice the share, or half as many more that do not. That one in fourteen made four tries shares out nothing, even
 * where chance makes it one in fifty.
 */
const ALIKE = 0.2;

/** Share of the sources that make just the usual number of tries, against all other quiet sources of the log. */
function divisionOfLabour(table: AttemptTable, visitors: Visitors, rows: Uint32Array): Evidence | null {
  const tries = new Map<number, number>();
  const last = new Map<number, number>();
  const away: number[] = [];
  for (const row of rows) {
    const s = table.source[row]!;
    tries.set(s, (tries.get(s) ?? 0) + 1);
    const before = last.get(s);
    if (before !== undefined) away.push(table.time[row]! - before);
    last.set(s, table.time[row]!);
  }
  if (tries.size < 8) return null;
  const counts = [...tries.values()].sort((a, b) => a - b);
  const usual = counts[counts.length >> 1]!;
  const same = counts.filter((n) => n === usual).length;
  let others = 0;
  let othersSame = 0;
  for (let s = 0; s < visitors.kind.length; s++) {
    if (visitors.kind[s] !== 'quiet' || tries.has(s)) continue;
    others++;
    if (visitors.failures[s] === usual) othersSame++;
  }
  const expected = (othersSame + 1) / (others + 3);
  const share = same / counts.length;
  const isAlike = share >= ALIKE && (share > 2 * expected || 1 - share < (1 - expected) / 1.5);
  const alike = isAlike ? -binomialTailBits(same, counts.length, Math.min(0.95, expected)) : 0;
  away.sort((a, b) => a - b);
  const returns = away.length >= tries.size / 4 ? away[away.length >> 1]! / HOUR : null;
  // sources that come back only after many of the others have had their turn: chance that none of n returns does sooner
  const meanGap = (table.time[rows.at(-1)!]! - table.time[rows[0]!]!) / rows.length;
  const soon = away.filter((seconds) => seconds < 3 * meanGap).length;
  const soonExpected = (rows.length * 3) / tries.size;
  const avoid =
    away.length >= 20 && soon < soonExpected / 2
      ? (soonExpected - soon - soon * Math.log(Math.max(1, soonExpected) / Math.max(1, soon))) / Math.LN2
      : 0;
  return {
    kind: 'division-of-labour',
    bits: Math.max(alike, avoid) - 1,
    sources: tries.size,
    triesPerSource: usual,
    returnHours: returns,
    sameTries: share,
    sameTriesExpected: expected,
    returns: away.length,
    soonReturns: soon,
    soonReturnsExpected: soonExpected,
  };
}

/**
 * Names that different sources try at different sensors within a day, one after the other. Had each attempt on a name come at any time
 * and to any sensor, as popular names are tried, the next of n would follow within a day with 1 - exp(-n DAY / span) (a Poisson
 * process), elsewhere with one minus the chance that two attempts meet at one sensor.
 */
function acrossSensors(table: AttemptTable, rows: Uint32Array): Evidence | null {
  const bySensor = new Map<number, number>();
  const sources = new Set<number>();
  const byUser = new Map<number, number>();
  let shared = 0;
  const lastOf = new Map<number, { sensor: number; source: number; time: number }>();
  for (const row of rows) {
    const [sensor, source, user, time] = [
      table.sensor[row]!,
      table.source[row]!,
      table.user[row]!,
      table.time[row]!,
    ];
    bySensor.set(sensor, (bySensor.get(sensor) ?? 0) + 1);
    sources.add(source);
    byUser.set(user, (byUser.get(user) ?? 0) + 1);
    const before = lastOf.get(user);
    if (
      before !== undefined &&
      before.sensor !== sensor &&
      before.source !== source &&
      time - before.time < DAY
    )
      shared++;
    lastOf.set(user, { sensor, source, time });
  }
  if (bySensor.size < 2) return null;
  const span = Math.max(DAY, table.time[rows.at(-1)!]! - table.time[rows[0]!]!);
  let together = 0;
  for (const attempts of bySensor.values()) together += (attempts / rows.length) ** 2;
  let expected = 0;
  for (const attempts of byUser.values()) expected += (attempts - 1) * -Math.expm1((-attempts * DAY) / span);
  return {
    kind: 'across-sensors',
    bits: -poissonTailBits(shared, Math.max(0.5, expected * (1 - together))),
    sensors: bySensor.size,
    sources: sources.size,
  };
}
