/**
 * What the daemon keeps is about who logs in here, and nobody else's business. New files are made so that only its own user reads
 * them; files that an older version has made, or that were put back from a copy, are made so when it starts. What others have
 * put into the state folder (a list of blocked addresses that a proxy reads) stays as it is.
 */
import { closeSync, constants, fchmodSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS_FILE } from '../serve/actions.ts';
import type { Problem } from './happening.ts';

/** The history with what its engines put beside it and what was set aside of it, snapshots, spools, the audit trail. */
const OURS = /^(?:history(?:\..*)?|snapshot(?:\.new)?|spool)$/;
const OTHERS_BITS = 0o077;

/** Takes every right of others off the files of ours in `stateFolder`; says where it could not. Nothing happens where there is no folder. */
export function makePrivate(stateFolder: string): readonly Problem[] {
  let names: readonly string[];
  try {
    names = readdirSync(stateFolder);
  } catch {
    return []; // it is not there yet, or will be told of by whoever needs it
  }
  return names
    .filter((name) => OURS.test(name) || name === ACTIONS_FILE)
    .flatMap((name) => makeOnePrivate(join(stateFolder, name)));
}

function makeOnePrivate(path: string): readonly Problem[] {
  let file: number;
  try {
    // a link is not followed: it may lead to what is not ours; a pipe is not waited for
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return []; // a link, a socket, gone meanwhile; or not to be read, which whoever needs it tells
  }
  try {
    const stat = fstatSync(file);
    if ((stat.mode & OTHERS_BITS) !== 0) fchmodSync(file, stat.mode & 0o700);
    return stat.isDirectory() ? readdirSync(path).flatMap((name) => makeOnePrivate(join(path, name))) : [];
  } catch (error) {
    return [
      {
        message: `${path}: others may read it, and that cannot be changed (${String((error as NodeJS.ErrnoException).code)})`,
        remedy: `Run: chmod -R go= ${path} as the user whom it belongs to.`,
      },
    ];
  } finally {
    closeSync(file);
  }
}
