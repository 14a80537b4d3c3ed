/**
 * Messages out of a stream of bytes (RFC 6587, RFC 5425). Two framings, which senders mix even on one connection, so each message is
 * looked at anew: octet counting (`83 <38>1 2026-..`), and a message up to a newline or a NUL byte. A count is one only if a
 * blank and `<` follow it; a line that begins with a number has no priority, and so is no message of a syslog client.
 */

/** Bytes of a message that are kept. RFC 5425 asks for 8 KiB at least; sshd's are below 1,024. */
export const LONGEST_MESSAGE = 64 * 1024;

const NEWLINE = 10;
const BLANK = 32;
const LESS = 60;
/** Digits of a count: a message of 99,999,999 bytes is no message. */
const MOST_DIGITS = 8;

/** How a message begins: bytes to leave out before it, and its length; null: it goes up to a newline or NUL. */
interface Start {
  readonly skip: number;
  readonly length: number | null;
}

export class SyslogFrames {
  /** Messages that lost their end. */
  cut = 0;
  readonly #onMessage: (message: Buffer) => void;
  #held: Buffer = Buffer.alloc(0);
  #isInside = false;
  /** Bytes of the message from the start of what is held; null: up to a newline or NUL. */
  #left: number | null = null;
  /** What is kept of the message was handed on: the rest is passed over. */
  #passing = false;

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Hands on what the bytes complete; each message is good during the call only. The bytes may be overwritten afterwards. */
  push(bytes: Buffer): void {
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0) {
      if (!this.#isInside) {
        const start = startOf(rest);
        if (start === null) break;
        rest = rest.subarray(start.skip);
        if (rest.length === 0 && start.length === null) return;
        this.#isInside = true;
        this.#passing = false;
        this.#left = start.length;
      }
      const end = this.#left ?? endOf(rest);
      if (end >= 0 && end <= rest.length) {
        this.#give(rest.subarray(0, end));
        this.#isInside = false;
        rest = rest.subarray(this.#left === null ? end + 1 : end);
        continue;
      }
      if (!this.#passing && rest.length <= LONGEST_MESSAGE) break;
      this.#give(rest);
      this.#passing = true;
      if (this.#left !== null) this.#left -= rest.length;
      return;
    }
    if (rest.length > 0) this.#held = Buffer.from(rest);
  }

  /** The stream is at its end: a last message without its end is handed on, unless its count says that it is not whole. */
  end(): void {
    const isWhole = !this.#isInside || this.#left === null;
    if (this.#held.length > 0 && isWhole) this.#give(this.#held);
    this.#held = Buffer.alloc(0);
    this.#isInside = false;
    this.#passing = false;
  }

  #give(message: Buffer): void {
    if (this.#passing) return;
    if (message.length > LONGEST_MESSAGE) this.cut++;
    if (message.length > 0) this.#onMessage(message.subarray(0, LONGEST_MESSAGE));
  }
}

/** null: more bytes are needed to know. */
function startOf(bytes: Buffer): Start | null {
  let skip = 0;
  while (skip < bytes.length && (bytes[skip] === NEWLINE || bytes[skip] === 0)) skip++;
  let digits = 0;
  while (digits <= MOST_DIGITS && isDigit(bytes[skip + digits])) digits++;
  if (digits === 0 || digits > MOST_DIGITS || bytes[skip] === 48) return { skip, length: null };
  const blank = bytes[skip + digits];
  const less = bytes[skip + digits + 1];
  if (blank === undefined || (blank === BLANK && less === undefined)) return null;
  if (blank !== BLANK || less !== LESS) return { skip, length: null };
  return { skip: skip + digits + 1, length: Number(bytes.toString('latin1', skip, skip + digits)) };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** Where the message ends that goes up to a newline or NUL; -1: not here. */
function endOf(bytes: Buffer): number {
  const newline = bytes.indexOf(NEWLINE);
  const nul = (newline < 0 ? bytes : bytes.subarray(0, newline)).indexOf(0);
  return nul < 0 ? newline : nul;
}
