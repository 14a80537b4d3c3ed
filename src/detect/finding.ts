/**
 * A finding is a campaign in the making: an interval, and for each source the probability that it belongs. Findings
 * come from names in turn and from rate changes; where both speak of the same thing they are one finding.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import { membership, type Span } from './membership.ts';
import { findOnsets, type Onset } from './onset.ts';
import { findSegments, type LinkedSequence, type Segment } from './segments.ts';
import type { QuietSequence } from './sequence.ts';
import type { Visitors } from './visitors.ts';

export interface Finding {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Probability per source of the table; sources not listed do not belong. */
  readonly probability: ReadonlyMap<number, number>;
  readonly falseAlarm: number;
  readonly onset: Onset | null;
  /** Bits of the names-in-turn evidence; 0 where only the rate speaks. */
  readonly turnBits: number;
  /** Half the stretch, in ticks, within which a name's hosts follow each other. */
  readonly halfWindow: number;
}

export function findQuietFindings(
  table: AttemptTable,
  visitors: Visitors,
  sequence: QuietSequence,
  options: DetectOptions,
): readonly Finding[] {
  const linked = findSegments(sequence, options.falseCampaigns);
  const onsets = findOnsets(table, visitors, () => false, options.falseCampaigns);
  const taken = new Set<Segment>();
  const findings: Finding[] = [];
  for (const onset of onsets) {
    const span = ticksBetween(sequence, onset.from, onset.to);
    const within = linked.segments.filter((s) => sameAffair(sequence, linked, s, onset));
    for (const segment of within) taken.add(segment);
    const whole: Span = {
      from: Math.min(span.from, ...within.map((s) => s.from)),
      to: Math.max(span.to, ...within.map((s) => s.to)),
    };
    findings.push(fitted(sequence, linked, whole, within, onset));
  }
  for (const segment of linked.segments) {
    if (!taken.has(segment)) findings.push(fitted(sequence, linked, segment, [segment], null));
  }
  return findings;
}

function ticksBetween(sequence: QuietSequence, from: number, to: number): Span {
  let low = 0;
  while (low < sequence.time.length - 1 && sequence.time[low]! < from) low++;
  let high = sequence.time.length - 1;
  while (high > low && sequence.time[high]! > to) high--;
  return { from: low, to: high };
}

/** A segment and an onset are one affair when they overlap and most linked sources are among the newcomers. */
function sameAffair(sequence: QuietSequence, linked: LinkedSequence, segment: Segment, onset: Onset): boolean {
  const from = sequence.time[segment.from]!;
  const to = sequence.time[segment.to]!;
  const overlap = Math.min(to, onset.to) - Math.max(from, onset.from);
  if (overlap < 0.5 * Math.min(to - from, onset.to - onset.from)) return false;
  const sources = new Set<number>();
  for (let i = segment.from; i <= segment.to; i++) {
    if (linked.ratio[i]! > 3) sources.add(sequence.sourceOf[sequence.source[i]!]!);
  }
  let shared = 0;
  for (const s of sources) if ((onset.probability.get(s) ?? 0) > 0.5) shared++;
  return shared * 2 > sources.size;
}

function fitted(
  sequence: QuietSequence,
  linked: LinkedSequence,
  span: Span,
  segments: readonly Segment[],
  onset: Onset | null,
): Finding {
  const share = segments.length > 0 ? Math.max(...segments.map((s) => s.share)) : 0.5;
  const sum = new Float64Array(sequence.sources);
  for (let i = span.from; i <= span.to; i++) sum[sequence.source[i]!]! += linked.ratio[i]!;
  const classBits = (s: number) => {
    const p = onset?.probability.get(sequence.sourceOf[s]!);
    return p === undefined ? undefined : Math.log2(p / (1 - p));
  };
  const prior = Math.log2(share / (1 - share));
  const fit = membership(
    sequence,
    span,
    (s) => {
      const odds = onset !== null ? (classBits(s) ?? -3) : prior + sum[s]!;
      return 1 / (1 + 2 ** -odds);
    },
    onset === null ? undefined : classBits,
  );
  const probability = new Map<number, number>();
  fit.probability.forEach((p, s) => {
    if (p > 0.01) probability.set(sequence.sourceOf[s]!, p);
  });
  if (onset !== null) {
    // loud newcomers of the same onset are not in the quiet sequence: their class speaks for them
    for (const [s, p] of onset.probability) if (!probability.has(s) && p > 0.01) probability.set(s, p);
  }
  const turnBits = segments.reduce((total, s) => total + s.bits, 0);
  const falseAlarm = Math.min(onset === null ? 1 : 2 ** -onset.bits, ...segments.map((s) => s.falseAlarm));
  return {
    from: sequence.time[span.from]!,
    to: sequence.time[span.to]!,
    probability,
    falseAlarm: Math.max(1e-300, falseAlarm),
    onset,
    turnBits,
    halfWindow: fit.halfWindow,
  };
}
