/** A log read for its lines (log-lines.ts): from a row of its table to the line that told of it. */
import { Readable } from 'node:stream';
import { LineFinder } from '../store/line-finder.ts';
import type { LineOfRow, RowToFind } from '../view/log-attempts.ts';
import { loadLog } from './load-log.ts';
import type { LinesInput } from './log-lines.ts';

/** Rows with the same second that are looked through for the one that is meant. */
const MOST_SAME = 10_000;

/**
 * Reads the log, and answers for rows. A log that has grown since has more rows, and some may stand elsewhere: a row is the one with
 * that time, source and user, if there is one.
 */
export async function openLines(
  input: LinesInput,
): Promise<(rows: readonly RowToFind[]) => Promise<readonly (LineOfRow | null)[]>> {
  const quiet = { write: () => true };
  // what came from a pipe is gone: nothing is there to be read
  const effects = { ...input, stdin: Readable.from([]), stdout: quiet, stderr: quiet, environment: {} };
  const loaded = await loadLog(
    input.paths,
    input.options,
    { ...effects, now: () => input.now },
    { count: true, lines: true },
  );
  if (loaded === null) return async (rows) => rows.map(() => null);
  const { time, source, user, sources, users, line = new Uint32Array(0), length } = loaded.table;
  const finder = new LineFinder(loaded.texts);
  const isMeant = (row: number, wanted: RowToFind) =>
    time[row] === wanted.time &&
    sources[source[row]!] === wanted.source &&
    (user[row] === 0 ? null : users[user[row]!]) === wanted.user;
  const rowOf = (wanted: RowToFind): number => {
    if (wanted.row < length && isMeant(wanted.row, wanted)) return wanted.row;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time[middle]! < wanted.time) low = middle + 1;
      else high = middle;
    }
    for (let row = low; row < Math.min(length, low + MOST_SAME) && time[row] === wanted.time; row++)
      if (isMeant(row, wanted)) return row;
    return -1;
  };
  return async (rows) => {
    const numbers = rows.map((wanted) => line[rowOf(wanted)] ?? 0);
    const found = await finder.find(numbers.filter((number) => number > 0));
    return numbers.map((number) => {
      const one = found.get(number);
      return one === undefined ? null : { text: one.text, input: one.path, line: one.line };
    });
  };
}
