/**
 * DuckDB's errors in our words. They come as bare `Error`s, so they are told by what they say: the words are those of
 * DuckDB 1.5 (src/storage/single_file_block_manager.cpp, src/common/local_file_system.cpp, src/main/valid_checker.cpp).
 */
import { Trouble } from '../../model/error.ts';
import { busy, corrupt, full, notWritable } from './store-trouble.ts';

/** What is no operator's trouble: a bug, here or there. */
export class DuckDBFault extends Error {
  override readonly name = 'DuckDBFault';
}

const LOCKED = /Could not set lock on file|Conflicting lock is held/;
const HOLDER = /held in (\S+) \(PID (\d+)\)/;
const NEWER = /(?:read|open) a database file with version number (\d+)/;
const CORRUPT =
  /not a valid DuckDB database file|Corrupt database file|Could not read enough bytes|Failed to load metadata|checksum.*does not match|Serialization Error|Failure while replaying WAL/i;
const FULL = /No space left on device|Disk quota exceeded|File too large|could not write all bytes/i;
const DENIED = /Permission denied|Read-only file system|No such file or directory|Is a directory/;
const FATAL = /^FATAL Error|database has been invalidated|^INTERNAL Error/;

/** Whether the database must be opened anew: DuckDB gave it up, or it may be of two minds about what is on the disk. */
export function isFatal(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return FATAL.test(message) || FULL.test(message);
}

/** `Trouble`, or the fault as it is. */
export function duckTrouble(error: unknown, path: string): Error {
  if (error instanceof Trouble || error instanceof DuckDBFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (LOCKED.test(message)) {
    const [, program, pid] = HOLDER.exec(message) ?? [];
    return busy(path, pid === undefined ? null : Number(pid), program ?? null);
  }
  const newer = NEWER.exec(message);
  if (newer !== null) {
    return new Trouble(
      'store-newer',
      `${path} was written by a newer DuckDB (its version of files is ${newer[1]})`,
      'Install the version of slowbrute that wrote it, or name another store.',
    );
  }
  if (FULL.test(message)) return full(path);
  if (CORRUPT.test(message)) return corrupt(path, message);
  if (DENIED.test(message)) return notWritable(path, message);
  return new DuckDBFault(message, { cause: error });
}
