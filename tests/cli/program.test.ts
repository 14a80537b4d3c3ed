// The command line itself: calls right and wrong, help, and what becomes of errors.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale, collector, quietly } from './command.ts';

let folder: string;
let log: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-program-'));
  log = join(folder, 'auth.log');
  const line = (day: number) =>
    `Nov ${day} 00:30:00 host sshd[${4000 + day}]: Failed password for invalid user alias from 192.0.2.${day} port 40000 ssh2\n`;
  writeFileSync(log, Array.from({ length: 21 }, (_, i) => line(i + 1).replace(/ (\d) /, '  $1 ')).join(''));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a wrong call ends with status 2 and two lines', () => {
  it.each<[readonly string[], RegExp]>([
    [['scna'], /unknown command 'scna'\n {2}Did you mean scan\?/],
    [['scan', '--formt', 'json'], /unknown option '--formt'\n {2}Did you mean one of --format, --forms\?/],
    [
      ['scan', '--format', 'xml'],
      /argument 'xml' is invalid\. Allowed choices are text, json, html\.\n {2}See/,
    ],
    [['scan', '--year', '08', 'x'], /argument '08' is invalid\. It has four digits/],
    [['scan', '--width', 'wide', 'x'], /argument 'wide' is invalid/],
    [['scan', '--since', 'yesterday', 'x'], /--since yesterday: no such time\n {2}Write 2026-11-19/],
    [['scan', '--since', '2026-02-31', 'x'], /--since 2026-02-31: no such time/],
    [['scan', '--since', '1d', '--until', '2d', 'x'], /--since 1d is not before --until 2d/],
    [['scan', '--timezone', 'Middle/Earth', 'x'], /--timezone Middle\/Earth: no such zone/],
    [['replay', '--false-campaigns-per-year', 'few', 'x'], /argument 'few' is invalid\. It is a number/],
    [['scan', '--false-campaigns-per-year', '0', 'x'], /--false-campaigns-per-year 0: not a rate/],
    [['replay', '--false-campaigns-per-year', '0', 'x'], /--false-campaigns-per-year 0: not a rate/],
    [
      ['evaluate', '--live', '--only', 'wavs'],
      /--only wavs: there is no such measure\n {2}Did you mean waves\?/,
    ],
  ])('%j', async (args, expected) => {
    const { status, stdout, stderr } = await quietly(args);
    expect(stderr).toMatch(expected);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('and no call at all shows the help', async () => {
    const { status, stderr } = await quietly([]);
    expect(stderr).toContain('Usage: slowbrute');
    expect(status).toBe(2);
  });
});

describe('help', () => {
  it.each([[[]], [['scan']], [['replay']], [['check']], [['simulate']], [['evaluate']]])(
    'of %j fits 80 columns',
    async (command) => {
      const { status, stdout, stderr } = await quietly([...command, '--help']);
      expect(stdout).toContain(`Usage: ${['slowbrute', ...command].join(' ')} [`);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
  );

  it('shows examples, and --version the version alone', async () => {
    expect((await quietly(['--help'])).stdout).toContain('Examples:');
    expect((await quietly(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('times', () => {
  const attempts = async (...args: readonly string[]) => {
    const { stdout, stderr } = await quietly(['scan', '--format', 'json', ...args, log]);
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { input: { attempts: number } }).input.attempts;
  };

  it.each<[readonly string[], number]>([
    [[], 21],
    [['--since', '2026-11-10'], 12],
    [['--until', '2026-11-10'], 9],
    [['--since', '2026-11-10', '--until', '2026-11-12T00:30'], 2],
    [['--since', '2026-11-10 00:30:01'], 11],
    [['--since', '2026-11-10T01:30:00+01:00'], 12],
    [['--since', '48h'], 1],
    [['--since', '1w'], 6],
    [['--timezone', 'Europe/Oslo', '--since', '2026-11-10'], 12],
    [['--timezone', 'Europe/Oslo', '--since', '2026-11-10T00:00:00Z'], 11],
  ])('%j leave %i attempts', async (args, expected) => {
    expect(await attempts(...args)).toBe(expected);
  });

  it('without a zone are read in UTC from a named file, and in the machine\u2019s zone from its own log', async () => {
    const first = async (args: readonly string[]) =>
      (
        JSON.parse((await quietly(['scan', '--format', 'json', ...args], { logFolder: folder })).stdout) as {
          input: { firstSeen: string };
        }
      ).input.firstSeen;
    expect(await first([log])).toBe('2026-11-01T00:30:00Z');
    expect(await first([])).toBe('2026-10-31T23:30:00Z');
  });
});

describe('output', () => {
  it('is the same on a repetition, byte for byte', async () => {
    const [once, again] = [
      await quietly(['scan', '--format', 'json', log]),
      await quietly(['scan', '--format', 'json', log]),
    ];
    expect(once.stdout).toBe(again.stdout);
  });

  it('has colour on a terminal, none elsewhere or with NO_COLOR', async () => {
    const terminal = () => Object.assign(collector(), { isTTY: true, columns: 80 });
    const coloured = terminal();
    await quietly(['scan', log], { stdout: coloured });
    expect(coloured.text()).toContain('\x1b[');
    const plain = terminal();
    await quietly(['scan', log], { stdout: plain, environment: { NO_COLOR: '1' } });
    expect(plain.text()).not.toContain('\x1b');
    expect((await quietly(['scan', log])).stdout).not.toContain('\x1b');
  });

  it('ends quietly when its reader has seen enough', () => {
    buildWhenStale();
    const main = resolve(import.meta.dirname, '../../dist/cli/main.js');
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${main}" scan --all "${log}" | head -n 1; echo "\${PIPESTATUS[0]}"`],
      { encoding: 'utf8' },
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
  });
});

describe('a bug', () => {
  const broken = {
    now: (): number => {
      throw new Error('the clock fell off');
    },
  };

  it('asks for a report, without a stack', async () => {
    const { status, stderr } = await quietly(['scan', log], broken);
    expect(stderr).toMatch(/^slowbrute: this is a bug: the clock fell off\n {2}Please report it.*\n$/);
    expect(status).toBe(1);
  });

  it('shows its stack under SLOWBRUTE_DEBUG=1', async () => {
    const { stderr } = await quietly(['scan', log], { ...broken, environment: { SLOWBRUTE_DEBUG: '1' } });
    expect(stderr).toMatch(/\n {4}at /);
  });
});
