/** The same bytes by both paths, for tests and for the fuzzer; the readable one is what is right. */
import type { AttemptTable } from '../../model/attempt.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import { createLogParser, type ParseCounts } from '../log-parser.ts';
import { FastParser } from './fast-parser.ts';
import type { MachineModule } from './machine.ts';

export interface BothOptions {
  readonly module: MachineModule;
  readonly timezone?: string;
  readonly year?: number | null;
  /** Bytes handed over at once; left out: all. */
  readonly chunk?: number;
  readonly seed?: readonly [bigint, bigint];
}

export interface Parsed {
  readonly table: AttemptTable;
  readonly counts: ParseCounts;
  /** Lines that the machine left to the readable path. */
  readonly left: number;
}

const FILE = { name: 'auth.log', group: 'auth.log' };
/** 2027-01-15, after everything that the fuzzer makes. */
const REFERENCE = 1_800_000_000;
const LONGEST_LINE = 1024 * 1024;

/** By the byte machine. */
export function parseFast(bytes: Uint8Array, options: BothOptions): Parsed {
  const builder = new AttemptTableBuilder();
  const parser = new FastParser(
    { ...parseOptions(options), ...seedOf(options), module: options.module },
    builder,
  );
  parser.beginFile(FILE);
  const size = options.chunk ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
  parser.end();
  parser.endGroup();
  const counts = parser.finish();
  return { table: builder.finish(), counts, left: parser.left };
}

/** By the readable path, split as read/split.ts does. */
export function parseReadable(bytes: Uint8Array, options: Omit<BothOptions, 'module'>): Parsed {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(parseOptions(options), builder);
  parser.beginFile(FILE);
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const one of lines) {
    const line = one.replace(/^\0+(?=\0)/, '');
    const whole = Buffer.byteLength(line) > LONGEST_LINE ? cut(line) : line;
    parser.line(whole.endsWith('\r') ? whole.slice(0, -1) : whole);
  }
  parser.endGroup();
  const counts = parser.finish();
  return { table: builder.finish(), counts, left: counts.lines };
}

function cut(line: string): string {
  return Buffer.from(line).subarray(0, LONGEST_LINE).toString('utf8');
}

function parseOptions({ timezone = 'UTC', year = null }: Omit<BothOptions, 'module'>) {
  return { timezone, year, reference: REFERENCE };
}

function seedOf({ seed }: BothOptions): { readonly seed?: readonly [bigint, bigint] } {
  return seed === undefined ? {} : { seed };
}
