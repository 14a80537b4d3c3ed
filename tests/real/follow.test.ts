/**
 * Following beside the real programs: rsyslogd writes, logger(1) sends, logrotate rotates by rename and by copytruncate, and compresses;
 * journalctl prints a journal that systemd-journal-remote writes. Debian's packages are fetched and unpacked into
 * .cache/components, never installed. Where they cannot be had, the tests say so and are left out.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { librariesOf, unpackPackages } from '../../src/evaluate/peers/unpack.ts';
import { followFile } from '../../src/read/follow/file.ts';
import { followJournal } from '../../src/read/follow/journal.ts';
import { receiveSyslog } from '../../src/read/follow/syslog.ts';
import { Reader } from '../../src/read/follow/tester.ts';

const CACHE = resolve(import.meta.dirname, '../../.cache');
const PACKAGES = ['rsyslog', 'logrotate', 'libestr0', 'libfastjson4', 'liblognorm5', 'libpopt0'];
const JOURNAL_PACKAGES = ['systemd-journal-remote', 'libmicrohttpd12'];

function component(name: string, packages: readonly string[]): string | null {
  const root = join(CACHE, 'components', name);
  if (existsSync(root)) return root;
  const reason = unpackPackages(packages, root, join(CACHE, 'apt'));
  if (reason !== null) process.stdout.write(`tests/real/follow: without ${name}: ${reason}\n`);
  return reason === null ? root : null;
}

const syslog = component('rsyslog', PACKAGES);
const journal =
  spawnSync('journalctl', ['--version']).error === undefined
    ? component('journal-remote', JOURNAL_PACKAGES)
    : null;
const hasLogger = spawnSync('logger', ['--version']).error === undefined;

let root: string;
let reader: Reader | null = null;
let daemon: ChildProcess | null = null;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-real-'));
  chmodSync(root, 0o755);
});
afterEach(async () => {
  await reader?.stop();
  reader = null;
  const ended = daemon;
  daemon = null;
  if (ended !== null && ended.exitCode === null) {
    ended.kill();
    await new Promise((done) => ended.once('exit', done));
  }
  rmSync(root, { recursive: true });
});

describe.skipIf(syslog === null || !hasLogger)('rsyslogd and logrotate', () => {
  const environment = { ...process.env, LD_LIBRARY_PATH: librariesOf(syslog ?? '') };
  const socket = (): string => join(root, 'log.sock');
  const log = (): string => join(root, 'auth.log');

  async function start(more: string): Promise<void> {
    const configuration = join(root, 'rsyslog.conf');
    const modules = join(syslog!, 'usr/lib/x86_64-linux-gnu/rsyslog');
    writeFileSync(
      configuration,
      [
        `global(workDirectory="${root}")`,
        `module(load="${modules}/imuxsock.so" SysSock.Use="off")`,
        `input(type="imuxsock" Socket="${socket()}" CreatePath="on" RateLimit.Interval="0")`,
        more,
        '',
      ].join('\n'),
    );
    daemon = spawn(
      join(syslog!, 'usr/sbin/rsyslogd'),
      ['-n', '-f', configuration, '-i', join(root, 'rsyslogd.pid'), '-M', modules],
      {
        env: environment,
        stdio: 'ignore',
      },
    );
    for (let i = 0; i < 200 && !existsSync(socket()); i++) await new Promise((done) => setTimeout(done, 25));
  }

  let sent = 0;
  function send(count: number): void {
    const lines = Array.from({ length: count }, () => `Failed password for root, attempt ${++sent}`);
    execFileSync('logger', ['--socket', socket(), '--tag', 'sshd[7]', '--priority', 'authpriv.info'], {
      input: lines.join('\n'),
    });
  }

  function rotate(how: readonly string[]): void {
    const configuration = join(root, 'logrotate.conf');
    const text = [`${log()} {`, 'rotate 50', 'compress', 'su root root', ...how, '}', ''].join('\n');
    writeFileSync(configuration, text, { mode: 0o644 });
    execFileSync(
      join(syslog!, 'usr/sbin/logrotate'),
      ['--force', '--state', join(root, 'state'), configuration],
      {
        env: environment,
      },
    );
  }

  const numbers = (): number[] => reader!.texts().map((text) => Number(/attempt (\d+)$/.exec(text)?.[1]));
  const follow = (): Reader =>
    new Reader((from, known, effects) =>
      followFile(log(), from, { from: 'start', known, quietSeconds: 0.3 }, effects),
    );

  it.each([
    [
      'create',
      [
        'delaycompress',
        'create 0640 root root',
        'postrotate',
        'kill -HUP $(cat ROOT/rsyslogd.pid)',
        'endscript',
      ],
    ],
    [
      'nocreate, compressed at once',
      [
        'nocreate',
        'dateext',
        'dateformat -%Y%m%d-%s',
        'postrotate',
        'kill -HUP $(cat ROOT/rsyslogd.pid)',
        'endscript',
      ],
    ],
    ['copytruncate', ['copytruncate', 'delaycompress']],
  ])('with %s: every line once, while reading, while away, and after a crash', async (_, directives) => {
    const how = directives.map((line) => line.replace('ROOT', root));
    sent = 0;
    await start(`authpriv.* action(type="omfile" file="${log()}" template="RSYSLOG_FileFormat")`);
    reader = follow();
    send(50);
    await reader.until(50);
    for (let round = 0; round < 6; round++) {
      send(30);
      if (round % 3 === 1) await reader.stop();
      // until rsyslogd has written them: what is written between copying and emptying is lost to everybody
      while (!written().includes(`attempt ${sent}\n`)) await new Promise((done) => setTimeout(done, 20));
      rotate(how);
      if (how.includes('dateext')) await new Promise((done) => setTimeout(done, 1100)); // dates of their own
      send(30);
      if (round % 3 === 1) await reader.restart(Math.max(0, reader.batches.length - 3));
      if (round % 3 === 2) await reader.restart();
      await reader.until(sent);
    }
    expect(numbers()).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    expect(reader.contradictions).toEqual([]);
    expect(reader.notices.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });

  function written(): string {
    return existsSync(log()) ? readFileSync(log(), 'utf8') : '';
  }

  it.each(['RSYSLOG_ForwardFormat', 'RSYSLOG_TraditionalForwardFormat', 'RSYSLOG_SyslogProtocol23Format'])(
    'forwards by TCP with octet counting and by lines, as %s',
    async (template) => {
      for (const framing of ['octet-counted', 'traditional']) {
        sent = 0;
        const spoolFolder = join(root, framing);
        mkdirSync(spoolFolder);
        const options = {
          host: '127.0.0.1',
          allow: [],
          certificate: null,
          key: null,
          clientCa: null,
          sensorBy: 'header',
          messagesPerSecond: null,
        } as const;
        reader = new Reader((from, known, effects) =>
          receiveSyslog(from, { ...options, protocol: 'tcp', port: 0, spoolFolder, known }, effects),
        );
        await reader.pull(0.5);
        const { port } = reader.follower as ReturnType<typeof receiveSyslog>;
        await start(
          `authpriv.* action(type="omfwd" protocol="tcp" target="127.0.0.1" port="${port}" TCP_Framing="${framing}" template="${template}")`,
        );
        send(500);
        await reader.until(500);
        expect(numbers()).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
        expect(reader.texts()[0]).toMatch(/^<86>.*sshd.*Failed password for root, attempt 1$/);
        await reader.stop();
        daemon?.kill();
        await new Promise((done) => daemon?.once('exit', done));
        daemon = null;
        rmSync(socket(), { force: true });
      }
    },
  );
});

describe.skipIf(journal === null)('journalctl', () => {
  const environment = { ...process.env, LD_LIBRARY_PATH: librariesOf(journal ?? '') };
  const OLD_BOOT = 'd0abf6ef8e8b4ffea8c1b0c3f9c53a8d';
  let added = 0;

  function add(count: number, boot: string, program = 'sshd'): void {
    const entries = Array.from({ length: count }, () => {
      added++;
      const time = Math.floor(Date.now() * 1000) - 500_000_000 + added * 1000;
      return `__REALTIME_TIMESTAMP=${time}\n__MONOTONIC_TIMESTAMP=${added * 1000}\n_BOOT_ID=${boot}\n_HOSTNAME=host.example\nSYSLOG_IDENTIFIER=${program}\n_PID=7\nMESSAGE=entry ${added}\n\n`;
    });
    execFileSync(
      join(journal!, 'lib/systemd/systemd-journal-remote'),
      ['-o', join(root, 'journal/x.journal'), '-'],
      {
        input: entries.join(''),
        env: environment,
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
  }

  it('is followed over a reboot, after entries of other programs, with no entry twice and none lost', async () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '');
    mkdirSync(join(root, 'journal'));
    writeFileSync(
      join(root, 'journalctl'),
      `#!/bin/sh\nexec journalctl --directory=${join(root, 'journal')} "$@"\n`,
      { mode: 0o755 },
    );
    added = 0;
    add(3, OLD_BOOT);
    add(1, OLD_BOOT, 'cron');
    reader = new Reader(
      (from, _, effects) =>
        followJournal(from, { identifiers: ['sshd', 'postfix/*smtpd'], from: 'end' }, effects),
      { journal: join(root, 'journalctl') },
    );
    await reader.untilState('following');
    await reader.stop();
    const messages = (): number[] => reader!.texts().map((text) => Number(/"entry (\d+)"/.exec(text)?.[1]));
    reader = new Reader(
      (from, _, effects) =>
        followJournal(from, { identifiers: ['sshd', 'postfix/*smtpd'], from: 'oldest' }, effects),
      { journal: join(root, 'journalctl') },
    );
    await reader.until(3);
    await reader.stop();
    add(2, OLD_BOOT);
    add(2, boot, 'cron');
    add(2, boot);
    await reader.restart();
    await reader.until(7);
    expect(messages()).toEqual([1, 2, 3, 5, 6, 9, 10]);
    await reader.pull(1); // following by now
    add(2, boot);
    await reader.until(9);
    expect(messages()).toEqual([1, 2, 3, 5, 6, 9, 10, 11, 12]);
  });
});
