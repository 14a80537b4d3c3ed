import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '../model/time.ts';
import { type LoadOptions, loadAttempts } from './load.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-load-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const OPTIONS: LoadOptions = {
  timezone: 'UTC',
  year: null,
  since: null,
  until: null,
  now: Date.UTC(2026, 10, 22, 12) / 1000,
};

const failure = (date: string, source: string, host = 'host') =>
  `${date} ${host} sshd[77]: Failed password for invalid user alias from ${source} port 40000 ssh2\n`;
const cron = (date: string) => `${date} host CRON[5]: (root) CMD (true)\n`;

async function load(files: Readonly<Record<string, string | Buffer>>, options: Partial<LoadOptions> = {}) {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return loadPaths(
    Object.keys(files).map((name) => join(root, name)),
    options,
  );
}

async function loadPaths(paths: readonly string[], options: Partial<LoadOptions> = {}) {
  const progress: (readonly [number, number | null])[] = [];
  const loaded = await loadAttempts(
    paths,
    { ...OPTIONS, ...options },
    {
      stdin: Readable.from([]),
      logFolder: root,
      journal: '/nonexistent/journalctl',
      onProgress: (done, total) => progress.push([done, total]),
    },
  );
  const { table, input } = loaded;
  return {
    attempts: Array.from(table.time, (time, i) => `${isoTime(time)} ${table.sources[table.source[i]!]}`),
    sensors: table.sensors,
    paths: input.paths.map((path) => path.replace(`${root}/`, '')),
    input,
    warnings: loaded.warnings.map(
      (warning) => `${warning.code}: ${warning.message.replaceAll(`${root}/`, '')}`,
    ),
    progress,
  };
}

describe('logs to attempts', () => {
  it('reads the pieces of a rotated log as one, over the turn of the year', async () => {
    const { attempts, paths } = await load({
      'auth.log': failure('Jan  3 08:00:00', '192.0.2.3'),
      'auth.log.1': failure('Dec 30 08:00:00', '192.0.2.2'),
      'auth.log.2.gz': gzipSync(failure('Dec 20 08:00:00', '192.0.2.1')),
    });
    expect(paths).toEqual(['auth.log.2.gz', 'auth.log.1', 'auth.log']);
    expect(attempts).toEqual([
      '2025-12-20T08:00:00Z 192.0.2.1',
      '2025-12-30T08:00:00Z 192.0.2.2',
      '2026-01-03T08:00:00Z 192.0.2.3',
    ]);
  });

  it('puts the logs of several hosts into one order of time', async () => {
    const { attempts, sensors } = await load({
      'a/auth.log':
        failure('Nov 19 08:00:00', '192.0.2.1', 'alpha') + failure('Nov 19 10:00:00', '192.0.2.3', 'alpha'),
      'b/auth.log': failure('Nov 19 09:00:00', '192.0.2.2', 'beta'),
    });
    expect(attempts.map((attempt) => attempt.split(' ')[1])).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(sensors).toEqual(['alpha', 'beta']);
  });

  it('leaves out what was before or from a given time on', async () => {
    const log = [17, 18, 19].map((day) => failure(`Nov ${day} 08:00:00`, `192.0.2.${day}`)).join('');
    const { attempts, input } = await load(
      { 'auth.log': log },
      { since: Date.UTC(2026, 10, 18) / 1000, until: Date.UTC(2026, 10, 19, 8) / 1000 },
    );
    expect(attempts).toEqual(['2026-11-18T08:00:00Z 192.0.2.18']);
    expect(input.lines).toBe(3);
  });

  it('takes the year and the zone it is told', async () => {
    const { attempts } = await load(
      { 'auth.log': failure('Nov 19 08:00:00', '192.0.2.1') },
      { year: 2008, timezone: 'Europe/Oslo' },
    );
    expect(attempts).toEqual(['2008-11-19T07:00:00Z 192.0.2.1']);
  });

  it('counts bytes of text and lines, compressed or not', async () => {
    const log = failure('Nov 19 08:00:00', '192.0.2.1') + cron('Nov 19 08:00:01');
    const other = log.replaceAll('host', 'town');
    const { input } = await load({ 'a.log': log, 'b.log.gz': gzipSync(other) });
    expect(input).toMatchObject({ bytes: 2 * log.length, lines: 4, otherLines: 2, unreadLines: 0 });
  });

  it('reports progress in bytes on disk, up to all of them', async () => {
    const packed = gzipSync(failure('Nov 19 08:00:00', '192.0.2.1'));
    const { progress } = await load({ 'a.log.gz': packed });
    expect(progress.at(-1)).toEqual([packed.length, packed.length]);
  });
});

describe('what stands in the way is a warning', () => {
  it('and where nothing can be read, the result says that nothing was', async () => {
    const { paths, warnings } = await loadPaths([join(root, 'gone'), join(root, 'lost')]);
    expect(paths).toEqual([]);
    expect(warnings).toEqual([
      'no-such-path: gone: no such file or folder',
      'no-such-path: lost: no such file or folder',
    ]);
  });

  it('for a named file without a login line, beside one that has some', async () => {
    const { warnings } = await load({
      'auth.log': failure('Nov 19 08:00:00', '192.0.2.1'),
      'cron.log': cron('Nov 19 08:00:00'),
    });
    expect(warnings).toEqual(['no-logins: cron.log: 1 line, but only of other programs: CRON']);
  });

  it('but not for such a file in a folder that has logins elsewhere', async () => {
    await load({
      'fleet/web1.log': failure('Nov 19 08:00:00', '192.0.2.1'),
      'fleet/cron.log': cron('Nov 19 08:00:00'),
    });
    expect((await loadPaths([join(root, 'fleet')])).warnings).toEqual([]);
  });

  it('but for each file of a folder that has no attempt at all', async () => {
    await load({ 'fleet/empty.log': '', 'fleet/cron.log': cron('Nov 19 08:00:00') });
    expect((await loadPaths([join(root, 'fleet')])).warnings).toEqual([
      'no-logins: fleet/cron.log: 1 line, but only of other programs: CRON',
      'empty: fleet/empty.log: is empty',
    ]);
  });

  it('three times at most, and then a number', async () => {
    const names = ['a.log', 'b.log', 'c.log', 'd.log', 'e.log'];
    const { warnings } = await load(
      Object.fromEntries(names.map((name, i) => [name, cron(`Nov 19 08:00:0${i}`)])),
    );
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatch(/^no-logins: c\.log: .*; and 2 more files without a login line$/);
  });

  it('for a gzip file of nothing, which is as empty as an empty one', async () => {
    const { warnings } = await load({ 'a.log.gz': gzipSync(''), 'b.log': '' });
    expect(warnings).toEqual(['empty: a.log.gz: is empty', 'empty: b.log: is empty']);
  });
});
