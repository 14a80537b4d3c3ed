/**
 * A finding is a campaign in the making: an interval, and for each source the probability that it belongs. Findings
 * come from names in turn and from rate changes; where both speak of the same thing they are one finding. They are
 * peeled off one by one, the strongest first, so that what belongs to one neither hides nor feigns the next.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions, Evidence } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import { habitOf } from './habit.ts';
import { type Model, membership } from './membership.ts';
import { type Explained, findOnsets, type Onset } from './onset.ts';
import { findSegments, type LinkedSequence, type Segment } from './segments.ts';
import { type QuietSequence, quietSequence } from './sequence.ts';
import { companionsOf, limitUnlinked } from './unlinked.ts';
import type { Visitors } from './visitors.ts';
import type { Span } from './weights.ts';

export interface Finding {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Probability per source of the table; sources not listed do not belong. */
  readonly probability: ReadonlyMap<number, number>;
  /** Sources are named from this probability on. */
  readonly namedFrom: number;
  readonly falseAlarm: number;
  readonly onset: Onset | null;
  /** Bits of the names-in-turn evidence; 0 where only the rate speaks. */
  readonly turnBits: number;
  /** The finding is one campaign by how it was found: it is not taken apart again. */
  readonly whole?: true;
  /** What the fit has learnt; absent where who belongs was found otherwise. */
  readonly model?: Model;
  /** Evidence that the finder itself measured. */
  readonly evidence?: readonly Evidence[];
}

/**
 * A source is named from this probability on, unless that would make more than this share of the named sources
 * expected mistakes (the Bayesian false discovery rate of Efron 2008): then from the next higher one that does not.
 */
const NAMED_LEAST = 0.7;
const MISTAKES = 0.004;
const NAMED_MOST = 0.95;
/**
 * Where only the rate speaks, all newcomers of a class are alike and certainty is bounded by the base rate: where more
 * than this share of the likely participants are no surer than NAMED_MOST, all of three in four or better are named.
 */
const ALIKE = 0.3;
const NAMED_BY_RATE = 0.75;
/** Who is this likely a participant, though not named, is not evidence for another campaign either. */
export const SPOKEN_FOR = 0.3;
/** Fewer participants than this are no distributed campaign. */
export const FEWEST_PARTICIPANTS = 3;
/** A finding that chance makes more often than this needs more participants to be worth anybody's time. */
const WEAK = 1e-6;
/**
 * A rate alone has no second witness, and how much rates vary is fitted to a few days: ten bits more. One of 500 simulated
 * logs of independent scanners had a burst at 2e-7; the weakest burst of a listed campaign is at 1e-12.
 */
const RATE_ALONE = 1e-9;
const FEWEST_WEAK = 12;
/** An onset this many times longer than a segment (and a day) is not the same affair. */
const MUCH_LONGER = 4;
/** More findings than this in one log are not sought; no labelled log has more than four. */
const MOST_FINDINGS = 8;
/**
 * A participant may be loud by a little (proxies through which a walk goes make up to 20 tries); a source with more
 * attempts than this is judged by the evidence for loud sources alone.
 */
export const MODEST_ATTEMPTS = 40;

/** Times and bits of a hint that something is there. */
export interface Hint {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  readonly onset: Onset | null;
  readonly segment: Pick<Segment, 'bits' | 'share' | 'falseAlarm'> | null;
}

/** A hint in a finished log, whose segment has its place there. */
interface FoundHint extends Hint {
  readonly segment: Segment | null;
}

/** Where the hints come from: of a table that is the whole log, from itself. */
export interface HintSources {
  /** Segments of the quiet attempts that are left. */
  link(quiet: QuietSequence, accept: number): LinkedSequence;
  onsets(exclude: (source: number) => boolean, explained: readonly Explained[]): readonly Onset[];
}

/** Campaigns among the quiet sources, `without` some that are not asked. */
export function findQuietFindings(
  table: AttemptTable,
  visitors: Visitors,
  options: DetectOptions,
  without: ReadonlySet<number> = new Set(),
  hintSources: HintSources = {
    link: findSegments,
    onsets: (exclude, explained) => findOnsets(table, visitors, exclude, options.falseCampaigns, explained),
  },
): readonly Finding[] {
  const taken = new Set(without);
  const findings: Finding[] = [];
  const explained: Explained[] = [];
  for (let round = 0; round < MOST_FINDINGS; round++) {
    const found = strongestFinding(table, visitors, options, taken, explained, hintSources);
    if (found === null) break;
    findings.push(found);
    if (found.onset !== null)
      explained.push({ from: found.onset.from, to: found.onset.to, what: found.onset.what });
    for (const [source, p] of found.probability) if (p >= SPOKEN_FOR) taken.add(source);
  }
  return findings;
}

function strongestFinding(
  table: AttemptTable,
  visitors: Visitors,
  options: DetectOptions,
  taken: ReadonlySet<number>,
  explained: readonly Explained[],
  hintSources: HintSources,
): Finding | null {
  // sources of the house are no evidence; whether one of them is a participant is asked afterwards
  const quiet = quietSequence(
    table,
    visitors,
    (s) => visitors.kind[s] === 'quiet' && !visitors.house[s] && !taken.has(s),
  );
  if (quiet.row.length < 16) return null;
  const linked = hintSources.link(quiet, options.falseCampaigns);
  const onsets = hintSources.onsets((s) => taken.has(s), explained);
  const hints: FoundHint[] = [
    ...linked.segments.map((segment) => ({
      from: quiet.time[segment.from]!,
      to: quiet.time[segment.to]!,
      bits: segment.bits,
      onset: null,
      segment,
    })),
    ...onsets.map((onset) => ({ from: onset.from, to: onset.to, bits: onset.bits, onset, segment: null })),
  ].sort((a, b) => b.bits - a.bits);
  if (hints.length === 0) return null;
  const candidates = candidatesOf(table, visitors, taken);
  const strength = linkStrength(quiet, linked);
  for (const hint of hints) {
    const allies = hints.filter((other) => other === hint || sameAffair(quiet, linked, hint, other));
    const finding = fitted(table, candidates, allies, strength);
    let named = 0;
    for (const p of finding.probability.values()) if (p >= finding.namedFrom) named++;
    const weak = finding.falseAlarm > WEAK;
    if (finding.turnBits === 0 && finding.falseAlarm > RATE_ALONE) continue;
    if (named >= (weak ? FEWEST_WEAK : FEWEST_PARTICIPANTS)) return finding;
  }
  return null;
}

/** Everybody who may belong to a finding, with their manners. */
export interface Candidates {
  readonly sequence: QuietSequence;
  readonly habit: Uint8Array;
}

export function candidatesOf(
  table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
): Candidates {
  const sequence = quietSequence(
    table,
    visitors,
    (s) =>
      !taken.has(s) &&
      (visitors.kind[s] === 'quiet' ||
        (visitors.kind[s] === 'loud' && visitors.failures[s]! <= MODEST_ATTEMPTS)),
  );
  return { sequence, habit: Uint8Array.from(sequence.sourceOf, (s) => habitOf(visitors, s)) };
}

/** Per source of the table: bits of all its links. */
function linkStrength(quiet: QuietSequence, linked: LinkedSequence): ReadonlyMap<number, number> {
  const strength = new Map<number, number>();
  quiet.source.forEach((s, i) => {
    const source = quiet.sourceOf[s]!;
    strength.set(source, (strength.get(source) ?? 0) + linked.ratio[i]!);
  });
  return strength;
}

/** A segment and an onset are one affair when they overlap and most linked sources are among the newcomers. */
function sameAffair(sequence: QuietSequence, linked: LinkedSequence, a: FoundHint, b: FoundHint): boolean {
  const onset = a.onset ?? b.onset;
  const segment = a.segment ?? b.segment;
  if (onset === null || segment === null) return false;
  const overlap = Math.min(a.to, b.to) - Math.max(a.from, b.from);
  if (overlap < 0.5 * Math.min(a.to - a.from, b.to - b.from)) return false;
  // sources may arrive in the first days of a campaign of weeks; an onset of months around a burst is another thing
  if (
    onset.to - onset.from >
    MUCH_LONGER * (sequence.time[segment.to]! - sequence.time[segment.from]! + DAY)
  ) {
    return false;
  }
  const sources = new Set<number>();
  for (let i = segment.from; i <= segment.to; i++) {
    if (linked.ratio[i]! > 3) sources.add(sequence.sourceOf[sequence.source[i]!]!);
  }
  let shared = 0;
  for (const s of sources) if ((onset.probability.get(s) ?? 0) > 0.5) shared++;
  return shared * 2 > sources.size;
}

/** The finding that hints at one affair lead to: who belongs. `strength` is each source's bits of evidence so far. */
export function fitted(
  table: AttemptTable,
  { sequence, habit }: Candidates,
  hints: readonly Hint[],
  strength: ReadonlyMap<number, number>,
): Finding {
  const nameOf = (user: number) => table.users[sequence.userOf[user]!]!;
  const onset = hints.find((h) => h.onset !== null)?.onset ?? null;
  const segments = hints.flatMap((h) => (h.segment === null ? [] : [h.segment]));
  const share = segments.length > 0 ? Math.max(...segments.map((s) => s.share)) : 0.5;
  const prior = Math.log2(share / (1 - share));
  const classBits = (s: number) => {
    const p = onset?.probability.get(sequence.sourceOf[s]!);
    return p === undefined ? undefined : Math.log2(p / (1 - p));
  };
  let span = ticksBetween(
    sequence,
    Math.min(...hints.map((h) => h.from)),
    Math.max(...hints.map((h) => h.to)),
  );
  const start = Float64Array.from(sequence.sourceOf, (source, s) => {
    const odds = onset !== null ? (classBits(s) ?? -3) : prior + (strength.get(source) ?? 0);
    return 1 / (1 + 2 ** -odds);
  });
  // an onset tells when sources arrive; they may stay for weeks
  if (onset !== null) span = spanOfMembers(sequence, span, start, 0.8);
  let fit = membership(sequence, span, habit, (s) => start[s]!, onset === null ? undefined : classBits);
  for (let round = 0; round < 2; round++) {
    const wider = spanOfMembers(sequence, span, fit.probability);
    if (wider.from === span.from && wider.to === span.to) break;
    span = wider;
    const before = fit.probability;
    fit = membership(sequence, span, habit, (s) => before[s]!, onset === null ? undefined : classBits);
  }
  const probability = new Map<number, number>();
  fit.probability.forEach((p, s) => {
    if (p > 0.01) probability.set(sequence.sourceOf[s]!, p);
  });
  limitUnlinked(sequence, span, fit.probability, probability, onset, nameOf);
  if (onset === null) {
    for (const [s, p] of companionsOf(sequence, span, fit.probability))
      probability.set(sequence.sourceOf[s]!, p);
  }
  const turnBits = segments.reduce((total, s) => total + s.bits, 0);
  const falseAlarm = Math.min(onset === null ? 1 : 2 ** -onset.bits, ...segments.map((s) => s.falseAlarm));
  return {
    namedFrom: namedFrom(probability),
    from: sequence.time[span.from]!,
    to: sequence.time[span.to]!,
    probability,
    falseAlarm: Math.max(1e-300, falseAlarm),
    onset,
    turnBits,
    model: fit.model,
  };
}

function namedFrom(probability: ReadonlyMap<number, number>): number {
  const likely = [...probability.values()].filter((p) => p >= NAMED_LEAST).sort((a, b) => b - a);
  const doubtful = likely.filter((p) => p < NAMED_MOST).length;
  if (doubtful > ALIKE * likely.length) return NAMED_BY_RATE;
  // equal ones stand or fall together: the newcomers of one class have one probability
  let cut = NAMED_MOST;
  let mistakes = 0;
  for (let i = 0; i < likely.length; i++) {
    const p = likely[i]!;
    mistakes += 1 - p;
    if (i + 1 < likely.length && p - likely[i + 1]! < 0.01) continue;
    if (p < NAMED_MOST && mistakes > MISTAKES * (i + 1)) break;
    cut = Math.min(cut, p);
  }
  return cut;
}

function ticksBetween(sequence: QuietSequence, from: number, to: number): Span {
  let low = 0;
  while (low < sequence.time.length - 1 && sequence.time[low]! < from) low++;
  let high = sequence.time.length - 1;
  while (high > low && sequence.time[high]! > to) high--;
  return { from: low, to: high };
}

/** Beyond the span, members' attempts must go on at this share of their rate inside, or it is another affair. */
const GOES_ON = 0.15;

/** The span widened, on either side, as far as the certain members' attempts go on. */
function spanOfMembers(sequence: QuietSequence, span: Span, probability: Float64Array, sure = 0.99): Span {
  const { source, time } = sequence;
  let inside = 0;
  for (let i = span.from; i <= span.to; i++) if (probability[source[i]!]! > sure) inside++;
  if (inside < 5) return span;
  const least = (GOES_ON * inside) / (time[span.to]! - time[span.from]! + 1);
  const reach = (step: 1 | -1) => {
    const edge = step > 0 ? span.to : span.from;
    let far = edge;
    let beyond = 0;
    for (let i = edge + step; i >= 0 && i < source.length; i += step) {
      if (probability[source[i]!]! <= sure) continue;
      beyond++;
      if (beyond >= least * Math.abs(time[i]! - time[edge]!)) far = i;
    }
    return far;
  };
  return { from: reach(-1), to: reach(1) };
}
