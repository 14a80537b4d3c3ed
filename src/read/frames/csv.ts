/**
 * The cells of a CSV record (RFC 4180; also with semicolons or tabs between), and which first lines are headers.
 */

/** More columns than any export has. */
const MOST_COLUMNS = 2000;
const QUOTE = 34;

/** The cells of one record, which may hold newlines within quotes. */
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

export interface CsvHeader {
  readonly separator: string;
  readonly names: readonly string[];
}

/** Columns that only a log's table has: one of them makes a first line a header. */
const KNOWN_COLUMNS: ReadonlySet<string> = new Set(
  [
    '_raw _time message @message msg log line timestamp @timestamp time datetime date eventid event_id id timecreated',
    'host hostname source src_ip source.ip username user username ipaddress targetusername eventmessage _source.message',
    'log_time error_severity outcome result client client_ip remote_ip ip',
  ]
    .join(' ')
    .split(' '),
);

const LONGEST_HEADER = 20_000;
/** A name as headers have it: a line of a log has a colon in its time. */
const COLUMN = /^[\p{L}_@#*][\p{L}\p{N}_@ .()/[\]-]{0,100}$/u;

/** How a header's columns are separated and called; null where the line is no header. */
export function headerOf(line: string): CsvHeader | null {
  const text = line.replace(/^\ufeff/, '').replace(/\r$/, '');
  if (text.length > LONGEST_HEADER) return null;
  for (const separator of [',', ';', '\t']) {
    if (!text.includes(separator)) continue;
    const names = csvCells(text, separator).map((name) => name.trim());
    if (names.some((name) => name !== '' && !COLUMN.test(name))) continue;
    if (names.some((name) => KNOWN_COLUMNS.has(name.toLowerCase()))) return { separator, names };
  }
  return null;
}

/** What PowerShell and spreadsheets write before a header. */
export function isBeforeHeader(line: string): boolean {
  return /^\ufeff?(?:#TYPE |sep=)/.test(line);
}

/** A record of PostgreSQL's csvlog, which has no header: begins with a time in milliseconds and a zone. */
export const POSTGRES_START = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z+-][\w:+-]{0,9},/;
