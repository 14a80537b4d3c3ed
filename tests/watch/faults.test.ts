/**
 * What happens to a daemon in its life, tried on the built program: each fault has a clear message and the exit status of sysexits.h
 * where it cannot go on; where it can, it goes on with what works, loses nothing, and blocks nobody that it should not.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  accepted,
  attemptsOf,
  configure,
  failed,
  folder,
  isBuilt,
  now,
  run,
  start,
  statusOf,
  stopAll,
  until,
} from './daemon.ts';

const isRoot = process.getuid?.() === 0;
const canMount =
  isRoot && spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

it('what it needs is there', () => {
  if (!isBuilt) process.stdout.write('not tried: the program is not built: npm run build\n');
  if (!canMount) process.stdout.write('not tried: a full disk (no mount name spaces)\n');
});

afterEach(stopAll);

const LOUD = ['[block.loud]', 'block = true'];
/** Five failures within a minute: loud, by anybody's reckoning. */
const guesses = (source: string) =>
  Array.from({ length: 5 }, (_, i) => failed(now() - 50 + i * 10, source, `name${i}`)).join('');

describe.skipIf(!isBuilt)('a daemon', () => {
  it('that is the second on one history says who has it, and ends with status 75', async () => {
    const place = folder();
    writeFileSync(join(place, 'log'), guesses('203.0.113.9'));
    const path = configure(place, '[[input]]', `file = "${place}/log"`);
    const first = start(path);
    await first.saying('history:learnt');
    const second = start(path);
    expect(await second.ended).toBe(75);
    expect(second.words()).toContain(`${first.child.pid}`);
    expect((await statusOf(path))?.state).toBe('watching');
    expect(await first.stop()).toBe(0);
  }, 60_000);

  it('with a wrong configuration says every key that is wrong, and ends with status 78', async () => {
    const place = folder();
    const daemon = start(configure(place, 'colour = 1', '[block]', 'allow = ["192.0.2.300"]'));
    expect(await daemon.ended).toBe(78);
    expect(daemon.words()).toMatch(/colour is no key.*|block\.allow\[1\]/);
    expect(daemon.words()).toContain('block.allow');
  }, 30_000);

  it('whose history is damaged sets it aside, begins another, and reads its logs again', async () => {
    const place = folder();
    writeFileSync(join(place, 'log'), guesses('203.0.113.9'));
    const path = configure(place, '[[input]]', `file = "${place}/log"`);
    const first = start(path);
    await first.saying('history:learnt');
    await first.stop();
    const [name = ''] = readdirSync(join(place, 'state')).filter((one) => /^history\.[a-z]+$/.test(one));
    const file = join(place, 'state', name);
    if (statSync(file).isDirectory()) return; // plain files are tried in tests/history
    writeFileSync(file, Buffer.alloc(8192, 0x5a));
    const second = start(path);
    const { msg } = await second.saying('daemon:troubled');
    expect(msg).toMatch(/is damaged: .* a new history has begun/);
    await second.saying('history:learnt');
    await until('five attempts', async () => (await attemptsOf(path)).length === 5);
    await second.stop();
    expect(readdirSync(join(place, 'state')).filter((one) => one.startsWith(name)).length).toBeGreaterThan(1);
  }, 60_000);

  it('whose log vanishes and comes back says so, and reads what came', async () => {
    const place = folder();
    const log = join(place, 'log');
    writeFileSync(log, failed(now() - 60, '203.0.113.9', 'one'));
    const path = configure(place, '[[input]]', `file = "${log}"`);
    const daemon = start(path);
    await daemon.saying('history:learnt');
    renameSync(log, `${place}/elsewhere`);
    await daemon.saying('input:waiting', 'is not there');
    await until('trouble', async () => (await statusOf(path))?.state === 'troubled');
    writeFileSync(log, failed(now(), '203.0.113.10', 'two'));
    await until('two', async () => (await attemptsOf(path)).length === 2);
    expect((await statusOf(path))?.state).toBe('watching');
  }, 60_000);

  it.skipIf(!isRoot)(
    'without rights to its log says so, and reads it when it may',
    async () => {
      const place = folder();
      const log = join(place, 'log');
      writeFileSync(log, failed(now() - 60, '203.0.113.9', 'one'));
      chmodSync(log, 0o600);
      chownSync(place, 65534, 65534);
      const path = configure(place, '[[input]]', `file = "${log}"`);
      const daemon = start(path, [], ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);
      const { msg } = await daemon.saying('input:waiting');
      expect(msg).toContain('may not be read by this user');
      await until('trouble', async () => (await statusOf(path))?.state === 'troubled');
      chmodSync(log, 0o644);
      await until('one', async () => (await attemptsOf(path)).length === 1);
      expect(await daemon.stop()).toBe(0);
    },
    60_000,
  );

  it.skipIf(!isRoot)(
    'without rights to its folder says so, and ends with a status of sysexits',
    async () => {
      const place = folder();
      chmodSync(place, 0o755);
      const path = configure(place);
      const daemon = start(
        path,
        [`${place}/log`],
        ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
      );
      expect([73, 77]).toContain(await daemon.ended);
      expect(daemon.words().split('\n').length).toBeLessThanOrEqual(2);
    },
    30_000,
  );

  it('keeps its history and all that is beside it to itself', async () => {
    const place = folder();
    writeFileSync(join(place, 'log'), guesses('203.0.113.9'));
    const daemon = start(configure(place, '[[input]]', `file = "${place}/log"`));
    await daemon.saying('snapshot:written');
    await daemon.saying('history:learnt');
    const state = join(place, 'state');
    expect(statSync(state).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' })) {
      // a snapshot is renamed when it is whole
      const stats = statSync(join(state, name), { throwIfNoEntry: false });
      if (stats?.isFile() === true) expect([name, (stats.mode & 0o777).toString(8)]).toEqual([name, '600']);
    }
  }, 60_000);
});

describe.skipIf(!isBuilt)('a firewall', () => {
  const script = (path: string, text: string) => {
    writeFileSync(`${path}.new`, `#!/bin/sh\n${text}\n`);
    chmodSync(`${path}.new`, 0o755);
    renameSync(`${path}.new`, path);
  };

  it('whose command is absent, fails, then works: told once, tried again, and everything is put in', async () => {
    const place = folder();
    const log = join(place, 'log');
    const command = join(place, 'firewall');
    writeFileSync(log, '');
    const path = configure(
      place,
      '[[input]]',
      `file = "${log}"`,
      '[block]',
      'with = ["command"]',
      ...LOUD,
      '[block.command]',
      `run = ["${command}"]`,
    );
    const daemon = start(path);
    await daemon.saying('history:learnt');
    appendFileSync(log, guesses('203.0.113.9'));
    await daemon.saying('block:changed', '203.0.113.9');
    await daemon.saying('firewall:failed');
    await until('trouble', async () => (await statusOf(path))?.state === 'troubled');
    script(command, 'echo no such table >&2; exit 1');
    await daemon.saying('firewall:failed', 'no such table');
    appendFileSync(log, guesses('203.0.113.10'));
    await until('two blocks', async () => (await statusOf(path))?.blocks.standing === 2);
    script(command, `cat >> '${place}/applied'`);
    await daemon.saying('firewall:applied');
    await until('no trouble', async () => (await statusOf(path))?.state === 'watching');
    expect(readFileSync(`${place}/applied`, 'utf8')).toMatch(/203\.0\.113\.9.*203\.0\.113\.10/);
    // told when it began and when it became another one, not with every try
    expect(daemon.said.filter(({ kind }) => kind === 'firewall:failed').length).toBeLessThanOrEqual(3);
  }, 120_000);

  it('that hangs keeps nobody waiting: what is read is judged and kept, and the daemon ends when told to', async () => {
    const place = folder();
    const log = join(place, 'log');
    const command = join(place, 'firewall');
    script(command, 'exec sleep 600');
    writeFileSync(log, '');
    const path = configure(
      place,
      '[[input]]',
      `file = "${log}"`,
      '[block]',
      'with = ["command"]',
      ...LOUD,
      '[block.command]',
      `run = ["${command}"]`,
    );
    const daemon = start(path);
    await daemon.saying('history:learnt');
    appendFileSync(log, guesses('203.0.113.9'));
    await daemon.saying('block:changed', '203.0.113.9');
    appendFileSync(log, guesses('203.0.113.10'));
    await until('both', async () => (await attemptsOf(path)).length === 10);
    expect((await statusOf(path))?.blocks.standing).toBe(2);
    expect(await daemon.stop()).toBe(0);
  }, 120_000);
});

describe.skipIf(!isBuilt || !canMount)('a full disk', () => {
  it('is told; what comes meanwhile is judged, and kept when there is room again, each once', async () => {
    const place = folder();
    const log = join(place, 'log');
    mkdirSync(join(place, 'state'));
    writeFileSync(log, guesses('203.0.113.9'));
    const path = configure(place, '[[input]]', `file = "${log}"`, ...LOUD);
    const mount = `mount -t tmpfs -o size=24m none '${place}/state' && exec "$@"`;
    const daemon = start(path, [], ['unshare', '--mount', 'sh', '-c', mount, 'sh']);
    await daemon.saying('history:learnt');
    const inside = (command: string) =>
      spawnSync('nsenter', ['--mount', `--target=${daemon.child.pid}`, 'sh', '-c', command], {
        encoding: 'utf8',
      });
    inside(`cat /dev/zero > '${place}/state/ballast'`);
    const many = 3000;
    const lines = Array.from({ length: many }, (_, i) =>
      failed(now() - 3000 + i, `198.51.100.${1 + (i % 250)}`, `u${i}`),
    );
    for (let i = 0; i < many; i += 300) {
      appendFileSync(log, lines.slice(i, i + 300).join(''));
      await sleep(150);
    }
    await until('told', () =>
      daemon.said.some(({ kind }) => kind === 'history:failed' || kind === 'snapshot:failed'),
    );
    await until('trouble', async () => (await statusOf(path))?.state === 'troubled');
    // a guesser that comes while nothing can be kept is blocked all the same
    appendFileSync(log, guesses('203.0.113.77'));
    await daemon.saying('block:changed', '203.0.113.77');
    inside(`rm '${place}/state/ballast'`);
    const all = 5 + many + 5;
    await until('all of them', async () => (await statusOf(path))?.history.attempts === all, 120);
    expect(new Set((await attemptsOf(path)).map(({ source, user }) => `${source} ${user}`)).size).toBe(all);
    expect(await daemon.stop()).toBe(0);
  }, 240_000);
});

describe.skipIf(!isBuilt)('a flood of syslog', () => {
  it('is read as far as it may be, and what is dropped is told', async () => {
    const place = folder();
    const port = 20_000 + (process.pid % 20_000);
    const path = configure(
      place,
      '[[input]]',
      `syslog = "udp://127.0.0.1:${port}"`,
      'messages-per-second = 10',
    );
    const daemon = start(path);
    await daemon.saying('input:opened');
    const socket = createSocket('udp4');
    try {
      for (let i = 0; i < 5000; i++) {
        const text = failed(now(), '203.0.113.9', `u${i}`)
          .replace(/^\S+ sensor /, '')
          .trim();
        socket.send(`<38>Nov 23 01:00:00 sensor ${text}`, port, '127.0.0.1');
        if (i % 100 === 0) await sleep(5);
      }
      const { msg } = await daemon.saying('input:dropped');
      expect(msg).toMatch(/messages were dropped: .*more than their sender may send/);
      expect((await statusOf(path))?.problems[0]?.message).toContain('messages were dropped');
      expect(run('status', '--config', path, '--format', 'metrics').stdout).toMatch(
        /slowbrute_dropped_messages_total\{input="syslog udp[^}]*\} [1-9]/,
      );
    } finally {
      socket.close();
    }
  }, 60_000);
});

describe.skipIf(!isBuilt)('people', () => {
  it('who mistype a name are not blocked by a policy that the history speaks against, until it is accepted', async () => {
    const place = folder();
    const log = join(place, 'log');
    // last week somebody mistyped, and got in a minute later
    const then = now() - 7 * 86_400;
    writeFileSync(log, failed(then, '192.0.2.7', 'alcie') + accepted(then + 60, '192.0.2.7', 'alice'));
    const policy = ['[block.unknown-user]', 'block = true'];
    const path = configure(place, '[[input]]', `file = "${log}"`, ...policy);
    const daemon = start(path);
    await daemon.saying('daemon:troubled', 'block.unknown-user is off');
    appendFileSync(log, failed(now(), '192.0.2.8', 'bbo'));
    await until('three attempts', async () => (await attemptsOf(path)).length === 3);
    expect((await statusOf(path))?.blocks.standing).toBe(0);
    expect(run('config', 'check', path).status).toBe(78);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('block = true', 'block = true\naccept-people = 1'),
    );
    daemon.child.kill('SIGHUP');
    await daemon.saying('daemon:reloaded');
    await until('no trouble', async () => (await statusOf(path))?.state === 'watching');
    expect(run('config', 'check', path).stdout).toContain('it is on');
    appendFileSync(log, failed(now(), '203.0.113.50', 'oracle'));
    await daemon.saying('block:changed', '203.0.113.50');
    // whoever has logged in is nobody to block, whatever they type
    appendFileSync(log, failed(now(), '192.0.2.7', 'aliec'));
    await until('five attempts', async () => (await attemptsOf(path)).length === 5);
    expect((await statusOf(path))?.blocks.standing).toBe(1);
    // and it is on again at once after a restart
    await daemon.stop();
    const again = start(path);
    await again.saying('daemon:started');
    expect((await statusOf(path))?.blocks.standing).toBe(1);
    rmSync(path);
  }, 90_000);
});
