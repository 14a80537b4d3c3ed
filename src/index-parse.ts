/**
 * `slowbrute/parse`: parsing alone. Lines to attempts, one by one or as a log; forms of one's own. Pure but for
 * {@link loadServices} and {@link loadRecordForms}, which read files; nothing of detection or of the store is loaded.
 *
 * ```ts
 * import { createLineReader } from 'slowbrute/parse';
 *
 * const reader = createLineReader({ timezone: 'UTC', year: 2026, reference: Date.now() / 1000 });
 * const { kind, event } = reader.read('Nov 19 15:04:22 host sshd[4022]: Invalid user alias from 192.0.2.7');
 * ```
 *
 * An unknown time zone and a wrong file of forms are thrown as {@link Trouble}; a line that cannot be read is a value.
 */
export { loadRecordForms, loadServices } from './config/form-files.ts';
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
export { Trouble, type TroubleCode } from './model/error.ts';
export { type Alike, type AttemptRow, AttemptTableBuilder } from './model/table.ts';
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
