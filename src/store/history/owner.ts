/**
 * One owner of a history. DuckDB and SQLite lock their files against other processes but not against a second opening in
 * their own (locks of fcntl(2) belong to the process), and Node has no lock for plain files: so a file beside the history
 * names its owner. After a crash it names nobody who lives, and is taken over.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf, systemTrouble } from './file-manifest.ts';
import { busy } from './store-trouble.ts';

const claimed = new Set<string>();

/** Claims `path` until the function it returns is called. Errors: `Trouble` with `store-busy`, `store-full`, `not-writable`. */
export function claim(path: string): () => void {
  const absolute = resolve(path);
  if (claimed.has(absolute)) throw busy(path, process.pid, 'this one');
  const file = `${absolute}.owner`;
  // the second time the file of a dead owner is out of the way; a third is somebody else who was faster
  for (let round = 0; round < 3; round++) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      claimed.add(absolute);
      return () => {
        if (claimed.delete(absolute)) rmSync(file, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw systemTrouble(error, path);
    }
    const owner = ownerIn(file);
    if (owner !== null && isAlive(owner)) throw busy(path, owner, null);
    takeAway(file, owner);
  }
  throw busy(path, ownerIn(file), null);
}

/** null: the file is empty (its writer was killed, or is just writing) or gone. */
function ownerIn(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Whether that process may be an owner. Numbers come again after a restart of the machine, so it is asked what runs under it
 * (ps is in POSIX); where that cannot be told, it is taken for one: better to refuse than to write twice.
 */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const { status, stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
  return status !== 0 || /node|slowbrute|vitest/.test(stdout);
}

/** Moves the file of a dead owner away; if it was another's by then, he gets it back and is found alive next. */
function takeAway(file: string, owner: number | null): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else did
  }
  if (ownerIn(aside) === owner) rmSync(aside, { force: true });
  else renameSync(aside, file);
}
