/**
 * One piece of work of `evaluate --live`: one log made, run through a detector and scored. Pieces share nothing, so
 * any number of threads can take them in any order; the result of a piece depends on nothing but the piece.
 */
import { detect } from '../../detect/detect.ts';
import { createLive } from '../../detect/live/live.ts';
import { replay } from '../../detect/live/replay.ts';
import { DEFAULT_DETECT_OPTIONS } from '../../model/detection.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { simulate } from '../../simulate/simulate.ts';
import { siteYear } from '../../simulate/site-year.ts';
import type { LabelledLog } from '../run.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';
import { type LiveScore, scoreReplay } from './score.ts';

export type Unit =
  /** A scenario through live detection; `closed`: what a block would have stopped is kept from it. */
  | { readonly kind: 'live'; readonly scenario: string; readonly seed: number; readonly closed: boolean }
  /** A scenario through `scan`'s detector, for what its confidence is worth. */
  | { readonly kind: 'scan'; readonly scenario: string; readonly seed: number }
  /** A year of a site without a campaign, through live detection that accepts so many false campaigns a year. */
  | {
      readonly kind: 'site-year';
      readonly loginsPerDay: number;
      readonly seed: number;
      readonly falseCampaignsPerYear: number;
    };

export type UnitResult =
  | { readonly kind: 'live'; readonly score: LiveScore }
  | { readonly kind: 'scan'; readonly reliability: Reliability }
  | { readonly kind: 'site-year'; readonly score: LiveScore };

/** A unit with what came of it. */
export interface Scored {
  readonly unit: Unit;
  readonly result: UnitResult;
}

/** Makes the log, runs the detector, scores. Throws where the scenario is none. */
export function runUnit(unit: Unit): UnitResult {
  switch (unit.kind) {
    case 'live': {
      const { table, truth } = scenarioLog(unit.scenario, unit.seed);
      const replayed = replay(table, createLive(DEFAULT_LIVE_OPTIONS), undefined, { closed: unit.closed });
      return { kind: 'live', score: scoreReplay(table, truth, replayed) };
    }
    case 'scan': {
      const { table, truth } = scenarioLog(unit.scenario, unit.seed);
      const { campaigns } = detect(table, DEFAULT_DETECT_OPTIONS);
      const people = new Set(truth.people);
      return {
        kind: 'scan',
        reliability: reliabilityOf(
          campaigns.flatMap(({ participants }) =>
            participants.map(({ source, confidence }) => ({ source: table.sources[source]!, confidence })),
          ),
          table.sources.filter((source) => !people.has(source)),
          new Set(truth.campaigns.flatMap(({ sources }) => sources)),
        ),
      };
    }
    case 'site-year': {
      const { table, truth } = siteYear(unit.loginsPerDay, unit.seed);
      const live = createLive({ ...DEFAULT_LIVE_OPTIONS, falseCampaignsPerYear: unit.falseCampaignsPerYear });
      return { kind: 'site-year', score: scoreReplay(table, truth, replay(table, live)) };
    }
  }
}

function scenarioLog(scenario: string, seed: number): LabelledLog {
  const make = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario] : undefined;
  if (make === undefined) throw new Error(`no scenario is called ${scenario}`);
  return simulate(make(seed), seed);
}

/** `three-minutes, seed 1004`, for a progress line. */
export function unitText(unit: Unit): string {
  switch (unit.kind) {
    case 'live':
      return `${unit.scenario}, seed ${unit.seed}${unit.closed ? ', closed loop' : ''}`;
    case 'scan':
      return `${unit.scenario}, seed ${unit.seed}, scan`;
    case 'site-year':
      return `a year with ${unit.loginsPerDay} logins a day, seed ${unit.seed}`;
  }
}
