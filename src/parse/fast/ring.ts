/**
 * How two threads share the blocks of a log: one fills them and tells of their events, the other scans them, each in the
 * order of the ring. The blocks and events stand in the scanning machine's memory, which both see; whose turn a block is
 * stands in one word of a list of numbers, and the other words of the slot belong to that thread.
 *
 *     free -> filled (by the reader) -> scanned (by the scanner) -> free (when the reader has told of it)
 *     free -> to be read (order of the reader) -> scanned -> free -> scanned -> .. until the end of the file
 *
 * A file that is plain text is read by the scanner itself, from an open descriptor, and so is the pipe of a program that
 * decompresses one: both threads then have about as much to do, and its bytes are copied once, by the kernel. What is left
 * behind the last newline is the reader's again: only that one knows whether the text ends there or breaks off.
 *
 * A block with more events than there is room for is scanned in several turns: the scanner stays at its slot until the
 * reader has filled in where to go on. So the windows of the clock come in the order of the lines.
 */
import type { MachineMemory } from './machine.ts';

// words of the whole
export const STATUS = 0;
// words of a slot, from its first on
export const TURN = 0;
/** Addresses of the lines to scan. Of a file to be read: its descriptor, and where, in parts below and above 2^30. */
export const FROM = 1;
export const TO = 2;
/** Lines at the beginning of a file that are left to the readable path; -1: no file begins. */
export const HEADS = 3;
/** Lines longer than a block since the one before. */
export const LONG_LINES = 4;
/** Events, and where the scan stopped. Of a long line {@link LONG_LINE} and its length. */
export const EVENTS = 5;
export const STOPPED = 6;
/** Numbers given so far, and where the list of what they stand for is: users, sensors, modules, source texts, addresses. */
export const COUNTS = 7;
export const LISTS = 12;
/** Of a file that the scanner reads: bytes read for this slot, and how it goes on. */
export const READ_BYTES = 17;
export const READ_STATE = 18;
/** Lines that lost their end, so far. */
export const CUT_LINES = 19;
/** Of a file to be read: where to begin, in units of 2^30, or {@link AS_IT_COMES}. */
export const POSITION = 20;
/**
 * Of a file to be read: bytes in the long line's place that come before it, the beginning of a line. At its end: what there
 * was of a line behind the last newline, in the same place.
 */
export const REST = 21;

/** In place of a position: a pipe, which has none. */
export const AS_IT_COMES = -1;

// of READ_STATE
export const GOES_ON = 0;
export const AT_END = 1;
export const BROKEN = 2;

/** In place of a number of events: the slot stands for a line that no block holds. */
export const LONG_LINE = -1;

const HEAD_WORDS = 16;
const SLOT_WORDS = 32;

// of STATUS
export const STARTING = 0;
export const READY = 1;
export const FAILED = 2;
export const OVER = 3;

// of TURN
export const FREE = 0;
export const FILLED = 1;
export const SCANNED = 2;
export const TO_BE_READ = 3;

/** First word of a slot. */
export function slotWord(slot: number): number {
  return HEAD_WORDS + slot * SLOT_WORDS;
}

/** What both threads share. */
export interface Ring {
  readonly words: Int32Array;
  /** A line that no block holds. */
  readonly longLine: Uint8Array;
  /** An error of reading, as text. */
  readonly errorText: Uint8Array;
}

/** A new ring. */
export function createRing(slots: number, longestLine: number): Ring {
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * (HEAD_WORDS + slots * SLOT_WORDS))),
    longLine: new Uint8Array(new SharedArrayBuffer(longestLine)),
    errorText: new Uint8Array(new SharedArrayBuffer(256)),
  };
}

/** The scanning thread as the reading one sees it. */
export interface Elsewhere extends Ring {
  /** Of its machine. */
  readonly memory: MachineMemory;
  /** Returns when the word is, or may be, another than `value`. Throws where it still is after so many seconds. */
  wait(word: number, value: number, seconds: number): void;
  /** Tells the thread that a word has changed. */
  notify(word: number): void;
}
