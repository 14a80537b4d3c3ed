import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNotifier, type NotifierEffects } from './sd-notify.ts';

const running: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What systemd does: a datagram socket, here one that prints what comes. Node cannot open one, Python can. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind('\\0' + name[1:] if name.startswith('@') else name)
print('listening', flush=True)
while True:
    data, fds, flags, _ = socket.recv_fds(s, 4096, 1)
    print(repr(data.decode()), flush=True)
    for fd in fds: __import__('os').close(fd)
`;

/** What systemd-notify says after each message, with a pipe that it waits for to be closed: sd_notify_barrier(3). */
const BARRIER = "'BARRIER=1'";

const hasPython = spawnSync('python3', ['-c', 'import socket; socket.recv_fds']).status === 0;
const hasProgram = spawnSync('systemd-notify', ['--version']).status === 0;

async function receiver(name: string) {
  const child = spawn('python3', ['-c', RECEIVER, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const lines: string[] = [];
  let wake = () => {};
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.filter((line) => line !== BARRIER));
    wake();
  });
  /** Resolves with everything received once there are `count` of it. */
  const received = async (count: number) => {
    while (lines.length < count + 1)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return lines.slice(1);
  };
  await received(0);
  return received;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'slowbrute-notify-'));
  folders.push(path);
  return path;
}

/** No process and no descriptor: what would be said, and how. */
function quiet(more: Partial<NotifierEffects> = {}) {
  const ran: string[][] = [];
  const written: string[] = [];
  const warnings: string[] = [];
  let micros = 1_000_000n;
  const effects: NotifierEffects = {
    pid: 77,
    monotonicMicroseconds: () => micros,
    write: (descriptor, text) => void written.push(`${descriptor} ${text}`),
    isSocket: () => true,
    run: (program, args) => {
      ran.push([program, ...args]);
      return Promise.resolve(null);
    },
    warn: (text) => void warnings.push(text),
    ...more,
  };
  const pass = (seconds: number) => {
    micros += BigInt(Math.round(seconds * 1e6));
  };
  return { effects, ran, written, warnings, pass };
}

const PASSED = {
  NOTIFY_SOCKET: '/run/systemd/notify',
  LISTEN_PID: '77',
  LISTEN_FDS: '2',
  LISTEN_FDNAMES: 'other:notify',
};

describe('without systemd', () => {
  it('nothing is said to anybody', async () => {
    const { effects, ran, written } = quiet();
    const notifier = createNotifier({ WATCHDOG_USEC: '1000000' }, effects);
    notifier.ready();
    notifier.alive();
    notifier.status('reading');
    notifier.stopping();
    await notifier.close();
    expect([notifier.way, notifier.watchdogSeconds, ran, written]).toEqual(['none', null, [], []]);
  });
});

describe('by a descriptor that systemd passes', () => {
  it('each thing is a datagram of its own', () => {
    const { effects, ran, written } = quiet();
    const notifier = createNotifier(PASSED, effects);
    expect(notifier.way).toBe('descriptor');
    notifier.ready();
    notifier.reloading();
    notifier.needs(90);
    notifier.status('3 inputs\nREADY=1');
    notifier.stopping();
    expect(written).toEqual([
      '4 READY=1\n',
      '4 RELOADING=1\nMONOTONIC_USEC=1000000\n',
      '4 EXTEND_TIMEOUT_USEC=90000000\n',
      '4 STATUS=3 inputs READY=1\n',
      '4 STOPPING=1\n',
    ]);
    expect(ran).toEqual([]);
  });

  it.each([
    ['of another process', { LISTEN_PID: '78' }],
    ['that is not ours', { LISTEN_FDNAMES: 'other:another' }],
    ['that is beyond those passed', { LISTEN_FDS: '1' }],
    ['without a number', { LISTEN_FDS: 'x' }],
  ])('but not by one %s', (_, other) => {
    expect(createNotifier({ ...PASSED, ...other }, quiet().effects).way).toBe('program');
  });

  it('but not by one that is no socket', () => {
    expect(createNotifier(PASSED, quiet({ isSocket: () => false }).effects).way).toBe('program');
  });

  it('goes over to the program where writing fails, and drops what a full queue refuses', () => {
    let code = 'EAGAIN';
    const { effects, ran } = quiet({
      write: () => {
        throw Object.assign(new Error(code), { code });
      },
    });
    const notifier = createNotifier(PASSED, effects);
    notifier.ready();
    expect(ran).toEqual([]);
    code = 'ECONNREFUSED';
    notifier.ready();
    expect(ran).toEqual([['systemd-notify', 'READY=1']]);
  });

  it.skipIf(!hasPython)('a real one, as systemd hands it over', async () => {
    const path = join(folder(), 'notify');
    const received = await receiver(path);
    // Python connects the socket as systemd does for OpenFile=, and becomes a Node that writes to it
    const passer = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(sys.argv[1])
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='notify', NOTIFY_SOCKET=sys.argv[1])
os.execvp(sys.argv[2], sys.argv[2:])
`;
    const writer =
      "const fs = require('fs'); console.log(fs.fstatSync(3).isSocket()); fs.writeSync(3, 'WATCHDOG=1\\n')";
    const said = execFileSync('python3', ['-c', passer, path, process.execPath, '-e', writer], {
      encoding: 'utf8',
    });
    expect(said.trim()).toBe('true');
    expect(await received(1)).toEqual(["'WATCHDOG=1\\n'"]);
  });
});

describe('by systemd-notify', () => {
  const environment = { NOTIFY_SOCKET: '/run/systemd/notify' };

  it('one thing after the other, in order', async () => {
    const { effects, ran } = quiet();
    const notifier = createNotifier(environment, effects);
    notifier.ready();
    notifier.status('reading');
    notifier.stopping();
    await notifier.close();
    expect(ran.map(([, ...args]) => args)).toEqual([['READY=1'], ['STATUS=reading'], ['STOPPING=1']]);
  });

  it('that hangs drops signs of life and never an ending', async () => {
    let release = () => {};
    const ran: string[] = [];
    const { effects, pass } = quiet({
      run: (_, args) => {
        ran.push(args[0]!);
        return new Promise((resolve) => {
          release = () => resolve(null);
        });
      },
    });
    const notifier = createNotifier({ ...environment, WATCHDOG_USEC: '2000000' }, effects);
    for (let i = 0; i < 100; i++) {
      notifier.alive();
      pass(1);
    }
    notifier.stopping();
    const closed = notifier.close();
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      release();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ran.length).toBeLessThan(12);
    expect(ran.at(-1)).toBe('STOPPING=1');
  });

  it('that is not there is told once', async () => {
    const { effects, warnings } = quiet({ run: () => Promise.resolve('spawn systemd-notify ENOENT') });
    const notifier = createNotifier(environment, effects);
    for (let i = 0; i < 5; i++) notifier.status(`${i}`);
    await notifier.close();
    expect(warnings).toHaveLength(1);
  });

  it.skipIf(!hasPython || !hasProgram).each(['a path', 'an abstract name'])(
    'the real one, to %s',
    async (kind) => {
      const socket = kind === 'a path' ? join(folder(), 'notify') : `@slowbrute-test-${process.pid}`;
      const received = await receiver(socket);
      const notifier = createNotifier({ ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '60000000' });
      notifier.ready();
      notifier.alive();
      notifier.alive();
      notifier.status("it's 3 o'clock; $(reboot)");
      notifier.stopping();
      await notifier.close();
      expect(await received(4)).toEqual([
        "'READY=1'",
        "'WATCHDOG=1'",
        '"STATUS=it\'s 3 o\'clock; $(reboot)"',
        "'STOPPING=1'",
      ]);
    },
  );
});

describe('a watchdog', () => {
  it('is fed when half of its time is over, however often it is said', () => {
    const { effects, written, pass } = quiet();
    const notifier = createNotifier({ ...PASSED, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '77' }, effects);
    expect(notifier.watchdogSeconds).toBe(30);
    for (let second = 0; second < 120; second++) {
      notifier.alive();
      pass(1);
    }
    expect(written).toHaveLength(4);
  });

  it.each([
    ['of another process', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' }],
    ['of no time', { WATCHDOG_USEC: '0' }],
    ['of nonsense', { WATCHDOG_USEC: 'soon' }],
    ['that nobody set', {}],
  ])('%s is none', (_, set) => {
    const { effects, written } = quiet();
    const notifier = createNotifier({ ...PASSED, ...set }, effects);
    notifier.alive();
    expect([notifier.watchdogSeconds, written]).toEqual([null, []]);
  });
});
