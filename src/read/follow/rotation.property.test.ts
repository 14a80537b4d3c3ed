/** The heart of following: whatever is done to a log, every line is handed on once, in the order of its file. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followFile } from './file.ts';
import { Reader } from './tester.ts';

/** A program that writes a log, and what is done to it. Every line says of which file it is and which one it is there. */
class Log {
  readonly path: string;
  readonly #folder: string;
  #descriptor: number | null = null;
  /** A second writer, which has not opened the new file yet. */
  #old: { readonly descriptor: number; readonly file: number } | null = null;
  #file = 0;
  #written = 0;
  #half: string | null = null;
  /** Whole lines, by file. */
  readonly lines = new Map<number, string[]>();

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'auth.log');
  }

  get count(): number {
    let count = 0;
    for (const lines of this.lines.values()) count += lines.length;
    return count;
  }

  append(lines: number): void {
    for (let i = 0; i < lines; i++) {
      this.#finish();
      const line = this.#next();
      this.#write(`${line}\n`);
      this.#has(line);
    }
  }

  /** Begins a line, or goes on with it. */
  half(): void {
    if (this.#half === null) {
      this.#half = this.#next();
      this.#write(this.#half.slice(0, 9));
    } else this.#finish();
  }

  /** The program opens its log again; `keeps`: but for a part of it that goes on with the old one. */
  reopen(keeps = false): void {
    if (keeps && this.#descriptor !== null && this.#half === null && this.#old === null) {
      this.#old = { descriptor: this.#descriptor, file: this.#file };
      this.#descriptor = null;
    }
    this.#endFile();
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
    this.#file++;
  }

  late(count: number): void {
    if (this.#old === null) return;
    const { descriptor, file } = this.#old;
    for (let i = 0; i < count; i++) {
      const line = this.#next(file);
      writeSync(descriptor, `${line}\n`);
      this.lines.set(file, [...(this.lines.get(file) ?? []), line]);
    }
  }

  /** As logrotate does with `delaycompress`: the third newest is compressed. */
  #shift(): void {
    this.#closeOld();
    const numbers = readdirSync(this.#folder)
      .map((name) => /^auth\.log\.(\d+)(\.gz)?$/.exec(name))
      .filter((match) => match !== null)
      .sort((a, b) => Number(b[1]) - Number(a[1]));
    for (const [name, number, packed = ''] of numbers)
      renameSync(join(this.#folder, name), join(this.#folder, `auth.log.${Number(number) + 1}${packed}`));
    const second = join(this.#folder, 'auth.log.2');
    if (existsSync(second)) execFileSync('gzip', [second]);
  }

  /** Whether the program has the renamed file open, so that a part of it may go on with it. */
  rename(creates: boolean): boolean {
    if (!existsSync(this.path)) return false;
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    if (creates) writeFileSync(this.path, '');
    return this.#descriptor !== null;
  }

  copytruncate(): void {
    if (!existsSync(this.path)) return;
    // a program that did not open the new file yet would write to one that is not emptied
    this.reopen();
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  unlink(): void {
    this.#closeOld();
    this.reopen();
    if (existsSync(this.path)) unlinkSync(this.path);
  }

  close(): void {
    this.#closeOld();
    this.reopen();
  }

  #next(file = this.#file): string {
    this.#written++;
    // the number comes first: of two lines that begin alike, one cut off and one new, nobody could tell which it is
    return `${this.#written} Nov 19 15:04:22 host sshd[${file}]: Connection closed`;
  }

  #closeOld(): void {
    if (this.#old !== null) closeSync(this.#old.descriptor);
    this.#old = null;
  }

  #finish(): void {
    if (this.#half === null) return;
    this.#write(`${this.#half.slice(9)}\n`);
    this.#has(this.#half);
    this.#half = null;
  }

  /** A half line at the end of a file is a line. */
  #endFile(): void {
    if (this.#half === null) return;
    this.#has(this.#half.slice(0, 9));
    this.#half = null;
  }

  #has(line: string): void {
    this.lines.set(this.#file, [...(this.lines.get(this.#file) ?? []), line]);
  }

  #write(text: string): void {
    this.#descriptor ??= openSync(this.path, 'a');
    writeSync(this.#descriptor, text);
  }
}

type Step =
  | { readonly do: 'append'; readonly lines: number }
  | { readonly do: 'half' }
  | { readonly do: 'rename'; readonly creates: boolean; readonly late: number; readonly keeps: boolean }
  | { readonly do: 'late'; readonly lines: number }
  | { readonly do: 'copytruncate' }
  | { readonly do: 'delete' }
  | { readonly do: 'read'; readonly batches: number }
  | { readonly do: 'settle' }
  | { readonly do: 'restart' }
  | { readonly do: 'crash'; readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append' as const), lines: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('half' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      creates: fc.boolean(),
      late: fc.integer({ min: 0, max: 3 }),
      keeps: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('late' as const), lines: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copytruncate' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('read' as const), batches: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('crash' as const), back: fc.integer({ min: 1, max: 6 }) }),
  },
);

describe('whatever is done to a log', () => {
  it('every line is handed on once, in the order of its file, and has the same number when it is read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const folder = mkdtempSync(join(tmpdir(), 'slowbrute-follow-'));
        const log = new Log(folder);
        const reader = new Reader((from, known, effects) =>
          followFile(log.path, from, { from: 'oldest', known, quietSeconds: 0.03 }, effects),
        );
        try {
          for (const one of steps) await take(one, log, reader);
          log.append(1);
          await reader.until(log.count, 8);
          expect(reader.contradictions).toEqual([]);
          expect([...reader.texts()].sort()).toEqual([...log.lines.values()].flat().sort());
          expect(reader.isContiguous).toBe(true);
          for (const [file, lines] of log.lines)
            expect(
              reader.texts().filter((text) => lines.includes(text)),
              `file ${file}`,
            ).toEqual(lines);
        } finally {
          await reader.stop();
          log.close();
          rmSync(folder, { recursive: true });
        }
      }),
      {
        // there was nothing to rename: no part of the program goes on with another file
        examples: [
          [
            [
              { do: 'rename', creates: false, late: 1, keeps: true },
              { do: 'half' },
              { do: 'late', lines: 1 },
            ],
          ],
        ],
        numRuns: Number(process.env.FOLLOW_RUNS ?? 60),
        ...(process.env.FOLLOW_SEED ? { seed: Number(process.env.FOLLOW_SEED) } : {}),
      },
    );
  }, 600_000);
});

async function take(one: Step, log: Log, reader: Reader): Promise<void> {
  switch (one.do) {
    case 'append':
      return log.append(one.lines);
    case 'half':
      return log.half();
    case 'rename': {
      const isOpen = log.rename(one.creates);
      log.append(one.late);
      return log.reopen(one.keeps && isOpen);
    }
    case 'late':
      return log.late(one.lines);
    case 'copytruncate':
      return log.copytruncate();
    case 'delete':
      // what nobody has read is lost with the file
      log.append(1);
      await reader.until(log.count, 8);
      return log.unlink();
    case 'read':
      for (let i = 0; i < one.batches; i++) await reader.pull(0.02);
      return;
    case 'settle':
      await reader.until(log.count - 1, 8);
      return;
    case 'restart':
      return reader.restart();
    case 'crash':
      return reader.restart(Math.max(-1, reader.batches.length - 1 - one.back));
  }
}
