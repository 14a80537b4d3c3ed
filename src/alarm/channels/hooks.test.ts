import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { raw, type Web, web } from '../../../tests/alarm/servers.ts';
import { alarmExamples, hostileMessage } from '../../../tests/golden/alarm-examples.ts';
import { messageSchema } from '../schema.ts';
import type { SecretEffects } from '../secret.ts';
import { type Channel, Undelivered } from './channel.ts';
import { ntfy } from './ntfy.ts';
import { slackHook } from './slack.ts';
import { webHook } from './web-hook.ts';

const MESSAGE = alarmExamples()[0]!.message;
const EFFECTS: SecretEffects = {
  environment: { HOOK_SECRET: 'correct horse', HOOK_URL: 'http://127.0.0.1:9/T0/B0/xyz' },
};
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function serve(...args: Parameters<typeof web>): Promise<Web> {
  const one = await web(...args);
  closing.push(() => one.close());
  return one;
}
const patience = (ms = 5000) => AbortSignal.timeout(ms);
async function failure(channel: Channel, ms?: number): Promise<Undelivered> {
  const error: unknown = await channel.send(MESSAGE, patience(ms)).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Undelivered);
  return error as Undelivered;
}

describe('a web hook', () => {
  it('is given the whole message as JSON, by POST, under its id', async () => {
    const { url, asked } = await serve();
    await webHook({ url: `${url}/alarms?x=1` }, EFFECTS).send(MESSAGE, patience());
    expect(asked).toHaveLength(1);
    const [{ method, path, headers, body }] = asked as [(typeof asked)[0]];
    expect([method, path, headers['content-type'], headers['idempotency-key']]).toEqual([
      'POST',
      '/alarms?x=1',
      'application/json',
      MESSAGE.id,
    ]);
    expect(messageSchema.parse(JSON.parse(body))).toEqual(MESSAGE);
    expect(headers['x-slowbrute-signature']).toBeUndefined();
  });

  it('is signed with its secret', async () => {
    const { url, asked } = await serve();
    await webHook({ url, secret: { kind: 'environment', name: 'HOOK_SECRET' } }, EFFECTS).send(
      MESSAGE,
      patience(),
    );
    const hmac = createHmac('sha256', 'correct horse').update(asked[0]!.body).digest('hex');
    expect(asked[0]!.headers['x-slowbrute-signature']).toBe(`sha256=${hmac}`);
  });

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [403, true],
    [400, false],
    [413, false],
    [301, false],
    [307, false],
  ])('that answers %i is not delivered; another try makes sense: %s', async (status, mayRetry) => {
    const { url, asked } = await serve((_, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '120' });
      response.end('no \u001b[2J way');
    });
    const error = await failure(webHook({ url }, EFFECTS));
    expect(error.mayRetry).toBe(mayRetry);
    expect(error.message).toContain(String(status));
    expect(error.message).not.toContain('\u001b');
    expect(asked).toHaveLength(1);
    if (status === 429) expect(error.afterSeconds).toBe(120);
  });

  it('that hangs ends with its time', async () => {
    const { url } = await serve(() => {});
    const began = Date.now();
    const error = await failure(webHook({ url }, EFFECTS), 200);
    expect(error.mayRetry).toBe(true);
    expect(Date.now() - began).toBeLessThan(4000);
  });

  it('that answers for ever is believed its status', async () => {
    const { url } = await serve((_, response) => {
      const more = setInterval(() => response.write('x'.repeat(1000)), 1);
      response.on('close', () => clearInterval(more));
    });
    await webHook({ url }, EFFECTS).send(MESSAGE, patience());
  });

  it.each([
    ['says something else', (text: string) => text],
    ['closes at once', () => ''],
  ])('that %s is not delivered', async (_, say) => {
    const server = await raw((socket) => socket.end(say('SSH-2.0-OpenSSH_9.2\r\n')));
    closing.push(() => server.close());
    expect((await failure(webHook({ url: `http://127.0.0.1:${server.port}/` }, EFFECTS))).mayRetry).toBe(
      true,
    );
  });

  it('that is not there is not delivered, and its address is not told', async () => {
    const error = await failure(slackHook({ url: { kind: 'environment', name: 'HOOK_URL' } }, EFFECTS));
    expect(error.message).toContain('127.0.0.1:9');
    expect(`${error.message} ${error.remedy}`).not.toContain('T0/B0/xyz');
  });

  it.each([
    'http://hooks.example/x',
    'ftp://127.0.0.1/',
    'hooks.example',
    '',
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
  ])('is not made for %s', (url) => {
    expect(() => webHook({ url }, EFFECTS)).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });

  it('is made for https anywhere, and http to this machine', () => {
    for (const url of [
      'https://hooks.example/x',
      'http://127.0.0.1:8080/',
      'http://[::1]:8080/',
      'http://localhost/',
    ])
      expect(() => webHook({ url }, EFFECTS)).not.toThrow();
  });
});

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-secret-'));
  closing.push(() => {});
  const place = (name: string, text: string, mode: number) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return { kind: 'file' as const, path };
  };
  it.each([
    ['open to everybody', place('open', 'abc', 0o644), 'open to everybody'],
    ['empty', place('empty', '\n', 0o600), 'empty'],
    ['of two lines', place('two', 'a\nb\n', 0o600), 'more than one line'],
    ['a whole disk', place('large', 'x'.repeat(9000), 0o600), 'more than one line'],
    ['not there', { kind: 'file' as const, path: join(folder, 'none') }, 'cannot be read (ENOENT)'],
    ['a variable that is not set', { kind: 'environment' as const, name: 'NONE' }, 'not set'],
  ])('%s are a failure that says so', async (_, secret, says) => {
    const { url, asked } = await serve();
    const error = await failure(webHook({ url, secret }, EFFECTS));
    expect(error.message).toContain(says);
    expect(asked).toEqual([]);
  });

  it('are read anew each time', async () => {
    const { url, asked } = await serve();
    const secret = place('changing', 'one\n', 0o600);
    const channel = webHook({ url, secret }, EFFECTS);
    await channel.send(MESSAGE, patience());
    writeFileSync(secret.path, 'two\n');
    await channel.send(MESSAGE, patience());
    expect(asked[0]!.headers['x-slowbrute-signature']).not.toBe(asked[1]!.headers['x-slowbrute-signature']);
    rmSync(folder, { recursive: true });
  });
});

describe("a hook as Slack's", () => {
  it('has the text in a box, in which nothing of a hostile name acts', async () => {
    const { url, asked } = await serve();
    await slackHook({ url }, EFFECTS).send(hostileMessage(), patience());
    const { text } = JSON.parse(asked[0]!.body) as { text: string };
    expect(text.startsWith('```\n')).toBe(true);
    expect(text.endsWith('\n```')).toBe(true);
    expect(text.slice(3, -3)).not.toContain('`');
    expect(text).not.toMatch(/<!|<@|<http/);
  });

  it('is short enough for those who take 2,000 characters', async () => {
    const { url, asked } = await serve();
    const long = alarmExamples().find(({ name }) => name === 'compromised-many')!.message;
    await slackHook({ url }, EFFECTS).send({ ...long, text: long.text.repeat(20) }, patience());
    const { text } = JSON.parse(asked[0]!.body) as { text: string };
    expect(text.length).toBeLessThan(2000);
    expect(text).toContain('SOMEBODY GOT IN');
  });
});

describe('ntfy', () => {
  it('is given topic, title, priority and tags as JSON at the root of its server', async () => {
    const { url, asked } = await serve();
    await ntfy(
      { url: `${url}/prefix/my-alarms`, token: { kind: 'environment', name: 'HOOK_SECRET' } },
      EFFECTS,
    ).send(MESSAGE, patience());
    expect(asked[0]).toMatchObject({ path: '/prefix/', headers: { authorization: 'Bearer correct horse' } });
    expect(JSON.parse(asked[0]!.body)).toMatchObject({
      topic: 'my-alarms',
      title: MESSAGE.subject,
      priority: 5,
      tags: ['rotating_light'],
      markdown: false,
    });
  });

  it('is cut before it would become an attachment', async () => {
    const { url, asked } = await serve();
    await ntfy({ url: `${url}/t` }, EFFECTS).send({ ...MESSAGE, text: 'ж'.repeat(5000) }, patience());
    const { message } = JSON.parse(asked[0]!.body) as { message: string };
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(message).not.toContain('\ufffd');
  });

  it('is not made without a topic', () => {
    for (const url of ['https://ntfy.example/', 'https://ntfy.example/a b'])
      expect(() => ntfy({ url }, EFFECTS)).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });
});
