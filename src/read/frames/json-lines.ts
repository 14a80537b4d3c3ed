/**
 * JSON that is not a record a line, as a record a line: the elements of an array, objects printed over many lines, and
 * the records in the answer of an interface (`{"hits": {"hits": [..]}}`, Loki's streams, CloudWatch's events). A scanner
 * over the bytes that knows strings and depth; the values are read by the parser later.
 *
 * JSON has no line end in a string. Where there is one the file is damaged, and the next line that begins with a brace
 * begins the next record.
 */
import { asLine, RecordBuffer } from './record-buffer.ts';

/** Keys whose list of objects is the records, not a part of one. */
const LISTS: ReadonlySet<string> = new Set([
  'hits',
  'result',
  'results',
  'events',
  'Records',
  'messages',
  'entries',
  'logEvents',
]);
/** `{"data": {"result": [`: deeper lists are parts of records. */
const DEEPEST_LIST = 3;

export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const scanner = new JsonScanner();
  for await (const chunk of chunks) {
    const lines = scanner.push(chunk);
    if (lines.length > 0) yield Buffer.concat(lines);
  }
  const rest = scanner.end();
  if (rest !== null) yield rest;
}

class JsonScanner {
  readonly #record = new RecordBuffer();
  #depth = 0;
  /** Depth at which a brace begins a record. */
  #recordDepth = 0;
  /** Depth of the list that the records are in; -1 where there is none. */
  #listDepth = -1;
  #isCapturing = false;
  #isInString = false;
  #isEscaped = false;
  #isLost = false;
  #atLineStart = true;
  /** The text of the last string, which may be a key; the first bytes of it. */
  #key = '';
  /** Whether a bracket was opened behind a key of {@link LISTS}, and nothing but blanks since. */
  #isListOpening = false;

  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (this.#isLost) {
        if (c === NEWLINE) this.#atLineStart = true;
        else if (c === BRACE && this.#atLineStart) {
          this.#isLost = false;
          this.#depth = this.#recordDepth;
        } else if (c !== SPACE && c !== TAB && c !== RETURN) this.#atLineStart = false;
        if (this.#isLost) continue;
      }
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (c === BACKSLASH) this.#isEscaped = true;
        else if (c === QUOTE) this.#isInString = false;
        else if (c === NEWLINE) {
          this.#lose(chunk, from, i, lines);
          continue;
        }
        if (this.#isInString && this.#key.length < LONGEST_KEY) this.#key += String.fromCharCode(c);
        continue;
      }
      switch (c) {
        case QUOTE:
          this.#isInString = true;
          this.#key = '';
          this.#isListOpening = false;
          break;
        case BRACE:
          if (this.#isListOpening && this.#isCapturing) {
            // what was taken for a record is what surrounds the records
            this.#record.take();
            this.#isCapturing = false;
            this.#listDepth = this.#depth;
            this.#recordDepth = this.#depth;
          }
          this.#isListOpening = false;
          if (!this.#isCapturing && this.#depth === this.#recordDepth) {
            this.#isCapturing = true;
            from = i;
          }
          this.#depth++;
          break;
        case BRACKET:
          this.#isListOpening =
            this.#depth > 0 && this.#depth <= DEEPEST_LIST && this.#listDepth < 0 && LISTS.has(this.#key);
          if (this.#depth === 0) {
            this.#recordDepth = 1;
            this.#listDepth = 1;
          }
          this.#depth++;
          break;
        case BRACE_CLOSE:
        case BRACKET_CLOSE:
          this.#depth = Math.max(0, this.#depth - 1);
          if (this.#isCapturing && this.#depth === this.#recordDepth) {
            this.#record.add(chunk.subarray(from, i + 1));
            lines.push(...linesOf(this.#record.take()));
            this.#isCapturing = false;
          } else if (!this.#isCapturing && this.#depth < this.#recordDepth) {
            // the list is over: another document may follow
            this.#listDepth = -1;
            if (this.#depth === 0) this.#recordDepth = 0;
          }
          break;
        case SPACE:
        case TAB:
        case RETURN:
        case NEWLINE:
        case COLON:
          break;
        default:
          this.#isListOpening = false;
      }
    }
    if (this.#isCapturing) this.#record.add(chunk.subarray(from));
    return lines;
  }

  /** A record without an end is handed on as it is: it will be found broken. */
  end(): Buffer | null {
    return this.#isCapturing && !this.#record.isEmpty ? asLine(this.#record.take()) : null;
  }

  /** A line end in a string: the record is handed on as it is. */
  #lose(chunk: Buffer, from: number, i: number, lines: Buffer[]): void {
    if (this.#isCapturing) {
      this.#record.add(chunk.subarray(from, i));
      lines.push(asLine(this.#record.take()));
    }
    this.#isCapturing = false;
    this.#isInString = false;
    this.#isLost = true;
    this.#atLineStart = true;
  }
}

const LONGEST_KEY = 20;

/** A record as lines: one, but for a stream of Loki, which is one for each of its entries. */
function linesOf(record: Buffer): Buffer[] {
  if (!/^\{\s*"(?:stream|values)"/.test(record.toString('latin1', 0, 100))) return [asLine(record)];
  let stream: { readonly stream?: unknown; readonly values?: unknown };
  try {
    stream = JSON.parse(record.toString('utf8')) as typeof stream;
  } catch {
    return [asLine(record)];
  }
  if (!Array.isArray(stream.values)) return [asLine(record)];
  const lines: Buffer[] = [];
  for (const value of stream.values as unknown[]) {
    if (!Array.isArray(value)) continue;
    const [timestamp, line] = value as unknown[];
    lines.push(Buffer.from(`${JSON.stringify({ timestamp, line, labels: stream.stream })}\n`));
  }
  return lines;
}

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACKET_CLOSE = 93;
const BRACE = 123;
const BRACE_CLOSE = 125;
