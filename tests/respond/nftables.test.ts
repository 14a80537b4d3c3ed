/** The nftables backend with the real nft and the kernel, in a network namespace of the test's own. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/respond/backends/backend.ts';
import { DEFAULT_NFTABLES, nftables } from '../../src/respond/backends/nftables.ts';
import { makePlace, type Place, unpacked, whyNoPlace } from './place.ts';

const firewalls = unpacked('firewalls');
const reason = whyNoPlace() ?? ('reason' in firewalls ? firewalls.reason : null);
const HERE = ['192.0.2.1', '2001:db8:f::1'];
const THERE = ['203.0.113.9', '203.0.113.10', '198.51.100.5', '2001:db8:1:2::5', '2001:db8:1:3::5'];

it('what it needs is there', () => {
  if (reason !== null && process.env.CI === undefined) process.stdout.write(`not tried: ${reason}\n`);
  else expect(reason).toBeNull();
});

describe.skipIf(reason !== null)('nftables', () => {
  let place: Place;
  let backend: Backend;
  const nft = () => [...place.enter, join((firewalls as { root: string }).root, 'usr/sbin/nft')];
  const listed = async () =>
    (await backend.list!()).map(({ target, seconds }) => `${target} ${seconds ?? 'for ever'}`).sort();
  const reach = () => place.reach();

  beforeAll(async () => {
    place = await makePlace(HERE, THERE, (firewalls as { libraries: string }).libraries);
    backend = nftables({ ...DEFAULT_NFTABLES, program: nft() });
    await backend.check();
  }, 60_000);
  afterAll(() => place?.close());

  it('drops what comes from blocked addresses and networks, and nothing else', async () => {
    expect(reach()).toEqual(THERE);
    await backend.apply({
      kind: 'replace',
      entries: [
        { target: '203.0.113.9', seconds: 600 },
        { target: '198.51.100.0/24', seconds: 600 },
        { target: '2001:db8:1:2::/64', seconds: null },
      ],
    });
    expect(reach()).toEqual(['203.0.113.10', '2001:db8:1:3::5']);
  });

  it('lets in what is unblocked, also what was not there', async () => {
    await backend.apply({
      kind: 'update',
      add: [{ target: '2001:db8:1:3::5', seconds: 60 }],
      remove: ['203.0.113.9', '2001:db8:1:2::/64', '203.0.113.77', '198.18.0.0/15'],
    });
    expect(reach()).toEqual(['203.0.113.9', '203.0.113.10', '2001:db8:1:2::5']);
  });

  it('gives an entry that is there the new end', async () => {
    await backend.apply({ kind: 'replace', entries: [{ target: '203.0.113.9', seconds: 60 }] });
    await backend.apply({
      kind: 'update',
      add: [
        { target: '203.0.113.9', seconds: 100_000 },
        { target: '203.0.113.10', seconds: null },
      ],
      remove: [],
    });
    expect(await listed()).toEqual([
      '203.0.113.10 for ever',
      expect.stringMatching(/^203\.0\.113\.9 9999\d$|100000/),
    ]);
  });

  it('swaps a network for a wider or narrower one', async () => {
    const swap = (add: string, remove: string) =>
      backend.apply({ kind: 'update', add: [{ target: add, seconds: 99_999 }], remove: [remove] });
    await backend.apply({ kind: 'replace', entries: [{ target: '203.0.113.0/24', seconds: 60 }] });
    await swap('203.0.113.0/25', '203.0.113.0/24');
    await swap('203.0.112.0/23', '203.0.113.0/25');
    expect(reach()).not.toContain('203.0.113.9');
    expect((await backend.list!()).map(({ target }) => target)).toEqual(['203.0.112.0/23']);
  });

  it('ends an entry by itself', async () => {
    await backend.apply({ kind: 'replace', entries: [{ target: '203.0.113.9', seconds: 2 }] });
    expect(await listed()).toHaveLength(1);
    while ((await listed()).length > 0) await new Promise((done) => setTimeout(done, 200));
    expect(reach()).toEqual(THERE);
  });

  it('heals what was done behind our back', async () => {
    const entries = [{ target: '203.0.113.9', seconds: 600 }];
    await backend.apply({ kind: 'replace', entries });
    place.run([nft().at(-1)!, 'flush', 'ruleset']);
    expect(await backend.list!()).toEqual([]);
    expect(reach()).toEqual(THERE);
    await expect(backend.apply({ kind: 'update', add: entries, remove: [] })).rejects.toMatchObject({
      code: 'firewall-failed',
    });
    await backend.apply({ kind: 'replace', entries });
    expect(reach()).not.toContain('203.0.113.9');
  });

  it('leaves nothing behind, and the tables of others alone', async () => {
    place.run([nft().at(-1)!, 'add', 'table', 'inet', 'theirs']);
    await backend.flush();
    await backend.flush();
    expect(place.run([nft().at(-1)!, 'list', 'tables']).trim()).toBe('table inet theirs');
  });

  it('shuts only the ports that it is told to', async () => {
    const only = nftables({ ...DEFAULT_NFTABLES, program: nft(), ports: [22] });
    await only.apply({ kind: 'replace', entries: [{ target: '203.0.113.9', seconds: 60 }] });
    expect(reach()).toEqual(THERE);
    expect(place.run([nft().at(-1)!, 'list', 'table', 'inet', 'slowbrute'])).toContain(
      'tcp dport 22 ip saddr',
    );
    await only.flush();
  });

  it('holds 20,000 in one step', async () => {
    const entries = Array.from({ length: 20_000 }, (_, i) => ({
      target: i % 4 === 0 ? `2001:db8:${(i >> 2).toString(16)}:1::/64` : `198.18.${i >> 8}.${i & 255}`,
      seconds: 1000 + i,
    }));
    const start = performance.now();
    await backend.apply({ kind: 'replace', entries });
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`20,000 entries replaced in ${seconds.toFixed(2)} s\n`);
    const held = await backend.list!();
    expect(new Set(held.map(({ target }) => target))).toEqual(new Set(entries.map(({ target }) => target)));
  });

  it('says what nft said, and what to do', async () => {
    await expect(nftables({ ...DEFAULT_NFTABLES, program: ['nft-absent'] }).check()).rejects.toMatchObject({
      code: 'firewall-failed',
      message: 'nft-absent is not there',
    });
  });
});
