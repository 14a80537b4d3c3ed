/**
 * One line of CSV (RFC 4180, lines end in CR LF). What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV
 * injection), control characters are made visible.
 */
import { printable } from '../../model/printable.ts';

const FORMULA = /^[=+\-@\t\r]/;
/** Longest text of a cell: spreadsheets take 32,767 characters, and no true name or address is near. */
const LONGEST_CELL = 1000;

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const shown = printable(value, LONGEST_CELL);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
