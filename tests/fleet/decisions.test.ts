/** A real collector and a real sensor: what is blocked there is blocked here, within this sensor's own allow-list, and let in again. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configure, folder, isBuilt, run, start, stopAll, until } from '../watch/daemon.ts';
import { ask, freePort, tokenOf } from './senders.ts';

afterEach(stopAll, 60_000);

describe.skipIf(!isBuilt)('decisions of a collector', () => {
  it('are carried out at the sensor, but for whom it allows, and end when they are taken back', async () => {
    const port = await freePort();
    const there = folder();
    const collector = configure(there, '[[input]]', `collect = "http://127.0.0.1:${port}"`);
    mkdirSync(join(there, 'state'), { mode: 0o700 });
    const token = tokenOf(collector, 'web1', 'web1.example');
    await start(collector).saying('input:opened');
    const here = folder();
    writeFileSync(join(here, 'auth.log'), '');
    writeFileSync(join(here, 'token'), token, { mode: 0o600 });
    const sensor = configure(
      here,
      '[[input]]',
      `file = "${here}/auth.log"`,
      '[block]',
      'allow = ["198.51.100.0/24"]',
      '[fleet]',
      `send-to = "http://127.0.0.1:${port}"`,
      `token-file = "${here}/token"`,
    );
    await start(sensor).saying('fleet:heard');
    const standing = () =>
      run('history', 'blocks', '--standing', '--format', 'json', '--config', sensor).stdout;
    for (const target of ['198.51.100.9', '203.0.113.9'])
      expect(run('block', 'add', target, '--for', '2d', '--why', 'test', '--config', collector).status).toBe(
        0,
      );
    await until('the block', () => standing().includes('203.0.113.9'), 30);
    expect(standing()).toContain('told');
    expect(standing()).not.toContain('198.51.100.9');
    const { headers } = await ask(port, '/v1/blocks', token, null);
    expect(await ask(port, '/v1/blocks', token, null, { 'if-none-match': headers.etag! })).toMatchObject({
      status: 304,
    });
    run('block', 'remove', '203.0.113.9', '--config', collector);
    await until('let in', () => !standing().includes('203.0.113.9'), 30);
  }, 120_000);
});
