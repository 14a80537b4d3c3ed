/** What is at a path, and what to call it when that cannot be read. */
import { statSync } from 'node:fs';
import type { FollowerState } from './follower.ts';
import { NotAFile } from './open-piece.ts';

/** Device and inode of what the path leads to; null: nothing, or nothing that may be looked at. */
export function idAt(path: string): string | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
  } catch {
    return null;
  }
}

/** Why there is nothing to read at the path. */
export function stateAt(path: string): FollowerState {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return { kind: 'following' };
    const what = stats.isDirectory()
      ? 'folder'
      : stats.isFIFO()
        ? 'pipe'
        : stats.isSocket()
          ? 'socket'
          : 'device';
    return { kind: 'not-a-file', path, what };
  } catch (error) {
    return stateOf(error, path);
  }
}

/** The state that an error of the system means. Throws what is none: a bug. */
export function stateOf(error: unknown, path: string): FollowerState {
  if (error instanceof NotAFile) return { kind: 'not-a-file', path, what: error.what };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { kind: 'missing', path };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'no-rights', path };
  return { kind: 'failed', path, code };
}
