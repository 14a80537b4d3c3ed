/** `slowbrute check` on structured logs: fields that the user names, forms of records of his own, and what is wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Trouble } from '../model/error.ts';
import { check } from './check.ts';
import type { CommandEffects } from './effects.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function events(input: string, more: { fields?: string; forms?: string[] } = {}) {
  let out = '';
  const effects: CommandEffects = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => {} },
    stdin: Readable.from([Buffer.from(input)]),
    logFolder: '/nonexistent',
    journal: 'false',
    environment: {},
    now: () => Date.UTC(2026, 10, 22) / 1000,
    machineZone: 'UTC',
  };
  await check({ paths: ['-'], explain: false, timezone: null, year: null, ...more }, effects);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: number; event: Record<string, unknown> | null });
}

describe('--fields', () => {
  test('names the line, its time, host and program', async () => {
    const record = {
      when: { at: 1_795_330_862_000 },
      body: 'Invalid user amanda from 192.0.2.80 port 40992',
      box: 'srv.example',
      'app.name': 'sshd',
    };
    const fields = 'time=when.at,message=body,host=box,program=app.name';
    const [one] = await events(`${JSON.stringify(record)}\n`, { fields });
    expect(one!.event).toMatchObject({
      time: '2026-11-22T07:01:02Z',
      sensor: 'srv.example',
      user: 'amanda',
      source: '192.0.2.80',
    });
  });
  test('names the attempt itself, in CSV', async () => {
    const rows = 'when,client,account,result\n2026-11-22 07:01:02,192.0.2.80,"bob, jr",DENIED\n';
    const later = '2026-11-22 07:02:02,192.0.2.80,bob,ok\n2026-11-22 07:03:02,192.0.2.80,bob,perhaps\n';
    const fields = 'time=when,source=client,user=account,outcome=result,service==webmail';
    const found = await events(rows + later, { fields });
    expect(found.map(({ line, event }) => [line, event?.outcome ?? null, event?.user ?? null])).toEqual([
      [1, null, null],
      [2, 'failure', 'bob, jr'],
      [3, 'success', 'bob'],
      [4, null, null],
    ]);
    expect(found[1]!.event).toMatchObject({ service: 'webmail', time: '2026-11-22T07:01:02Z' });
  });
  test.each([
    ['tiem=x', "--fields: there is no 'tiem'"],
    ['time', "--fields: 'time' has no '='"],
    ['time=', "--fields: 'time' is of no field"],
    ['time=a,time=b', "--fields: 'time' is there twice"],
    ['source=a', "--fields: 'source' comes with 'outcome' only"],
  ])('%s is trouble', async (fields, message) => {
    const error: unknown = await events('', { fields }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Trouble);
    expect((error as Trouble).message).toBe(message);
  });
});

describe('forms of records in a file', () => {
  const file = (more = '') => `
kind = 'record'
service = 'shop'
means = 'The login of our shop.'

[[form]]
id = 'shop.failed'
where = { event = 'login', ok = 'false' }
tells = 'failure'
fields = { time = 'at', source = 'ip', user = 'account' }
since = '2026'
means = 'A wrong name or password.'
samples = [
  { record = '{"event":"login","ok":false,"at":1795330862,"ip":"192.0.2.7","account":"bob"}', user = 'bob', source = '192.0.2.7'${more} },
]
`;
  const path = (text: string) => {
    const name = join(folder, 'shop.toml');
    writeFileSync(name, text);
    return [name];
  };
  test('are used', async () => {
    const record = '{"event":"login","ok":false,"at":1795330862,"ip":"192.0.2.9","account":"amanda"}\n';
    const [one] = await events(record, { forms: path(file()) });
    expect(one!.event).toMatchObject({ service: 'shop', source: '192.0.2.9', user: 'amanda' });
  });
  test.each([
    [
      file(", time = '2026-11-22T00:00:00Z'"),
      /form shop.failed: its sample .*its time is "2026-11-22T07:01:02Z"/,
    ],
    [
      file().replace("where = { event = 'login'", "where = { msg = { template = '<nothing>' }"),
      /form shop.failed: template/,
    ],
    [file().replace("tells = 'failure'", "tells = 'fail'"), /form shop.failed, tells: /],
    [file().replace("id = 'shop.failed'", "id = 'cowrie.failed'"), /an id begins with its service/],
    [file().replace("means = 'The", 'means = The'), /shop.toml:4:/],
  ])('what is wrong with them is told before anything is read', async (text, message) => {
    const error: unknown = await events('{}\n', { forms: path(text) }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Trouble);
    expect((error as Trouble).message).toMatch(message);
  });
});
