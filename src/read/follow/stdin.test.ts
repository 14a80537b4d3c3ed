import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followStdin } from './stdin.ts';
import { Reader } from './tester.ts';

let root: string;
let input: PassThrough;
let reader: Reader;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-stdin-'));
  open();
});
afterEach(async () => {
  await reader.stop();
  rmSync(root, { recursive: true });
});

function open(): void {
  input = new PassThrough();
  reader = new Reader((from, known, effects) => followStdin(from, { spoolFolder: root, known }, effects), {
    stdin: input,
  });
}

describe('standard input', () => {
  it('is handed on line by line, and ends when it is closed, a last line without its newline being one', async () => {
    await reader.pull(0.05);
    input.write('one\ntw');
    expect(await reader.until(1)).toEqual(['one']);
    input.write('o\r\nthree');
    expect(await reader.until(2)).toEqual(['one', 'two']);
    input.end();
    expect(await reader.until(3)).toEqual(['one', 'two', 'three']);
    expect(await reader.pull()).toBeNull();
    expect(reader.follower.status().state).toEqual({ kind: 'ended' });
  });

  it('is read from the spool after a crash, under the same numbers, and then on', async () => {
    await reader.pull(0.05);
    for (let n = 1; n <= 5; n++) {
      input.write(`line ${n}\n`);
      await reader.until(n);
    }
    const { batches, lines } = reader;
    await reader.stop();
    open();
    reader.start(batches[1]!.position, batches.at(-1)!.position);
    for (const [number, text] of lines) if (number <= 2) reader.lines.set(number, text);
    input.end('line 6\n');
    expect(await reader.until(6)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `line ${n}`));
    expect([...reader.lines.keys()]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('numbers on behind what is known where the spool is gone', async () => {
    await reader.pull(0.05);
    input.write('one\ntwo\n');
    await reader.until(2);
    const { position } = reader.batches.at(-1)!;
    await reader.stop();
    rmSync(join(root, 'stdin'), { recursive: true });
    open();
    reader.start(position, position);
    input.end('three\n');
    await reader.until(1);
    expect([...reader.lines]).toEqual([[3, 'three']]);
    expect(readdirSync(join(root, 'stdin'))).toEqual(['00000002.log']);
  });

  it('waits while the spool is full', async () => {
    let written = 0;
    const stdin = Readable.from(
      (function* () {
        while (written < 20_000) yield `line ${++written}, which is a little longer than that\n`;
      })(),
    );
    reader = new Reader(
      (from, _, effects) => followStdin(from, { spoolFolder: root, mostBytes: 100_000 }, effects),
      { stdin },
    );
    await reader.pull(10);
    while ((await reader.pull(0.5)) !== null);
    expect(written).toBeLessThan(4000);
    reader.follower.release?.(reader.batches.at(-1)!.position);
    while (reader.lines.size < 20_000) {
      const batch = await reader.pull(5);
      if (batch === null) break;
      reader.follower.release?.(batch.position);
    }
    expect(reader.lines.size).toBe(20_000);
    expect(reader.lines.get(20_000)).toMatch(/^line 20000,/);
  });

  it('says why it cannot be spooled, and goes on when it can', async () => {
    writeFileSync(join(root, 'stdin'), 'a file where the folder should be');
    expect(await reader.pull(0.2)).toBeNull();
    expect(reader.follower.status().state).toMatchObject({ kind: 'failed', code: 'EEXIST' });
    rmSync(join(root, 'stdin'));
    input.write('one\n');
    expect(await reader.until(1, 5)).toEqual(['one']);
  });
});
