/**
 * Which programs wrote the lines of a file, from its first lines: so that somebody who named the wrong file is told
 * what it holds instead.
 */
import { printable } from '../model/printable.ts';
import type { Warning } from './load.ts';

/** Lines of each file that are looked at; programs beyond them are rare, and the tally must cost nothing. */
export const LOOKED_AT = 500;

/** `Nov 19 15:04:22 host cron[12]: ...` and the like: the last word before the first `: `, without its number. */
const PROGRAM = /^[^\n]{0,120}?\s([A-Za-z_][\w./-]{0,40})(?:\[\d+\])?: /;

export class ProgramTally {
  readonly #programs = new Map<string, number>();
  #left = 0;

  beginFile(): void {
    this.#programs.clear();
    this.#left = LOOKED_AT;
  }

  line(text: string): void {
    if (this.#left === 0) return;
    this.#left--;
    const program = PROGRAM.exec(text)?.[1];
    if (program !== undefined) this.#programs.set(program, (this.#programs.get(program) ?? 0) + 1);
  }

  /** The warning that nothing in this file is about logins: how much there was, and of what. */
  noLogins(path: string, lines: number): Warning {
    const seen = [...this.#programs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const names = seen.slice(0, 5).map(([name]) => printable(name));
    const what =
      names.length === 0
        ? 'and none looks like a line of syslog'
        : `but only of other programs: ${names.join(', ')}${seen.length > 5 ? ' and others' : ''}`;
    return {
      code: 'no-logins',
      message: `${path === '-' ? 'standard input' : path}: ${lines} line${lines === 1 ? '' : 's'}, ${what}`,
      remedy: 'sshd writes to auth.log, secure or authlog, or to the journal: name that.',
    };
  }
}
