// What the real command does with everything that is not a clean log: a clear message on standard error that names
// the file and what to do, the rest still read, 0 where a report could be made and 1 otherwise.
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPRESSIONS, tar, zip } from '../read/pack.ts';
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

  it('that never ends, or is no file, is named', () => {
    const { status, stderr, input } = scanPaths(['/dev/zero', 'good.log']);
    expect(stderr).toMatch(/\/dev\/zero: is a device, not a file\n {2}Name the file/);
    expect(input?.attempts).toBe(30);
    expect(status).toBe(0);
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

describe('what is compressed or packed', () => {
  const entries = [
    { name: 'var/log/auth.log', bytes: GOOD.split('\n').slice(20).join('\n') },
    { name: 'var/log/auth.log.1', bytes: `${GOOD.split('\n').slice(0, 20).join('\n')}\n` },
    { name: 'etc/motd', bytes: 'hello\n' },
  ];

  it.each(COMPRESSIONS)('is read in an archive compressed as %s, whatever it is called', (_, compress) => {
    const { status, stderr, input } = scan({ archive: compress(tar(entries)) });
    expect(input).toMatchObject({
      paths: ['archive:var/log/auth.log.1', 'archive:var/log/auth.log'],
      attempts: 30,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('is read in a zip archive, also through a pipe', () => {
    expect(scan({ 'logs.zip': zip(entries) }).input?.attempts).toBe(30);
    expect(scanPaths(['-'], zip(entries, true)).input?.attempts).toBe(30);
  });

  it('and cut off within an archive is read up to there', () => {
    const { status, stderr, input } = scan({ 'cut.tar': tar(entries).subarray(0, 3000) });
    expect(stderr).toMatch(/cut\.tar: the tar data end too early; /);
    expect(stderr).toMatch(twoLines);
    expect(input === undefined || input.attempts < 30).toBe(true);
    expect(status).toBe(input === undefined ? 1 : 0);
  });

  it('in an archive without a log is named', () => {
    const { status, stderr } = scan({
      'photos.tar': tar([{ name: 'a.raw', bytes: Buffer.alloc(9000, '\0\x01') }]),
    });
    expect(stderr).toMatch(/photos\.tar: the archive holds no log\n {2}Its files are no text/);
    expect(status).toBe(1);
  });

  it('and asks for gigabytes of memory is refused', () => {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00]);
    const { status, stderr } = scan({ 'bomb.zst': Buffer.concat([header, Buffer.alloc(500)]) });
    expect(stderr).toMatch(
      /bomb\.zst: the zstd data ask for more than 128 MiB of memory\b.*\n {2}Decompress it yourself/,
    );
    expect(status).toBe(1);
  });
});

describe('the same lines twice', () => {
  it('as a copy, a link and a name given twice are read once, and told', () => {
    writeFileSync(join(folder, 'good-copy.log'), GOOD);
    linkSync(join(folder, 'good.log'), join(folder, 'good-link.log'));
    const { status, stderr, input } = scanPaths(['good.log', 'good-copy.log', 'good-link.log', 'good.log']);
    expect(stderr).toMatch(/good-link\.log is good\.log under another name; good\.log is named twice\n/);
    expect(stderr).toMatch(/good-copy\.log holds nothing that good\.log does not\n/);
    expect(stderr).toMatch(twoLines);
    expect(input).toMatchObject({ paths: ['good.log'], attempts: 30 });
    expect(status).toBe(0);
  });

  it('as a forwarder sends them again count once, and are told', () => {
    const lines = GOOD.trimEnd().split('\n');
    const { stderr, input } = scan({
      'again.log': `${[...lines.slice(0, 20), ...lines.slice(5)].join('\n')}\n`,
    });
    expect(stderr).toMatch(/15 lines are in the log twice.*\n {2}They count once/);
    expect(input).toMatchObject({ lines: 45, attempts: 30 });
  });
});

describe('a clock that is wrong', () => {
  it.each([
    ['a year ahead, with years', '2027-11-19T10:12:00Z'],
    ['two months ahead, without', 'Jan 25 10:12:00'],
    ['in 1970', '1970-01-01T00:00:12Z'],
  ])('for one line, %s, neither moves the others nor stretches the log', (_, wrong) => {
    const withYears = wrong.startsWith('1') || wrong.startsWith('2');
    const lines = GOOD.trimEnd()
      .split('\n')
      .map((line) => (withYears ? line.replace(/^Nov 19 (\S+)/, '2026-11-19T$1Z') : line));
    lines.splice(12, 0, `${wrong} host sshd[9]: Failed password for root from 192.0.2.99 port 9 ssh2`);
    const { status, stderr, input } = scan({ 'clock.log': `${lines.join('\n')}\n` });
    expect(input).toMatchObject({
      attempts: 31,
      firstSeen: '2026-11-19T10:00:11Z',
      lastSeen: '2026-11-19T10:29:11Z',
    });
    expect(stderr).toMatch(/1 attempt has a stamp of a clock that was not set/);
    expect(status).toBe(0);
  });
});

describe('with --follow-rotations', () => {
  it('the rotated pieces are read with the log, oldest first', () => {
    mkdirSync(join(folder, 'rotated'));
    const lines = GOOD.trimEnd().split('\n');
    const piece = (from: number, to: number) => Buffer.from(`${lines.slice(from, to).join('\n')}\n`);
    writeFileSync(join(folder, 'rotated/auth.log'), piece(20, 30));
    writeFileSync(join(folder, 'rotated/auth.log.1'), piece(10, 20));
    writeFileSync(join(folder, 'rotated/auth.log.2.gz'), gzipSync(piece(0, 10)));
    writeFileSync(join(folder, 'rotated/auth.log.bak'), 'no piece of it');
    const { stderr, input } = scanPaths(['--follow-rotations', 'rotated/auth.log']);
    expect(input).toMatchObject({
      paths: ['rotated/auth.log.2.gz', 'rotated/auth.log.1', 'rotated/auth.log'],
      attempts: 30,
    });
    expect(stderr).toBe('');
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
