/**
 * CSV as a JSON object a line, under the names of its header; the header itself, and what PowerShell writes before it, are
 * empty objects, so that where no cell holds a line end the lines keep their numbers. PostgreSQL's csvlog has no header:
 * it stays CSV, with blanks for the line ends inside quotes.
 *
 * A quote opens a cell only at its beginning (RFC 4180 section 2), so stray quotes elsewhere do no harm; a cell that is not
 * closed within {@link LONGEST_CELL} was none, and reading goes on at the next line.
 */
import { type CsvHeader, csvCells, headerOf, isBeforeHeader, POSTGRES_START } from './csv.ts';
import { asLine } from './record-buffer.ts';

/** Windows' longest messages are 32 KiB; at half of it a long record is cut, at twice a stray quote hides twice as much. */
const LONGEST_CELL = 256 * 1024;
const HEADER_LINES = 3;

/** Whether a file that begins like this is CSV. */
export function csvStart(head: string): 'csv' | 'postgres-csv' | 'lines' {
  const lines = head.split('\n', HEADER_LINES);
  if (POSTGRES_START.test(lines[0]!)) return 'postgres-csv';
  for (const line of lines) {
    if (headerOf(line) !== null) return 'csv';
    if (!isBeforeHeader(line)) return 'lines';
  }
  return 'lines';
}

export async function* csvLines(
  chunks: AsyncIterable<Buffer>,
  kind: 'csv' | 'postgres-csv',
): AsyncGenerator<Buffer> {
  const scanner = new CsvScanner(kind);
  for await (const chunk of chunks) {
    const lines = scanner.push(chunk);
    if (lines.length > 0) yield Buffer.concat(lines);
  }
  const rest = scanner.end();
  if (rest.length > 0) yield Buffer.concat(rest);
}

const EMPTY = Buffer.from('{}\n');

class CsvScanner {
  #rest: Buffer = Buffer.alloc(0);
  /** Up to where {@link #rest} was looked through, and in which state. */
  #seen = 0;
  #isQuoted = false;
  #atCellStart = true;
  #header: CsvHeader | null = null;
  #separator = COMMA;
  readonly #kind: 'csv' | 'postgres-csv';

  constructor(kind: 'csv' | 'postgres-csv') {
    this.#kind = kind;
  }

  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    return this.#scan(false);
  }

  end(): Buffer[] {
    const lines = this.#scan(true);
    if (this.#rest.length > 0) lines.push(...this.#emit(this.#rest));
    return lines;
  }

  #scan(isEnd: boolean): Buffer[] {
    const lines: Buffer[] = [];
    const bytes = this.#rest;
    let start = 0;
    let i = this.#seen;
    for (;;) {
      for (; i < bytes.length; i++) {
        const c = bytes[i]!;
        if (this.#isQuoted) {
          // the second of two quotes opens the cell again, which is as good
          if (c === QUOTE) this.#isQuoted = false;
          continue;
        }
        if (c === NEWLINE) {
          lines.push(...this.#emit(bytes.subarray(start, i)));
          start = i + 1;
          this.#atCellStart = true;
        } else if (c === QUOTE) {
          this.#isQuoted = this.#atCellStart || bytes[i - 1] === QUOTE;
          this.#atCellStart = false;
        } else this.#atCellStart = c === this.#separator;
      }
      // a quote that nobody closes: its line ends where it ends
      if (!this.#isQuoted || (!isEnd && bytes.length - start < LONGEST_CELL)) break;
      const newline = bytes.indexOf(NEWLINE, start);
      if (newline < 0) break;
      lines.push(...this.#emit(bytes.subarray(start, newline)));
      start = i = newline + 1;
      this.#isQuoted = false;
      this.#atCellStart = true;
    }
    // a line without an end: what is beyond a record's limit is given up
    if (bytes.length - start > 2 * LONGEST_CELL && !this.#isQuoted) {
      lines.push(...this.#emit(bytes.subarray(start)));
      start = bytes.length;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
    this.#seen = this.#rest.length;
    return lines;
  }

  #emit(record: Buffer): Buffer[] {
    if (this.#kind === 'postgres-csv') return [asLine(record)];
    const text = record.toString('utf8').replace(/\r$/, '');
    if (this.#header === null) {
      this.#header = headerOf(text);
      if (this.#header !== null) this.#separator = this.#header.separator.charCodeAt(0);
      return [EMPTY];
    }
    const { names, separator } = this.#header;
    const cells = csvCells(text, separator);
    const row = new Map<string, string>();
    for (let i = 0; i < names.length && i < cells.length; i++) {
      const name = names[i]!;
      if (name !== '' && !row.has(name)) row.set(name, cells[i]!);
    }
    return [Buffer.from(`${objectText(row)}\n`)];
  }
}

/** JSON by hand: a column called `__proto__` is a key like any other. */
function objectText(row: ReadonlyMap<string, string>): string {
  const pairs: string[] = [];
  for (const [name, value] of row) pairs.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${pairs.join(',')}}`;
}

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
