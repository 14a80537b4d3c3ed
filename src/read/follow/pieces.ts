/**
 * The pieces of one log on disk: the file that is written now and its rotated kin, compressed or not, oldest first; and which
 * of them is the one that was read before. Names tell the order (rotation.ts), never the identity (position.ts).
 *
 * A file beside its compressed self (`auth.log.1` and `auth.log.1.gz`, while gzip runs) is one piece: the plain one, as
 * the other is not whole yet.
 */
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { chunksOf } from '../chunks.ts';
import { type Compression, decoded } from '../decode/decode.ts';
import type { ReadEffects } from '../effects.ts';
import { rotationOf } from '../rotation.ts';
import { HEAD_BYTES as SNIFF_BYTES, sniff } from '../sniff.ts';
import { fingerprint, HEAD_BYTES, isEqual, type PieceIdentity, type PieceMark } from './position.ts';

export interface Candidate {
  readonly path: string;
  /** Device and inode. */
  readonly id: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
  /** It is where the log is written now. */
  readonly isCurrent: boolean;
}

const COMPRESSED = /\.(?:gz|bz2|xz|zst|zstd|lz4|Z)$/;

/**
 * {@link piecesOf}, of one moment: a folder is not read at once, and while it is rotated a piece can be missed under its old name
 * and its new one. Read until two readings agree.
 */
export async function steadyPiecesOf(path: string, folders: readonly string[]): Promise<Candidate[]> {
  let pieces = piecesOf(path, folders);
  for (let i = 0; i < MOST_READINGS; i++) {
    const again = piecesOf(path, folders);
    if (isSame(pieces, again)) return again;
    pieces = again;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return pieces;
}

/** A second of renaming without an end is no rotation. */
const MOST_READINGS = 200;

function isSame(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  return a.length === b.length && a.every((piece, i) => piece.id === b[i]?.id && piece.path === b[i].path);
}

/** The pieces of the log at `path`, oldest first, the current one, if it is there, last. `folders`: where else rotated ones are. */
export function piecesOf(path: string, folders: readonly string[]): Candidate[] {
  const current = candidate(path, true);
  const places = new Map<string, Set<string>>(); // folder -> names of logs whose kin is meant
  const place = (folder: string, name: string) =>
    places.set(folder, (places.get(folder) ?? new Set()).add(name));
  for (const folder of [dirname(path), ...folders]) place(folder, basename(path));
  const real = realPathOf(path);
  if (basename(real) !== basename(path)) place(dirname(real), rotationOf(basename(real)).base);

  const found = new Map<string, { readonly age: string; readonly piece: Candidate }>();
  for (const [folder, logs] of places) {
    for (const name of namesIn(folder)) {
      const age = ageOf(name, logs);
      if (age === null) continue;
      const piece = candidate(join(folder, name), false);
      if (piece === null || piece.id === current?.id) continue;
      const key = name.replace(COMPRESSED, '');
      if (found.has(key) && COMPRESSED.test(name)) continue;
      found.set(key, { age: `${age} ${key}`, piece });
    }
  }
  const rotated = [...found.values()]
    .sort((a, b) => (a.age < b.age ? -1 : a.age > b.age ? 1 : 0))
    .map(({ piece }) => piece);
  return current === null ? rotated : [...rotated, current];
}

/**
 * Sorts the name among the pieces of one of the logs; null where it is none. A log that is itself named by a date
 * (`app-2026-11-19.log`) has no kin but what has its whole name and more.
 */
function ageOf(name: string, logs: ReadonlySet<string>): string | null {
  for (const log of logs) {
    if (name === log) continue;
    if (
      name.startsWith(`${log}.`) &&
      /^(?:\.\d{1,3})?(?:\.(?:gz|bz2|xz|zst|zstd|lz4|Z))?$/.test(name.slice(log.length))
    )
      return rotationOf(name).age === '2' ? '1 9999' : rotationOf(name).age;
    const { base, age } = rotationOf(name);
    if (base === log && (age !== '2' || COMPRESSED.test(name))) return age;
  }
  return null;
}

/** The file at the path; null where there is none, or it is no regular file. */
function candidate(path: string, isCurrent: boolean): Candidate | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) return null;
    return {
      path,
      id: `${stats.dev}:${stats.ino}`,
      bytes: Number(stats.size),
      changed: Number(stats.mtimeNs) / 1e6,
      isCurrent,
    };
  } catch {
    return null; // not to be looked at: ENOTDIR, EACCES, ELOOP
  }
}

/**
 * The piece that `ref` is: the same file, else one with the same beginning (a copy, its compressed self). What was read to its
 * end is not where the log is written now, and where it is so short that its head is all of it, nothing longer is it.
 */
export async function findPiece(
  pieces: readonly Candidate[],
  ref: PieceIdentity | PieceMark,
  effects: ReadEffects,
): Promise<Candidate | null> {
  const [headBytes] = ref.head;
  if (headBytes === 0) return null; // nothing is known of it that would tell it from any other
  const least = 'at' in ref ? ref.at : headBytes;
  const isShort = ref.bytes !== undefined && ref.bytes < HEAD_BYTES;
  const likelyFirst = [...pieces].reverse();
  likelyFirst.sort((a, b) => Number(b.id === ref.id) - Number(a.id === ref.id));
  for (const piece of likelyFirst) {
    if (piece.isCurrent && ref.bytes !== undefined) continue;
    const { bytes, format } = await headOf(piece, headBytes + 1, effects);
    if (!isEqual(fingerprint(bytes.subarray(0, headBytes)), ref.head)) continue;
    if (piece.id !== ref.id && isShort && bytes.length !== ref.bytes) continue;
    if (piece.id !== ref.id && format === null && piece.bytes < least) continue;
    return piece;
  }
  return null;
}

export interface Head {
  /** After decompression; fewer than asked for where the piece has no more. */
  readonly bytes: Buffer;
  readonly format: Compression | null;
}

/** The first bytes of a piece. None where it cannot be read (any more). */
export async function headOf(
  piece: { readonly path: string },
  bytes: number,
  effects: ReadEffects,
): Promise<Head> {
  const raw = readStart(piece.path, Math.max(bytes, SNIFF_BYTES));
  const kind = sniff(raw);
  if (kind.kind !== 'compressed') return { bytes: raw.subarray(0, bytes), format: null };
  const gathered: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unpacked(piece.path, kind.format, effects)) {
      gathered.push(Buffer.from(chunk.subarray(0, bytes - length)));
      length += chunk.length;
      if (length >= bytes) break;
    }
  } catch {
    // damaged, or gone: what came before is its head
  }
  return { bytes: Buffer.concat(gathered), format: kind.format };
}

/** The text of a compressed piece. Throws `Damage` after the last good byte, `Trouble` where it cannot be read. */
export function unpacked(path: string, format: Compression, effects: ReadEffects): AsyncGenerator<Buffer> {
  const input = { kind: 'file', path, bytes: null, fromFolder: false } as const;
  return decoded(format, chunksOf(input, effects), effects.programPath);
}

function readStart(path: string, bytes: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0));
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(descriptor);
  }
}

/** Where a link leads; the path itself where it leads nowhere. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
