/**
 * The lines with which fail2ban tests its filters, as its Debian package has them (fail2ban/tests/files/logs): before each of them
 * stands in JSON whether a filter takes it, and for which address. They are read in place, from the package unpacked in
 * .cache, and are no part of this repository.
 *
 * fail2ban looks for misbehaviour of any kind; only a part of its filters is about logins. A filter's line is *unread* here where
 * nothing of a login is told (a rejected recipient, a probe of a path), and where no form knows it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLineReader } from '../../src/parse/line.ts';

/** Where the package keeps them, below its root. */
export const LINES_FOLDER = 'usr/lib/python3/dist-packages/fail2ban/tests/files/logs';

export interface FilterScore {
  readonly filter: string;
  /** Lines that fail2ban takes. */
  readonly lines: number;
  /** A failure, from the address that fail2ban names. */
  right: number;
  /** No attempt, or none with a source in this line by itself. */
  unread: number;
  /** Of those {@link right} would need: an attempt from another source. */
  readonly wrong: string[];
}

/** One score for each file, by name. */
export function scoreFilters(folder: string): FilterScore[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted()
    .flatMap((filter) => {
      const lines = taken(readFileSync(join(folder, filter), 'utf8'));
      return lines.length === 0 ? [] : [scoreFilter(filter, lines)];
    });
}

function scoreFilter(filter: string, lines: readonly { text: string; host: string }[]): FilterScore {
  const score: FilterScore = { filter, lines: lines.length, right: 0, unread: 0, wrong: [] };
  const reader = createLineReader({ timezone: 'UTC', year: 2005, reference: 1_900_000_000 });
  for (const { text, host } of lines) {
    const event = reader.read(text).event;
    if (event?.source == null) score.unread++;
    else if (event.source === host) score.right++;
    else score.wrong.push(text);
  }
  return score;
}

/** The lines that fail2ban takes, with the address for which it does. */
function taken(file: string): { text: string; host: string }[] {
  const found: { text: string; host: string }[] = [];
  let expected: { match?: boolean; host?: string } | null = null;
  for (const text of file.split('\n')) {
    const told = /^#\s*failJSON\s*:?\s*(\{.*)$/i.exec(text)?.[1];
    if (told !== undefined) expected = parsed(told);
    if (text === '' || text.startsWith('#')) continue;
    if (expected?.match === true && expected.host !== undefined) found.push({ text, host: expected.host });
    expected = null;
  }
  return found;
}

function parsed(text: string): { match?: boolean; host?: string } | null {
  try {
    return JSON.parse(text) as { match?: boolean; host?: string };
  } catch {
    return null; // a few of them are no JSON
  }
}
