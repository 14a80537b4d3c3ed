/** Programs of others run within bounds: what is told of one that ends badly, never ends, or says nothing. */

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crowdsec } from './crowdsec.ts';
import { fail2ban } from './fail2ban.ts';
import type { PeerLog } from './peer.ts';
import { defaultProgramsFolder, missingPrograms, programsIn } from './programs.ts';
import { BOUNDS_SCRIPT, failureOf, runProgram } from './run-program.ts';
import { shielded, sshguard } from './sshguard.ts';
import { blockerAtLogTime } from './sshguard-clock.ts';
import { temporaryFolders } from './work-folder.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sh = (script: string, more: Partial<Parameters<typeof runProgram>[0]> = {}) =>
  runProgram({ program: '/bin/sh', args: ['-c', script], folder, timeoutSeconds: 20, ...more });

describe('a program of others', () => {
  it('has its output, its status and its processor time told', async () => {
    const end = await sh('echo out; echo err >&2; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exit 3');
    expect(end.status).toBe(3);
    expect(end.said.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(end.cpuSeconds).toBeGreaterThan(0);
    expect(failureOf('it', end, 20)).toMatch(/^it ended with status 3: (out|err)$/);
  });

  it('gets nothing of the environment of the caller', async () => {
    const { said } = await sh('env', { environment: { MORE: '1' } });
    const names = said
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? ''));
    expect(new Set(names)).toEqual(new Set(['HOME', 'LC_ALL', 'MORE', 'PATH', 'TZ']));
  });

  it('reads and writes the files that it is given, whatever their names', async () => {
    const stdin = join(folder, "in put's");
    const stdout = join(folder, 'out $(put)');
    writeFileSync(stdin, 'text\n');
    const end = await runProgram({
      program: '/bin/cat',
      args: [],
      folder,
      stdin,
      stdout,
      timeoutSeconds: 20,
    });
    expect(end).toMatchObject({ status: 0, said: '' });
    expect(readFileSync(stdout, 'utf8')).toBe('text\n');
  });

  it('is killed when its time is over', async () => {
    const end = await runProgram({ program: '/bin/sleep', args: ['60'], folder, timeoutSeconds: 1 });
    expect(end.status).toBe(137);
    expect(failureOf('it', end, 1)).toBe('it was killed after 1 s');
  });

  it('is killed, with what it started, when the caller is gone', async () => {
    const child = spawn(
      '/bin/sh',
      ['-c', BOUNDS_SCRIPT, 'sh', 'unlimited', '60', '/dev/null', '', '/bin/sh', '-c', 'sleep 60; true'],
      { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] },
    );
    child.stdout!.resume();
    child.stderr!.resume();
    (child.stdio[3] as Readable).resume();
    (child.stdio[4] as Writable).destroy();
    // ends when nobody holds its output any more, the grandchild neither
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(status).toBe(137);
  }, 20_000);

  it('that is not there is a status and a word, no exception', async () => {
    const end = await runProgram({ program: '/nowhere/it', args: [], folder, timeoutSeconds: 5 });
    expect(end.status).toBe(127);
    expect(failureOf('it', end, 5)).toContain('/nowhere/it');
  });
});

describe('a peer whose program is not there', () => {
  const empty: PeerLog = {
    lines: [],
    table: undefined as never,
    truth: undefined as never,
  };

  it('says so, and does not throw', async () => {
    const programs = programsIn(join(folder, 'empty'));
    expect(missingPrograms(join(folder, 'empty'))).toEqual([
      'fail2ban',
      'sshguard',
      'libfaketime',
      'crowdsec',
    ]);
    for (const make of [fail2ban, sshguard, crowdsec]) {
      const peer = make(programs, temporaryFolders);
      expect(await peer.run(empty)).toMatchObject({
        kind: 'absent',
        reason: expect.stringMatching(/is not unpacked$/),
      });
      expect(peer.describes).toContain('?');
    }
  });

  it('is looked for in the cache of the user', () => {
    expect(defaultProgramsFolder({ XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe('/c/slowbrute/peers');
    expect(defaultProgramsFolder({ XDG_CACHE_HOME: 'relative', HOME: '/h' })).toBe(
      '/h/.cache/slowbrute/peers',
    );
  });
});

describe("sshguard's blocker at the time of the log", () => {
  const attacks = [{ time: 1_700_000_000, source: '192.0.2.1', report: '100 192.0.2.1 4 10' }];
  const blocker = (script: string, patienceSeconds = 20) => {
    const path = join(folder, 'blocker');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return blockerAtLogTime(attacks, { command: [path], faketime: '', folder, patienceSeconds });
  };

  it('is given up when it ends early, is not there, or falls silent', async () => {
    await expect(blocker('exit 64')).rejects.toThrow('sshg-blocker ended with status 64');
    await expect(blocker('echo no whitelist >&2; exit 1')).rejects.toThrow('status 1: no whitelist');
    await expect(
      blockerAtLogTime(attacks, { command: ['/nowhere/it'], faketime: '', folder, patienceSeconds: 20 }),
    ).rejects.toThrow('did not start');
    await expect(blocker('exec sleep 30', 0.2)).rejects.toThrow('said nothing for 0.2 s');
  });

  it('is believed what it says', async () => {
    const says = `
read attack; read mark
echo 'sshguard[1]: Blocking "192.0.2.1/32" for 120 secs (1 attacks in 0 secs, after 1 abuses over 0 secs.)'
echo 'sshguard[1]: 127.0.0.1: not blocking (on whitelist)'
read more`;
    expect(await blocker(says)).toEqual([{ source: '192.0.2.1', from: 1_700_000_000, until: 1_700_000_120 }]);
  });
});

describe("the system's log", () => {
  const made = (command: readonly string[]) => {
    const [program = '', ...args] = command;
    return runProgram({ program, args, folder, timeoutSeconds: 20 });
  };

  it('is left alone where there is none', () => {
    expect(shielded(['it', 'x'], join(folder, 'none'))).toEqual(['it', 'x']);
  });

  it('is out of sight of the programs, where the kernel lets us', async () => {
    const log = join(folder, 'a log');
    writeFileSync(log, '');
    const possible = await made(shielded(['/bin/true'], log));
    if (possible.status !== 0) {
      expect(possible.said).toContain('unshare');
      return;
    }
    const { said } = await made(shielded(['/bin/sh', '-c', 'echo "told" >"$1"', 'sh', log], log));
    expect(said).toBe('');
    expect(readFileSync(log, 'utf8')).toBe('');
  });
});

describe('a folder to work in', () => {
  it('is private, and gone afterwards, whatever happened', async () => {
    let path = '';
    await expect(
      temporaryFolders.use('test', async (made) => {
        path = made;
        expect(existsSync(made)).toBe(true);
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    expect(existsSync(path)).toBe(false);
  });
});
