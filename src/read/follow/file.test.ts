import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLines } from '../lines.ts';
import { endPosition, type FollowFileOptions, followFile } from './file.ts';
import { Reader } from './tester.ts';

let root: string;
let log: string;
const readers: Reader[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-follow-'));
  log = join(root, 'auth.log');
});
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop();
  rmSync(root, { recursive: true });
});

function follow(path = log, options: Partial<FollowFileOptions> = {}): Reader {
  const reader = new Reader((from, known, effects) =>
    followFile(path, from, { from: 'start', quietSeconds: 0.05, known, ...options }, effects),
  );
  readers.push(reader);
  return reader;
}

/** A line as long as sshd's, so that two of them make a head of their own. */
const line = (n: number): string =>
  `Nov 19 15:04:22 host sshd[${n}]: Connection closed by 192.0.2.${n % 256} port 4`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${line(from + i)}\n`).join('');
const wanted = (from: number, to: number): string[] => lines(from, to).trimEnd().split('\n');
const kinds = (reader: Reader): string[] =>
  reader.notices.flatMap((notice) =>
    notice.kind === 'gap' ? [`gap: ${notice.why}`] : notice.kind === 'state' ? [notice.state.kind] : [],
  );

describe('a log that grows', () => {
  it('is handed on line by line, as soon as a line is whole', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    expect(await reader.until(2)).toEqual(wanted(1, 2));
    appendFileSync(log, line(3).slice(0, 30));
    expect(await reader.pull(0.2)).toBeNull();
    const began = performance.now();
    appendFileSync(log, `${line(3).slice(30)}\n${line(4)}\n`);
    expect(await reader.until(4)).toEqual(wanted(1, 4));
    expect(performance.now() - began).toBeLessThan(900); // told by the kernel, not found by looking once a second
  });

  it('tells the number of each line and when it came', async () => {
    writeFileSync(log, lines(1, 3));
    const old = 1_700_000_000;
    utimesSync(log, old, old);
    const reader = follow();
    const first = await reader.pull();
    expect(first).toMatchObject({ input: log, firstLine: 1, written: old });
    expect(first!.arrived).toBeGreaterThan(1_700_000_000);
    appendFileSync(log, lines(4, 4));
    expect(await reader.pull()).toMatchObject({ firstLine: 4 });
  });

  it('begins at its end, its start, or with its oldest piece', async () => {
    writeFileSync(`${log}.2.gz`, execFileSync('gzip', { input: lines(1, 3) }));
    writeFileSync(`${log}.1`, lines(4, 6));
    writeFileSync(log, lines(7, 9));
    expect(await follow(log, { from: 'oldest' }).until(9)).toEqual(wanted(1, 9));
    expect(await follow(log, { from: 'start' }).until(3)).toEqual(wanted(7, 9));
    const end = follow(log, { from: 'end' });
    await end.pull(0.1);
    appendFileSync(log, lines(10, 11));
    expect(await end.until(2)).toEqual(wanted(10, 11));
  });

  it('goes on from the end position, which is behind the last whole line', async () => {
    writeFileSync(`${log}.1`, lines(1, 2));
    writeFileSync(log, lines(3, 5) + line(6).slice(0, 10));
    const end = await endPosition(log, {}, follow().effects);
    expect(end.bytes).toBe(lines(3, 5).length);
    renameSync(`${log}.1`, `${log}.2`);
    appendFileSync(log, `${line(6).slice(10)}\n`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, lines(7, 8));
    const reader = follow();
    reader.start(end.position, null);
    expect(await reader.until(3)).toEqual(wanted(6, 8));
  });

  it('waits for a file that is not there, and for its folder', async () => {
    const path = join(root, 'remote/web1/auth.log');
    const reader = follow(path);
    expect(await reader.pull(0.1)).toBeNull();
    expect(reader.follower.status().state).toEqual({ kind: 'missing', path });
    mkdirSync(join(root, 'remote/web1'), { recursive: true });
    writeFileSync(path, lines(1, 2));
    expect(await reader.until(2)).toEqual(wanted(1, 2));
    expect(reader.follower.status().state).toEqual({ kind: 'following' });
    rmSync(join(root, 'remote'), { recursive: true });
    await reader.pull(1.2);
    mkdirSync(join(root, 'remote/web1'), { recursive: true });
    writeFileSync(path, lines(3, 4));
    expect(await reader.until(4)).toEqual(wanted(1, 4));
  });

  it('is split and decoded as scan does it', async () => {
    const text = Buffer.concat([
      Buffer.from(`${line(1)}\r\n\r\n`),
      Buffer.from([0xff, 0xc3, 0x28, 10]),
      Buffer.from(`Grüße ${'é'.repeat(70_000)}\n`),
      Buffer.from(`${'x'.repeat(1024 * 1024)}\n${'y'.repeat(1024 * 1024 + 9)}\n`),
      Buffer.from(`${line(2)}\na\0b\n`),
    ]);
    const scanned: string[] = [];
    writeFileSync(log, text);
    const reader = follow();
    await readLines(
      { kind: 'file', path: log, bytes: text.length, fromFolder: false },
      { onBegin: () => {}, onLine: (one) => scanned.push(one), onBytes: () => {} },
      reader.effects,
    );
    expect(await reader.until(scanned.length)).toEqual(scanned);
    expect(reader.follower.status()).toMatchObject({
      bytes: text.length,
      lines: scanned.length,
      cutLines: 1,
    });
  });

  it('goes on in the middle of a line that is too long', async () => {
    writeFileSync(log, `${lines(1, 1)}${'y'.repeat(3 * 1024 * 1024)}`);
    const reader = follow();
    await reader.until(2);
    await reader.restart();
    appendFileSync(log, `zzz\n${lines(2, 2)}`);
    expect((await reader.until(3)).map((text) => text.length)).toEqual([
      line(1).length,
      1024 * 1024,
      line(2).length,
    ]);
  });

  it('is read behind the zeros that a crash or a hole leaves', async () => {
    writeFileSync(log, lines(1, 1));
    appendFileSync(log, Buffer.alloc(3 * 1024 * 1024));
    const reader = follow();
    await reader.until(1);
    await reader.restart();
    appendFileSync(log, lines(2, 2));
    expect(await reader.until(2)).toEqual(wanted(1, 2));
  });
});

describe('rotation by rename', () => {
  it('first reads what is still written to the old file', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow(log, { quietSeconds: 0.3 });
    await reader.until(2);
    const old = openSync(log, 'a');
    renameSync(log, `${log}.1`);
    writeFileSync(log, lines(5, 6));
    await reader.pull(0.1);
    writeSync(old, lines(3, 4));
    closeSync(old);
    expect(await reader.until(6)).toEqual(wanted(1, 6));
    expect(reader.follower.status().turns).toBe(1);
  });

  it('is not behind while the new file is empty, and all of the old one was read', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    await reader.until(2);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    await reader.pull(0.2);
    expect(reader.follower.status().behindBytes).toBe(0);
    appendFileSync(log, lines(3, 3));
    expect(await reader.until(3)).toEqual(wanted(1, 3));
  });

  it('also takes what is written to the old file long after, and keeps to that order after a crash', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    await reader.until(2);
    const old = openSync(log, 'a');
    renameSync(log, `${log}.1`);
    writeFileSync(log, lines(3, 4));
    await reader.until(4);
    writeSync(old, lines(5, 6));
    await reader.until(6);
    appendFileSync(log, lines(7, 8));
    expect(await reader.until(8)).toEqual(wanted(1, 8));
    closeSync(old);
    await reader.restart(0);
    await reader.until(8);
    appendFileSync(log, lines(9, 9));
    expect(await reader.until(9)).toEqual(wanted(1, 9));
    expect(reader.contradictions).toEqual([]);
  });

  it('goes on with a program that never opens its log again', async () => {
    writeFileSync(log, lines(1, 2));
    const old = openSync(log, 'a');
    const reader = follow();
    await reader.until(2);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    await reader.pull(0.3);
    writeSync(old, lines(3, 4));
    expect(await reader.until(4)).toEqual(wanted(1, 4));
    closeSync(old);
  });

  it.each([
    ['gz', 'gzip'],
    ['xz', 'xz'],
    ['zst', 'zstd'],
    ['bz2', 'bzip2'],
  ])('while away: finds its place in a .%s and reads what came after', async (ending, program) => {
    if (spawnSync(program, ['--version']).error !== undefined) return;
    writeFileSync(log, lines(1, 40));
    const reader = follow();
    await reader.until(40);
    await reader.stop();
    appendFileSync(log, lines(41, 60));
    writeFileSync(`${log}.2.${ending}`, execFileSync(program, ['-c'], { input: execFileSync('cat', [log]) }));
    unlinkSync(log);
    writeFileSync(`${log}.1`, lines(61, 80));
    writeFileSync(log, lines(81, 100));
    await reader.restart();
    expect(await reader.until(100)).toEqual(wanted(1, 100));
    expect(kinds(reader)).not.toContain('gap: vanished');
  });

  it('with dates for numbers, while away twice', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    await reader.stop();
    renameSync(log, `${log}-20261117`);
    writeFileSync(`${log}-20261118`, lines(21, 40));
    writeFileSync(log, lines(41, 60));
    await reader.restart();
    expect(await reader.until(60)).toEqual(wanted(1, 60));
  });

  it('into another folder', async () => {
    mkdirSync(join(root, 'old'));
    writeFileSync(log, lines(1, 20));
    const reader = follow(log, { rotatedIn: [join(root, 'old')] });
    await reader.until(20);
    await reader.stop();
    appendFileSync(log, lines(21, 25));
    renameSync(log, join(root, 'old/auth.log.1'));
    writeFileSync(log, lines(26, 30));
    await reader.restart();
    expect(await reader.until(30)).toEqual(wanted(1, 30));
  });

  it('says so where what it read last is gone', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    await reader.stop();
    unlinkSync(log);
    writeFileSync(log, lines(21, 30));
    await reader.restart();
    expect(await reader.until(30)).toEqual(wanted(1, 30));
    expect(kinds(reader)).toContain('gap: vanished');
  });

  it('does not read a compressed piece that is not whole beside the plain one', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    await reader.stop();
    appendFileSync(log, lines(21, 40));
    renameSync(log, `${log}.1`);
    writeFileSync(`${log}.1.gz`, execFileSync('gzip', { input: lines(1, 40) }).subarray(0, 60));
    writeFileSync(log, lines(41, 50));
    await reader.restart();
    expect(await reader.until(50)).toEqual(wanted(1, 50));
  });
});

describe('rotation by copytruncate', () => {
  it('reads what came just before from the copy', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    await reader.until(2);
    appendFileSync(log, lines(3, 4) + line(5).slice(0, 20));
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    appendFileSync(log, lines(6, 9));
    expect(await reader.until(8)).toEqual([...wanted(1, 4), line(5).slice(0, 20), ...wanted(6, 9)]);
    expect(kinds(reader)).not.toContain('gap: emptied');
  });

  it('sees it although the file is longer than before by then', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    await reader.until(2);
    copyFileSync(log, `${log}.1`);
    writeFileSync(log, lines(3, 9));
    expect(await reader.until(9)).toEqual(wanted(1, 9));
  });

  it('finds a copy that was compressed at once', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    writeFileSync(`${log}.1.gz`, execFileSync('gzip', { input: lines(1, 30) }));
    writeFileSync(log, lines(31, 32));
    expect(await reader.until(32)).toEqual(wanted(1, 32));
  });

  it('says so where there is no copy', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    writeFileSync(log, lines(21, 22));
    expect(await reader.until(22)).toEqual(wanted(1, 22));
    expect(kinds(reader)).toContain('gap: emptied');
  });

  it('under a program that does not append leaves a hole, which is passed over', async () => {
    const writer = openSync(log, 'w');
    writeSync(writer, lines(1, 20_000));
    const reader = follow();
    await reader.until(20_000);
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    writeSync(writer, lines(20_001, 20_001));
    expect(statSync(log).size).toBeGreaterThan(1024 * 1024);
    expect((await reader.until(20_001)).at(-1)).toBe(line(20_001));
    closeSync(writer);
  });
});

describe('whatever else happens to it', () => {
  it('it is deleted and made again', async () => {
    writeFileSync(log, lines(1, 20));
    const reader = follow();
    await reader.until(20);
    unlinkSync(log);
    await reader.pull(0.1);
    writeFileSync(log, lines(21, 22));
    expect(await reader.until(22)).toEqual(wanted(1, 22));
  });

  it('a link is switched to another file, also while away', async () => {
    const link = join(root, 'current.log');
    writeFileSync(join(root, 'app-2026-11-17.log'), lines(1, 20));
    symlinkSync('app-2026-11-17.log', link);
    const reader = follow(link);
    await reader.until(20);
    const point = (target: string): void => {
      symlinkSync(target, `${link}.new`);
      renameSync(`${link}.new`, link);
    };
    writeFileSync(join(root, 'app-2026-11-18.log'), lines(21, 40));
    point('app-2026-11-18.log');
    await reader.until(40);
    appendFileSync(join(root, 'app-2026-11-18.log'), lines(41, 45));
    await reader.until(45);
    await reader.stop();
    appendFileSync(join(root, 'app-2026-11-18.log'), lines(46, 50));
    writeFileSync(join(root, 'app-2026-11-19.log'), lines(51, 60));
    point('app-2026-11-19.log');
    await reader.restart();
    expect(await reader.until(60)).toEqual(wanted(1, 60));
  });

  it('a loss of power took the end that was read, and it was written on since', async () => {
    writeFileSync(log, lines(1, 30));
    const reader = follow();
    await reader.until(30);
    for (let n = 31; n <= 40; n++) {
      appendFileSync(log, lines(n, n));
      await reader.until(n);
    }
    await reader.stop();
    truncateSync(log, lines(1, 37).length + 10);
    appendFileSync(log, `\n${lines(41, 60)}`);
    await reader.restart();
    const texts = await reader.until(61);
    expect(texts.slice(0, 40)).toEqual(wanted(1, 40));
    expect(texts.slice(-20)).toEqual(wanted(41, 60));
    expect(texts).toHaveLength(61); // with what the loss left of line 38
    expect(kinds(reader)).toContain('gap: changed');
  });

  it('somebody cuts off its end', async () => {
    writeFileSync(log, lines(1, 40));
    const reader = follow();
    await reader.until(40);
    truncateSync(log, lines(1, 30).length);
    await reader.pull(1.3);
    appendFileSync(log, lines(41, 42));
    expect(await reader.until(42)).toEqual(wanted(1, 42));
  });

  it('it may not be read for a while', async () => {
    if (process.getuid?.() !== 0 || process.seteuid === undefined) return; // to lose rights one must have them
    writeFileSync(log, lines(1, 2), { mode: 0o600 });
    execFileSync('chmod', ['755', root]);
    const reader = follow();
    process.seteuid(65534);
    try {
      expect(await reader.pull(0.2)).toBeNull();
      expect(reader.follower.status().state).toEqual({ kind: 'no-rights', path: log });
      await reader.pull(1.2);
    } finally {
      process.seteuid(0);
    }
    expect(await reader.until(2)).toEqual(wanted(1, 2));
    expect(kinds(reader)).toEqual(['no-rights', 'following']);
  });

  it.each([
    ['folder', (path: string) => mkdirSync(path)],
    ['pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('a %s is in its place, until a file is', async (what, make) => {
    make(log);
    const reader = follow();
    expect(await reader.pull(0.2)).toBeNull();
    expect(reader.follower.status().state).toEqual({ kind: 'not-a-file', path: log, what });
    rmSync(log, { recursive: true });
    writeFileSync(log, lines(1, 2));
    expect(await reader.until(2)).toEqual(wanted(1, 2));
  });

  it('a position of another version is told, and reading begins anew', async () => {
    writeFileSync(log, lines(1, 2));
    const reader = follow();
    reader.start('{"v":99}', null);
    expect(await reader.until(2)).toEqual(wanted(1, 2));
    expect(kinds(reader)).toContain('gap: changed');
  });
});
