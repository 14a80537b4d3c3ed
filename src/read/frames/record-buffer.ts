/** Pieces of a record that is not complete yet, up to a limit, and the lines that are ready to be handed on. */

/**
 * Bytes of a record, 8 MiB: Loki answers with up to 5,000 lines a stream, each of a few hundred bytes. Of what is
 * longer, only the beginning is handed on, which then counts as a line that was cut.
 */
export const LONGEST_RECORD = 8 * 1024 * 1024;

export class RecordBuffer {
  #pieces: Buffer[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Keeps a copy: the chunk is only good until the next one. */
  add(piece: Buffer): void {
    const room = LONGEST_RECORD - this.#bytes;
    if (room <= 0 || piece.length === 0) return;
    this.#pieces.push(Buffer.from(piece.subarray(0, room)));
    this.#bytes += Math.min(piece.length, room);
  }

  /** All of it, in a buffer of its own; empty afterwards. */
  take(): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces = [];
    this.#bytes = 0;
    return all;
  }
}

/** A record as a line: its line ends become blanks, and it gets one behind it. */
export function asLine(record: Buffer): Buffer {
  const line = Buffer.allocUnsafe(record.length + 1);
  record.copy(line);
  for (let i = record.indexOf(NEWLINE); i >= 0; i = record.indexOf(NEWLINE, i + 1)) line[i] = SPACE;
  for (let i = record.indexOf(RETURN); i >= 0; i = record.indexOf(RETURN, i + 1)) line[i] = SPACE;
  line[record.length] = NEWLINE;
  return line;
}

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
