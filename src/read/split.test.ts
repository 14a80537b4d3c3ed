import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, LONGEST_LINE } from './split.ts';

function split(chunks: readonly (string | Buffer)[]) {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string));
  splitter.end();
  return { lines, cutLines: splitter.cutLines, bytes: splitter.bytes };
}

describe('bytes to lines', () => {
  it('ends lines at newline, at carriage return and newline, and at the end of the log', () => {
    expect(split(['a\nb\r\n\nc']).lines).toEqual(['a', 'b', '', 'c']);
  });

  it('gives no line for no bytes, and none after the last newline', () => {
    expect(split([]).lines).toEqual([]);
    expect(split(['']).lines).toEqual([]);
    expect(split(['a\n']).lines).toEqual(['a']);
  });

  it.each([1, 1_000, LONGEST_LINE * 3])('keeps a line behind %i NUL bytes, in whatever pieces', (count) => {
    const log = Buffer.from(`a\n${'\0'.repeat(count)}b\nc`);
    for (const size of [1, 7, 65_536]) {
      if (log.length / size > 1_000_000) continue;
      const pieces: Buffer[] = [];
      for (let at = 0; at < log.length; at += size) pieces.push(log.subarray(at, at + size));
      const { lines, cutLines } = split(pieces);
      expect(lines.map((line) => line.replace(/^\0+/, ''))).toEqual(['a', 'b', 'c']);
      expect(cutLines).toBe(0);
    }
  });

  it('keeps NUL bytes and lone carriage returns', () => {
    expect(split(['a\0b\rc\n']).lines).toEqual(['a\0b\rc']);
  });

  it('replaces what is not UTF-8 and leaves the lines around it alone', () => {
    const bytes = Buffer.concat([
      Buffer.from('før\n'),
      Buffer.from([0xff, 0xfe, 0x62, 10]),
      Buffer.from('c'),
    ]);
    expect(split([bytes]).lines).toEqual(['før', '\ufffd\ufffdb', 'c']);
  });

  it('does not care where chunks end, not even inside a character', () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]|\p{Cs}/gu, '-'));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(40), { minLength: 1 }), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]! + 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(split(chunks).lines).toEqual(lines);
      }),
    );
  });

  it('does not keep hold of the chunk, which its reader overwrites', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const chunk = Buffer.from('first\nsec');
    splitter.push(chunk);
    chunk.fill('x');
    splitter.push(Buffer.from('ond\n'));
    expect(lines).toEqual(['first', 'second']);
  });

  it.each([65_536, 64 * 1024 * 1024])(
    'cuts a line of 10 MB and counts it, in chunks of up to %i bytes',
    (size) => {
      const bytes = Buffer.from(`before\n${'x'.repeat(10_000_000)}\nafter\n`);
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const { lines, cutLines } = split(chunks);
      expect(lines.map((line) => line.length)).toEqual([6, LONGEST_LINE, 5]);
      expect(cutLines).toBe(1);
    },
  );

  it('keeps a line of exactly the longest length whole', () => {
    const { lines, cutLines } = split(['x'.repeat(LONGEST_LINE - 1), 'y', '\nz']);
    expect(lines.map((line) => line.length)).toEqual([LONGEST_LINE, 1]);
    expect(cutLines).toBe(0);
  });

  it('counts bytes as they came', () => {
    expect(split(['a\r\n', 'ø\n']).bytes).toBe(6);
  });
});
