import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endPosition, followFile } from './file.ts';
import { Reader } from './tester.ts';

let root: string;
let log: string;
const readers: Reader[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-wide-'));
  log = join(root, 'events.log');
});
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop();
  rmSync(root, { recursive: true });
});

function follow(): Reader {
  const reader = new Reader((from, known, effects) =>
    followFile(log, from, { from: 'start', quietSeconds: 0.05, known }, effects),
  );
  readers.push(reader);
  return reader;
}
const texts = (reader: Reader): string[] => [...reader.lines.values()];
/** Until so many lines are there. */
async function pull(reader: Reader, lines: number): Promise<void> {
  for (let tries = 0; reader.lines.size < lines && tries < 20; tries++) await reader.pull(0.5);
}

/** U+0A0A and U+0D0A have the byte of a newline in them; the last character is a pair. */
const LINES = Array.from({ length: 400 }, (_, i) => `${i} anna\u0a0a\u0d0a \u{1f600} failed`);

for (const order of ['le', 'be'] as const) {
  const bytes = (text: string): Buffer => {
    const little = Buffer.from(text, 'utf16le');
    return order === 'le' ? little : little.swap16();
  };
  describe(`a log in UTF-16${order}`, () => {
    it('is read line by line, whatever pieces it comes in', async () => {
      const reader = follow();
      const all = bytes(`\ufeff${LINES.join('\r\n')}\r\n`);
      writeFileSync(log, '');
      for (let at = 0, step = 1; at < all.length; at += step, step = 1 + ((step * 7) % 1501)) {
        appendFileSync(log, all.subarray(at, at + step));
        if (step % 3 === 0) await reader.pull(0.02);
      }
      await pull(reader, LINES.length);
      expect(texts(reader)).toEqual(LINES);
    }, 30_000);

    it('goes on where it was, in the rotated piece, compressed, and in the next', async () => {
      writeFileSync(log, bytes(`\ufeff${LINES.slice(0, 100).join('\n')}\n`));
      const first = follow();
      await pull(first, 100);
      const { position } = first.batches.at(-1)!;
      await first.stop();
      appendFileSync(log, bytes(`${LINES.slice(100, 200).join('\n')}\n`));
      renameSync(log, `${log}.1`);
      spawnSync('gzip', [`${log}.1`]);
      writeFileSync(log, bytes(`\ufeff${LINES.slice(200).join('\n')}\n`));
      const second = follow();
      second.start(position, null);
      await pull(second, 300);
      expect(texts(second)).toEqual(LINES.slice(100));
      expect(second.notices.filter(({ kind }) => kind === 'gap')).toEqual([]);
    }, 30_000);

    it('has an end behind its last whole line', async () => {
      const whole = bytes('\ufeffone\ntwo\n');
      writeFileSync(log, Buffer.concat([whole, bytes('thr'), Buffer.from([0])]));
      const { bytes: end } = await endPosition(log, {}, follow().effects);
      expect(end).toBe(whole.length);
    });
  });
}
