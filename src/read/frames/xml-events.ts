/**
 * Events of Windows as XML, an event a line: `wevtutil qe .. /f:xml` writes one behind the other, the Event Viewer puts
 * them into `<Events>`. From `<Event` to `</Event>`; a text in an event has its angle brackets escaped.
 */
import { asLine } from './record-buffer.ts';

/** Bytes of an event: those of Windows have 64 KiB at most (evntprov.h, EventWrite). */
const LONGEST_EVENT = 1024 * 1024;
const END = '</Event>';
const START = /<Event[ >\t\r\n]/;

export async function* eventLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  /** The first byte that the search for an end has not seen. */
  let seen = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const lines: Buffer[] = [];
    for (;;) {
      const end = rest.indexOf(END, Math.max(0, seen - END.length));
      if (end < 0) break;
      const record = fromStart(rest.subarray(0, end + END.length));
      if (record !== null) lines.push(asLine(record));
      rest = rest.subarray(end + END.length);
      seen = 0;
    }
    if (rest.length > LONGEST_EVENT) {
      // no event is as long: look for the next one
      rest = rest.subarray(rest.length - END.length);
    }
    seen = rest.length;
    if (lines.length > 0) yield Buffer.concat(lines);
  }
}

/** From where the last event in it begins; null where none does. An event without an end is given up for the next. */
function fromStart(piece: Buffer): Buffer | null {
  const text = piece.toString('latin1');
  let start = -1;
  for (
    let i = text.lastIndexOf('<Event');
    i >= 0 && start < 0;
    i = i === 0 ? -1 : text.lastIndexOf('<Event', i - 1)
  ) {
    if (START.test(text.slice(i, i + 7))) start = i;
  }
  return start < 0 ? null : piece.subarray(start);
}
