/**
 * Whether a confidence means what it says: of the sources that were named with 0.9, do nine in ten belong? Sources are
 * counted in bins of the confidence stated (a reliability diagram; Murphy & Winkler 1977). Kept as counts, so that
 * logs are pooled by adding.
 */
import { ratio } from '../score.ts';
import { type Interval, shareInterval } from './intervals.ts';

/**
 * Lower ends of the bins. They are narrower towards 1, where nearly all sources are and where the difference between
 * 0.99 and 0.9 is ten times as many mistakes.
 */
export const BINS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] as const;

/** Counts of one bin. */
export interface BinCount {
  readonly sources: number;
  /** Of them, those that belong to a true campaign. */
  readonly belong: number;
  /** Sum of the confidences stated. */
  readonly stated: number;
}

/** One entry for each of {@link BINS}, and what was not named at all. */
export interface Reliability {
  readonly bins: readonly BinCount[];
  /** Sources with a failed attempt, not people's, that were not named; and those of them that belong all the same. */
  readonly unnamed: { readonly sources: number; readonly belong: number };
}

export const NO_RELIABILITY: Reliability = {
  bins: BINS.map(() => ({ sources: 0, belong: 0, stated: 0 })),
  unnamed: { sources: 0, belong: 0 },
};

export interface Stated {
  readonly source: string;
  /** Probability in (0, 1). */
  readonly confidence: number;
}

/**
 * `named`: each source once. `strangers`: all sources of the log that could have been named; `participants`: those
 * that truly belong.
 */
export function reliabilityOf(
  named: readonly Stated[],
  strangers: Iterable<string>,
  participants: ReadonlySet<string>,
): Reliability {
  const bins = BINS.map(() => ({ sources: 0, belong: 0, stated: 0 }));
  const names = new Set<string>();
  for (const { source, confidence } of named) {
    names.add(source);
    const bin = bins[binOf(confidence)]!;
    bin.sources++;
    bin.stated += confidence;
    if (participants.has(source)) bin.belong++;
  }
  const unnamed = { sources: 0, belong: 0 };
  for (const source of new Set(strangers)) {
    if (names.has(source)) continue;
    unnamed.sources++;
    if (participants.has(source)) unnamed.belong++;
  }
  return { bins, unnamed };
}

/** Index into {@link BINS}. */
export function binOf(confidence: number): number {
  let bin = 0;
  while (bin + 1 < BINS.length && confidence >= BINS[bin + 1]!) bin++;
  return bin;
}

export function addReliability(a: Reliability, b: Reliability): Reliability {
  return {
    bins: a.bins.map((one, i) => ({
      sources: one.sources + b.bins[i]!.sources,
      belong: one.belong + b.bins[i]!.belong,
      stated: one.stated + b.bins[i]!.stated,
    })),
    unnamed: {
      sources: a.unnamed.sources + b.unnamed.sources,
      belong: a.unnamed.belong + b.unnamed.belong,
    },
  };
}

/** One point of the diagram. */
export interface ReliabilityPoint {
  /** Ends of the bin. */
  readonly from: number;
  readonly to: number;
  readonly sources: number;
  readonly belong: number;
  /** Mean of the confidences stated. */
  readonly stated: number;
  /** Share of the sources that belong, and the 95 % interval of it, as if each source stood for itself. */
  readonly share: number;
  readonly interval: Interval;
}

/** Bins that have a source, from the least confidence up. */
export function reliabilityPoints(reliability: Reliability): readonly ReliabilityPoint[] {
  return reliability.bins.flatMap(({ sources, belong, stated }, i) => {
    const interval = shareInterval(belong, sources);
    if (interval === null) return [];
    const share = belong / sources;
    return [
      { from: BINS[i]!, to: BINS[i + 1] ?? 1, sources, belong, stated: stated / sources, share, interval },
    ];
  });
}

/** Share of the sources named with at least `confidence` (one of {@link BINS}) that belong; null of none. */
export function shareFrom(reliability: Reliability, confidence: number): number | null {
  let sources = 0;
  let belong = 0;
  for (const [i, bin] of reliability.bins.entries()) {
    if (BINS[i]! < confidence) continue;
    sources += bin.sources;
    belong += bin.belong;
  }
  return ratio(belong, sources);
}
