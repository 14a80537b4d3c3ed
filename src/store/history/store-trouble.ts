/** The operator's trouble with a store, said alike whichever engine met it. */
import { Trouble } from '../../model/error.ts';

/** `holder`: process id and program of whoever has it, where that is known. */
export function busy(path: string, pid: number | null, program: string | null): Trouble {
  const who = pid === null ? 'another process' : `process ${pid}${program === null ? '' : ` (${program})`}`;
  return new Trouble(
    'store-busy',
    `${path}: ${who} has this history open`,
    pid === process.pid
      ? 'Close it there first.'
      : `Stop it first${pid === null ? '' : ` (kill ${pid})`}, or name another state folder.`,
  );
}

export function corrupt(path: string, what: string): Trouble {
  return new Trouble(
    'store-corrupt',
    `${path}: the history is damaged: ${firstLine(what)}`,
    'slowbrute watch sets it aside under a new name and begins a new one; a copy from a backup can be put in its place first.',
  );
}

export function full(path: string): Trouble {
  return new Trouble(
    'store-full',
    `${path}: there is no room left on the disk`,
    'Make room, or let the history keep less; what could not be stored is kept in memory and tried again.',
  );
}

export function notWritable(path: string, what: string): Trouble {
  return new Trouble(
    'not-writable',
    `${path}: the history cannot be opened: ${firstLine(what)}`,
    'Give the user who runs slowbrute the right to write there, or name another state folder.',
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 200);
}
