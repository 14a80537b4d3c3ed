/**
 * What a report to hand on holds, `slowbrute.enclosed/1`: one line of JSON, then the columns of its picture, small rather than
 * quick: differences as numbers of variable length (LEB128, as in DWARF 4, 7.6), which gzip then makes two bytes an attempt of.
 * `scan --format html` writes it, the page in the file reads it.
 *
 * Times may be coarser than the log's: the header says how much.
 */
import type { CampaignView, Overview, Picture } from './site.ts';
import { NO_INDEX } from './site.ts';

export const ENCLOSED_SCHEMA = 'slowbrute.enclosed/1';
const NEWLINE = 10;

/** The line that told of an attempt of the picture. */
export interface EnclosedLine {
  /** Index of the attempt in the picture. */
  readonly at: number;
  readonly text: string;
  /** The name of its file, and its number in it. */
  readonly input: string;
  readonly line: number;
}

export interface Enclosed {
  readonly overview: Overview;
  readonly campaigns: readonly CampaignView[];
  readonly picture: Picture;
  /** Seconds that times are rounded down to; 1: as the log has them. */
  readonly timeStep: number;
  /** Whether names that may be passwords are in it. */
  readonly names: 'hidden' | 'shown';
  /** Those of a few attempts of each campaign. */
  readonly lines: readonly EnclosedLine[];
}

interface Header {
  readonly schema: typeof ENCLOSED_SCHEMA;
  readonly overview: Overview;
  readonly campaigns: readonly CampaignView[];
  readonly timeStep: number;
  readonly names: 'hidden' | 'shown';
  readonly lines: readonly EnclosedLine[];
  readonly picture: Pick<
    Picture,
    'length' | 'isThinned' | 'all' | 'from' | 'users' | 'sources' | 'sensors' | 'campaigns'
  >;
  /** Bytes of each column, in order. */
  readonly columns: readonly number[];
}

/** Everything as bytes, not compressed yet. */
export function encodeEnclosed(enclosed: Enclosed): Uint8Array {
  const { picture, timeStep } = enclosed;
  const n = picture.length;
  const columns = [
    varints(n, differences(picture.time, timeStep)),
    varints(n, fromNewest(picture.user)),
    varints(n, fromNewest(picture.source)),
    varints(n, (i) => picture.sensor[i]!),
    varints(n, (i) => picture.campaign[i]!),
    picture.flags.slice(),
  ];
  const { length, isThinned, all, from, users, sources, sensors, campaigns } = picture;
  const header: Header = {
    schema: ENCLOSED_SCHEMA,
    overview: enclosed.overview,
    campaigns: enclosed.campaigns,
    timeStep,
    names: enclosed.names,
    lines: enclosed.lines,
    picture: { length, isThinned, all, from, users, sources, sensors, campaigns },
    columns: columns.map((column) => column.length),
  };
  const head = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(head.length + columns.reduce((sum, column) => sum + column.length, 0));
  bytes.set(head);
  let at = head.length;
  for (const column of columns) {
    bytes.set(column, at);
    at += column.length;
  }
  return bytes;
}

/** What {@link encodeEnclosed} made of it. Throws an `Error` where it is none, or was cut off. */
export function decodeEnclosed(bytes: Uint8Array): Enclosed {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0) throw new Error('this is no report: it has no header');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Header;
  if (header.schema !== ENCLOSED_SCHEMA) throw new Error('this is no report that this version knows');
  let at = end + 1;
  const columns = header.columns.map((size) => {
    const column = bytes.subarray(at, at + size);
    if (column.length < size) throw new Error('the report was cut off');
    at += size;
    return column;
  });
  const { length } = header.picture;
  const read = (column: number, take: (value: number, i: number) => void) =>
    readVarints(columns[column] ?? new Uint8Array(0), length, take);
  const time = new Uint32Array(length);
  const user = new Uint32Array(length);
  const source = new Uint32Array(length);
  const sensor = new Uint16Array(length);
  const campaign = new Uint16Array(length);
  let sum = 0;
  read(0, (value, i) => {
    sum += value;
    time[i] = sum * header.timeStep;
  });
  read(1, backFromNewest(user));
  read(2, backFromNewest(source));
  read(3, (value, i) => {
    sensor[i] = value;
  });
  read(4, (value, i) => {
    campaign[i] = value;
  });
  return {
    overview: header.overview,
    campaigns: header.campaigns,
    timeStep: header.timeStep,
    names: header.names,
    lines: header.lines,
    picture: {
      ...header.picture,
      time,
      user,
      source,
      sensor,
      campaign,
      flags: Uint8Array.from(columns[5] ?? []),
      seq: Float64Array.from({ length }, (_, i) => i + 1),
    },
  };
}

/** Steps since the one before. */
function differences(time: Uint32Array, step: number): (i: number) => number {
  const of = (i: number) => Math.floor(time[i]! / step);
  return (i) => of(i) - (i === 0 ? 0 : of(i - 1));
}

/**
 * Texts are numbered in order of first appearance, so a new one is 1 more than the newest before it, written as 1, and what was seen
 * of late is a small number; 0 stands for none.
 */
function fromNewest(index: Uint32Array): (i: number) => number {
  let newest = -1;
  return (i) => {
    const value = index[i]!;
    if (value === NO_INDEX) return 0;
    const distance = newest + 2 - value;
    newest = Math.max(newest, value);
    return distance;
  };
}

function backFromNewest(index: Uint32Array): (value: number, i: number) => void {
  let newest = -1;
  return (value, i) => {
    index[i] = value === 0 ? NO_INDEX : newest + 2 - value;
    if (value !== 0) newest = Math.max(newest, index[i]!);
  };
}

/** `of` is called once for each i, in order; values are whole and not negative. */
function varints(n: number, of: (i: number) => number): Uint8Array {
  // 32 bits are at most five bytes of seven
  const bytes = new Uint8Array(n * 5);
  let at = 0;
  for (let i = 0; i < n; i++) {
    let value = of(i);
    while (value > 127) {
      bytes[at++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    bytes[at++] = value;
  }
  return bytes.subarray(0, at);
}

function readVarints(bytes: Uint8Array, n: number, take: (value: number, i: number) => void): void {
  let at = 0;
  for (let i = 0; i < n; i++) {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (at >= bytes.length) throw new Error('the report was cut off');
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    take(value, i);
  }
}
