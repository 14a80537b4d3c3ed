/**
 * Which logs a pattern names (`/var/log/app/*.log`): the files that are written to, not their rotated pieces, which belong to them. A
 * program that names its log by the date (`app-2026-11-19.log`) has a new log each day, unless there is an `app.log`,
 * whose pieces those are. What stands behind the ending (`auth.log-20261119`, `secure-20261119`) logrotate has put there.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expandPattern } from '../glob.ts';
import { isRotated, rotationOf } from '../rotation.ts';

/** Paths of the logs that the pattern names at this moment, in the order of their names; to be asked again now and then. */
export function logsNamedBy(pattern: string): string[] {
  return expandPattern(pattern).filter(isLog);
}

function isLog(path: string): boolean {
  const name = basename(path);
  if (!isRotated(name)) return true;
  const { base, age } = rotationOf(name);
  const isDatedInside = age.startsWith('0 ') && !name.startsWith(base) && /\.(?:log|txt)$/.test(name);
  return isDatedInside && !existsSync(join(dirname(path), base));
}
