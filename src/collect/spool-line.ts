/**
 * How what senders gave a collector lies in its spool, one line each, fields with tabs between:
 *
 * - `B bytes time sensor id check`: a batch begins here, and is the `bytes` bytes behind this line. A batch whose bytes are not all
 *   there was cut off by a crash before it was acknowledged (batches.ts).
 * - `L sensor line`: a line of a log; the sensor `*` is the one that the line names.
 * - `A sensor stream json`: an attempt, or more of one, as a sensor's own `slowbrute watch` has read it (attempt-wire.ts).
 *
 * Only the collector writes these lines; what a sender gives stands behind the last tab, without line ends, so nobody can write
 * the line of somebody else.
 */

export interface BatchMark {
  readonly bytes: number;
  /** When it came, seconds since 1970. */
  readonly time: number;
  readonly sensor: string;
  /** `key:..` as the sender named it, `body:..` by its own hash, `stream:NAME:LAST` of a sensor's attempts. */
  readonly id: string;
  /** Of the body: who gives two batches one name has made a mistake. */
  readonly check: string;
}

export type SpoolLine =
  | ({ readonly kind: 'batch' } & BatchMark)
  | { readonly kind: 'line'; readonly sensor: string; readonly text: string }
  | { readonly kind: 'attempt'; readonly sensor: string; readonly stream: string; readonly text: string };

const NEWLINE = Buffer.from('\n');
const LINE_END = /[\n\r\0]+$/;

/** A batch as it is appended to the spool, in one piece. `lines` have no line ends. */
export function batchBytes(mark: Omit<BatchMark, 'bytes'>, lines: readonly Buffer[]): Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    pieces.push(line, NEWLINE);
    bytes += line.length + 1;
  }
  const { time, sensor, id, check } = mark;
  return Buffer.concat([
    Buffer.from(`B\t${bytes}\t${Math.floor(time)}\t${sensor}\t${id}\t${check}\n`),
    ...pieces,
  ]);
}

/** A line of a log in the spool's form. `line` has no newline. */
export function logLine(sensor: string, line: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`L\t${sensor}\t`), line]);
}

export function attemptLine(sensor: string, stream: string, json: string): Buffer {
  return Buffer.from(`A\t${sensor}\t${stream}\t${json}`);
}

/** null: no line that a collector wrote. */
export function readSpoolLine(line: string): SpoolLine | null {
  const kind = line.slice(0, 2);
  if (kind === 'L\t') {
    const end = line.indexOf('\t', 2);
    return end < 0 ? null : { kind: 'line', sensor: line.slice(2, end), text: line.slice(end + 1) };
  }
  if (kind === 'A\t') {
    const end = line.indexOf('\t', 2);
    const last = line.indexOf('\t', end + 1);
    if (end < 0 || last < 0) return null;
    return {
      kind: 'attempt',
      sensor: line.slice(2, end),
      stream: line.slice(end + 1, last),
      text: line.slice(last + 1),
    };
  }
  const mark = kind === 'B\t' ? readMark(line) : null;
  return mark === null ? null : { kind: 'batch', ...mark };
}

/** null: none. */
export function readMark(line: string): BatchMark | null {
  const [kind, bytes, time, sensor, id, check] = line.replace(LINE_END, '').split('\t');
  if (
    kind !== 'B' ||
    check === undefined ||
    !/^\d{1,12}$/.test(bytes ?? '') ||
    !/^\d{1,12}$/.test(time ?? '')
  )
    return null;
  return { bytes: Number(bytes), time: Number(time), sensor: sensor!, id: id!, check };
}
