/**
 * A new configuration for a daemon that runs, on the built program: inputs come and go without losing their places, firewalls and
 * ways to people are taken up and let go, one that is wrong changes nothing; and systemd is told of all of it.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  attemptsOf,
  configure,
  type Daemon,
  failed,
  folder,
  isBuilt,
  MAIN,
  now,
  start,
  statusOf,
  stopAll,
  until,
} from './daemon.ts';

afterEach(stopAll);

const input = (path: string) => ['[[input]]', `file = "${path}"`];

/** Sends SIGHUP and waits until it was heard, whatever became of it. */
async function reload(daemon: Daemon): Promise<void> {
  const heard = () =>
    daemon.said.filter(
      ({ kind, msg }) =>
        kind === 'daemon:reloaded' || (kind === 'daemon:troubled' && msg.includes('the configuration stays')),
    ).length;
  const before = heard();
  daemon.child.kill('SIGHUP');
  await until('the reload', () => heard() > before);
}

describe.skipIf(!isBuilt)('a reload', () => {
  it('takes up inputs and lets them go; each goes on where it was, also after a restart, with nothing twice', async () => {
    const place = folder();
    const [a, b] = [join(place, 'a.log'), join(place, 'b.log')];
    writeFileSync(a, failed(now() - 60, '203.0.113.1', 'a1'));
    writeFileSync(b, failed(now() - 50, '203.0.113.2', 'b1'));
    const path = configure(place, ...input(a));
    const daemon = start(path);
    await daemon.saying('history:learnt');
    const users = async () =>
      (await attemptsOf(path)).map(({ user }) => user).sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
    const wait = (...wanted: readonly string[]) =>
      until(wanted.join(' '), async () => (await users()).join() === wanted.join());
    const follow = async (...files: readonly string[]) => {
      configure(place, ...files.flatMap(input));
      await reload(daemon);
    };

    await follow(a, b);
    await wait('a1', 'b1');
    appendFileSync(a, failed(now() - 40, '203.0.113.1', 'a2'));
    await wait('a1', 'a2', 'b1');
    await follow(b);
    // nobody reads it now ...
    appendFileSync(a, failed(now() - 30, '203.0.113.1', 'a3'));
    appendFileSync(b, failed(now() - 30, '203.0.113.2', 'b2'));
    await wait('a1', 'a2', 'b1', 'b2');
    expect((await statusOf(path))?.inputs.map((one) => one.input)).toEqual([b]);
    // ... and now it is read on from where it was
    await follow(a, b);
    await wait('a1', 'a2', 'a3', 'b1', 'b2');
    await follow(b);
    expect(await daemon.stop()).toBe(0);
    appendFileSync(a, failed(now() - 20, '203.0.113.1', 'a4'));
    const again = start(configure(place, ...input(a)));
    await wait('a1', 'a2', 'a3', 'a4', 'b1', 'b2');
    // killed right after a reload it knows what it followed
    configure(place, ...input(a), ...input(b));
    await reload(again);
    again.child.kill('SIGKILL');
    await again.ended;
    appendFileSync(b, failed(now() - 10, '203.0.113.2', 'b3'));
    start(path);
    await wait('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3');
  }, 120_000);

  it('with a wrong configuration changes nothing, and says so until it is right', async () => {
    const place = folder();
    const log = join(place, 'a.log');
    writeFileSync(log, '');
    const path = configure(place, ...input(log));
    const daemon = start(path);
    await daemon.saying('daemon:started');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n[detection]\nmemory-days = "many"\n`);
    await reload(daemon);
    const status = await statusOf(path);
    expect(status?.state).toBe('troubled');
    expect(status?.problems[0]?.message).toMatch(/the configuration stays as it was: .*memory-days/);
    appendFileSync(log, failed(now(), '203.0.113.1', 'a1'));
    await until('a1', async () => (await attemptsOf(path)).length === 1);
    configure(place, ...input(log), '[detection]', 'memory-days = 30');
    await reload(daemon);
    expect((await statusOf(path))?.state).toBe('watching');
    expect((await daemon.saying('daemon:reloaded')).changed).toEqual(['detection']);
  }, 60_000);

  it('takes up a firewall, with all that stands, and leaves nothing in one that is gone', async () => {
    const place = folder();
    const log = join(place, 'a.log');
    const command = join(place, 'firewall');
    writeFileSync(command, `#!/bin/sh\ncat >> '${place}/told'\necho >> '${place}/told'\n`);
    chmodSync(command, 0o755);
    writeFileSync(
      log,
      Array.from({ length: 5 }, (_, i) => failed(now() - 50 + i, '203.0.113.9', `u${i}`)).join(''),
    );
    const loud = ['[block.loud]', 'block = true'];
    const path = configure(place, ...input(log), ...loud);
    const daemon = start(path);
    await daemon.saying('block:changed', '203.0.113.9');
    await daemon.saying('history:learnt');
    expect((await statusOf(path))?.blocks.isDryRun).toBe(true);
    const real = ['[block]', 'with = ["command"]', ...loud, '[block.command]', `run = ["${command}"]`];
    configure(place, ...input(log), ...real);
    await reload(daemon);
    await daemon.saying('firewall:applied');
    expect(readFileSync(`${place}/told`, 'utf8')).toContain('203.0.113.9');
    expect((await statusOf(path))?.blocks).toMatchObject({ isDryRun: false, backends: ['command'] });
    // of what stays as it is nothing is told again
    const before = readFileSync(`${place}/told`, 'utf8');
    configure(place, ...input(log), ...real, '[detection]', 'loud-seconds = 900');
    await reload(daemon);
    expect(readFileSync(`${place}/told`, 'utf8')).toBe(before);
    configure(place, ...input(log), ...loud);
    await reload(daemon);
    const [, ...last] = readFileSync(`${place}/told`, 'utf8')
      .slice(before.length - 1)
      .split('\n');
    expect(JSON.parse(last[0]!)).toEqual({ kind: 'replace', entries: [] });
    expect((await statusOf(path))?.blocks).toMatchObject({ isDryRun: true, standing: 1 });
  }, 60_000);

  it('takes up a way to people: what waits for it is told by it', async () => {
    const place = folder();
    const got: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (piece) => {
        text += String(piece);
      });
      request.on('end', () => {
        got.push(text);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const path = configure(place, ...input(join(place, 'missing.log')));
      const daemon = start(path);
      await daemon.saying('daemon:started');
      const way = ['[[alarm.web-hook]]', `url = "${url}"`];
      configure(place, ...input(join(place, 'missing.log')), ...way);
      await reload(daemon);
      const { stdout } = await promisify(execFile)(process.execPath, [
        MAIN,
        'alarm',
        'test',
        '--config',
        path,
      ]);
      expect(stdout).toMatch(/^web-hook: delivered/);
      expect(got[0]).toContain('"test"');
      // a log that is not there is a trouble, and told a minute after it began
      await until('the trouble', () => got.some((text) => text.includes('missing.log')), 100);
    } finally {
      server.close();
    }
  }, 150_000);

  it('is told to systemd: reloading with the time of the clock that nobody sets, then ready', async () => {
    if (spawnSync('python3', ['-c', 'import socket']).status !== 0) return;
    const place = folder();
    const log = join(place, 'a.log');
    writeFileSync(log, '');
    const path = configure(place, ...input(log));
    // systemd's end of the socket, and the program that unit files are served by where there is no descriptor
    const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode().replace(chr(10), ' '), flush=True)
`;
    const systemd = spawn('python3', ['-c', listener, join(place, 'notify')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let heard = '';
    systemd.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    try {
      const opened = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(NOTIFY_SOCKET=sys.argv[1], LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='notify')
os.execvp(sys.argv[2], sys.argv[2:])
`;
      await until('systemd', () => existsSync(join(place, 'notify')));
      const daemon = start(path, [], ['python3', '-c', opened, join(place, 'notify')]);
      await daemon.saying('daemon:started');
      await until('ready', () => heard.includes('READY=1'));
      await reload(daemon);
      await until('reloaded', () => /RELOADING=1 MONOTONIC_USEC=\d+ [\s\S]*READY=1/.test(heard));
      writeFileSync(path, 'colour = 1\n');
      await reload(daemon);
      await until('refused', () =>
        /STATUS=keeps watch with the old configuration: [\s\S]*READY=1/.test(heard),
      );
    } finally {
      systemd.kill();
    }
  }, 60_000);
});
