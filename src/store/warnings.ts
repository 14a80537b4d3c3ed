/** What the operator is told of inputs that were read, or not: each in two sentences, what and what to do. */
import type { TroubleCode } from '../model/error.ts';
import type { ParseCounts } from '../parse/log-parser.ts';
import type { Common } from '../read/copies.ts';

/** Something the operator should know, in two sentences: what, and what to do. Every `Trouble` is one. */
export interface Warning {
  readonly code:
    | TroubleCode
    | 'cut-lines'
    | 'empty'
    | 'no-logins'
    | 'no-text'
    | 'replayed-lines'
    | 'wrong-clock';
  readonly message: string;
  readonly remedy: string;
}

export function sameAs(path: string, common: Common): string {
  return common.whole
    ? `${path} holds nothing that ${common.with} does not`
    : `${path} begins with ${common.bytes} bytes that ${common.with} begins with, too`;
}

export function readOnce(same: readonly string[]): Warning {
  const shown = same.slice(0, MOST_TOLD).join('; ');
  return {
    code: 'same-log',
    message: `${shown}${same.length > MOST_TOLD ? `; and ${same.length - MOST_TOLD} more` : ''}`,
    remedy: 'What is the same is read once.',
  };
}

export function cut(path: string, lines: number): Warning {
  return {
    code: 'cut-lines',
    message: `${path}: ${lines === 1 ? 'one line is' : `${lines} lines are`} longer than 1 MiB; the rest of ${lines === 1 ? 'it' : 'each'} was passed over`,
    remedy: 'No login service writes such lines: look at what does.',
  };
}

export function empty(path: string): Warning {
  if (path === 'journal')
    return {
      code: 'empty',
      message: 'the journal holds no entry of sshd',
      remedy: 'Where sshd logs elsewhere, name the file: slowbrute scan PATH.',
    };
  return {
    code: 'empty',
    message: `${path === '-' ? 'standard input' : path}: is empty`,
    remedy: 'If there should be something, see that it was not rotated away just now.',
  };
}

/** What was put right in the log itself: told, for a report without a word would hide it. */
export function countedWarnings({ replayedLines, wrongClockAttempts }: ParseCounts): readonly Warning[] {
  const warnings: Warning[] = [];
  if (replayedLines > 0)
    warnings.push({
      code: 'replayed-lines',
      message: `${replayedLines} line${replayedLines === 1 ? ' is' : 's are'} in the log twice, as a forwarder leaves them that sends again what it gets no answer to`,
      remedy: 'They count once.',
    });
  if (wrongClockAttempts > 0)
    warnings.push({
      code: 'wrong-clock',
      message: `${wrongClockAttempts} attempt${wrongClockAttempts === 1 ? ' has a stamp' : 's have stamps'} of a clock that was not set: years ahead, or before there was SSH`,
      remedy: 'They count at the time of the lines around them.',
    });
  return warnings;
}

/** Warnings of one kind that are printed one by one; the rest only as their number. */
const MOST_TOLD = 3;

/**
 * Files without a login line: those that the user named himself, or all where no file tells of an attempt. In a
 * folder that has attempts, files without are what one expects (a quiet week, another service).
 */
export function loginlessWarnings(files: readonly Loginless[], hasAttempts: boolean): readonly Warning[] {
  const told = files.filter((file) => !hasAttempts || !file.fromFolder);
  const warnings = told.slice(0, MOST_TOLD).map((file) => file.warning);
  const last = warnings.at(-1);
  if (last === undefined || told.length <= MOST_TOLD) return warnings;
  const rest = told.length - MOST_TOLD;
  const message = `${last.message}; and ${rest} more file${rest === 1 ? '' : 's'} without a login line`;
  return [...warnings.slice(0, -1), { ...last, message }];
}

/** A file without a login line, and what to say of it. */
export interface Loginless {
  readonly warning: Warning;
  readonly fromFolder: boolean;
}

export function leftOut(messages: readonly string[]): Warning {
  const shown = messages.slice(0, 3).join('; ');
  const more = messages.length > 3 ? `; and ${messages.length - 3} more` : '';
  return {
    code: 'no-text',
    message: `left out, because they are no text logs: ${shown}${more}`,
    remedy: 'Name one by itself to see what to do about it.',
  };
}
