// The line that told of an attempt of a finished log: read again from where it stands, whatever file that is in, and never another one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { ofLog } from '../view/of-log.ts';
import type { AttemptRow } from '../view/site.ts';
import type { CommandEffects } from './effects.ts';
import { loadLog } from './load-log.ts';
import { logLines } from './log-lines.ts';

const NOW = Date.UTC(2026, 5, 1) / 1000;
const OPTIONS = { since: null, until: null, year: null, timezone: null };
const quiet = { write: () => true };
const effects: CommandEffects = {
  stdout: quiet,
  stderr: quiet,
  stdin: Readable.from([]),
  environment: {},
  logFolder: '/nowhere',
  journal: '/nowhere/journalctl',
  programPath: undefined,
  now: () => NOW,
  machineZone: 'UTC',
};

const folder = () => mkdtempSync(join(tmpdir(), 'slowbrute-lines-'));
const line = (minute: number, user: string, source: string) =>
  `2026-05-01T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z host sshd[${1000 + minute}]: Failed password for invalid user ${user} from ${source} port 22 ssh2`;

async function opened(paths: readonly string[]) {
  const loaded = (await loadLog(paths, OPTIONS, effects, { count: true }))!;
  const detection = detect(loaded.table, DEFAULT_DETECT_OPTIONS);
  const report = buildReport(loaded, detection, DEFAULT_DETECT_OPTIONS);
  const found = logLines(paths, OPTIONS, effects, NOW);
  return ofLog(
    { name: 'log', version: '1', table: loaded.table, detection, report },
    { lines: (rows, milliseconds) => found.find(rows, milliseconds) },
  );
}

async function all(rows: AsyncIterable<AttemptRow>): Promise<AttemptRow[]> {
  const list: AttemptRow[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

describe('the line of an attempt', () => {
  it('is found in each file, plain or compressed, with its number there', async () => {
    const at = folder();
    const noise = 'May  1 00:00:01 host CRON[1]: pam_unix(cron:session): session opened for user root(uid=0)';
    writeFileSync(
      join(at, 'auth.log.1.gz'),
      gzipSync(`${noise}\n${line(1, 'ada', '192.0.2.1')}\n${line(2, 'bob', '192.0.2.2')}\n`),
    );
    writeFileSync(
      join(at, 'auth.log'),
      `${line(3, 'cy', '192.0.2.3')}\r\n${noise}\n${line(4, 'dee', '192.0.2.4')}`,
    );
    const site = await opened([join(at, 'auth.log.1.gz'), join(at, 'auth.log')]);
    const rows = await all(site.attempts({ limit: 10 }));
    expect(rows.map(({ text, input, line: number }) => [text, input.slice(at.length + 1), number])).toEqual([
      [line(1, 'ada', '192.0.2.1'), 'auth.log.1.gz', 2],
      [line(2, 'bob', '192.0.2.2'), 'auth.log.1.gz', 3],
      [line(3, 'cy', '192.0.2.3'), 'auth.log', 1],
      [line(4, 'dee', '192.0.2.4'), 'auth.log', 3],
    ]);
    expect((await site.attempt(4))?.text).toBe(line(4, 'dee', '192.0.2.4'));
  });

  it('is found far into a log of several mebibytes, from any place in it', async () => {
    const at = folder();
    const lines = Array.from({ length: 60_000 }, (_, i) =>
      line(i % 1440, `user${i}`, `198.51.100.${i % 250}`),
    ).sort();
    writeFileSync(join(at, 'auth.log'), `${lines.join('\n')}\n`);
    const site = await opened([join(at, 'auth.log')]);
    for (const seq of [1, 17_000, 33_333, 60_000]) {
      const row = (await site.attempt(seq))!;
      expect(row.text).toContain(`invalid user ${row.user} from ${row.source} `);
      expect(row.text).toBe(lines[row.line - 1]);
    }
  });

  it('is that of the attempt also after the log has grown by older lines', async () => {
    const at = folder();
    const path = join(at, 'auth.log');
    writeFileSync(path, `${line(5, 'eve', '192.0.2.5')}\n${line(6, 'fay', '192.0.2.6')}\n`);
    const site = await opened([path]);
    writeFileSync(
      path,
      `${line(5, 'eve', '192.0.2.5')}\n${line(6, 'fay', '192.0.2.6')}\n${line(1, 'old', '192.0.2.9')}\n`,
    );
    expect((await site.attempt(2))?.text).toBe(line(6, 'fay', '192.0.2.6'));
  });

  it('is nobody else’s after the file was emptied, replaced or taken away', async () => {
    const at = folder();
    const path = join(at, 'auth.log');
    const before = `${line(5, 'eve', '192.0.2.5')}\n${line(6, 'fay', '192.0.2.6')}\n`;
    writeFileSync(path, before);
    const site = await opened([path]);
    expect((await site.attempt(2))?.text).not.toBe('');
    writeFileSync(path, line(7, 'gus', '192.0.2.7'));
    expect((await site.attempt(2))?.text).toBe('');
    rmSync(path);
    expect((await site.attempt(2))?.text).toBe('');
  });

  it('is not read for whoever asks for all attempts at once', async () => {
    const at = folder();
    writeFileSync(join(at, 'auth.log'), `${line(5, 'eve', '192.0.2.5')}\n`);
    const site = await opened([join(at, 'auth.log')]);
    expect((await all(site.attempts({})))[0]?.text).toBe('');
  });
});
