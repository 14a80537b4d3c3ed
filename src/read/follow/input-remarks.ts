/**
 * What should be known about following a path before a week has gone by without a line: told by `config check`, and by the daemon
 * when it starts. A remark is no error: what is not there yet may come.
 */
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs';
import { isPattern } from '../glob.ts';

/** Sentences, without the path; none where there is nothing to say. */
export function inputRemarks(path: string): readonly string[] {
  if (isPattern(path)) return [];
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch {
    return ['may not be looked at by this user'];
  }
  if (stats === undefined) return ['is not there; it is waited for'];
  if (stats.isFIFO())
    return [
      'is a named pipe; what comes through it can be read once only, and is spooled to the state folder',
    ];
  if (!stats.isFile()) return ['is no file and no named pipe, and cannot be followed'];
  try {
    accessSync(path, constants.R_OK);
  } catch {
    return ['may not be read by this user'];
  }
  return isCsv(path)
    ? ['is CSV; it is followed line by line, so a quoted field with a line break in it is read as two lines']
    : [];
}

/** By its name, or because its first line has nothing but names and commas in it. */
function isCsv(path: string): boolean {
  if (/\.csv$/i.test(path)) return true;
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(1024);
    const [line = ''] = head
      .toString('utf8', 0, readSync(descriptor, head, 0, head.length, 0))
      .split(/\r?\n/, 1);
    return /^"?[A-Za-z_][\w. ]*"?(?:,"?[A-Za-z_@][\w. ]*"?){2,}$/.test(line);
  } finally {
    closeSync(descriptor);
  }
}
