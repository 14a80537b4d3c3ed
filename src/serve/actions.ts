/**
 * The audit trail: what people did by hand, who and why, one line of JSON each, added to and never changed. A file of its own beside
 * the history, so that it outlives a history that was set aside, and is there for whoever has no program that reads it.
 */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../model/error.ts';
import type { Action } from '../view/site.ts';

export const ACTIONS_FILE = 'actions.ndjson';
const FILE_MODE = 0o600;
/** The newest are kept in memory for pages: more than anybody reads. */
const MOST_KEPT = 10_000;

export interface Actions {
  /** Resolves when it would survive a loss of power. Throws `Trouble` where it cannot be kept: then nothing must be done either. */
  add(action: Action): Promise<void>;
  /** The newest first. */
  list(limit: number): readonly Action[];
}

/** For tests, and for a finished log. */
export function actionsInMemory(): Actions {
  const actions: Action[] = [];
  return {
    add: async (action) => void actions.push(action),
    list: (limit) => actions.slice(-limit).reverse(),
  };
}

/** Those of a state folder. A line that is none (a crash in the middle of one) is passed over. Throws `Trouble`. */
export function openActions(stateFolder: string): Actions {
  const path = join(stateFolder, ACTIONS_FILE);
  const { actions, isTorn } = readActions(path);
  let needsLineEnd = isTorn;
  return {
    async add(action) {
      const line = `${needsLineEnd ? '\n' : ''}${JSON.stringify(action)}\n`;
      try {
        const file = openSync(path, 'a', FILE_MODE);
        try {
          writeSync(file, line);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        needsLineEnd = true;
        throw new Trouble(
          'not-writable',
          `${path}: cannot be written, so it was not done: ${error instanceof Error ? error.message : String(error)}`,
          'See that there is room on the disk and that the folder may be written to.',
        );
      }
      needsLineEnd = false;
      actions.push(action);
      if (actions.length > 2 * MOST_KEPT) actions.splice(0, actions.length - MOST_KEPT);
    },
    list: (limit) => actions.slice(-Math.min(limit, MOST_KEPT)).reverse(),
  };
}

/** What is in the file, the oldest first; `isTorn`: its last line has no end. Throws `Trouble` where it cannot be read. */
function readActions(path: string): { readonly actions: Action[]; readonly isTorn: boolean } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { actions: [], isTorn: false };
    throw new Trouble(
      'not-readable',
      `${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Run the command as the user whom the state folder belongs to.',
    );
  }
  const actions: Action[] = [];
  for (const line of text.split('\n').slice(-MOST_KEPT)) {
    try {
      if (line !== '') actions.push(JSON.parse(line) as Action);
    } catch {
      // a line that was cut off by a crash
    }
  }
  return { actions, isTorn: text !== '' && !text.endsWith('\n') };
}
