/** What every command writes alike: trouble in two lines, colour or none. */
import { printable } from '../model/printable.ts';
import type { Output } from './effects.ts';

/** A path or a message may hold any file name: nothing in it reaches the terminal as a command. */
const LONGEST_MESSAGE = 2000;

/** Two lines, what and what to do; any `Trouble` or warning. */
export function writeTrouble(
  stderr: Output,
  trouble: { readonly message: string; readonly remedy: string },
): void {
  const message = printable(trouble.message, LONGEST_MESSAGE);
  stderr.write(`slowbrute: ${message}\n  ${printable(trouble.remedy, LONGEST_MESSAGE)}\n`);
}

/**
 * Whether to colour: NO_COLOR (no-color.org) forbids, FORCE_COLOR asks (Node's own rule: `0` and `false` forbid),
 * otherwise a terminal that is not `dumb`.
 */
export function wantsColour(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return output.isTTY === true && TERM !== 'dumb';
}

/**
 * Whether the terminal draws more than ASCII: its locale says UTF-8 (locale(7): LC_ALL before LC_CTYPE before
 * LANG), and it is not the Linux console, whose font has 256 signs.
 */
export function hasUnicode(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale) && environment.TERM !== 'linux';
}
