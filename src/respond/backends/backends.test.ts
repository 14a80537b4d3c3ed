/** What each backend says to its program, word for word, where the program itself is not asked (tests/respond does). */

import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FirewallChange } from '../../model/block.ts';
import type { Run, RunResult } from '../run.ts';
import { command } from './command.ts';
import { changeLines, nullBackend } from './null.ts';
import { type BackendOptions, openBackend } from './open.ts';
import { DEFAULT_PF, pf } from './pf.ts';
import { webHook } from './web-hook.ts';

const CHANGE: FirewallChange = {
  kind: 'update',
  add: [
    { target: '203.0.113.9', seconds: 59.2 },
    { target: '2001:db8:1:2::/64', seconds: null },
  ],
  remove: ['198.51.100.0/24'],
};

let calls: { readonly argv: string; readonly input: string }[];
let answer: Partial<RunResult>;
const run: Run = (argv, options) => {
  calls.push({ argv: argv.join(' '), input: options?.input ?? '' });
  return Promise.resolve({ status: 0, stdout: '', stderr: '', trouble: null, ...answer });
};
beforeEach(() => {
  calls = [];
  answer = {};
});

describe('pf', () => {
  it('feeds a table by standard input, and ends the states of whom it blocks', async () => {
    await pf(DEFAULT_PF, run).apply(CHANGE);
    expect(calls).toEqual([
      { argv: 'pfctl -q -t slowbrute -T delete -f -', input: '198.51.100.0/24\n' },
      { argv: 'pfctl -q -t slowbrute -T add -f -', input: '203.0.113.9\n2001:db8:1:2::/64\n' },
      { argv: 'pfctl -q -k 203.0.113.9', input: '' },
      { argv: 'pfctl -q -k 2001:db8:1:2::/64', input: '' },
    ]);
  });

  it('replaces the whole table, and by none empties it', async () => {
    await pf({ ...DEFAULT_PF, anchor: 'slow' }, run).apply({ kind: 'replace', entries: [] });
    expect(calls).toEqual([{ argv: 'pfctl -q -a slow -t slowbrute -T replace -f -', input: '' }]);
  });

  it('reads what the table holds', async () => {
    answer = { stdout: '   203.0.113.9\n   2001:db8:1:2::/64\n' };
    expect((await pf(DEFAULT_PF, run).list!()).map(({ target }) => target)).toEqual([
      '203.0.113.9',
      '2001:db8:1:2::/64',
    ]);
  });

  it('says what to write into pf.conf where there is no table', async () => {
    answer = { status: 1, stderr: 'pfctl: Table does not exist.' };
    await expect(pf(DEFAULT_PF, run).check()).rejects.toMatchObject({
      code: 'firewall-failed',
      remedy: expect.stringContaining('table <slowbrute> persist') as string,
    });
  });
});

describe('a command', () => {
  const options = { timeoutSeconds: 5, timed: true };

  it('gets the change as a line of JSON', async () => {
    await command({ ...options, command: ['/opt/block'] }, run).apply(CHANGE);
    expect(calls).toEqual([
      {
        argv: '/opt/block',
        input: `${JSON.stringify({ ...CHANGE, add: [{ target: '203.0.113.9', seconds: 60 }, CHANGE.add[1]] })}\n`,
      },
    ]);
  });

  it('is run for each entry where its arguments ask for it', async () => {
    const one = command(
      { ...options, command: ['/opt/block', '{action}', '--ip={target}', '{seconds}'] },
      run,
    );
    await one.apply(CHANGE);
    await one.apply({ kind: 'replace', entries: [{ target: '203.0.113.9', seconds: 5 }] });
    await one.flush();
    expect(calls.map(({ argv }) => argv)).toEqual([
      '/opt/block unblock --ip=198.51.100.0/24 0',
      '/opt/block block --ip=203.0.113.9 60',
      '/opt/block block --ip=2001:db8:1:2::/64 0',
      '/opt/block flush --ip=- 0',
      '/opt/block block --ip=203.0.113.9 5',
      '/opt/block flush --ip=- 0',
    ]);
  });

  it('that is absent or fails is told', async () => {
    answer = { status: null, trouble: 'absent' };
    await expect(command({ ...options, command: ['/opt/block'] }, run).apply(CHANGE)).rejects.toMatchObject({
      message: '/opt/block is not there',
    });
  });
});

describe('a web hook', () => {
  let url: string;
  let seen: { readonly request: IncomingMessage; readonly body: string }[];
  let reply: (request: IncomingMessage) => { status: number; headers?: Record<string, string> } | null;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      seen.push({ request, body });
      const said = reply(request);
      if (said !== null) response.writeHead(said.status, said.headers).end('x'.repeat(1000));
    });
  });
  beforeEach(async () => {
    seen = [];
    reply = () => ({ status: 204 });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const hook = (facts: { readonly token?: string; readonly secret?: string } = {}) =>
    webHook({ url, token: null, secret: null, timeoutSeconds: 0.5, timed: false, ...facts });

  it('posts the change, with the token and signed', async () => {
    await hook({ token: 't0ken', secret: 's3cret' }).apply(CHANGE);
    const { request, body } = seen[0]!;
    expect(JSON.parse(body)).toMatchObject({ kind: 'update', remove: ['198.51.100.0/24'] });
    expect(request.headers.authorization).toBe('Bearer t0ken');
    const hmac = createHmac('sha256', 's3cret').update(body).digest('hex');
    expect(request.headers['x-slowbrute-signature']).toBe(`sha256=${hmac}`);
  });

  it('goes nowhere else, and takes no answer but 2xx', async () => {
    reply = () => ({ status: 302, headers: { location: `${url}/elsewhere` } });
    await expect(hook().apply(CHANGE)).rejects.toMatchObject({
      message: expect.stringContaining('302') as string,
    });
    expect(seen).toHaveLength(1);
  });

  it('that hangs is left after its time, and no secret is told', async () => {
    reply = () => null;
    const failed = await hook({ token: 't0ken' })
      .apply(CHANGE)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: expect.stringContaining('did not answer in time') as string });
    expect(JSON.stringify(failed)).not.toContain('t0ken');
  });

  it.each(['http://hook.example/', 'https://user:pass@hook.example/', 'file:///etc/passwd', 'hook'])(
    'is not %s',
    (to) => {
      expect(() => webHook({ url: to, token: null, secret: null, timeoutSeconds: 1, timed: false })).toThrow(
        expect.objectContaining({ code: 'bad-config' }) as Error,
      );
    },
  );
});

describe('a dry run', () => {
  it('says what it would do', async () => {
    const said: string[] = [];
    await nullBackend((line) => said.push(line)).apply(CHANGE);
    expect(said).toEqual([
      'would unblock 198.51.100.0/24',
      'would block 203.0.113.9 for 59.2 s',
      'would block 2001:db8:1:2::/64 until further notice',
    ]);
  });

  it('says only the first of very many', () => {
    const entries = Array.from({ length: 100 }, (_, i) => ({ target: `203.0.113.${i}`, seconds: 1 }));
    expect(changeLines({ kind: 'replace', entries }).at(-1)).toBe('and 81 more');
  });
});

describe('every backend', () => {
  const all: readonly BackendOptions[] = [
    { kind: 'null' },
    { kind: 'nftables' },
    { kind: 'ipset' },
    { kind: 'pf' },
    { kind: 'firewalld' },
    { kind: 'ufw' },
    { kind: 'fail2ban' },
    { kind: 'crowdsec' },
    { kind: 'command', command: ['/opt/block', '{target}'] },
    { kind: 'command', command: ['/opt/block'] },
    { kind: 'file', path: '/nowhere/at/all' },
    { kind: 'hosts-deny', path: '/nowhere/at/all' },
    { kind: 'responder', socket: '/nowhere/at/all' },
  ];

  it.each(all)('refuses what is no canonical target: %j', async (options) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1 }),
          fc.constantFrom(
            '203.0.113.9; reboot',
            '-h',
            '203.0.113.9\nflush ruleset',
            '0x7f.1',
            '203.0.113.9/24',
            'host.example',
          ),
        ),
        async (hostile) => {
          calls = [];
          const backend = openBackend(options, () => {}, run);
          const entries = [{ target: hostile, seconds: 1 }];
          await expect(backend.apply({ kind: 'replace', entries })).rejects.toThrow();
          await expect(backend.apply({ kind: 'update', add: entries, remove: [] })).rejects.toThrow();
          for (const { argv, input } of calls) {
            expect(argv).not.toContain(` ${hostile} `);
            expect(input).not.toContain(`${hostile}\n`);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each(all.filter(({ kind }) => kind !== 'null'))(
    'tells of a program that is not there: %j',
    async (options) => {
      answer = { status: null, trouble: 'absent' };
      const backend = openBackend(options, () => {}, run);
      await expect(backend.apply({ kind: 'replace', entries: [] })).rejects.toMatchObject({
        name: 'Trouble',
      });
    },
  );
});
