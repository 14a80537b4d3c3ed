import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool, segmentPath, segmentsIn } from './spool.ts';

let root: string;
let troubles: (string | null)[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-spool-'));
  troubles = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (folder: string, after = 0, limits = {}): Spool =>
  new Spool(
    folder,
    after,
    limits,
    () => {},
    (code) => troubles.push(code),
  );
const line = (n: number): string => `line ${n}, as long as a line is\n`;
const text = (folder: string): string =>
  segmentsIn(folder)
    .map((n) => readFileSync(segmentPath(folder, n), 'utf8'))
    .join('');

describe('a spool', () => {
  it('keeps lines in order, in segments of a bounded size, each with whole lines', async () => {
    const spool = open(root, 0, { segmentBytes: 100 });
    for (let n = 1; n <= 50; n++) {
      spool.append(Buffer.from(line(n)));
      if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await spool.close();
    expect(text(root)).toBe(Array.from({ length: 50 }, (_, i) => line(i + 1)).join(''));
    for (const n of segmentsIn(root)) expect(readFileSync(segmentPath(root, n), 'utf8')).toMatch(/\n$/);
  });

  it('tells how much is safe, never more than there is', async () => {
    const spool = open(root);
    expect(spool.durable).toEqual({ segment: 1, bytes: 0 });
    spool.append(Buffer.from(line(1)));
    expect(spool.durable.bytes).toBe(0);
    await spool.settled();
    expect(spool.durable.bytes).toBe(line(1).length);
    await spool.close();
  });

  it('never writes to what an earlier run has written, and gives no number twice', async () => {
    for (let run = 1; run <= 3; run++) {
      const spool = open(root);
      spool.append(Buffer.from(line(run)));
      await spool.close();
    }
    expect(segmentsIn(root)).toEqual([1, 2, 3]);
    const spool = open(join(root, 'other'), 7);
    expect(spool.durable.segment).toBe(8);
    await spool.close();
  });

  it('takes nothing when it is full, until something is released', async () => {
    const spool = open(root, 0, { mostBytes: 200, segmentBytes: 50 });
    let taken = 0;
    while (spool.append(Buffer.from(line(taken + 1)))) {
      taken++;
      await spool.settled();
    }
    expect(taken).toBeLessThan(10);
    const waits = spool.room();
    spool.release(spool.durable.segment, spool.durable.bytes);
    await waits;
    expect(spool.hasRoom).toBe(true);
    expect(segmentsIn(root)).toHaveLength(1);
    await spool.close();
  });

  it('on a full disk says so, keeps what it was given, and goes on when there is room', async () => {
    const disk = join(root, 'disk');
    try {
      execFileSync('mkdir', [disk]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return; // only root can make a disk that is small
    }
    try {
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(200 * 1024));
      const spool = open(join(disk, 'spool'));
      const lines = Array.from({ length: 4000 }, (_, i) => line(i + 1)).join('');
      expect(spool.append(Buffer.from(lines))).toBe(true);
      for (let i = 0; i < 200 && troubles.length === 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
      expect(troubles).toEqual(['ENOSPC']);
      expect(spool.durable.bytes).toBe(0);
      rmSync(join(disk, 'ballast'));
      await spool.settled();
      expect(troubles).toEqual(['ENOSPC', null]);
      expect(text(join(disk, 'spool'))).toBe(lines);
      await spool.close();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
