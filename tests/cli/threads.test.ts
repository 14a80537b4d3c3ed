// Two threads read what one reads, to the byte: the built program over logs that are awkward for the ring between them
// (src/parse/fast/ring.ts). Whichever thread is the faster, the table, the counts and the warnings are the same.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLines } from '../../fuzz/lines.mjs';
import { shipped } from '../../src/parse/services.ts';
import type { loadAttempts as Load, LoadedLog } from '../../src/store/load.ts';
import { buildWhenStale } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowbrute-threads-'));
const templates = shipped().sshd.forms.map((form) => form.template);
let loadAttempts: typeof Load;

beforeAll(async () => {
  buildWhenStale();
  const built = resolve(import.meta.dirname, '../../dist/store/load.js');
  ({ loadAttempts } = (await import(built)) as { readonly loadAttempts: typeof Load });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function load(
  paths: readonly string[],
  threads: 1 | 2,
  piped: Buffer | null = null,
  programPath?: string,
): Promise<LoadedLog> {
  const pieces: Buffer[] = [];
  for (let at = 0; piped !== null && at < piped.length; at += 65_536)
    pieces.push(piped.subarray(at, at + 65_536));
  return await loadAttempts(
    paths,
    { timezone: 'Europe/Oslo', year: null, since: null, until: null, now: 1_800_000_000, threads },
    {
      stdin: Readable.from(pieces),
      logFolder: folder,
      journal: 'journalctl',
      programPath,
      onProgress: () => {},
    },
  );
}

async function expectSame(name: string, content: Buffer) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const alone = await load([path], 1);
  expect(await load([path], 2)).toEqual(alone);
  return alone;
}

/** sshd's lines with as many names and addresses as there are visits, so that every list of numbers grows. */
function visits(count: number, line: (i: number) => string = () => ''): Buffer {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const minute = String(Math.floor(i / 60) % 60).padStart(2, '0');
    const hour = String(Math.floor(i / 3600) % 24).padStart(2, '0');
    const stamp = `Mar ${String(1 + (Math.floor(i / 86_400) % 28)).padStart(2)} ${hour}:${minute}:${String(i % 60).padStart(2, '0')}`;
    const source =
      i % 3 === 0 ? `2001:db8::${(i + 1).toString(16).slice(-4)}:1` : `198.18.${(i >> 8) & 255}.${i & 255}`;
    const user = `name-${i}${'x'.repeat(i % 40)}`;
    lines.push(
      `${stamp} host-${i % 70} sshd[${i}]: Invalid user ${user} from ${source} port ${1024 + (i % 50_000)}`,
    );
    lines.push(
      `${stamp} host-${i % 70} sshd[${i}]: Failed password for invalid user ${user} from ${source} port ${1024 + (i % 50_000)} ssh2`,
    );
    const more = line(i);
    if (more !== '') lines.push(more);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

describe('two threads read what one reads of', () => {
  it('many names, sources and sensors', async () => {
    const { table } = await expectSame('many.log', visits(60_000));
    expect(table.users.length).toBe(60_001);
  });

  it('many names through a pipe', async () => {
    const content = visits(60_000);
    expect(await load(['-'], 2, content)).toEqual(await load(['-'], 1, content));
  });

  it.skipIf(spawnSync('zstd', ['--version']).status !== 0)(
    'a .zst through the pipe of the program that made it, whole and cut short',
    async () => {
      const plain = join(folder, 'piped.log');
      writeFileSync(plain, visits(150_000));
      const path = join(folder, 'piped.log.zst');
      expect(spawnSync('zstd', ['-q', '-1', plain, '-o', path]).status).toBe(0);
      const size = statSync(path).size;
      expect(size).toBeGreaterThan(1024 * 1024);
      for (const left of [size, Math.floor(size / 2)]) {
        truncateSync(path, left);
        const [byScript, alone, both] = [
          await load([path], 1),
          await load([path], 1, null, process.env.PATH),
          await load([path], 2, null, process.env.PATH),
        ];
        expect(both).toEqual(alone);
        expect(alone.warnings.map(({ code }) => code)).toEqual(left === size ? [] : ['truncated']);
        if (left === size) expect(alone).toEqual(byScript);
      }
    },
  );

  it.each([1, 2, 3])('generated lines, %i', async (seed) => {
    const corpus: string[] = [];
    const lines = Array.from({ length: 12 }, (_, i) =>
      makeLines(40 * seed + i, 2_000, templates, corpus),
    ).flat();
    await expectSame(`generated-${seed}.log`, Buffer.from(`${lines.join('\n')}\n`));
    await expectSame(`generated-${seed}.log.gz`, gzipSync(Buffer.from(`${lines.join('\n')}\n`)));
  });

  it('lines longer than a block, and longer than what is kept of a line', async () => {
    const long = (i: number) =>
      i % 5_000 !== 77
        ? ''
        : `Mar  1 00:00:00 host sshd[9]: Failed password for ${'y '.repeat(100_000 + 150 * i)} from 192.0.2.1 port 5 ssh2`;
    const { warnings } = await expectSame('long.log', visits(30_000, long));
    expect(warnings.map(({ code }) => code)).toContain('cut-lines');
  });

  it('empty lines by the thousand, of which each is an event', async () => {
    await expectSame(
      'empty.log',
      visits(20_000, (i) => (i % 900 === 5 ? '\n'.repeat(30_000) : '')),
    );
  });

  it('records in the middle', async () => {
    const record = '{"MESSAGE":"Failed password for root from 192.0.2.7 port 22 ssh2","_COMM":"sshd"}';
    await expectSame(
      'records.log',
      visits(20_000, (i) => (i % 97 === 0 ? record : '')),
    );
  });

  it('hours that the clock goes through twice', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 60_000; i++) {
      const second = (6_000 + i / 4) % 10_800;
      const at = [second / 3600, (second / 60) % 60, second % 60].map((n) =>
        String(Math.floor(n)).padStart(2, '0'),
      );
      lines.push(
        `Oct 26 ${at.join(':')} host sshd[${i}]: Failed password for root from 192.0.2.${i % 250} port ${2_000 + i} ssh2`,
      );
    }
    await expectSame('autumn.log', Buffer.from(lines.join('\n')));
  });

  it('a file without a last newline, and one that breaks off', async () => {
    const content = visits(20_000);
    await expectSame('cut.log', content.subarray(0, -7));
    const packed = gzipSync(content);
    const { warnings } = await expectSame('broken.log.gz', packed.subarray(0, packed.length - 5_000));
    expect(warnings.map(({ code }) => code)).toContain('truncated');
  });

  it('several files, one after the other', async () => {
    const parts = [
      visits(20_000),
      visits(3),
      Buffer.alloc(0),
      visits(25_000, (i) => (i % 2 ? '' : 'last message repeated 2 times')),
    ];
    const paths = parts.map((part, i) => {
      const path = join(folder, `auth.log.${parts.length - i}`);
      writeFileSync(path, part);
      return path;
    });
    expect(await load(paths, 2)).toEqual(await load(paths, 1));
  });
});
