/** The attempts of any history, read once into a spool: what a store that cannot deal by source needs. */
import type { History } from '../store/history.ts';
import { SpoolWriter } from './spool.ts';

/** A share has so many attempts, some 20 MB in memory. */
const SHARE_ATTEMPTS = 500_000;

export interface FillOptions {
  /** First second, and the first that is not meant any more. */
  readonly since?: number;
  readonly until?: number;
}

/** Says how many attempts went in. Errors: those of the history. */
export async function fillSpool(
  history: History,
  folder: string,
  options: FillOptions = {},
): Promise<number> {
  const { attempts } = await history.size();
  const spool = new SpoolWriter(folder, Math.min(512, Math.max(4, Math.ceil(attempts / SHARE_ATTEMPTS))));
  let count = 0;
  for await (const attempt of history.attempts(options)) {
    if (attempt.source === null) continue;
    spool.add(attempt);
    count++;
  }
  spool.close();
  return count;
}
