/**
 * UTF-16 of a growing file (what PowerShell's `>` and some event viewers write), character by character, while places in the
 * file stay places of its bytes: a newline is two bytes there, and another character may have one of them.
 */
import { TextDecoder } from 'node:util';

const NEWLINE = 10;
/** The mark that such a file begins with (RFC 2781, section 3.2). */
const MARK = '\ufeff';

export class WideText {
  readonly #decoder: TextDecoder;
  /** Which of the two bytes of an ASCII character is the character. */
  readonly #low: 0 | 1;

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.#low = encoding === 'utf-16le' ? 0 : 1;
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** The characters as UTF-8; half of a pair waits for its other half. The mark is left out. */
  utf8(bytes: Buffer): Buffer {
    const text = this.#decoder.decode(bytes, { stream: true });
    return Buffer.from(text.startsWith(MARK) ? text.slice(1) : text);
  }

  /** Behind the first newline from `from` on; 0 where there is none. */
  behindNewline(bytes: Buffer, from: number): number {
    for (let i = from; i + 1 < bytes.length; i += 2) if (this.#isNewline(bytes, i)) return i + 2;
    return 0;
  }

  /** Behind the last newline; 0 where there is none. */
  behindLast(bytes: Buffer): number {
    for (let i = (bytes.length & ~1) - 2; i >= 0; i -= 2) if (this.#isNewline(bytes, i)) return i + 2;
    return 0;
  }

  #isNewline(bytes: Buffer, i: number): boolean {
    return bytes[i + this.#low] === NEWLINE && bytes[i + 1 - this.#low] === 0;
  }
}
