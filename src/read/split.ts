/**
 * Bytes to lines, in bounded memory. A chunk is decoded once, as Latin-1 where it is pure ASCII (a copy, no more)
 * and as UTF-8 otherwise, what is not UTF-8 becoming U+FFFD; lines are slices of the decoded chunk, so whoever
 * keeps a piece of one should copy it. NUL bytes stay, but of a run at the beginning of a line one at most: what a crash, or a log
 * that is emptied while its writer goes on where it was, leaves in front of it may be gigabytes. A line ends at `\n` or `\r\n`, the last one also at the end
 * of the log. What a line holds beyond {@link LONGEST_LINE} is dropped and counted.
 */
import { isAscii } from 'node:buffer';

/**
 * Bytes of a line that are kept: 1 MiB. sshd cuts its messages at 1,024 (log.c, MSGBUFSIZ) and journald at 48 KiB
 * by default (LineMax=), so no true line is touched; ten times as much would let one bad file slow everything, and
 * at a tenth a name of 100 kB would lose the address behind it.
 */
export const LONGEST_LINE = 1024 * 1024;

const NEWLINE = 10;

export class LineSplitter {
  /** Bytes seen so far. */
  bytes = 0;
  /** Lines that were longer than {@link LONGEST_LINE} and lost their end. */
  cutLines = 0;
  readonly #onLine: (text: string) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;

  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine;
  }

  /** Hands on every line that the chunk completes. The chunk may be overwritten afterwards. */
  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    let start = 0;
    if (this.#skipping || this.#restBytes > 0) {
      const end = chunk.indexOf(NEWLINE);
      if (!this.#skipping) this.#keep(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return;
      if (!this.#skipping) this.#emitRest();
      this.#skipping = false;
      start = end + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= start) this.#emit(chunk.subarray(start, last));
    if (Math.max(last + 1, start) < chunk.length) this.#keep(chunk.subarray(Math.max(last + 1, start)));
  }

  /** The log is at its end: hands on a last line that has no newline. */
  end(): void {
    if (this.#restBytes > 0) this.#emitRest();
    this.#skipping = false;
  }

  /** The log breaks off: what is there of its last line is dropped. */
  breakOff(): void {
    this.#rest = [];
    this.#restBytes = 0;
    this.#skipping = false;
  }

  #keep(bytes: Buffer): void {
    const piece = this.#restBytes <= 1 ? withoutNuls(bytes, this.#rest[0]) : bytes;
    const room = LONGEST_LINE - this.#restBytes;
    this.#rest.push(Buffer.from(piece.subarray(0, room)));
    this.#restBytes += Math.min(piece.length, room);
    if (piece.length <= room) return;
    this.cutLines++;
    this.#emitRest();
    this.#skipping = true;
  }

  #emitRest(): void {
    const line = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest, this.#restBytes);
    this.#rest = [];
    this.#restBytes = 0;
    const text = decode(line);
    this.#onLine(text.endsWith('\r') ? text.slice(0, -1) : text);
  }

  /** Whole lines with newlines between them, none after the last. */
  #emit(lines: Buffer): void {
    const text = decode(lines);
    const onLine = this.#onLine;
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      let to = newline < 0 ? text.length : newline;
      while (text.charCodeAt(from) === 0 && text.charCodeAt(from + 1) === 0) from++;
      if (to > from && text.charCodeAt(to - 1) === 13) to--;
      if (to - from > LONGEST_LINE) {
        this.cutLines++;
        to = from + LONGEST_LINE;
      }
      onLine(text.slice(from, to));
      if (newline < 0) return;
      from = newline + 1;
    }
  }
}

/** The bytes without all but one of the NULs that the line begins with; `before`: what it has of its beginning. */
export function withoutNuls<B extends Uint8Array>(bytes: B, before: Uint8Array | undefined): B {
  if (before !== undefined && before.length > 0 && (before.length > 1 || before[0] !== 0)) return bytes;
  let nuls = 0;
  while (nuls < bytes.length && bytes[nuls] === 0) nuls++;
  const kept = before === undefined || before.length === 0 ? 1 : 0;
  return (nuls > kept ? bytes.subarray(nuls - kept) : bytes) as B;
}

function decode(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}
