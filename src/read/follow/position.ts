/**
 * Where a followed file was read up to, such that the place is found again after anything: a restart, a rotation by rename
 * or by copying, compression, an inode number that was given to another file.
 *
 * A file is known by device and inode *and* by a hash of its first bytes (up to 1 KiB, as a young file has fewer). A name says
 * nothing, it is given on at each rotation; an inode number alone is given to the next file that is made; and the first bytes
 * alone are the same in a copy, which is what finds it.
 */
import { createHash } from 'node:crypto';

/** A log line of syslog has 100 bytes and begins with its time: ten of them are nobody else's beginning. */
export const HEAD_BYTES = 1024;
/** Bytes before the place that are held against what is there on return: the larger part of a line. */
export const TAIL_BYTES = 64;
/** The latest places that are remembered one by one, and in all: those before are each twice as far back as the next. */
export const LATEST_STEPS = 6;
export const MOST_STEPS = 14;
/** Files that were read to their end and are remembered by their heads: as many as are rotated between two looks. */
export const MOST_PAST = 8;
/** Turns to another file that are remembered: a snapshot is minutes old, a busy log turns once an hour. */
export const MOST_TURNS = 64;

/** A hash of some bytes, and of how many. */
export type Fingerprint = readonly [bytes: number, hash: string];

export interface PieceIdentity {
  /** Device and inode, `2049:131`. Of no meaning for a compressed piece. */
  readonly id: string;
  readonly head: Fingerprint;
  /** It was read to its end, and had so many bytes (after decompression). Left out where it may go on. */
  readonly bytes?: number;
}

export interface PieceMark extends PieceIdentity {
  readonly path: string;
  /** Bytes (after decompression) up to the end of the last whole line that was handed on. */
  readonly at: number;
  /** In the middle of a line that is too long, whose beginning was handed on: its rest is passed over. */
  readonly skipping: boolean;
  /** Places up to `at`, the last first, and the bytes right before each: where they are others, the file is not what was read. */
  readonly steps: readonly Step[];
  /** When it was changed last, milliseconds since 1970, as of the last look. */
  readonly changed: number;
}

/** Byte of the file, and the hash of so many bytes before it. */
export type Step = readonly [at: number, bytes: number, hash: string];

/** From behind line number `line`, lines come from this file, from byte `at` of it. */
export interface Turn extends PieceIdentity {
  readonly line: number;
  readonly at: number;
}

export interface FilePosition {
  readonly v: 1;
  /** Lines handed on since the input was first read. */
  readonly line: number;
  /** The file that is being read; null: there was none. */
  readonly piece: PieceMark | null;
  /** The one before it, to which somebody may still write. */
  readonly late: PieceMark | null;
  /** Files that were read to their end, the latest first. */
  readonly past: readonly PieceIdentity[];
  /** The latest turns, in order. */
  readonly turns: readonly Turn[];
}

export const NOTHING: Fingerprint = [0, ''];

export function fingerprint(bytes: Buffer): Fingerprint {
  if (bytes.length === 0) return NOTHING;
  return [bytes.length, createHash('sha1').update(bytes).digest('base64').slice(0, 16)];
}

export function isEqual(a: Fingerprint, b: Fingerprint): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** With one more step. */
export function withStep(steps: readonly Step[], at: number, tail: Buffer): readonly Step[] {
  if (steps[0]?.[0] === at || tail.length === 0) return steps;
  const [bytes, hash] = fingerprint(tail);
  const kept: Step[] = [[at, bytes, hash]];
  for (const step of steps) {
    if (kept.length === MOST_STEPS) break;
    const distance = at - kept.at(-1)![0];
    if (kept.length < LATEST_STEPS || at - step[0] >= 2 * distance) kept.push(step);
  }
  return kept;
}

export function writePosition(position: FilePosition): string {
  return JSON.stringify(position);
}

/** null where the text is no position of this form: another version's, or damaged. */
export function readPosition(text: string): FilePosition | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const position = value as Partial<FilePosition> | null;
  const isGood =
    position?.v === 1 &&
    Number.isSafeInteger(position.line) &&
    isMarkOrNull(position.piece) &&
    isMarkOrNull(position.late) &&
    Array.isArray(position.past) &&
    position.past.every(isIdentity) &&
    Array.isArray(position.turns) &&
    position.turns.every((turn: Partial<Turn>) => isIdentity(turn) && Number.isSafeInteger(turn.line));
  return isGood ? (position as FilePosition) : null;
}

function isMarkOrNull(value: unknown): boolean {
  if (value === null) return true;
  const mark = value as Partial<PieceMark> | undefined;
  return (
    isIdentity(mark) &&
    typeof mark?.path === 'string' &&
    Number.isSafeInteger(mark.at) &&
    Array.isArray(mark.steps) &&
    mark.steps.every(isStep) &&
    typeof mark.changed === 'number'
  );
}

function isIdentity(value: Partial<PieceIdentity> | null | undefined): boolean {
  return typeof value?.id === 'string' && isFingerprint(value.head);
}

function isStep(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [at, bytes, hash] = value as readonly unknown[];
  return Number.isSafeInteger(at) && Number.isSafeInteger(bytes) && typeof hash === 'string';
}

function isFingerprint(value: unknown): boolean {
  return Array.isArray(value) && Number.isSafeInteger(value[0]) && typeof value[1] === 'string';
}
