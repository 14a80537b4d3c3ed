// A log is the same log however it is kept: cut into pieces at any line, rotated under any names, compressed in any
// way, packed, named in any order, with copies and links beside it. The attempts are those of the one file.
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, isoTime } from '../../src/model/time.ts';
import { type LoadOptions, loadAttempts } from '../../src/store/load.ts';
import { COMPRESSIONS, tar, zip } from './pack.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-pieces-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const NOW = Date.UTC(2026, 10, 22, 12) / 1000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const stamp = (seconds: number) => {
  const date = new Date(seconds * 1000);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
};

/** Fourteen months of three attempts a day, over two new years, each in two lines. */
const LOG: readonly string[] = Array.from({ length: 14 * 30 * 3 }, (_, i) => {
  const time = NOW - 14 * 30 * DAY + i * (DAY / 3) + ((i * 7919) % 3600);
  const pid = 1000 + ((i * 31) % 30_000);
  const from = `from 192.0.2.${i % 250} port ${40_000 + (i % 20_000)}`;
  return [
    `${stamp(time)} host sshd[${pid}]: Invalid user user${i % 97} ${from}`,
    `${stamp(time + 2)} host sshd[${pid}]: Failed password for invalid user user${i % 97} ${from} ssh2`,
  ];
}).flat();

async function load(
  paths: readonly string[],
  options: Partial<LoadOptions> = {},
  stdin: Buffer | null = null,
) {
  const { table, input, warnings } = await loadAttempts(
    paths,
    { timezone: 'UTC', year: null, since: null, until: null, now: NOW, ...options },
    {
      stdin: Readable.from(stdin === null ? [] : [stdin]),
      logFolder: root,
      journal: '/nonexistent/journalctl',
      programPath: process.env.PATH,
      onProgress: () => {},
    },
  );
  return {
    attempts: Array.from(
      table.time,
      (time, i) => `${isoTime(time)} ${table.users[table.user[i]!]} ${table.sources[table.source[i]!]}`,
    ),
    lines: input.lines,
    unread: input.unreadLines,
    warnings: warnings.map((warning) => `${warning.code}: ${warning.message.replaceAll(`${root}/`, '')}`),
    paths: input.paths.map((path) => path.replace(`${root}/`, '')),
  };
}

function write(name: string, bytes: Buffer | string): string {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const text = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const whole = async () => (await load([write('whole/auth.log', text(LOG))])).attempts;

/** The log cut at any lines, oldest piece first, each with a way to compress it. */
const cuts = fc
  .array(fc.integer({ min: 1, max: LOG.length - 1 }), { maxLength: 9 })
  .map((at) => [0, ...new Set(at.sort((a, b) => a - b)), LOG.length])
  .map((at) => at.slice(1).map((end, i) => LOG.slice(at[i], end)));
const compressed = fc.infiniteStream(fc.constantFrom(...COMPRESSIONS));

/** Name of piece `i` of `n`, oldest first, as a rotation writes it. */
const SCHEMES: readonly (readonly [string, (i: number, n: number) => string])[] = [
  ['logrotate', (i, n) => (i === n - 1 ? 'auth.log' : `auth.log.${n - 1 - i}`)],
  ['newsyslog', (i, n) => (i === n - 1 ? 'authlog' : `authlog.${n - 2 - i}`)],
  ['before the extension', (i, n) => (i === n - 1 ? 'auth.log' : `auth.${n - 2 - i}.log`)],
];
const scheme = fc.constantFrom(...SCHEMES);

describe('the pieces of a log', () => {
  it('are the log, however they are cut, named, compressed and ordered', async () => {
    const expected = await whole();
    expect(expected).toHaveLength(LOG.length / 2);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        cuts,
        compressed,
        scheme,
        fc.infiniteStream(fc.nat()),
        async (pieces, ways, [, name], order) => {
          const folder = `run${run++}`;
          const paths = pieces.map((lines, i) => {
            const [ending, compress] = i === pieces.length - 1 ? COMPRESSIONS[0]! : ways.next().value!;
            return write(`${folder}/${name(i, pieces.length)}${ending}`, compress(text(lines)));
          });
          const keys = new Map(paths.map((path) => [path, order.next().value!]));
          const shuffled = [...paths].sort((a, b) => keys.get(a)! - keys.get(b)!);
          const { attempts, warnings, lines, unread } = await load(shuffled);
          expect({ warnings, lines, unread }).toEqual({ warnings: [], lines: LOG.length, unread: 0 });
          expect(attempts).toEqual(expected);
          expect((await load([join(root, folder)])).attempts).toEqual(expected);
          const current = paths.at(-1)!;
          expect((await load([current], { followRotations: true })).attempts).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('are the log in an archive, in any order and compressed twice, from a file or a pipe', async () => {
    const expected = await whole();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        cuts,
        compressed,
        fc.constantFrom(...COMPRESSIONS),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        async (pieces, ways, [, outside], isZip, order) => {
          const entries = pieces.map((lines, i) => {
            const [ending, compress] = ways.next().value!;
            const age = pieces.length - 1 - i;
            return {
              name: `var/log/auth.log${age === 0 ? '' : `.${age}`}${ending}`,
              bytes: compress(text(lines)),
              key: order.next().value!,
            };
          });
          entries.sort((a, b) => a.key - b.key);
          const bytes = isZip ? zip(entries) : outside(tar(entries));
          const path = write(`run${run++}/logs`, bytes);
          const { attempts, warnings, paths } = await load([path]);
          expect({ attempts, warnings }).toEqual({ attempts: expected, warnings: [] });
          expect(paths).toHaveLength(pieces.length);
          expect((await load(['-'], {}, bytes)).attempts).toEqual(expected);
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it('are the log in one stream, newest piece first, as zcat prints them', async () => {
    const expected = await whole();
    const month = 180;
    const pieces: (readonly string[])[] = [];
    for (let from = 0; from < LOG.length; from += month) pieces.push(LOG.slice(from, from + month));
    const stream = text(pieces.reverse().flat());
    expect((await load(['-'], {}, stream)).attempts).toEqual(expected);
  });
});

describe('the same lines under several names', () => {
  const HALF = LOG.length / 2;

  it('count once: copies, compressed or not, in other folders', async () => {
    const expected = await whole();
    const bytes = text(LOG);
    const paths = [write('a/auth.log', bytes), write('b/secure', bytes), write('c/x.gz', gzipSync(bytes))];
    const { attempts, warnings, paths: read } = await load(paths);
    expect(attempts).toEqual(expected);
    expect(read).toEqual(['a/auth.log']);
    expect(warnings).toEqual([
      'same-log: b/secure holds nothing that a/auth.log does not; c/x.gz holds nothing that a/auth.log does not',
    ]);
  });

  it('count once: a piece beside its compressed self, whole or half done', async () => {
    const expected = await whole();
    const old = text(LOG.slice(0, HALF));
    for (const packed of [gzipSync(old), gzipSync(old).subarray(0, 9000)]) {
      const paths = [
        write('log/auth.log.1.gz', packed),
        write('log/auth.log', text(LOG.slice(HALF))),
        write('log/auth.log.1', old),
      ];
      const { attempts, warnings } = await load(paths);
      expect(attempts).toEqual(expected);
      expect(warnings[0]).toMatch(
        /^same-log: log\/auth\.log\.1\.gz holds nothing that log\/auth\.log\.1 does not$/,
      );
    }
  });

  it('count once: a snapshot of a log that has grown since', async () => {
    const expected = await whole();
    const snapshot = write('old/auth.log', text(LOG.slice(0, HALF)));
    const grown = write('new/auth.log', text(LOG));
    const { attempts, warnings } = await load([snapshot, grown]);
    expect(attempts).toEqual(expected);
    expect(warnings).toEqual([
      `same-log: new/auth.log begins with ${text(LOG.slice(0, HALF)).length} bytes that old/auth.log begins with, too`,
    ]);
    expect((await load([grown, snapshot])).attempts).toEqual(expected);
  });

  it('count once: a damaged copy of a log, but for an attempt that the damage cuts in two', async () => {
    const expected = await whole();
    const packed = gzipSync(text(LOG), { level: 1 });
    const damaged = write('old/auth.log.gz', packed.subarray(0, Math.floor(packed.length / 2)));
    const log = write('new/auth.log', text(LOG));
    const { attempts } = await load([damaged, log]);
    expect(attempts).toEqual(expect.arrayContaining(expected as string[]));
    expect(attempts.length - expected.length).toBeLessThanOrEqual(1);
  });

  it('count once: links', async () => {
    const expected = await whole();
    const path = write('log/auth.log', text(LOG));
    symlinkSync(path, join(root, 'log/secure'));
    linkSync(path, join(root, 'log/authlog'));
    const { attempts, warnings } = await load([join(root, 'log')]);
    expect(attempts).toEqual(expected);
    expect(warnings).toEqual([
      expect.stringMatching(/^same-log: .* under another name; .* under another name$/),
    ]);
  });

  it('count once: a piece that begins with the end of the one before', async () => {
    const expected = await whole();
    const paths = [
      write('auth.log.1', text(LOG.slice(0, HALF + 100))),
      write('auth.log', text(LOG.slice(HALF))),
    ];
    const { attempts, warnings } = await load(paths);
    expect(attempts).toEqual(expected);
    expect(warnings).toEqual([expect.stringMatching(/^replayed-lines: 100 lines are in the log twice/)]);
  });

  it('count each of two hosts whose logs begin with one line that says nothing', async () => {
    const header = '-- Logs begin at Mon 2026-01-01 --';
    const [a, b] = [LOG.slice(0, 400), LOG.slice(0, 400).map((line) => line.replace(' host ', ' town '))];
    const paths = [write('a/auth.log', text([header, ...a])), write('b/auth.log', text([header, ...b]))];
    const { attempts, warnings } = await load(paths);
    expect(attempts).toHaveLength(400);
    expect(warnings).toEqual([]);
  });
});
