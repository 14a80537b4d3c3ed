/**
 * sd_notify(3) without libsystemd: tells systemd that the service is ready, reloads, stops, lives, and what it does.
 *
 * The protocol is a datagram to the Unix socket that NOTIFY_SOCKET names, and Node opens no datagram socket of that kind.
 * Two ways are left, and no compiled package is needed for either:
 *
 * 1. A connected socket that systemd hands in. `OpenFile=/run/systemd/notify:notify:graceful` in the unit (systemd 253 and
 *    later) connects it and passes it as a file descriptor, named in LISTEN_FDNAMES (sd_listen_fds(3)); a write is a
 *    datagram. A watchdog then costs one system call, and only the service itself can speak (NotifyAccess=main).
 * 2. systemd-notify(1), by its argument vector, which every machine with systemd has: a process each time, some 6 ms of
 *    processor, twice in a watchdog's time; with a watchdog of a minute 0.02 % of a core. It needs NotifyAccess=all, because
 *    the child is not the main process.
 *
 * Where NOTIFY_SOCKET is not set nothing is done; what fails is said once and never stops the daemon.
 */
import { spawn } from 'node:child_process';
import { fstatSync, writeSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** None of them throws or waits. */
export interface Notifier {
  /** `descriptor`: by a system call; `program`: by systemd-notify; `none`: nobody wants to know. */
  readonly way: 'descriptor' | 'program' | 'none';
  /** How often `alive` is passed on, seconds: half of what systemd allows; null: it does not watch. */
  readonly watchdogSeconds: number | null;
  /** It runs; also the end of a reload. */
  ready(): void;
  reloading(): void;
  stopping(): void;
  /** It lives: call it as often as you like, it is passed on when half of the watchdog's time is over. */
  alive(): void;
  /** It needs so many seconds more than the unit allows to start, reload or stop. */
  needs(seconds: number): void;
  /** The line that `systemctl status` shows. */
  status(text: string): void;
  /** Resolves when everything that was said has gone out: before the process ends. */
  close(): Promise<void>;
}

export interface NotifierEffects {
  readonly pid: number;
  /** CLOCK_MONOTONIC, microseconds. */
  monotonicMicroseconds(): bigint;
  /** Writes a datagram to a descriptor; throws as `fs.writeSync`. */
  write(descriptor: number, text: string): void;
  /** Whether a descriptor is an open socket. */
  isSocket(descriptor: number): boolean;
  /** Runs a program; resolves with what went wrong, or null. */
  run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string | null>;
  /** Something that the operator should know, once. */
  warn(text: string): void;
}

/** sd_listen_fds(3): SD_LISTEN_FDS_START. */
const FIRST_DESCRIPTOR = 3;
/** How the unit calls the descriptor. */
const DESCRIPTOR_NAME = 'notify';
/** Messages that wait for systemd-notify; beyond it states that are news no more are dropped. */
const MOST_WAITING = 8;
/** A program that hangs must not keep the next one waiting, ms. */
const PROGRAM_PATIENCE = 10_000;

/** The connection to systemd that the environment tells of. */
export function createNotifier(
  environment: Environment,
  effects: NotifierEffects = realNotifierEffects(),
): Notifier {
  const socket = environment.NOTIFY_SOCKET;
  const isWanted = socket !== undefined && socket !== '';
  let descriptor = isWanted ? descriptorOf(environment, effects) : null;
  let warned = false;
  const waiting: string[][] = [];
  let running: Promise<void> | null = null;

  const warn = (text: string) => {
    if (!warned) effects.warn(text);
    warned = true;
  };

  async function runWaiting(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const why = await effects.run('systemd-notify', next, {
        PATH: environment.PATH ?? '/usr/bin:/bin',
        NOTIFY_SOCKET: socket,
      });
      if (why !== null) warn(`systemd cannot be told how this service is: ${why}`);
    }
    running = null;
  }

  function send(lines: readonly string[]): void {
    if (!isWanted || lines.length === 0) return;
    if (descriptor !== null) {
      try {
        effects.write(descriptor, `${lines.join('\n')}\n`);
        return;
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        // a full queue of systemd's: the next one will do
        if (code === 'EAGAIN' || code === 'ENOBUFS') return;
        descriptor = null; // systemd was started anew, and its socket with it
      }
    }
    if (waiting.length >= MOST_WAITING) {
      const idle = waiting.findIndex((one) => one.every((line) => /^(?:WATCHDOG|STATUS)=/.test(line)));
      waiting.splice(Math.max(0, idle), 1);
    }
    waiting.push([...lines]);
    running ??= runWaiting();
  }

  const watchdogSeconds = watchdogOf(environment, effects.pid);
  let aliveAt: bigint | null = null;

  return {
    way: isWanted ? (descriptor === null ? 'program' : 'descriptor') : 'none',
    watchdogSeconds,
    ready: () => send(['READY=1']),
    // both are needed, for Type=notify-reload
    reloading: () => send(['RELOADING=1', `MONOTONIC_USEC=${effects.monotonicMicroseconds()}`]),
    stopping: () => send(['STOPPING=1']),
    alive() {
      if (watchdogSeconds === null) return;
      const now = effects.monotonicMicroseconds();
      if (aliveAt !== null && Number(now - aliveAt) < watchdogSeconds * 1e6) return;
      aliveAt = now;
      send(['WATCHDOG=1']);
    },
    needs: (seconds) => send([`EXTEND_TIMEOUT_USEC=${Math.max(1, Math.round(seconds * 1e6))}`]),
    status: (text) => send([statusLine(text)]),
    async close() {
      await running;
    },
  };
}

/** A line break would begin another variable. */
function statusLine(text: string): string {
  return `STATUS=${text.replace(/\p{Cc}+/gu, ' ').slice(0, 500)}`;
}

/** The descriptor that systemd passed under our name; null where there is none. See sd_listen_fds_with_names(3). */
function descriptorOf(environment: Environment, effects: NotifierEffects): number | null {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = environment;
  if (LISTEN_PID !== String(effects.pid) || LISTEN_FDS === undefined || !/^\d{1,4}$/.test(LISTEN_FDS))
    return null;
  const at = (LISTEN_FDNAMES ?? '').split(':').indexOf(DESCRIPTOR_NAME);
  if (at < 0 || at >= Number(LISTEN_FDS)) return null;
  const descriptor = FIRST_DESCRIPTOR + at;
  return effects.isSocket(descriptor) ? descriptor : null;
}

/** sd_watchdog_enabled(3): WATCHDOG_USEC counts only for the process of WATCHDOG_PID; half of it is the pace. */
function watchdogOf(environment: Environment, pid: number): number | null {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === '') return null;
  if (WATCHDOG_USEC === undefined || !/^\d{1,15}$/.test(WATCHDOG_USEC)) return null;
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== '' && WATCHDOG_PID !== String(pid)) return null;
  const seconds = Number(WATCHDOG_USEC) / 2e6;
  return seconds > 0 ? seconds : null;
}

/** This process and its environment; warnings go to standard error unless somebody listens. */
export function realNotifierEffects(
  warn: (text: string) => void = (text) => void process.stderr.write(`slowbrute: ${text}\n`),
): NotifierEffects {
  return {
    pid: process.pid,
    // libuv's clock is CLOCK_MONOTONIC on Linux (uv__hrtime)
    monotonicMicroseconds: () => process.hrtime.bigint() / 1000n,
    write: (descriptor, text) => void writeSync(descriptor, text),
    isSocket(descriptor) {
      try {
        return fstatSync(descriptor).isSocket();
      } catch {
        return false;
      }
    },
    run: runProgram,
    warn,
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: environment,
      shell: false,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: PROGRAM_PATIENCE,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 500) said += text;
    });
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (status, signal) =>
      resolve(status === 0 ? null : `${program} ended with ${signal ?? status ?? '?'}: ${said.trim()}`),
    );
  });
}
