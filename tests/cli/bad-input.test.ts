// What the real command does with everything that is not a clean log: a clear message on standard error that names
// the file and what to do, the rest still read, 0 where a report could be made and 1 otherwise.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale, slowbrute } from './command.ts';

let folder: string;
beforeAll(() => {
  buildWhenStale();
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-bad-input-'));
  writeFileSync(join(folder, 'good.log'), GOOD);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const stamp = (i: number) =>
  `Nov 19 ${String(10 + Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:11`;
const attempt = (i: number, user = `user${i}`, source = `192.0.2.${i + 1}`) =>
  `${stamp(i)} host sshd[${4000 + i}]: Failed password for invalid user ${user} from ${source} port ${40_000 + i} ssh2`;
const GOOD = `${Array.from({ length: 30 }, (_, i) => attempt(i)).join('\n')}\n`;

interface Report {
  readonly input: {
    readonly paths: readonly string[];
    readonly lines: number;
    readonly attempts: number;
    readonly sources: number;
    readonly usernames: number;
    readonly unreadLines: number;
    readonly firstSeen: string | null;
    readonly lastSeen: string | null;
  };
  readonly loudSources: readonly { readonly source: string; readonly attempts: number }[];
}

/** Scans files of these contents, in this order, as JSON. */
function scan(contents: Readonly<Record<string, string | Buffer>>, ...more: readonly string[]) {
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), bytes);
  return scanPaths([...Object.keys(contents), ...more]);
}

function scanPaths(paths: readonly string[], stdin: string | Buffer = '') {
  const ran = slowbrute(['scan', '--format', 'json', '--year', '2026', ...paths], { cwd: folder, stdin });
  const report = ran.stdout === '' ? null : (JSON.parse(ran.stdout) as Report);
  return { status: ran.status, stderr: ran.stderr, input: report?.input, report };
}

/** Every message is two lines, what and what to do. */
const twoLines = /^(?:slowbrute: .+\n {2}\S.+\n)+$/;

describe('a path', () => {
  it('that is missing is named, and the rest is read', () => {
    const { status, stderr, input } = scanPaths(['gone.log', 'good.log', 'lost.log']);
    expect(stderr).toMatch(/gone\.log: no such file/);
    expect(stderr).toMatch(/lost\.log: no such file/);
    expect(stderr).toMatch(twoLines);
    expect(input).toMatchObject({ paths: ['good.log'], attempts: 30 });
    expect(status).toBe(0);
  });

  it('that is all there is and missing makes no report', () => {
    const { status, stderr, report } = scanPaths(['gone.log', 'lost.log']);
    expect(stderr).toMatch(/gone\.log[\s\S]*lost\.log/);
    expect(report).toBe(null);
    expect(status).toBe(1);
  });

  it('that cannot be read is named', () => {
    const { status, stderr } = scanPaths(['/proc/self/mem']); // fails to read for everybody, root too
    expect(stderr).toMatch(/\/proc\/self\/mem: reading failed \(E\w+\)\n {2}Check/);
    expect(status).toBe(1);
  });

  it('that is a folder without logs makes no report', () => {
    mkdirSync(join(folder, 'empty'));
    const { status, stderr } = scanPaths(['empty']);
    expect(stderr).toMatch(/empty: the folder holds no log\n {2}Name the folder/);
    expect(status).toBe(1);
  });

  it('that is a folder is read past what is no text in it', () => {
    mkdirSync(join(folder, 'mixed'));
    writeFileSync(join(folder, 'mixed/web.log'), GOOD);
    writeFileSync(join(folder, 'mixed/photo'), Buffer.from(`\x7fELF${'\0\x01'.repeat(500)}`, 'latin1'));
    const { status, stderr, input } = scanPaths(['mixed']);
    expect(stderr).toMatch(/left out, because they are no text logs: mixed\/photo/);
    expect(input).toMatchObject({ paths: ['mixed/web.log'], attempts: 30 });
    expect(status).toBe(0);
  });

  it('whose name would move the cursor is shown with its controls made visible', () => {
    const { stderr } = scanPaths(['a\x1b[2Jb\nc']);
    expect(stderr).toContain('a\\x1b[2Jb\\x0ac: no such file');
    expect(stderr).toMatch(twoLines);
  });
});

describe('a file', () => {
  it('that is binary is refused with what to do', () => {
    const { status, stderr, report } = scan({ wtmp: Buffer.alloc(8000, '\x07\0\0\0ts/0\0\0') });
    expect(stderr).toMatch(/wtmp: is not a text log\n {2}Name the text log/);
    expect(report).toBe(null);
    expect(status).toBe(1);
  });

  it('that is truncated gzip is read up to there', () => {
    const whole = gzipSync(Array.from({ length: 5000 }, (_, i) => attempt(i % 800)).join('\n'), { level: 1 });
    const { status, stderr, input } = scan({
      'cut.log.gz': whole.subarray(0, Math.floor(whole.length * 0.7)),
    });
    expect(stderr).toMatch(/cut\.log\.gz: the gzip data end too early/);
    expect(input?.lines).toBeGreaterThan(2000);
    expect(input?.unreadLines).toBe(0);
    expect(status).toBe(0);
  });

  it('with a line of 10 MB is read on both sides of it', () => {
    const { status, stderr, input } = scan({
      'long.log': `${GOOD}${'x'.repeat(10_000_000)}\n${attempt(31)}\n`,
    });
    expect(stderr).toMatch(/long\.log: one line is longer than 1 MiB/);
    expect(input).toMatchObject({ lines: 32, attempts: 31 });
    expect(status).toBe(0);
  });

  it('of other services only says what it holds', () => {
    const line = (i: number) => `${stamp(i)} host CRON[${i}]: (root) CMD (run-parts /etc/cron.hourly)\n`;
    const { status, stderr, input } = scan({
      'cron.log': Array.from({ length: 9 }, (_, i) => line(i)).join(''),
    });
    expect(stderr).toMatch(
      /cron\.log: 9 lines, but only of other programs: CRON\n {2}sshd writes to auth\.log/,
    );
    expect(input).toMatchObject({ lines: 9, attempts: 0 });
    expect(status).toBe(0);
  });

  it('that is no syslog at all says so', () => {
    const { status, stderr } = scan({
      'prose.txt': 'It was a dark and stormy night;\nthe rain fell in torrents.\n',
    });
    expect(stderr).toMatch(/prose\.txt: 2 lines, and none looks like a line of syslog/);
    expect(status).toBe(0);
  });

  it('that is empty makes an empty report and says so', () => {
    const { status, stderr, input } = scan({ 'empty.log': '' });
    expect(stderr).toMatch(/empty\.log: is empty\n/);
    expect(input).toMatchObject({ lines: 0, attempts: 0, firstSeen: null, lastSeen: null });
    expect(status).toBe(0);
  });

  it('with impossible dates counts their lines as unread', () => {
    const impossible = attempt(1).replace('Nov 19 10:01:11', 'Feb 31 25:61:00');
    const { status, input } = scan({ 'dates.log': `${GOOD}${impossible}\n` });
    expect(input).toMatchObject({ lines: 31, attempts: 30 });
    expect(status).toBe(0);
  });

  it('with lines out of order gives the same attempts', () => {
    const lines = GOOD.trimEnd().split('\n');
    const shuffled = [...lines.slice(20), ...lines.slice(0, 10).reverse(), ...lines.slice(10, 20)];
    const { status, input } = scan({ 'shuffled.log': `${shuffled.join('\n')}\n` });
    expect(input).toMatchObject({
      attempts: 30,
      firstSeen: '2026-11-19T10:00:11Z',
      lastSeen: '2026-11-19T10:29:11Z',
    });
    expect(status).toBe(0);
  });

  it('with NUL bytes, as after a crash, is read around them', () => {
    const { status, input } = scan({
      'crash.log': `${'\0'.repeat(6000)}\n${GOOD}${'\0'.repeat(300)}\n${attempt(31)}\n`,
    });
    expect(input?.attempts).toBe(31);
    expect(status).toBe(0);
  });

  it('with invalid UTF-8 is read', () => {
    const bytes = Buffer.concat([Buffer.from(GOOD), Buffer.from(`${attempt(31, 'b\xf8rge')}\n`, 'latin1')]);
    const { status, input } = scan({ 'latin1.log': bytes });
    expect(input).toMatchObject({ attempts: 31, sources: 31 });
    expect(status).toBe(0);
  });
});

describe('a hostile name', () => {
  const hostile = [
    ' from 192.0.2.1 port 22 ssh2',
    'root from 192.0.2.1 port 22 ssh2',
    '\x1b[2J\x1b]0;owned\x07',
    '\u202etoor',
    'x'.repeat(100_000),
    '"}],"campaigns":[{',
    'sshd[1]: Accepted password for root from 192.0.2.1 port 22 ssh2',
  ];
  const LOG = hostile
    .map((name, i) => `${attempt(0, name, '198.51.100.7').replace('[4000]', `[${4100 + i}]`)}\n`)
    .join('');

  it('changes neither its source nor any other line', () => {
    const { status, report } = scan({ 'hostile.log': LOG });
    expect(report?.input).toMatchObject({ lines: 7, attempts: 7, sources: 1 });
    expect(report?.loudSources).toMatchObject([{ source: '198.51.100.7', attempts: 7 }]);
    expect(status).toBe(0);
  });

  it('never acts on the terminal', () => {
    writeFileSync(join(folder, 'hostile.log'), LOG);
    const { status, stdout, stderr } = slowbrute(['scan', '--all', 'hostile.log'], { cwd: folder });
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
    expect(status).toBe(0);
  });
});

describe('standard input', () => {
  it('is read, gzip too', () => {
    expect(scanPaths(['-'], GOOD).input).toMatchObject({ paths: ['-'], attempts: 30 });
    expect(scanPaths(['-'], gzipSync(GOOD)).input).toMatchObject({ paths: ['-'], attempts: 30 });
  });
});
