/**
 * The whole of it with real parts: a real OpenSSH server on a machine of its own (name spaces), real failed logins from addresses of
 * that machine, the lines that its real syslog writes, `slowbrute watch` in a process of its own, and the kernel's nftables. The
 * participants are dropped, a person with a typo is not, a participant that gets in raises the alarm within a second, and
 * the blocks end by themselves. Needs the built program; where namespaces or Debian's packages cannot be had it says so.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debianRoot } from '../real/debian-root.ts';
import { type Machine, machineImpossible, startMachine } from '../real/machine.ts';
import { BUSYBOX, machineFiles, PASSWORD, type Server, sshdConfig } from '../real/servers.ts';
import { unpacked, whyNoPlace } from '../respond/place.ts';

const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js');
const PACKAGES = ['openssh-server', 'openssh-client', 'rsyslog', 'busybox', 'libpam-modules'];
const SERVER: Server = {
  name: 'watched',
  port: 2222,
  pam: false,
  verbose: false,
  dns: false,
  config: ['PasswordAuthentication yes', 'PermitRootLogin yes', 'PerSourcePenalties no'].slice(0, 2),
};
const SSHD = '198.51.100.1';
const source = (i: number) => `203.0.113.${10 + i}`;
const SOURCES = Array.from({ length: 30 }, (_, i) => source(i));
const PERSON = '192.0.2.77';
/** Names that people hardly have and dictionaries do, each tried by three sources, one after the other. */
const NAMES = [
  'alias',
  'amanda',
  'amavis',
  'anders',
  'antoine',
  'ariane',
  'arnold',
  'astrid',
  'aurora',
  'avery',
];
/**
 * Three weeks of a quiet host as its rotated log has them: a person who logs in, and strangers who each try a few names that
 * nobody else tries. A site without any past is told what is unusual only after more attempts than are made here.
 */
function rotatedLog(now: number): string {
  const lines: { readonly time: number; readonly text: string }[] = [];
  let state = 7;
  const next = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  for (let day = 21; day > 0; day--) {
    for (let n = 0; n < 40; n++) {
      const time = now - day * 86_400 + next(86_400 - 3600);
      const user =
        next(3) === 0 ? 'root' : `${['oracle', 'backup', 'deploy', 'svc', 'dev'][next(5)]}${next(400)}`;
      const known = user === 'root' ? '' : 'invalid user ';
      lines.push({
        time,
        text: `Failed password for ${known}${user} from 198.51.100.${20 + next(200)} port ${30_000 + next(30_000)} ssh2`,
      });
    }
    lines.push({
      time: now - day * 86_400,
      text: `Accepted publickey for alice from ${PERSON} port ${40_000 + day} ssh2`,
    });
  }
  lines.sort((a, b) => a.time - b.time);
  const stamp = (time: number) => {
    const [, day, month, , clock] = new Date(time * 1000).toUTCString().split(/[ ,]+/);
    return `${month} ${String(Number(day)).padStart(2)} ${clock}`;
  };
  return lines
    .map(({ time, text }, i) => `${stamp(time)} sensor auth.info sshd[${1000 + i}]: ${text}\n`)
    .join('');
}

/** Seconds of a block here: long enough to be seen, short enough to be waited for. */
const BLOCK_SECONDS = 25;

const root = machineImpossible() === null ? debianRoot('bookworm', PACKAGES) : null;
const firewalls = unpacked('firewalls');
const reason =
  machineImpossible() ??
  whyNoPlace() ??
  (root?.kind === 'root' ? null : (root?.reason ?? 'no root')) ??
  ('reason' in firewalls ? firewalls.reason : null) ??
  (existsSync(MAIN) ? null : 'the program is not built: npm run build');

it('what it needs is there', () => {
  if (reason !== null && process.env.CI === undefined) process.stdout.write(`not tried: ${reason}\n`);
  else expect(reason).toBeNull();
});

describe.skipIf(reason !== null)('a real sshd, watched', () => {
  let machine: Machine;
  let daemon: ChildProcess;
  let folder: string;
  const told: { readonly kind: string; readonly time: string; readonly [fact: string]: unknown }[] = [];

  beforeAll(async () => {
    machine = await startMachine({
      programs: (root as { path: string }).path,
      hostName: 'sensor',
      addresses: [`${SSHD}/32`, '203.0.113.1/24', '192.0.2.1/24'],
      files: machineFiles(new Map()),
    });
    const made = await machine.run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-f',
      '/etc/ssh/host_key',
    ]);
    expect(made.stderr).toBe('');
    machine.write(`${BUSYBOX.logs[0]!.path}.1`, rotatedLog(Math.floor(Date.now() / 1000)));
    const [program, ...args] = BUSYBOX.command;
    machine.start(program, args);
    await until(
      'the syslog',
      async () => (await machine.run('busybox', ['test', '-S', '/dev/log'])).status === 0,
    );
    machine.write('/etc/ssh/sshd-watched', sshdConfig(SERVER));
    const ran = await machine.run('/usr/sbin/sshd', ['-f', '/etc/ssh/sshd-watched']);
    expect(ran.stderr).toBe('');

    folder = mkdtempSync(join(tmpdir(), 'slowbrute-watch-'));
    const { root: programs, libraries } = firewalls as { root: string; libraries: string };
    // the daemon runs outside, its nft inside: nothing of this machine's own firewall is touched
    mkdirSync(join(folder, 'bin'));
    const nft = join(folder, 'bin/nft');
    writeFileSync(
      nft,
      `#!/bin/sh\nexec nsenter --net=/proc/${machine.pid}/ns/net env LD_LIBRARY_PATH=${libraries} ${programs}/usr/sbin/nft "$@"\n`,
    );
    chmodSync(nft, 0o755);
    const configuration = join(folder, 'slowbrute.toml');
    writeFileSync(
      configuration,
      [
        `state-folder = "${folder}/state"`,
        `timezone = "UTC"`,
        '[[input]]',
        `file = "${machine.root}/${BUSYBOX.logs[0]!.path}"`,
        '[block]',
        'with = ["nftables"]',
        '[block.participants]',
        `hours = ${BLOCK_SECONDS / 3600}`,
        '[log]',
        'format = "json"',
        'level = "debug"',
        '',
      ].join('\n'),
    );
    // programs of a firewall are looked for in the system's folders only: one of them is ours in the daemon's view
    const script = `mount --make-rprivate / && mkdir -p /usr/local/sbin && mount --bind ${folder}/bin /usr/local/sbin && exec "$@"`;
    const command = [process.execPath, MAIN, 'watch', '--config', configuration];
    daemon = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TZ: 'UTC' },
    });
    let rest = '';
    daemon.stderr!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.startsWith('{')) told.push(JSON.parse(line));
    });
    await until('the daemon', () => happened('history:learnt').length > 0);
  }, 240_000);

  afterAll(async () => {
    daemon?.kill('SIGTERM');
    await machine?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const happened = (event: string) => told.filter((one) => one.kind === event);
  const events = (kind: string) =>
    happened('detection:told').flatMap(({ event }) => {
      const one = event as { readonly kind: string; readonly source?: string; readonly time: number };
      return one.kind === kind ? [one] : [];
    });

  /** Offers passwords in one connection; true where it was let in, false where it was refused, null where nobody answered. */
  async function login(from: string, user: string, ...passwords: readonly string[]): Promise<boolean | null> {
    const config = [
      `User "${user}"`,
      `Port ${SERVER.port}`,
      `BindAddress ${from}`,
      'PreferredAuthentications password',
      `NumberOfPasswordPrompts ${passwords.length}`,
      'StrictHostKeyChecking no',
      'UserKnownHostsFile /dev/null',
      'PubkeyAuthentication no',
      'ConnectTimeout 3',
      'RequestTTY no',
      'LogLevel ERROR',
    ];
    const name = `${from}-${user}`;
    machine.write(`tmp/case-${name}`, `${config.join('\n')}\n`);
    // each call gives the next answer
    machine.write(`tmp/answers-${name}`, passwords.map((one) => `${one}\n`).join(''));
    machine.write(
      'tmp/askpass',
      '#!/bin/sh\nbusybox head -n 1 "$ANSWERS"\nbusybox sed -i 1d "$ANSWERS"\n',
      0o755,
    );
    const ran = await machine.run('ssh', ['-F', `/tmp/case-${name}`, SSHD, 'true'], {
      SSH_ASKPASS: '/tmp/askpass',
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: ':0',
      ANSWERS: `/tmp/answers-${name}`,
    });
    if (ran.status === 0) return true;
    return /timed out/.test(ran.stderr) ? null : false;
  }

  it('names and drops the participants, and lets a person with a typo in', async () => {
    expect(await login(PERSON, 'alcie', 'wrong')).toBe(false);
    let i = 0;
    for (const name of NAMES)
      for (let n = 0; n < 3; n++) await login(source(i++ % SOURCES.length), name, 'wrong');
    await until('a campaign', () => events('campaign:opened').length > 0);
    const named = new Set(events('participant:named').map((one) => one.source!));
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((one) => !SOURCES.includes(one))).toEqual([]);
    // the one that was named last: on a slow machine the block of the first may be over by now
    const last = [...named].at(-1)!;
    await until('nft', () => happened('firewall:applied').length > 0);
    await sleep(500);
    expect(await login(last, 'alias', 'wrong')).toBeNull();
    expect(await login(PERSON, 'alice', PASSWORD)).toBe(true);
  }, 300_000);

  it('raises the alarm within a second when a participant gets in', async () => {
    // one that is new to it: its first guess names it, its second, in the same connection, is right
    for (const from of ['203.0.113.201', '203.0.113.202', '203.0.113.203']) await login(from, 'bob', 'wrong');
    await login('203.0.113.204', 'bob', 'wrong', PASSWORD);
    const accepted = () =>
      machine
        .read(BUSYBOX.logs[0]!.path)
        .split('\n')
        .some((one) => one.includes('Accepted password for bob from 203.0.113.204'));
    expect(accepted()).toBe(true);
    await until('the alarm', () => events('account:compromised').length > 0);
    const [alarm] = told.filter(({ msg }) => String(msg).startsWith('INTRUSION'));
    // the log has whole seconds: within the same one or the next
    const { time } = events('account:compromised')[0]!;
    expect(Date.parse(alarm!.time) / 1000 - time).toBeLessThan(2);
  }, 60_000);

  it('ends the blocks by itself', async () => {
    await sleep(BLOCK_SECONDS * 1000 + 3000);
    expect(await login(SOURCES[0]!, 'alias', 'wrong')).toBe(false);
  }, 90_000);

  it('ends when it is told to, with everything kept', async () => {
    daemon.kill('SIGTERM');
    await until('its end', () => daemon.exitCode !== null);
    expect(daemon.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'state/snapshot')).length).toBeGreaterThan(0);
  }, 30_000);
});

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error(`${what} is not there after 60 s`);
}
