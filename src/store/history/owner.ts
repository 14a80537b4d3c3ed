/**
 * One owner of a history. DuckDB and SQLite lock their files against other processes but not against a second opening in
 * their own (locks of fcntl(2) belong to the process), so that is kept here.
 */
import { resolve } from 'node:path';
import { busy } from './store-trouble.ts';

const claimed = new Set<string>();

/** Claims `path` for the caller until the function it returns is called. Error: `Trouble` with `store-busy`. */
export function claim(path: string): () => void {
  const absolute = resolve(path);
  if (claimed.has(absolute)) throw busy(path, process.pid, 'this one');
  claimed.add(absolute);
  return () => claimed.delete(absolute);
}
