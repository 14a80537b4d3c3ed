/**
 * Everything that the named logs hold, as one {@link AttemptTable} in memory: inputs found, read, parsed, rows
 * sorted. What cannot be read is a warning and the rest is read all the same; the caller decides what it means
 * when nothing was.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { Trouble, type TroubleCode } from '../model/error.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { createLogParser, type ParseCounts } from '../parse/log-parser.ts';
import type { ReadEffects } from '../read/effects.ts';
import { findInputs, type Input } from '../read/inputs.ts';
import { readLines } from '../read/lines.ts';
import { ProgramTally } from './programs.ts';

export interface LoadOptions {
  /** IANA zone in which times without one are read, e.g. `UTC`. */
  readonly timezone: string;
  /** Year of the first line of each log that writes none; null: the latest that keeps its last line from the future. */
  readonly year: number | null;
  /** Attempts before this time are left out, seconds since 1970 UTC; null: none. */
  readonly since: number | null;
  /** Attempts from this time on are left out, seconds since 1970 UTC; null: none. */
  readonly until: number | null;
  /** What counts as the present, seconds since 1970 UTC. */
  readonly now: number;
}

export interface LoadEffects extends ReadEffects {
  /** Called every mebibyte or so: bytes of input consumed, of how many (null: nobody knows). */
  onProgress(done: number, total: number | null): void;
}

/** Something the operator should know, in two sentences: what, and what to do. Every `Trouble` is one. */
export interface Warning {
  readonly code: TroubleCode | 'cut-lines' | 'empty' | 'no-logins' | 'no-text';
  readonly message: string;
  readonly remedy: string;
}

export interface LoadedInput {
  /** What was read, in the order of reading; `-` is standard input, `journal` the journal. */
  readonly paths: readonly string[];
  /** Bytes of log text, after decompression. */
  readonly bytes: number;
  readonly lines: number;
  /** Lines of a login service that no rule understood. */
  readonly unreadLines: number;
  readonly unreadByReason: ParseCounts['unreadByReason'];
  readonly unreadSamples: ParseCounts['unreadSamples'];
  /** Lines of other services. */
  readonly otherLines: number;
}

export interface LoadedLog {
  readonly table: AttemptTable;
  readonly input: LoadedInput;
  readonly warnings: readonly Warning[];
}

/**
 * Reads what `paths` name (nothing: this machine's own logs). Never throws for an input; where none could be read
 * the result has no paths and a warning for each.
 */
export async function loadAttempts(
  paths: readonly string[],
  options: LoadOptions,
  effects: LoadEffects,
): Promise<LoadedLog> {
  const found = findInputs(paths, effects);
  const warnings: Warning[] = [...found.troubles];
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(
    { timezone: options.timezone, year: options.year, reference: options.now },
    builder,
  );
  const tally = new ProgramTally();
  const notText: string[] = [];
  const loginless: Loginless[] = [];
  const read: string[] = [];
  let done = 0;
  let bytes = 0;

  for (const group of found.groups) {
    for (const input of group.inputs) {
      let linesHere = 0;
      const serviceLinesBefore = parser.serviceLines;
      try {
        const result = await readLines(
          input,
          {
            onBegin: () => {
              parser.beginFile({ name: input.path, group: group.name });
              tally.beginFile();
            },
            onLine: (text) => {
              linesHere++;
              tally.line(text);
              parser.line(text);
            },
            onBytes: (count) => {
              done += count;
              effects.onProgress(done, found.bytes);
            },
          },
          effects,
        );
        read.push(input.path);
        bytes += result.bytes;
        if (result.trouble !== null) warnings.push(result.trouble);
        if (result.cutLines > 0) warnings.push(cut(input, result.cutLines));
        if (parser.serviceLines === serviceLinesBefore)
          loginless.push({
            warning: linesHere === 0 ? empty(input) : tally.noLogins(input.path, linesHere),
            fromFolder: input.kind === 'file' && input.fromFolder,
          });
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        if (error.code === 'not-a-log' && input.kind === 'file' && input.fromFolder)
          notText.push(error.message);
        else warnings.push(error);
      }
    }
    parser.endGroup();
  }
  const counts = parser.finish();
  if (notText.length > 0) warnings.push(leftOut(notText));
  warnings.push(...loginlessWarnings(loginless, builder.length > 0));
  const { since, until } = options;
  const table =
    since === null && until === null
      ? builder.finish()
      : builder.finish((time) => (since === null || time >= since) && (until === null || time < until));
  return {
    table,
    input: {
      paths: read,
      bytes,
      lines: counts.lines,
      unreadLines: counts.unreadLines,
      unreadByReason: counts.unreadByReason,
      unreadSamples: counts.unreadSamples,
      otherLines: counts.otherLines,
    },
    warnings,
  };
}

function cut(input: Input, lines: number): Warning {
  return {
    code: 'cut-lines',
    message: `${input.path}: ${lines === 1 ? 'one line is' : `${lines} lines are`} longer than 1 MiB; the rest of ${lines === 1 ? 'it' : 'each'} was passed over`,
    remedy: 'No login service writes such lines: look at what does.',
  };
}

function empty(input: Input): Warning {
  if (input.kind === 'journal')
    return {
      code: 'empty',
      message: 'the journal holds no entry of sshd',
      remedy: 'Where sshd logs elsewhere, name the file: slowbrute scan PATH.',
    };
  return {
    code: 'empty',
    message: `${input.path === '-' ? 'standard input' : input.path}: is empty`,
    remedy: 'If there should be something, see that it was not rotated away just now.',
  };
}

/** Warnings of one kind that are printed one by one; the rest only as their number. */
const MOST_TOLD = 3;

/**
 * Files without a login line: those that the user named himself, or all where no file tells of an attempt. In a
 * folder that has attempts, files without are what one expects (a quiet week, another service).
 */
function loginlessWarnings(files: readonly Loginless[], hasAttempts: boolean): readonly Warning[] {
  const told = files.filter((file) => !hasAttempts || !file.fromFolder);
  const warnings = told.slice(0, MOST_TOLD).map((file) => file.warning);
  const last = warnings.at(-1);
  if (last === undefined || told.length <= MOST_TOLD) return warnings;
  const rest = told.length - MOST_TOLD;
  const message = `${last.message}; and ${rest} more file${rest === 1 ? '' : 's'} without a login line`;
  return [...warnings.slice(0, -1), { ...last, message }];
}

interface Loginless {
  readonly warning: Warning;
  readonly fromFolder: boolean;
}

function leftOut(messages: readonly string[]): Warning {
  const shown = messages.slice(0, 3).join('; ');
  const more = messages.length > 3 ? `; and ${messages.length - 3} more` : '';
  return {
    code: 'no-text',
    message: `left out, because they are no text logs: ${shown}${more}`,
    remedy: 'Name one by itself to see what to do about it.',
  };
}
