/**
 * What a command does to the world, as a value it is handed: tests hand in a quiet one, everybody else gets the
 * real one. No command touches `process` but through this.
 */
import type { Readable } from 'node:stream';
import { type ReadEffects, realReadEffects } from '../read/effects.ts';

/** A place to write text to; a terminal has `isTTY` and knows its width in columns. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface CommandEffects extends ReadEffects {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Readable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The clock, seconds since 1970 UTC, with fractions. */
  now(): number;
  /** IANA name of this machine's own time zone, e.g. `Europe/Oslo`. */
  readonly machineZone: string;
}

/** The real world. `stdin` is only touched when somebody reads it. */
export function realEffects(): CommandEffects {
  const read = realReadEffects();
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    get stdin() {
      return process.stdin;
    },
    logFolder: read.logFolder,
    journal: read.journal,
    programPath: read.programPath,
    environment: process.env,
    now: () => Date.now() / 1000,
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
