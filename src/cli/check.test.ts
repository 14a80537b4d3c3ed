import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createLineReader } from '../parse/line.ts';
import { check } from './check.ts';
import { explainLine } from './check-explain.ts';
import type { CommandEffects } from './effects.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;

async function run(input: string, more: { paths?: string[]; explain?: boolean; year?: number } = {}) {
  let out = '';
  let err = '';
  const effects: CommandEffects = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([Buffer.from(input)]),
    logFolder: '/nonexistent',
    journal: 'false',
    environment: {},
    now: () => NOW,
    machineZone: 'UTC',
  };
  const status = await check(
    { paths: more.paths ?? [], explain: more.explain ?? false, timezone: null, year: more.year ?? null },
    effects,
  );
  return { out, err, status };
}

const LINE =
  'Nov 19 15:04:22 host.example sshd[40232]: error: PAM: authentication error for illegal user alias from s1.example';

describe('for a program: one object for each line', () => {
  test('an event, and null where a line tells of no attempt', async () => {
    const { out, status } = await run(`${LINE}\n\nNov 19 15:04:23 host.example CRON[1]: x\n`);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        line: 1,
        event: {
          time: '2026-11-19T15:04:22Z',
          sensor: 'host.example',
          service: 'sshd',
          source: 's1.example',
          port: null,
          user: 'alias',
          known: false,
          outcome: 'failure',
          method: 'keyboard-interactive',
        },
      },
      { line: 2, event: null },
      { line: 3, event: null },
    ]);
    expect(status).toBe(0);
  });

  test('a line that repeats an attempt is an event too', async () => {
    const { out } = await run(
      `${LINE}\n${LINE}\nNov 19 15:04:30 host.example last message repeated 2 times\n`,
    );
    expect(out.match(/"outcome":"failure"/g)).toHaveLength(3);
  });

  test('--year is that of the first line', async () => {
    const { out } = await run(`${LINE}\n${LINE.replace('Nov 19', 'Jan  2')}\n`, { year: 2008 });
    expect(out).toContain('2008-11-19T15:04:22Z');
    expect(out).toContain('2009-01-02T15:04:22Z');
  });

  test('no name leaves the JSON', async () => {
    const { out } = await run(
      `Nov 19 15:04:22 h sshd[1]: Invalid user "},{\u0007\u2028 from 192.0.2.1 port 5\n`,
    );
    expect(JSON.parse(out)).toMatchObject({ event: { user: '"},{\u0007\u2028', source: '192.0.2.1' } });
  });

  test('lines are counted through all files, and what is missing is said', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    try {
      writeFileSync(join(folder, 'a.log'), `${LINE}\n`);
      writeFileSync(join(folder, 'b.log.gz'), gzipSync(`${LINE}\n`));
      const paths = [join(folder, 'a.log'), join(folder, 'b.log.gz')];
      const { out } = await run('', { paths });
      expect(out).toContain('"line":2,"event":{');
      const missing = await run('', { paths: [join(folder, 'c.log')] });
      expect(missing).toMatchObject({ out: '', status: 1 });
      expect(missing.err).toContain('c.log');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('for a person', () => {
  const explained = (line: string, width = 80) =>
    explainLine(1, createLineReader({ timezone: 'UTC', year: null, reference: NOW }).read(line), {
      colour: false,
      width,
    });

  test('carets under the parts, their names, what it means', () => {
    expect(explained('Nov 19 15:04:22 h sshd[4]: Invalid user pi from 192.0.2.1 port 40')).toBe(
      [
        'line 1',
        '  Nov 19 15:04:22 h sshd[4]: Invalid user pi from 192.0.2.1 port 40',
        '  ^^^^^^^^^^^^^^^ ^ ^^^^                  ^^      ^^^^^^^^^      ^^',
        '  time            sensor                  user    source         port',
        '                    program',
        '  failure: user pi, who does not exist, from 192.0.2.1 port 40, at',
        '    2026-11-19T15:04:22Z on h',
        '  it means: A client asked for a user who does not exist.',
        '  form: sshd.invalid-user (OpenSSH 3.7 (Illegal), 3.9 (Invalid), port since 7.4;',
        '    auth.c getpwnamallow)',
        '',
        '',
      ].join('\n'),
    );
  });

  test.each([
    [
      'Nov 19 15:04:22 h sshd[4]: Server listening on 0.0.0.0 port 22.',
      'no attempt: The server speaks of itself.',
    ],
    ['Nov 19 15:04:22 h sshd[4]: A message of the future', 'not read: no form of message knows it.'],
    ['Nov 31 15:04:22 h sshd[4]: Invalid user pi from 192.0.2.1', 'not read: there is no such date or time.'],
    ['Nov 19 15:04:22 h sshd[4]: Invalid user pi from <b>', 'not read: where the source should be'],
    ['Nov 19 15:04:22 h CRON[4]: x', 'not looked at: a line of CRON'],
    [
      'Nov 19 15:04:22 h sshd[4]: Accepted password for al from 192.0.2.1 port 5 ssh2',
      'success: user al, who exists',
    ],
  ])('%s', (line, expected) => {
    expect(explained(line)).toContain(expected);
  });

  test('within the width, whatever the name is, and nothing that acts on a terminal', () => {
    const user = `\u001b[2J\u0000\u202e${'x'.repeat(1000)} from 198.51.100.1 port 1`;
    const text = explained(`Nov 19 15:04:22 h sshd[4]: Invalid user ${user} from 192.0.2.1 port 40`, 60);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain('from 192.0.2.1 port 40');
  });

  test('through the command', async () => {
    const { out } = await run(`${LINE}\n`, { explain: true });
    expect(out).toContain('form: sshd.pam-error');
  });
});
