/**
 * What is remembered, fitted by the code that searches a finished log (finding.ts, campaign.ts): the part of the past
 * that a hint needs as a table, who the visitors are, who belongs.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { LiveOptions } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import { candidatesOf, type Finding, fitted, type Hint, SPOKEN_FOR } from '../finding.ts';
import { findSegments } from '../segments.ts';
import { quietSequence } from '../sequence.ts';
import { classifyVisitors, type Visitors } from '../visitors.ts';
import type { Affair, Beginning, LiveCampaign } from './affair.ts';
import type { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';

/**
 * A fit looks back so far before the beginning of what it fits, and at no more failures than this, nor more logins: in a
 * flood of failures, who works here must still be known.
 */
export const FIT_DAYS = 21;
const FIT_ATTEMPTS = 40_000;
/** Not even one chance in two: what hindsight doubts stays, what it does not see at all goes. */
const HINDSIGHT_ACCEPT = 0.5;

/** A part of the past, with the source of each index of its table. */
export interface Past {
  readonly table: AttemptTable;
  readonly sources: readonly SourceState[];
  readonly visitors: Visitors;
  /** Seconds since 1970 from which on all failures that are remembered are there; of logins, earlier ones may be. */
  readonly since: number;
}

/** What is remembered from some weeks before `from` on. */
export function pastOf(memory: Memory, from: number, options: LiveOptions): Past {
  const { table, sources, since } = memory.table(from - FIT_DAYS * DAY, FIT_ATTEMPTS);
  const { loudFailures, loudSeconds } = options;
  return {
    table,
    sources,
    since,
    visitors: classifyVisitors(table, { falseCampaigns: 0, loudFailures, loudSeconds }),
  };
}

/** Whose visits may be evidence: strangers who are quiet, or were loud once and long ago. */
export function strangersOf({ sources, visitors }: Past): ReadonlySet<SourceState> {
  return new Set(
    sources.filter((source, s) => {
      const kind = visitors.kind[s];
      return (kind === 'quiet' || (kind === 'loud' && !source.loud)) && !visitors.house[s];
    }),
  );
}

/** Indexes of the sources that belong to other affairs, and of those that are no witnesses. */
export function takenBy(
  affairs: readonly Affair[],
  sources: readonly SourceState[],
  own: Affair | null,
  echoes: Iterable<SourceState>,
): Set<number> {
  const taken = new Set<number>();
  for (const source of echoes) if (sources[source.index] === source) taken.add(source.index);
  for (const affair of affairs) {
    if (affair === own) continue;
    for (const [source, p] of affair.probability) {
      if (p >= SPOKEN_FOR && sources[source.index] === source) taken.add(source.index);
    }
  }
  return taken;
}

/** Indexes of the sources that are named for campaigns other than these. */
export function placedElsewhere(
  named: Iterable<[SourceState, LiveCampaign]>,
  sources: readonly SourceState[],
  own: readonly LiveCampaign[],
): Set<number> {
  const placed = new Set<number>();
  for (const [source, campaign] of named) {
    if (!own.includes(campaign) && sources[source.index] === source) placed.add(source.index);
  }
  return placed;
}

/** Who belongs, by what began it. `again`: it is fitted anew, from what was believed of each source. */
export function fitTo(
  { table, visitors }: Past,
  beginning: Beginning,
  strength: ReadonlyMap<number, number>,
  onset: Finding['onset'],
  taken: ReadonlySet<number>,
  again: 'first' | 'again',
): Finding {
  const { sequence } = candidatesOf(table, visitors, taken);
  const to = table.time[table.length - 1]!;
  // who has just come has had no time to show a manner: it would only tell newcomers from old hands
  const habit = new Uint8Array(sequence.sources);
  const hints: Hint[] = [];
  if (onset !== null) hints.push({ from: onset.from, to, bits: onset.bits, onset, segment: null });
  if (beginning.share > 0 || again === 'again') {
    const { bits, share, falseAlarm } = beginning;
    const segment = { bits, share: share || 0.5, falseAlarm };
    hints.push({ from: Math.max(beginning.from, table.time[0]!), to, bits, onset: null, segment });
  }
  return fitted(table, { sequence, habit }, hints, strength);
}

/**
 * Whether hindsight still sees an affair: names in turn that surrogates of this very log do not show (see segments.ts).
 * What began by a coincidence, and has since taken in everybody who tries the same public list, does not stand.
 */
export function stands(past: Past, since: number, taken: ReadonlySet<number>): boolean {
  const strangers = strangersOf(past);
  const quiet = quietSequence(
    past.table,
    past.visitors,
    (s) => strangers.has(past.sources[s]!) && !taken.has(s),
  );
  const { segments } = findSegments(quiet, HINDSIGHT_ACCEPT);
  return segments.some((segment) => quiet.time[segment.to]! >= since);
}
