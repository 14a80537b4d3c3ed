import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Trouble } from '../model/error.ts';
import type { ReadEffects } from './effects.ts';
import type { Input } from './inputs.ts';
import { readLines } from './lines.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-lines-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const line = (second: number) =>
  `Nov 19 15:04:${String(second % 60).padStart(2, '0')} host sshd[1]: Invalid user alias from 192.0.2.${second % 250}`;
const LOG = Array.from({ length: 20_000 }, (_, i) => `${line(i)}\n`).join('');

async function read(bytes: Buffer | string, from: 'file' | 'stdin' = 'file', name = 'auth.log') {
  const path = join(root, name);
  if (from === 'file') writeFileSync(path, bytes);
  const input: Input =
    from === 'file'
      ? { kind: 'file', path, bytes: bytes.length, fromFolder: false }
      : { kind: 'stdin', path: '-' };
  const stdin = Readable.from(
    (function* () {
      const all = Buffer.from(bytes as string);
      for (let at = 0; at < all.length; at += 1000) yield all.subarray(at, at + 1000);
    })(),
  );
  return readInput(input, { stdin, logFolder: root, journal: 'journalctl' });
}

async function readInput(input: Input, effects: ReadEffects) {
  const lines: string[] = [];
  let consumed = 0;
  let begun = 0;
  const result = await readLines(
    input,
    {
      onBegin: () => void begun++,
      onLine: (text) => void lines.push(text),
      onBytes: (count) => {
        consumed += count;
      },
    },
    effects,
  );
  expect(begun).toBe(1);
  return { ...result, lines, consumed };
}

async function trouble(bytes: Buffer | string, name?: string) {
  const error = await read(bytes, 'file', name).then(
    () => null,
    (caught: unknown) => caught as Trouble,
  );
  return error === null
    ? null
    : `${error.message.replace(`${root}/`, '')} | ${error.remedy.replace(`${root}/`, '')}`;
}

describe.each(['file', 'stdin'] as const)('the lines of a %s', (from) => {
  it('come as they are written', async () => {
    const { lines, bytes, trouble: none } = await read(LOG, from);
    expect(lines).toHaveLength(20_000);
    expect(lines[7]).toBe(line(7));
    expect(bytes).toBe(LOG.length);
    expect(none).toBe(null);
  });

  it('come out of gzip, whatever the file is called', async () => {
    const packed = gzipSync(LOG);
    const { lines, bytes, consumed } = await read(packed, from);
    expect(lines).toHaveLength(20_000);
    expect(bytes).toBe(LOG.length);
    expect(consumed).toBe(packed.length);
  });

  it('come out of gzip in gzip', async () => {
    expect((await read(gzipSync(gzipSync(LOG)), from)).lines).toHaveLength(20_000);
  });

  it('come out of several gzip members in a row', async () => {
    const { lines } = await read(
      Buffer.concat([gzipSync(`${line(1)}\n`), gzipSync(LOG), gzipSync(line(2))]),
      from,
    );
    expect(lines).toHaveLength(20_002);
  });

  it('come out of truncated gzip, whole lines up to the damage, which is told', async () => {
    const whole = gzipSync(LOG, { level: 1 });
    const { lines, trouble: damage } = await read(whole.subarray(0, Math.floor(whole.length / 2)), from);
    expect(lines.length).toBeGreaterThan(5_000);
    expect(lines).toEqual(LOG.split('\n').slice(0, lines.length));
    expect(damage?.code).toBe('truncated');
    expect(damage?.message).toMatch(/end too early/);
  });

  it('come out of gzip damaged in the middle up to there', async () => {
    const whole = gzipSync(LOG, { level: 1 });
    const middle = Math.floor(whole.length / 2);
    whole.fill(0xff, middle, middle + 64);
    const { lines, trouble: damage } = await read(whole, from);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(damage?.message).toMatch(/are damaged/);
  });

  it('are none where there is nothing', async () => {
    expect(await read('', from)).toMatchObject({ lines: [], bytes: 0, trouble: null });
    expect(await read(gzipSync(''), from)).toMatchObject({ lines: [], bytes: 0, trouble: null });
  });

  it('are read behind a block of NUL bytes, as a crash leaves', async () => {
    for (const block of [100, 5_000, 3_000_000]) {
      const { lines } = await read(`${'\0'.repeat(block)}\n${line(1)}\n${line(2)}\n`, from);
      expect(lines.slice(1)).toEqual([line(1), line(2)]);
    }
    const { lines } = await read(`${line(1)}\n${'\0'.repeat(4000)}${line(2)}\n${line(3)}\n`, from);
    expect([lines[0], lines[2]]).toEqual([line(1), line(3)]);
  });
});

describe('what is no log', () => {
  const random = deflateRawSync(LOG).subarray(10, 5000); // looks like chance, and is the same every time
  const accounting = Buffer.alloc(384 * 20); // as wtmp: short fields padded with NUL bytes
  for (let i = 0; i < 20; i++)
    for (const [at, text] of [
      [4, '\x01'],
      [8, 'ts/0'],
      [40, 'ts/0'],
      [44, 'per'],
      [76, '192.0.2.9'],
      [340, 'Y\x02'],
    ] as const)
      accounting.write(text, i * 384 + at);

  it.each<[string, Buffer | string, RegExp]>([
    ['chance', random, /is not a text log \| Name the text log/],
    ['login accounting', accounting, /is not a text log \| Name the text log/],
    ['UTF-16 without its mark', Buffer.from(LOG, 'utf16le'), /is UTF-16 text/],
    [
      'xz that ends after its magic',
      Buffer.from('\xfd7zXZ\0\0\x04', 'latin1'),
      /: the xz data (?:end too early|are damaged); nothing/,
    ],
    [
      'bzip2 that ends after its magic',
      'BZh91AY&SY',
      /: the bzip2 data end too early; nothing of it could be read \| Compare/,
    ],
    ['RAR', 'Rar!\x1a\x07\x01\0', /is a RAR archive \| Run: unrar p -inul auth.log \| slowbrute scan -/],
    ['a journal file', 'LPKSHHRH\0\0', /a journal file \| Run: journalctl -o json --file/],
    ['gzip in gzip in gzip', gzipSync(gzipSync(gzipSync(LOG))), /is compressed three times \| Decompress/],
  ])('%s is refused with a remedy', async (_, bytes, expected) => {
    expect(await trouble(bytes)).toMatch(expected);
  });

  it('gets its name quoted for the shell', async () => {
    expect(await trouble('Rar!\x1a\x07', "it's; rm -rf.rar")).toContain("'it'\\''s; rm -rf.rar' | slowbrute");
  });
});

describe('what is a log in spite of its bytes', () => {
  it.each<[string, Buffer | string]>([
    [
      'hostile names in every line',
      Array.from({ length: 50 }, () => `${line(1)}\x1b[2J\x07\x01\x02\x03`).join('\n'),
    ],
    ['Latin-1', Buffer.from(`${line(1)} \xe5\xf8\xe6\n`.repeat(50), 'latin1')],
    ['one line without an end', `${line(1)} ${'x'.repeat(100_000)}`],
    ['text of another kind', 'hello\nworld\n'],
  ])('%s', async (_, bytes) => {
    expect((await read(bytes)).lines.length).toBeGreaterThan(0);
  });
});

describe('what this user may not read', () => {
  it('is trouble with a remedy', async () => {
    const path = join(root, 'auth.log');
    writeFileSync(path, LOG);
    chmodSync(path, 0);
    chmodSync(root, 0o755);
    const isRoot = process.geteuid?.() === 0; // root may read everything: be nobody for a moment
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(
        readInput(
          { kind: 'file', path, bytes: LOG.length, fromFolder: false },
          { stdin: Readable.from([]), logFolder: root, journal: 'journalctl' },
        ),
      ).rejects.toMatchObject({ code: 'not-readable', remedy: expect.stringMatching(/group adm/) });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

describe('the journal', () => {
  function journal(script: string) {
    const command = join(root, 'journalctl');
    writeFileSync(command, `#!/bin/sh\n${script}\n`);
    chmodSync(command, 0o755);
    return readInput(
      { kind: 'journal', path: 'journal' },
      { stdin: Readable.from([]), logFolder: root, journal: command },
    );
  }
  it('is what journalctl prints, one JSON object a line', async () => {
    const entry = JSON.stringify({ __REALTIME_TIMESTAMP: '1227107062000000', MESSAGE: 'Invalid user a' });
    const { lines, trouble: none } = await journal(`printf '%s\\n' '${entry}' '${entry}'`);
    expect(lines).toEqual([entry, entry]);
    expect(none).toBe(null);
  });

  it('is asked for sshd alone, without a shell', async () => {
    const { lines } = await journal('printf "%s\\n" "$@"');
    expect(lines).toContain('--output=json');
    expect(lines).toContain('--identifier=sshd-session');
  });

  it.each([
    ['echo "No journal files were opened due to insufficient permissions." >&2', /insufficient permissions/],
    ['echo "Failed to open: no" >&2; exit 1', /ended with status 1: Failed to open/],
  ])('that cannot be read is trouble with a remedy: %s', async (script, expected) => {
    await expect(journal(script)).rejects.toMatchObject({
      code: 'no-journal',
      message: expect.stringMatching(expected),
    });
  });

  it('that is not there is trouble with a remedy', async () => {
    await expect(
      readInput(
        { kind: 'journal', path: 'journal' },
        { stdin: Readable.from([]), logFolder: root, journal: join(root, 'none') },
      ),
    ).rejects.toMatchObject({ code: 'no-journal' });
  });
});
