import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHistory } from './open.ts';

describe('x', () => {
  it('y', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sbh-'));
    const h = await openHistory({ folder, engine: 'duckdb' });
    await h.commit({
      attempts: [
        {
          seq: 1,
          time: 5,
          source: '192.0.2.1',
          user: 'a',
          sensor: 's',
          service: 'sshd',
          success: false,
          known: null,
          method: null,
          text: 'l',
          name: { input: 'i', line: 1, nth: 0 },
        },
      ],
      amended: [{ name: { input: 'i', line: 1, nth: 0 }, user: 'b', known: false, method: 'password' }],
      events: [],
      blocks: [],
      states: { a: 'b' },
    });
    await h.commit({
      attempts: [
        {
          seq: 2,
          time: 5,
          source: '192.0.2.1',
          user: 'a',
          sensor: 's',
          service: 'sshd',
          success: false,
          known: null,
          method: null,
          text: 'l',
          name: { input: 'i', line: 2, nth: 0 },
        },
      ],
      amended: [{ name: { input: 'i', line: 1, nth: 0 }, user: 'c', known: false, method: 'password' }],
      events: [],
      blocks: [],
      states: { a: null, c: 'd' },
    });
    for await (const a of h.attempts({})) console.log(a);
    console.log(
      await h.source('192.0.2.1'),
      await h.sources({}),
      await h.users({}),
      await h.size(),
      await h.state('c'),
    );
    await h.close();
    rmSync(folder, { recursive: true });
  });
});
