/** Reader and responder, over a real socket. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FirewallChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import { type Backend, UNBOUNDED } from './backends/backend.ts';
import { responderBackend } from './backends/responder.ts';
import { questionIn } from './frames.ts';
import { createNever, DEFAULT_NEVER_OPTIONS } from './never.ts';
import { RESPONDER_MODE, type ResponderServer, serveResponder } from './responder-server.ts';

let folder: string;
let socket: string;
let server: ResponderServer | null;
let told: (FirewallChange | 'flush')[];
let said: string[];

const kept: Backend = {
  ...UNBOUNDED,
  capacity: 500,
  name: 'kept',
  isDry: false,
  check: () => Promise.resolve(),
  apply: (change) => Promise.resolve(void told.push(change)),
  list: () => Promise.resolve([{ target: '203.0.113.9', seconds: 5 }]),
  flush: () => Promise.resolve(void told.push('flush')),
};
const machine = { own: ['192.0.2.1'], gateways: ['192.0.2.254'], sessions: [] };
const serve = (backend: Backend = kept) =>
  serveResponder({ socket, mode: RESPONDER_MODE }, backend, {
    say: (line) => said.push(line),
    never: () =>
      Promise.resolve(createNever({ ...DEFAULT_NEVER_OPTIONS, allow: ['198.51.100.0/24'] }, machine)),
  });
/** Sends a line as it is and gives the answer, or what happened instead. */
const raw = (line: string) =>
  new Promise<string>((done) => {
    const one = connect(socket, () => one.write(line));
    one.on('data', (chunk: Buffer) => {
      done(chunk.toString('utf8'));
      one.destroy();
    });
    one.on('close', () => done('closed'));
    one.on('error', () => done('closed'));
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-'));
  socket = join(folder, 'responder.sock');
  told = [];
  said = [];
  server = null;
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a reader without rights', () => {
  it('has its changes carried out, and knows what the backend can do', async () => {
    server = await serve();
    const reader = responderBackend({ socket });
    await reader.check();
    expect(reader).toMatchObject({ timed: true, capacity: 500, mostSeconds: Number.POSITIVE_INFINITY });
    const change = {
      kind: 'update',
      add: [{ target: '203.0.113.9', seconds: 60 }],
      remove: ['203.0.113.8'],
    } as const;
    await reader.apply(change);
    expect(await reader.list!()).toEqual([{ target: '203.0.113.9', seconds: 5 }]);
    await reader.flush();
    expect(told).toEqual([change, 'flush']);
  });

  it('is told what went wrong there', async () => {
    server = await serve({
      ...kept,
      apply: () => Promise.reject(new Trouble('firewall-failed', 'nft failed with status 1', 'See nft.')),
    });
    await expect(responderBackend({ socket }).apply({ kind: 'replace', entries: [] })).rejects.toMatchObject({
      code: 'firewall-failed',
      message: 'the responder: nft failed with status 1',
      remedy: 'See nft.',
    });
  });

  it('is told when nobody is there, or nobody answers', async () => {
    await expect(responderBackend({ socket }).check()).rejects.toMatchObject({ code: 'firewall-failed' });
    server = await serve({ ...kept, check: () => new Promise(() => {}) });
    await expect(responderBackend({ socket, timeoutSeconds: 0.2 }).check()).rejects.toMatchObject({
      message: expect.stringContaining('did not answer in time') as string,
    });
    server = null; // it waits for its backend for ever
  });
});

describe('a responder', () => {
  it('refuses what nobody may block, whoever asks, and does the rest', async () => {
    server = await serve();
    const entries = [
      '127.0.0.1',
      '192.0.2.1',
      '192.0.2.0/24',
      '192.0.2.254',
      '198.51.100.9',
      '10.0.0.1',
      '203.0.113.9',
    ];
    await responderBackend({ socket }).apply({
      kind: 'replace',
      entries: entries.map((target) => ({ target, seconds: 60 })),
    });
    expect(told).toEqual([{ kind: 'replace', entries: [{ target: '203.0.113.9', seconds: 60 }] }]);
    expect(said.filter((line) => line.startsWith('refused'))).toHaveLength(6);
  });

  it('lets in its owner and its group', async () => {
    server = await serve();
    expect(statSync(socket).mode & 0o777).toBe(0o660);
  });

  it('takes the place of one that has died, but not of one that lives, and of no file', async () => {
    server = await serve();
    await expect(serve()).rejects.toMatchObject({ code: 'store-busy' });
    await server.close();
    writeFileSync(socket, 'mine');
    await expect(serve()).rejects.toMatchObject({ code: 'not-writable' });
    server = null;
  });

  it.each([
    'hello',
    '{}',
    'null',
    '{"ask":"apply"}',
    '{"ask":"apply","change":{"kind":"replace","entries":[{"target":"203.0.113.9; reboot","seconds":1}]}}',
    '{"ask":"apply","change":{"kind":"replace","entries":[{"target":"0x7f.1","seconds":1}]}}',
    '{"ask":"apply","change":{"kind":"replace","entries":[{"target":"203.0.113.9","seconds":-1}]}}',
    '{"ask":"apply","change":{"kind":"update","add":[],"remove":["-A"]}}',
    '{"ask":"shell"}',
  ])('refuses %s', async (line) => {
    server = await serve();
    expect(await raw(`${line}\n`)).toContain('"ok":false');
    expect(told).toEqual([]);
  });

  it('hangs up on a line without end', async () => {
    server = await serve();
    expect(await raw('x'.repeat(17 * 1024 * 1024))).toBe('closed');
    await responderBackend({ socket }).check();
  });

  it('understands nothing but targets as this program writes them, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (target, seconds) => {
        const asked = questionIn(
          JSON.stringify({ ask: 'apply', change: { kind: 'replace', entries: [{ target, seconds }] } }),
        );
        if (asked?.ask !== 'apply' || asked.change.kind !== 'replace') return;
        for (const entry of asked.change.entries) expect(entry.target).toMatch(/^[0-9a-f.:]+(?:\/\d+)?$/);
      }),
    );
  });
});
