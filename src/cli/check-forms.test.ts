import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Trouble } from '../model/error.ts';
import { type CheckOptions, check } from './check.ts';
import { type CommandEffects, realEffects } from './effects.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forms-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(input: string, more: Partial<CheckOptions>) {
  let out = '';
  let err = '';
  const effects: CommandEffects = {
    ...realEffects(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([Buffer.from(input)]),
    environment: {},
    now: () => NOW,
    machineZone: 'UTC',
  };
  const status = await check({ paths: ['-'], explain: false, timezone: null, year: 2026, ...more }, effects);
  return { out, err, status };
}

/** A file of forms of a program that nobody else knows. */
const MINE = `
service = 'appd'
means = 'An application of ours.'
programs = ['appd']
join = 'none'

[[form]]
id = 'appd.failed'
template = 'wrong password for <user> from <ip>'
tells = 'failure'
method = 'password'
since = '1.0'
means = 'This user was tried, and the password was refused.'
samples = [{ message = 'wrong password for bob from 192.0.2.1', user = 'bob', source = '192.0.2.1' }]
`;

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function troubleOf(text: string): Promise<string> {
  const path = written('wrong.toml', text);
  try {
    await run('', { paths: [], forms: [path] });
  } catch (error) {
    if (error instanceof Trouble) return error.message.replace(path, 'FILE');
    throw error;
  }
  return 'no trouble';
}

describe('forms of a user', () => {
  test('read a program that nobody knew', async () => {
    const forms = [written('mine.toml', MINE)];
    const line = 'Feb  3 04:05:06 h appd[7]: wrong password for eve from 192.0.2.7\n';
    expect(JSON.parse((await run(line, { forms })).out)).toMatchObject({
      event: { service: 'appd', user: 'eve', source: '192.0.2.7', outcome: 'failure' },
    });
    expect(JSON.parse((await run(line, {})).out)).toEqual({ line: 1, event: null });
  });

  test('are only checked where no log is named', async () => {
    expect(await run('', { paths: [], forms: [written('mine.toml', MINE)] })).toMatchObject({
      out: 'appd: 1 form, which read their sample\n',
      status: 0,
    });
  });

  test('change nothing about a line of sshd, but may read what it did not', async () => {
    const text = MINE.replaceAll('appd', 'sshdx')
      .replace("service = 'sshdx'", "service = 'sshdx'")
      .replace("programs = ['sshdx']", "programs = ['sshd']")
      .replace(
        "template = 'wrong password for <user> from <ip>'",
        "template = '<hostile>wrong <user> at <ip>'",
      )
      .replace(
        /samples = .*/,
        "samples = [{ message = 'wrong bob at 192.0.2.1', user = 'bob', source = '192.0.2.1' }]",
      );
    const forms = [written('sshdx.toml', text)];
    const { out } = await run(
      [
        'Feb  3 04:05:06 h sshd[7]: Invalid user wrong x at 198.51.100.1 from 192.0.2.7 port 5',
        'Feb  3 04:05:07 h sshd[7]: nobody knows: wrong x at 192.0.2.9',
        '',
      ].join('\n'),
      { forms },
    );
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toMatchObject({ event: { service: 'sshd', source: '192.0.2.7' } });
    expect(second).toMatchObject({ event: { service: 'sshdx', source: '192.0.2.9' } });
  });

  test.each([
    ['no TOML', "service = 'a", 'FILE:1:11: '],
    ['a field that is none', `${MINE}\ncolour = 'red'`, 'FILE: form appd.failed: Unrecognized key: "colour"'],
    ['a word that is none', MINE.replace("'failure'", "'trouble'"), 'FILE: form appd.failed, tells: '],
    [
      'no sample',
      MINE.replace(/samples = .*/, 'samples = []'),
      'FILE: form appd.failed, samples: at least one',
    ],
    [
      "another service's id",
      MINE.replace("id = 'appd", "id = 'sshd"),
      'FILE: form sshd.failed: an id begins with',
    ],
    ['an unknown field of a template', MINE.replace('<ip>', '<adress>'), 'form appd.failed: template'],
    [
      'a part that is not there',
      MINE.replace('<ip>', '<=ip>'),
      'FILE: form appd.failed: there is no part ip',
    ],
    [
      "sshd's own way to join",
      MINE.replace("'none'", "'connection'"),
      "service appd: join = 'connection' is for sshd",
    ],
    [
      'a sample that comes out otherwise',
      MINE.replace("user = 'bob'", "user = 'eve'"),
      'FILE: form appd.failed: its sample "wrong password for bob from 192.0.2.1": user is "bob", not "eve"',
    ],
    [
      'a sample that no form reads',
      MINE.replace("'wrong password for bob", "'bad password for bob"),
      'FILE: form appd.failed: its sample "bad password for bob from 192.0.2.1": no form reads it',
    ],
  ])('%s is told with file and form', async (_, text, message) => {
    expect(await troubleOf(text)).toContain(message);
  });

  test('a path that is not there', async () => {
    await expect(run('', { forms: [join(folder, 'none.toml')] })).rejects.toThrow('no such file of forms');
  });
});

describe('docs/formats.md', () => {
  test('its example is a file that is as it must be', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/formats.md'), 'utf8');
    const example = /```toml\n(service = 'appd'[^`]*)```/.exec(text)?.[1];
    expect(example).toBeDefined();
    const { out } = await run('', { paths: [], forms: [written('appd.toml', example!)] });
    expect(out).toBe('appd: 1 form, which read their sample\n');
    expect(text).toContain(out);
  });
});

describe('a draft', () => {
  test.each([
    'Feb  3 04:05:06 h appd[7]: login failed for user=eve from 192.0.2.7:4711 (attempt 1234)',
    'Feb  3 04:05:06 h appd[7]: [WARN] <auth> denied "eve" {x|y} user "eve" ip=[2001:db8::7]',
    "2026-02-03T04:05:06Z h my.app: Bad credentials for 'eve' from ::ffff:192.0.2.7",
    '2026-02-03 04:05:06 authentication of user eve at 192.0.2.7 port 99 failed',
  ])('reads its own line: %s', async (line) => {
    const { out, err, status } = await run('', { draft: line });
    expect({ err, status }).toEqual({ err: '', status: 0 });
    const forms = [written('draft.toml', out)];
    const { out: read } = await run(`${line}\n`, { forms });
    expect(JSON.parse(read)).toMatchObject({ event: { outcome: 'failure' } });
    expect(out).toContain("user = 'eve'");
  });

  test('says what it lacks', async () => {
    const { err } = await run('', { draft: 'Feb  3 04:05:06 h appd[7]: login failed for eve' });
    expect(err).toContain('no address was found');
  });
});

describe('unread lines', () => {
  test('are grouped by shape, the most frequent first, each with an example', async () => {
    const lines = [
      'Feb  3 04:05:06 h sshd[1]: Strange thing 17 of user bob from 192.0.2.1',
      'Feb  3 04:05:07 h sshd[2]: Strange thing 18 of user eve\u0007 from 192.0.2.2',
      'Feb  3 04:05:08 h sshd[3]: Something else',
      'Feb  3 04:05:09 h cron[3]: Something else',
      'Feb  3 04:05:09 h sshd[3]: Invalid user x from 192.0.2.1 port 5',
    ];
    const { out } = await run(`${lines.join('\n')}\n`, { unread: true });
    expect(out).toContain('5 lines, 4 of login services, 3 of them unread, in 2 shapes');
    expect(out).toContain('      2  sshd, no-form: Strange thing # of user * from @');
    expect(out).toContain('      1  sshd, no-form: Something else');
    expect(out).toContain('line 1: Feb  3 04:05:06 h sshd[1]: Strange thing 17');
    expect(out).not.toContain('\u0007');
  });

  test('there may be none', async () => {
    const { out } = await run('Feb  3 04:05:09 h cron[3]: x\n', { unread: true });
    expect(out).toBe('1 line, 0 of login services, 0 of them unread.\n');
  });
});
