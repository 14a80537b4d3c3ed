/**
 * Rows of a table as objects under the names of its header: CSV, the tab-separated logs of Zeek (`#separator`, `#fields`,
 * `#unset_field`), and two that may come without a header.
 */

import { csvCells, POSTGRES_START } from '../../read/frames/csv.ts';

export type Row = Readonly<Record<string, string>>;

/** Cells under names; a name that is there twice counts once, the first. */
export function rowOf(names: readonly string[], cells: readonly string[], unset: string | null): Row {
  const row: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i < names.length && i < cells.length; i++) {
    const name = names[i]!;
    const value = cells[i]!;
    if (value === unset || name === '' || Object.hasOwn(row, name)) continue;
    Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return row;
}

/** What the `#` lines of a Zeek log say. */
export class ZeekHeader {
  separator = '\t';
  names: readonly string[] = [];
  unset = '-';

  /** Takes a line that begins with `#`; false where it is none of Zeek's. */
  read(line: string): boolean {
    const separator = /^#separator (?:\\x([0-9a-fA-F]{2})|(.))$/.exec(line);
    if (separator !== null) {
      const [, hex, character] = separator;
      this.separator = hex === undefined ? character! : String.fromCharCode(Number.parseInt(hex, 16));
      return true;
    }
    const word = /^#(fields|unset_field|types|path|open|close|set_separator|empty_field)(?=\s|$)/.exec(
      line,
    )?.[1];
    if (word === undefined) return false;
    const cells = line.split(this.separator).slice(1);
    if (word === 'fields') this.names = cells;
    if (word === 'unset_field' && cells[0] !== undefined) this.unset = cells[0];
    return true;
  }
}

/** The columns of Zeek's ssh.log, for a piece of it whose header was left in an earlier piece; the first are certain. */
const ZEEK_SSH =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version auth_success auth_attempts direction client server'.split(
    ' ',
  );

/** A row of ssh.log without a header before it: told by its first columns; null for anything else. */
export function zeekSshRow(line: string): Row | null {
  if (
    !/^\d{9,10}\.\d{1,6}\tC[0-9A-Za-z]{8,24}\t[^\t]+\t\d{1,5}\t[^\t]+\t\d{1,5}\t[12]\t[TF-]\t\d+\t/.test(line)
  )
    return null;
  return rowOf(ZEEK_SSH, line.split('\t'), '-');
}

/** Columns of PostgreSQL's csvlog (file_fdw's example in its manual), under the names of its jsonlog. */
const POSTGRES =
  'timestamp user dbname pid connection_from session_id line_num ps session_start vxid txid error_severity state_code message detail hint internal_query internal_position context statement cursor_position location application_name backend_type leader_pid query_id'.split(
    ' ',
  );

/** A record of PostgreSQL's csvlog, which has no header; null for anything else. */
export function postgresRow(record: string): Row | null {
  if (!POSTGRES_START.test(record)) return null;
  const cells = csvCells(record, ',');
  if (cells.length < 23 || cells.length > 27) return null;
  const row: Record<string, string> = { ...rowOf(POSTGRES, cells, null) };
  const from = row.connection_from ?? '';
  const colon = from.lastIndexOf(':');
  const host = colon < 0 ? from : from.slice(0, colon);
  row.remote_host =
    host.startsWith('[') && host.endsWith(']') && host !== '[local]' ? host.slice(1, -1) : host;
  row.remote_port = colon < 0 ? '' : from.slice(colon + 1);
  return row;
}
