/**
 * Answers of a history as text, CSV or JSON lines. A row is the same in all three: CSV and JSON for programs (RFC 4180; a text that a
 * spreadsheet would take for a formula gets an apostrophe before it), a table for a person, in which hostile text is printable.
 */
import { printable } from '../model/printable.ts';

export type Cell = string | number | boolean | null;

export interface Column<Row> {
  readonly title: string;
  /** Key in JSON and CSV. */
  readonly key: string;
  readonly of: (row: Row) => Cell;
  /** Columns of a terminal at most. */
  readonly most?: number;
}

export type HistoryFormat = 'text' | 'json' | 'csv';

/** Yields pieces of text, line by line; the head first. `width` is the terminal's. */
export async function* renderRows<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  columns: readonly Column<Row>[],
  format: HistoryFormat,
): AsyncGenerator<string> {
  if (format === 'json') {
    for await (const row of rows)
      yield `${JSON.stringify(Object.fromEntries(columns.map((column) => [column.key, column.of(row)])))}\n`;
    return;
  }
  if (format === 'csv') {
    yield `${columns.map((column) => column.key).join(',')}\r\n`;
    for await (const row of rows) yield `${columns.map((column) => csvCell(column.of(row))).join(',')}\r\n`;
    return;
  }
  yield* table(rows, columns);
}

/** Rows that decide how wide the columns are; what comes after and is wider is cut. */
const LOOKED_AT = 1000;

async function* table<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  columns: readonly Column<Row>[],
): AsyncGenerator<string> {
  let widths: number[] | null = null;
  let first: string[][] = [];
  const rightAligned = columns.map(() => true);
  const line = (cells: readonly string[], to: readonly number[]) =>
    `${cells
      .map((cell, i) =>
        rightAligned[i] ? cell.padStart(to[i]!) : i === cells.length - 1 ? cell : cell.padEnd(to[i]!),
      )
      .join('  ')
      .trimEnd()}\n`;
  const begin = () => {
    widths = columns.map((column, i) =>
      Math.max(column.title.length, ...first.map((cells) => cells[i]!.length)),
    );
    const pieces = [
      line(
        columns.map((column) => column.title),
        widths,
      ),
    ];
    for (const cells of first) pieces.push(line(cells, widths));
    first = [];
    return pieces;
  };
  for await (const row of rows) {
    const cells = columns.map((column, i) => {
      const value = column.of(row);
      if (value !== null && typeof value !== 'number') rightAligned[i] = false;
      return textCell(value, column.most ?? 40);
    });
    if (widths === null) {
      first.push(cells);
      if (first.length === LOOKED_AT) yield* begin();
    } else yield line(cells, widths);
  }
  if (widths === null && first.length > 0) yield* begin();
}

function textCell(value: Cell, most: number): string {
  if (value === null) return '-';
  if (typeof value === 'number')
    return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(3);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return printable(value, most);
}

/** What spreadsheets take for the beginning of a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Seconds since 1970 as ISO 8601 in UTC; null where there is none. */
export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(Math.floor(time) * 1000).toISOString().replace('.000Z', 'Z');
}
