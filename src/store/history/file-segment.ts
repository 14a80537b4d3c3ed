/**
 * A segment of the plain-file engine: some ten thousand attempts as columns, never changed once it is written. Each part is
 * compressed by itself, so that a question of one source reads the list of sources and, where it is not among them,
 * nothing else. What a search needs to pass a segment over altogether is in {@link SegmentInfo}, in memory.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Interner } from '../../model/interner.ts';
import type { StoredAttempt } from '../history.ts';
import { crc32 } from './file-frames.ts';
import { accountOf, knownOf } from './sql-query.ts';
import { corrupt } from './store-trouble.ts';

const PARTS = ['sources', 'users', 'others', 'columns', 'texts'] as const;
type Part = (typeof PARTS)[number];

/** Bytes of a row in the columns: seq, time and line as doubles, numbers of texts with 4, two codes with 1. */
const WIDTHS = [8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 1, 1] as const;

/** What of an attempt is summed up. */
export type BriefAttempt = Pick<StoredAttempt, 'time' | 'source' | 'user' | 'success'>;

export interface SegmentInfo {
  readonly file: string;
  readonly attempts: number;
  readonly bytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly minTime: number;
  readonly maxTime: number;
  /** Lines of each input that told of its attempts. */
  readonly lines: readonly (readonly [input: string, first: number, last: number])[];
  /** Where each part ends, and its checksum. */
  readonly parts: readonly (readonly [end: number, crc: number])[];
}

/** The bytes of a segment of `attempts` (by seq, at least one) and what is to be known of it. */
export function encodeSegment(
  file: string,
  attempts: readonly StoredAttempt[],
): { readonly info: SegmentInfo; readonly bytes: Buffer } {
  const sources = new Interner();
  const users = new Interner();
  const others = new Interner();
  const columns = columnsOf(attempts.length);
  const lines = new Map<string, [number, number]>();
  let minTime = Number.POSITIVE_INFINITY;
  let maxTime = Number.NEGATIVE_INFINITY;
  for (const [i, attempt] of attempts.entries()) {
    const { seq, time, source, user, sensor, service, method, known, success, name } = attempt;
    const row = [
      seq,
      time,
      name.line,
      sources.id(source),
      user === null ? 0 : users.id(user) + 1,
      name.nth,
      others.id(sensor),
      others.id(service),
      others.id(name.input),
      method === null ? 0 : others.id(method) + 1,
      accountOf(known),
      Number(success),
    ];
    for (const [c, value] of row.entries()) columns.arrays[c]![i] = value;
    minTime = Math.min(minTime, time);
    maxTime = Math.max(maxTime, time);
    const range = lines.get(name.input) ?? [name.line, name.line];
    lines.set(name.input, [Math.min(range[0], name.line), Math.max(range[1], name.line)]);
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const raw: Readonly<Record<Part, Buffer>> = {
    sources: json(sources.strings),
    users: json(users.strings),
    others: json(others.strings),
    columns: columns.bytes,
    texts: json(attempts.map(({ text }) => text)),
  };
  const pieces = PARTS.map((part) => deflateRawSync(raw[part], { level: 4 }));
  let end = 0;
  const parts = pieces.map((piece) => {
    end += piece.length;
    return [end, crc32(piece)] as const;
  });
  const info = {
    file,
    attempts: attempts.length,
    bytes: end,
    firstSeq: attempts[0]!.seq,
    lastSeq: attempts.at(-1)!.seq,
    minTime,
    maxTime,
    lines: [...lines].map(([input, [first, last]]) => [input, first, last] as const),
    parts,
  };
  return { info, bytes: Buffer.concat(pieces) };
}

/** A segment as far as it was read. Errors: `Trouble` with `store-corrupt`. */
export class Segment {
  readonly info: SegmentInfo;
  readonly #path: string;
  #columns: readonly Column[] | null = null;
  readonly #strings = new Map<Part, readonly string[]>();

  constructor(info: SegmentInfo, path: string) {
    this.info = info;
    this.#path = path;
  }

  get sources(): readonly string[] {
    return this.#list('sources');
  }

  get users(): readonly string[] {
    return this.#list('users');
  }

  /** Sensors, services, inputs and methods. */
  get others(): readonly string[] {
    return this.#list('others');
  }

  /** Index into {@link others} of row `i`. */
  sensor(i: number): number {
    return this.#column(6)[i]!;
  }

  service(i: number): number {
    return this.#column(7)[i]!;
  }

  /** Index into {@link sources} of row `i`. */
  source(i: number): number {
    return this.#column(3)[i]!;
  }

  /** Index into {@link users} of row `i`; -1 where no line told the name. */
  user(i: number): number {
    return this.#column(4)[i]! - 1;
  }

  seq(i: number): number {
    return this.#column(0)[i]!;
  }

  time(i: number): number {
    return this.#column(1)[i]!;
  }

  success(i: number): boolean {
    return this.#column(11)[i] === 1;
  }

  name(i: number): StoredAttempt['name'] {
    return { input: this.#other(8, i), line: this.#column(2)[i]!, nth: this.#column(5)[i]! };
  }

  /** What sums need of row `i`; the line and what else is in it are not even read. */
  brief(i: number): BriefAttempt {
    return {
      time: this.time(i),
      source: this.sources[this.source(i)]!,
      user: this.#userName(i),
      success: this.success(i),
    };
  }

  row(i: number): StoredAttempt {
    const method = this.#column(9)[i]!;
    return {
      seq: this.seq(i),
      time: this.time(i),
      source: this.sources[this.source(i)]!,
      user: this.#userName(i),
      sensor: this.#other(6, i),
      service: this.#other(7, i),
      success: this.success(i),
      known: knownOf(this.#column(10)[i]!),
      method: method === 0 ? null : this.others[method - 1]!,
      name: this.name(i),
      text: this.#list('texts')[i]!,
    };
  }

  #userName(i: number): string | null {
    const user = this.user(i);
    return user < 0 ? null : this.users[user]!;
  }

  #other(column: number, i: number): string {
    return this.others[this.#column(column)[i]!]!;
  }

  #column(at: number): Column {
    this.#columns ??= columnsOf(this.info.attempts, this.#read('columns')).arrays;
    return this.#columns[at]!;
  }

  #list(part: Part): readonly string[] {
    let list = this.#strings.get(part);
    if (list === undefined) {
      list = JSON.parse(this.#read(part).toString()) as string[];
      this.#strings.set(part, list);
    }
    return list;
  }

  #read(part: Part): Buffer {
    const at = PARTS.indexOf(part);
    const start = at === 0 ? 0 : this.info.parts[at - 1]![0];
    const [end, crc] = this.info.parts[at]!;
    const bytes = Buffer.alloc(end - start);
    const file = openSync(this.#path, 'r');
    try {
      if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length || crc32(bytes) !== crc)
        throw corrupt(this.#path, `its ${part} do not match their checksum`);
    } finally {
      closeSync(file);
    }
    return inflateRawSync(bytes);
  }
}

type Column = Float64Array | Uint32Array | Uint8Array;

function columnsOf(
  rows: number,
  given?: Buffer,
): { readonly bytes: Buffer; readonly arrays: readonly Column[] } {
  const size = WIDTHS.reduce((sum, width) => sum + width * rows, 0);
  // typed arrays want their own alignment, which a part of a pool does not have
  const buffer = new ArrayBuffer(size);
  const bytes = Buffer.from(buffer);
  if (given !== undefined) given.copy(bytes);
  let at = 0;
  const arrays = WIDTHS.map((width) => {
    const make = { 8: Float64Array, 4: Uint32Array, 1: Uint8Array }[width];
    const array = new make(buffer, at, rows);
    at += width * rows;
    return array;
  });
  return { bytes, arrays };
}
