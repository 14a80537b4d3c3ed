import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import type { BlockService } from '../respond/service.ts';
import { MemoryHistory } from '../store/history/memory.ts';
import type { Commit, StoredAttempt } from '../store/history.ts';
import { createClient } from './client.ts';
import { type Control, controlApi } from './control.ts';
import { type Listening, listenOnSocket } from './listen.ts';
import type { Status } from './status.ts';

const HOSTILE = 'root"\n{"trouble":{}}\u202e\u0000<script>';
const attempt = (seq: number, user: string | null): StoredAttempt => ({
  seq,
  name: { input: '/var/log/auth.log', line: seq, nth: 0 },
  time: 1_790_000_000 + seq,
  source: `192.0.2.${seq % 200}`,
  user,
  sensor: 'host',
  service: 'sshd',
  success: false,
  known: false,
  method: 'password',
  text: `line ${seq}`,
});
const commit = (attempts: readonly StoredAttempt[]): Commit => ({
  attempts,
  amended: [],
  events: [],
  blocks: [],
  states: {},
});

const status = { version: '0', state: 'watching', problems: [] } as unknown as Status;

describe('the socket of a daemon', () => {
  let folder: string;
  let listening: Listening | null = null;
  let asked: unknown[] = [];
  const history = new MemoryHistory({ mostAttempts: 10_000 });
  const blocks = {
    list: () => Promise.resolve({ blocks: [], backends: [], allowed: [], refused: {} }),
    add: (request: unknown) => {
      asked.push(request);
      return Promise.reject(
        new Trouble('wrong-call', '192.0.2.1 is not blocked', 'It is on the allow-list.'),
      );
    },
    flush: () => Promise.resolve(7),
  } as unknown as BlockService;
  const control: Control = {
    questions: history,
    blocks,
    status: () => Promise.resolve(status),
    metrics: () => Promise.resolve({ text: 'slowbrute_blocks 1\n', contentType: 'text/plain' }),
    reload: () => Promise.resolve(['block']),
  };
  const path = () => join(folder, 'socket');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slowbrute-serve-'));
    asked = [];
    listening = await listenOnSocket(controlApi(control), path());
  });
  afterEach(async () => {
    await listening?.close();
    listening = null;
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers what a history does, however hostile its texts', async () => {
    const all = Array.from({ length: 3000 }, (_, i) => attempt(i + 1, i === 7 ? HOSTILE : `user${i % 5}`));
    if ((await history.lastSeq()) === 0) await history.commit(commit(all));
    const { questions } = createClient(path());
    const got: StoredAttempt[] = [];
    for await (const one of questions.attempts({})) got.push(one);
    const wanted: StoredAttempt[] = [];
    for await (const one of history.attempts({})) wanted.push(one);
    expect(got).toEqual(wanted);
    expect(await questions.countAttempts({ user: HOSTILE })).toEqual({ failures: 1, successes: 0 });
    expect(await questions.sources({ user: 'user1', limit: 3 })).toEqual(
      await history.sources({ user: 'user1', limit: 3 }),
    );
    expect(await questions.source('192.0.2.9')).toEqual(await history.source('192.0.2.9'));
    expect(await questions.source('203.0.113.1')).toBeNull();
    expect(await questions.size()).toEqual(await history.size());
  });

  it('is for its owner and group alone', () => {
    expect(statSync(path()).mode & 0o777).toBe(0o660);
  });

  it('hands on what stands in the way, with what to do about it', async () => {
    const client = createClient(path());
    const request = { target: '192.0.2.1', seconds: null, why: 'x', by: 'me', evenPeople: false };
    await expect(client.blocks.add(request)).rejects.toMatchObject({
      code: 'wrong-call',
      message: '192.0.2.1 is not blocked',
      remedy: 'It is on the allow-list.',
    });
    expect(asked).toEqual([request]);
    expect(await client.blocks.flush()).toBe(7);
    expect(await client.reload()).toEqual(['block']);
    expect(await client.metrics()).toContain('slowbrute_blocks 1');
  });

  it.each([
    ['/v1/attempts?sauce=1', 'GET', undefined],
    ['/v1/attempts?limit=-1', 'GET', undefined],
    ['/v1/blocks/add', 'POST', 'no json'],
    ['/v1/blocks/add', 'POST', '{"target":"192.0.2.1","evil":true}'],
    ['/v1/nothing', 'GET', undefined],
  ])('refuses %s by %s with a remedy, and does nothing', async (url, method, body) => {
    const response = await controlApi(control).request(url, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toMatchObject({
      code: 'wrong-call',
      remedy: expect.stringMatching(/./) as string,
    });
    expect(asked).toEqual([]);
  });

  it('is taken over where nobody answers any more, and refused where somebody does', async () => {
    await expect(listenOnSocket(controlApi(control), path())).rejects.toMatchObject({ code: 'store-busy' });
    const dead = join(folder, 'dead');
    const server = createServer().listen(dead);
    await new Promise((resolve) => server.once('listening', resolve));
    // as kill -9 leaves it: the file is there, nobody listens
    const left = join(folder, 'left');
    const { linkSync } = await import('node:fs');
    linkSync(dead, left);
    await new Promise((resolve) => server.close(resolve));
    const again = await listenOnSocket(controlApi(control), left);
    expect(await createClient(left).status()).toEqual(status);
    await again.close();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(listenOnSocket(controlApi(control), file)).rejects.toMatchObject({ code: 'bad-config' });
  });

  it('says so where no daemon is', async () => {
    await expect(createClient(join(folder, 'nobody')).status()).rejects.toMatchObject({
      code: 'not-running',
    });
  });
});
