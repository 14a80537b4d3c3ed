import { beforeEach, describe, expect, it } from 'vitest';
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import { Decider, type DeciderMemory, EMPTY_MEMORY } from './decide.ts';
import { parseNetwork } from './network.ts';
import { createNever, DEFAULT_NEVER_OPTIONS } from './never.ts';
import { type BlockPolicy, DEFAULT_BLOCK_POLICY, USUAL_POLICIES } from './policy.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 22, 12) / 1000;
const GUESSER = '203.0.113.9';
const never = createNever(
  { ...DEFAULT_NEVER_OPTIONS, allow: ['198.51.100.0/24'] },
  { own: ['192.0.2.1', '2001:db8:aa:1::1'], gateways: ['192.0.2.254'], sessions: ['192.0.2.77'] },
);

let decider: Decider;
let log: BlockChange[];

const make = (policy: Partial<BlockPolicy> = {}, memory: Partial<DeciderMemory> = {}) => {
  log = [];
  decider = new Decider({ ...DEFAULT_BLOCK_POLICY, ...policy }, never, { ...EMPTY_MEMORY, ...memory });
};
const tell = (changes: readonly BlockChange[]) => {
  log.push(...changes);
  return changes;
};
const named = (source: string, time = NOW, confidence = 0.99, campaign = 'c1'): LiveEvent => ({
  kind: 'participant:named',
  time,
  campaign,
  source,
  confidence,
  firstSeen: time,
  attempts: 1,
});
const name = (source: string, now = NOW, confidence = 0.99) =>
  tell(decider.event(named(source, now, confidence), now));
const release = (source: string, now = NOW) =>
  tell(decider.event({ kind: 'participant:released', time: now, campaign: 'c1', source }, now));
const fails = (source: string, now = NOW, facts: { user?: string; known?: boolean; time?: number } = {}) => {
  const { user = 'alias', known = false, time = now } = facts;
  return tell(decider.attempt({ time, source, user, known, success: false }, [], now));
};
const logsIn = (source: string, now = NOW, events: readonly LiveEvent[] = []) =>
  tell(decider.attempt({ time: now, source, user: 'ann', known: true, success: true }, events, now));
const compromises = (source: string, now = NOW) =>
  logsIn(source, now, [
    { kind: 'account:compromised', time: now, campaign: 'c1', source, user: 'ann', sensor: 'host' },
  ]);
const targets = () =>
  decider
    .standing()
    .map(({ target }) => target)
    .sort();
const ends = () => log.flatMap((change) => (change.kind === 'block:ended' ? [change.why] : []));

beforeEach(() => make());

describe('a participant', () => {
  it('is blocked for two weeks when it is named', () => {
    name(GUESSER);
    expect(log).toEqual([
      {
        kind: 'block:added',
        time: NOW,
        block: {
          id: 1,
          target: GUESSER,
          source: GUESSER,
          reason: { kind: 'participant', campaign: 'c1', confidence: 0.99 },
          from: NOW,
          until: NOW + 14 * DAY,
          repetition: 0,
          weight: 0.99,
        },
      },
    ]);
  });

  it('is not, while it is less sure than asked for', () => {
    name(GUESSER, NOW, 0.89);
    expect(targets()).toEqual([]);
    expect(decider.refused().get('unsure')).toBe(1);
    name(GUESSER, NOW, 0.95);
    expect(targets()).toEqual([GUESSER]);
  });

  it('is let in again when its time is over, and not before', () => {
    name(GUESSER);
    expect(tell(decider.tick(NOW + 14 * DAY - 1))).toEqual([]);
    tell(decider.tick(NOW + 14 * DAY));
    expect(ends()).toEqual(['expired']);
    expect(targets()).toEqual([]);
  });

  it('that goes on is kept out for longer, but not with a line for each attempt', () => {
    name(GUESSER);
    fails(GUESSER, NOW + HOUR);
    expect(log).toHaveLength(1);
    fails(GUESSER, NOW + DAY);
    expect(log.at(-1)).toEqual({ kind: 'block:extended', time: NOW + DAY, id: 1, until: NOW + 15 * DAY });
  });

  it('that comes back is blocked for twice the time, up to 90 days', () => {
    let now = NOW;
    const days: number[] = [];
    for (let i = 0; i < 5; i++) {
      if (i === 0) name(GUESSER, now);
      else fails(GUESSER, now);
      const block = decider.at(GUESSER)!;
      expect(block.repetition).toBe(i);
      days.push((block.until! - now) / DAY);
      now = block.until! + HOUR;
      tell(decider.tick(now));
    }
    expect(days).toEqual([14, 28, 56, 90, 90]);
  });

  it('that is released is let in, and has no repetition', () => {
    name(GUESSER);
    release(GUESSER, NOW + HOUR);
    expect(ends()).toEqual(['released']);
    name(GUESSER, NOW + DAY);
    expect(decider.at(GUESSER)!.repetition).toBe(0);
  });

  it('that another campaign has taken over is not let in by the release of the first', () => {
    name(GUESSER);
    tell(decider.event(named(GUESSER, NOW, 0.99, 'c2'), NOW));
    release(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });

  it('stays out when its campaign ends', () => {
    name(GUESSER);
    tell(
      decider.event(
        { kind: 'campaign:ended', time: NOW, campaign: 'c1', lastSeen: NOW, attempts: 9, participants: 3 },
        NOW,
      ),
    );
    expect(targets()).toEqual([GUESSER]);
  });

  it('of a log of last week is blocked for what is left, one of last year not at all', () => {
    tell(decider.event(named(GUESSER, NOW - 7 * DAY), NOW));
    expect(decider.at(GUESSER)).toMatchObject({ from: NOW, until: NOW + 7 * DAY });
    tell(decider.event(named('203.0.113.10', NOW - 365 * DAY), NOW));
    expect(decider.at('203.0.113.10')).toBeUndefined();
    expect(decider.refused().get('over')).toBe(1);
  });

  it('of a log whose clock is ahead is not blocked for longer', () => {
    tell(decider.event(named(GUESSER, NOW + 300 * DAY), NOW));
    expect(decider.at(GUESSER)!.until).toBe(NOW + 14 * DAY);
  });
});

describe('an account that a participant got into', () => {
  it('has it blocked at once, however unsure it was', () => {
    name(GUESSER, NOW, 0.5);
    compromises(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });

  it('makes no person of it', () => {
    name(GUESSER);
    compromises(GUESSER);
    tell(decider.tick(NOW + 14 * DAY));
    fails(GUESSER, NOW + 15 * DAY);
    expect(targets()).toEqual([GUESSER]);
  });

  it('has it blocked although somebody had logged in from there long ago', () => {
    logsIn(GUESSER, NOW - 300 * DAY);
    compromises(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });
});

describe('nobody blocks', () => {
  it.each([
    ['the allow-list', '198.51.100.3'],
    ["the machine's own address", '192.0.2.1'],
    ['its gateway', '192.0.2.254'],
    ['the session of the command', '192.0.2.77'],
    ['loopback', '127.0.0.53'],
    ['loopback in disguise', '::ffff:127.0.0.1'],
    ['IPv6 loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['a link', 'fe80::1'],
    ['a private network', '10.1.2.3'],
    ['a carrier', '100.64.0.9'],
    ['a host name', 'guesser.host.example'],
    ['something with a zone', '2001:db8::1%eth0'],
    ['hostile text', '203.0.113.9; rm -rf /'],
  ])('%s', (_, source) => {
    make({ unknownUser: USUAL_POLICIES.unknownUser, loud: USUAL_POLICIES.loud });
    name(source);
    compromises(source);
    for (let i = 0; i < 9; i++) fails(source, NOW + i);
    expect(targets()).toEqual([]);
  });

  it('a source that has logged in before', () => {
    make({ unknownUser: USUAL_POLICIES.unknownUser, loud: USUAL_POLICIES.loud });
    logsIn(GUESSER, NOW - 80 * DAY);
    name(GUESSER);
    for (let i = 0; i < 9; i++) fails(GUESSER, NOW + i);
    expect(targets()).toEqual([]);
    expect(decider.refused().get('person')).toBeGreaterThan(0);
  });

  it('one that the history knows', () => {
    make({}, { people: [{ source: GUESSER, lastSuccess: NOW - 300 * DAY }] });
    name(GUESSER);
    expect(targets()).toEqual([]);
  });

  it('a person with a typo, where only participants are blocked', () => {
    for (let i = 0; i < 20; i++) fails(GUESSER, NOW + i);
    expect(targets()).toEqual([]);
  });
});

describe('IPv6', () => {
  it('is blocked by /64, once for all in it, until the last of them is released', () => {
    name('2001:db8:1:2::1');
    name('2001:db8:1:2:ffff::9');
    expect(targets()).toEqual(['2001:db8:1:2::/64']);
    release('2001:db8:1:2::1');
    expect(targets()).toEqual(['2001:db8:1:2::/64']);
    release('2001:db8:1:2:ffff::9');
    expect(targets()).toEqual([]);
  });

  it('by the single address where the machine itself lives, where people live, and behind NAT64', () => {
    name('2001:db8:aa:1::66');
    logsIn('2001:db8:5:5::1');
    name('2001:db8:5:5::66');
    name('64:ff9b::cb00:7109');
    expect(targets()).toEqual(['2001:db8:5:5::66', '2001:db8:aa:1::66', '64:ff9b::cb00:7109']);
  });

  it('is blocked no wider than it must be as soon as somebody logs in from there', () => {
    name('2001:db8:1:2::1');
    name('2001:db8:1:2::2');
    logsIn('2001:db8:1:2::aaaa', NOW + 5);
    expect(targets()).toEqual(['2001:db8:1:2::1', '2001:db8:1:2::2']);
    expect(ends()).toEqual(['released']);
  });
});

describe('a network', () => {
  const neighbours = (count: number) => {
    for (let i = 0; i < count; i++) name(`203.0.113.${10 + i}`);
  };

  it('is not blocked unless asked for', () => {
    neighbours(60);
    expect(targets()).toHaveLength(60);
  });

  it('is blocked with the eighth participant in it', () => {
    make({ networks: USUAL_POLICIES.networks });
    neighbours(7);
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    neighbours(8);
    expect(decider.at('203.0.113.0/24')).toMatchObject({
      reason: { kind: 'network', sources: 8, campaign: 'c1' },
      source: null,
    });
  });

  it('is not where somebody has logged in from, and opens when somebody does', () => {
    make({ networks: USUAL_POLICIES.networks });
    logsIn('203.0.113.200', NOW - DAY);
    neighbours(20);
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    make({ networks: USUAL_POLICIES.networks });
    neighbours(20);
    logsIn('203.0.113.200');
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    expect(targets()).toHaveLength(20);
  });

  it('is not where this machine has a neighbour that it needs', () => {
    make({ networks: USUAL_POLICIES.networks });
    for (let i = 0; i < 30; i++) name(`192.0.2.${100 + i}`);
    expect(decider.at('192.0.2.0/24')).toBeUndefined();
  });
});

describe('the first unknown user', () => {
  beforeEach(() => make({ unknownUser: USUAL_POLICIES.unknownUser }));

  it('blocks its source for an hour', () => {
    fails(GUESSER);
    expect(decider.at(GUESSER)).toMatchObject({ reason: { kind: 'unknown-user' }, until: NOW + HOUR });
  });

  it('does not, where it is not said whether the user exists', () => {
    tell(decider.attempt({ time: NOW, source: GUESSER, user: 'bob', known: null, success: false }, [], NOW));
    fails(GUESSER, NOW, { known: true });
    expect(targets()).toEqual([]);
  });

  it('is forgiven when a person logs in after it', () => {
    fails(GUESSER);
    logsIn(GUESSER, NOW + 10);
    expect(ends()).toEqual(['released']);
    fails(GUESSER, NOW + 20);
    expect(targets()).toEqual([]);
  });

  it('is not forgiven to one that guessed and guessed', () => {
    for (let i = 0; i < 8; i++) fails(GUESSER, NOW + i, { user: `u${i}` });
    logsIn(GUESSER, NOW + 10);
    expect(targets()).toEqual([GUESSER]);
  });

  it('gives way to the better reason', () => {
    fails(GUESSER);
    name(GUESSER);
    expect(ends()).toEqual(['superseded']);
    expect(decider.at(GUESSER)!.reason.kind).toBe('participant');
  });
});

describe('a loud source', () => {
  it('is blocked with its fifth failure within ten minutes', () => {
    make({ loud: USUAL_POLICIES.loud });
    for (let i = 0; i < 12; i++) fails(GUESSER, NOW + i * 200, { known: true });
    expect(targets()).toEqual([]);
    for (let i = 0; i < 5; i++) fails('203.0.113.8', NOW + i * 60, { known: true });
    expect(decider.at('203.0.113.8')!.reason.kind).toBe('loud');
  });
});

describe('too many blocks', () => {
  it('let the least sure go first, of these the oldest', () => {
    make({ mostBlocks: 3 });
    name('203.0.113.1', NOW, 0.95);
    name('203.0.113.2', NOW + 1, 0.91);
    name('203.0.113.3', NOW + 2, 0.91);
    name('203.0.113.4', NOW + 3, 0.99);
    expect(ends()).toEqual(['displaced']);
    expect(targets()).toEqual(['203.0.113.1', '203.0.113.3', '203.0.113.4']);
  });

  it('do not let in one that is less sure than all', () => {
    make({ mostBlocks: 2 });
    name('203.0.113.1', NOW, 0.95);
    name('203.0.113.2', NOW, 0.95);
    name('203.0.113.3', NOW, 0.91);
    expect(targets()).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(decider.refused().get('no-room')).toBe(1);
  });
});

describe('by hand', () => {
  const hand = { kind: 'by-hand', by: 'ann', why: 'rude' } as const;
  const add = (target: string, seconds: number | null = HOUR) =>
    decider.add(parseNetwork(target)!, seconds, hand, 'spare people', NOW);

  it('blocks, for a time or until further notice', () => {
    add('203.0.113.0/28');
    add(GUESSER, null);
    expect(decider.at('203.0.113.0/28')!.until).toBe(NOW + HOUR);
    expect(decider.at(GUESSER)!.until).toBeNull();
    decider.tick(NOW + 400 * DAY);
    expect(targets()).toEqual([GUESSER]);
  });

  it.each([
    ['192.0.2.0/24', 'own-address'],
    ['0.0.0.0/0', 'unspecified'],
    ['198.51.0.0/16', 'allow-listed'],
    ['172.16.5.5', 'private'],
    ['160.0.0.0/5', 'too-wide'],
  ])('does not block %s', (target, refused) => {
    expect(add(target)).toEqual({ refused });
  });

  it('spares people, unless told not to', () => {
    logsIn('203.0.113.77');
    expect(add('203.0.113.0/24')).toEqual({ refused: 'person' });
    decider.add(parseNetwork('203.0.113.0/24')!, HOUR, hand, 'even people', NOW);
    expect(targets()).toEqual(['203.0.113.0/24']);
  });

  it('lets a participant in, until it is named again', () => {
    name(GUESSER);
    tell(decider.remove([GUESSER], NOW));
    fails(GUESSER, NOW + 1);
    expect(targets()).toEqual([]);
    name(GUESSER, NOW + 2);
    expect(targets()).toEqual([GUESSER]);
  });
});

describe('a start', () => {
  it('takes up blocks, numbers and repetitions where the history has them', () => {
    name(GUESSER);
    const [block] = decider.standing();
    const past = { ...block!, id: 7, target: '203.0.113.70', source: '203.0.113.70', until: NOW - HOUR };
    make(
      {},
      {
        blocks: [
          { ...block!, ended: null, why: null },
          { ...past, ended: NOW - HOUR, why: 'expired' },
        ],
      },
    );
    expect(targets()).toEqual([GUESSER]);
    name('203.0.113.70');
    expect(decider.at('203.0.113.70')).toMatchObject({ id: 8, repetition: 1, until: NOW + 28 * DAY });
  });

  it('ends what ended while nothing ran, and what is allowed by now', () => {
    const block = {
      id: 1,
      source: null,
      reason: { kind: 'unknown-user' },
      from: NOW - DAY,
      repetition: 0,
      weight: 0.2,
      ended: null,
      why: null,
    } as const;
    make(
      { unknownUser: USUAL_POLICIES.unknownUser },
      {
        blocks: [
          { ...block, target: GUESSER, until: NOW - 1 },
          { ...block, id: 2, target: '198.51.100.7', until: NOW + DAY },
        ],
      },
    );
    tell(decider.review({ ...DEFAULT_BLOCK_POLICY, unknownUser: USUAL_POLICIES.unknownUser }, never, NOW));
    expect(ends()).toEqual(['expired', 'allow-listed']);
  });

  it('blocks participants that the history knows, but none that a hand let in', () => {
    const participants = [
      { source: GUESSER, campaign: 'c1', confidence: 0.99, time: NOW - DAY },
      { source: '203.0.113.70', campaign: 'c1', confidence: 0.99, time: NOW - DAY },
    ];
    const block = {
      id: 1,
      target: '203.0.113.70',
      source: '203.0.113.70',
      reason: { kind: 'participant', campaign: 'c1', confidence: 0.99 },
      from: NOW - DAY,
      until: NOW + 13 * DAY,
      repetition: 0,
      weight: 0.99,
      ended: NOW - HOUR,
      why: 'by-hand',
    } as const;
    make({}, { participants, blocks: [block] });
    tell(decider.review(DEFAULT_BLOCK_POLICY, never, NOW));
    expect(targets()).toEqual([GUESSER]);
  });
});
