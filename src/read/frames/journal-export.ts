/**
 * The journal's export format (systemd, "Journal Export Formats"): entries with an empty line between, a field a line,
 * `NAME=value`; a value that is no printable UTF-8 is `NAME`, a line end, its length in 8 bytes, little-endian, the bytes
 * and a line end. Made into what `journalctl -o json` writes; the fields that no login needs are left out.
 */
import { LONGEST_RECORD } from './record-buffer.ts';

const KEPT: ReadonlySet<string> = new Set([
  'MESSAGE',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_HOSTNAME',
  '_PID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_SYSTEMD_UNIT',
  '__REALTIME_TIMESTAMP',
  'CONTAINER_NAME',
]);
/** Of a value, as of a line (read/split.ts). */
const LONGEST_VALUE = 1024 * 1024;
const NEWLINE = 10;
const EQUALS = 61;
const LENGTH_BYTES = 8;

export async function* exportLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const scanner = new ExportScanner();
  for await (const chunk of chunks) {
    const lines = scanner.push(chunk);
    if (lines !== '') yield Buffer.from(lines);
  }
  const last = scanner.end();
  if (last !== '') yield Buffer.from(last);
}

class ExportScanner {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a value that nobody needs, still to be passed over. */
  #skip = 0;
  #entry = new Map<string, string | string[]>();

  push(chunk: Buffer): string {
    let from = 0;
    if (this.#skip > 0) {
      from = Math.min(this.#skip, chunk.length);
      this.#skip -= from;
    }
    const rest =
      this.#rest.length === 0
        ? Buffer.from(chunk.subarray(from))
        : Buffer.concat([this.#rest, chunk.subarray(from)]);
    let at = 0;
    let lines = '';
    while (at < rest.length && this.#skip === 0) {
      const newline = rest.indexOf(NEWLINE, at);
      if (newline < 0) break;
      if (newline === at) {
        lines += this.end();
        at++;
        continue;
      }
      const equals = rest.indexOf(EQUALS, at);
      if (equals >= 0 && equals < newline) {
        this.#add(rest.toString('latin1', at, equals), rest.subarray(equals + 1, newline));
        at = newline + 1;
        continue;
      }
      const value = newline + 1 + LENGTH_BYTES;
      if (rest.length < value) break;
      const length = Number(rest.readBigUInt64LE(newline + 1));
      const name = rest.toString('latin1', at, newline);
      if (length > LONGEST_VALUE || !KEPT.has(name)) {
        const end = value + length + 1;
        this.#skip = Math.max(0, end - rest.length);
        at = Math.min(end, rest.length);
        continue;
      }
      if (rest.length < value + length + 1) break;
      this.#add(name, rest.subarray(value, value + length));
      at = value + length + 1;
    }
    this.#rest = Buffer.from(rest.subarray(this.#skip > 0 ? rest.length : at));
    // a line that has no end is none of this format's
    if (this.#rest.length > LONGEST_RECORD) this.#rest = Buffer.alloc(0);
    return lines;
  }

  /** The entry so far as a line; empty where there is none. */
  end(): string {
    if (this.#entry.size === 0) return '';
    const line = `${JSON.stringify(Object.fromEntries(this.#entry))}\n`;
    this.#entry = new Map();
    return line;
  }

  #add(name: string, value: Buffer): void {
    if (!KEPT.has(name)) return;
    const text = value.toString('utf8');
    const before = this.#entry.get(name);
    if (before === undefined) this.#entry.set(name, text);
    else if (typeof before === 'string') this.#entry.set(name, [before, text]);
    else before.push(text);
  }
}
