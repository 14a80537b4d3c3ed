import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CampaignHistory, StoredAttempt } from '../store/history.ts';
import { Beliefs, type PeerTrust } from './belief.ts';
import { canonical, type Json } from './canonical.ts';
import { type ExchangeBody, groupId, newSiteKey, publicOf, readDocument, signed } from './document.ts';
import { alikeness, fingerprint, sourceHash } from './hashing.ts';
import { ExchangePlace } from './place.ts';
import { bodyOf, powerOf } from './tell.ts';

const NOW = 1_800_000_000;
const GROUP = Buffer.alloc(32, 7);
const PEM = newSiteKey();
const SITE = publicOf(PEM);
const body = (more: Partial<ExchangeBody> = {}): ExchangeBody => ({
  schema: 'slowbrute.exchange/1',
  site: SITE,
  group: groupId(GROUP),
  number: 5,
  made: NOW - 60,
  expires: NOW + 7 * 86_400,
  campaigns: [],
  participants: [],
  ...more,
});
const read = (text: string, now = NOW, lastNumber = 4) =>
  readDocument(text, {
    peer: (site) => (site === SITE ? { group: groupId(GROUP), lastNumber } : undefined),
    now,
  });

describe('a document', () => {
  it('is taken when it is genuine, new and holds', () => {
    expect(read(signed(body(), PEM))).toEqual({ body: body() });
  });

  it.each([
    ['replayed', body({ number: 4 }), NOW],
    ['over', body(), NOW + 8 * 86_400],
    ['from-the-future', body({ made: NOW + 3600, expires: NOW + 7200 }), NOW],
    ['too-long-lived', body({ expires: NOW + 60 * 86_400 }), NOW],
    ['other-group', body({ group: groupId(Buffer.alloc(32, 8)) }), NOW],
  ] as const)('is refused when it is %s', (refused, one, now) => {
    expect(read(signed(one, PEM), now)).toEqual({ refused });
  });

  it('is refused when it is of somebody else, or signed by somebody else', () => {
    const other = newSiteKey();
    expect(read(signed(body({ site: publicOf(other) }), other))).toEqual({ refused: 'unknown-peer' });
    expect(read(signed(body(), other))).toEqual({ refused: 'bad-signature' });
  });

  it('is refused whatever is changed of it', () => {
    const text = signed(
      body({
        participants: [{ source: 'A'.repeat(22), campaign: 0, confidence: 0.97, last: 500_000, attempts: 3 }],
      }),
      PEM,
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length - 2 }),
        fc.constantFrom('0', '1', 'x', '"', '}'),
        (at, c) => {
          const changed = text.slice(0, at) + c + text.slice(at + 1);
          if (changed === text) return;
          expect(read(changed)).toHaveProperty('refused');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('any text is a document or refused', () => {
    for (const text of ['', 'null', '[]', '{"body":{},"signature":""}', '{"__proto__":1}'])
      expect(read(text)).toEqual({ refused: 'no-document' });
  });
});

it('canonical JSON is the same for the same value, in whatever order it was made, and JSON reads it back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonical(value as Json);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      const turned = (one: unknown): unknown =>
        typeof one !== 'object' || one === null || Array.isArray(one)
          ? one
          : Object.fromEntries(Object.entries(one).reverse());
      expect(canonical(turned(value) as Json)).toBe(text);
    }),
  );
});

describe('hashes', () => {
  it('are of the address, however it is written, and of the /64 of IPv6; of another key they are others', () => {
    expect(sourceHash(GROUP, '203.0.113.9')).toHaveLength(22);
    expect(sourceHash(GROUP, '203.0.113.9')).not.toBe(sourceHash(Buffer.alloc(32, 8), '203.0.113.9'));
    expect(sourceHash(GROUP, '2001:db8:0:1::1')).toBe(sourceHash(GROUP, '2001:db8:0:1:ffff::2'));
    expect(sourceHash(GROUP, 'host.example')).toBeNull();
  });

  it('a fingerprint says how much two lists share, and no name fits it better than 1 in 256 of strangers', () => {
    const list = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `name${from + n}`);
    const mine = fingerprint(GROUP, list(0, 500));
    expect(alikeness(mine, fingerprint(GROUP, list(0, 500).reverse()))).toBe(1);
    expect(alikeness(mine, fingerprint(GROUP, list(250, 750)))).toBeGreaterThan(0.2);
    expect(alikeness(mine, fingerprint(GROUP, list(250, 750)))).toBeLessThan(0.47);
    expect(alikeness(mine, fingerprint(GROUP, list(1000, 1500)))).toBeLessThan(0.05);
    expect(alikeness(mine, 'x')).toBeNull();
    // a guesser with the key: how many of the bytes fit a single name, for names of the list and for others
    const bytes = Buffer.from(mine, 'base64url');
    const fits = (name: string) =>
      Buffer.from(fingerprint(GROUP, [name]), 'base64url').filter((byte, i) => byte === bytes[i]).length;
    const of = (names: readonly string[]) => names.reduce((sum, name) => sum + fits(name), 0) / names.length;
    expect(of(list(0, 500))).toBeLessThan(of(list(1000, 1500)) + 1);
  });
});

describe('what is told', () => {
  const campaign = (sources: readonly (readonly [string, number])[]): CampaignHistory => ({
    id: 'c1',
    opened: NOW - 7200,
    by: 'turns',
    bits: 40,
    firstSeen: NOW - 90_000,
    lastSeen: NOW - 100,
    ended: null,
    attempts: 1500,
    returnOf: [],
    compromised: [],
    participants: sources.map(([source, confidence]) => ({
      source,
      confidence,
      named: NOW - 3600,
      released: source === '203.0.113.66' ? NOW - 60 : null,
      firstSeen: NOW - 90_000,
      lastSeen: NOW - 100,
      attempts: 5,
    })),
  });
  const attempt = (source: string, user: string, known: boolean | null) => ({
    source,
    user,
    known,
    success: false,
  });
  const history = {
    campaigns: () =>
      Promise.resolve([
        campaign([
          ['203.0.113.1', 0.99],
          ['203.0.113.2', 0.6],
          ['203.0.113.3', 0.99],
          ['203.0.113.66', 0.99],
          ['10.0.0.9', 0.99],
          ['host.example', 0.99],
        ]),
      ]),
    source: (source: string) =>
      Promise.resolve(source === '203.0.113.3' ? ({ successes: 1 } as never) : null),
    async *attempts() {
      for (let n = 0; n < 80; n++)
        for (const source of ['203.0.113.1', '203.0.113.2'])
          yield attempt(source, `name${n}`, false) as StoredAttempt;
      yield attempt('203.0.113.1', 'ann', true) as StoredAttempt;
      yield attempt('203.0.113.2', 'ann', true) as StoredAttempt;
      yield attempt('203.0.113.1', 'S3cret!', false) as StoredAttempt;
    },
  };
  const options = {
    site: SITE,
    groupKey: GROUP,
    number: 1,
    now: NOW,
    lifeSeconds: 7 * 86_400,
    since: 0,
    leastConfidence: 0.95,
  };

  it('are sure participants from which nobody ever logged in, and no name, address or exact time at all', async () => {
    const told = await bodyOf(history, options);
    expect(told.body.participants.map(({ source }) => source)).toEqual([sourceHash(GROUP, '203.0.113.1')]);
    expect(told.left).toEqual({ people: 1, unsure: 1, notPublic: 2 });
    expect(told.body.campaigns).toMatchObject([
      { attempts: 10, names: powerOf(80), last: Math.floor((NOW - 100) / 3600) },
    ]);
    const text = signed(told.body, PEM);
    expect(text).not.toMatch(/203\.0|10\.0\.0|name\d|ann|S3cret|host\.example/);
    expect(read(text, NOW, 0)).toHaveProperty('body');
    const names = Array.from({ length: 80 }, (_, n) => `name${n}`);
    expect(told.body.campaigns[0]!.fingerprint).toBe(fingerprint(GROUP, names));
  });
});

describe('belief', () => {
  const heard = (
    peer: Partial<PeerTrust>,
    sources: readonly (readonly [string, number])[],
    more: Partial<ExchangeBody> = {},
  ) => ({
    peer: { name: 'north', weight: 0.9, alone: false, ...peer },
    groupKey: GROUP,
    body: body({
      participants: sources.map(([source, confidence]) => ({
        source: sourceHash(GROUP, source)!,
        campaign: 0,
        confidence,
        last: 1,
        attempts: 1,
      })),
      ...more,
    }),
  });
  const of = (all: readonly ReturnType<typeof heard>[], source = '203.0.113.9', now = NOW) =>
    new Beliefs(all, now).of((key) => sourceHash(key, source), now);

  it('one peer alone blocks nobody, however sure and however often it says so, unless it is trusted alone', () => {
    const sure = heard({ weight: 1 }, [
      ['203.0.113.9', 1],
      ['203.0.113.9', 1],
    ]);
    expect(of([sure])).toMatchObject({ confidence: 1, mayBlock: false });
    expect(of([sure, sure])).toMatchObject({ mayBlock: false });
    expect(of([heard({ alone: true }, [['203.0.113.9', 0.95]])])).toMatchObject({ mayBlock: true });
  });

  it('two that agree are believed more than each; one without weight is no witness', () => {
    const two = of([
      heard({}, [['203.0.113.9', 0.95]]),
      heard({ name: 'south', weight: 0.8 }, [['203.0.113.9', 0.95]]),
    ]);
    expect(two?.confidence).toBeCloseTo(1 - (1 - 0.855) * (1 - 0.76), 6);
    expect(two).toMatchObject({ mayBlock: true, peers: ['north', 'south'] });
    expect(
      of([heard({}, [['203.0.113.9', 1]]), heard({ name: 'liar', weight: 0 }, [['203.0.113.9', 1]])]),
    ).toMatchObject({ mayBlock: false });
  });

  it('ends with the first document that it rests on', () => {
    const all = [
      heard({}, [['203.0.113.9', 1]]),
      heard({ name: 'south' }, [['203.0.113.9', 1]], { expires: NOW + 100 }),
    ];
    expect(of(all)?.until).toBe(NOW + 100);
    expect(new Beliefs(all, NOW).of((key) => sourceHash(key, '203.0.113.9'), NOW + 200)).toMatchObject({
      mayBlock: false,
    });
    expect(of(all, '203.0.113.10')).toBeNull();
  });
});

describe('what is kept', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slowbrute-exchange-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const trust = { name: 'north', site: SITE, group: 'friends', weight: 0.8, alone: false };

  it('a number is never told or taken twice, and one key is one witness', () => {
    const place = new ExchangePlace(folder);
    const key = place.addGroup('friends', null);
    expect(() => place.addGroup('friends', key)).toThrow(/already/);
    place.setPeer(trust);
    expect(() => place.setPeer({ ...trust, name: 'again' })).toThrow(/has that key/);
    expect(() => place.setPeer({ ...trust, name: 'me', site: place.site() })).toThrow(/itself/);
    expect([place.nextNumber(), new ExchangePlace(folder).nextNumber()]).toEqual([1, 2]);
    place.keep(place.peers()[0]!, body());
    place.setPeer({ ...trust, weight: 0.5 });
    expect(place.peers()).toMatchObject([{ weight: 0.5, lastNumber: 5 }]);
    expect(place.heard()).toHaveLength(1);
    place.removePeer('north');
    expect(place.heard()).toHaveLength(0);
  });
});
