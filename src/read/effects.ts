/** What reading needs of the world besides the file system itself: standard input and where a machine keeps its logs. */
import type { Readable } from 'node:stream';

export interface ReadEffects {
  /** Standard input, for the path `-`. */
  readonly stdin: Readable;
  /** Folder of this machine's own logs, read when no path is named. */
  readonly logFolder: string;
  /** The program that prints the journal. */
  readonly journal: string;
  /** Programs whose entries are asked of the journal, `*` standing for any text; left out: sshd's. */
  readonly journalPrograms?: readonly string[];
  /** Where programs that decompress are looked for, as in PATH; undefined: nowhere, everything is decoded here. */
  readonly programPath?: string | undefined;
}

/** The real world. `stdin` is only touched when somebody reads it. */
export function realReadEffects(): ReadEffects {
  return {
    get stdin() {
      return process.stdin;
    },
    logFolder: '/var/log',
    journal: 'journalctl',
    programPath: process.env.PATH,
  };
}
