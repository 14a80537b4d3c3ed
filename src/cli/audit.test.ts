import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../explain/audit.ts';
import { Trouble } from '../model/error.ts';
import { type AuditOptions, audit } from './audit.ts';
import { type Ran, realSshdEffects, type SshdEffects } from './audit-sshd.ts';

let folder = '';
const at = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
/** Twelve names, each tried by three sources within ten minutes, in turn, and root beside; alice logs in by password, bob by key. */
function log(): string {
  const lines: [number, string][] = [];
  const names = 'alias amanda amavis apache backup barbara bind carla cyrus daemon dana debbie'.split(' ');
  for (let i = 0; i < names.length * 6; i++) {
    const name = names[Math.floor(i / 6)]!;
    const text = `Failed password for invalid user ${name} from 203.0.113.${(i * 7) % 61} port 4000 ssh2`;
    lines.push([i * 180, text]);
  }
  for (let i = 0; i < 5; i++)
    lines.push([i * 2000 + 7, `Failed password for root from 203.0.113.${(i * 7) % 61} port 4000 ssh2`]);
  lines.push([100, 'Accepted password for alice from 192.0.2.10 port 4000 ssh2']);
  lines.push([5000, 'Accepted publickey for bob from 192.0.2.11 port 4000 ssh2']);
  const start = Date.parse('2025-11-19T02:00:00Z');
  return lines
    .sort((a, b) => a[0] - b[0])
    .map(
      ([seconds, text], i) =>
        `${new Date(start + seconds * 1000).toISOString()} host.example sshd[${1000 + i}]: ${text}\n`,
    )
    .join('');
}
let logPath = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-audit-'));
  logPath = at('auth.log', log());
});
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: AuditOptions = {
  format: 'json',
  sshdConfig: null,
  sshd: null,
  connection: null,
  openssh: '9.2',
  since: null,
  until: null,
  year: null,
  timezone: null,
  width: null,
};
const said = (stdout: string, stderr = '', status = 0): Ran => ({ status, stdout, stderr, failed: null });

async function run(paths: readonly string[], options: Partial<AuditOptions>, sshd?: SshdEffects) {
  let out = '';
  let err = '';
  const status = await audit(paths, { ...OPTIONS, ...options }, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([]),
    logFolder: folder,
    journal: 'false',
    programPath: '',
    environment: {},
    now: () => Date.parse('2026-01-01T00:00:00Z') / 1000,
    machineZone: 'UTC',
    ...(sshd === undefined ? {} : { sshd }),
  } as Parameters<typeof audit>[2]);
  return { status, out, err, report: options.format === 'text' ? null : (JSON.parse(out) as AuditReport) };
}
const config = (text: string) => ({ sshdConfig: at(`sshd_config-${text.length}`, text) });
const find = (report: AuditReport | null, kind: string) => report?.findings.find((one) => one.kind === kind);

describe('an audit', () => {
  it('says first what would have stopped most, with its share and its cost', async () => {
    const { status, report } = await run([logPath], config('UsePAM yes\nPermitRootLogin yes\n'));
    expect(status).toBe(0);
    expect(report?.verdict).toBe('open');
    expect(report?.findings[0]).toMatchObject({
      kind: 'passwords',
      state: 'open',
      cost: { users: ['alice'] },
    });
    const { stops } = report!.findings[0]!;
    expect(stops?.attempts).toBe(stops?.of);
    expect(find(report, 'root-login')).toMatchObject({
      state: 'open',
      lines: ['PermitRootLogin prohibit-password'],
    });
    expect(find(report, 'allow-users')?.lines).toEqual(['# AllowUsers alice bob']);
    const open = report!.findings
      .filter(({ state }) => state === 'open')
      .map((one) => one.stops?.attempts ?? 0);
    expect(open).toEqual([...open].sort((a, b) => b - a));
  });

  it('knows that passwords come through keyboard-interactive as well', async () => {
    const { report } = await run([], config('UsePAM yes\nPasswordAuthentication no\n'));
    expect(report?.verdict).toBe('open');
    expect(find(report, 'passwords')?.says).toContain(
      'goes through keyboard-interactive'.replace('goes', 'go'),
    );
  });

  it.each([
    ['keys only', 'PasswordAuthentication no\nKbdInteractiveAuthentication no\n'],
    ['a key as well', 'AuthenticationMethods publickey,password publickey,keyboard-interactive\n'],
  ])('calls guessing pointless with %s, and has nothing to write', async (_, text) => {
    const { report } = await run([logPath], config(`${text}AllowUsers alice\nPermitRootLogin no\n`));
    expect(report?.verdict).toBe('pointless');
    expect(report?.lines).toEqual([]);
    expect(report?.steps).toEqual([]);
  });

  it('does not call it so where one of several methods is a password', async () => {
    const { report } = await run([], config('AuthenticationMethods publickey password\n'));
    expect(report?.verdict).toBe('open');
  });

  it('tells of accounts without a password, and of a log that says nothing', async () => {
    const { report } = await run([], config('PermitEmptyPasswords yes\nLogLevel QUIET\n'));
    expect(report?.findings[0]?.kind).toBe('empty-passwords');
    expect(find(report, 'log-level')?.lines).toEqual(['LogLevel INFO']);
  });

  it('says what does nothing against it, with the figure', async () => {
    const { report } = await run([logPath], config('UsePAM yes\n'));
    expect(find(report, 'penalties')).toMatchObject({ state: 'no-use', now: ['not known to this sshd'] });
    for (const kind of ['max-auth-tries', 'connections', 'port'])
      expect(find(report, kind)?.state).toBe('no-use');
  });

  it('has a text with the lines to copy, the way not to lock oneself out, and no colour', async () => {
    const dump = [
      'UsePAM yes',
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication yes',
    ];
    const sshd: SshdEffects = {
      ...realSshdEffects(),
      find: () => '/usr/sbin/sshd',
      run: (_, args) =>
        args[0] === '-V'
          ? said('', 'OpenSSH_9.2p1')
          : said(`${dump.join('\n')}\nMaxAuthTries 6\nUseDNS no\n`),
    };
    const { out } = await run([logPath], { format: 'text' }, sshd);
    // where the log is differs from machine to machine
    const text = out.replace(/^Log: [\s\S]*?\n\n/m, 'Log: auth.log.\n\n');
    await expect(text).toMatchFileSnapshot('../../tests/golden/audit.txt');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('writes no hostile name into a line to copy', async () => {
    const hostile = log().replaceAll('alice', 'al ice\u001b[2J # x');
    const path = at('hostile.log', hostile);
    const { out, report } = await run([path], config('UsePAM yes\n'));
    expect(out).not.toContain('\u001b');
    for (const line of report!.lines) expect(line).not.toMatch(/# x|al ice/);
  });
});

describe('this machine', () => {
  const effects = (ran: (args: readonly string[]) => Ran): SshdEffects => ({
    ...realSshdEffects(),
    find: () => '/usr/sbin/sshd',
    run: (_, args) => ran(args),
  });
  const dump = `${['port 22', 'usepam yes', 'passwordauthentication no', 'kbdinteractiveauthentication no'].join('\n')}\n`;

  it('is asked by sshd -T, with -C for a connection', async () => {
    const asked: string[][] = [];
    const sshd = effects((args) => {
      asked.push([...args]);
      return args[0] === '-V' ? said('', 'OpenSSH_9.2p1 Debian-2, OpenSSL') : said(dump);
    });
    const { report } = await run([], { connection: 'user=bob,host=h.example,addr=192.0.2.1' }, sshd);
    expect(asked).toEqual([['-V'], ['-T', '-C', 'user=bob,host=h.example,addr=192.0.2.1']]);
    expect(report?.sshd).toMatchObject({ release: '9.2', kind: 'dump', defaults: null });
    expect(report?.verdict).toBe('pointless');
  });

  it.each<[string, Ran, string, RegExp]>([
    ['no rights', said('', 'sshd: no hostkeys available -- exiting.\n', 1), 'no-rights', /sudo/],
    [
      'a mistake in its file',
      said('', '/etc/ssh/sshd_config: line 3: Bad configuration option: Frob\n', 255),
      'not-readable',
      /sshd -t/,
    ],
    [
      'Match blocks that want a connection',
      said('', "'Match User' in configuration but 'user' not in connection test specification.\n", 255),
      'wrong-call',
      /--connection/,
    ],
    ['no answer', { status: null, stdout: '', stderr: '', failed: 'ETIMEDOUT' }, 'not-readable', /by hand/],
  ])('with %s says what to do', async (_, ran, code, remedy) => {
    const sshd = effects((args) => (args[0] === '-V' ? said('', 'OpenSSH_9.2p1') : ran));
    const error: unknown = await run([], {}, sshd).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Trouble);
    expect((error as Trouble).code).toBe(code);
    expect((error as Trouble).remedy).toMatch(remedy);
  });

  it('without sshd says so', async () => {
    const none: Ran = { status: null, stdout: '', stderr: '', failed: 'ENOENT' };
    await expect(run([], {}, { ...effects(() => none), find: () => null })).rejects.toMatchObject({
      code: 'no-such-path',
    });
  });
});

describe('a wrong call', () => {
  it.each<[string, Partial<AuditOptions> | (() => Partial<AuditOptions>), string]>([
    ['a file that is not there', { sshdConfig: '/nonexistent/sshd_config' }, 'no-such-path'],
    ['a folder', () => ({ sshdConfig: folder }), 'not-readable'],
    ['a log', () => ({ sshdConfig: logPath }), 'not-readable'],
    ["ssh's own configuration", () => config('Host *\n  ForwardAgent no\n'), 'not-readable'],
    ['a connection that is none', () => ({ ...config('Port 22\n'), connection: 'bob' }), 'wrong-call'],
    ['a release that is none', () => ({ ...config('Port 22\n'), openssh: 'new' }), 'wrong-call'],
  ])('with %s is told', async (_, options, code) => {
    await expect(run([], typeof options === 'function' ? options() : options)).rejects.toMatchObject({
      code,
    });
  });
});
