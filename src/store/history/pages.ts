/**
 * Attempts page by page, from one number to another, for engines that are asked by SQL. Pages begin narrow and grow while little is
 * found, so that neither a question of one source in a year nor one of everything takes much memory, no snapshot is held open
 * while the answer is read, and no server sorts more than a page's span.
 */
import type { AttemptQuery } from '../history.ts';

/** Attempts in one answer of the database, some 2 MB. */
export const PAGE = 4000;
/** Numbers that the first page spans, two row groups of DuckDB; and by how much it grows where little is found. */
const FIRST_SPAN = 250_000;
const GROWTH = 8;

/** At most `most` rows with numbers above `after` and up to `upTo` are wanted. */
export interface PageAsked {
  readonly after: number;
  readonly upTo: number;
  readonly most: number;
}

/**
 * The rows that `read` finds, a page at a time, as many as `query` wants. `first` and `last` are the numbers of the oldest and newest
 * attempt that there is. `read` gives rows in the order that `query` asks for, each with its number first.
 */
export async function* pagesOf<R extends readonly unknown[]>(
  { first, last }: { readonly first: number; readonly last: number },
  query: Pick<AttemptQuery, 'after' | 'before' | 'limit' | 'newestFirst'>,
  read: (asked: PageAsked) => Promise<readonly R[]>,
): AsyncGenerator<readonly R[]> {
  let low = Math.max(first - 1, Math.floor(query.after ?? 0));
  let high = Math.min(last, Math.ceil(query.before ?? Number.POSITIVE_INFINITY) - 1);
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  let span = FIRST_SPAN;
  const back = query.newestFirst === true;
  while (low < high && left > 0) {
    const [after, upTo] = back ? [Math.max(low, high - span), high] : [low, Math.min(high, low + span)];
    const most = Math.min(PAGE, left);
    const rows = await read({ after, upTo, most });
    yield rows;
    left -= rows.length;
    if (rows.length === most) {
      const reached = rows.at(-1)![0] as number;
      // much is found here: the database need not look at more than about the next page
      span = Math.max(PAGE, 2 * (back ? upTo - reached : reached - after));
      if (back) high = reached - 1;
      else low = reached;
    } else {
      if (back) high = after;
      else low = upTo;
      span *= GROWTH;
    }
  }
}
