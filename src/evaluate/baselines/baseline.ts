/**
 * A baseline is a published or customary rule, run over the same attempts as the detector and scored by the same
 * measures. Each is a pure function of the attempt table: it sees what the detector sees. Where a rule learns, it
 * learns from earlier rows only. The one exception is a rule whose authors cleaned their history by hand: it may ask
 * which stretches a person would have cut out.
 */
import type { AttemptTable } from '../../model/attempt.ts';

export interface BaselineResult {
  /** Source index to the time (seconds since 1970) of the row at which the rule names or blocks it. */
  readonly named: ReadonlyMap<number, number>;
  /** Times at which the rule raises an alarm about the site as a whole; empty for rules that only block sources. */
  readonly alarms: readonly number[];
}

/** A stretch of time that a person would cut out of the history: seconds since 1970, both ends included. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Baseline {
  /** Key in the JSON output. */
  readonly name: string;
  /** Column heading, at most 16 characters. */
  readonly title: string;
  readonly run: (table: AttemptTable, attacks: readonly Interval[]) => BaselineResult;
}
