/**
 * Where what joins lines to attempts (connections.ts, sessions.ts) puts them: a finished log's into the table
 * (table-sink.ts), a stream's to whoever listens (stream/stream-sink.ts). Both are told by the same rules, so there is one
 * reading of a log.
 */

/** A line as the name of what it told. */
export interface Mark {
  /** Its number in its input, from 1. */
  readonly line: number;
  /** As much of it as is kept with an attempt. */
  readonly text: string;
}

/** Where nobody asks which line it was. */
export const NO_MARK: Mark = { line: 0, text: '' };

/** One attempt that waits until it is sure, or until its source is known: the nth that its line told of, from 0. */
export interface Waiting {
  /** Seconds, by the caller's clock. */
  readonly time: number;
  readonly mark: Mark;
  readonly nth: number;
}

/** `Row` is the sink's own word for an attempt that it was given. */
export interface AttemptSink<Row> {
  /**
   * Takes an attempt. `outcome`, `account` and `method` are the codes of model/attempt.ts; `mark` is the line that told
   * of it, and `nth` which of that line's attempts it is, from 0.
   */
  append(
    time: number,
    source: string,
    user: string | null,
    sensor: string,
    outcome: number,
    account: number,
    method: number,
    service: string,
    mark: Mark,
    nth: number,
  ): Row;
  /**
   * Adds what a later line of the same attempt told: a field that is told already stays, except that a known account
   * overrides an unknown one (AttemptTableBuilder.amend).
   */
  amend(row: Row, user: string | null, account: number, method: number): void;
  /**
   * The attempt appended last, `row`, was told by `module` and not by the service itself: somebody else may tell of it,
   * too (second-voices.ts).
   */
  isModules(row: Row, module: string, user: string | null, known: boolean | null): void;
}
