/**
 * The lines that told of attempts, read again from where they stand: a table has no lines, as they take ten times its room. A file
 * that was changed since (it is shorter, or another one has its name) has none any more; one that has grown has.
 *
 * What can be read once only (a pipe, the journal) has none either.
 */
import { createReadStream, type Stats, statSync } from 'node:fs';
import { LineSplitter } from '../read/split.ts';
import type { ReadText } from './line-places.ts';

export interface FoundLine {
  readonly path: string;
  /** Number in its file, from 1; of a file whose beginning another one has, too, from where they differ. */
  readonly line: number;
  /** At most {@link MOST_TEXT} characters of it. */
  readonly text: string;
}

/** As of a history (parse/stream/stream-parser.ts). */
const MOST_TEXT = 1000;
/** Bytes that are read from a place on: lines that stand further apart are found from two places. */
const FAR = 4 * 1024 * 1024;

export class LineFinder {
  readonly #texts: readonly ReadText[];
  readonly #files: readonly (Stats | null)[];

  constructor(texts: readonly ReadText[]) {
    this.#texts = texts;
    this.#files = texts.map(({ path, isPlain }) => (isPlain ? fileAt(path) : null));
  }

  /** By number over all that was read, from 1 (AttemptTable.line). Lines that are not there any more are left out; never throws. */
  async find(numbers: Iterable<number>): Promise<ReadonlyMap<number, FoundLine>> {
    const found = new Map<number, FoundLine>();
    const wanted = [...new Set(numbers)].sort((a, b) => a - b);
    for (const [i, text] of this.#texts.entries()) {
      const own = wanted.filter((line) => line > text.before && line <= text.before + text.lines);
      if (own.length === 0 || this.#isGone(i)) continue;
      const take = (line: number, content: string) =>
        found.set(text.before + line, { path: text.path, line, text: content.slice(0, MOST_TEXT) });
      try {
        for (const some of runsOf(
          text,
          own.map((line) => line - text.before),
        ))
          await readRun(text, some, take);
      } catch {
        // it was taken away, or its end is damaged: what was found is found
      }
    }
    return found;
  }

  #isGone(index: number): boolean {
    const before = this.#files[index];
    if (before == null) return false;
    const now = fileAt(this.#texts[index]!.path);
    return now === null || now.ino !== before.ino || now.dev !== before.dev || now.size < before.size;
  }
}

interface Run {
  readonly from: { readonly offset: number; readonly lines: number };
  readonly lines: readonly number[];
}

/** Lines that are read in one go. Of a text where one cannot begin anywhere there is one run. */
function runsOf(text: ReadText, lines: readonly number[]): readonly Run[] {
  const start = { offset: text.skipped, lines: 0 };
  if (!text.isPlain) return [{ from: start, lines }];
  const runs: { from: Run['from']; lines: number[] }[] = [];
  for (const line of lines) {
    const place = placeBefore(text.places, line) ?? start;
    const last = runs.at(-1);
    if (last !== undefined && place.offset - last.from.offset <= FAR) last.lines.push(line);
    else runs.push({ from: place, lines: [line] });
  }
  return runs;
}

function placeBefore(places: ReadText['places'], line: number): Run['from'] | null {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]!.lines < line) low = middle + 1;
    else high = middle;
  }
  return places[low - 1] ?? null;
}

async function readRun(text: ReadText, run: Run, take: (line: number, text: string) => void): Promise<void> {
  const wanted = new Set(run.lines);
  let line = run.from.lines;
  const splitter = new LineSplitter((content) => {
    line++;
    if (wanted.delete(line)) take(line, content);
  });
  const all = text.isPlain
    ? (createReadStream(text.path, { start: run.from.offset }) as AsyncIterable<Buffer>)
    : await text.reopen();
  if (all === null) return;
  let skip = text.isPlain ? 0 : run.from.offset;
  for await (const chunk of all) {
    if (skip >= chunk.length) {
      skip -= chunk.length;
      continue;
    }
    splitter.push(skip === 0 ? chunk : chunk.subarray(skip));
    skip = 0;
    if (wanted.size === 0) return;
  }
  splitter.end();
}

function fileAt(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
