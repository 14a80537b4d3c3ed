/**
 * Records of a table with a header: CSV (RFC 4180, also with semicolons or tabs between), and the tab-separated logs of
 * Zeek (`#separator`, `#fields`, `#unset_field`). A row is an object under the header's names.
 */

export type Row = Readonly<Record<string, string>>;

/** More columns than any export has. */
const MOST_COLUMNS = 2000;

/** The cells of one CSV record, which may hold newlines within quotes. */
export function csvCells(record: string, separator: string): string[] {
  const cells: string[] = [];
  let i = 0;
  while (cells.length < MOST_COLUMNS) {
    if (record.charCodeAt(i) === QUOTE) {
      let cell = '';
      let from = i + 1;
      for (;;) {
        const quote = record.indexOf('"', from);
        if (quote < 0) {
          cell += record.slice(from);
          i = record.length;
          break;
        }
        cell += record.slice(from, quote);
        if (record.charCodeAt(quote + 1) !== QUOTE) {
          // what stands between the closing quote and the separator belongs to no format; it is left out
          const next = record.indexOf(separator, quote + 1);
          i = next < 0 ? record.length : next;
          break;
        }
        cell += '"';
        from = quote + 2;
      }
      cells.push(cell);
    } else {
      const next = record.indexOf(separator, i);
      const end = next < 0 ? record.length : next;
      cells.push(record.slice(i, end));
      i = end;
    }
    if (i >= record.length) break;
    i++;
    if (i === record.length) {
      cells.push('');
      break;
    }
  }
  return cells;
}

const QUOTE = 34;

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

/** Columns that only a log's table has: one of them makes a first line a header. */
const KNOWN_COLUMNS: ReadonlySet<string> = new Set(
  [
    '_raw _time message @message msg log line timestamp @timestamp time datetime date eventid event_id id timecreated',
    'host hostname source src_ip source.ip username user username ipaddress targetusername eventmessage _source.message',
    'log_time error_severity',
  ]
    .join(' ')
    .split(' '),
);

/** How a header's columns are separated and called; null where the line is no header. */
export function headerOf(line: string): { separator: string; names: string[] } | null {
  const text = line.replace(/^\ufeff/, '');
  if (text.length > LONGEST_HEADER) return null;
  for (const separator of [',', ';', '\t']) {
    if (!text.includes(separator)) continue;
    const names = csvCells(text, separator).map((name) => name.trim());
    if (names.some((name) => name !== '' && !COLUMN.test(name))) continue;
    if (names.some((name) => KNOWN_COLUMNS.has(name.toLowerCase()))) return { separator, names };
  }
  return null;
}

const LONGEST_HEADER = 20_000;
/** A name as headers have it: a line of a log has a colon in its time. */
const COLUMN = /^[\p{L}_@#*][\p{L}\p{N}_@ .()/[\]-]{0,100}$/u;

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
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z+-][\w:+-]{0,9},/.test(record)) return null;
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
