/**
 * What parsing tells while lines come in. An attempt is told as soon as a line is sure of it; what only a module, a key
 * or a closed connection told comes later, when no better line can come any more. Each attempt is known by the line that
 * told of it, so that the same lines read again tell the same attempts under the same names, in whatever order.
 */
import type { AttemptRow } from './table.ts';

/** The name of an attempt within its input, for ever. */
export interface AttemptName {
  /** The input, as the configuration or the command line names it: an absolute path, `journal`, `stdin`, `syslog`. */
  readonly input: string;
  /** Number of the line that told of it, from 1, counted since the input was first read. */
  readonly line: number;
  /** Which attempt of that line, from 0: a repeated line tells of several. */
  readonly nth: number;
}

export interface StreamedAttempt extends AttemptRow {
  readonly name: AttemptName;
  readonly service: string;
  /** The line that told of it, at most 1,000 characters. */
  readonly text: string;
}

export type Told =
  | { readonly kind: 'attempt'; readonly attempt: StreamedAttempt }
  /** A later line of the same connection knew more of an attempt that was told. */
  | {
      readonly kind: 'amended';
      readonly name: AttemptName;
      readonly user: string | null;
      readonly known: boolean | null;
      readonly method: string | null;
    };
