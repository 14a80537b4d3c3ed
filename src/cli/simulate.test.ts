import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trouble, type TroubleCode } from '../model/error.ts';
import type { Truth } from '../model/truth.ts';
import { type SimulateOptions, simulateCommand } from './simulate.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slowbrute-simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(options: SimulateOptions) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const status = await simulateCommand(options, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
  });
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

async function trouble(options: SimulateOptions): Promise<{ code: TroubleCode; message: string }> {
  const error: unknown = await run(options).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Trouble) return { code: error.code, message: error.message };
  throw new Error(`no trouble but ${String(error)}`);
}

describe('slowbrute simulate', () => {
  it('lists the standard scenarios, each with a sentence, within 110 columns', async () => {
    const { stdout } = await run({ list: true });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.find((line) => line.startsWith('rosalita '))).toContain('16,727');
    expect(lines.filter((line) => line.length > 110 || !/^\S+ {2,}\S.*\.$/.test(line))).toEqual([]);
  });

  it('writes the log alone to standard output', async () => {
    const { status, stdout, stderr } = await run({ like: 'rosalita' });
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(
      /^Nov 19 15:04:22 rosalita sshd\[\d+\]: error: PAM: authentication error for illegal user alias from /,
    );
    expect(stderr).toContain('16727 attempts');
  });

  it('writes the truth beside a file, and gzip where the name says so', async () => {
    const plain = join(folder, 'short.log');
    const packed = join(folder, 'short.log.gz');
    await run({ like: 'short', seed: 3, out: plain });
    await run({ like: 'short', seed: 3, out: packed });
    expect(gunzipSync(await readFile(packed)).toString()).toBe(await readFile(plain, 'utf8'));
    const truth = JSON.parse(await readFile(`${plain}.truth.json`, 'utf8')) as Truth;
    expect(truth).toMatchObject({ schema: 'slowbrute.truth/1', scenario: 'short', seed: 3 });
    expect(truth.campaigns[0]!.attempts).toBe(120);
  });

  it('writes one file a sensor into a folder', async () => {
    const out = join(folder, 'fleet/');
    await run({ like: 'twenty-sensors', out });
    expect((await readdir(out)).length).toBe(20);
    expect((await readFile(join(out, 'web07.log'), 'utf8')).split('\n')[0]).toContain(' web07 sshd[');
    expect(JSON.parse(await readFile(join(folder, 'fleet.truth.json'), 'utf8'))).toMatchObject({ seed: 1 });
  });

  it.each<[string, SimulateOptions, TroubleCode]>([
    ['neither a name nor a file', {}, 'wrong-call'],
    ['both', { like: 'short', scenario: 'x.json' }, 'wrong-call'],
    ['a name that is none', { like: 'toString' }, 'wrong-call'],
    ['a style that is none', { like: 'short', style: 'fancy' }, 'wrong-call'],
    ['a seed that is no whole number', { like: 'short', seed: 1.5 }, 'wrong-call'],
    ['a scenario that is not there', { scenario: '/no/such.json' }, 'no-such-path'],
    ['a folder for a scenario', { scenario: tmpdir() }, 'not-readable'],
    ['a scenario that is not JSON', { scenario: import.meta.filename }, 'bad-scenario'],
    ['a folder that cannot be made', { like: 'short', out: '/no/such/folder/a.log' }, 'not-writable'],
    ['a file for a folder', { like: 'short', out: `${import.meta.filename}/a.log` }, 'not-writable'],
  ])('says what is wrong with %s', async (_, options, code) => {
    expect((await trouble(options)).code).toBe(code);
  });

  it('leaves nothing behind where it cannot write', async () => {
    const before = await readdir(folder);
    await trouble({ like: 'short', out: join(folder, 'nowhere/deeper/a.log') });
    expect(await readdir(folder)).toEqual(before);
  });
});
