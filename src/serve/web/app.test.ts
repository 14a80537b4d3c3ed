import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { detect } from '../../detect/detect.ts';
import { buildReport } from '../../explain/report.ts';
import type { Block } from '../../model/block.ts';
import { DEFAULT_DETECT_OPTIONS } from '../../model/detection.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import type { BlockService } from '../../respond/service.ts';
import { ofLog } from '../../view/of-log.ts';
import { decodePicture } from '../../view/picture.ts';
import { HIDDEN } from '../../view/redact.ts';
import { actionsInMemory } from '../actions.ts';
import { webApp } from './app.ts';
import { openApi } from './description.ts';
import { hostNames } from './origin.ts';
import * as schemas from './schemas.ts';
import { makeToken, type Scope, tokensInMemory } from './tokens.ts';

const NOW = 1_700_100_000;
const HOST = 'localhost:9478';
const HOSTILE = '<img src=x onerror=alert(1)>\u202e=1+1';

/** A walk through names by many sources, one person, one hostile name, one name that may be a password. */
function site() {
  const builder = new AttemptTableBuilder();
  const row = (time: number, source: string, user: string, known: boolean, success = false) =>
    builder.append({
      time: 1_700_000_000 + time,
      source,
      user,
      sensor: 'host.example',
      service: 'sshd',
      success,
      known,
      method: 'password',
    });
  for (let i = 0; i < 300; i++) row(i * 180, `198.51.100.${i % 97}`, `name${Math.floor(i / 10)}`, false);
  row(54_010, '192.0.2.7', 'correct horse', false);
  row(54_020, '192.0.2.7', 'ann', true, true);
  row(54_030, '192.0.2.9', HOSTILE, false);
  row(54_040, '192.0.2.10', HOSTILE, false);
  const table = builder.finish();
  const detection = detect(table, DEFAULT_DETECT_OPTIONS);
  const input = { paths: ['auth.log'], bytes: 0, lines: table.length, unreadLines: 0, unreadSamples: [] };
  const report = buildReport({ table, input }, detection);
  return ofLog({ name: 'auth.log', version: '0.0.0', table, detection, report });
}

const THE_SITE = site();

const BLOCK: Block = {
  id: 1,
  target: '198.51.100.1',
  source: null,
  reason: { kind: 'by-hand', by: 'ann', why: 'a test' },
  from: NOW,
  until: null,
  repetition: 0,
  weight: 1,
};

function served({ scopes = ['read', 'block'] as readonly Scope[], seconds = null as number | null } = {}) {
  const done: string[] = [];
  const blocks: BlockService = {
    list: async () => ({ blocks: [BLOCK], backends: [], allowed: [], refused: {} }),
    plan: async () => [],
    add: async ({ target, by }) => {
      done.push(`add ${target} by ${by}`);
      return BLOCK;
    },
    remove: async ({ target }) => {
      done.push(`remove ${target}`);
      return [BLOCK];
    },
    allow: async ({ target }) => {
      done.push(`allow ${target}`);
      return [];
    },
    disallow: async ({ target }) => void done.push(`disallow ${target}`),
    flush: async () => 0,
  };
  const actions = actionsInMemory();
  const { token, text } = makeToken({ name: 'ann', scopes, seconds }, NOW);
  let now = NOW;
  const app = webApp(
    { site: THE_SITE, blocks, actions, status: null, metrics: null, now: () => now },
    {
      tokens: tokensInMemory([token]),
      hosts: hostNames('127.0.0.1', []),
      port: 9478,
      pageFolder: 'nowhere',
    },
  );
  const ask = (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
  ) =>
    Promise.resolve(
      app.request(`http://${HOST}${path}`, {
        method: init.method ?? 'GET',
        headers: {
          host: HOST,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      }),
    );
  const bearer = { authorization: `Bearer ${text}` };
  return {
    app,
    actions,
    done,
    text,
    ask,
    as: (path: string, init: Parameters<typeof ask>[1] = {}) =>
      ask(path, { ...init, headers: { ...bearer, ...init.headers } }),
    later: (more: number) => {
      now += more;
    },
  };
}

describe('every answer', () => {
  it('is as its schema says', async () => {
    const { as } = served();
    const id = (await THE_SITE.campaigns({}))[0]?.id ?? 'c1';
    const wanted: readonly (readonly [string, z.ZodType])[] = [
      ['/api/v1/overview', schemas.overview],
      ['/api/v1/overview?since=1700000000&until=1700010000', schemas.overview],
      [`/api/v1/campaigns/${id}`, schemas.campaign],
      ['/api/v1/sources/198.51.100.1', schemas.source],
      ['/api/v1/attempts/1', schemas.attempt],
    ];
    for (const [path, schema] of wanted) {
      const answer = await as(path);
      expect(answer.status, path).toBe(200);
      expect(schema.safeParse(await answer.json()).error?.issues ?? [], path).toEqual([]);
    }
    for (const path of ['campaigns', 'attempts', 'events', 'blocks', 'allow', 'actions'])
      expect((await as(`/api/v1/${path}`)).status, path).toBe(200);
  });

  it('is described: each path of the document answers something', async () => {
    const { app, as } = served();
    const { paths } = openApi(app) as { paths: Record<string, Record<string, unknown>> };
    expect(Object.keys(paths).length).toBeGreaterThan(15);
    for (const [path, methods] of Object.entries(paths)) {
      if (!('get' in methods) || path.endsWith('/stream')) continue;
      const asked = path
        .replace('{id}', 'c1')
        .replace('{source}', '198.51.100.1')
        .replace('{seq}', '1')
        .replace(/export$/, 'export?format=csv');
      const { status } = await as(asked);
      expect([200, 404], `${path}: ${status}`).toContain(status);
    }
  });

  it('has the headers that keep a browser in check, also where it says no', async () => {
    const { as, ask } = served();
    for (const answer of [
      await as('/api/v1/overview'),
      await ask('/api/v1/overview'),
      await ask('/'),
      await ask('/x'),
    ]) {
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cache-control')).not.toBeNull();
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('who asks', () => {
  it('needs a token that is right, current, and may', async () => {
    const { ask, as, later } = served({ scopes: ['feed'], seconds: 60 });
    expect((await ask('/api/v1/overview')).status).toBe(401);
    expect((await ask('/api/v1/overview', { headers: { authorization: 'Bearer sb_wrong' } })).status).toBe(
      401,
    );
    expect((await as('/api/v1/overview')).status).toBe(403);
    expect((await as('/feed/participants.txt')).status).toBe(200);
    later(60);
    expect((await as('/feed/participants.txt')).status).toBe(401);
  });

  it('may give it as a password where firewalls fetch, and nowhere else', async () => {
    const { ask, text } = served();
    const headers = { authorization: `Basic ${Buffer.from(`fw:${text}`).toString('base64')}` };
    expect((await ask('/feed/participants.txt', { headers })).status).toBe(200);
    expect((await ask('/api/v1/overview', { headers })).status).toBe(401);
  });

  it('gets a session for it, which no script can read, and which ends', async () => {
    const { ask, text, later } = served();
    const begun = await ask('/api/v1/session', { method: 'POST', body: { token: text } });
    const cookie = begun.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0]! };
    expect(await (await ask('/api/v1/session', { headers })).json()).toMatchObject({ name: 'ann' });
    expect((await ask('/api/v1/overview', { headers })).status).toBe(200);
    later(13 * 3600);
    expect((await ask('/api/v1/overview', { headers })).status).toBe(401);
  });

  it('must come from here', async () => {
    const { ask, as, text } = served();
    expect((await as('/api/v1/overview', { headers: { host: 'evil.example' } })).status).toBe(400);
    expect((await as('/api/v1/overview', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await as('/api/v1/overview', { headers: { origin: 'null' } })).status).toBe(403);
    expect((await as('/api/v1/overview', { headers: { 'sec-fetch-site': 'same-site' } })).status).toBe(403);
    const begun = await ask('/api/v1/session', { method: 'POST', body: { token: text } });
    const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0]!;
    const body = { target: '198.51.100.1', seconds: null, why: 'a test' };
    const post = (headers: Record<string, string>) =>
      ask('/api/v1/blocks', { method: 'POST', body, headers: { cookie, ...headers } });
    expect((await post({})).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({ origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('what people do', () => {
  it('is written down with who and why before it is done', async () => {
    const { as, actions, done } = served();
    await as('/api/v1/blocks', {
      method: 'POST',
      body: { target: '198.51.100.1', seconds: 60, why: 'noise' },
    });
    await as('/api/v1/blocks/198.51.100.0%2F24', { method: 'DELETE', body: { why: 'mistake' } });
    await as('/api/v1/allow', { method: 'POST', body: { target: '192.0.2.7', why: 'our office' } });
    expect(done).toEqual(['add 198.51.100.1 by ann', 'remove 198.51.100.0/24', 'allow 192.0.2.7']);
    expect(actions.list(10).map(({ by, does, target, why }) => `${by} ${does} ${target} ${why}`)).toEqual([
      'ann allow 192.0.2.7 our office',
      'ann unblock 198.51.100.0/24 mistake',
      'ann block 198.51.100.1 noise',
    ]);
  });

  it('needs a reason, and a token that may', async () => {
    const { as, done } = served();
    const body = { target: '198.51.100.1', seconds: null, why: ' ' };
    expect((await as('/api/v1/blocks', { method: 'POST', body })).status).toBe(400);
    const reader = served({ scopes: ['read'] });
    expect((await reader.as('/api/v1/blocks', { method: 'POST', body: { ...body, why: 'x' } })).status).toBe(
      403,
    );
    expect([...done, ...reader.done]).toEqual([]);
  });
});

describe('hostile texts', () => {
  it('are data: in JSON as they are, in CSV no formula', async () => {
    const { as } = served();
    const { items } = (await (await as('/api/v1/attempts?source=192.0.2.9')).json()) as {
      items: { user: string }[];
    };
    expect(items[0]!.user).toBe(HOSTILE);
    const csv = await (await as('/api/v1/attempts?source=192.0.2.9&format=csv')).text();
    expect(csv).toContain('<img src=x onerror=alert(1)>');
    expect(csv).not.toContain('\u202e');
    expect(csv.split('\r\n').every((line) => !/(^|,)[=+@-]/.test(line))).toBe(true);
  });

  it('reach no header, and no file but the page’s own', async () => {
    const { as, ask } = served();
    const answer = await as(`/api/v1/sources/${encodeURIComponent('a\r\nset-cookie: x=y')}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('set-cookie')).toBeNull();
    for (const path of [
      '/assets/../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%2f..%2fetc%2fpasswd',
    ])
      expect((await ask(path)).status).toBe(404);
  });

  it('a huge body and a long address are refused', async () => {
    const { as } = served();
    const body = { target: '198.51.100.1', seconds: null, why: 'x'.repeat(200_000) };
    expect((await as('/api/v1/blocks', { method: 'POST', body })).status).toBe(413);
    expect((await as(`/api/v1/sources/${'a'.repeat(9000)}`)).status).toBe(400);
  });

  it('what may be a password is hidden unless asked for', async () => {
    const { as } = served();
    const names = async (query: string) => {
      const answer = await as(`/api/v1/attempts?source=192.0.2.7${query}`);
      return ((await answer.json()) as { items: { user: string }[] }).items.map(({ user }) => user);
    };
    expect(await names('')).toEqual([HIDDEN, 'ann']);
    expect(await names('&names=shown')).toEqual(['correct horse', 'ann']);
    const picture = decodePicture(new Uint8Array(await (await as('/api/v1/picture')).arrayBuffer()));
    expect(picture.users).not.toContain('correct horse');
    expect(picture.users).toContain(HIDDEN);
  });
});

describe('what is fetched again', () => {
  it('is not sent where it is as it was', async () => {
    const { as } = served();
    for (const path of ['/api/v1/picture?limit=100', '/feed/participants.csv']) {
      const first = await as(path);
      await first.arrayBuffer();
      const etag = first.headers.get('etag') ?? '';
      expect((await as(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
      const other = await as(path, { headers: { 'if-none-match': '"other"' } });
      expect(other.status).toBe(200);
      await other.arrayBuffer();
    }
  });

  it('pages follow each other in both directions', async () => {
    const { as } = served();
    for (const order of ['false', 'true']) {
      const seen: number[] = [];
      for (let after = ''; ; ) {
        const answer = await as(`/api/v1/attempts?limit=100&newestFirst=${order}${after}`);
        const { items, next } = (await answer.json()) as { items: { seq: number }[]; next: number | null };
        seen.push(...items.map(({ seq }) => seq));
        if (next === null) break;
        after = `&after=${next}`;
      }
      expect(seen.length).toBe(304);
      expect(new Set(seen).size).toBe(304);
    }
  });
});
