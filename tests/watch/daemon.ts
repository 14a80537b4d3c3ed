/**
 * The built program as a daemon of a test: its own folder, its own configuration, what it says, and how it ends. Everything that a
 * test starts is stopped by {@link stopAll}.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../src/serve/client.ts';
import type { Status } from '../../src/serve/status.ts';
import type { StoredAttempt } from '../../src/store/history.ts';

export const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js');
export const isBuilt = existsSync(MAIN);

/** One thing that it said of itself, with the facts of its kind. */
export interface Said {
  readonly kind: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

export interface Daemon {
  readonly child: ChildProcess;
  readonly said: readonly Said[];
  /** Lines that are no happenings: what a command says where it cannot begin. */
  readonly words: () => string;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** Waits until it has said something of that kind (that has `text` in it). */
  saying(kind: string, text?: string): Promise<Said>;
  stop(): Promise<number | NodeJS.Signals | null>;
}

const folders: string[] = [];
const running = new Set<Daemon>();

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'slowbrute-daemon-'));
  folders.push(path);
  return path;
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop()));
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** Writes `slowbrute.toml` into the folder, with state and socket there; `more`: lines of TOML, keys before tables. */
export function configure(place: string, ...more: readonly string[]): string {
  const path = join(place, 'slowbrute.toml');
  const head = [`state-folder = "${place}/state"`, `socket = "${place}/socket"`, 'timezone = "UTC"'];
  const log = ['[log]', 'format = "json"', 'level = "debug"', ''];
  writeFileSync(path, [...head, ...more, ...log].join('\n'));
  return path;
}

/** Starts `slowbrute watch`; `by`: a program and arguments that run it (unshare, setpriv). */
export function start(
  configuration: string,
  args: readonly string[] = [],
  by: readonly string[] = [],
): Daemon {
  const [program, ...rest] = [...by, process.execPath, MAIN, 'watch', '--config', configuration, ...args];
  const child = spawn(program!, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Said[] = [];
  const words: string[] = [];
  let part = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (part + text).split('\n');
    part = lines.pop()!;
    for (const line of lines)
      if (line.startsWith('{')) said.push(JSON.parse(line) as Said);
      else words.push(line);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((done) => {
    child.on('close', (code, signal) => {
      running.delete(daemon);
      done(code ?? signal);
    });
  });
  const daemon: Daemon = {
    child,
    said,
    words: () => words.join('\n'),
    ended,
    async saying(kind, text = '') {
      let found: Said | undefined;
      await until(`${kind} ${text}`, () => {
        found = said.find((one) => one.kind === kind && JSON.stringify(one).includes(text));
        return found !== undefined;
      });
      return found!;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
  running.add(daemon);
  return daemon;
}

export function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The daemon that the configuration of a test means. */
function client(configuration: string) {
  return createClient(join(dirname(configuration), 'socket'));
}

/** What the daemon of the configuration says of itself; null: nobody answers. */
export async function statusOf(configuration: string): Promise<Status | null> {
  return client(configuration)
    .status()
    .catch(() => null);
}

/** All that it has in its history, oldest first; none where nobody answers. */
export async function attemptsOf(configuration: string): Promise<readonly StoredAttempt[]> {
  const attempts: StoredAttempt[] = [];
  try {
    for await (const attempt of client(configuration).questions.attempts({})) attempts.push(attempt);
  } catch {
    return [];
  }
  return attempts;
}

export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
}

/** A failed login, as sshd and a syslog with whole stamps write it. `time`: seconds since 1970. */
export function failed(time: number, source: string, user: string, unknown = true): string {
  const stamp = new Date(time * 1000).toISOString().replace(/\.\d+Z$/, '+00:00');
  const who = unknown ? `invalid user ${user}` : user;
  const pid = 1000 + (Math.floor(time * 7) % 30_000);
  return `${stamp} sensor sshd[${pid}]: Failed password for ${who} from ${source} port ${pid} ssh2\n`;
}

export function accepted(time: number, source: string, user: string): string {
  return failed(time, source, user, false).replace('Failed', 'Accepted');
}

export const now = (): number => Math.floor(Date.now() / 1000);
