/**
 * Files in which a record is not a line, made such that it is: JSON that is one array, one answer of an interface or
 * printed over many lines; CSV, whose quotes hold newlines; event XML; the journal's export format. What comes out is a
 * line a record, JSON but for XML, so that everything behind needs to know lines only. Which it is, the first 4 KiB say;
 * everything else goes through untouched.
 *
 * Memory is bounded by one record ({@link LONGEST_RECORD}); time is linear.
 */
import { csvLines, csvStart } from './csv-lines.ts';
import { exportLines } from './journal-export.ts';
import { jsonLines } from './json-lines.ts';
import { eventLines } from './xml-events.ts';

export type Frame = 'lines' | 'json' | 'csv' | 'postgres-csv' | 'event-xml' | 'journal-export';

/** What a file that begins with `head` is made of. */
export function frameOf(head: Buffer): Frame {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  const start = text.trimStart();
  if (/^__CURSOR=[^\n]*\n__REALTIME_TIMESTAMP=\d+\n/.test(start)) return 'journal-export';
  if (/^(?:- ?)?<(?:\?xml[ \n]|!--|Events?[ >\r\n])/.test(start) && /<Events?[ >\r\n]/.test(start))
    return 'event-xml';
  if (/^\[\s*(?:[{\]]|$)/.test(start)) return 'json';
  if (/^\{\s*[\r\n]/.test(start) || WRAPPER.test(start)) return 'json';
  return csvStart(text);
}

/** The answer of an interface in one line: its records are in a list inside. */
const WRAPPER =
  /^\{\s*"(?:took|timed_out|_shards|hits|_scroll_id|status|data|preview|results|events|searchedLogStreams|Records|messages|entries|aggregations|pit_id|queryId|logEvents)"\s*:[\s\S]{0,3000}?"(?:hits|result|results|events|Records|messages|entries|logEvents)"\s*:\s*\[/;

/** The lines of a file, or its records as lines. */
export function framed(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const frame = frameOf(head);
  switch (frame) {
    case 'lines':
      return chunks;
    case 'json':
      return jsonLines(chunks);
    case 'csv':
    case 'postgres-csv':
      return csvLines(chunks, frame);
    case 'event-xml':
      return eventLines(chunks);
    case 'journal-export':
      return exportLines(chunks);
  }
}
