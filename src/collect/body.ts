/**
 * The body of a request as lines: read within bounds, decompressed within bounds, and taken apart by what it looks like, since
 * senders call it what they like (rsyslog's omhttp says application/json of anything). An array of records (Fluent Bit `json`, Vector
 * `json`), records one after the other (`json_stream`), records or log lines one a line (`json_lines`, `ndjson`, `text`).
 */
import type { IncomingMessage } from 'node:http';
import { Damage } from '../read/decode/damage.ts';
import { decoded } from '../read/decode/decode.ts';
import { jsonLines } from '../read/frames/json-lines.ts';

/** Bytes of a body as it comes: Vector sends 10 MB at most before compression, Fluent Bit chunks of 2 MB. */
export const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Bytes of it decompressed: a bomb is let go here. Four times the former, as logs pack ten- to twentyfold in small pieces. */
export const MOST_PLAIN_BYTES = 64 * 1024 * 1024;
/** Bytes of a line; its end is lost beyond. A line of sshd has 200, a record of the journal some thousand. */
const LONGEST_LINE = 256 * 1024;

/** Why a body is refused: an HTTP status and a sentence. */
export class BodyTrouble extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface BodyBounds {
  readonly body?: number;
  readonly plain?: number;
}

/** Reads all of a request, decompressed. Throws `BodyTrouble`. */
export async function plainBody(request: IncomingMessage, bounds: BodyBounds = {}): Promise<Buffer> {
  const mostBody = bounds.body ?? MOST_BODY_BYTES;
  const told = Number(request.headers['content-length'] ?? 0);
  if (told > mostBody)
    throw new BodyTrouble(413, `the body is longer than ${mostBody} bytes: send smaller batches`);
  const raw = await gathered(request as AsyncIterable<Buffer>, mostBody, 'the body');
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return raw;
  const format = encoding === 'x-gzip' ? 'gzip' : encoding;
  if (format !== 'gzip' && format !== 'zstd')
    throw new BodyTrouble(415, `content-encoding ${encoding.slice(0, 40)} is none of gzip, zstd, identity`);
  try {
    return await gathered(
      decoded(format, once(raw), undefined),
      bounds.plain ?? MOST_PLAIN_BYTES,
      'the body, decompressed,',
    );
  } catch (error) {
    if (error instanceof Damage) throw new BodyTrouble(400, `the body is damaged: ${error.message}`);
    throw error;
  }
}

async function gathered(chunks: AsyncIterable<Buffer>, most: number, what: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most)
      throw new BodyTrouble(413, `${what} is longer than ${most} bytes: send smaller batches`);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces, bytes);
}

export interface BodyLines {
  readonly lines: readonly Buffer[];
  /** Lines that lost their end. */
  readonly cut: number;
}

/** The lines of a body: records on a line of their own, and text as it is; no empty ones. Throws `BodyTrouble` for a broken array. */
export async function linesOf(body: Buffer, contentType: string | undefined): Promise<BodyLines> {
  const first = /\S/.exec(body.toString('latin1', 0, 4096))?.[0];
  const isJson =
    contentType !== undefined &&
    /\bjson\b/i.test(contentType) &&
    !/ndjson|jsonl|x-json-stream/i.test(contentType);
  if (first === '[') {
    const strings = stringArray(body);
    if (strings !== null) return bounded(strings);
    if (isJson || /^\s*\[\s*\{/.test(body.toString('latin1', 0, 4096))) return fromJson(body);
  }
  if (first === '{' && (isJson || !isLineByLine(body))) return fromJson(body);
  return bounded(split(body));
}

/** Whether each line is a record by itself, as far as a look at the first one says. */
function isLineByLine(body: Buffer): boolean {
  const end = body.indexOf(10);
  const line = body.toString('latin1', 0, end < 0 ? body.length : end).trim();
  return line.endsWith('}') && !line.includes('}{');
}

async function fromJson(body: Buffer): Promise<BodyLines> {
  const lines: Buffer[] = [];
  for await (const chunk of jsonLines(once(body))) for (const line of split(chunk)) lines.push(line);
  // a record without an end
  const last = lines.at(-1);
  if (last !== undefined && last.at(-1) !== 125)
    throw new BodyTrouble(400, 'the body is no JSON: its last record has no end');
  return bounded(lines);
}

/** An array of texts: each is a line. null: it is none. */
function stringArray(body: Buffer): readonly Buffer[] | null {
  if (!/^\s*\[\s*"/.test(body.toString('latin1', 0, 4096))) return null;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return null;
    return (value as readonly string[]).flatMap((one) => split(Buffer.from(one)));
  } catch {
    return null;
  }
}

function split(body: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  while (from < body.length) {
    const newline = body.indexOf(10, from);
    const next = newline < 0 ? body.length : newline + 1;
    let end = newline < 0 ? body.length : newline;
    while (end > from && (body[end - 1] === 13 || body[end - 1] === 0)) end--;
    if (end > from) lines.push(body.subarray(from, end));
    from = next;
  }
  return lines;
}

function bounded(lines: readonly Buffer[]): BodyLines {
  let cut = 0;
  const kept = lines.map((line) => {
    if (line.length <= LONGEST_LINE) return line;
    cut++;
    return line.subarray(0, LONGEST_LINE);
  });
  return { lines: kept, cut };
}

// oxlint-disable-next-line require-await -- a buffer where chunks are asked for
async function* once(buffer: Buffer): AsyncGenerator<Buffer> {
  yield buffer;
}
