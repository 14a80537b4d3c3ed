// The web server on a real port, with clients that mean no good: they take a byte a second, send heads that never end, ask for files
// that are none of theirs. Others are served meanwhile, and memory stays what it was.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { buildReport } from '../../src/explain/report.ts';
import { DEFAULT_DETECT_OPTIONS } from '../../src/model/detection.ts';
import { AttemptTableBuilder } from '../../src/model/table.ts';
import { webApp } from '../../src/serve/web/app.ts';
import { type ListeningWeb, listenWeb } from '../../src/serve/web/listen-web.ts';
import { hostNames } from '../../src/serve/web/origin.ts';
import { makeToken, tokensInMemory } from '../../src/serve/web/tokens.ts';
import { ofLog } from '../../src/view/of-log.ts';

const NOW = 1_700_100_000;
const ATTEMPTS = 200_000;

/** As many sources as attempts: whatever is held for each of them is held often. */
function site() {
  const builder = new AttemptTableBuilder();
  for (let i = 0; i < ATTEMPTS; i++)
    builder.append({
      time: NOW - 400_000 + i * 2,
      source: `2001:db8::${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}`,
      user: i % 1000 === 0 ? `=cmd|' /C calc'!A0\u202e${'x'.repeat(i === 0 ? 100_000 : 1)}` : 'root',
      sensor: 'host.example',
      success: false,
      known: null,
      method: 'password',
    });
  const table = builder.finish();
  const detection = detect(table, DEFAULT_DETECT_OPTIONS);
  const input = { paths: ['auth.log'], bytes: 0, lines: table.length, unreadLines: 0, unreadSamples: [] };
  const report = buildReport({ table, input }, detection);
  return ofLog({ name: 'auth.log', version: '0', table, detection, report });
}

describe('a web server on a port', { timeout: 120_000 }, () => {
  let web: ListeningWeb;
  let now = NOW;
  const { token, text } = makeToken({ name: 'ann', scopes: ['read'], seconds: 3600 }, NOW);
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-port-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');

  beforeAll(async () => {
    const one = site();
    web = await listenWeb('127.0.0.1', 0, (port) =>
      webApp(
        { site: one, blocks: null, actions: null, status: null, metrics: null, now: () => now },
        { tokens: tokensInMemory([token]), hosts: hostNames('127.0.0.1', []), port, pageFolder: folder },
      ),
    );
  }, 120_000);
  afterAll(() => web.close());

  const bearer = { authorization: `Bearer ${text}` };
  const get = (path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) =>
    fetch(`${web.address}${path}`, { ...init, headers: Object.assign({}, bearer, init.headers) });

  /** Bytes as they are, and what comes back until it is closed or nothing comes for so long. */
  const raw = (bytes: string, milliseconds = 2000): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(web.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
      let answer = '';
      const over = () => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(milliseconds, over);
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1');
      });
      socket.on('close', over).on('error', over);
    });
  const head = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nAuthorization: Bearer ${text}\r\n${more}\r\n`;

  it('serves others while clients take a picture and a stream byte by byte, and holds no copies for them', async () => {
    const slow: Socket[] = [];
    const begin = (path: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(web.port, '127.0.0.1', () => socket.write(head(path)));
        // one byte is taken, and then no more: the window of the connection fills
        socket.once('readable', () => {
          socket.read(1);
          resolve();
        });
        socket.on('error', () => undefined);
        slow.push(socket);
      });
    await (await get('/api/v1/picture')).arrayBuffer();
    const before = process.memoryUsage();
    await Promise.all([begin('/api/v1/picture'), begin('/api/v1/picture')]);
    await Promise.all(Array.from({ length: 20 }, () => begin('/api/v1/stream')));
    await Promise.all(Array.from({ length: 10 }, () => begin('/api/v1/attempts?format=csv')));
    const overview = await get('/api/v1/overview');
    expect(overview.status).toBe(200);
    await overview.text();
    const after = process.memoryUsage();
    // two pictures of 200,000 attempts are 2 times 11 MB and their lists of sources; no piece of it per slow client
    expect(after.rss - before.rss).toBeLessThan(200 * 1024 * 1024);
    for (const socket of slow) socket.destroy();
    expect((await get('/api/v1/picture?limit=10')).status).toBe(200);
  });

  it('refuses a head that is too large or none, and lives on', async () => {
    expect(await raw(head('/api/v1/overview', `X-Long: ${'a'.repeat(20_000)}\r\n`))).toMatch(
      /^HTTP\/1\.1 431/,
    );
    expect(await raw('\x16\x03\x01\x02\x00 this is TLS\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
    expect(await raw('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
    const smuggled = `POST /api/v1/blocks HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await raw(smuggled)).toMatch(/^HTTP\/1\.1 4/);
    expect((await get('/api/v1/overview')).status).toBe(200);
  });

  it('has no way out of its folder, however it is written', async () => {
    for (const path of [
      '/assets/../../../../etc/passwd',
      '/assets/..%2f..%2f..%2fetc%2fpasswd',
      '/assets/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%5c..%5cetc%5cpasswd',
      '/assets/%252e%252e%252fetc%252fpasswd',
      '//etc/passwd',
      '/assets/\x00passwd',
      '/%',
      '/%ff%fe',
      '/assets/%c0%ae%c0%ae/etc/passwd',
      'http://host.example/etc/passwd',
    ]) {
      const answer = await raw(head(path, 'Connection: close\r\n'));
      expect(answer, path).not.toContain('root:');
      expect(answer, path).toMatch(/^HTTP\/1\.1 (?:4\d\d|30\d)/);
    }
  });

  it('takes bad encodings in what is asked for as no such thing', async () => {
    for (const path of [
      '/api/v1/sources/%',
      '/api/v1/sources/%ff',
      '/api/v1/sources/%00',
      '/api/v1/campaigns/..%2f..%2fx',
      `/api/v1/sources/${'a'.repeat(5000)}`,
      '/api/v1/attempts/1e3',
      '/api/v1/attempts/-1',
      '/api/v1/attempts?limit=1e9999',
      '/api/v1/attempts?since=NaN',
    ])
      expect(await raw(head(path, 'Connection: close\r\n')), path).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  it('answers HEAD without a body, and lets no other page ask by OPTIONS', async () => {
    for (const path of ['/', '/api/v1/overview', '/api/v1/picture']) {
      const answer = await get(path, { method: 'HEAD' });
      expect(answer.status, path).toBe(200);
      expect(await answer.text(), path).toBe('');
    }
    const preflight = await get('/api/v1/blocks', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    for (const method of ['TRACE', 'PUT', 'PATCH'])
      expect(
        await raw(
          `${method} /api/v1/overview HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nConnection: close\r\n\r\n`,
        ),
        method,
      ).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  it('writes 200,000 sources and a name of 100 kB as CSV in which nothing is a formula or hidden', async () => {
    const csv = await (await get('/api/v1/attempts?format=csv&names=shown')).text();
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(ATTEMPTS + 1);
    // not the texts themselves: a difference of 15 MB is nothing to read
    expect(/(?:^|,|\n)"?[=+@\t]/.exec(csv)?.[0] ?? null).toBeNull();
    expect(csv.includes('\u202e')).toBe(false);
  });

  it('lets nobody in whose token is over', async () => {
    now = NOW + 3601;
    expect((await get('/api/v1/overview')).status).toBe(401);
    expect((await get('/feed/participants.txt')).status).toBe(401);
    now = NOW;
  });
});
