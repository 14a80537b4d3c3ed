/**
 * Reading again in the order of before. After a crash an older position is gone on from, while attempts of lines behind it are stored
 * under those lines' numbers already. The latest position that was stored tells at which lines reading turned from one file to
 * another since, so each line gets its number again, even where a file was written to after its successor was begun,
 * or is not there any more.
 */
import { type FilePosition, MOST_TURNS, type Turn } from './position.ts';

export interface Plan {
  /** Turns that are still to come. */
  readonly turns: Turn[];
  /** From where on nothing is planned. */
  readonly known: FilePosition;
}

/** null where there is nothing to read again, or too many turns ago. */
export function planOf(from: FilePosition, known: FilePosition | null): Plan | null {
  if (known === null || known.line <= from.line) return null;
  const isWhole = known.turns.length < MOST_TURNS || known.turns[0]!.line <= from.line;
  return isWhole ? { known, turns: known.turns.filter((turn) => turn.line >= from.line) } : null;
}

/** The line behind which the file that is being read is left. */
export function until({ turns, known }: Plan): number {
  return turns[0]?.line ?? known.line;
}
