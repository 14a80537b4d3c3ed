/**
 * The public face of the package: what a program needs that wants to read logs, find campaigns and show them by
 * itself. Everything not named here may change without notice. The steps, in the order of the data:
 *
 * ```ts
 * import { buildReport, detect, loadAttempts, realReadEffects, renderText } from 'slowbrute';
 *
 * const options = { timezone: 'UTC', year: null, since: null, until: null, now: Date.now() / 1000 };
 * const log = await loadAttempts(['/var/log/auth.log'], options, { ...realReadEffects(), onProgress: () => {} });
 * const report = buildReport(log, detect(log.table));
 * process.stdout.write(renderText(report, { width: 80, colour: false, unicode: true, all: false }));
 * ```
 *
 * `loadAttempts` reads files; the other functions are pure. What the operator can mend is thrown as {@link Trouble}: each
 * function says with which code. Times are seconds since 1970 UTC. docs/library.md has examples that are run.
 *
 * `slowbrute/parse` has the parsing alone, `slowbrute/evaluate` the scoring. tests/cli/library.test.ts holds the list of names: to
 * take one away, or to change what it means, is a new major version.
 */

/** Attempts to campaigns. */
export { detect } from './detect/detect.ts';
/** The same as attempts come in: `push` says what each changed; {@link replay} feeds it a finished log. */
export { createLive, type Live } from './detect/live/live.ts';
export { type Replay, type ReplayOptions, replay } from './detect/live/replay.ts';
export type { SavedLive } from './detect/live/saved.ts';

/** Campaigns to the report, and the report to a text or a JSON document. */
export { buildReport, type ReportInput } from './explain/report.ts';
export type {
  AdviceReport,
  CampaignReport,
  CompromisedReport,
  NoticeReport,
  ParticipantReport,
  Report,
  SummaryReport,
  WalkReport,
} from './explain/schema.ts';

/** The words: attempts as columns, and what is found in them. */
export {
  ACCOUNT_KNOWN,
  ACCOUNT_NOT_TOLD,
  ACCOUNT_UNKNOWN,
  type AttemptTable,
  FAILURE,
  type LineEvent,
  METHODS,
  NO_USER,
  type Outcome,
  SUCCESS,
} from './model/attempt.ts';
export type { Counted, CountingLimits } from './model/counted.ts';
export {
  type Campaign,
  type CampaignReturn,
  type CompromisedAccount,
  DEFAULT_DETECT_OPTIONS,
  type Detection,
  type DetectOptions,
  type Evidence,
  type EvidenceKind,
  type LoudSource,
  type NameOrder,
  type Notice,
  type Participant,
} from './model/detection.ts';
export { Trouble, type TroubleCode } from './model/error.ts';
export { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from './model/live.ts';
export { type Alike, type AttemptRow, AttemptTableBuilder } from './model/table.ts';
export type { CampaignVisit, TrueCampaign, Truth } from './model/truth.ts';

/** Lines of a log to attempts; {@link createLineReader} reads each line by itself, as `slowbrute check` does. */
export {
  createLineReader,
  type LineContext,
  type LineReader,
  type LineReading,
  type Span,
} from './parse/line.ts';
export type { LineOptions } from './parse/log-lines.ts';
export {
  createLogParser,
  type LogParser,
  type ParseCounts,
  type ParseOptions,
  type UnreadSample,
} from './parse/log-parser.ts';
export type { UnreadReason } from './parse/message.ts';
export type { FieldNames } from './parse/records/containers.ts';
export { type ReadEffects, realReadEffects } from './read/effects.ts';
export type { NamedDots } from './show/campaign-dots.ts';
export { renderJson } from './show/json.ts';
export type { Look } from './show/page.ts';
export type { Dots } from './show/plot.ts';
export { renderText } from './show/text.ts';

/** Labelled logs to test with. */
export { SCENARIOS } from './simulate/catalogue.ts';
export { type RenderOptions, renderLog } from './simulate/render.ts';
export { readScenario, type Scenario, type ScenarioText } from './simulate/scenario.ts';
export { type LabelledTable, type SimulatedAttempt, type Simulation, simulate } from './simulate/simulate.ts';
export { STYLES, type Style } from './simulate/styles.ts';

export type { LinePlace, ReadText } from './store/line-places.ts';
/** Files, folders, patterns or this machine's own logs to attempts. */
export {
  type LoadEffects,
  type LoadedInput,
  type LoadedLog,
  type LoadOptions,
  loadAttempts,
  type Warning,
} from './store/load.ts';
