/**
 * A picture on the wire, `slowbrute.picture/1`: one line of JSON (a header with the lists of texts, and where each column is), then
 * the columns as they are in memory, little-endian, each from a multiple of 8 bytes on, so that a page looks at them without
 * copying. The server writes it, the page and the report to hand on read it: so nothing here needs more than ECMAScript.
 *
 * JSON would be five times as long and take a second to parse; of a million attempts this is 25 MB and takes none.
 */
import type { Picture } from './site.ts';

export const PICTURE_SCHEMA = 'slowbrute.picture/1';
export const PICTURE_TYPE = 'application/vnd.slowbrute.picture';

/** Every column begins at a multiple of this from the start of the whole: the widest element has as many bytes. */
const ALIGNMENT = 8;
const NEWLINE = 10;
/** A header beyond this is none: a million names of 20 bytes are 20 MB. */
const LONGEST_HEADER = 512 * 1024 * 1024;

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const COLUMNS = {
  seq: Float64Array,
  time: Uint32Array,
  user: Uint32Array,
  source: Uint32Array,
  sensor: Uint16Array,
  campaign: Uint16Array,
  flags: Uint8Array,
} as const;
type ColumnName = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as ColumnName[];

interface Header {
  readonly schema: typeof PICTURE_SCHEMA;
  readonly length: number;
  readonly isThinned: boolean;
  readonly all: number;
  readonly from: number;
  /** Bytes of header and columns together. */
  readonly bytes: number;
  /** From the end of the header. */
  readonly columns: readonly { readonly name: ColumnName; readonly at: number }[];
  readonly users: readonly string[];
  readonly sources: readonly string[];
  readonly sensors: readonly string[];
  readonly campaigns: readonly string[];
}

/** Whether this machine keeps numbers as the wire does; elsewhere (s390x) they are turned round. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The pieces of the whole, in order. The columns of `picture` are not copied (on a little-endian machine) and must not change. */
export function encodePicture(picture: Picture): readonly Uint8Array[] {
  const columns: { name: ColumnName; at: number }[] = [];
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const name of NAMES) {
    const column = picture[name];
    columns.push({ name, at });
    const bytes = littleEndian(column);
    pieces.push(bytes);
    const gap = padding(bytes.length);
    if (gap > 0) pieces.push(new Uint8Array(gap));
    at += bytes.length + gap;
  }
  const { length, isThinned, all, from, users, sources, sensors, campaigns } = picture;
  const head = (bytes: number): Header => ({
    schema: PICTURE_SCHEMA,
    length,
    isThinned,
    all,
    from,
    bytes,
    columns,
    users,
    sources,
    sensors,
    campaigns,
  });
  return [headerLine(head, at), ...pieces];
}

/** Bytes of all pieces together. */
export function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** One array of the pieces. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(bytesOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * The picture that `bytes` are; its columns look at them. Throws an `Error` with what is wrong where they are none, or were cut off.
 */
export function decodePicture(bytes: Uint8Array): Picture {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(NEWLINE);
  if (end < 0) throw new Error('this is no picture: it has no header');
  const header = headerOf(new TextDecoder().decode(bytes.subarray(0, end)));
  const body = end + 1;
  if (bytes.length < header.bytes) throw new Error('the picture was cut off');
  const column = <T extends ColumnName>(name: T) => {
    const place = header.columns.find((one) => one.name === name);
    if (place === undefined) throw new Error(`the picture has no column ${name}`);
    return columnAt(bytes, body + place.at, header.length, name) as InstanceType<(typeof COLUMNS)[T]>;
  };
  const { length, isThinned, all, from, users, sources, sensors, campaigns } = header;
  return {
    length,
    isThinned,
    all,
    from,
    time: column('time'),
    user: column('user'),
    source: column('source'),
    sensor: column('sensor'),
    campaign: column('campaign'),
    flags: column('flags'),
    seq: column('seq'),
    users,
    sources,
    sensors,
    campaigns,
  };
}

/** The header with as many spaces behind it as the alignment needs. Its own length is in it, so it is made twice. */
function headerLine(head: (bytes: number) => Header, columns: number): Uint8Array {
  const encoder = new TextEncoder();
  // the number is never shorter than its widest: spaces make up for what it is shorter
  const longest = encoder.encode(JSON.stringify(head(Number.MAX_SAFE_INTEGER))).length + 1;
  const length = longest + padding(longest);
  const text = JSON.stringify(head(length + columns));
  const line = new Uint8Array(length).fill(0x20);
  encoder.encodeInto(text, line);
  line[length - 1] = NEWLINE;
  return line;
}

function headerOf(text: string): Header {
  let header: Header;
  try {
    header = JSON.parse(text) as Header;
  } catch {
    throw new Error('this is no picture: its header is no JSON');
  }
  if (header.schema !== PICTURE_SCHEMA) throw new Error('this is no picture that this version knows');
  return header;
}

function columnAt(bytes: Uint8Array, at: number, length: number, name: ColumnName): Column {
  const Type = COLUMNS[name];
  const size = length * Type.BYTES_PER_ELEMENT;
  const start = bytes.byteOffset + at;
  if (at + size > bytes.length) throw new Error('the picture was cut off');
  if (isLittleEndian && start % Type.BYTES_PER_ELEMENT === 0 && bytes.buffer instanceof ArrayBuffer)
    return new Type(bytes.buffer, start, length);
  const own = bytes.slice(at, at + size);
  if (!isLittleEndian) turnRound(own, Type.BYTES_PER_ELEMENT);
  return new Type(own.buffer, 0, length);
}

function littleEndian(column: Column): Uint8Array {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  if (isLittleEndian || column.BYTES_PER_ELEMENT === 1) return bytes;
  const own = bytes.slice();
  turnRound(own, column.BYTES_PER_ELEMENT);
  return own;
}

function turnRound(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function padding(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}
